/**
 * The facts of a customer, one row each, kept by the commands that change them: segments and lists read them instead of
 * counting orders and events again. The stage of the lifecycle follows from them, and from the time that passes.
 */
import { eq, inArray, sql } from "drizzle-orm";

import { givenRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { AT_RISK_AFTER, LAPSED_AFTER, LIFECYCLE_STAGES, LOYAL_FROM, lifecycleStage } from "./lifecycle";
import { customerMetrics, parties } from "./schema";

export type CustomerMetrics = typeof customerMetrics.$inferSelect;

export async function findMetrics(db: Reader, partyId: number): Promise<CustomerMetrics | null> {
  const [row] = await db.select().from(customerMetrics).where(eq(customerMetrics.partyId, partyId));
  return row ?? null;
}

export type OrderFacts = {
  /** Orders that were not cancelled. */
  ordersCount: number;
  spendMinor: number;
  currency: string;
  firstOrderAt: number | null;
  lastOrderAt: number | null;
  /** Of the orders in `currency`, rounded. */
  averageOrderMinor: number | null;
  usualIntervalDays: number | null;
  /** The last order and the usual interval after it. */
  dueAt: number | null;
  /** Days with an order, by the company's calendar. */
  purchaseDays: number;
  /** In the company's currency. */
  paidMinor: number;
  /** Days after the first with something paid in the company's currency, and what they came to. */
  paidRepeats: number;
  repeatSpendMinor: number;
  /** When an order last came or was cancelled. */
  ordersChangedAt: number | null;
};

/** Writes a customer's order facts as just counted, and the stage as of the last order; time ages it (`refreshStages`). */
export async function setOrderFacts(tx: Tx, partyId: number, facts: OrderFacts): Promise<void> {
  await tx.update(customerMetrics).set(facts).where(eq(customerMetrics.partyId, partyId));
  await tx
    .update(parties)
    .set({ lifecycleStage: lifecycleStage(facts, facts.lastOrderAt ?? 0) })
    .where(eq(parties.id, partyId));
}

const FACTS = {
  ordersCount: "orders_count", spendMinor: "spend_minor", currency: "currency", firstOrderAt: "first_order_at", lastOrderAt: "last_order_at",
  averageOrderMinor: "average_order_minor", usualIntervalDays: "usual_interval_days", dueAt: "due_at",
  purchaseDays: "purchase_days", paidMinor: "paid_minor", paidRepeats: "paid_repeats", repeatSpendMinor: "repeat_spend_minor", ordersChangedAt: "orders_changed_at",
} as const satisfies Record<keyof OrderFacts, string>;

/** As `setOrderFacts`, for many. Where no order is left, the currency stays what it was. */
export async function setOrderFactsOf(tx: Tx, list: readonly { partyId: number; facts: Omit<OrderFacts, "currency"> & { currency?: string } }[]): Promise<void> {
  const keys = Object.keys(FACTS) as (keyof OrderFacts)[];
  const types = Object.fromEntries(keys.map((key) => [FACTS[key], key === "currency" ? "text" : "int"] as const));
  const set = keys.map((key) => `${FACTS[key]} = ${key === "currency" ? "coalesce(g.currency, customer_metrics.currency)" : `g.${FACTS[key]}`}`);
  await tx.raw(
    `UPDATE customer_metrics SET ${set.join(", ")} FROM ${givenRows(tx, { party_id: "int", ...types })} g WHERE customer_metrics.party_id = g.party_id`,
    [JSON.stringify(list.map(({ partyId, facts }) => [partyId, ...keys.map((key) => facts[key] ?? null)]))],
  );
  await tx.raw(
    `UPDATE parties SET lifecycle_stage = g.stage FROM ${givenRows(tx, { party_id: "int", stage: "text" })} g WHERE parties.id = g.party_id AND lifecycle_stage <> g.stage`,
    [JSON.stringify(list.map(({ partyId, facts }) => [partyId, lifecycleStage(facts, facts.lastOrderAt ?? 0)]))],
  );
}

/** Adds to the counts of complaints: `{filed: 1, open: 1}` when one is filed, `{open: -1}` when one is settled. */
export async function addComplaintFacts(tx: Tx, partyId: number, { filed = 0, open = 0 }: { filed?: number; open?: number }): Promise<void> {
  await tx
    .update(customerMetrics)
    .set({
      complaintsCount: sql`${customerMetrics.complaintsCount} + ${filed}`,
      openComplaints: sql`${customerMetrics.openComplaints} + ${open}`,
    })
    .where(eq(customerMetrics.partyId, partyId));
}

/** One mail more for each of these customers, accepted at `at`; a customer may stand there more than once. */
export async function addAcceptedFacts(tx: Tx, list: { partyId: number; at: number }[]): Promise<void> {
  if (list.length === 0) return;
  const sums = new Map<number, { count: number; at: number }>();
  for (const { partyId, at } of list) {
    const sum = sums.get(partyId);
    sums.set(partyId, { count: (sum?.count ?? 0) + 1, at: Math.max(sum?.at ?? 0, at) });
  }
  await tx.raw(
    `UPDATE customer_metrics SET mails_accepted = mails_accepted + g.count,
       last_mailed_at = CASE WHEN last_mailed_at > g.at THEN last_mailed_at ELSE g.at END
     FROM ${givenRows(tx, { party_id: "int", count: "int", at: "int" })} g WHERE customer_metrics.party_id = g.party_id`,
    [JSON.stringify([...sums].map(([partyId, { count, at }]) => [partyId, count, at]))],
  );
}

export type ReadingFacts = {
  partyId: number;
  /** Mails that were opened, more or fewer than was known; when, if they are more. */
  opened: number;
  openedAt: number | null;
  clicked: number;
  clickedAt: number | null;
};

/** Moves marketing mails opened (first opens) and clicked (first clicks), and the last time of each, of many at once. */
export async function addReadingFacts(tx: Tx, list: readonly ReadingFacts[]): Promise<void> {
  const sums = new Map<number, ReadingFacts>();
  for (const facts of list) {
    if (!facts.opened && !facts.clicked) continue;
    const sum = sums.get(facts.partyId) ?? { partyId: facts.partyId, opened: 0, openedAt: null, clicked: 0, clickedAt: null };
    sums.set(facts.partyId, {
      partyId: facts.partyId,
      opened: sum.opened + facts.opened,
      openedAt: latest(sum.openedAt, facts.openedAt),
      clicked: sum.clicked + facts.clicked,
      clickedAt: latest(sum.clickedAt, facts.clickedAt),
    });
  }
  if (sums.size === 0) return;
  const rows = givenRows(tx, { party_id: "int", opened: "int", opened_at: "int", clicked: "int", clicked_at: "int" });
  const moved = (column: string, at: string) => `CASE WHEN ${at} IS NULL OR ${column} > ${at} THEN ${column} ELSE ${at} END`;
  await tx.raw(
    `UPDATE customer_metrics SET mails_opened = mails_opened + g.opened, last_opened_at = ${moved("last_opened_at", "g.opened_at")},
       mails_clicked = mails_clicked + g.clicked, last_clicked_at = ${moved("last_clicked_at", "g.clicked_at")}
     FROM ${rows} g WHERE customer_metrics.party_id = g.party_id`,
    [JSON.stringify([...sums.values()].map((f) => [f.partyId, f.opened, f.openedAt, f.clicked, f.clickedAt]))],
  );
}

/** Writes facts as they were counted again. */
export async function setFacts(tx: Tx, partyId: number, facts: Partial<CustomerMetrics>): Promise<void> {
  await tx.update(customerMetrics).set(facts).where(eq(customerMetrics.partyId, partyId));
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** Brings the stage of at most `limit` customers to what it is at `now`. A step of the worker. @returns how many changed */
export async function refreshStages(tx: Tx, now: number, limit: number): Promise<number> {
  const m = customerMetrics;
  const stage = sql`case
    when ${m.ordersCount} = 0 or ${m.lastOrderAt} is null then 'lead'
    when ${m.lastOrderAt} <= ${now - LAPSED_AFTER} then 'lapsed'
    when ${m.lastOrderAt} <= ${now - AT_RISK_AFTER} then 'at_risk'
    when ${m.ordersCount} >= ${LOYAL_FROM} then 'loyal'
    when ${m.ordersCount} = 1 then 'first_time'
    else 'active' end`;
  const due = await tx
    .select({ id: parties.id, ordersCount: m.ordersCount, lastOrderAt: m.lastOrderAt })
    .from(parties)
    .innerJoin(m, eq(m.partyId, parties.id))
    .where(sql`${parties.lifecycleStage} <> ${stage}`)
    .orderBy(parties.id)
    .limit(limit);
  for (const wanted of LIFECYCLE_STAGES) {
    const ids = due.filter((row) => lifecycleStage(row, now) === wanted).map((row) => row.id);
    if (ids.length) await tx.update(parties).set({ lifecycleStage: wanted }).where(inArray(parties.id, ids));
  }
  return due.length;
}
