/** An import from the shell that is killed again and again, and the rows that it leaves. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Database } from "../../app/db/types";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import { uploadPath } from "../../app/domain/imports/import-worker.server";
import { createRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import { bySystem } from "../../app/domain/journal/actor";
import { randomFrom } from "../../drizzle/seed/random";
import { startBuilt } from "./built-worker";

/** Orders of one to eight lines; one row in fifty cannot be used, and customers come again. */
export function writeOrders(path: string, rows: number): void {
  const parts = ["order number,customer number,order date,sku,name,quantity,unit price\n"];
  for (let order = 0, row = 0; row < rows; order++)
    for (let line = 0; line < 1 + (order % 8) && row < rows; line++, row++)
      parts.push(`N${order},${row % 50 === 7 ? "" : order % 900},2025-0${1 + (order % 9)}-11 10:00,s${(order * 7 + line) % 40},Thing,${1 + (line % 3)},${order % 13}.5\n`);
  writeFileSync(path, parts.join(""));
}

/** Who carries it on: a command that is given again, or the worker, which goes on by itself at each start. */
export type Carrier = "shell" | "worker";

type Play = { db: Database; where: Record<string, string>; path: string; kills: number; seed: number; by?: Carrier; chunkTime?: number };

/**
 * Starts the import until it ends, and kills all but the last of them. `chunkTime` is about as long as a chunk takes, in ms: a
 * kill meets any part of one. @returns how often it was killed before its end
 */
export async function killImport({ db, where, path, kills, seed, by = "shell", chunkTime = 900 }: Play): Promise<number> {
  const random = randomFrom(String(seed)).next;
  if (by === "worker") await upload(db, where, path);
  for (let killed = 0; ; killed += 1) {
    const child = by === "worker" ? startBuilt("build/server/worker.js", where) : startShell(where, path);
    const said = lastWords(child);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const done = by === "worker" ? until(db, ({ state }) => state === "finished") : ended;
    if (killed < kills) {
      const { cursor } = await runOf(db);
      await Promise.race([done, until(db, (run) => run.cursor > cursor)]);
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, random() * chunkTime))]);
      child.kill("SIGKILL");
    }
    if (by === "worker") {
      await Promise.race([ended, done]);
      child.kill("SIGKILL");
    }
    const code = await ended;
    const run = await runOf(db);
    if (code !== null && code !== 0) throw new Error(`after ${killed} kills, at row ${run.cursor}, the import ended with ${code}: ${said()}`);
    if (run.state === "finished") return killed;
  }
}

function startShell(where: Record<string, string>, path: string): ChildProcess {
  const args = ["build/server/cli.js", "import", "orders", path, "--create-customers", "--json"];
  return spawn(process.execPath, args, { env: { PATH: process.env.PATH, NODE_ENV: "production", ...where }, stdio: ["ignore", "ignore", "pipe"] });
}

/** What it has said in the end of what went wrong. */
function lastWords({ stderr }: ChildProcess): () => string {
  let said = "";
  stderr?.on("data", (piece: Buffer) => (said = `${said}${piece.toString()}`.slice(-2000)));
  return () => (stderr ? said.trim() || "it said nothing" : "see above");
}

/** As somebody does who sends a file on screen and starts it. */
async function upload(db: Database, { DATABASE_FILE = "" }: Record<string, string>, path: string): Promise<void> {
  const by = bySystem("cli", Date.now());
  const shape = await inspectFile(path);
  const plan = planImport("orders", shape, { currency: "EUR", timeZone: "Europe/Warsaw", locale: "en" }, null);
  const chosen = { ...plan, options: { ...plan.options, createsCustomers: true } };
  await db.write(async (tx) => {
    const run = await createRun(tx, by, { type: "orders", filename: "orders.csv", shape, ...chosen, preset: null, origin: "screen" });
    const folder = dirname(DATABASE_FILE);
    mkdirSync(join(folder, "imports"), { recursive: true });
    copyFileSync(path, uploadPath(folder, run.publicId));
    await startRun(tx, by, run, chosen);
  });
}

type Run = { cursor: number; state: string };

async function runOf(db: Database): Promise<Run> {
  const [run] = await db.read.raw<Run>("select cursor, state from import_runs order by id desc limit 1");
  return { cursor: Number(run?.cursor ?? 0), state: run?.state ?? "" };
}

async function until(db: Database, is: (run: Run) => boolean): Promise<void> {
  for (let run = await runOf(db); !is(run); run = await runOf(db)) {
    if (run.state === "failed") throw new Error("the import has failed");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** All that the file has made, by the numbers that it names. What a worker does beside it as time goes by is left out. */
export async function rowsOfImport(db: Database, by: Carrier = "shell"): Promise<Record<string, unknown[]>> {
  const read = (text: string) => db.read.raw(text);
  const stage = by === "shell" ? ", lifecycle_stage" : "";
  return {
    parties: await read(`select number, source${stage} from parties order by number`),
    orders: await read("select o.number, p.number as customer, o.total_minor, o.placed_at from orders o join parties p on p.id = o.party_id order by o.number"),
    lines: await read("select o.number, l.position, l.sku, l.quantity, l.unit_price from order_lines l join orders o on o.id = l.order_id order by o.number, l.position"),
    facts: await read("select p.number, m.orders_count, m.spend_minor, m.last_order_at from customer_metrics m join parties p on p.id = m.party_id order by p.number"),
    events: await read("select p.number, e.kind, e.at, e.data from events e join parties p on p.id = e.party_id where e.kind <> 'stage_changed' order by p.number, e.kind, e.at, e.id"),
    audit: await read("select command, count(*) as n from audit_log where subject_type in ('party', 'order', 'product') group by command order by command"),
    products: await read("select sku, price from products order by sku"),
    rejects: await read("select line, field, reason, raw from import_rejects order by line"),
    run: await read("select state, cursor, read, accepted, rejected, report from import_runs"),
  };
}
