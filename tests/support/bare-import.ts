/** A file imported by the product, and bare prepared inserts of the very same rows into the same tables and indexes. SQLite. */
import { copyFileSync, createWriteStream, rmSync } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";

import BetterSqlite from "better-sqlite3";

import { migrate } from "../../app/db/migrate.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import type { ImportType } from "../../app/domain/imports/import";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import { nameTheCompany } from "./company";
import { aTopic, at } from "./factories";
import { figure, hold, type interleave } from "./long";

/** Rows of a chunk, as the product commits them. */
const CHUNK = 2000;

export function tell(what: string, { medians, ratio }: Awaited<ReturnType<typeof interleave<"product" | "bare">>>, least: number): void {
  figure(`${what}_per_second`, Math.round(medians.product));
  figure(`bare_${what}_per_second`, Math.round(medians.bare));
  figure(`${what}_over_bare_by_cpu`, cpu.bare / cpu.product);
  hold(`${what}_over_bare`, ratio("product", "bare"), "at least", least);
}

/** Seconds of processor time a row, of the last round: what a busy machine does not change. */
const cpu = { product: 0, bare: 0 };
const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;

let most = 0;
/** @returns what is held now; the most of it is told by `mostMemory` */
export function memory(): number {
  const now = Math.round(process.memoryUsage().rss / 1024 / 1024);
  most = Math.max(most, now);
  return now;
}

export function mostMemory(): number {
  return most;
}

function remove(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
}

function copy(from: string, to: string): void {
  remove(to);
  copyFileSync(from, to);
}

export async function prepare(file: string): Promise<void> {
  await migrate({ DATABASE_FILE: file });
  const db = openSqlite(file);
  await nameTheCompany(db);
  await db.write((tx) => aTopic(tx, at(), "news"));
  await db.close();
}

/** @returns rows a second */
export async function imported(from: string, to: string, type: ImportType, path: string): Promise<number> {
  copy(from, to);
  const db = openSqlite(to);
  const shape = await inspectFile(path);
  const plan = planImport(type, shape, { currency: "EUR", timeZone: "Europe/Warsaw", locale: "pl" }, null);
  const run = await db.write(async (tx) => {
    const made = await createRun(tx, at(), { type, filename: "bench.csv", shape, ...plan, preset: null, origin: "shell" });
    await startRun(tx, at(), made, plan);
    return made;
  });
  const began = performance.now();
  const worked = process.cpuUsage();
  const pace = paceOf(type, shape.rows);
  const done = await runToEnd(db, () => at().now, run.id, path, ({ cursor }) => {
    memory();
    pace(cursor, (performance.now() - began) / 1000);
  });
  const took = (performance.now() - began) / 1000;
  cpu.product = seconds(process.cpuUsage(worked)) / shape.rows;
  await db.close();
  const raw = new BetterSqlite(to);
  raw.pragma("wal_checkpoint(TRUNCATE)");
  raw.close();
  if (done.accepted !== shape.rows) throw new Error(`${done.rejected} rows were rejected`);
  return shape.rows / took;
}

/** Tells, tenth by tenth, how quick it was: what grows slow with its tables shows. */
function paceOf(what: string, total: number) {
  let [rows, seconds, tenth] = [0, 0, 1];
  return (done: number, after: number) => {
    if (done < (total * tenth) / 10) return;
    figure(`${what}_at_${done}`, `${Math.round((done - rows) / (after - seconds))} a second`);
    [rows, seconds, tenth] = [done, after, Math.floor((done * 10) / total) + 1];
  };
}

/** What else the import has written for the rows of a table up to one: rows of a table without an order, or changes. */
export type Beside = (source: BetterSqlite.Database, target: BetterSqlite.Database) => { read(upTo: number): unknown[][]; write: BetterSqlite.Statement };

/** `counted`: the table of which a row (or `lines` of the file) makes one. */
export type Bare = { tables: readonly string[]; counted: string; lines?: number; beside?: Beside };

/** The rows that the import has added to `from`, table by table in stretches, into a copy of it. @returns rows of the file a second */
export function bare(from: string, loaded: string, to: string, { tables, counted, lines = 1, beside }: Bare): number {
  copy(from, to);
  const source = new BetterSqlite(loaded, { readonly: true });
  const target = new BetterSqlite(to);
  // as the product opens it
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "cache_size = -16384", "wal_autocheckpoint = 16000", "foreign_keys = ON"]) target.pragma(pragma);
  const there = tables.filter((table) => source.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table));
  // What a trigger writes by itself the bare insert gets by it, too.
  const jobs = there.map((table) => {
    const columns = (source.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
    const seen = Number((target.prepare(`SELECT coalesce(max(rowid), 0) AS n FROM ${table}`).get() as { n: number }).n);
    const total = Number((source.prepare(`SELECT count(*) AS n FROM ${table} WHERE rowid > ?`).get(seen) as { n: number }).n);
    return {
      total, after: seen, done: 0,
      // products of orders come all at once, and what speaks of a party or an order a stretch behind it
      lag: table === counted ? 0 : table.startsWith("product") && counted !== "products" ? -1e9 : 1,
      read: source.prepare(`SELECT rowid AS _rowid, ${columns.join(", ")} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`).raw(),
      insert: target.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(",")})`),
    };
  });
  const more = beside?.(source, target);
  const main = Number((source.prepare(`SELECT count(*) AS n FROM ${counted}`).get() as { n: number }).n) - Number((target.prepare(`SELECT count(*) AS n FROM ${counted}`).get() as { n: number }).n);
  const chunks = Math.max(1, Math.ceil((main * lines) / CHUNK));
  const pace = paceOf(`bare_${counted}`, chunks * CHUNK);
  let [took, ours] = [0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const stretch = jobs.map((job) => {
      const upTo = chunk === chunks - 1 ? job.total : Math.min(job.total, Math.floor((Math.max(0, chunk + 1 - job.lag) * job.total) / chunks));
      const rows = job.read.all(job.after, upTo - job.done) as unknown[][];
      job.done = upTo;
      job.after = Number(rows.at(-1)?.[0] ?? job.after);
      return rows.map((row) => row.slice(1));
    });
    const others = more?.read((jobs[0] as (typeof jobs)[number]).after) ?? [];
    const began = performance.now();
    const worked = process.cpuUsage();
    target.exec("BEGIN IMMEDIATE");
    for (const [i, rows] of stretch.entries()) for (const row of rows) (jobs[i] as (typeof jobs)[number]).insert.run(...row);
    for (const row of others) more?.write.run(...row);
    target.exec("COMMIT");
    took += (performance.now() - began) / 1000;
    ours += seconds(process.cpuUsage(worked));
    pace((chunk + 1) * CHUNK, took);
  }
  source.close();
  target.close();
  remove(to);
  cpu.bare = ours / (main * lines);
  return (main * lines) / took;
}

export async function writeFile(path: string, lines: Generator<string>): Promise<void> {
  const out = createWriteStream(path);
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length < 1 << 16) continue;
    if (!out.write(piece)) await once(out, "drain");
    piece = "";
  }
  out.end(piece);
  await finished(out);
}
