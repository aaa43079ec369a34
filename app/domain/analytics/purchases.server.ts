/** Reads what the reports are made of, some customers at a time: the same orders that worth is reckoned from. */
import { dayNumbers } from "../company/calendar";
import type { Reader } from "../../db/types";
import type { CountedLine, CountedOrder, Customer } from "./purchase";

type OrderRow = { id: number; party_id: number; placed_at: number | string; total_minor: number | string; currency: string; time_zone: string };
type LineRow = { order_id: number; product_id: number | null; category: string | null; quantity: number; total_minor: number | string };

/** An order that there was at an instant and that had not been cancelled by then; `?` three times. */
const COUNTS = "o.created_at <= ? AND o.placed_at <= ? AND (o.status <> 'cancelled' OR o.cancelled_at > ?)";

/**
 * The customers with numbers in (after, upTo] who had orders at `asOf`, with all of them.
 * @param timeZone the company's, whose calendar days are counted by
 */
export async function readCustomers(db: Reader, { after, upTo, asOf, timeZone }: { after: number; upTo: number; asOf: number; timeZone: string }): Promise<Customer[]> {
  const range = [after, upTo, asOf, asOf, asOf];
  const orders = await db.raw<OrderRow>(
    `SELECT o.id, o.party_id, o.placed_at, o.total_minor, o.currency, m.time_zone FROM orders o JOIN customer_metrics m ON m.party_id = o.party_id
     WHERE m.is_current IS TRUE AND o.party_id > ? AND o.party_id <= ? AND ${COUNTS} ORDER BY o.party_id, o.placed_at, o.id`,
    range,
  );
  if (orders.length === 0) return [];
  const lines = await db.raw<LineRow>(
    `SELECT l.order_id, l.product_id, q.category, l.quantity, l.total_minor FROM orders o JOIN order_lines l ON l.order_id = o.id LEFT JOIN products q ON q.id = l.product_id
     WHERE o.party_id > ? AND o.party_id <= ? AND ${COUNTS}`,
    range,
  );
  return together(orders, lines, timeZone);
}

function together(orders: readonly OrderRow[], lines: readonly LineRow[], timeZone: string): Customer[] {
  const linesOf = new Map<number, CountedLine[]>();
  for (const { order_id, product_id, category, quantity, total_minor } of lines) {
    const line = { productId: product_id, category, quantity, minor: Number(total_minor) };
    const known = linesOf.get(order_id);
    if (known) known.push(line);
    else linesOf.set(order_id, [line]);
  }
  const dayOf = dayNumbers(timeZone);
  const customers: (Customer & { orders: CountedOrder[] })[] = [];
  for (const { id, party_id: partyId, placed_at, total_minor, currency, time_zone: zone } of orders) {
    const at = Number(placed_at);
    const order = { at, day: dayOf(at), minor: Number(total_minor), currency, lines: linesOf.get(id) ?? [] };
    const last = customers.at(-1);
    if (last?.partyId === partyId) last.orders.push(order);
    else customers.push({ partyId, zone, orders: [order] });
  }
  return customers;
}

/** The products that stand in most orders placed after `from`: pairs are looked for among these. */
export async function listMostOrdered(db: Reader, { from, asOf, limit }: { from: number; asOf: number; limit: number }): Promise<number[]> {
  const rows = await db.raw<{ product_id: number }>(
    `SELECT l.product_id FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.product_id IS NOT NULL AND o.placed_at > ? AND ${COUNTS}
     GROUP BY l.product_id ORDER BY count(DISTINCT o.id) DESC, l.product_id LIMIT ?`,
    [from, asOf, asOf, asOf, limit],
  );
  return rows.map((row) => row.product_id);
}

export async function listCategories(db: Reader, limit: number): Promise<string[]> {
  const rows = await db.raw<{ category: string }>("SELECT category FROM products WHERE category IS NOT NULL GROUP BY category ORDER BY count(*) DESC, category LIMIT ?", [limit]);
  return rows.map((row) => row.category);
}
