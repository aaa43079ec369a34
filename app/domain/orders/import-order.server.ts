/** Orders that happened elsewhere or before: written whole, with their status and times, and never twice. */
import { eq } from "drizzle-orm";
import { v7 } from "uuid";

import { givenIds, givenTexts, insertRows, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { recordEvents, type NewEvent } from "../customers/events.server";
import type { PostalAddress } from "../customers/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudits } from "../journal/journal.server";
import { lineTotal } from "../products/price";
import type { Selection } from "../products/schema";
import { findAttributions, type Attribution } from "./attribution.server";
import { refreshOrderFacts } from "./facts.server";
import { issueInvoice } from "./invoices.server";
import { compareLines, type LineFact } from "./line-comparison";
import { type OrderStatus, stepsTo } from "./order";
import { followTold, type ToldStatus } from "./progress.server";
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
  /** What is said of an order that is known already; absent: nothing. It is never taken back a step. */
  told?: ToldStatus | null;
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
  | { ok: false; reason: "no_lines" | "bad_quantity" | "other_customer" | "other_currency" | NoWay };

/** Why an order cannot become what is told of it. */
export type NoWay = "order_cancelled" | "order_left" | "status_backwards";

/**
 * Upserts an order by its number. Told again with the same lines it changes nothing; lines that are new are added, a line
 * whose quantity or price was corrected is corrected, and what the file leaves out stays.
 */
export async function importOrder(tx: Tx, by: By, input: ImportOrderInput): Promise<ImportOrderResult> {
  const [result] = await importOrders(tx, by, [input]);
  return result as ImportOrderResult;
}

/** As `importOrder`, for many; no number may stand there twice. */
export async function importOrders(tx: Tx, by: By, inputs: readonly ImportOrderInput[]): Promise<ImportOrderResult[]> {
  const known = await readKnownOrders(tx, inputs.map(({ number }) => number));
  const plans = inputs.map((input) => planOrder(input, known.get(input.number) ?? null));
  const fresh = inputs.filter((_, i) => plans[i]?.ok && plans[i]?.outcome === "created");
  const ids = await createOrders(tx, by, fresh);
  const results: ImportOrderResult[] = [];
  for (const [i, input] of inputs.entries()) {
    const plan = plans[i] as OrderPlan;
    const order = known.get(input.number);
    if (!plan.ok) results.push(plan);
    else if (!order) results.push({ ok: true, orderId: ids.get(input.number) as number, outcome: "created", linesAdded: input.lines.length });
    else {
      if (plan.added.length || plan.corrected.length) await merge(tx, by, input, order, plan);
      if (plan.steps && input.told && !(await followTold(tx, by, order.id, input.told))) throw new Error(`order ${input.number} was moved by somebody else in the same instant`);
      results.push({ ok: true, orderId: order.id, outcome: plan.outcome, linesAdded: plan.added.length });
    }
  }
  const touched = inputs.filter((input, i) => input.facts !== "later" && results[i]?.ok && (results[i] as { outcome: string }).outcome !== "unchanged");
  for (const partyId of new Set(touched.map((input) => input.partyId))) {
    await refreshOrderFacts(tx, partyId);
    await noteChange(tx, by, `party:${partyId}`);
  }
  return results;
}

export type KnownLine = LineFact & { id: number; position: number; totalMinor: number };
export type KnownOrder = { id: number; partyId: number; status: OrderStatus; currency: string; shippingMinor: number; lines: KnownLine[] };

/** The orders with these numbers that are there, with their lines. */
export async function readKnownOrders(db: Reader, numbers: readonly string[]): Promise<Map<string, KnownOrder>> {
  const rows = await db.raw<{ id: number; number: string; party_id: number; status: OrderStatus; currency: string; shipping_minor: number }>(
    `SELECT id, number, party_id, status, currency, shipping_minor FROM orders WHERE number IN ${givenTexts(db)}`,
    [JSON.stringify(numbers)],
  );
  const byId = new Map(rows.map((row) => [row.id, { id: row.id, partyId: row.party_id, status: row.status, currency: row.currency, shippingMinor: row.shipping_minor, lines: [] as KnownLine[] }]));
  if (rows.length) {
    const lines = await db.raw<{ id: number; order_id: number; position: number; sku: string; quantity: number; unit_price: number; unit_price_scale: number; total_minor: number }>(
      `SELECT id, order_id, position, sku, quantity, unit_price, unit_price_scale, total_minor FROM order_lines WHERE order_id IN ${givenIds(db)} ORDER BY order_id, position`,
      [JSON.stringify([...byId.keys()])],
    );
    for (const l of lines)
      byId.get(l.order_id)?.lines.push({ id: l.id, position: l.position, sku: l.sku, quantity: l.quantity, unitPrice: l.unit_price, unitPriceScale: l.unit_price_scale, totalMinor: l.total_minor });
  }
  return new Map(rows.map((row) => [row.number, byId.get(row.id) as KnownOrder]));
}

type OrderFacts = Pick<ImportOrderInput, "partyId" | "currency" | "lines" | "told">;
export type OrderPlan =
  | { ok: true; outcome: "created" | "changed" | "unchanged"; added: ImportedLine[]; corrected: { was: KnownLine; now: ImportedLine }[]; /** by which a known order moves on */ steps: number }
  | Extract<ImportOrderResult, { ok: false }>;

/** What telling this order would do. */
export function planOrder(input: OrderFacts, known: KnownOrder | null): OrderPlan {
  if (!input.lines.length) return { ok: false, reason: "no_lines" };
  if (!input.lines.every((line) => Number.isSafeInteger(line.quantity) && line.quantity !== 0)) return { ok: false, reason: "bad_quantity" };
  if (!known) return { ok: true, outcome: "created", added: input.lines, corrected: [], steps: 0 };
  if (known.partyId !== input.partyId) return { ok: false, reason: "other_customer" };
  if (known.currency !== input.currency) return { ok: false, reason: "other_currency" };
  const steps = input.told ? stepsTo(known.status, input.told.to) : [];
  if (!steps) return { ok: false, reason: known.status === "cancelled" ? "order_cancelled" : input.told?.to === "cancelled" ? "order_left" : "status_backwards" };
  const { added, corrected } = compareLines(known.lines, input.lines);
  return { ok: true, outcome: added.length || corrected.length || steps.length ? "changed" : "unchanged", added, corrected, steps: steps.length };
}

const ORDER = {
  id: "int", public_id: "text", number: "text", party_id: "int", status: "text", source: "text", currency: "text", lines_minor: "int", shipping_minor: "int",
  total_minor: "int", delivery_address: "json", attributed_delivery_id: "int", attributed_campaign_id: "int", placed_at: "int", produced_at: "int", shipped_at: "int",
  delivered_at: "int", cancelled_at: "int", expected_at: "int", created_at: "int",
} as const;

type Created = { input: ImportOrderInput; orderId: number; linesMinor: number; totalMinor: number; attribution: Attribution | null };

async function createOrders(tx: Tx, by: By, inputs: readonly ImportOrderInput[]): Promise<Map<string, number>> {
  if (!inputs.length) return new Map();
  const ids = await takeIds(tx, "orders", inputs.length);
  const attributions = await findAttributions(tx, inputs.map(({ partyId, placedAt, attribution }) => ({ partyId, placedAt, known: attribution })));
  const list = inputs.map((input, i): Created => {
    const linesMinor = sum(input.lines.map((line) => totalOf(line, input.currency)));
    return { input, orderId: ids[i] as number, linesMinor, totalMinor: linesMinor + (input.shippingMinor ?? 0), attribution: attributions[i] ?? null };
  });
  await insertRows(tx, "orders", ORDER, list.map((order) => rowOf(order, by)));
  await insertLines(tx, list.flatMap(({ input, orderId }) => input.lines.map((line, position) => ({ orderId, position, line, currency: input.currency }))));
  await recordEvents(tx, by, list.flatMap(eventsOf));
  await recordAudits(tx, by, "importOrder", "order", list.map(({ orderId, input }) => ({ id: orderId, details: { number: input.number, outcome: "created" } })));
  for (const order of list) await followUp(tx, by, order);
  return new Map(list.map(({ input, orderId }) => [input.number, orderId]));
}

function rowOf({ input, orderId, linesMinor, totalMinor, attribution }: Created, by: By): unknown[] {
  return [
    orderId, v7({ msecs: input.placedAt }), input.number, input.partyId, input.status, input.source, input.currency, linesMinor, input.shippingMinor ?? 0, totalMinor,
    input.deliveryAddress ? JSON.stringify(input.deliveryAddress) : null, attribution?.deliveryId ?? null, attribution?.campaignId ?? null, input.placedAt,
    input.producedAt ?? null, input.shippedAt ?? null, input.deliveredAt ?? null, input.cancelledAt ?? null, input.expectedAt ?? null, by.now,
  ];
}

/** The parcel and the money of an order that has left. */
async function followUp(tx: Tx, by: By, { input, orderId, totalMinor }: Created): Promise<void> {
  const shippedAt = input.shippedAt ?? null;
  if (shippedAt === null) return;
  if (input.shipment)
    await tx.insert(shipments).values({ publicId: v7(), orderId, ...input.shipment, shippedAt, expectedAt: input.expectedAt ?? null, deliveredAt: input.deliveredAt ?? null });
  if (input.invoice) await invoiceOf(tx, by, input, { orderId, totalMinor, shippedAt }, input.invoice);
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

function eventsOf({ input, orderId, totalMinor, attribution }: Created): NewEvent[] {
  const { partyId, number, currency } = input;
  const items = input.lines.reduce((n, line) => n + line.quantity, 0);
  const about = (kind: string) => ({ partyId, subject: { type: "order", id: orderId }, dedupeKey: `${kind}:${orderId}` });
  const data = { number, totalMinor, currency };
  const told: NewEvent[] = [
    {
      ...about("order_placed"), kind: "order_placed", at: input.placedAt, channel: input.source, data: { ...data, items },
      campaignId: attribution?.campaignId ?? null, deliveryId: attribution?.deliveryId ?? null,
    },
  ];
  if (input.producedAt) told.push({ ...about("order_in_production"), kind: "order_in_production", at: input.producedAt, data });
  if (input.shippedAt) told.push({ ...about("order_shipped"), kind: "order_shipped", at: input.shippedAt, data: { ...data, ...input.shipment } });
  if (input.deliveredAt) told.push({ ...about("order_delivered"), kind: "order_delivered", at: input.deliveredAt, data });
  if (input.cancelledAt) told.push({ ...about("order_cancelled"), kind: "order_cancelled", at: input.cancelledAt, data });
  return told;
}

async function merge(tx: Tx, by: By, input: ImportOrderInput, known: KnownOrder, { added, corrected }: Extract<OrderPlan, { ok: true }>): Promise<void> {
  const totals = new Map(known.lines.map((line) => [line.id, line.totalMinor]));
  for (const { was, now } of corrected) {
    const totalMinor = totalOf(now, input.currency);
    totals.set(was.id, totalMinor);
    await tx
      .update(orderLines)
      .set({ quantity: now.quantity, unitPrice: now.unitPrice, unitPriceScale: now.unitPriceScale, totalMinor })
      .where(eq(orderLines.id, was.id));
  }
  const from = (known.lines.at(-1)?.position ?? -1) + 1;
  await insertLines(tx, added.map((line, i) => ({ orderId: known.id, position: from + i, line, currency: input.currency })));
  const linesMinor = sum([...totals.values()]) + sum(added.map((line) => totalOf(line, input.currency)));
  await tx.update(orders).set({ linesMinor, totalMinor: linesMinor + known.shippingMinor }).where(eq(orders.id, known.id));
  await recordAudits(tx, by, "importOrder", "order", [{ id: known.id, details: { number: input.number, outcome: "changed" } }]);
}

const LINE = {
  public_id: "text", order_id: "int", position: "int", product_id: "int", sku: "text", name: "text", quantity: "int", unit_price: "int", unit_price_scale: "int",
  total_minor: "int", design_id: "int", selection: "json", withdrawal_exempt: "bool",
} as const;

async function insertLines(tx: Tx, list: readonly { orderId: number; position: number; line: ImportedLine; currency: string }[]): Promise<void> {
  await insertRows(
    tx,
    "order_lines",
    LINE,
    list.map(({ orderId, position, line, currency }) => [
      v7(), orderId, position, line.productId, line.sku, line.name, line.quantity, line.unitPrice, line.unitPriceScale, totalOf(line, currency),
      line.designId ?? null, line.selection ? JSON.stringify(line.selection) : null, Boolean(line.selection),
    ]),
  );
}

function totalOf(line: LineFact, currency: string): number {
  return lineTotal(line.quantity, line.unitPrice, line.unitPriceScale, currency);
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
