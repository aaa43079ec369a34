/** An import from the shell that is killed again and again, and the rows that it leaves. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

import type { Database } from "../../app/db/types";
import { randomFrom } from "../../drizzle/seed/random";

/** Orders of one to eight lines; one row in fifty cannot be used, and customers come again. */
export function writeOrders(path: string, rows: number): void {
  const parts = ["order number,customer number,order date,sku,name,quantity,unit price\n"];
  for (let order = 0, row = 0; row < rows; order++)
    for (let line = 0; line < 1 + (order % 8) && row < rows; line++, row++)
      parts.push(`N${order},${row % 50 === 7 ? "" : order % 900},2025-0${1 + (order % 9)}-11 10:00,s${(order * 7 + line) % 40},Thing,${1 + (line % 3)},${order % 13}.5\n`);
  writeFileSync(path, parts.join(""));
}

type Play = { db: Database; where: Record<string, string>; path: string; kills: number; seed: number; cli?: string };

/** Starts the import until it ends, and kills all but the last of them. @returns how often it was killed before its end */
export async function killImport({ db, where, path, kills, seed, cli = "build/server/cli.js" }: Play): Promise<number> {
  const random = randomFrom(String(seed)).next;
  let killed = 0;
  for (;;) {
    const child = spawn(process.execPath, [cli, "import", "orders", path, "--create-customers", "--json"], { env: { PATH: process.env.PATH, NODE_ENV: "production", ...where }, stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    if (killed < kills) {
      const before = await cursorOf(db);
      await Promise.race([ended, moved(db, before)]);
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, random() * 60))]);
      child.kill("SIGKILL");
    }
    const code = await ended;
    if (code === 0) return killed;
    if (code !== null) throw new Error(`the import ended with ${code}`);
    killed += 1;
  }
}

async function cursorOf(db: Database): Promise<number> {
  const [run] = await db.read.raw<{ cursor: number }>("select max(cursor) as cursor from import_runs");
  return Number(run?.cursor ?? 0);
}

async function moved(db: Database, before: number): Promise<void> {
  while ((await cursorOf(db)) <= before) await new Promise((resolve) => setTimeout(resolve, 3));
}

/** All that the file has made, by the numbers that it names. */
export async function rowsOfImport(db: Database): Promise<Record<string, unknown[]>> {
  const read = (text: string) => db.read.raw(text);
  return {
    parties: await read("select number, source, lifecycle_stage from parties order by number"),
    orders: await read("select o.number, p.number as customer, o.total_minor, o.placed_at from orders o join parties p on p.id = o.party_id order by o.number"),
    lines: await read("select o.number, l.position, l.sku, l.quantity, l.unit_price from order_lines l join orders o on o.id = l.order_id order by o.number, l.position"),
    facts: await read("select p.number, m.orders_count, m.spend_minor, m.last_order_at from customer_metrics m join parties p on p.id = m.party_id order by p.number"),
    events: await read("select p.number, e.kind, e.at, e.data from events e join parties p on p.id = e.party_id order by p.number, e.kind, e.at, e.id"),
    audit: await read("select command, count(*) as n from audit_log where command not in ('createRun', 'startRun', 'resumeRun', 'finishRun') group by command order by command"),
    products: await read("select sku, price from products order by sku"),
    rejects: await read("select line, field, reason, raw from import_rejects order by line"),
    run: await read("select state, cursor, read, accepted, rejected, report from import_runs"),
  };
}
