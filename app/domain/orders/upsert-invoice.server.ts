/** Invoices and credit notes that were issued elsewhere: known by their number, told again they change nothing. */
import { eq } from "drizzle-orm";
import { v7 } from "uuid";

import { amongTexts, insertRows, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { tellInvoices } from "./money-events.server";
import { PAYMENT_TERM } from "./order";
import { type Document, readOrderRefs } from "./refs.server";
import { invoices, numberSeries } from "./schema";
import { isAmount, outcomeOf, type Outcome, type Plan } from "./upsert";
import { type Told, upsertAll, type Upserted } from "./upserting.server";

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
export async function planInvoice(db: Reader, given: GivenInvoice): Promise<InvoicePlan> {
  const [plan] = await planInvoices(db, [given]);
  return plan as InvoicePlan;
}

type InvoicePlan = Plan<InvoiceFacts, InvoiceRefusal>;

/** As `planInvoice`, for each of them. */
export async function planInvoices(db: Reader, list: readonly GivenInvoice[]): Promise<InvoicePlan[]> {
  const rows = await db.select().from(invoices).where(amongTexts(db, invoices.number, list.map(({ number }) => number)));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const known = list.map(({ number }) => byNumber.get(number) ?? null);
  const orderIds = list.map((given, i) => (given.orderId === undefined ? (known[i]?.orderId ?? null) : given.orderId));
  const owners = await readOrderRefs(db, orderIds);
  const plans = list.map((given, i) => planOne(given, known[i] ?? null, orderIds[i] ?? null, owners));
  const isChanged = (plan: InvoicePlan) => plan.ok && outcomeOf(plan.before, plan.after) === "changed";
  const isOurs = plans.some(isChanged) ? await numberedHere(db) : () => false;
  return plans.map((plan, i) => (isChanged(plan) && isOurs(list[i]!.number) ? { ok: false, reason: "own_invoice" } : plan));
}

type Row = typeof invoices.$inferSelect;

function planOne(given: GivenInvoice, known: Row | null, orderId: number | null, orders: Map<number, Document>): InvoicePlan {
  if (!isAmount(given.totalMinor)) return { ok: false, reason: "bad_amount" };
  if (known && known.partyId !== given.partyId) return { ok: false, reason: "other_customer" };
  if (orderId !== null && orders.get(orderId)?.partyId !== given.partyId) return { ok: false, reason: "unknown_order" };
  const { number, partyId, currency, totalMinor, issuedAt } = given;
  const kind = totalMinor < 0 ? "credit_note" : "invoice";
  const term = kind === "invoice" ? PAYMENT_TERM : 0;
  const after: InvoiceFacts = { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt: given.dueAt ?? known?.dueAt ?? issuedAt + term };
  return { ok: true, id: known?.id ?? null, before: known ? factsOf(known) : null, after };
}

function factsOf(row: Row): InvoiceFacts {
  const { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt } = row;
  return { number, partyId, orderId, currency, totalMinor, issuedAt, kind, dueAt };
}

/** Which numbers our own series have given. */
async function numberedHere(db: Reader): Promise<(number: string) => boolean> {
  const rows = await db.select().from(numberSeries);
  const last = new Map(rows.map((row) => [row.series, row.last]));
  return (number) => {
    const match = /^(\d{4})\/(\d{6,})$/.exec(number);
    return match !== null && Number(match[2]) <= (last.get(`invoices:${match[1]}`) ?? 0);
  };
}

export type UpsertInvoiceResult = { ok: true; invoiceId: number; outcome: Outcome } | { ok: false; reason: InvoiceRefusal };

/** Makes the invoice or credit note known by its number, or brings it to what is told. */
export async function upsertInvoice(tx: Tx, by: By, given: GivenInvoice): Promise<UpsertInvoiceResult> {
  const [done] = await upsertInvoices(tx, by, [given]);
  return done?.ok ? { ok: true, invoiceId: done.id, outcome: done.outcome } : (done as { ok: false; reason: InvoiceRefusal });
}

/** As `upsertInvoice`, for each of them. */
export function upsertInvoices(tx: Tx, by: By, list: readonly GivenInvoice[]): Promise<Upserted<InvoiceRefusal>[]> {
  return upsertAll(tx, by, INVOICES, list);
}

const INVOICES: Told<GivenInvoice, InvoiceFacts, InvoiceRefusal> = {
  command: "upsertInvoice",
  subject: "invoice",
  lock: ({ number }) => `invoice-number:${number}`,
  keys: (list) => list.map(({ number }) => [number]),
  plan: planInvoices,
  insert,
  update: (tx, id, facts) => tx.update(invoices).set(facts).where(eq(invoices.id, id)),
  details: ({ number }) => ({ number }),
  topics: ({ partyId, orderId }) => [`party:${partyId}`, ...(orderId === null ? [] : [`order:${orderId}`])],
};

const COLUMNS = { id: "int", public_id: "text", number: "text", kind: "text", party_id: "int", order_id: "int", currency: "text", total_minor: "int", issued_at: "int", due_at: "int" } as const;

async function insert(tx: Tx, by: By, list: readonly { facts: InvoiceFacts }[]): Promise<number[]> {
  const ids = await takeIds(tx, "invoices", list.length);
  await insertRows(
    tx,
    "invoices",
    COLUMNS,
    list.map(({ facts }, i) => [ids[i], v7(), facts.number, facts.kind, facts.partyId, facts.orderId, facts.currency, facts.totalMinor, facts.issuedAt, facts.dueAt]),
  );
  await tellInvoices(tx, by, list.map(({ facts }, i) => ({ ...facts, id: ids[i] as number })));
  return ids;
}
