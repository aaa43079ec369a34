/** Payments that others have noted: a bank, a shop, the books. Told again, they change nothing. */
import { and, eq, isNull, or } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { tellPayment } from "./money-events.server";
import { invoices, orders, payments } from "./schema";
import { isAmount, outcomeOf, type Outcome, type Plan } from "./upsert";

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

export async function planPayment(db: Reader, given: GivenPayment): Promise<Plan<PaymentFacts, PaymentRefusal>> {
  if (!isAmount(given.amountMinor)) return { ok: false, reason: "bad_amount" };
  const invoice = given.invoiceId == null ? null : await findInvoice(db, given.invoiceId);
  if (given.invoiceId != null && invoice?.partyId !== given.partyId) return { ok: false, reason: "unknown_invoice" };
  const orderId = given.orderId ?? invoice?.orderId ?? null;
  if (orderId !== null && (await ownerOf(db, orderId)) !== given.partyId) return { ok: false, reason: "unknown_order" };
  const known = await findKnown(db, given, orderId);
  if (known && known.partyId !== given.partyId) return { ok: false, reason: "other_customer" };
  const after: PaymentFacts = {
    partyId: given.partyId,
    invoiceId: given.invoiceId ?? known?.invoiceId ?? null,
    orderId: orderId ?? known?.orderId ?? null,
    direction: given.amountMinor < 0 ? "out" : "in",
    method: given.method?.trim() || known?.method || "transfer",
    currency: given.currency,
    amountMinor: Math.abs(given.amountMinor),
    at: given.at,
    reference: given.reference?.trim() || known?.reference || null,
  };
  return { ok: true, id: known?.id ?? null, before: known ? factsOf(known) : null, after };
}

type Row = typeof payments.$inferSelect;

async function findKnown(db: Reader, given: GivenPayment, orderId: number | null): Promise<Row | undefined> {
  const same = given.number
    ? or(eq(payments.number, given.number), eq(payments.publicId, given.number))
    : and(
        eq(payments.partyId, given.partyId), eq(payments.at, given.at), eq(payments.amountMinor, Math.abs(given.amountMinor)),
        eq(payments.direction, given.amountMinor < 0 ? "out" : "in"), eq(payments.currency, given.currency),
        given.invoiceId == null ? isNull(payments.invoiceId) : eq(payments.invoiceId, given.invoiceId),
        orderId === null ? isNull(payments.orderId) : eq(payments.orderId, orderId),
      );
  const [row] = await db.select().from(payments).where(same).limit(1);
  return row;
}

function factsOf({ partyId, invoiceId, orderId, direction, method, currency, amountMinor, at, reference }: Row): PaymentFacts {
  return { partyId, invoiceId, orderId, direction, method, currency, amountMinor, at, reference };
}

async function findInvoice(db: Reader, id: number) {
  const [row] = await db.select({ number: invoices.number, partyId: invoices.partyId, orderId: invoices.orderId }).from(invoices).where(eq(invoices.id, id));
  return row;
}

async function ownerOf(db: Reader, orderId: number): Promise<number | null> {
  const [order] = await db.select({ partyId: orders.partyId }).from(orders).where(eq(orders.id, orderId));
  return order?.partyId ?? null;
}

export type UpsertPaymentResult = { ok: true; paymentId: number; outcome: Outcome } | { ok: false; reason: PaymentRefusal };

/** Makes the payment known, or brings it to what is told. */
export async function upsertPayment(tx: Tx, by: By, given: GivenPayment): Promise<UpsertPaymentResult> {
  await lockKey(tx, `payments:${given.number ?? given.partyId}`);
  const plan = await planPayment(tx, given);
  if (!plan.ok) return plan;
  const outcome = outcomeOf(plan.before, plan.after);
  if (plan.id !== null && outcome === "unchanged") return { ok: true, paymentId: plan.id, outcome };
  const paymentId = plan.id ?? (await insert(tx, by, plan.after, given.number ?? null));
  if (plan.id !== null) await tx.update(payments).set(plan.after).where(eq(payments.id, plan.id));
  await recordAudit(tx, by, "upsertPayment", { type: "payment", id: paymentId }, { amountMinor: given.amountMinor, outcome });
  await noteChange(tx, by, `party:${given.partyId}`, ...(plan.after.orderId === null ? [] : [`order:${plan.after.orderId}`]));
  return { ok: true, paymentId, outcome };
}

async function insert(tx: Tx, by: By, facts: PaymentFacts, number: string | null): Promise<number> {
  const [row] = await tx.insert(payments).values({ ...facts, number, publicId: v7() }).returning({ id: payments.id });
  const { id } = row as { id: number };
  await tellPayment(tx, by, { ...facts, id }, await namePaid(tx, facts, number));
  return id;
}

/** The invoice's number, else the order's, else the payment's own. */
async function namePaid(tx: Tx, facts: PaymentFacts, number: string | null): Promise<string> {
  if (facts.invoiceId !== null) return (await findInvoice(tx, facts.invoiceId))?.number ?? "";
  if (facts.orderId === null) return number ?? facts.reference ?? "";
  const [order] = await tx.select({ number: orders.number }).from(orders).where(eq(orders.id, facts.orderId));
  return order?.number ?? "";
}
