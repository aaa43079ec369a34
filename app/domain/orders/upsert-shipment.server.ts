/** Parcels that a carrier or a warehouse tells of: known by order and tracking number. Told again, they change nothing. */
import { eq } from "drizzle-orm";
import { v7 } from "uuid";

import { amongIds, givenIds, insertRows, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { mayFollow, type OrderStatus } from "./order";
import { isNews, tellCustomer } from "./order-notices.server";
import { advanceAll, type Step } from "./progress.server";
import { shipments } from "./schema";
import type { Outcome, Plan } from "./upsert";
import { type Told, upsertAll, type Upserted } from "./upserting.server";

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

type ShipmentPlan = Plan<ShipmentFacts, ShipmentRefusal>;

export async function planShipment(db: Reader, given: GivenShipment): Promise<ShipmentPlan> {
  const [plan] = await planShipments(db, [given]);
  return plan as ShipmentPlan;
}

/** As `planShipment`, for each of them. */
export async function planShipments(db: Reader, list: readonly GivenShipment[]): Promise<ShipmentPlan[]> {
  const orderIds = list.map(({ orderId }) => orderId);
  const statuses = await readStatuses(db, orderIds);
  const rows = await db.select().from(shipments).where(amongIds(db, shipments.orderId, orderIds));
  const known = new Map(rows.map((row) => [`${row.orderId} ${row.trackingNumber}`, row]));
  return list.map((given) => planOne(given, statuses.get(given.orderId), known.get(`${given.orderId} ${given.trackingNumber.trim()}`)));
}

function planOne(given: GivenShipment, status: OrderStatus | undefined, known: typeof shipments.$inferSelect | undefined): ShipmentPlan {
  if (!status) return { ok: false, reason: "unknown_order" };
  if (status === "cancelled") return { ok: false, reason: "order_cancelled" };
  if (!given.carrier.trim()) return { ok: false, reason: "carrier_missing" };
  const { orderId, shippedAt } = given;
  const after: ShipmentFacts = {
    orderId, carrier: given.carrier.trim(), trackingNumber: given.trackingNumber.trim(), shippedAt,
    expectedAt: given.expectedAt ?? known?.expectedAt ?? null,
    deliveredAt: given.deliveredAt ?? known?.deliveredAt ?? null,
  };
  if (after.deliveredAt !== null && after.deliveredAt < shippedAt) return { ok: false, reason: "delivered_before_shipped" };
  return { ok: true, id: known?.id ?? null, before: known ? factsOf(known) : null, after };
}

function factsOf({ orderId, carrier, trackingNumber, shippedAt, expectedAt, deliveredAt }: typeof shipments.$inferSelect): ShipmentFacts {
  return { orderId, carrier, trackingNumber, shippedAt, expectedAt, deliveredAt };
}

async function readStatuses(db: Reader, orderIds: readonly number[]): Promise<Map<number, OrderStatus>> {
  const rows = await db.raw<{ id: number; status: OrderStatus }>(`SELECT id, status FROM orders WHERE id IN ${givenIds(db)}`, [JSON.stringify(orderIds)]);
  return new Map(rows.map(({ id, status }) => [id, status]));
}

export type UpsertShipmentResult = { ok: true; shipmentId: number; outcome: Outcome } | { ok: false; reason: ShipmentRefusal };

/** Makes the parcel known, or brings it to what is told, and moves its order on: shipped with the first, delivered with the last. */
export async function upsertShipment(tx: Tx, by: By, given: GivenShipment): Promise<UpsertShipmentResult> {
  const [done] = await upsertShipments(tx, by, [given]);
  return done?.ok ? { ok: true, shipmentId: done.id, outcome: done.outcome } : (done as { ok: false; reason: ShipmentRefusal });
}

/** As `upsertShipment`, for each of them. */
export function upsertShipments(tx: Tx, by: By, list: readonly GivenShipment[]): Promise<Upserted<ShipmentRefusal>[]> {
  return upsertAll(tx, by, SHIPMENTS, list);
}

const SHIPMENTS: Told<GivenShipment, ShipmentFacts, ShipmentRefusal> = {
  command: "upsertShipment",
  subject: "shipment",
  lock: ({ orderId }) => `shipments:${orderId}`,
  // What a parcel does to its order depends on those before it.
  keys: (list) => list.map(({ orderId }) => [String(orderId)]),
  plan: planShipments,
  insert,
  update: (tx, id, facts) => tx.update(shipments).set(facts).where(eq(shipments.id, id)),
  details: ({ orderId }) => ({ orderId }),
  topics: ({ orderId }) => [`order:${orderId}`],
  follow: moveOrders,
};

const COLUMNS = { id: "int", public_id: "text", order_id: "int", carrier: "text", tracking_number: "text", shipped_at: "int", expected_at: "int", delivered_at: "int" } as const;

async function insert(tx: Tx, _: By, list: readonly { facts: ShipmentFacts }[]): Promise<number[]> {
  const ids = await takeIds(tx, "shipments", list.length);
  await insertRows(
    tx,
    "shipments",
    COLUMNS,
    list.map(({ facts }, i) => [ids[i], v7(), facts.orderId, facts.carrier, facts.trackingNumber, facts.shippedAt, facts.expectedAt, facts.deliveredAt]),
  );
  return ids;
}

/** Of each order one parcel. */
async function moveOrders(tx: Tx, by: By, parcels: readonly ShipmentFacts[]): Promise<void> {
  const orderIds = parcels.map(({ orderId }) => orderId);
  const before = await readStatuses(tx, orderIds);
  const leaving = parcels.filter(({ orderId }) => mayFollow(before.get(orderId)!, "shipped"));
  await advance(tx, by, "shipped", leaving.map(({ orderId, carrier, trackingNumber, shippedAt }) => ({ orderId, at: shippedAt, carrier, trackingNumber })));
  const now = leaving.length ? await readStatuses(tx, orderIds) : before;
  const there = parcels.filter(({ orderId, deliveredAt }) => deliveredAt !== null && mayFollow(now.get(orderId)!, "delivered"));
  const underWay = await listUnderWay(tx, there.map(({ orderId }) => orderId));
  await advance(tx, by, "delivered", there.filter(({ orderId }) => !underWay.has(orderId)).map(({ orderId, deliveredAt }) => ({ orderId, at: deliveredAt! })));
}

async function advance(tx: Tx, by: By, to: "shipped" | "delivered", steps: readonly Step[]): Promise<void> {
  await advanceAll(tx, by, to, steps);
  for (const { orderId, at } of steps) if (isNews(at, by.now)) await tellCustomer(tx, by, orderId, `order_${to}`);
}

/** Those of these orders of which a parcel has not been delivered. */
async function listUnderWay(tx: Tx, orderIds: readonly number[]): Promise<Set<number>> {
  if (!orderIds.length) return new Set();
  const rows = await tx.raw<{ id: number }>(`SELECT DISTINCT order_id AS id FROM shipments WHERE order_id IN ${givenIds(tx)} AND delivered_at IS NULL`, [JSON.stringify(orderIds)]);
  return new Set(rows.map(({ id }) => id));
}
