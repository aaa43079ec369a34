/** Makes the company that the other benches ask about, unless it is there already, and says what it holds. */
import { statSync } from "node:fs";

import BetterSqlite from "better-sqlite3";

import { check, figure } from "../support/long";
import { million } from "../support/million";

export const about = "makes the million customers, their orders and events that other benches ask about; kept in .cache";
export const options = { customers: 1_000_000 };

export async function run({ customers }: typeof options): Promise<void> {
  const from = performance.now();
  const made = await million(customers, (line) => process.stdout.write(`${((performance.now() - from) / 1000).toFixed(0)} s: ${line}\n`));
  figure("seconds", (performance.now() - from) / 1000);
  figure("file", made.file);
  figure("megabytes", Math.round(statSync(made.file).size / 1e6));
  const db = new BetterSqlite(made.file, { readonly: true });
  const count = (table: string) => (db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  for (const table of ["contact_points", "consents", "order_lines"]) figure(table, count(table));
  check(`${customers} customers, each with its facts`, count("parties") === customers && count("customer_metrics") === customers);
  check(`${made.orders} orders`, count("orders") === made.orders);
  check(`${made.events} events`, count("events") === made.events);
  const wrong = db
    .prepare(
      `SELECT count(*) AS n FROM (SELECT party_id, count(*) AS orders, sum(total_minor) AS spend, max(placed_at) AS last FROM orders WHERE status <> 'cancelled' GROUP BY party_id) o
       JOIN customer_metrics m ON m.party_id = o.party_id WHERE m.orders_count <> o.orders OR m.spend_minor <> o.spend OR m.last_order_at <> o.last`,
    )
    .get() as { n: number };
  check("the facts kept are those of the orders", wrong.n === 0);
  db.close();
}
