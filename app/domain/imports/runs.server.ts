/** Runs: a file on its way in. Noted when it is uploaded, planned, started; carried on by running.server.ts. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import type { FileShape } from "./csv-file.server";
import { applyPreset, checkMapping, guessMapping, guessOptions, NO_REPORT, type ImportType, type MappingProblem, type OwnField, type Preset } from "./import";
import { importRuns, type ColumnMapping, type ImportOptions, type ImportPreview } from "./schema";

export type ImportRun = typeof importRuns.$inferSelect;
/** What it takes to read the file of a run. */
export type RunPlan = Pick<ImportRun, "id" | "type" | "headers" | "mapping" | "options" | "cursor">;

export async function findRun(db: Reader, publicId: string): Promise<ImportRun | null> {
  const [run] = await db.select().from(importRuns).where(eq(importRuns.publicId, publicId));
  return run ?? null;
}

export async function getRun(db: Reader, id: number): Promise<ImportRun> {
  const [run] = await db.select().from(importRuns).where(eq(importRuns.id, id));
  if (!run) throw new Error(`no import run ${id}`);
  return run;
}

export async function listRuns(db: Reader, limit = 50): Promise<ImportRun[]> {
  return db.select().from(importRuns).orderBy(desc(importRuns.createdAt), desc(importRuns.id)).limit(limit);
}

/** A run of this very file that was begun from the shell and did not end. */
export async function findUnfinishedRun(db: Reader, type: ImportType, sha256: string): Promise<ImportRun | null> {
  const [run] = await db
    .select()
    .from(importRuns)
    .where(and(eq(importRuns.type, type), eq(importRuns.sha256, sha256), inArray(importRuns.state, ["running", "paused"]), eq(importRuns.origin, "shell")))
    .orderBy(desc(importRuns.id))
    .limit(1);
  return run ?? null;
}

/** What a file would be run with: the preset's mapping and options, guesses for the rest. */
export function planImport(
  type: ImportType,
  shape: FileShape,
  company: { currency: string; timeZone: string; locale: string },
  preset: Preset | null,
  own: readonly OwnField[] = [],
): { mapping: ColumnMapping; options: ImportOptions } {
  const mapping = preset ? applyPreset(preset, shape.headers, own) : guessMapping(type, shape.headers, own);
  const options: ImportOptions = {
    ...guessOptions(type, mapping, shape.headers, shape.sample.map((record) => record.cells)),
    timeZone: company.timeZone,
    currency: company.currency,
    locale: company.locale,
    topicKey: null,
    createsCustomers: false,
    rules: "plain",
    key: null,
    everybodySays: null,
    tags: "add",
    ...preset?.options,
    encoding: shape.encoding,
    delimiter: shape.delimiter,
  };
  return { mapping, options };
}

export type NewRun = {
  type: ImportType;
  filename: string;
  shape: FileShape;
  mapping: ColumnMapping;
  options: ImportOptions;
  preset: string | null;
  origin: ImportRun["origin"];
  staffId?: number | null;
  /** Where the file is kept already. */
  publicId?: string;
};

/** Notes a file that is to be imported; nothing is imported before `startRun`. */
export async function createRun(tx: Tx, by: By, input: NewRun): Promise<ImportRun> {
  const { shape, ...rest } = input;
  const [run] = await tx
    .insert(importRuns)
    .values({
      ...rest,
      publicId: input.publicId ?? v7(),
      sha256: shape.sha256,
      bytes: shape.bytes,
      headers: shape.headers,
      total: shape.rows,
      state: "uploaded",
      report: NO_REPORT,
      staffId: input.staffId ?? null,
      createdAt: by.now,
    })
    .returning();
  await recordAudit(tx, by, "createRun", { type: "import", id: run!.id }, { type: input.type, rows: shape.rows });
  return run as ImportRun;
}

export type StartRunResult = { ok: true } | { ok: false; reason: "already_started" } | { ok: false; reason: "bad_mapping"; problems: MappingProblem[] };

export async function startRun(tx: Tx, by: By, run: ImportRun, chosen: { mapping: ColumnMapping; options: ImportOptions }): Promise<StartRunResult> {
  const problems = checkMapping(run.type, chosen.mapping, run.headers);
  if (problems.length) return { ok: false, reason: "bad_mapping", problems };
  const started = await tx
    .update(importRuns)
    .set({ ...chosen, state: "running", startedAt: by.now, pacedAt: by.now })
    .where(and(eq(importRuns.id, run.id), inArray(importRuns.state, ["uploaded", "checking"])))
    .returning({ id: importRuns.id });
  if (!started.length) return { ok: false, reason: "already_started" };
  await recordAudit(tx, by, "startRun", { type: "import", id: run.id });
  await noteChange(tx, by, `import:${run.id}`);
  return { ok: true };
}

/** Changes how a file is to be read, before it is: a draft need not be complete. */
export async function changePlan(
  tx: Tx,
  by: By,
  runId: number,
  change: Partial<Pick<ImportRun, "mapping" | "options" | "preset" | "headers" | "total">>,
): Promise<boolean> {
  // What was found out of it before holds for the other plan only.
  const changed = await tx
    .update(importRuns)
    .set({ ...change, preview: null })
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "uploaded")))
    .returning({ id: importRuns.id });
  if (changed.length) await recordAudit(tx, by, "changePlan", { type: "import", id: runId });
  return changed.length > 0;
}

/** Takes away a file that was never imported. */
export async function discardRun(tx: Tx, by: By, runId: number): Promise<boolean> {
  const gone = await tx
    .delete(importRuns)
    .where(and(eq(importRuns.id, runId), inArray(importRuns.state, ["uploaded", "checking"])))
    .returning({ id: importRuns.id });
  if (gone.length) await recordAudit(tx, by, "discardRun", { type: "import", id: runId });
  return gone.length > 0;
}

/** Asks what the file would change; the worker finds it out. */
export async function startCheck(tx: Tx, by: By, runId: number): Promise<boolean> {
  return move(tx, by, "startCheck", runId, ["uploaded"], { state: "checking", preview: null });
}

/** Notes how far a check is, or what came of it. @returns false when nobody waits for it any more */
export async function noteCheck(tx: Tx, by: By, runId: number, preview: ImportPreview): Promise<boolean> {
  const noted = await tx
    .update(importRuns)
    .set({ preview, ...(preview.isComplete && { state: "uploaded" as const }) })
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "checking")))
    .returning({ id: importRuns.id });
  if (noted.length) await noteChange(tx, by, `import:${runId}`);
  return noted.length > 0;
}

/** Gives up a check: what was found so far is dropped. */
export async function stopCheck(tx: Tx, by: By, runId: number): Promise<boolean> {
  return move(tx, by, "stopCheck", runId, ["checking"], { state: "uploaded", preview: null });
}

/** Lets a run rest after the chunk that is being written. */
export async function pauseRun(tx: Tx, by: By, runId: number): Promise<boolean> {
  return move(tx, by, "pauseRun", runId, ["running"], { state: "paused" });
}

/** Lets a run that failed or was paused go on after its last chunk. */
export async function resumeRun(tx: Tx, by: By, runId: number): Promise<boolean> {
  return move(tx, by, "resumeRun", runId, ["failed", "paused"], { state: "running", error: null, pacedAt: by.now, pacedFrom: sql`${importRuns.read}` });
}

async function move(tx: Tx, by: By, command: string, runId: number, from: ImportRun["state"][], change: object): Promise<boolean> {
  const moved = await tx
    .update(importRuns)
    .set(change)
    .where(and(eq(importRuns.id, runId), inArray(importRuns.state, from)))
    .returning({ id: importRuns.id });
  if (!moved.length) return false;
  await recordAudit(tx, by, command, { type: "import", id: runId });
  await noteChange(tx, by, `import:${runId}`);
  return true;
}

/** Marks a run as failed, with words for the person who looks at it. It can be resumed. */
export async function failRun(tx: Tx, by: By, runId: number, error: string): Promise<void> {
  const failed = await tx
    .update(importRuns)
    .set({ state: "failed", error: error.slice(0, 500) })
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "running")))
    .returning({ id: importRuns.id });
  // Another worker has finished it meanwhile, and taken its file away.
  if (!failed.length) return;
  await recordAudit(tx, by, "failRun", { type: "import", id: runId });
  await noteChange(tx, by, `import:${runId}`);
}
