import { staffUsers } from "../accounts/schema.ts";
import { id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";
import { IMPORT_TYPES } from "./import-types.ts";


/** Target field → header of the file. */
export type ColumnMapping = Record<string, string>;

/** How the cells of a file are to be read; see import.ts. */
export type ImportOptions = {
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1250" | "windows-1252";
  delimiter: "," | ";" | "\t" | "|";
  decimalMark: "." | ",";
  dayOrder: "dmy" | "mdy";
  /** IANA zone of times that do not name one. */
  timeZone: string;
  /** ISO 4217, for prices without a currency of their own. */
  currency: string;
  /** Language of names of products, and of customers that name none. */
  locale: string;
  /** The topic that the consent column speaks of. */
  topicKey: string | null;
  /** Orders of a customer number that is not known make the customer. */
  createsCustomers: boolean;
  /** online-retail: C… is a cancellation, A… a bookkeeping adjustment. */
  rules: "plain" | "online-retail";
  /** By what rows are known, of fields.ts `KEYS`; null: the first of them. */
  key: string | null;
  /** Files that hold only who agreed, or only who took it back, have no column that says so. */
  everybodySays: "yes" | "no" | null;
  /** Tags of a file are added to those that are there, or take their place. Absent: added. */
  tags?: "add" | "replace";
};

/** What became of the rows, beside read, accepted and rejected. */
export type ImportReport = {
  /** Distinct in the accepted rows of the file, whether they were new or there already. */
  customers: number;
  orders: number;
  products: number;
  lines: number;
  creditNotes: number;
  creditLines: number;
  consents: number;
  /** Made by this run, changed by it, and found as they were. */
  created: number;
  changed: number;
  unchanged: number;
};

/** One cell that would change. `from` null: the row would be new. */
export type FieldChange = { field: string; from: string | null; to: string };
export type RowChange = { line: number; name: string; outcome: "created" | "changed"; fields: FieldChange[] };

/** What a file would change. */
export type ImportPreview = {
  isComplete: boolean;
  /** More customers stand in the file more than once than are remembered: what changes of them is an estimate. */
  isEstimate?: boolean;
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  rejected: number;
  reasons: Record<string, number>;
  /** The first that would be made, and the first that would change. */
  first: RowChange[];
};

export const importPresets = table("import_presets", {
  id: id(),
  name: text().notNull().unique(),
  type: oneOf([...IMPORT_TYPES]).notNull(),
  mapping: json<ColumnMapping>().notNull(),
  options: json<Partial<ImportOptions>>().notNull(),
  createdAt: instant().notNull(),
});

export const importRuns = table(
  "import_runs",
  {
    id: id(),
    publicId: text().notNull().unique(),
    type: oneOf([...IMPORT_TYPES]).notNull(),
    preset: text(),
    filename: text().notNull(),
    /** SHA-256 of the file: the shell continues its own unfinished run of the same file. */
    sha256: text().notNull(),
    bytes: int().notNull(),
    /** screen: the file is kept here and the worker runs it; shell: whoever started it does. */
    origin: oneOf(["screen", "shell"]).notNull(),
    headers: json<string[]>().notNull(),
    mapping: json<ColumnMapping>().notNull(),
    options: json<ImportOptions>().notNull(),
    /** checking: read through to say what would change, before anything is written. */
    state: oneOf(["uploaded", "checking", "running", "paused", "finished", "failed"]).notNull(),
    /** Rows done: a restart goes on after this one. */
    cursor: int().notNull().default(0),
    /** Rows in the file below its header: how far the bar goes. */
    total: int().notNull(),
    read: int().notNull().default(0),
    accepted: int().notNull().default(0),
    rejected: int().notNull().default(0),
    report: json<ImportReport>().notNull(),
    error: text(),
    /** What would change, once that was asked. */
    preview: json<ImportPreview>(),
    /** The rate is reckoned from here: when it was started or last went on, and after how many rows. */
    pacedAt: instant(),
    pacedFrom: int().notNull().default(0),
    staffId: int().references(() => staffUsers.id),
    createdAt: instant().notNull(),
    startedAt: instant(),
    finishedAt: instant(),
  },
  (t) => [index("import_runs_created").on(t.createdAt, t.id), index("import_runs_state").on(t.state, t.id)],
);

export const importRejects = table(
  "import_rejects",
  {
    runId: int().notNull().references(() => importRuns.id),
    line: int().notNull(),
    field: text(),
    /** A reason code of imports (unknown_customer, bad_date, …), put into words by the messages. */
    reason: text().notNull(),
    raw: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.line] }), index("import_rejects_reason").on(t.runId, t.reason, t.line)],
);
