/** The reports over orders that can be counted by hand. */
import { beforeAll, describe, expect, it } from "vitest";

import type { Database } from "~/db/types";
import { retention } from "~/domain/analytics/cohorts";
import { reportDue, reportNow } from "~/domain/analytics/reckoning.server";
import { countCohortPeople, findReport, listCohortPeople, type Report } from "~/domain/analytics/reports.server";
import { listBoughtTogether, readHabitsOf } from "~/domain/analytics/wishes.server";

import { hasDatabase, sceneDatabase, testDatabase } from "../support/database";
import { type GivenOrder, writeWorld } from "../support/report-world";

const ASOF = Date.UTC(2026, 5, 1, 12);
const PRICES: Record<string, number> = { MUG: 1000, TEA: 300, PEN: 200, CARD: 150 };

/** "MUG TEA*2": one mug, two teas. */
function order(at: string, what: string, more: Partial<GivenOrder> = {}): GivenOrder {
  const lines = what.split(" ").map((text) => {
    const [sku = "", quantity = "1"] = text.split("*");
    return { sku, quantity: Number(quantity), minor: PRICES[sku]! * Number(quantity) };
  });
  return { at, lines, ...more };
}

/*
 * The company lives in Warsaw (UTC+1, from 29 March 2026 UTC+2) and counts in EUR; all instants are UTC. It is 1 June 2026, 12:00.
 *
 *   who  zone       orders                                                      first day there   tenure  purchases, days between
 *   A    Warsaw     5 Jan, 5 Feb 10:00, 5 Feb 20:00, 10 Apr                     5 Jan             147     3: 31, 64
 *   B    Warsaw     31 Jan 23:30 (1 Feb in Warsaw), 1 Mar                       1 Feb             120     2: 28
 *   C    New York   20 Jan 02:00 (19 Jan there), 29 Mar, 25 May in PLN          20 Jan            132     3: 68, 57
 *   D    Warsaw     15 Mar                                                      15 Mar             78     1
 *   E    London     29 Mar 00:30, 29 Mar 01:30 (clocks went on), 10 May         29 Mar             64     2: 42
 *   F    Warsaw     1 Apr, [20 Apr cancelled], 28 May                           1 Apr              61     2: 57
 *   G    Warsaw     1 May 2025, 20 May 2025                                     1 May 2025        396     2: 19
 *   H    Warsaw     20 May, [2 Jun: not yet]                                    20 May             12     1
 *
 * 20 orders, 18 count.
 */
const WARSAW = "Europe/Warsaw";
const WORLD = {
  products: { MUG: "mugs", TEA: "tea", PEN: "pens", CARD: null },
  customers: [
    { zone: WARSAW, orders: [order("2026-01-05T10:00", "MUG TEA*2"), order("2026-02-05T10:00", "TEA"), order("2026-02-05T20:00", "PEN"), order("2026-04-10T09:00", "MUG TEA")] },
    { zone: WARSAW, orders: [order("2026-01-31T23:30", "MUG"), order("2026-03-01T12:00", "MUG TEA")] },
    { zone: "America/New_York", orders: [order("2026-01-20T02:00", "MUG TEA"), order("2026-03-29T06:30", "TEA"), order("2026-05-25T15:00", "PEN", { currency: "PLN" })] },
    { zone: WARSAW, orders: [order("2026-03-15T10:00", "PEN*3")] },
    { zone: "Europe/London", orders: [order("2026-03-29T00:30", "MUG TEA"), order("2026-03-29T01:30", "CARD"), order("2026-05-10T10:00", "MUG")] },
    { zone: WARSAW, orders: [order("2026-04-01T10:00", "MUG PEN"), order("2026-04-20T10:00", "MUG", { cancelledAt: Date.UTC(2026, 3, 21) }), order("2026-05-28T10:00", "TEA")] },
    { zone: WARSAW, orders: [order("2025-05-01T10:00", "MUG TEA"), order("2025-05-20T10:00", "TEA")] },
    { zone: WARSAW, orders: [order("2026-05-20T10:00", "MUG TEA"), order("2026-06-02T10:00", "MUG")] },
  ],
};

describe.runIf(hasDatabase())("a report over twenty orders", () => {
  let db: Database;
  let report: Report;

  beforeAll(async () => {
    db = await sceneDatabase();
    await writeWorld(db, WORLD, ASOF);
    expect(await reportNow({ db, clock: () => ASOF })).toBe(true);
    report = (await findReport(db.read))!;
    return () => db.close();
  });

  it("stands on the derivation, as of its instant, and is made once for it", async () => {
    expect(report).toMatchObject({ asOf: ASOF, day: "2026-06-01", currency: "EUR", timeZone: WARSAW });
    expect(await reportDue({ db, clock: () => ASOF })).toBe(0);
  });

  it("counts cohorts by the company's months and quarters", () => {
    const { month, quarter } = report.content.loyalty.cohorts;
    // G alone is of 2025, and came back in its own month only. B is of February: in Warsaw it was past midnight.
    expect(month.map(({ start, active }) => [start.slice(0, 7), active])).toEqual([
      ["2025-05", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
      ...["2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12"].map((name, i) => [name, Array.from({ length: 13 - i }, () => 0)]),
      ["2026-01", [2, 1, 1, 1, 1, 0]], // A and C; A in February, C in March, A in April, C in May
      ["2026-02", [1, 1, 0, 0, 0]], // B in March
      ["2026-03", [2, 0, 1, 0]], // D and E; E in May
      ["2026-04", [1, 1, 0]], // F in May; the order in between was cancelled
      ["2026-05", [1, 0]],
      ["2026-06", [0]],
    ]);
    expect(quarter.map(({ start, active }) => [start, active])).toEqual([
      ["2025-04-01", [1, 0, 0, 0, 0]], ["2025-07-01", [0, 0, 0, 0]], ["2025-10-01", [0, 0, 0]],
      ["2026-01-01", [5, 3]], // A, C and E again since April
      ["2026-04-01", [2]],
    ]);
    // In the month after the first: G 0 of 1, January 1 of 2, February 1 of 1, March 0 of 2, April 1 of 1; May's is not over.
    expect(retention(month)[1]).toEqual({ after: 1, customers: 7, active: 3 });
  });

  it("finds the people of a cell", async () => {
    const cell = { start: "2026-01-01", step: "month", after: 2 } as const;
    const people = await listCohortPeople(db.read, cell, WARSAW, { limit: 10 });
    expect(people).toEqual([expect.objectContaining({ publicId: "p-3", name: "Customer 3", ordersCount: 3 })]);
    expect(await countCohortPeople(db.read, { ...cell, after: 0 }, WARSAW)).toBe(2);
    for (const [step, cohorts] of Object.entries(report.content.loyalty.cohorts) as ["month" | "quarter", typeof report.content.loyalty.cohorts.month][])
      // H orders once more on 2 June, after the report: the only cell that has another one since.
      for (const { start, active } of cohorts)
        for (const [after, count] of active.entries())
          expect(await countCohortPeople(db.read, { start, step, after }, WARSAW), `${step} ${start} +${after}`).toBe(count + (step === "month" && start === "2026-05-01" && after === 1 ? 1 : 0));
  });

  it("counts who ordered again, of those whose days are over", () => {
    const { within } = report.content.loyalty;
    // 30 days: over for all but H; B, E and G in time. 90: A, B, C and G, all of them. 365: G.
    expect(within.all.now).toEqual([{ days: 30, customers: 7, again: 3 }, { days: 90, customers: 4, again: 4 }, { days: 365, customers: 1, again: 1 }]);
    expect(within.all.before).toBeNull();
    // Over within 3 March to 1 June: D, E and F; in the 90 days before: A, B and C.
    expect(within["90d"].now[0]).toEqual({ days: 30, customers: 3, again: 1 });
    expect(within["90d"].before![0]).toEqual({ days: 30, customers: 3, again: 1 });
  });

  it("says how long customers have been there, now and then", () => {
    const { now, before } = report.content.loyalty.standing;
    expect(now).toMatchObject({ customers: 8, repeaters: 6, active: 7 });
    // 12, 61, 64, 78, 120, 132, 147, 396; G is not active.
    expect(now.tenure).toEqual({
      all: { count: 8, mean: 1010 / 8, median: 99 }, active: { count: 7, mean: 614 / 7, median: 78 },
      buckets: { all: [1, 3, 3, 0, 1, 0, 0], active: [1, 3, 3, 0, 0, 0, 0] },
    });
    // On 3 March: A, B (its second on 1 March), C (once) and G, whose last order was within the year then.
    expect(before["90d"]).toMatchObject({ customers: 4, repeaters: 3, active: 4 });
  });

  it("says who may be lost, with what they spent in the year before their last order", async () => {
    /*
     * p(alive) = 1 / (1 + a/(b+x-1) · ((alpha+T)/(alpha+tx))^(r+x)), weeks; r 0.243, alpha 4.414, a 0.793, b 2.426:
     *   A  x 2, tx 95/7, T 147/7  0.793/3.426 · (25.414/17.985)^2.243 = 0.5027  → 0.665  some   spent 34.00
     *   B  x 1, tx 28/7, T 120/7  0.793/2.426 · (21.557/ 8.414)^1.243 = 1.0532  → 0.487  high   spent 23.00
     *   C  x 2, tx 125/7, T 132/7 0.793/3.426 · (23.271/22.271)^2.243 = 0.2553  → 0.797  some   spent 16.00 (PLN left out)
     *   E  x 1, tx 42/7, T 64/7   0.793/2.426 · (13.557/10.414)^1.243 = 0.4535  → 0.688  some   spent 24.50
     *   F  x 1, tx 57/7, T 61/7   0.793/2.426 · (13.128/12.557)^1.243 = 0.3454  → 0.743  some   spent 15.00
     *   G  x 1, tx 19/7, T 396/7  0.793/2.426 · (60.985/ 7.128)^1.243 = 4.711   → 0.175  gone   spent 16.00
     *   D and H bought on one day: 6.00 and 13.00
     */
    expect(report.content.loyalty.standing.now.risk).toEqual({
      low: { customers: 0, yearMinor: 0 }, some: { customers: 4, yearMinor: 8950 }, high: { customers: 1, yearMinor: 2300 }, gone: { customers: 1, yearMinor: 1600 },
      once: { customers: 2, yearMinor: 1900 }, tenths: [0, 1, 0, 0, 1, 0, 2, 2, 0, 0],
    });
    expect(report.atRisk).toEqual([{ partyId: 2, chance: expect.closeTo(0.487, 3), yearMinor: 2300, lastAt: Date.parse("2026-03-01T12:00Z") }]);
  });

  it("counts intervals, baskets, categories and hours", () => {
    const habits = report.content.habits.all.now;
    expect(habits).toMatchObject({ orders: 18, customers: 8, otherCurrency: 1 });
    // 19, 28, 31, 42, 57, 57, 64, 68
    expect(habits.interval).toEqual({ count: 8, mean: 45.75, median: 49.5, buckets: [0, 0, 2, 4, 2, 0, 0, 0] });
    // Ten orders of one line, eight of two; three pieces in A's first and in D's.
    expect(habits.lines).toEqual({ count: 18, mean: 26 / 18, median: 1 });
    expect(habits.units).toEqual({ count: 18, mean: 29 / 18, median: 1.5, buckets: [9, 7, 2, 0, 0, 0, 0] });
    // 1.50, 2, 3 ×4, 6, 10 ×2, 12, 13 ×6, 16
    expect(habits.value).toEqual({ count: 17, mean: 14_750 / 17, median: 1000 });
    expect(habits.categories).toEqual([
      { category: "mugs", orders: 10, customers: 7, spendMinor: 10_000 },
      { category: "tea", orders: 11, customers: 7, spendMinor: 3600 },
      { category: "pens", orders: 4, customers: 4, spendMinor: 1000 }, // C's 2.00 were PLN
      { category: null, orders: 1, customers: 1, spendMinor: 150 },
    ]);
    expect(habits.spendMinor).toBe(14_750);
    const hours = habits.hours.flatMap((day, weekday) => day.flatMap((n, hour) => (n ? [[weekday, hour, n]] : [])));
    expect(hours).toEqual([
      [0, 11, 2], [0, 21, 1], // A's first, C's last; C's first: Monday evening in New York
      [1, 12, 1], [2, 12, 2], [3, 11, 1], [3, 12, 2], [3, 21, 1], [4, 11, 1],
      [6, 0, 2], [6, 2, 2], [6, 11, 2], [6, 13, 1], // half past midnight: B and E; half past two: C, and E after the clocks went on
    ]);
    expect(report.content.habits["30d"].now).toMatchObject({ orders: 4, customers: 4 }); // C, E, F, H
    expect(report.content.habits["30d"].before).toMatchObject({ orders: 1, customers: 1 }); // A, 10 April
  });

  it("takes no pair for more than chance that chance would make", () => {
    // Of 16 orders of the last 365 days 9 have a mug, 9 tea, 6 both: so many or more in 3760 of 11440 ways.
    expect(report.content.affinity).toEqual({ orders: 16, products: [], categories: [] });
  });

  it("keeps what each customer likes best, by what they spent", async () => {
    const rows = await db.read.raw<{ party_id: number; favourite_category: string }>("SELECT party_id, favourite_category FROM customer_habits ORDER BY party_id");
    expect(rows.map((row) => row.favourite_category)).toEqual(["mugs", "mugs", "mugs", "pens", "mugs", "mugs", "mugs", "mugs"]);
  });
});

describe.runIf(hasDatabase())("what is bought together", () => {
  /*
   * 30 orders of the last year: 12 with bread and butter, 6 with bread and jam, 12 with salt alone. Bread in 18, butter in 12, jam in 6.
   * bread+butter: confidence 12/18 and 12/12, lift 12·30/(18·12) = 5/3; by chance in C(18,12)/C(30,12) = 18564/86493225 = 0.0002.
   * bread+jam: 6/18, 6/6, 6·30/(18·6) = 5/3; by chance in C(18,6)/C(30,6) = 18564/593775 = 0.031: not kept (two pairs tried, 0.01).
   * Butter is bought again by all of its 6 buyers, a fortnight later; who has bread only is proposed butter, who has both butter again.
   */
  const day = (n: number) => new Date(ASOF - n * 86_400_000).toISOString().slice(0, 16);
  const lines = (...skus: string[]) => skus.map((sku) => ({ sku, quantity: 1, minor: 100 }));
  const world = {
    products: { BREAD: "food", BUTTER: "food", JAM: "food", SALT: "spice" },
    customers: [
      ...Array.from({ length: 6 }, (_, i) => ({ zone: WARSAW, orders: [{ at: day(40 + i), lines: lines("BREAD", "BUTTER") }, { at: day(20 + i), lines: lines("BREAD", "BUTTER") }] })),
      ...Array.from({ length: 6 }, (_, i) => ({ zone: WARSAW, orders: [{ at: day(30 + i), lines: lines("BREAD", "JAM") }] })),
      ...Array.from({ length: 12 }, (_, i) => ({ zone: WARSAW, orders: [{ at: day(5 + i), lines: lines("SALT") }] })),
    ],
  };

  it("is kept from both sides, proposed to who may want it, and not when it is put away", async () => {
    const db = await testDatabase();
    await writeWorld(db, world, ASOF);
    await reportNow({ db, clock: () => ASOF });
    const { affinity } = (await findReport(db.read))!.content;
    expect(affinity).toMatchObject({ orders: 30, products: [{ item: 1, partner: 2, together: 12, one: 18, other: 12, orders: 30, chance: expect.closeTo(18_564 / 86_493_225, 10) }] });
    expect(affinity.products).toHaveLength(1);
    expect(await listBoughtTogether(db.read, 1, "en")).toEqual([{ publicId: "product-2", name: "BUTTER", together: 12, confidence: 12 / 18, support: 0.4, lift: expect.closeTo(5 / 3, 12), extra: expect.closeTo(4.8, 12) }]);
    expect(await listBoughtTogether(db.read, 2, "en")).toEqual([expect.objectContaining({ publicId: "product-1", confidence: 1 })]);

    const wishes = async (partyId: number) => (await readHabitsOf(db.read, partyId, "en", ASOF))?.wishes.map(({ name, becauseOf }) => `${name} by ${becauseOf}`);
    expect(await wishes(7)).toEqual(["BUTTER by BREAD"]);
    // Both of them are bought again by a third and more of their buyers.
    expect(await wishes(1)).toEqual(["BREAD by BUTTER", "BUTTER by BREAD"]);
    expect(await wishes(13)).toEqual([]);
    expect(await readHabitsOf(db.read, 1, "en", ASOF)).toMatchObject({ own: { purchases: 2, interval: 20, favourite: "food", hour: null, units: { mean: 2 }, value: { mean: 200 } }, currency: "EUR" });

    await db.write((tx) => tx.raw("UPDATE products SET is_active = false WHERE id = 2"));
    expect(await wishes(7)).toEqual([]);
    expect(await listBoughtTogether(db.read, 1, "en")).toEqual([]);
  });
});
