import { lockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { findMetrics, setOrderFacts, type OrderFacts } from "../customers/metrics.server";

/**
 * Counts a customer's order facts again from the orders themselves: those not cancelled. Spend adds up only what was
 * paid in the currency of the last order, since amounts in different currencies have no sum.
 */
export async function refreshOrderFacts(tx: Tx, partyId: number): Promise<void> {
  // One count at a time: of two, the second sees what the first has changed.
  await lockKey(tx, `order-facts:${partyId}`);
  const rows = await tx.raw<PerCurrency>(
    `select currency, count(*) as count, sum(total_minor) as spend, min(placed_at) as first, max(placed_at) as last
     from orders where party_id = ? and status <> 'cancelled' group by currency`,
    [partyId],
  );
  const facts = orderFacts(rows);
  await setOrderFacts(tx, partyId, { ...facts, currency: facts.currency ?? (await findMetrics(tx, partyId))?.currency ?? "EUR" });
}

type PerCurrency = { currency: string; count: number | string; spend: number | string; first: number | string; last: number | string };

/** From what the database counted in each currency. */
export function orderFacts(rows: readonly PerCurrency[]): Omit<OrderFacts, "currency"> & { currency?: string } {
  const counted = rows.map((r) => ({ currency: r.currency, count: Number(r.count), spend: Number(r.spend), first: Number(r.first), last: Number(r.last) }));
  const newest = counted.toSorted((a, b) => b.last - a.last || (a.currency < b.currency ? -1 : 1))[0];
  return {
    ordersCount: counted.reduce((n, row) => n + row.count, 0),
    spendMinor: newest?.spend ?? 0,
    ...(newest && { currency: newest.currency }),
    firstOrderAt: newest ? Math.min(...counted.map((row) => row.first)) : null,
    lastOrderAt: newest?.last ?? null,
  };
}
