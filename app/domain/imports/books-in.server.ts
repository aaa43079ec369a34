/** Products, invoices, payments and parcels from a file, each by the command that keeps them. */
import type { Reader } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { findPartyIds } from "../customers/look-up.server";
import { findInvoiceIds, findOrderIds, type DocumentRef } from "../orders/refs.server";
import { outcomeOf } from "../orders/upsert";
import { planInvoice, upsertInvoice, type GivenInvoice, type InvoiceRefusal } from "../orders/upsert-invoice.server";
import { planPayment, upsertPayment, type GivenPayment, type PaymentRefusal } from "../orders/upsert-payment.server";
import { planShipment, upsertShipment, type GivenShipment, type ShipmentRefusal } from "../orders/upsert-shipment.server";
import { amountText } from "../products/price";
import { normalizeSku } from "../products/product";
import { planProduct, upsertProduct, type GivenProduct, type ProductFacts } from "../products/products.server";
import { readInvoice, readPayment, readShipment, type InvoiceRow, type PaymentRow, type ShipmentRow } from "./book-rows";
import { moneyCell, timeCell } from "./cells";
import { refuse, type Cells, type Job, type Kind, type Planned } from "./kind";
import { readProduct, type ProductRow, type Rejection } from "./rows";

// --- products

export const productsIn: Kind<ProductRow, GivenProduct> = {
  read: readProduct,
  keys: ({ sku }) => [normalizeSku(sku)],
  plan: (db, rows, job) => each(rows, (row) => planOneProduct(db, row, job)),
  write: (tx, by, plans) => each(plans, async ({ planned }) => refusalOf(await upsertProduct(tx, by, planned.plan), { other_currency: refuse("currency", "not_the_same") })),
};

async function planOneProduct(db: Reader, row: ProductRow, job: Job): Promise<Planned<GivenProduct> | Rejection> {
  const { sku, name, price, currency, category, isActive } = row;
  const given: GivenProduct = { sku, name, price: price.amount, priceScale: price.scale, currency, category, locale: job.options.locale, ...(isActive !== null && { isActive }) };
  const plan = await planProduct(db, given);
  if (!plan.ok) return refuse("currency", "not_the_same");
  return planned(given, plan, productCells, row.name || row.sku);
}

export function productCells({ sku, name, price, priceScale, currency, category, isActive }: ProductFacts): Cells {
  return { sku, name, price: amountText(price, priceScale), currency, category: category ?? "", isActive: isActive ? "yes" : "no" };
}

// --- invoices

const OF_INVOICES: Record<InvoiceRefusal, Rejection> = {
  bad_amount: refuse("total", "bad_amount"), other_customer: refuse("customerNumber", "not_the_same"), unknown_order: refuse("orderNumber", "unknown_order"),
  own_invoice: refuse("number", "own_invoice"),
};

export const invoicesIn: Kind<InvoiceRow, GivenInvoice> = {
  read: readInvoice,
  keys: ({ number }) => [number],
  async plan(db, rows) {
    const refs = await readRefs(db, rows);
    return each(rows, async (row) => {
      const named = refs.of(row);
      if (!named.ok) return named;
      const given: GivenInvoice = {
        number: row.number, partyId: named.partyId, currency: row.currency, totalMinor: row.totalMinor, issuedAt: row.issuedAt, dueAt: row.dueAt,
        ...(row.orderNumber && { orderId: named.orderId }),
      };
      const plan = await planInvoice(db, given);
      if (!plan.ok) return OF_INVOICES[plan.reason];
      const cells = ({ issuedAt, dueAt, totalMinor, currency, orderId }: (typeof plan)["after"]): Cells => ({
        number: row.number, issuedAt: timeCell(issuedAt), dueAt: timeCell(dueAt), total: moneyCell(totalMinor, currency), currency,
        orderNumber: orderId === named.orderId ? (row.orderNumber ?? "") : orderId === null ? "" : `#${orderId}`,
      });
      return planned(given, plan, cells, row.number);
    });
  },
  write: (tx, by, plans) => each(plans, async ({ planned: { plan } }) => refusalOf(await upsertInvoice(tx, by, plan), OF_INVOICES)),
};

// --- payments

const OF_PAYMENTS: Record<PaymentRefusal, Rejection> = {
  bad_amount: refuse("amount", "bad_amount"), other_customer: refuse("number", "not_the_same"), unknown_invoice: refuse("invoiceNumber", "unknown_invoice"),
  unknown_order: refuse("orderNumber", "unknown_order"),
};

export const paymentsIn: Kind<PaymentRow, GivenPayment> = {
  read: readPayment,
  keys: (row) => [row.number ?? [row.customerNumber, row.customerEmail, row.invoiceNumber, row.orderNumber, row.paidAt, row.amountMinor].join(" ")],
  async plan(db, rows) {
    const refs = await readRefs(db, rows);
    return each(rows, async (row) => {
      const named = refs.of(row);
      if (!named.ok) return named;
      const given: GivenPayment = {
        number: row.number, partyId: named.partyId, invoiceId: named.invoiceId, orderId: named.orderId, currency: row.currency, amountMinor: row.amountMinor,
        method: row.method, at: row.paidAt, reference: row.reference,
      };
      const plan = await planPayment(db, given);
      if (!plan.ok) return OF_PAYMENTS[plan.reason];
      const cells = ({ at, amountMinor, direction, currency, method, reference }: (typeof plan)["after"]): Cells => ({
        number: row.number ?? "", paidAt: timeCell(at), amount: moneyCell(direction === "out" ? -amountMinor : amountMinor, currency), currency, method, reference: reference ?? "",
      });
      return planned(given, plan, cells, row.number ?? row.invoiceNumber ?? row.orderNumber ?? "");
    });
  },
  write: (tx, by, plans) => each(plans, async ({ planned: { plan } }) => refusalOf(await upsertPayment(tx, by, plan), OF_PAYMENTS)),
};

// --- parcels

const OF_SHIPMENTS: Record<ShipmentRefusal, Rejection> = {
  unknown_order: refuse("orderNumber", "unknown_order"), order_cancelled: refuse("orderNumber", "order_cancelled"), carrier_missing: refuse("carrier", "required"),
  delivered_before_shipped: refuse("deliveredAt", "delivered_before_shipped"),
};

export const shipmentsIn: Kind<ShipmentRow, GivenShipment> = {
  read: readShipment,
  keys: ({ orderNumber, trackingNumber }) => [`${orderNumber} ${trackingNumber}`],
  async plan(db, rows) {
    const orders = await findOrderIds(db, rows.map(({ orderNumber }) => orderNumber));
    return each(rows, async ({ orderNumber, ...row }) => {
      const order = orders.get(orderNumber);
      if (!order) return refuse("orderNumber", "unknown_order");
      const given: GivenShipment = { orderId: order.id, ...row };
      const plan = await planShipment(db, given);
      if (!plan.ok) return OF_SHIPMENTS[plan.reason];
      const cells = ({ carrier, trackingNumber, shippedAt, expectedAt, deliveredAt }: (typeof plan)["after"]): Cells => ({
        orderNumber, carrier, trackingNumber, shippedAt: timeCell(shippedAt), expectedAt: timeCell(expectedAt), deliveredAt: timeCell(deliveredAt),
      });
      return planned(given, plan, cells, orderNumber);
    });
  },
  write: (tx, by, plans) => each(plans, async ({ planned: { plan } }) => refusalOf(await upsertShipment(tx, by, plan), OF_SHIPMENTS)),
};

// --- together

async function each<Row, Result>(rows: readonly Row[], work: (row: Row) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const row of rows) results.push(await work(row));
  return results;
}

function refusalOf<Reason extends string>(written: { ok: true } | { ok: false; reason: Reason }, reasons: Record<Reason, Rejection>): Rejection | null {
  return written.ok ? null : reasons[written.reason];
}

function planned<Given, Facts extends object>(plan: Given, { before, after }: { before: Facts | null; after: Facts }, cells: (facts: Facts) => Cells, name: string): Planned<Given> {
  return {
    ok: true,
    outcome: outcomeOf(before, after),
    plan,
    shown: () => {
      const then = cells(after);
      return { name, before: before && cells(before), after: then, given: Object.keys(then).filter((key) => then[key] !== "") };
    },
  };
}

type Named = { ok: true; partyId: number; invoiceId: number | null; orderId: number | null };
type Naming = { customerNumber: string | null; customerEmail: string | null; orderNumber: string | null; invoiceNumber?: string | null };

/** Of whom and of what a row speaks: the customer may follow from the document that it names. */
async function readRefs(db: Reader, rows: readonly Naming[]): Promise<{ of: (row: Naming) => Named | Rejection }> {
  const people = await findPartyIds(db, { numbers: rows.flatMap((row) => row.customerNumber ?? []), emails: rows.flatMap((row) => row.customerEmail ?? []) });
  const orders = await findOrderIds(db, rows.flatMap((row) => row.orderNumber ?? []));
  const invoices = await findInvoiceIds(db, rows.flatMap((row) => row.invoiceNumber ?? []));
  const customerOf = (row: Naming) => (row.customerNumber ? people.byNumber.get(row.customerNumber) : people.byEmail.get(normalizeEmail(row.customerEmail ?? "")));
  return {
    of(row) {
      const order: DocumentRef | undefined = row.orderNumber ? orders.get(row.orderNumber) : undefined;
      const invoice: DocumentRef | undefined = row.invoiceNumber ? invoices.get(row.invoiceNumber) : undefined;
      if (row.orderNumber && !order) return refuse("orderNumber", "unknown_order");
      if (row.invoiceNumber && !invoice) return refuse("invoiceNumber", "unknown_invoice");
      const named = row.customerNumber || row.customerEmail ? customerOf(row) : (invoice ?? order)?.partyId;
      if (named === undefined) return refuse(row.customerNumber ? "customerNumber" : "customerEmail", "unknown_customer");
      return { ok: true, partyId: named, invoiceId: invoice?.id ?? null, orderId: order?.id ?? invoice?.orderId ?? null };
    },
  };
}
