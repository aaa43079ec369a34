/** The rows that were not taken, and why. */
import { and, asc, eq, gt } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { csvRow, parseCsv, type CsvRecord } from "./csv";
import type { RejectReason } from "./import";
import type { ImportRun } from "./runs.server";
import { importRejects } from "./schema";

export type ImportReject = typeof importRejects.$inferSelect;

export type Reject = Omit<ImportReject, "runId">;

/** The reasons of a run's rejects, most frequent first. */
export async function countRejects(db: Reader, runId: number): Promise<{ reason: RejectReason; count: number }[]> {
  const rows = await db.raw<{ reason: RejectReason; count: number | string }>(
    "select reason, count(*) as count from import_rejects where run_id = ? group by reason order by count(*) desc, reason",
    [runId],
  );
  return rows.map((row) => ({ reason: row.reason, count: Number(row.count) }));
}

export async function listRejects(db: Reader, runId: number, after = 0, limit = 100): Promise<ImportReject[]> {
  return db
    .select()
    .from(importRejects)
    .where(and(eq(importRejects.runId, runId), gt(importRejects.line, after)))
    .orderBy(asc(importRejects.line))
    .limit(limit);
}

/**
 * The file of rejects: line, field and reason, then the columns as they were, so that it can be mended and imported
 * again. `say` puts a reason into words.
 */
export async function* rejectsFile(db: Reader, run: ImportRun, heads: [string, string, string], say: (reject: ImportReject) => string): AsyncGenerator<string> {
  yield `\ufeff${csvRow([...heads, ...run.headers])}`;
  let after = 0;
  for (;;) {
    const rejects = await listRejects(db, run.id, after, 500);
    if (!rejects.length) return;
    yield rejects
      .map((reject) => csvRow([reject.line, reject.field ? (run.mapping[reject.field] ?? reject.field) : "", say(reject), ...(parseCsv(reject.raw, run.options.delimiter)[0]?.cells ?? [])]))
      .join("");
    after = rejects.at(-1)!.line;
  }
}

/** Longer rows are kept shortened. */
const LONGEST_RAW = 20_000;

/** A row as it is kept among the rejects. */
export function rejectOf(record: CsvRecord, wrong: { field: string | null; reason: RejectReason }): Reject {
  return { line: record.line, field: wrong.field, reason: wrong.reason, raw: record.raw.slice(0, LONGEST_RAW) };
}
