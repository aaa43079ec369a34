/** The cells of consents, notes, invoices, payments and parcels. Pure. */
import { minorDigits, rescale } from "../products/price";
import { cellOf, no, readCustomerRef, readTimes, type Columns, type Read } from "./rows";
import type { ImportOptions } from "./schema";
import { readConsentState, readDecimal, readId } from "./values";

const CHANNELS = ["email", "sms", "phone", "letter"] as const;
type Channel = (typeof CHANNELS)[number];

type CustomerRef = { customerNumber: string | null; customerEmail: string | null };

export type ConsentRow = CustomerRef & {
  topic: string | null;
  channel: Channel;
  state: "granted" | "withdrawn" | "pending";
  at: number;
  source: string | null;
  wordingVersion: string | null;
  wording: string | null;
};

export function readConsent(cells: readonly string[], columns: Columns, options: ImportOptions): Read<ConsentRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const customer = readCustomerRef(cell, columns);
  if (!customer.ok) return customer;
  if (!cell("state")) return no("state", "required");
  const state = readConsentState(cell("state"));
  if (!state) return no("state", "bad_consent");
  const channel = (cell("channel").toLowerCase() || "email") as Channel;
  if (!CHANNELS.includes(channel)) return no("channel", "bad_channel");
  const time = readTimes(cell, options, ["date"], []);
  if (!time.ok) return time;
  return {
    ok: true,
    row: {
      ...customer.row, topic: cell("topic") || null, channel, state, at: time.row.date!, source: cell("source") || null,
      wordingVersion: cell("wordingVersion") || null, wording: cell("wording") || null,
    },
  };
}

export type NoteRow = CustomerRef & { text: string; at: number | null; author: string | null };

export function readNote(cells: readonly string[], columns: Columns, options: ImportOptions): Read<NoteRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const customer = readCustomerRef(cell, columns);
  if (!customer.ok) return customer;
  if (!cell("text")) return no("text", "required");
  const time = readTimes(cell, options, [], ["date"]);
  if (!time.ok) return time;
  return { ok: true, row: { ...customer.row, text: cell("text"), at: time.row.date ?? null, author: cell("author") || null } };
}

export type InvoiceRow = CustomerRef & {
  number: string;
  orderNumber: string | null;
  issuedAt: number;
  dueAt: number | null;
  totalMinor: number;
  currency: string;
};

export function readInvoice(cells: readonly string[], columns: Columns, options: ImportOptions): Read<InvoiceRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const number = readId(cell("number"));
  if (!number) return no("number", "required");
  const orderNumber = readId(cell("orderNumber")) || null;
  const customer = refOr(cell, columns, orderNumber !== null);
  if (!customer.ok) return customer;
  const time = readTimes(cell, options, ["issuedAt"], ["dueAt"]);
  if (!time.ok) return time;
  const money = readMoney(cell, "total", options);
  if (!money.ok) return money;
  return {
    ok: true,
    row: {
      number, ...customer.row, orderNumber, issuedAt: time.row.issuedAt!, dueAt: time.row.dueAt ?? null, totalMinor: money.row.minor, currency: money.row.currency,
    },
  };
}

export type PaymentRow = CustomerRef & {
  number: string | null;
  invoiceNumber: string | null;
  orderNumber: string | null;
  amountMinor: number;
  currency: string;
  paidAt: number;
  method: string | null;
  reference: string | null;
};

export function readPayment(cells: readonly string[], columns: Columns, options: ImportOptions): Read<PaymentRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const invoiceNumber = readId(cell("invoiceNumber")) || null;
  const orderNumber = readId(cell("orderNumber")) || null;
  const customer = refOr(cell, columns, invoiceNumber !== null || orderNumber !== null);
  if (!customer.ok) return customer;
  const time = readTimes(cell, options, ["paidAt"], []);
  if (!time.ok) return time;
  const money = readMoney(cell, "amount", options);
  if (!money.ok) return money;
  const number = options.key === "facts" ? null : readId(cell("number")) || null;
  return {
    ok: true,
    row: {
      number, ...customer.row, invoiceNumber, orderNumber, amountMinor: money.row.minor, currency: money.row.currency, paidAt: time.row.paidAt!,
      method: cell("method") || null, reference: cell("reference") || null,
    },
  };
}

export type ShipmentRow = {
  orderNumber: string;
  carrier: string;
  trackingNumber: string;
  shippedAt: number;
  expectedAt: number | null;
  deliveredAt: number | null;
};

export function readShipment(cells: readonly string[], columns: Columns, options: ImportOptions): Read<ShipmentRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  for (const field of ["orderNumber", "carrier"]) if (!cell(field)) return no(field, "required");
  const time = readTimes(cell, options, ["shippedAt"], ["expectedAt", "deliveredAt"]);
  if (!time.ok) return time;
  return {
    ok: true,
    row: {
      orderNumber: readId(cell("orderNumber")), carrier: cell("carrier"), trackingNumber: cell("trackingNumber"), shippedAt: time.row.shippedAt!,
      expectedAt: time.row.expectedAt ?? null, deliveredAt: time.row.deliveredAt ?? null,
    },
  };
}

/** A document that names another one need not name the customer. */
function refOr(cell: (field: string) => string, columns: Columns, isNamed: boolean): Read<CustomerRef> {
  if (isNamed && !cell("customerNumber") && !cell("customerEmail")) return { ok: true, row: { customerNumber: null, customerEmail: null } };
  return readCustomerRef(cell, columns);
}

function readMoney(cell: (field: string) => string, field: string, options: ImportOptions): Read<{ minor: number; currency: string }> {
  if (!cell(field)) return no(field, "required");
  const currency = cell("currency").toUpperCase() || options.currency;
  if (!/^[A-Z]{3}$/.test(currency)) return no("currency", "bad_currency");
  const amount = readDecimal(cell(field), options.decimalMark);
  const digits = minorDigits(currency);
  if (!amount || amount.amount === 0 || amount.scale > digits) return no(field, "bad_amount");
  return { ok: true, row: { minor: rescale(amount.amount, amount.scale, digits), currency } };
}
