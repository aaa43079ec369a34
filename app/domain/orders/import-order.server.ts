/** Orders that happened elsewhere or before: written whole, with their status and times, and never twice. */
import { asc, eq } from "drizzle-orm";
import { v7 } from "uuid";

import type { Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { PostalAddress } from "../customers/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { lineTotal } from "../products/price";
import type { Selection } from "../products/schema";
import { findAttribution, type Attribution } from "./attribution.server";
import { refreshOrderFacts } from "./facts.server";
import { issueInvoice } from "./invoices.server";
import { compareLines, type LineFact } from "./line-comparison";
import type { OrderStatus } from "./order";
import { orderLines, orders, shipments } from "./schema";
import { upsertPayment } from "./upsert-payment.server";

export type ImportedLine = LineFact & {
  productId: number | null;
  name: string;
  designId?: number | null;
  /** Present: made to order, and so exempt from withdrawal. */
  selection?: Selection | null;
};

export type ImportOrderInput = {
  /** Known by it: the same number again is the same order. */
  number: string;
  partyId: number;
  source: "import" | "seed" | "api";
  status: OrderStatus;
  currency: string;
  lines: ImportedLine[];
  shippingMinor?: number;
  /** All times in ms since the epoch, UTC. */
  placedAt: number;
  producedAt?: number | null;
  shippedAt?: number | null;
  deliveredAt?: number | null;
  cancelledAt?: number | null;
  expectedAt?: number | null;
  deliveryAddress?: PostalAddress | null;
  /** Written only for an order that has been shipped. */
  shipment?: { carrier: string; trackingNumber: string };
  /** Issue an invoice at shipping, paid at this time, or open when null. Absent: no invoice. */
  invoice?: { paidAt: number | null; method?: string };
  /** Absent: looked for among the clicks. */
  attribution?: Attribution | null;
  /** `later`: the caller counts the facts itself, by `refreshOrderFacts`, once per customer. */
  facts?: "now" | "later";
};

export type ImportOrderResult =
  | { ok: true; orderId: number; outcome: "created" | "changed" | "unchanged"; linesAdded: number }
  | { ok: false; reason: "no_lines" | "bad_quantity" | "other_customer" | "other_currency" };

/**
 * Upserts an order by its number. Told again with the same lines it changes nothing; lines that are new are added, a line
 * whose quantity or price was corrected is corrected, and what the file leaves out stays.
 */
export async function importOrder(tx: Tx, by: By, input: ImportOrderInput): Promise<ImportOrderResult> {
  if (!input.lines.length) return { ok: false, reason: "no_lines" };
  if (!input.lines.every((line) => Number.isSafeInteger(line.quantity) && line.quantity !== 0)) return { ok: false, reason: "bad_quantity" };
  const [known] = await tx
    .select({ id: orders.id, partyId: orders.partyId, currency: orders.currency, shippingMinor: orders.shippingMinor })
    .from(orders)
    .where(eq(orders.number, input.number));
  if (!known) return create(tx, by, input);
  if (known.partyId !== input.partyId) return { ok: false, reason: "other_customer" };
  if (known.currency !== input.currency) return { ok: false, reason: "other_currency" };
  return merge(tx, by, input, known);
}

async function create(tx: Tx, by: By, input: ImportOrderInput): Promise<ImportOrderResult> {
  const linesMinor = input.lines.reduce((sum, line) => sum + totalOf(line, input.currency), 0);
  const totalMinor = linesMinor + (input.shippingMinor ?? 0);
  const attribution = input.attribution === undefined ? await findAttribution(tx, input.partyId, input.placedAt) : input.attribution;
  const shippedAt = input.shippedAt ?? null;
  const deliveredAt = input.deliveredAt ?? null;
  const [row] = await tx
    .insert(orders)
    .values({
      publicId: v7({ msecs: input.placedAt }),
      number: input.number,
      partyId: input.partyId,
      status: input.status,
      source: input.source,
      currency: input.currency,
      linesMinor,
      shippingMinor: input.shippingMinor ?? 0,
      totalMinor,
      deliveryAddress: input.deliveryAddress ?? null,
      attributedDeliveryId: attribution?.deliveryId ?? null,
      attributedCampaignId: attribution?.campaignId ?? null,
      placedAt: input.placedAt,
      producedAt: input.producedAt ?? null,
      shippedAt,
      deliveredAt,
      cancelledAt: input.cancelledAt ?? null,
      expectedAt: input.expectedAt ?? null,
      createdAt: by.now,
    })
    .returning({ id: orders.id });
  const orderId = (row as { id: number }).id;
  await insertLines(tx, orderId, input.currency, 0, input.lines);
  if (shippedAt !== null && input.shipment)
    await tx.insert(shipments).values({ publicId: v7(), orderId, ...input.shipment, shippedAt, expectedAt: input.expectedAt ?? null, deliveredAt });
  if (shippedAt !== null && input.invoice) await invoiceOf(tx, by, input, { orderId, totalMinor, shippedAt }, input.invoice);
  await tellTimeline(tx, by, input, orderId, totalMinor, attribution);
  await finish(tx, by, input, orderId, "created");
  return { ok: true, orderId, outcome: "created", linesAdded: input.lines.length };
}

async function invoiceOf(
  tx: Tx,
  by: By,
  input: ImportOrderInput,
  order: { orderId: number; totalMinor: number; shippedAt: number },
  invoice: NonNullable<ImportOrderInput["invoice"]>,
): Promise<void> {
  const { partyId, currency } = input;
  const invoiceId = await issueInvoice(tx, by, { id: order.orderId, partyId, currency, totalMinor: order.totalMinor }, order.shippedAt);
  if (invoice.paidAt !== null)
    await upsertPayment(tx, by, {
      partyId, invoiceId, orderId: order.orderId, currency, amountMinor: order.totalMinor, method: invoice.method ?? "transfer", at: invoice.paidAt,
    });
}

async function tellTimeline(tx: Tx, by: By, input: ImportOrderInput, orderId: number, totalMinor: number, attribution: Attribution | null): Promise<void> {
  const { partyId, number, currency } = input;
  const items = input.lines.reduce((n, line) => n + line.quantity, 0);
  const about = (kind: string) => ({ partyId, subject: { type: "order", id: orderId }, dedupeKey: `${kind}:${orderId}` });
  const data = { number, totalMinor, currency };
  await recordEvent(tx, by, {
    ...about("order_placed"), kind: "order_placed", at: input.placedAt, channel: input.source, data: { ...data, items },
    campaignId: attribution?.campaignId ?? null, deliveryId: attribution?.deliveryId ?? null,
  });
  if (input.producedAt) await recordEvent(tx, by, { ...about("order_in_production"), kind: "order_in_production", at: input.producedAt, data });
  if (input.shippedAt) await recordEvent(tx, by, { ...about("order_shipped"), kind: "order_shipped", at: input.shippedAt, data: { ...data, ...input.shipment } });
  if (input.deliveredAt) await recordEvent(tx, by, { ...about("order_delivered"), kind: "order_delivered", at: input.deliveredAt, data });
  if (input.cancelledAt) await recordEvent(tx, by, { ...about("order_cancelled"), kind: "order_cancelled", at: input.cancelledAt, data });
}

type Known = { id: number; shippingMinor: number };

async function merge(tx: Tx, by: By, input: ImportOrderInput, known: Known): Promise<ImportOrderResult> {
  const there = await tx
    .select({
      id: orderLines.id, position: orderLines.position, sku: orderLines.sku, quantity: orderLines.quantity,
      unitPrice: orderLines.unitPrice, unitPriceScale: orderLines.unitPriceScale, totalMinor: orderLines.totalMinor,
    })
    .from(orderLines)
    .where(eq(orderLines.orderId, known.id))
    .orderBy(asc(orderLines.position));
  const { added, corrected } = compareLines(there, input.lines);
  if (!added.length && !corrected.length) return { ok: true, orderId: known.id, outcome: "unchanged", linesAdded: 0 };

  const totals = new Map(there.map((line) => [line.id, line.totalMinor]));
  for (const { was, now } of corrected) {
    const totalMinor = totalOf(now, input.currency);
    totals.set(was.id, totalMinor);
    await tx
      .update(orderLines)
      .set({ quantity: now.quantity, unitPrice: now.unitPrice, unitPriceScale: now.unitPriceScale, totalMinor })
      .where(eq(orderLines.id, was.id));
  }
  await insertLines(tx, known.id, input.currency, (there.at(-1)?.position ?? -1) + 1, added);
  const linesMinor = sum([...totals.values()]) + sum(added.map((line) => totalOf(line, input.currency)));
  await tx.update(orders).set({ linesMinor, totalMinor: linesMinor + known.shippingMinor }).where(eq(orders.id, known.id));
  await finish(tx, by, input, known.id, "changed");
  return { ok: true, orderId: known.id, outcome: "changed", linesAdded: added.length };
}

/** Rows per INSERT: thirteen columns each, well under the parameters that either database takes. */
const LINES_AT_ONCE = 200;

async function insertLines(tx: Tx, orderId: number, currency: string, from: number, lines: ImportedLine[]): Promise<void> {
  for (let i = 0; i < lines.length; i += LINES_AT_ONCE)
    await tx.insert(orderLines).values(
      lines.slice(i, i + LINES_AT_ONCE).map((line, j) => ({
        publicId: v7(),
        orderId,
        position: from + i + j,
        productId: line.productId,
        sku: line.sku,
        name: line.name,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        unitPriceScale: line.unitPriceScale,
        totalMinor: totalOf(line, currency),
        designId: line.designId ?? null,
        selection: line.selection ?? null,
        withdrawalExempt: Boolean(line.selection),
      })),
    );
}

async function finish(tx: Tx, by: By, input: ImportOrderInput, orderId: number, outcome: string): Promise<void> {
  await recordAudit(tx, by, "importOrder", { type: "order", id: orderId }, { number: input.number, outcome });
  if (input.facts === "later") return;
  await refreshOrderFacts(tx, input.partyId);
  await noteChange(tx, by, `party:${input.partyId}`);
}

function totalOf(line: LineFact, currency: string): number {
  return lineTotal(line.quantity, line.unitPrice, line.unitPriceScale, currency);
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

