/** Orders as their owner and staff read them. What changes them: placing.server.ts, progress.server.ts, import-order.server.ts. */
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { parties, type PostalAddress } from "../customers/schema";
import { listLines, type OrderLine } from "./lines.server";
import type { OrderStatus } from "./order";
import { orders } from "./schema";
import { listShipments, type Shipment } from "./shipments.server";

export type OrderSummary = {
  id: number;
  publicId: string;
  number: string;
  status: OrderStatus;
  source: string;
  currency: string;
  totalMinor: number;
  placedAt: number;
  producedAt: number | null;
  shippedAt: number | null;
  deliveredAt: number | null;
  cancelledAt: number | null;
  expectedAt: number | null;
};

const summary = {
  id: orders.id,
  publicId: orders.publicId,
  number: orders.number,
  status: orders.status,
  source: orders.source,
  currency: orders.currency,
  totalMinor: orders.totalMinor,
  placedAt: orders.placedAt,
  producedAt: orders.producedAt,
  shippedAt: orders.shippedAt,
  deliveredAt: orders.deliveredAt,
  cancelledAt: orders.cancelledAt,
  expectedAt: orders.expectedAt,
};

/** `before` is the `next` of the page read before. */
export type PageRequest = { before?: string | null; limit?: number };
export type OrderPage<Row> = { orders: Row[]; next: string | null };
export type OrderWithLines = OrderSummary & { lines: OrderLine[] };

/** A customer's orders with their lines, newest first, by keyset. */
export async function listOrdersOf(db: Reader, partyId: number, page: PageRequest = {}): Promise<OrderPage<OrderWithLines>> {
  const limit = page.limit ?? 20;
  const rows = await db
    .select(summary)
    .from(orders)
    .where(and(eq(orders.partyId, partyId), olderThan(page.before)))
    .orderBy(desc(orders.placedAt), desc(orders.id))
    .limit(limit + 1);
  const cut = pageOf(rows, limit);
  const lines = await listLines(db, cut.orders.map((o) => o.id));
  return { orders: cut.orders.map((order) => ({ ...order, lines: lines.filter((l) => l.orderId === order.id) })), next: cut.next };
}

export type OrderDetail = OrderWithLines & {
  partyId: number;
  linesMinor: number;
  shippingMinor: number;
  deliveryAddress: PostalAddress | null;
  attributedCampaignId: number | null;
  shipments: Shipment[];
};

/** Null when it is not this customer's. */
export async function findOrderOf(db: Reader, partyId: number, publicId: string): Promise<OrderDetail | null> {
  return findDetail(db, and(eq(orders.publicId, publicId), eq(orders.partyId, partyId)));
}

/** For staff. */
export async function findOrder(db: Reader, publicId: string): Promise<OrderDetail | null> {
  return findDetail(db, eq(orders.publicId, publicId));
}

async function findDetail(db: Reader, where: ReturnType<typeof and>): Promise<OrderDetail | null> {
  const [order] = await db
    .select({
      ...summary,
      partyId: orders.partyId,
      linesMinor: orders.linesMinor,
      shippingMinor: orders.shippingMinor,
      deliveryAddress: orders.deliveryAddress,
      attributedCampaignId: orders.attributedCampaignId,
    })
    .from(orders)
    .where(where);
  if (!order) return null;
  return { ...order, lines: await listLines(db, [order.id]), shipments: await listShipments(db, order.id) };
}

/** Where the customer's last order went to. */
export async function findLastAddress(db: Reader, partyId: number): Promise<PostalAddress | null> {
  const [row] = await db
    .select({ address: orders.deliveryAddress })
    .from(orders)
    .where(and(eq(orders.partyId, partyId), isNotNull(orders.deliveryAddress)))
    .orderBy(desc(orders.placedAt), desc(orders.id))
    .limit(1);
  return row?.address ?? null;
}

export async function findOrderByNumber(db: Reader, number: string): Promise<{ id: number; publicId: string; partyId: number } | null> {
  const [row] = await db
    .select({ id: orders.id, publicId: orders.publicId, partyId: orders.partyId })
    .from(orders)
    .where(eq(orders.number, number));
  return row ?? null;
}

export type OrderHit = { publicId: string; number: string; status: OrderStatus; placedAt: number; customer: string };

/** Orders whose number this is, then those that begin so: as one types, with R- or without it. */
export async function findOrdersByNumber(db: Reader, typed: string, limit: number): Promise<OrderHit[]> {
  const wanted = typed.trim().toUpperCase();
  const found: OrderHit[] = [];
  for (const number of /^\d+$/.test(wanted) ? [wanted, `R-${wanted}`] : [wanted]) {
    if (found.length >= limit) break;
    // The exact one is the first of those that begin so.
    const rows = await db.raw<OrderHit>(
      `SELECT o.public_id AS "publicId", o.number, o.status, o.placed_at AS "placedAt", p.name AS customer FROM orders o JOIN parties p ON p.id = o.party_id
       WHERE o.number >= ? AND o.number < ? ORDER BY o.number LIMIT ?`,
      [number, `${number}\uffff`, limit - found.length],
    );
    found.push(...rows);
  }
  return found;
}

export type StaffOrder = OrderSummary & { partyId: number; party: { publicId: string; name: string } };

/** All orders for staff, newest first, by status and by the beginning of the number. */
export async function listOrders(db: Reader, filter: PageRequest & { status?: OrderStatus; number?: string } = {}): Promise<OrderPage<StaffOrder>> {
  const limit = filter.limit ?? 50;
  const wanted = filter.number?.trim().toUpperCase();
  const rows = await db
    .select({ ...summary, partyId: orders.partyId, party: { publicId: parties.publicId, name: parties.name } })
    .from(orders)
    .innerJoin(parties, eq(parties.id, orders.partyId))
    .where(
      and(
        filter.status ? eq(orders.status, filter.status) : undefined,
        wanted ? sql`${orders.number} >= ${wanted} and ${orders.number} < ${`${wanted}\uffff`}` : undefined,
        olderThan(filter.before),
      ),
    )
    .orderBy(desc(orders.placedAt), desc(orders.id))
    .limit(limit + 1);
  return pageOf(rows, limit);
}

function olderThan(cursor: string | null | undefined) {
  const match = /^(-?\d{1,16})\.(\d{1,15})$/.exec(cursor ?? "");
  return match ? sql`(${orders.placedAt}, ${orders.id}) < (${Number(match[1])}, ${Number(match[2])})` : undefined;
}

function pageOf<Row extends { placedAt: number; id: number }>(rows: Row[], limit: number): OrderPage<Row> {
  const cut = rows.slice(0, limit);
  const last = cut.at(-1);
  return { orders: cut, next: rows.length > limit && last ? `${last.placedAt}.${last.id}` : null };
}
