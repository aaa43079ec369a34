/**
 * Runs are carried on in chunks, each in one transaction that also moves the run's cursor. A run that is killed at any
 * instant goes on after its last chunk and ends with the rows of one that was not.
 */
import { and, eq } from "drizzle-orm";

import type { Database } from "../../db/types";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { writeChunk } from "./chunk.server";
import { NO_REPORT } from "./import";
import { RunReader } from "./run-reader.server";
import { getRun, type ImportRun } from "./runs.server";
import { importRejects, importRuns, type ImportReport } from "./schema";

/** Another process has moved this run on: this reader's place is no longer the run's. */
class MovedOn extends Error {
  override name = "MovedOn";
}

export type Step = "moved" | "finished" | "lost";

/**
 * Carries a run one chunk on: rows, rejects, counters and cursor in one transaction.
 * @returns lost when another process has moved it meanwhile; then begin again with a new reader
 */
export async function importStep(db: Database, by: By, reader: RunReader): Promise<Step> {
  const units = await reader.take();
  const rows = units.reduce((sum, unit) => sum + unit.length, 0);
  try {
    const tally = await db.write(async (tx) => {
      // first of all, so that of two processes the second waits here and then finds the cursor moved
      const [run] = await tx
        .update(importRuns)
        .set({ cursor: reader.cursor + rows, ...(units.length ? {} : { state: "finished" as const, finishedAt: by.now }) })
        .where(and(eq(importRuns.id, reader.run.id), eq(importRuns.cursor, reader.cursor), eq(importRuns.state, "running")))
        .returning();
      if (!run) throw new MovedOn("the run has moved on");
      if (!units.length) {
        await recordAudit(tx, by, "finishRun", { type: "import", id: run.id }, { read: run.read, accepted: run.accepted, rejected: run.rejected });
        await noteChange(tx, by, `import:${run.id}`);
        return null;
      }
      const chunk = await writeChunk(tx, by, reader, units);
      for (let from = 0; from < chunk.rejects.length; from += 200)
        await tx.insert(importRejects).values(chunk.rejects.slice(from, from + 200).map((reject) => ({ ...reject, runId: run.id })));
      await tx
        .update(importRuns)
        .set({
          read: run.read + rows,
          accepted: run.accepted + chunk.accepted,
          rejected: run.rejected + chunk.rejects.length,
          report: added(run.report, chunk.report),
        })
        .where(eq(importRuns.id, run.id));
      await noteChange(tx, by, `import:${run.id}`);
      return chunk.tally;
    });
    tally?.keep();
  } catch (error) {
    if (error instanceof MovedOn) return "lost";
    throw error;
  }
  reader.cursor += rows;
  return units.length ? "moved" : "finished";
}

function added(one: ImportReport, two: ImportReport): ImportReport {
  return Object.fromEntries(Object.keys(NO_REPORT).map((key) => [key, (one[key as keyof ImportReport] ?? 0) + two[key as keyof ImportReport]])) as ImportReport;
}

/** Carries a run to its end, in this process. `onChunk` is told how far it is. */
export async function runToEnd(db: Database, clock: () => number, runId: number, path: string, onChunk?: (run: ImportRun) => void): Promise<ImportRun> {
  let reader = new RunReader(db, await getRun(db.read, runId), path);
  for (;;) {
    const step = await importStep(db, bySystem("import", clock()), reader);
    if (step === "lost") reader = new RunReader(db, await getRun(db.read, runId), path);
    const run = step === "moved" && !onChunk ? null : await getRun(db.read, runId);
    if (run?.state === "finished") return run;
    if (run?.state === "paused") return run;
    if (run && run.state !== "running") throw new Error(`the import was stopped: ${run.error ?? run.state}`);
    if (run) onChunk?.(run);
  }
}
