import { lockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { findMetrics, setOrderFacts } from "../customers/metrics.server";

/**
 * Counts a customer's order facts again from the orders themselves: those not cancelled. Spend adds up only what was
 * paid in the currency of the last order, since amounts in different currencies have no sum.
 */
export async function refreshOrderFacts(tx: Tx, partyId: number): Promise<void> {
  // One count at a time: of two, the second sees what the first has changed.
  await lockKey(tx, `order-facts:${partyId}`);
  const rows = await tx.raw<{ currency: string; count: number | string; spend: number | string; first: number | string; last: number | string }>(
    `select currency, count(*) as count, sum(total_minor) as spend, min(placed_at) as first, max(placed_at) as last
     from orders where party_id = ? and status <> 'cancelled' group by currency`,
    [partyId],
  );
  const counted = rows.map((r) => ({ currency: r.currency, count: Number(r.count), spend: Number(r.spend), first: Number(r.first), last: Number(r.last) }));
  const newest = counted.toSorted((a, b) => b.last - a.last || (a.currency < b.currency ? -1 : 1))[0];
  await setOrderFacts(tx, partyId, {
    ordersCount: counted.reduce((n, row) => n + row.count, 0),
    spendMinor: newest?.spend ?? 0,
    currency: newest?.currency ?? (await findMetrics(tx, partyId))?.currency ?? "EUR",
    firstOrderAt: newest ? Math.min(...counted.map((row) => row.first)) : null,
    lastOrderAt: newest?.last ?? null,
  });
}
