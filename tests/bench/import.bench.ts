/**
 * Imports from CSV against bare prepared inserts of the very same rows into the same tables and indexes: customers with
 * their addresses and consents, then their orders with lines, the facts of the customers kept. SQLite; both commit as often.
 */
import { copyFileSync, createWriteStream, rmSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { finished } from "node:stream/promises";

import BetterSqlite from "better-sqlite3";

import { migrate } from "../../app/db/migrate.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import type { ImportType } from "../../app/domain/imports/import";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import { nameTheCompany } from "../support/company";
import { aTopic, at } from "../support/factories";
import { figure, hold, interleave } from "../support/long";
import { scratchFolder } from "../support/scratch";

export const about = "import of customers, and of orders with the facts kept, against bare prepared inserts of the same rows";
export const options = { rows: 1_000_000, orders: 300_000, rounds: 1 };

const MOST_MEMORY = 300;
/** Rows of a chunk, as the product commits them. */
const CHUNK = 2000;

export async function run({ rows, orders, rounds }: typeof options): Promise<void> {
  const folder = scratchFolder();
  const customersFile = join(folder, "customers.csv");
  const ordersFile = join(folder, "orders.csv");
  await write(customersFile, customers(rows));
  await write(ordersFile, orderLines(orders, rows));
  const empty = join(folder, "empty.db");
  await prepare(empty);

  const before = memory();
  const loaded = join(folder, "customers.db");
  const one = await interleave(rounds, {
    product: () => imported(empty, loaded, "customers", customersFile),
    bare: () => Promise.resolve(bare(empty, loaded, join(folder, "bare.db"), CUSTOMER_TABLES, "parties")),
  });
  tell("customers", one, 0.5);
  const full = join(folder, "orders.db");
  const two = await interleave(rounds, {
    product: () => imported(loaded, full, "orders", ordersFile),
    bare: () => Promise.resolve(bare(loaded, full, join(folder, "bare.db"), ORDER_TABLES, "orders")),
  });
  tell("orders", two, 0.3);
  figure("memory_before_mb", before);
  hold("memory_most_mb", most, "at most", MOST_MEMORY);
}

function tell(what: string, { medians, ratio }: Awaited<ReturnType<typeof interleave<"product" | "bare">>>, least: number): void {
  figure(`${what}_per_second`, Math.round(medians.product));
  figure(`bare_${what}_per_second`, Math.round(medians.bare));
  figure(`${what}_over_bare_by_cpu`, cpu.bare / cpu.product);
  hold(`${what}_over_bare`, ratio("product", "bare"), "at least", least);
}

/** Seconds of processor time a row, of the last round: what a busy machine does not change. */
const cpu = { product: 0, bare: 0 };
const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;

let most = 0;
function memory(): number {
  const now = Math.round(process.memoryUsage().rss / 1024 / 1024);
  most = Math.max(most, now);
  return now;
}

function remove(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
}

function copy(from: string, to: string): void {
  remove(to);
  copyFileSync(from, to);
}

async function prepare(file: string): Promise<void> {
  await migrate({ DATABASE_FILE: file });
  const db = openSqlite(file);
  await nameTheCompany(db);
  await db.write((tx) => aTopic(tx, at(), "news"));
  await db.close();
}

/** @returns rows a second */
async function imported(from: string, to: string, type: ImportType, path: string): Promise<number> {
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

/** The search terms, which stand in the order of their words, are read by the customers of each stretch. */
const CUSTOMER_TABLES = ["parties", "contact_points", "customer_metrics", "consents", "consent_states", "events", "audit_log", "change_log"];
const ORDER_TABLES = ["products", "product_translations", "orders", "order_lines", "events", "audit_log", "change_log"];

/** The rows that the import has added to `from`, table by table in stretches, into a copy of it. @returns rows of the file a second */
function bare(from: string, loaded: string, to: string, tables: readonly string[], counted: string): number {
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
      // products come all at once, and what speaks of a party or an order a stretch behind it
      lag: table.startsWith("product") ? -1e9 : table === counted ? 0 : 1,
      read: source.prepare(`SELECT rowid AS _rowid, ${columns.join(", ")} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`).raw(),
      insert: target.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(",")})`),
    };
  });
  const terms = counted === "parties" ? termsOf(source, target) : null;
  const main = Number((source.prepare(`SELECT count(*) AS n FROM ${counted}`).get() as { n: number }).n) - Number((target.prepare(`SELECT count(*) AS n FROM ${counted}`).get() as { n: number }).n);
  const chunks = Math.max(1, Math.ceil(main / (counted === "orders" ? CHUNK / LINES : CHUNK)));
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
    const words = terms?.read((jobs[0] as (typeof jobs)[number]).after) ?? [];
    const began = performance.now();
    const worked = process.cpuUsage();
    target.exec("BEGIN IMMEDIATE");
    for (const [i, rows] of stretch.entries()) for (const row of rows) (jobs[i] as (typeof jobs)[number]).insert.run(...row);
    for (const row of words) terms?.insert.run(...row);
    target.exec("COMMIT");
    took += (performance.now() - began) / 1000;
    ours += seconds(process.cpuUsage(worked));
    pace((chunk + 1) * CHUNK, took);
  }
  source.close();
  target.close();
  remove(to);
  const lines = counted === "orders" ? LINES : 1;
  cpu.bare = ours / (main * lines);
  return (main * lines) / took;
}

function termsOf(source: BetterSqlite.Database, target: BetterSqlite.Database) {
  const columns = (source.pragma("table_info(party_terms)") as { name: string }[]).map(({ name }) => name);
  const rows = source.prepare(`SELECT ${columns.join(", ")} FROM party_terms WHERE party_id > ? AND party_id <= ? ORDER BY party_id, term`).raw();
  let before = 0;
  return {
    insert: target.prepare(`INSERT OR IGNORE INTO party_terms (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(",")})`),
    read(upTo: number): unknown[][] {
      const from = before;
      before = upTo;
      return rows.all(from, upTo) as unknown[][];
    },
  };
}

// --- the files

const GIVEN = ["Anna", "Łucja", "Đorđe", "Jelena", "Piotr", "Emma", "Kinga", "Milan", "Zofia", "Ivan"];
const FAMILY = ["Nowak", "Żak", "Ilić", "Petrović", "Clarke", "Wiśniewska", "Marković", "Kowalczyk", "Jovanović", "Zając"];

function* customers(rows: number): Generator<string> {
  yield "number,email,first name,last name,phone,street,postcode,city,country,language,consent,consent date\n";
  for (let i = 1; i <= rows; i++)
    yield `${i},person${i}@example.com,${GIVEN[i % 10]},${FAMILY[(i * 7) % 10]}${i % 977},+4850${String(1_000_000 + (i % 8_999_999))},Rynek ${i % 200},50-${String(100 + (i % 900))},Wrocław,PL,pl,${i % 3 ? "yes" : ""},${i % 3 ? "2025-03-04" : ""}\n`;
}

/** Lines of each order. */
const LINES = 3;

function* orderLines(lines: number, people: number): Generator<string> {
  yield "order number,customer number,order date,sku,name,quantity,unit price\n";
  for (let order = 0; order * LINES < lines; order++)
    for (let line = 0; line < LINES; line++)
      yield `N${order},${1 + ((order * 7919) % people)},2025-0${1 + (order % 9)}-1${order % 10} 10:0${order % 10},sku-${(order * 5 + line) % 500},Thing,${1 + (line % 3)},${order % 40}.50\n`;
}

async function write(path: string, lines: Generator<string>): Promise<void> {
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
