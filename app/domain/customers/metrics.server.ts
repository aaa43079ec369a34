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
};

/** Writes a customer's order facts as just counted, and the stage as of the last order; time ages it (`refreshStages`). */
export async function setOrderFacts(tx: Tx, partyId: number, facts: OrderFacts): Promise<void> {
  await tx.update(customerMetrics).set(facts).where(eq(customerMetrics.partyId, partyId));
  await tx
    .update(parties)
    .set({ lifecycleStage: lifecycleStage(facts, facts.lastOrderAt ?? 0) })
    .where(eq(parties.id, partyId));
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

/** Adds marketing mails accepted, opened (first opens) and clicked (first clicks); `at` moves the last time of each. */
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

export async function addMailFacts(
  tx: Tx,
  partyId: number,
  { accepted = 0, opened = 0, clicked = 0, at }: { accepted?: number; opened?: number; clicked?: number; at: number },
): Promise<void> {
  const later = (column: typeof customerMetrics.lastMailedAt | typeof customerMetrics.lastOpenedAt | typeof customerMetrics.lastClickedAt) =>
    sql`case when ${column} > ${at} then ${column} else ${at} end`;
  await tx
    .update(customerMetrics)
    .set({
      ...(accepted && { mailsAccepted: sql`${customerMetrics.mailsAccepted} + ${accepted}`, lastMailedAt: later(customerMetrics.lastMailedAt) }),
      ...(opened && { mailsOpened: sql`${customerMetrics.mailsOpened} + ${opened}`, lastOpenedAt: later(customerMetrics.lastOpenedAt) }),
      ...(clicked && { mailsClicked: sql`${customerMetrics.mailsClicked} + ${clicked}`, lastClickedAt: later(customerMetrics.lastClickedAt) }),
    })
    .where(eq(customerMetrics.partyId, partyId));
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
