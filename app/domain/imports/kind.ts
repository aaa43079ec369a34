/** What every type of import has in common: rows are read, planned together, and written together. */
import type { Tx, Reader } from "../../db/types";
import type { By } from "../journal/actor";
import type { Columns, Read, Rejection } from "./rows";
import type { Reading } from "./own-fields";

export type Outcome = "created" | "changed" | "unchanged";
export type Cells = Record<string, string>;

/** How a row stands and would stand, in the words of an export. `given`: what the row itself says. */
export type Shown = { name: string; before: Cells | null; after: Cells; given: readonly string[]; /** Our own id of what is there. */ id?: number | null; /** What it adds to cells as an earlier row left them. */ over?: (earlier: Cells) => Cells };

export type Planned<Plan> = { ok: true; outcome: Outcome; plan: Plan; consents?: number; shown: () => Shown };

export type Job = {
  options: Reading;
  columns: Columns;
  now: number;
  /** What the consent column of customers speaks of; null: there is none, or (before anything is written) no topic at all. */
  topicId: number | null;
  /** Of a dry run: what earlier rows said of the same, since nothing of it was written. */
  recall?: { get: (key: string) => unknown; set: (key: string, value: unknown) => void };
};

export type Kind<Row, Plan> = {
  read(cells: readonly string[], columns: Columns, options: Reading): Read<Row>;
  /** Rows that share one of these are not planned together: the second must see what the first did. */
  keys(row: Row): string[];
  /** Looks and says what each row would do; writes nothing. */
  plan(db: Reader, rows: readonly Row[], job: Job): Promise<(Planned<Plan> | Rejection)[]>;
  /** @returns for each whether it was refused after all */
  write(tx: Tx, by: By, plans: readonly { row: Row; planned: Planned<Plan> }[], job: Job): Promise<(Rejection | null)[]>;
};

export const refuse = (field: string | null, reason: Rejection["reason"]): Rejection => ({ ok: false, field, reason });
