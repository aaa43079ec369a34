/** Invoices and credit notes that were issued elsewhere: known by their number, told again they change nothing. */
import { eq } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { tellInvoice } from "./money-events.server";
import { PAYMENT_TERM } from "./order";
import { invoices, numberSeries, orders } from "./schema";
import { isAmount, outcomeOf, type Outcome, type Plan } from "./upsert";

export type GivenInvoice = {
  number: string;
  partyId: number;
  /** Absent: as it was, or of no order. */
  orderId?: number | null;
  currency: string;
  /** Below zero: a credit note. */
  totalMinor: number;
  issuedAt: number;
  /** Absent: as it was, or at the end of the usual term. */
  dueAt?: number | null;
};

export type InvoiceFacts = Omit<Required<GivenInvoice>, "dueAt"> & { kind: "invoice" | "credit_note"; dueAt: number };
export type InvoiceRefusal = "bad_amount" | "other_customer" | "unknown_order" | "own_invoice";

/** What telling this invoice would do. The ones that were numbered here are never changed by what others say. */
export async function planInvoice(db: Reader, given: GivenInvoice): Promise<Plan<InvoiceFacts, InvoiceRefusal>> {
  if (!isAmount(given.totalMinor)) return { ok: false, reason: "bad_amount" };
  const [known] = await db.select().from(invoices).where(eq(invoices.number, given.number));
  if (known && known.partyId !== given.partyId) return { ok: false, reason: "other_customer" };
  const orderId = given.orderId === undefined ? (known?.orderId ?? null) : given.orderId;
  if (orderId !== null && (await ownerOf(db, orderId)) !== given.partyId) return { ok: false, reason: "unknown_order" };
  const { number, partyId, currency, totalMinor, issuedAt } = given;
  const kind = totalMinor < 0 ? "credit_note" : "invoice";
  const term = kind === "invoice" ? PAYMENT_TERM : 0;
  const after: InvoiceFacts = { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt: given.dueAt ?? known?.dueAt ?? issuedAt + term };
  const before = known ? factsOf(known) : null;
  if (before && outcomeOf(before, after) === "changed" && (await isNumberedHere(db, number))) return { ok: false, reason: "own_invoice" };
  return { ok: true, id: known?.id ?? null, before, after };
}

function factsOf(row: typeof invoices.$inferSelect): InvoiceFacts {
  const { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt } = row;
  return { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt };
}

async function ownerOf(db: Reader, orderId: number): Promise<number | null> {
  const [order] = await db.select({ partyId: orders.partyId }).from(orders).where(eq(orders.id, orderId));
  return order?.partyId ?? null;
}

/** Whether our own series of that year has given this number. */
async function isNumberedHere(db: Reader, number: string): Promise<boolean> {
  const match = /^(\d{4})\/(\d{6,})$/.exec(number);
  if (!match) return false;
  const [series] = await db.select().from(numberSeries).where(eq(numberSeries.series, `invoices:${match[1]}`));
  return series !== undefined && Number(match[2]) <= series.last;
}

export type UpsertInvoiceResult = { ok: true; invoiceId: number; outcome: Outcome } | { ok: false; reason: InvoiceRefusal };

/** Makes the invoice or credit note known by its number, or brings it to what is told. */
export async function upsertInvoice(tx: Tx, by: By, given: GivenInvoice): Promise<UpsertInvoiceResult> {
  await lockKey(tx, `invoice-number:${given.number}`);
  const plan = await planInvoice(tx, given);
  if (!plan.ok) return plan;
  const outcome = outcomeOf(plan.before, plan.after);
  if (plan.id !== null && outcome === "unchanged") return { ok: true, invoiceId: plan.id, outcome };
  const invoiceId = plan.id ?? (await insert(tx, by, plan.after));
  if (plan.id !== null) await tx.update(invoices).set(plan.after).where(eq(invoices.id, plan.id));
  await recordAudit(tx, by, "upsertInvoice", { type: "invoice", id: invoiceId }, { number: given.number, outcome });
  await noteChange(tx, by, `party:${given.partyId}`, ...(plan.after.orderId === null ? [] : [`order:${plan.after.orderId}`]));
  return { ok: true, invoiceId, outcome };
}

async function insert(tx: Tx, by: By, facts: InvoiceFacts): Promise<number> {
  const [row] = await tx.insert(invoices).values({ ...facts, publicId: v7() }).returning({ id: invoices.id });
  const { id } = row as { id: number };
  await tellInvoice(tx, by, { ...facts, id });
  return id;
}
