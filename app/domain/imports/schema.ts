import { staffUsers } from "../accounts/schema.ts";
import { id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";

export const IMPORT_TYPES = ["customers", "products", "orders"] as const;

/** Target field → header of the file. */
export type ColumnMapping = Record<string, string>;

export const importPresets = table("import_presets", {
  id: id(),
  name: text().notNull().unique(),
  type: oneOf([...IMPORT_TYPES]).notNull(),
  mapping: json<ColumnMapping>().notNull(),
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
    mapping: json<ColumnMapping>().notNull(),
    state: oneOf(["uploaded", "running", "finished", "failed"]).notNull(),
    /** Rows done: a restart goes on after this one. */
    cursor: int().notNull().default(0),
    read: int().notNull().default(0),
    accepted: int().notNull().default(0),
    rejected: int().notNull().default(0),
    report: json<Record<string, number>>().notNull(),
    error: text(),
    staffId: int().references(() => staffUsers.id),
    createdAt: instant().notNull(),
    finishedAt: instant(),
  },
  (t) => [index("import_runs_created").on(t.createdAt, t.id)],
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
  (t) => [primaryKey({ columns: [t.runId, t.line] })],
);
