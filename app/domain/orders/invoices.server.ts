/** Invoices and payments. An invoice is issued when an order is shipped, and numbered without gaps within its year. */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { tellInvoices, tellPayments } from "./money-events.server";
import { PAYMENT_TERM } from "./order";
import { invoices, payments } from "./schema";
import { nextNumber } from "./series.server";

/** Issues the invoice of an order. @returns its id */
export async function issueInvoice(
  tx: Tx,
  by: By,
  order: { id: number; partyId: number; currency: string; totalMinor: number },
  at: number,
): Promise<number> {
  const issued = {
    number: await invoiceNumber(tx, at),
    kind: "invoice" as const,
    partyId: order.partyId,
    orderId: order.id,
    currency: order.currency,
    totalMinor: order.totalMinor,
    issuedAt: at,
    dueAt: at + PAYMENT_TERM,
  };
  const [row] = await tx.insert(invoices).values({ ...issued, publicId: v7() }).returning({ id: invoices.id });
  const { id } = row as { id: number };
  await tellInvoices(tx, by, [{ ...issued, id }]);
  return id;
}

/** The next of its year. One that was brought in from elsewhere under such a number keeps it. */
async function invoiceNumber(tx: Tx, at: number): Promise<string> {
  const year = new Date(at).getUTCFullYear();
  for (;;) {
    const taken = await nextNumber(tx, `invoices:${year}`);
    const number = `${year}/${String(taken).padStart(6, "0")}`;
    const [there] = await tx.select({ id: invoices.id }).from(invoices).where(eq(invoices.number, number));
    if (!there) return number;
  }
}

export type InvoiceWithPayments = {
  id: number;
  publicId: string;
  number: string;
  kind: "invoice" | "credit_note";
  currency: string;
  totalMinor: number;
  issuedAt: number;
  dueAt: number;
  /** Money in less money out. */
  paidMinor: number;
};

export async function listInvoicesOfOrder(db: Reader, orderId: number): Promise<InvoiceWithPayments[]> {
  const rows = await db
    .select({
      id: invoices.id,
      publicId: invoices.publicId,
      number: invoices.number,
      kind: invoices.kind,
      currency: invoices.currency,
      totalMinor: invoices.totalMinor,
      issuedAt: invoices.issuedAt,
      dueAt: invoices.dueAt,
    })
    .from(invoices)
    .where(eq(invoices.orderId, orderId))
    .orderBy(asc(invoices.id));
  const paid = await paidOf(db, rows.map((r) => r.id));
  return rows.map((row) => ({ ...row, paidMinor: paid.get(row.id) ?? 0 }));
}

async function paidOf(db: Reader, invoiceIds: number[]): Promise<Map<number, number>> {
  if (!invoiceIds.length) return new Map();
  const sums = await db
    .select({
      invoiceId: payments.invoiceId,
      paid: sql<number>`sum(case when ${payments.direction} = 'in' then ${payments.amountMinor} else -${payments.amountMinor} end)`.mapWith(Number),
    })
    .from(payments)
    .where(inArray(payments.invoiceId, invoiceIds))
    .groupBy(payments.invoiceId);
  return new Map(sums.map((row) => [row.invoiceId as number, row.paid]));
}

export type RecordPaymentResult = { ok: true; paymentId: number } | { ok: false; reason: "unknown_invoice" | "bad_amount" };

/** Notes money that came in for an invoice; told again with the same `submissionKey`, it names the payment that is there. */
export async function recordPayment(
  tx: Tx,
  by: By,
  input: { invoiceId: number; amountMinor: number; method: string; reference?: string; at?: number; submissionKey?: string },
): Promise<RecordPaymentResult> {
  if (input.submissionKey !== undefined) {
    await lockKey(tx, `submission:${input.submissionKey}`);
    const [there] = await tx.select({ id: payments.id }).from(payments).where(eq(payments.submissionKey, input.submissionKey));
    if (there) return { ok: true, paymentId: there.id };
  }
  if (!Number.isSafeInteger(input.amountMinor) || input.amountMinor <= 0) return { ok: false, reason: "bad_amount" };
  const [invoice] = await tx
    .select({ id: invoices.id, number: invoices.number, partyId: invoices.partyId, orderId: invoices.orderId, currency: invoices.currency })
    .from(invoices)
    .where(and(eq(invoices.id, input.invoiceId), eq(invoices.kind, "invoice")));
  if (!invoice) return { ok: false, reason: "unknown_invoice" };
  const paid = {
    partyId: invoice.partyId,
    orderId: invoice.orderId,
    direction: "in" as const,
    currency: invoice.currency,
    amountMinor: input.amountMinor,
    at: input.at ?? by.now,
  };
  const [row] = await tx
    .insert(payments)
    .values({
      ...paid, publicId: v7(), invoiceId: invoice.id, method: input.method, reference: input.reference?.trim() || null,
      submissionKey: input.submissionKey ?? null,
    })
    .returning({ id: payments.id });
  const { id } = row as { id: number };
  await tellPayments(tx, by, [{ ...paid, id, number: invoice.number }]);
  await recordAudit(tx, by, "recordPayment", { type: "invoice", id: invoice.id }, { amountMinor: input.amountMinor, method: input.method });
  await noteChange(tx, by, `party:${invoice.partyId}`, ...(invoice.orderId === null ? [] : [`order:${invoice.orderId}`]));
  return { ok: true, paymentId: id };
}
