/**
 * Customers from files as bad as files get, paused in the middle and let go on: every row is in once, or refused with the
 * line on which it begins and why, and memory is held for a stretch of the file only. One long file, and short ones in
 * the other encodings.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { Database } from "../../app/db/types";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { pauseRun } from "../../app/domain/imports/runs.server";
import { bySystem } from "../../app/domain/journal/actor";
import { watchShell, writeBadFile, type Wrong } from "../support/bad-file";
import { check, figure, hold } from "../support/long";
import { SCRATCH_SECRET, scratchDatabase, scratchFolder } from "../support/scratch";

export const about = "files of customers with one row in a hundred wrong, in any encoding: each row taken or refused by its line, in 300 MB";
export const options = { rows: 1_000_000, short: 50_000, encoding: "utf-16le" };

const ENCODINGS: [encoding: string, bom: boolean][] = [["utf-16le", true], ["utf-16be", true], ["windows-1250", false], ["windows-1252", false], ["utf-8", true]];
const MOST_MEMORY = 300;

export async function run({ rows, short, encoding: long }: typeof options): Promise<void> {
  for (const [encoding, bom] of ENCODINGS) await readOne({ encoding, bom, rows: encoding === long ? rows : short });
}

async function readOne({ encoding, bom, rows }: { encoding: string; bom: boolean; rows: number }): Promise<void> {
  const { db, where } = await scratchDatabase();
  if (!("DATABASE_FILE" in where)) throw new Error("SQLite only");
  const path = join(scratchFolder(), `${encoding}.csv`);
  const wrong = writeBadFile({ path, rows, encoding, bom });
  const settings = { ...where, SECRET_KEY: SCRATCH_SECRET };
  const began = performance.now();
  const first = watchShell(["import", "customers", path, "--json"], settings);
  const paused = await pauseAt(db, rows / 2);
  const rested = await first.ended;
  check(`${encoding}: paused after ${paused} of ${rows} rows`, rested.code === 0 && paused < rows);
  const second = await watchShell(["import", "customers", path, "--json"], settings).ended;
  figure(`${encoding}_per_second`, Math.round((rows * 1000) / (performance.now() - began)));
  hold(`${encoding}_memory_mb`, Math.round(Math.max(rested.most, second.most)), "at most", MOST_MEMORY);
  await db.close();
  await judge(encoding, where.DATABASE_FILE, rows, wrong);
  rmSync(path);
}

async function judge(encoding: string, file: string, rows: number, wrong: readonly Wrong[]): Promise<void> {
  const db = openSqlite(file);
  const [run] = await db.read.raw("select state, read, accepted, rejected from import_runs");
  figure(`${encoding}_run`, JSON.stringify(run));
  check(`${encoding}: every row is read, and either taken or refused`, isDeepStrictEqual(run, { state: "finished", read: rows, accepted: rows - wrong.length, rejected: wrong.length }));
  check(`${encoding}: the ${wrong.length} wrong ones are refused by their lines and reasons`, isDeepStrictEqual(await db.read.raw("select line, reason from import_rejects order by line"), wrong));
  const [in_] = await db.read.raw("select count(*) as n, count(distinct number) as numbers, sum(cast(number as integer)) as sum, count(family_name) as names from parties");
  const good = Array.from({ length: rows }, (_, i) => i).filter((i) => i % 100 !== 50);
  const expected = { n: good.length, numbers: good.length, sum: good.reduce((a, b) => a + b, 0), names: good.length };
  check(`${encoding}: each good one is in once`, isDeepStrictEqual(in_, expected));
  const last = encoding === "windows-1252" ? "Müller" : "Żółć";
  check(`${encoding}: letters are what they were`, isDeepStrictEqual(await db.read.raw("select family_name as n from parties where number = '3'"), [{ n: `${last} 3` }]));
  await db.close();
}

/** @returns how many rows were done when it was told to rest */
async function pauseAt(db: Database, rows: number): Promise<number> {
  for (;;) {
    const [run] = await db.read.raw<{ id: number; cursor: number; state: string }>("select id, cursor, state from import_runs");
    if (run?.state === "finished") return run.cursor;
    if (run && run.cursor >= rows && (await db.write((tx) => pauseRun(tx, bySystem("cli", Date.now()), run.id)))) return run.cursor;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
