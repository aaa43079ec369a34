/** rapport report …: the figures of the reports pages, as plain tables. */
import { Option, type Command } from "commander";

import { HABIT_TABLES, habitTable, LOYALTY_TABLES, loyaltyTable, pairTable, type Row } from "../domain/analytics/tables";
import { STEPS, type Step } from "../domain/analytics/cohorts";
import { PERIODS, type Period } from "../domain/analytics/period";
import { reportNow } from "../domain/analytics/reckoning.server";
import { findReport, type Report } from "../domain/analytics/reports.server";
import { deriveAll } from "../domain/orders/derive.server";
import { listProductsById } from "../domain/products/products.server";
import type { App } from "../context.server";
import { fail, say, withApp } from "./shell";

type Options = { json?: boolean; now?: boolean; period: Period; by: Step };
type Tables = Record<string, Row[]>;

export function addReportCommands(cli: Command): void {
  const report = cli.command("report").description("figures about all customers, as of the last reckoning");
  const add = (name: string, description: string, tablesOf: (app: App, report: Report, options: Options) => Promise<Tables> | Tables) =>
    report
      .command(name)
      .description(description)
      .option("--json", "one object: as of when, and each table with its columns first")
      .option("--now", "reckon everything anew first")
      .addOption(new Option("--period <period>", "of which while").choices(PERIODS).default("90d"))
      .addOption(new Option("--by <step>", "cohorts of").choices(STEPS).default("month"))
      .action((options: Options) => withApp(async (app) => print(await read(app, options), options, (found) => tablesOf(app, found, options))));

  add("loyalty", "cohorts, repeat rate, churn risk, tenure", (_, { content: { loyalty } }, { by, period }) => ({
    ...Object.fromEntries(LOYALTY_TABLES.map((table) => [table, loyaltyTable(loyalty, table, { step: by, period })])),
    standing: [["customers", "repeaters", "active", "median_tenure_days"], [loyalty.standing.now.customers, loyalty.standing.now.repeaters, loyalty.standing.now.active, loyalty.standing.now.tenure.all.median]],
  }));
  add("habits", "intervals, baskets, categories, hours", (_, { content }, { period }) => Object.fromEntries(HABIT_TABLES.map((table) => [table, habitTable(content.habits[period], table)])));
  add("affinity", "what is bought together more often than by chance", async (app, { content: { affinity } }) => {
    const products = await listProductsById(app.db.read, [...new Set(affinity.products.flatMap(({ item, partner }) => [item, partner]))], "en");
    const skus = new Map(products.map(({ id, sku }) => [id, sku]));
    return { products: pairTable(affinity.products, (id) => skus.get(id) ?? String(id)), categories: pairTable(affinity.categories, (category) => category) };
  });
}

async function read(app: App, { now }: Options): Promise<Report> {
  if (now) {
    await deriveAll(app);
    await reportNow(app);
  }
  return (await findReport(app.db.read)) ?? fail("nothing has been reckoned yet: --now does it");
}

async function print(report: Report, { json }: Options, tablesOf: (report: Report) => Promise<Tables> | Tables): Promise<void> {
  const tables = await tablesOf(report);
  const asOf = new Date(report.asOf).toISOString();
  if (json) return say(JSON.stringify({ as_of: asOf, currency: report.currency, time_zone: report.timeZone, ...tables }));
  say(`as of ${asOf}, ${report.currency}, ${report.timeZone}`);
  for (const [name, rows] of Object.entries(tables)) {
    say(`\n${name}`);
    for (const row of rows) say(row.map((cell) => (cell === null ? "" : typeof cell === "number" && !Number.isInteger(cell) ? cell.toPrecision(4) : String(cell))).join("\t"));
  }
}
