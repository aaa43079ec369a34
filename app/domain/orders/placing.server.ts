/** Placing an order. */
import { and, eq } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { getParty } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import type { PostalAddress } from "../customers/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { findAttribution } from "./attribution.server";
import { refreshOrderFacts } from "./facts.server";
import { promisedBy } from "./order";
import { tellCustomer } from "./order-notices.server";
import { findOrderByNumber } from "./orders.server";
import { priceLines, type OrderLineInput, type PricedLine, type PricingRefusal } from "./pricing.server";
import { orderLines, orders } from "./schema";
import { nextNumber } from "./series.server";

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

export type PlaceOrderRefusal = PricingRefusal | "no_lines" | "price_changed" | "number_taken";

export type PlaceOrderResult =
  | { ok: true; orderId: number; publicId: string; number: string; totalMinor: number }
  | { ok: false; reason: PlaceOrderRefusal };

/** Places an order at the prices of today, promises a day, records it, and confirms it by mail when it came from the portal. */
export async function placeOrder(tx: Tx, by: By, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  if (!input.lines.length) return { ok: false, reason: "no_lines" };
  if (input.submissionKey !== undefined) await lockKey(tx, `submission:${input.submissionKey}`);
  const there = input.submissionKey === undefined ? null : await findSubmitted(tx, input.partyId, input.submissionKey);
  if (there) return { ok: true, ...there };
  const { locale } = await getParty(tx, input.partyId);
  const basket = await priceLines(tx, { partyId: input.partyId, source: input.source, locale }, input.lines);
  if (!basket.ok) return basket;
  const { lines, currency, linesMinor } = basket;
  const shippingMinor = input.shippingMinor ?? 0;
  const totalMinor = linesMinor + shippingMinor;
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
      shippingMinor,
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
  await insertLines(tx, orderId, lines);
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
  await tellCustomer(tx, by, orderId, "order_placed");
  return { ok: true, orderId, publicId, number, totalMinor };
}

async function insertLines(tx: Tx, orderId: number, lines: PricedLine[]): Promise<void> {
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
