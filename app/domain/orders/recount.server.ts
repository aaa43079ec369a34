/** The facts of orders, counted again for many customers at once. */
import { byCustomer, type Recount } from "../customers/recount";
import { orderFacts } from "./facts.server";

export const recountOrders: Recount = {
  // The currency of who has no order left stays what it was.
  nothing: { ordersCount: 0, spendMinor: 0, firstOrderAt: null, lastOrderAt: null },
  async count(db, after, upTo) {
    const rows = await db.raw<{ party_id: number; currency: string; count: number | string; spend: number | string; first: number | string; last: number | string }>(
      `SELECT party_id, currency, count(*) AS count, sum(total_minor) AS spend, min(placed_at) AS first, max(placed_at) AS last
       FROM orders WHERE party_id > ? AND party_id <= ? AND status <> 'cancelled' GROUP BY party_id, currency`,
      [after, upTo],
    );
    const byParty = byCustomer(rows);
    return new Map([...byParty].map(([partyId, own]) => [partyId, orderFacts(own)]));
  },
};
