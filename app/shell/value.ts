/** rapport value … and rapport rfm: what purchases in a file say of customers, without taking them in. */
import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { expectedPurchases } from "../domain/customers/value/bg-nbd";
import { fitValue } from "../domain/customers/value/fit";
import { historiesOf, scoreRfm, type Purchase } from "../domain/customers/value/histories";
import { RFM_SEGMENTS } from "../domain/customers/value/rfm";
import { parseCsv } from "../domain/imports/csv";
import { fail, refusing, say } from "./shell";

/** The end of the paper's calibration period: 39 weeks. */
const CDNOW_UNTIL = "1997-09-30";

export function addValueCommands(cli: Command): void {
  const value = cli.command("value").description("how often customers will buy again, and for how much");
  value
    .command("fit")
    .argument("<file>", "purchases, or - for standard input")
    .option("--format <format>", "csv (columns customer_id, order_date, revenue) or cdnow (id, sample id, YYYYMMDD, pieces, dollars)", "csv")
    .option("--until <day>", "the last day that counts, YYYY-MM-DD; unless given the last purchase's, for cdnow the end of its 39 weeks")
    .option("--json", "one line with the parameters")
    .description("fit BG/NBD (r, alpha, a, b) and gamma-gamma (p, q, v) by maximum likelihood; times in weeks")
    .action((file: string, options: { format: string; until?: string; json?: boolean }) => refusing(async () => fit(file, options)));
  cli
    .command("rfm")
    .argument("<file>", "purchases with the columns customer_id, order_date, revenue, or - for standard input")
    .option("--at <day>", "the day of the analysis, YYYY-MM-DD; unless given the day after the last purchase")
    .option("--json", "one object: the cuts, how many are in each segment, and everybody's scores")
    .description("score customers by recency, frequency and monetary value, in quintiles")
    .action((file: string, options: { at?: string; json?: boolean }) => refusing(async () => rfm(file, options)));
}

async function fit(file: string, { format, until, json }: { format: string; until?: string; json?: boolean }): Promise<void> {
  if (format !== "csv" && format !== "cdnow") fail(`--format ${format}: csv or cdnow`);
  const purchases = format === "cdnow" ? readCdnow(file) : readPurchases(file);
  const last = until ?? (format === "cdnow" ? CDNOW_UNTIL : null);
  const { frequency, spend, trouble, customers, repeaters } = await fitValue(historiesOf(purchases, last ? dayOf(last, "--until") : lastDay(purchases)));
  if (!frequency || !spend) return fail(`${file}: ${trouble} (${customers} customers, ${repeaters} of them came back)`);
  const { r, alpha, a, b, loglik } = frequency;
  const { p, q, v } = spend;
  if (json) return say(JSON.stringify({ r, alpha, a, b, loglik, p, q, v, loglik_spend: spend.loglik, customers, repeaters, trouble }));
  say(`${customers} customers, ${repeaters} came back${trouble ? `; not to be relied upon: ${trouble}` : ""}`);
  say(`BG/NBD       r ${r.toFixed(4)}  alpha ${alpha.toFixed(4)}  a ${a.toFixed(4)}  b ${b.toFixed(4)}  log-likelihood ${loglik.toFixed(2)}`);
  say(`gamma-gamma  p ${p.toFixed(4)}  q ${q.toFixed(4)}  v ${v.toFixed(4)}  log-likelihood ${spend.loglik.toFixed(2)}`);
  say(`Somebody who bought 3 times, 1 and 20 weeks after the first, and is looked at after 30 weeks, buys ${expectedPurchases(frequency, { x: 2, tx: 20, T: 30 }, 52).toFixed(2)} times within a year.`);
}

function rfm(file: string, { at, json }: { at?: string; json?: boolean }): void {
  const purchases = readPurchases(file);
  const { cuts, customers } = scoreRfm(purchases, at ? dayOf(at, "--at") : lastDay(purchases) + 1);
  const segments = Object.fromEntries(
    RFM_SEGMENTS.map((segment) => {
      const those = customers.filter((one) => one.segment === segment);
      const sum = (of: (one: (typeof those)[number]) => number) => those.reduce((total, one) => total + of(one), 0);
      return [segment, { customers: those.length, orders: sum((one) => one.orders), revenue: sum((one) => one.spend) }];
    }),
  );
  if (json) {
    const rows = customers.map(({ customer, days, orders, spend, scores, segment }) => ({
      customer, recency_days: days, orders, revenue: spend, score: `${scores.recency}${scores.frequency}${scores.monetary}`, segment,
    }));
    return say(JSON.stringify({ cuts, segments, customers: rows }));
  }
  for (const [name, { customers: count, orders, revenue }] of Object.entries(segments)) say(`${name.padEnd(20)} ${String(count).padStart(7)} customers ${String(orders).padStart(8)} orders ${revenue.toFixed(2).padStart(14)}`);
}

function lastDay(purchases: readonly Purchase[]): number {
  return purchases.reduce((last, { day }) => Math.max(last, day), -Infinity);
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
}

function readCdnow(file: string): Purchase[] {
  const purchases = readText(file)
    .split(/\r?\n/)
    .flatMap((line, i): Purchase[] => {
      const cells = line.trim().split(/\s+/);
      if (cells.length === 1 && !cells[0]) return [];
      const [customer = "", , date = "", , amount = ""] = cells;
      const day = /^\d{8}$/.test(date) ? dayOf(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`, `${file}:${i + 1}`) : Number.NaN;
      if (cells.length !== 5 || Number.isNaN(day) || !Number.isFinite(Number(amount))) return fail(`${file}:${i + 1}: not a line of five columns: ${line.slice(0, 80)}`);
      return [{ customer, day, amount: Number(amount) }];
    });
  return purchases.length ? purchases : fail(`${file}: there are no purchases in it`);
}

function readPurchases(file: string): Purchase[] {
  const [head, ...rows] = parseCsv(readText(file), ",");
  const at = (name: string) => {
    const found = head?.cells.findIndex((cell) => cell.trim().toLowerCase() === name) ?? -1;
    return found < 0 ? fail(`${file}: the column ${name} is missing`) : found;
  };
  const [customer, date, revenue] = [at("customer_id"), at("order_date"), at("revenue")];
  const purchases = rows.map(({ cells, line }) => {
    const amount = Number(cells[revenue]);
    if (!cells[customer] || !cells[revenue]?.trim() || !Number.isFinite(amount)) return fail(`${file}:${line}: no customer or no amount`);
    return { customer: cells[customer], day: dayOf(cells[date] ?? "", `${file}:${line}`), amount };
  });
  return purchases.length ? purchases : fail(`${file}: there are no purchases in it`);
}

/** Days since 1 January 1970. */
function dayOf(text: string, where: string): number {
  const day = text.trim();
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
  // 30 February is read as 2 March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? fail(`${where}: not a day YYYY-MM-DD: ${text.slice(0, 40)}`) : at / 86_400_000;
}
