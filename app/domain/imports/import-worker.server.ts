/** The worker's part: carries on the files that were uploaded on screen, a chunk at a time. */
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { and, asc, eq } from "drizzle-orm";

import { isDiskFull } from "../../db/dialect";
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { Checker } from "./check.server";
import { UnreadableFile } from "./csv-file.server";
import { RunReader } from "./run-reader.server";
import { importStep } from "./running.server";
import { failRun, noteCheck, stopCheck, type ImportRun } from "./runs.server";
import { importRuns } from "./schema";

/** Where the file of a run lies; several machines must share this folder. */
export function uploadPath(dataDir: string, publicId: string): string {
  return join(dataDir, "imports", `${publicId}.csv`);
}

type Where = { db: Database; clock: () => number; env: { DATA_DIR: string } };

const readers = new WeakMap<Database, RunReader>();
const checkers = new WeakMap<Database, { checker: Checker; steps: number }>();

/** A step of the worker: one chunk of the oldest run that was started, and one of the oldest check. @returns how many there were */
export async function importDue(app: Where): Promise<number> {
  return (await checkDue(app)) + (await runDue(app));
}

async function runDue(app: Where): Promise<number> {
  const { db } = app;
  const run = await findDue(db, "running");
  if (!run) return 0;
  const by = bySystem("import", app.clock());
  const path = uploadPath(app.env.DATA_DIR, run.publicId);
  let reader = readers.get(db);
  if (reader?.run.id !== run.id || reader.cursor !== run.cursor) {
    reader = new RunReader(db, run, path);
    readers.set(db, reader);
  }
  try {
    const step = await importStep(db, by, reader);
    if (step !== "moved") readers.delete(db);
    if (step === "finished") await rm(path, { force: true });
  } catch (error) {
    readers.delete(db);
    // There will be room again: the run goes on from where it was, and nobody has to start it anew.
    if (isDiskFull(error)) throw error;
    await db.write((tx) => failRun(tx, by, run.id, reasonOf(error)));
    if (!isExpected(error)) throw error;
  }
  return 1;
}

/** So many chunks between two words about how far it is. */
const TELL_EVERY = 10;

/** A check that ends with its process begins anew: it has written nothing. */
async function checkDue(app: Where): Promise<number> {
  const { db } = app;
  const run = await findDue(db, "checking");
  if (!run) return 0;
  const by = bySystem("import", app.clock());
  let held = checkers.get(db);
  if (held?.checker.run.id !== run.id || !run.preview) held = { checker: new Checker(db, run, uploadPath(app.env.DATA_DIR, run.publicId)), steps: 0 };
  checkers.set(db, held);
  try {
    const isFirst = held.steps === 0;
    const more = await held.checker.step(by.now);
    held.steps += 1;
    if (isFirst || !more || held.steps % TELL_EVERY === 0) {
      const isWanted = await db.write((tx) => noteCheck(tx, by, run.id, held.checker.preview));
      if (!more || !isWanted) checkers.delete(db);
    }
  } catch (error) {
    checkers.delete(db);
    if (isDiskFull(error)) throw error;
    await db.write((tx) => stopCheck(tx, by, run.id));
    if (!isExpected(error)) throw error;
  }
  return 1;
}

async function findDue(db: Database, state: "running" | "checking"): Promise<ImportRun | null> {
  const [run] = await db.read
    .select()
    .from(importRuns)
    .where(and(eq(importRuns.state, state), eq(importRuns.origin, "screen")))
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
