/** The worker's part: carries on the files that were uploaded on screen, a chunk at a time. */
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { and, asc, eq } from "drizzle-orm";

import { isDiskFull } from "../../db/dialect";
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { UnreadableFile } from "./csv-file.server";
import { RunReader } from "./run-reader.server";
import { importStep } from "./running.server";
import { failRun, type ImportRun } from "./runs.server";
import { importRuns } from "./schema";

/** Where the file of a run lies; several machines must share this folder. */
export function uploadPath(dataDir: string, publicId: string): string {
  return join(dataDir, "imports", `${publicId}.csv`);
}

const held = new WeakMap<Database, RunReader>();

/** A step of the worker: one chunk of the oldest run that was started. @returns 1 when there was one, else 0 */
export async function importDue(app: { db: Database; clock: () => number; env: { DATA_DIR: string } }): Promise<number> {
  const { db } = app;
  const run = await findDue(db);
  if (!run) return 0;
  const by = bySystem("import", app.clock());
  const path = uploadPath(app.env.DATA_DIR, run.publicId);
  let reader = held.get(db);
  if (reader?.run.id !== run.id || reader.cursor !== run.cursor) {
    reader = new RunReader(db, run, path);
    held.set(db, reader);
  }
  try {
    const step = await importStep(db, by, reader);
    if (step !== "moved") held.delete(db);
    if (step === "finished") await rm(path, { force: true });
  } catch (error) {
    held.delete(db);
    // There will be room again: the run goes on from where it was, and nobody has to start it anew.
    if (isDiskFull(error)) throw error;
    await db.write((tx) => failRun(tx, by, run.id, reasonOf(error)));
    if (!isExpected(error)) throw error;
  }
  return 1;
}

async function findDue(db: Database): Promise<ImportRun | null> {
  const [run] = await db.read
    .select()
    .from(importRuns)
    .where(and(eq(importRuns.state, "running"), eq(importRuns.origin, "screen")))
    .orderBy(asc(importRuns.id))
    .limit(1);
  return run ?? null;
}

/** A code that the page puts into words. */
function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFile) return error.reason;
  return (error as NodeJS.ErrnoException).code === "ENOENT" ? "file_gone" : "fault";
}

function isExpected(error: unknown): boolean {
  return reasonOf(error) !== "fault";
}
