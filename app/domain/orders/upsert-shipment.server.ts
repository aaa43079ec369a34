/** Parcels that a carrier or a warehouse tells of: known by order and tracking number. Told again, they change nothing. */
import { and, eq, isNull } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { mayFollow, type OrderStatus } from "./order";
import { isNews, tellCustomer } from "./order-notices.server";
import { advanceTo } from "./progress.server";
import { orders, shipments } from "./schema";
import { outcomeOf, type Outcome, type Plan } from "./upsert";

export type GivenShipment = {
  orderId: number;
  carrier: string;
  /** Empty: the one parcel of its order that has none. */
  trackingNumber: string;
  shippedAt: number;
  expectedAt?: number | null;
  deliveredAt?: number | null;
};

export type ShipmentFacts = Required<GivenShipment>;
export type ShipmentRefusal = "unknown_order" | "order_cancelled" | "carrier_missing" | "delivered_before_shipped";

export async function planShipment(db: Reader, given: GivenShipment): Promise<Plan<ShipmentFacts, ShipmentRefusal>> {
  const [order] = await db.select({ status: orders.status }).from(orders).where(eq(orders.id, given.orderId));
  if (!order) return { ok: false, reason: "unknown_order" };
  if (order.status === "cancelled") return { ok: false, reason: "order_cancelled" };
  if (!given.carrier.trim()) return { ok: false, reason: "carrier_missing" };
  const trackingNumber = given.trackingNumber.trim();
  const [known] = await db.select().from(shipments).where(and(eq(shipments.orderId, given.orderId), eq(shipments.trackingNumber, trackingNumber)));
  const { orderId, shippedAt } = given;
  const after: ShipmentFacts = {
    orderId, carrier: given.carrier.trim(), trackingNumber, shippedAt,
    expectedAt: given.expectedAt ?? known?.expectedAt ?? null,
    deliveredAt: given.deliveredAt ?? known?.deliveredAt ?? null,
  };
  if (after.deliveredAt !== null && after.deliveredAt < shippedAt) return { ok: false, reason: "delivered_before_shipped" };
  return { ok: true, id: known?.id ?? null, before: known ? factsOf(known) : null, after };
}

function factsOf({ orderId, carrier, trackingNumber, shippedAt, expectedAt, deliveredAt }: typeof shipments.$inferSelect): ShipmentFacts {
  return { orderId, carrier, trackingNumber, shippedAt, expectedAt, deliveredAt };
}

export type UpsertShipmentResult = { ok: true; shipmentId: number; outcome: Outcome } | { ok: false; reason: ShipmentRefusal };

/** Makes the parcel known, or brings it to what is told, and moves its order on: shipped with the first, delivered with the last. */
export async function upsertShipment(tx: Tx, by: By, given: GivenShipment): Promise<UpsertShipmentResult> {
  await lockKey(tx, `shipments:${given.orderId}`);
  const plan = await planShipment(tx, given);
  if (!plan.ok) return plan;
  const outcome = outcomeOf(plan.before, plan.after);
  if (plan.id !== null && outcome === "unchanged") return { ok: true, shipmentId: plan.id, outcome };
  const shipmentId = await write(tx, plan.id, plan.after);
  await recordAudit(tx, by, "upsertShipment", { type: "shipment", id: shipmentId }, { orderId: given.orderId, outcome });
  await noteChange(tx, by, `order:${given.orderId}`);
  await moveOrder(tx, by, plan.after);
  return { ok: true, shipmentId, outcome };
}

async function write(tx: Tx, id: number | null, facts: ShipmentFacts): Promise<number> {
  if (id !== null) {
    await tx.update(shipments).set(facts).where(eq(shipments.id, id));
    return id;
  }
  const [row] = await tx.insert(shipments).values({ ...facts, publicId: v7() }).returning({ id: shipments.id });
  return (row as { id: number }).id;
}

async function moveOrder(tx: Tx, by: By, { orderId, carrier, trackingNumber, shippedAt, deliveredAt }: ShipmentFacts): Promise<void> {
  if (mayFollow(await statusOf(tx, orderId), "shipped")) {
    await advanceTo(tx, by, orderId, { to: "shipped", at: shippedAt, carrier, trackingNumber });
    if (isNews(shippedAt, by.now)) await tellCustomer(tx, by, orderId, "order_shipped");
  }
  if (deliveredAt === null || !mayFollow(await statusOf(tx, orderId), "delivered")) return;
  const [underWay] = await tx.select({ id: shipments.id }).from(shipments).where(and(eq(shipments.orderId, orderId), isNull(shipments.deliveredAt))).limit(1);
  if (underWay) return;
  await advanceTo(tx, by, orderId, { to: "delivered", at: deliveredAt });
  if (isNews(deliveredAt, by.now)) await tellCustomer(tx, by, orderId, "order_delivered");
}

async function statusOf(tx: Tx, orderId: number): Promise<OrderStatus> {
  const [order] = await tx.select({ status: orders.status }).from(orders).where(eq(orders.id, orderId));
  return order!.status;
}
