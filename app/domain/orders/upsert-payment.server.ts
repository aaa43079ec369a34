/** Payments that others have noted: a bank, a shop, the books. Told again, they change nothing. */
import { desc, eq } from "drizzle-orm";
import { v7 } from "uuid";

import { amongIds, amongTexts, givenRows, insertRows, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { tellPayments } from "./money-events.server";
import { type Document, readInvoiceRefs, readOrderRefs } from "./refs.server";
import { payments } from "./schema";
import { isAmount, type Outcome, type Plan } from "./upsert";
import { type Told, upsertAll, type Upserted } from "./upserting.server";

export type GivenPayment = {
  /** What the other side calls it, or our own public id. Without one a payment is known by customer, document, day and amount. */
  number?: string | null;
  partyId: number;
  invoiceId?: number | null;
  orderId?: number | null;
  currency: string;
  /** Below zero: paid back. */
  amountMinor: number;
  method?: string | null;
  at: number;
  reference?: string | null;
};

export type PaymentFacts = {
  partyId: number;
  invoiceId: number | null;
  orderId: number | null;
  direction: "in" | "out";
  method: string;
  currency: string;
  amountMinor: number;
  at: number;
  reference: string | null;
};
export type PaymentRefusal = "bad_amount" | "other_customer" | "unknown_invoice" | "unknown_order";

type PaymentPlan = Plan<PaymentFacts, PaymentRefusal>;

export async function planPayment(db: Reader, given: GivenPayment): Promise<PaymentPlan> {
  const [plan] = await planPayments(db, [given]);
  return plan as PaymentPlan;
}

/** As `planPayment`, for each of them. */
export async function planPayments(db: Reader, list: readonly GivenPayment[]): Promise<PaymentPlan[]> {
  const invoices = await readInvoiceRefs(db, list.map(({ invoiceId }) => invoiceId));
  const orderIds = list.map(({ orderId, invoiceId }) => orderId ?? (invoiceId == null ? null : invoices.get(invoiceId)?.orderId) ?? null);
  const orders = await readOrderRefs(db, orderIds);
  const known = await readKnown(db, list);
  return list.map((given, i) => {
    const orderId = orderIds[i] ?? null;
    if (!isAmount(given.amountMinor)) return { ok: false, reason: "bad_amount" };
    if (given.invoiceId != null && invoices.get(given.invoiceId)?.partyId !== given.partyId) return { ok: false, reason: "unknown_invoice" };
    if (orderId !== null && orders.get(orderId)?.partyId !== given.partyId) return { ok: false, reason: "unknown_order" };
    return planOne(given, orderId, known(given, orderId));
  });
}

function planOne(given: GivenPayment, orderId: number | null, known: Row | undefined): PaymentPlan {
  if (known && known.partyId !== given.partyId) return { ok: false, reason: "other_customer" };
  const after: PaymentFacts = {
    partyId: given.partyId,
    invoiceId: given.invoiceId ?? known?.invoiceId ?? null,
    orderId: orderId ?? known?.orderId ?? null,
    direction: directionOf(given),
    method: given.method?.trim() || known?.method || "transfer",
    currency: given.currency,
    amountMinor: Math.abs(given.amountMinor),
    at: given.at,
    reference: given.reference?.trim() || known?.reference || null,
  };
  return { ok: true, id: known?.id ?? null, before: known ? factsOf(known) : null, after };
}

function directionOf({ amountMinor }: GivenPayment): "in" | "out" {
  return amountMinor < 0 ? "out" : "in";
}

type Row = typeof payments.$inferSelect;
type What = Pick<Row, "partyId" | "at" | "amountMinor" | "direction" | "currency" | "invoiceId" | "orderId">;

const whatOf = ({ partyId, at, amountMinor, direction, currency, invoiceId, orderId }: What) => [partyId, at, amountMinor, direction, currency, invoiceId, orderId].join(" ");

/** By its number or our own public id, else by what it says. */
async function readKnown(db: Reader, list: readonly GivenPayment[]): Promise<(given: GivenPayment, orderId: number | null) => Row | undefined> {
  const numbers = list.flatMap(({ number }) => number || []);
  const rows = numbers.length ? await db.select().from(payments).where(amongTexts(db, payments.number, numbers)) : [];
  const ids = numbers.filter((number) => UUID.test(number));
  const ours = ids.length ? await db.select().from(payments).where(amongTexts(db, payments.publicId, ids)) : [];
  const byNumber = new Map([...ours.map((row) => [row.publicId, row] as const), ...rows.map((row) => [row.number as string, row] as const)]);
  const alike = await readAlike(db, list.filter(({ number }) => !number));
  return (given, orderId) => {
    if (given.number) return byNumber.get(given.number);
    return alike.get(whatOf({ ...given, amountMinor: Math.abs(given.amountMinor), direction: directionOf(given), invoiceId: given.invoiceId ?? null, orderId }));
  };
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The payments of the same customers at the same instants; of those that say the same, the first. */
async function readAlike(db: Reader, list: readonly GivenPayment[]): Promise<Map<string, Row>> {
  if (!list.length) return new Map();
  const found = await db.raw<{ id: number }>(
    `SELECT DISTINCT p.id FROM ${givenRows(db, { party_id: "int", at: "int" })} g CROSS JOIN payments p WHERE p.party_id = g.party_id AND p.at = g.at`,
    [JSON.stringify(list.map(({ partyId, at }) => [partyId, at]))],
  );
  const rows = found.length ? await db.select().from(payments).where(amongIds(db, payments.id, found.map(({ id }) => id))).orderBy(desc(payments.id)) : [];
  return new Map(rows.map((row) => [whatOf(row), row]));
}

function factsOf({ partyId, invoiceId, orderId, direction, method, currency, amountMinor, at, reference }: Row): PaymentFacts {
  return { partyId, invoiceId, orderId, direction, method, currency, amountMinor, at, reference };
}

export type UpsertPaymentResult = { ok: true; paymentId: number; outcome: Outcome } | { ok: false; reason: PaymentRefusal };

/** Makes the payment known, or brings it to what is told. */
export async function upsertPayment(tx: Tx, by: By, given: GivenPayment): Promise<UpsertPaymentResult> {
  const [done] = await upsertPayments(tx, by, [given]);
  return done?.ok ? { ok: true, paymentId: done.id, outcome: done.outcome } : (done as { ok: false; reason: PaymentRefusal });
}

/** As `upsertPayment`, for each of them. */
export function upsertPayments(tx: Tx, by: By, list: readonly GivenPayment[]): Promise<Upserted<PaymentRefusal>[]> {
  return upsertAll(tx, by, PAYMENTS, list);
}

const PAYMENTS: Told<GivenPayment, PaymentFacts, PaymentRefusal> = {
  command: "upsertPayment",
  subject: "payment",
  lock: ({ number, partyId }) => `payments:${number ?? partyId}`,
  keys: keysOf,
  plan: planPayments,
  insert,
  update: (tx, id, facts) => tx.update(payments).set(facts).where(eq(payments.id, id)),
  details: ({ amountMinor }) => ({ amountMinor }),
  topics: ({ partyId, orderId }) => [`party:${partyId}`, ...(orderId === null ? [] : [`order:${orderId}`])],
};

/**
 * One without a number is any other that says the same. Where some have numbers they may come to say it, or no longer, so
 * that those of a customer are told in their order.
 */
function keysOf(list: readonly GivenPayment[]): string[][] {
  const numbered = list.filter(({ number }) => number).length;
  if (numbered === list.length) return list.map(({ number }) => [number!]);
  if (numbered === 0) return list.map(({ partyId, at, amountMinor }) => [`${partyId} ${at} ${amountMinor}`]);
  return list.map(({ number, partyId }) => [...(number ? [`number ${number}`] : []), `party ${partyId}`]);
}

const COLUMNS = {
  id: "int", public_id: "text", number: "text", party_id: "int", invoice_id: "int", order_id: "int", direction: "text", method: "text", currency: "text",
  amount_minor: "int", at: "int", reference: "text",
} as const;

async function insert(tx: Tx, by: By, list: readonly { given: GivenPayment; facts: PaymentFacts }[]): Promise<number[]> {
  const ids = await takeIds(tx, "payments", list.length);
  await insertRows(
    tx,
    "payments",
    COLUMNS,
    list.map(({ given, facts }, i) => [
      ids[i], v7(), given.number ?? null, facts.partyId, facts.invoiceId, facts.orderId, facts.direction, facts.method, facts.currency, facts.amountMinor, facts.at, facts.reference,
    ]),
  );
  const invoices = await readInvoiceRefs(tx, list.map(({ facts }) => facts.invoiceId));
  const orders = await readOrderRefs(tx, list.map(({ facts }) => facts.orderId));
  await tellPayments(
    tx,
    by,
    list.map(({ given, facts }, i) => ({ ...facts, id: ids[i] as number, number: namePaid(facts, invoices, orders) ?? given.number ?? facts.reference ?? "" })),
  );
  return ids;
}

/** The invoice's number, else the order's; null: it was for neither. */
function namePaid({ invoiceId, orderId }: PaymentFacts, invoices: Map<number, Document>, orders: Map<number, Document>): string | null {
  if (invoiceId !== null) return invoices.get(invoiceId)?.number ?? "";
  return orderId === null ? null : (orders.get(orderId)?.number ?? "");
}
