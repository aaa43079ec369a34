import { describe, expect, it } from "vitest";

import type { Database, Reader } from "../../app/db/types";
import { readCustomers } from "../../app/domain/analytics/purchases.server";
import { dayIn } from "../../app/domain/company/calendar";
import { findDerivation, findOpenDerivation, listWorthDays } from "../../app/domain/customers/derived.server";
import { findMetrics } from "../../app/domain/customers/metrics.server";
import { expectedPurchases, pAlive, type BgNbd } from "../../app/domain/customers/value/bg-nbd";
import { fitValue } from "../../app/domain/customers/value/fit";
import { expectedSpend, type GammaGamma } from "../../app/domain/customers/value/gamma-gamma";
import { historiesOf, scoreRfm } from "../../app/domain/customers/value/histories";
import { getCompany, saveCompany } from "../../app/domain/company/company.server";
import { repairFacts } from "../../app/domain/customers/repair.server";
import { refreshOrderFacts } from "../../app/domain/orders/facts.server";
import { recountOrders } from "../../app/domain/orders/recount.server";
import { deriveAll, deriveDue, fitEverybody, reckonWorths } from "../../app/domain/orders/derive.server";

import { databaseDialect } from "../../app/env.server";
import { hasDatabase, testDatabase } from "../support/database";
import { buyers, DAY, insertOrder, type Bought } from "../support/buyers";

const NOW = Date.UTC(2026, 5, 1, 12);
const where = (db: Database, now = NOW) => ({ db, clock: () => now });
const dayNumber = (at: number) => Date.parse(dayIn("Europe/Warsaw", at)) / DAY;
const purchases = (people: Bought[]) => people.flatMap(({ partyId, orders }) => orders.map(({ placedAt, minor }) => ({ customer: String(partyId), day: dayNumber(placedAt), amount: minor })));

describe.runIf(hasDatabase())("derived figures", () => {
  // Mutants: recency counted from another day; cancelled orders counted; two orders of a day counted as two purchases.
  it("are what the published models and quintiles say of the orders; two of one day count once, cancelled ones not at all", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 220, NOW - DAY);
    await db.write(async (tx) => {
      const [first, second] = people as [Bought, Bought];
      await insertOrder(tx, 9001, first.partyId, first.orders[0]!.placedAt + 1, 700);
      first.orders.push({ placedAt: first.orders[0]!.placedAt + 1, minor: 700 });
      await insertOrder(tx, 9002, second.partyId, NOW - 1000, 99_999, "cancelled");
    });
    const derivation = await deriveAll(where(db));
    const today = dayNumber(NOW);
    const bought = purchases(people);
    const histories = historiesOf(bought, today);
    const fit = await fitValue(histories);
    expect(fit.trouble).toBeNull();
    expect(derivation).toMatchObject({ trouble: null, customers: 220, repeaters: fit.repeaters, asOf: NOW, day: "2026-06-01", currency: "EUR" });
    expect(derivation.loglik).toBeCloseTo(fit.frequency!.loglik, 6);
    expect(derivation.loglikSpend).toBeCloseTo(fit.spend!.loglik, 6);
    const scored = new Map(scoreRfm(bought, today).customers.map((one) => [one.customer, one]));
    const model = derivation as BgNbd & GammaGamma;
    const ids = [...new Set(bought.map(({ customer }) => customer))];
    for (const [i, customer] of ids.entries()) {
      const metrics = (await findMetrics(db.read, Number(customer)))!;
      const { scores, segment } = scored.get(customer)!;
      const history = histories[i]!;
      const orders = expectedPurchases(model, history, 52);
      expect(metrics).toMatchObject({ recencyScore: scores.recency, frequencyScore: scores.frequency, monetaryScore: scores.monetary, rfmSegment: segment, derivedAsOf: NOW });
      expect(metrics.pAlive).toBeCloseTo(pAlive(model, history), 5);
      expect(metrics.expectedOrders).toBeCloseTo(orders, 3);
      expect(Math.abs(metrics.valueMinor! - orders * expectedSpend(model, history))).toBeLessThan(2);
    }
  });

  // Mutants: the stretch's guard on after_party_id dropped; the figures written without moving it.
  it("are written once on a day, stretch by stretch; who is stopped goes on where it stood, two at once do it once", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 150, NOW - DAY);
    const written = async () => Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM customer_metrics WHERE derived_as_of IS NOT NULL"))[0]!.n);
    await deriveDue(where(db));
    expect(await written()).toBe(0);
    await deriveDue(where(db));
    const some = await written();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(150);
    // The next one comes later and knows nothing but what stands in the database; another does the same at once.
    const later = where(db, NOW + 2 * 3_600_000);
    for (let i = 0; i < 10; i++) await Promise.all([deriveDue(later), deriveDue(later)]);
    expect(await written()).toBe(150);
    expect(await findOpenDerivation(db.read)).toBeNull();
    expect(await findDerivation(db.read)).toMatchObject({ asOf: NOW });
    const [days] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM worth_days");
    expect(Number(days!.n)).toBe(150);
    expect(await deriveDue(later)).toBe(0);
    expect((await findMetrics(db.read, people[149]!.partyId))!.derivedAsOf).toBe(NOW);
  });

  // Mutants: what changed since taken from the facts; the calendar's or the currency's change not looked at.
  it("are the same from the facts as from each order, also as of an instant before orders came, were cancelled or lay ahead", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 160, NOW - DAY);
    await db.write(async (tx) => {
      for (const [i, { partyId }] of people.slice(0, 30).entries()) await insertOrder(tx, 9100 + i, partyId, NOW + (i - 10) * DAY, 5000, i % 3 ? "delivered" : "cancelled");
      await tx.raw("UPDATE orders SET cancelled_at = created_at + 86400000 WHERE status = 'cancelled'");
      await tx.raw("UPDATE orders SET currency = 'RSD' WHERE id % 7 = 0");
    });
    await repairFacts(where(db), [recountOrders]);
    const both = async (asOf: number) => {
      const [facts, orders] = [await fitEverybody(db.read, asOf), await fitEverybody(db.read, asOf, "orders")];
      expect(facts).toEqual(orders);
      const derivation = { id: 0, finishedAt: null, afterPartyId: 0, ...facts };
      const worths = await reckonWorths(db.read, derivation, 0, 100_000);
      expect([...worths]).toEqual([...(await reckonWorths(db.read, derivation, 0, 100_000, "orders"))]);
      return worths.size;
    };
    expect(await both(NOW)).toBeGreaterThan(150);
    await both(NOW - 40 * DAY);
    await both(NOW + 40 * DAY);
    // Another calendar, another currency: the facts are counted anew before the next reckoning.
    await db.write(async (tx) => saveCompany(tx, { actor: { kind: "system", name: "cli" }, now: NOW }, { ...(await getCompany(tx)), timeZone: "Pacific/Auckland", currency: "RSD" }));
    await deriveAll(where(db, NOW + 50 * DAY));
    await both(NOW + 50 * DAY);
  });

  it("stand in the history on days on which they changed noticeably, sixty at most", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 120, NOW - DAY);
    await deriveAll(where(db));
    await deriveAll(where(db, NOW + DAY));
    const count = async () => Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM worth_days"))[0]!.n);
    expect(await count()).toBeLessThan(140);
    const { partyId } = people.find(({ orders }) => orders.length > 3)!;
    await db.write(async (tx) => {
      for (let i = 0; i < 70; i++)
        await tx.raw(
          `INSERT INTO worth_days (party_id, day, rfm_segment, recency_score, frequency_score, monetary_score, p_alive) VALUES (?, ?, 'lost', 1, 1, 1, 0)`,
          [partyId, new Date(Date.UTC(2020, 0, 1) + i * DAY).toISOString().slice(0, 10)],
        );
      await insertOrder(tx, 9100, partyId, NOW + 299 * DAY, 900_000);
    });
    await deriveAll(where(db, NOW + 300 * DAY));
    const days = await listWorthDays(db.read, partyId);
    expect(days).toHaveLength(60);
    expect(days[0]!.day).toBe(dayIn("Europe/Warsaw", NOW + 300 * DAY));
  });

  it("say why there are none: too few customers; scores there are all the same", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 20, NOW - DAY);
    expect(await deriveAll(where(db))).toMatchObject({ trouble: "few_customers", r: null });
    expect(await findMetrics(db.read, people[3]!.partyId)).toMatchObject({ pAlive: null, valueMinor: null, expectedOrders: null, derivedAsOf: NOW });
    expect((await findMetrics(db.read, people[3]!.partyId))!.rfmSegment).not.toBeNull();
  });

  // Mutants: who ordered since not mended; the figures of who has nothing left kept.
  it("are put right where they were others, and go with the last order", async () => {
    const db = await testDatabase();
    const [one, other, late] = (await buyers(db, 20, NOW - DAY)) as [Bought, Bought, Bought];
    await deriveAll(where(db));
    const right = (await findMetrics(db.read, one.partyId))!;
    await db.write(async (tx) => {
      await tx.raw("UPDATE customer_metrics SET recency_score = 6 - recency_score, rfm_segment = 'new' WHERE party_id = ?", [one.partyId]);
      await tx.raw("UPDATE orders SET status = 'cancelled', cancelled_at = created_at WHERE party_id = ?", [other.partyId]);
      await refreshOrderFacts(tx, other.partyId);
      // After the instant of the next reckoning: their facts do not say what they were.
      await insertOrder(tx, 9300, late.partyId, NOW + DAY, 900_000);
      await tx.raw("UPDATE customer_metrics SET recency_score = NULL, rfm_segment = NULL WHERE party_id = ?", [late.partyId]);
    });
    const derivation = await deriveAll(where(db, NOW + 1));
    const { recencyScore, rfmSegment } = (await reckonWorths(db.read, derivation, late.partyId - 1, late.partyId, "orders")).get(late.partyId)!;
    expect(await findMetrics(db.read, late.partyId)).toMatchObject({ recencyScore, rfmSegment });
    expect(await findMetrics(db.read, one.partyId)).toMatchObject({ recencyScore: right.recencyScore, rfmSegment: right.rfmSegment, derivedAsOf: NOW + 1 });
    expect(await findMetrics(db.read, other.partyId)).toMatchObject({ recencyScore: null, rfmSegment: null, derivedAsOf: null });
  });

  // Mutant: `IS TRUE` for `= true`, by which SQLite would rather go through all customers.
  it.runIf(databaseDialect() === "sqlite")("of one customer are the work of one customer", async () => {
    const db = await testDatabase();
    const people = await buyers(db, 1, NOW - DAY);
    const derivation = await deriveAll(where(db));
    const plans: string[] = [];
    const explained = Object.assign(Object.create(db.read) as Reader, {
      raw: async <Row>(text: string, params?: readonly unknown[]) => {
        plans.push((await db.read.raw<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, params)).map(({ detail }) => detail).join("; "));
        return db.read.raw<Row>(text, params);
      },
    });
    const [after, upTo] = [people[0]!.partyId - 1, people[0]!.partyId];
    await reckonWorths(explained, derivation, after, upTo, "orders");
    await readCustomers(explained, { after, upTo, asOf: NOW, timeZone: "Europe/Warsaw" });
    expect(plans).toHaveLength(3);
    for (const plan of plans) expect(plan).not.toMatch(/is_current|SCAN/);
  });
});
