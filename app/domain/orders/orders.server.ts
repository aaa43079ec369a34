/** Orders: placing them, moving them on, and reading them for their owner and for staff. */
import { and, asc, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { findPrimaryEmail, getParty } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import { parties, type PostalAddress } from "../customers/schema";
import { queueNotice } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { checkSelection, describeSelection, type Check, type Configuration } from "../products/configuration";
import { findDesignOf } from "../products/designs.server";
import { lineTotal } from "../products/price";
import { findProduct, getConfigurator, listConfigurators, listProductsById, type ProductSummary } from "../products/products.server";
import type { Selection } from "../products/schema";
import { findAttribution } from "./attribution.server";
import { refreshOrderFacts } from "./facts.server";
import { issueInvoice } from "./invoices.server";
import { mayFollow, promisedBy, type OrderStatus } from "./order";
import { nextNumber } from "./series.server";
import { orderLines, orders, shipments } from "./schema";

// --- placing

export type OrderLineInput = {
  /** One of these names what is ordered. */
  designPublicId?: string;
  sku?: string;
  productId?: number;
  /** Only with a product: what is chosen on it, when it is personalised without a saved design. */
  selection?: Selection;
  quantity: number;
  /** Only taken from staff, imports and the seed; from the portal the price is always ours. */
  unitPrice?: number;
  unitPriceScale?: number;
};

export type PlaceOrderInput = {
  partyId: number;
  lines: OrderLineInput[];
  source: "portal" | "staff" | "api" | "seed";
  number?: string;
  /** Ms since the epoch; `by.now` unless given. */
  placedAt?: number;
  deliveryAddress?: PostalAddress;
  shippingMinor?: number;
  /** The total that the customer saw: if it is another one by now, nothing is ordered. */
  expectedTotalMinor?: number;
  /** The same key from the same customer again names the order that is there. */
  submissionKey?: string;
};

export type PlaceOrderRefusal =
  | "no_lines" | "bad_quantity" | "unknown_product" | "unknown_design" | "not_orderable" | "mixed_currencies" | "price_changed" | "number_taken";

export type PlaceOrderResult =
  | { ok: true; orderId: number; publicId: string; number: string; totalMinor: number }
  | { ok: false; reason: PlaceOrderRefusal };

export const MOST_OF_ONE_LINE = 999;

type PricedLine = {
  product: ProductSummary;
  quantity: number;
  unitPrice: number;
  unitPriceScale: number;
  totalMinor: number;
  designId: number | null;
  selection: Selection | null;
  days: number;
};

/** Places an order at the prices of today, promises a day, records it, and confirms it by mail when it came from the portal. */
export async function placeOrder(tx: Tx, by: By, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  if (!input.lines.length) return { ok: false, reason: "no_lines" };
  const there = input.submissionKey === undefined ? null : await findSubmitted(tx, input.partyId, input.submissionKey);
  if (there) return { ok: true, ...there };
  const party = await getParty(tx, input.partyId);
  const lines: PricedLine[] = [];
  for (const line of input.lines) {
    const priced = await priceLine(tx, input, line, party.locale);
    if (!priced.ok) return priced;
    lines.push(priced.line);
  }
  const currency = (lines[0] as PricedLine).product.currency;
  if (lines.some((l) => l.product.currency !== currency)) return { ok: false, reason: "mixed_currencies" };
  const linesMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const totalMinor = linesMinor + (input.shippingMinor ?? 0);
  if (input.expectedTotalMinor !== undefined && input.expectedTotalMinor !== totalMinor) return { ok: false, reason: "price_changed" };
  if (input.number !== undefined && (await findOrderByNumber(tx, input.number))) return { ok: false, reason: "number_taken" };

  const placedAt = input.placedAt ?? by.now;
  const attribution = await findAttribution(tx, input.partyId, placedAt);
  const number = input.number ?? (await freeNumber(tx));
  const publicId = v7();
  const [row] = await tx
    .insert(orders)
    .values({
      publicId,
      number,
      partyId: input.partyId,
      status: "placed",
      source: input.source,
      currency,
      linesMinor,
      shippingMinor: input.shippingMinor ?? 0,
      totalMinor,
      deliveryAddress: input.deliveryAddress ?? null,
      attributedDeliveryId: attribution?.deliveryId ?? null,
      attributedCampaignId: attribution?.campaignId ?? null,
      placedAt,
      expectedAt: promisedBy(placedAt, lines.map((l) => ({ isMade: l.selection !== null, days: l.days }))),
      submissionKey: input.submissionKey ?? null,
      createdAt: by.now,
    })
    .returning({ id: orders.id });
  const orderId = (row as { id: number }).id;
  await tx.insert(orderLines).values(
    lines.map((line, position) => ({
      publicId: v7(),
      orderId,
      position,
      productId: line.product.id,
      sku: line.product.sku,
      name: line.product.name,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      unitPriceScale: line.unitPriceScale,
      totalMinor: line.totalMinor,
      designId: line.designId,
      selection: line.selection,
      withdrawalExempt: line.selection !== null,
    })),
  );
  await refreshOrderFacts(tx, input.partyId);
  await recordEvent(tx, by, {
    partyId: input.partyId,
    kind: "order_placed",
    at: placedAt,
    channel: input.source,
    subject: { type: "order", id: orderId },
    campaignId: attribution?.campaignId ?? null,
    deliveryId: attribution?.deliveryId ?? null,
    data: { number, totalMinor, currency, items: lines.reduce((n, l) => n + l.quantity, 0) },
    dedupeKey: `order_placed:${orderId}`,
  });
  await recordAudit(tx, by, "placeOrder", { type: "order", id: orderId }, { number, totalMinor, currency });
  await noteChange(tx, by, `party:${input.partyId}`, `order:${orderId}`, "orders");
  await tell(tx, by, orderId, "order_placed");
  return { ok: true, orderId, publicId, number, totalMinor };
}

/** The next of our series; an import may have brought some of its numbers already. */
async function freeNumber(tx: Tx): Promise<string> {
  for (;;) {
    const number = `R-${await nextNumber(tx, "orders", 10_000)}`;
    if (!(await findOrderByNumber(tx, number))) return number;
  }
}

async function findSubmitted(tx: Tx, partyId: number, submissionKey: string) {
  const [row] = await tx
    .select({ orderId: orders.id, publicId: orders.publicId, number: orders.number, totalMinor: orders.totalMinor })
    .from(orders)
    .where(and(eq(orders.submissionKey, submissionKey), eq(orders.partyId, partyId)));
  return row ?? null;
}

type Priced = { ok: true; line: PricedLine } | { ok: false; reason: PlaceOrderRefusal };

async function priceLine(tx: Tx, input: PlaceOrderInput, line: OrderLineInput, locale: string): Promise<Priced> {
  if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > MOST_OF_ONE_LINE) return { ok: false, reason: "bad_quantity" };
  if (line.designPublicId !== undefined) {
    const design = await findDesignOf(tx, input.partyId, line.designPublicId, locale);
    if (!design || design.isArchived) return { ok: false, reason: "unknown_design" };
    if (!design.review.isOrderable) return { ok: false, reason: "not_orderable" };
    return { ok: true, line: madeLine(design.product, design.config, design.check, line, design.id) };
  }
  const product = line.productId !== undefined
    ? (await listProductsById(tx, [line.productId], locale))[0]
    : await findProduct(tx, line.sku ?? "", locale);
  if (!product) return { ok: false, reason: "unknown_product" };
  if (!product.isActive && input.source === "portal") return { ok: false, reason: "not_orderable" };
  if (line.selection) {
    const found = await getConfigurator(tx, product.id, locale);
    const check = found && checkSelection(found.config, line.selection);
    if (!found || !check?.isOrderable) return { ok: false, reason: "not_orderable" };
    return { ok: true, line: madeLine(product, found.config, check, line, null) };
  }
  if (product.isPersonalisable && input.source === "portal") return { ok: false, reason: "not_orderable" };
  const isGiven = input.source !== "portal" && line.unitPrice !== undefined;
  const unitPrice = isGiven ? (line.unitPrice as number) : product.price;
  const unitPriceScale = isGiven ? (line.unitPriceScale ?? 2) : product.priceScale;
  return { ok: true, line: { product, quantity: line.quantity, unitPrice, unitPriceScale, totalMinor: lineTotal(line.quantity, unitPrice, unitPriceScale, product.currency), designId: null, selection: null, days: 0 } };
}

function madeLine(product: ProductSummary, config: Configuration, check: Check, line: OrderLineInput, designId: number | null): PricedLine {
  return {
    product,
    quantity: line.quantity,
    unitPrice: check.price,
    unitPriceScale: check.scale,
    totalMinor: lineTotal(line.quantity, check.price, check.scale, check.currency),
    designId,
    selection: check.selection,
    days: daysOf(config, check.selection),
  };
}

/** Days that the chosen values add to the promise, or save. */
function daysOf(config: Configuration, selection: Selection): number {
  return config.options.reduce((days, option) => {
    const value = option.values.find((v) => v.key === selection[option.key]);
    return days + (Number(value?.data.days ?? 0) || 0);
  }, 0);
}

// --- moving on

export type AdvanceOrderInput = {
  orderId: number;
  to: Exclude<OrderStatus, "placed" | "cancelled">;
  /** Ms since the epoch; `by.now` unless given. */
  at?: number;
  /** Both are needed to ship. */
  carrier?: string;
  trackingNumber?: string;
};

export type AdvanceOrderResult = { ok: true } | { ok: false; reason: "unknown_order" | "not_now" | "carrier_missing" };

/** Production, shipping (makes the shipment and the invoice), delivery. The same step told twice is refused the second time. */
export async function advanceOrder(tx: Tx, by: By, input: AdvanceOrderInput): Promise<AdvanceOrderResult> {
  const at = input.at ?? by.now;
  const order = await readForChange(tx, input.orderId);
  if (!order) return { ok: false, reason: "unknown_order" };
  if (!mayFollow(order.status, input.to)) return { ok: false, reason: "not_now" };
  const carrier = input.carrier?.trim() ?? "";
  if (input.to === "shipped" && !carrier) return { ok: false, reason: "carrier_missing" };

  const column = { in_production: { producedAt: at }, shipped: { shippedAt: at }, delivered: { deliveredAt: at } }[input.to];
  if (!(await moveOn(tx, order, { status: input.to, ...column }))) return { ok: false, reason: "not_now" };
  const trackingNumber = input.trackingNumber?.trim() ?? "";
  if (input.to === "shipped") {
    await tx.insert(shipments).values({ publicId: v7(), orderId: order.id, carrier, trackingNumber, shippedAt: at, expectedAt: order.expectedAt });
    await issueInvoice(tx, order, at);
  }
  if (input.to === "delivered") await tx.update(shipments).set({ deliveredAt: at }).where(eq(shipments.orderId, order.id));

  const kind = `order_${input.to}` as const;
  const event = {
    partyId: order.partyId,
    at,
    subject: { type: "order", id: order.id },
    data: { number: order.number, totalMinor: order.totalMinor, currency: order.currency },
    dedupeKey: `${kind}:${order.id}`,
  };
  await recordEvent(tx, by, kind === "order_shipped" ? { ...event, kind, data: { ...event.data, carrier, trackingNumber } } : { ...event, kind });
  await recordAudit(tx, by, "advanceOrder", { type: "order", id: order.id }, { to: input.to });
  await noteChange(tx, by, `party:${order.partyId}`, `order:${order.id}`, "orders");
  await tell(tx, by, order.id, kind);
  return { ok: true };
}

export type CancelOrderResult = { ok: true } | { ok: false; reason: "unknown_order" | "too_late" };

/** Takes an order back before it is shipped. `partyId` given: only when it is this customer's. */
export async function cancelOrder(tx: Tx, by: By, input: { orderId: number; partyId?: number; at?: number }): Promise<CancelOrderResult> {
  const order = await readForChange(tx, input.orderId);
  if (!order || (input.partyId !== undefined && order.partyId !== input.partyId)) return { ok: false, reason: "unknown_order" };
  const at = input.at ?? by.now;
  if (!mayFollow(order.status, "cancelled")) return { ok: false, reason: "too_late" };
  if (!(await moveOn(tx, order, { status: "cancelled", cancelledAt: at }))) return { ok: false, reason: "too_late" };
  await refreshOrderFacts(tx, order.partyId);
  await recordEvent(tx, by, {
    partyId: order.partyId,
    kind: "order_cancelled",
    at,
    subject: { type: "order", id: order.id },
    data: { number: order.number, totalMinor: order.totalMinor, currency: order.currency },
    dedupeKey: `order_cancelled:${order.id}`,
  });
  await recordAudit(tx, by, "cancelOrder", { type: "order", id: order.id });
  await noteChange(tx, by, `party:${order.partyId}`, `order:${order.id}`, "orders");
  await tell(tx, by, order.id, "order_cancelled");
  return { ok: true };
}

type OrderRow = typeof orders.$inferSelect;

async function readForChange(tx: Tx, orderId: number): Promise<OrderRow | null> {
  const [row] = await tx.select().from(orders).where(eq(orders.id, orderId));
  return row ?? null;
}

/** The guard stands in the WHERE: of two that race, one moves the order. */
async function moveOn(tx: Tx, order: OrderRow, change: Partial<OrderRow>): Promise<boolean> {
  const moved = await tx
    .update(orders)
    .set(change)
    .where(and(eq(orders.id, order.id), eq(orders.status, order.status)))
    .returning({ id: orders.id });
  return moved.length > 0;
}

/** Mails of an order go to customers who ordered in the portal; other sources have their own. */
async function tell(tx: Tx, by: By, orderId: number, template: "order_placed" | "order_in_production" | "order_shipped" | "order_delivered" | "order_cancelled"): Promise<void> {
  const order = await readForChange(tx, orderId);
  if (order?.source !== "portal") return;
  const address = await findPrimaryEmail(tx, order.partyId);
  if (!address) return;
  const party = await getParty(tx, order.partyId);
  const lines = await listLines(tx, [orderId]);
  const words = await choicesOf(tx, lines, party.locale);
  const [shipment] = await listShipments(tx, orderId);
  await queueNotice(tx, by, {
    class: "transactional",
    to: { address, name: party.name, partyId: party.id },
    template,
    locale: party.locale,
    values: {
      name: party.givenName ?? party.name,
      number: order.number,
      path: `/portal/orders/${order.publicId}`,
      totalMinor: order.totalMinor,
      currency: order.currency,
      expectedAt: order.expectedAt,
      lines: lines.map((l) => ({ name: l.name, detail: words.get(l.id) ?? "", quantity: l.quantity, totalMinor: l.totalMinor })),
      ...(template === "order_shipped" && shipment && { carrier: shipment.carrier, trackingNumber: shipment.trackingNumber }),
    },
    dedupeKey: `${template}:${orderId}`,
    subject: { type: "order", id: orderId },
  });
}

/** What was chosen on each line that was made to order, in one line of words. */
async function choicesOf(tx: Tx, lines: OrderLine[], locale: string): Promise<Map<number, string>> {
  const made = lines.filter((l) => l.selection && l.productId !== null);
  const known = await listConfigurators(tx, [...new Set(made.map((l) => l.productId as number))], locale);
  return new Map(
    made.flatMap((l) => {
      const found = known.get(l.productId as number);
      return found ? [[l.id, describeSelection(found.config, l.selection ?? {}).map((c) => c.value).join(" · ")]] : [];
    }),
  );
}

// --- reading

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

export type OrderLine = {
  id: number;
  publicId: string;
  orderId: number;
  productId: number | null;
  sku: string;
  name: string;
  quantity: number;
  unitPrice: number;
  unitPriceScale: number;
  totalMinor: number;
  designId: number | null;
  selection: Selection | null;
  withdrawalExempt: boolean;
};

const line = {
  id: orderLines.id,
  publicId: orderLines.publicId,
  orderId: orderLines.orderId,
  productId: orderLines.productId,
  sku: orderLines.sku,
  name: orderLines.name,
  quantity: orderLines.quantity,
  unitPrice: orderLines.unitPrice,
  unitPriceScale: orderLines.unitPriceScale,
  totalMinor: orderLines.totalMinor,
  designId: orderLines.designId,
  selection: orderLines.selection,
  withdrawalExempt: orderLines.withdrawalExempt,
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

export type Shipment = {
  publicId: string;
  carrier: string;
  trackingNumber: string;
  shippedAt: number;
  expectedAt: number | null;
  deliveredAt: number | null;
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

export type OrderLineWithOrder = OrderLine & {
  order: { id: number; publicId: string; number: string; status: OrderStatus; currency: string; placedAt: number; deliveredAt: number | null };
};

/** One line with its order; null when it is not this customer's. */
export async function findOrderLineOf(db: Reader, partyId: number, linePublicId: string): Promise<OrderLineWithOrder | null> {
  const [row] = await db
    .select({
      ...line,
      order: {
        id: orders.id,
        publicId: orders.publicId,
        number: orders.number,
        status: orders.status,
        currency: orders.currency,
        placedAt: orders.placedAt,
        deliveredAt: orders.deliveredAt,
      },
    })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orderLines.publicId, linePublicId), eq(orders.partyId, partyId)));
  return row ?? null;
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

async function listLines(db: Reader, orderIds: number[]): Promise<OrderLine[]> {
  if (!orderIds.length) return [];
  return db.select(line).from(orderLines).where(inArray(orderLines.orderId, orderIds)).orderBy(asc(orderLines.orderId), asc(orderLines.position));
}

async function listShipments(db: Reader, orderId: number): Promise<Shipment[]> {
  return db
    .select({
      publicId: shipments.publicId,
      carrier: shipments.carrier,
      trackingNumber: shipments.trackingNumber,
      shippedAt: shipments.shippedAt,
      expectedAt: shipments.expectedAt,
      deliveredAt: shipments.deliveredAt,
    })
    .from(shipments)
    .where(eq(shipments.orderId, orderId))
    .orderBy(asc(shipments.id));
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
