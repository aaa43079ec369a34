/** Moving an order on: production, shipping, delivery, and cancelling. */
import { and, eq, isNull } from "drizzle-orm";
import { v7 } from "uuid";

import { amongIds, givenIds, updateRows } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { type NewEvent, recordEvent, recordEvents } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange, noteChanges, recordAudit, recordAudits } from "../journal/journal.server";
import { refreshOrderFacts } from "./facts.server";
import { issueInvoice } from "./invoices.server";
import { mayFollow, type OrderStatus, stepsTo } from "./order";
import { isNews, tellCustomer } from "./order-notices.server";
import { orders, shipments } from "./schema";

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

  const trackingNumber = input.trackingNumber?.trim() ?? "";
  if (!(await advanceTo(tx, by, order.id, { to: input.to, at, carrier, trackingNumber }))) return { ok: false, reason: "not_now" };
  if (input.to === "shipped")
    await tx.insert(shipments).values({ publicId: v7(), orderId: order.id, carrier, trackingNumber, shippedAt: at, expectedAt: order.expectedAt });
  if (input.to === "delivered") await tx.update(shipments).set({ deliveredAt: at }).where(eq(shipments.orderId, order.id));
  await tellCustomer(tx, by, order.id, `order_${input.to}`);
  return { ok: true };
}

export type Step = { orderId: number; at: number; carrier?: string; trackingNumber?: string };
type StepForward = Omit<Step, "orderId"> & { to: AdvanceOrderInput["to"] };

/** As `advanceTo`, for many orders, each once; what was bought elsewhere, and so has no invoice of ours, all together. */
export async function advanceAll(tx: Tx, by: By, to: "shipped" | "delivered", steps: readonly Step[]): Promise<void> {
  const ids = steps.map(({ orderId }) => orderId);
  if (!ids.length) return;
  if (tx.speaks === "postgres") await tx.raw(`SELECT id FROM orders WHERE id IN ${givenIds(tx)} ORDER BY id FOR UPDATE`, [JSON.stringify(ids)]);
  const rows = await tx.select().from(orders).where(amongIds(tx, orders.id, ids));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const elsewhere: Moved[] = [];
  for (const step of steps) {
    const order = byId.get(step.orderId);
    if (!order || !mayFollow(order.status, to)) continue;
    if (order.source === "import") elsewhere.push({ order, step: { ...step, to } });
    else await advanceTo(tx, by, step.orderId, { ...step, to });
  }
  await updateRows(tx, "orders", { id: "int", status: "text", [`${to}_at`]: "int" }, elsewhere.map(({ order, step }) => [order.id, to, step.at]));
  await recordEvents(tx, by, elsewhere.map(({ order, step }) => eventOf(order, step)));
  await recordAudits(tx, by, "advanceOrder", "order", elsewhere.map(({ order }) => ({ id: order.id, details: { to } })));
  if (elsewhere.length) await noteChanges(tx, by, [...new Set(elsewhere.flatMap(({ order }) => topicsOf(order)))]);
}

type Moved = { order: OrderRow; step: StepForward };

/** The order's own part of a step: status, time, invoice, what is told. @returns false when somebody else was quicker */
export async function advanceTo(tx: Tx, by: By, orderId: number, { to, at, carrier = "", trackingNumber = "" }: StepForward): Promise<boolean> {
  const order = await readForChange(tx, orderId);
  const column = { in_production: { producedAt: at }, shipped: { shippedAt: at }, delivered: { deliveredAt: at } }[to];
  if (!order || !(await moveOn(tx, order, { status: to, ...column }))) return false;
  // What was bought elsewhere is invoiced there.
  if (to === "shipped" && order.source !== "import") await issueInvoice(tx, by, order, at);
  await recordEvent(tx, by, eventOf(order, { to, at, carrier, trackingNumber }));
  await recordAudit(tx, by, "advanceOrder", { type: "order", id: order.id }, { to });
  await noteChange(tx, by, ...topicsOf(order));
  return true;
}

function eventOf(order: OrderRow, { to, at, carrier = "", trackingNumber = "" }: StepForward): NewEvent {
  const kind = `order_${to}` as const;
  const event = {
    partyId: order.partyId,
    at,
    subject: { type: "order", id: order.id },
    data: { number: order.number, totalMinor: order.totalMinor, currency: order.currency },
    dedupeKey: `${kind}:${order.id}`,
  };
  return kind === "order_shipped" ? { ...event, kind, data: { ...event.data, carrier, trackingNumber } } : { ...event, kind };
}

function topicsOf({ id, partyId }: OrderRow): string[] {
  return [`party:${partyId}`, `order:${id}`, "orders"];
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
  await noteChange(tx, by, ...topicsOf(order));
  if (isNews(at, by.now)) await tellCustomer(tx, by, order.id, "order_cancelled");
  return { ok: true };
}

/** What somebody else tells of an order that is known. Times that they do not tell are the one at which we hear of it. */
export type ToldStatus = { to: OrderStatus; producedAt?: number | null; shippedAt?: number | null; deliveredAt?: number | null; cancelledAt?: number | null };

/** Brings an order to what is told of it, step by step. @returns false when there is no way there (any more) */
export async function followTold(tx: Tx, by: By, orderId: number, { to, ...times }: ToldStatus): Promise<boolean> {
  const order = await readForChange(tx, orderId);
  const steps = order && stepsTo(order.status, to);
  for (const step of steps ?? []) {
    if (step === "cancelled") return (await cancelOrder(tx, by, { orderId, at: times.cancelledAt ?? by.now })).ok;
    const at = { in_production: times.producedAt, shipped: times.shippedAt ?? times.deliveredAt, delivered: times.deliveredAt }[step] ?? by.now;
    if (!(await advanceTo(tx, by, orderId, { to: step, at }))) return false;
    if (step === "delivered") await tx.update(shipments).set({ deliveredAt: at }).where(and(eq(shipments.orderId, orderId), isNull(shipments.deliveredAt)));
    if (isNews(at, by.now)) await tellCustomer(tx, by, orderId, `order_${step}`);
  }
  return steps !== null;
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
