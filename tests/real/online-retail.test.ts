/**
 * The Online Retail extract, as its authors published it, imported whole: every figure of its oracle.json. The data is
 * kept beside the project, not in it; where it is absent this test is skipped, and says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { reportNow } from "../../app/domain/analytics/reckoning.server";
import { findReport } from "../../app/domain/analytics/reports.server";
import { derivations } from "../../app/domain/customers/schema";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import type { ImportType } from "../../app/domain/imports/import";
import { findPreset } from "../../app/domain/imports/presets.server";
import { countRejects, rejectsFile } from "../../app/domain/imports/rejects.server";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, planImport, startRun, type ImportRun } from "../../app/domain/imports/runs.server";
import { parseCsv } from "../../app/domain/imports/csv";
import { at } from "../support/factories";
import { freshSqliteFile } from "../support/database";

const folder = resolve(process.env.RAPPORT_SHARED ?? "../shared", "data/online-retail");
const isThere = existsSync(join(folder, "oracle.json"));
if (!isThere) process.stderr.write(`skipped: the Online Retail data is not at ${folder} (RAPPORT_SHARED names another place)\n`);

type Oracle = {
  lines: number;
  customers_any_line: number;
  purchasing_customers: number;
  purchase_invoices: number;
  cancellation_lines: number;
  lines_without_customer: number;
  revenue_purchases_with_customer: string;
  revenue_excluding_invoices_C: string;
  revenue_all: string;
  "customers_ge3_invoices_since_2011-09-10": number;
  top10: { customer: string; invoices: number; revenue: number; last: string }[];
};

const pence = (pounds: string | number) => Math.round(Number(pounds) * 100);

describe.skipIf(!isThere)("Online Retail", () => {
  let db: Database;
  let extract: ImportRun;
  const oracle: Oracle = isThere ? JSON.parse(readFileSync(join(folder, "oracle.json"), "utf8")) : ({} as Oracle);

  const importFile = async (type: ImportType, file: string) => {
    const path = join(folder, file);
    const shape = await inspectFile(path);
    const preset = await findPreset(db.read, type, "online-retail");
    const plan = planImport(type, shape, { currency: "EUR", timeZone: "Europe/Warsaw", locale: "en" }, preset);
    const run = await db.write(async (tx) => {
      const made = await createRun(tx, at(), { type, filename: file, shape, ...plan, preset: "online-retail", origin: "shell" });
      expect(await startRun(tx, at(), made, plan)).toEqual({ ok: true });
      return made;
    });
    return runToEnd(db, Date.now, run.id, path);
  };
  const one = async (sql: string, ...params: unknown[]) => {
    const [row] = await db.read.raw<Record<string, unknown>>(sql, params);
    return Number(Object.values(row ?? {})[0]);
  };
  const state = async () => ({
    tables: await db.read.raw(
      `select (select count(*) from parties) as parties, (select count(*) from orders) as orders, (select count(*) from order_lines) as lines,
              (select count(*) from products) as products, (select count(*) from invoices) as invoices, (select count(*) from events) as events,
              (select sum(total_minor) from orders) as total, (select sum(spend_minor) from customer_metrics) as spend, (select count(*) from consents) as consents`,
    ),
  });

  beforeAll(async () => {
    db = openSqlite(freshSqliteFile());
    extract = await importFile("orders", "online_retail_433_customers.csv.gz");
    return () => db.close();
  }, 600_000);

  it("reads every line, and keeps apart those without a customer", async () => {
    expect(extract).toMatchObject({ state: "finished", read: oracle.lines, rejected: oracle.lines_without_customer });
    expect(extract.accepted + extract.rejected).toBe(oracle.lines);
    expect(await countRejects(db.read, extract.id)).toEqual([{ reason: "missing_customer", count: oracle.lines_without_customer }]);
  });

  it("counts purchases, their customers and their revenue", async () => {
    expect(extract.report).toMatchObject({ orders: oracle.purchase_invoices, customers: oracle.customers_any_line });
    expect(await one("select count(*) from orders")).toBe(oracle.purchase_invoices);
    expect(await one("select count(*) from parties")).toBe(oracle.customers_any_line);
    expect(await one("select count(*) from customer_metrics where orders_count > 0")).toBe(oracle.purchasing_customers);
    expect(await one("select sum(total_minor) from order_lines")).toBe(pence(oracle.revenue_purchases_with_customer));
    expect(await one("select sum(spend_minor) from customer_metrics where currency = 'GBP'")).toBe(pence(oracle.revenue_purchases_with_customer));
  });

  it("keeps cancellations as credit notes; with the lines kept apart they make up all revenue", async () => {
    const rejected = await rejectedLines();
    const cancelled = rejected.filter((row) => row.InvoiceNo!.startsWith("C"));
    expect(extract.report.creditLines + cancelled.length).toBe(oracle.cancellation_lines);
    const worth = (rows: Record<string, string>[]) => rows.reduce((sum, row) => sum + Math.round(Number(row.Quantity) * pence(row.UnitPrice!)), 0);
    const purchases = await one("select sum(total_minor) from orders");
    const credits = await one("select sum(total_minor) from invoices where kind = 'credit_note'");
    expect(credits).toBeLessThan(0);
    expect(purchases + worth(rejected.filter((row) => !row.InvoiceNo!.startsWith("C")))).toBe(pence(oracle.revenue_excluding_invoices_C));
    expect(purchases + credits + worth(rejected)).toBe(pence(oracle.revenue_all));
  });

  it("knows the best customers, to the penny and the minute", async () => {
    const rows = await db.read.raw<{ number: string; invoices: number; revenue: number; last: number }>(
      `select p.number, m.orders_count as invoices, m.spend_minor as revenue, m.last_order_at as last
       from customer_metrics m join parties p on p.id = m.party_id order by m.spend_minor desc limit 10`,
    );
    const inLondon = (instant: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/London", dateStyle: "short", timeStyle: "medium" }).format(instant);
    expect(rows.map((row) => ({ customer: row.number, invoices: row.invoices, revenue: row.revenue, last: inLondon(row.last) }))).toEqual(
      oracle.top10.map((row) => ({ ...row, revenue: pence(row.revenue) })),
    );
  });

  it("finds those with three invoices and more since 10 September 2011", async () => {
    const since = Date.UTC(2011, 8, 9, 23); // midnight in London, in summer
    expect(
      await one("select count(*) from (select party_id from orders where placed_at >= ? group by party_id having count(*) >= 3) as some", since),
    ).toBe(oracle["customers_ge3_invoices_since_2011-09-10"]);
  });

  it("reports what a program of its own counted straight from the file", async () => {
    // Python over the CSV, in London's time: no line of it is ours. As of 10 December 2011, 00:00.
    const asOf = Date.UTC(2011, 11, 10);
    await db.write(async (tx) => {
      await tx.raw("UPDATE orders SET created_at = placed_at");
      await tx.raw("UPDATE parties SET time_zone = 'Europe/London'");
      await tx.insert(derivations).values({ asOf, day: "2011-12-10", finishedAt: asOf, currency: "GBP", timeZone: "Europe/London", customers: 433, repeaters: 275, cuts: {}, trouble: "not_found" });
    });
    await reportNow({ db, clock: () => asOf });
    const { loyalty, habits, affinity } = (await findReport(db.read))!.content;
    expect(loyalty.standing.now).toMatchObject({ customers: 433, repeaters: 275, tenure: { all: { median: 238 } } });
    expect(loyalty.cohorts.month.map(({ active }) => active)).toEqual([
      [87, 33, 29, 38, 35, 37, 33, 31, 33, 35, 29, 45, 27], [39, 13, 13, 7, 13, 13, 5, 7, 12, 8, 14, 2], [38, 3, 7, 13, 8, 10, 7, 10, 11, 14, 1], [40, 7, 11, 5, 8, 2, 6, 9, 11, 2],
      [26, 3, 4, 4, 1, 5, 4, 6, 1], [32, 9, 4, 6, 8, 10, 11, 6], [28, 5, 6, 7, 7, 8, 1], [22, 6, 3, 5, 9, 2], [15, 2, 4, 4, 0], [30, 9, 8, 0], [39, 9, 3], [31, 1], [6],
    ]);
    expect(loyalty.within.all.now).toEqual([{ days: 30, customers: 409, again: 92 }, { days: 90, customers: 331, again: 172 }, { days: 365, customers: 52, again: 45 }]);
    const { interval, lines, units, value, hours } = habits.all.now;
    expect(interval).toMatchObject({ count: 1145, mean: 55_558 / 1145, median: 33 });
    expect([lines.median, units.median, value.median]).toEqual([14, 140, 27_807.5]);
    expect([lines.mean! * 1724, units.mean! * 1724, value.mean! * 1724].map(Math.round)).toEqual([35_039, 387_589, 66_175_054]);
    expect(hours.map((day) => day.reduce((sum, n) => sum + n, 0))).toEqual([269, 273, 322, 393, 250, 0, 217]);
    expect(hours[3]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 11, 29, 37, 40, 55, 57, 45, 48, 23, 26, 16, 5, 1, 0, 0, 0]);
    const skus = new Map((await db.read.raw<{ id: number; sku: string }>("SELECT id, sku FROM products")).map(({ id, sku }) => [id, sku]));
    const best = affinity.products.slice(0, 3).map(({ item, partner, together, one: a, other: b }) => [[skus.get(item), a], [skus.get(partner), b]].toSorted().flat().concat(together));
    // 1,642 orders within the year; 17 of more than a hundred codes, and 15 of postage or entries by hand alone, which are no products.
    expect(affinity.orders).toBe(1610);
    // The clocks in red and green, and the teacups of the Regency.
    expect(best).toEqual([["22726", 80, "22727", 76, 52], ["22697", 60, "22699", 74, 48], ["22697", 60, "22698", 56, 45]]);
  });

  it("takes codes that differ only in case for one product", async () => {
    expect(await one("select count(*) - count(distinct upper(sku)) from products")).toBe(0);
    expect(await one("select count(*) from order_lines where sku <> upper(sku)")).toBe(0);
  });

  it("changes nothing when it is imported again, and adds only what is new from a file that repeats some invoices", async () => {
    const before = await state();
    const again = await importFile("orders", "online_retail_433_customers.csv.gz");
    expect(again.report).toMatchObject({ created: 0, changed: 0, orders: oracle.purchase_invoices });
    expect(await state()).toEqual(before);

    // ids written 17850.0 in this one; 19 of its invoices are in the extract
    const day = await importFile("orders", "2010-12-01.csv");
    expect(day.report).toMatchObject({ changed: 0, unchanged: 19 });
    expect(await one("select count(*) from parties where number like '%.%'")).toBe(0);
    expect(await one("select count(*) from parties where number = '17850'")).toBe(1);
    const after = await state();
    await importFile("orders", "2010-12-01.csv");
    expect(await state()).toEqual(after);
  });

  it("gives each customer an address, a language and a consent, once", async () => {
    const contacts = await importFile("customers", "contacts.csv");
    expect(contacts).toMatchObject({ read: 525, accepted: 525, rejected: 0 });
    expect(contacts.report).toMatchObject({ created: 0, changed: 525, consents: 386 });
    expect(await one("select count(*) from contact_points where kind = 'email'")).toBe(525);
    expect(await one("select count(*) from consent_states where state = 'granted'")).toBe(386);
    expect(await one("select count(*) from parties where locale = 'sr-Cyrl'")).toBe(95);
    const before = await state();
    expect((await importFile("customers", "contacts.csv")).report).toMatchObject({ changed: 0, unchanged: 525 });
    expect(await state()).toEqual(before);
  });

  async function rejectedLines(): Promise<Record<string, string>[]> {
    let text = "";
    for await (const piece of rejectsFile(db.read, extract, ["Line", "Column", "Reason"], (reject) => reject.reason)) text += piece;
    const [head, ...rows] = parseCsv(text.replace(/^\ufeff/, ""));
    // cells that a spreadsheet might run carry an apostrophe; numbers below zero are among them
    return rows.map((row) => Object.fromEntries(head!.cells.map((name, i) => [name, (row.cells[i] ?? "").replace(/^'/, "")])));
  }
});
