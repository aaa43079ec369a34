/** Products, invoices, payments and parcels from a file, each by the command that keeps them. */
import type { Reader } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { findPartyIds } from "../customers/look-up.server";
import { findInvoiceIds, findOrderIds, type DocumentRef } from "../orders/refs.server";
import { outcomeOf } from "../orders/upsert";
import { planInvoices, upsertInvoices, type GivenInvoice, type InvoiceRefusal } from "../orders/upsert-invoice.server";
import { planPayments, upsertPayments, type GivenPayment, type PaymentRefusal } from "../orders/upsert-payment.server";
import { planShipments, upsertShipments, type GivenShipment, type ShipmentRefusal } from "../orders/upsert-shipment.server";
import { amountText } from "../products/price";
import { normalizeSku } from "../products/product";
import { planProducts, upsertProducts, type GivenProduct, type ProductFacts } from "../products/upsert-product.server";
import { readInvoice, readPayment, readShipment, type InvoiceRow, type PaymentRow, type ShipmentRow } from "./book-rows";
import { moneyCell, timeCell } from "./cells";
import { refuse, type Cells, type Kind, type Planned } from "./kind";
import { type Read, readProduct, type ProductRow, type Rejection } from "./rows";

// --- products

export const productsIn: Kind<ProductRow, GivenProduct> = {
  read: readProduct,
  keys: ({ sku }) => [normalizeSku(sku)],
  async plan(db, rows, job) {
    const given = rows.map(({ sku, name, price, currency, category, isActive }): GivenProduct => ({
      sku, name, price: price.amount, priceScale: price.scale, currency, category, locale: job.options.locale, ...(isActive !== null && { isActive }),
    }));
    const plans = await planProducts(db, given);
    return plans.map((plan, i) => (plan.ok ? planned(given[i]!, plan, productCells, rows[i]!.name || rows[i]!.sku) : OF_PRODUCTS[plan.reason]));
  },
  write: async (tx, by, plans) => refusals(await upsertProducts(tx, by, given(plans)), OF_PRODUCTS),
};

const OF_PRODUCTS = { other_currency: refuse("currency", "not_the_same") };

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
    const given = rows.map((row) => read(refs.of(row), (named): GivenInvoice => ({
      number: row.number, partyId: named.partyId, currency: row.currency, totalMinor: row.totalMinor, issuedAt: row.issuedAt, dueAt: row.dueAt,
      ...(row.orderNumber && { orderId: named.orderId }),
    })));
    return planGiven(given, (list) => planInvoices(db, list), OF_INVOICES, (one, plan, i) => {
      const row = rows[i]!;
      const cells = ({ issuedAt, dueAt, totalMinor, currency, orderId }: typeof plan.after): Cells => ({
        number: row.number, issuedAt: timeCell(issuedAt), dueAt: timeCell(dueAt), total: moneyCell(totalMinor, currency), currency,
        orderNumber: orderId === (one.orderId ?? null) ? (row.orderNumber ?? "") : orderId === null ? "" : `#${orderId}`,
      });
      return planned(one, plan, cells, row.number);
    });
  },
  write: async (tx, by, plans) => refusals(await upsertInvoices(tx, by, given(plans)), OF_INVOICES),
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
    const given = rows.map((row) => read(refs.of(row), (named): GivenPayment => ({
      number: row.number, partyId: named.partyId, invoiceId: named.invoiceId, orderId: named.orderId, currency: row.currency, amountMinor: row.amountMinor,
      method: row.method, at: row.paidAt, reference: row.reference,
    })));
    return planGiven(given, (list) => planPayments(db, list), OF_PAYMENTS, (one, plan, i) => {
      const row = rows[i]!;
      const cells = ({ at, amountMinor, direction, currency, method, reference }: typeof plan.after): Cells => ({
        number: row.number ?? "", paidAt: timeCell(at), amount: moneyCell(direction === "out" ? -amountMinor : amountMinor, currency), currency, method, reference: reference ?? "",
      });
      return planned(one, plan, cells, row.number ?? row.invoiceNumber ?? row.orderNumber ?? "");
    });
  },
  write: async (tx, by, plans) => refusals(await upsertPayments(tx, by, given(plans)), OF_PAYMENTS),
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
    const given = rows.map(({ orderNumber, ...row }): Read<GivenShipment> => {
      const order = orders.get(orderNumber);
      return order ? { ok: true, row: { orderId: order.id, ...row } } : refuse("orderNumber", "unknown_order");
    });
    return planGiven(given, (list) => planShipments(db, list), OF_SHIPMENTS, (one, plan, i) => {
      const { orderNumber } = rows[i]!;
      const cells = ({ carrier, trackingNumber, shippedAt, expectedAt, deliveredAt }: typeof plan.after): Cells => ({
        orderNumber, carrier, trackingNumber, shippedAt: timeCell(shippedAt), expectedAt: timeCell(expectedAt), deliveredAt: timeCell(deliveredAt),
      });
      return planned(one, plan, cells, orderNumber);
    });
  },
  write: async (tx, by, plans) => refusals(await upsertShipments(tx, by, given(plans)), OF_SHIPMENTS),
};

// --- together

const given = <Given>(plans: readonly { planned: Planned<Given> }[]): Given[] => plans.map(({ planned: { plan } }) => plan);

function refusals<Reason extends string>(written: readonly ({ ok: true } | { ok: false; reason: Reason })[], reasons: Record<Reason, Rejection>): (Rejection | null)[] {
  return written.map((one) => (one.ok ? null : reasons[one.reason]));
}

function read<Given>(named: Named | Rejection, give: (named: Named) => Given): Read<Given> {
  return named.ok ? { ok: true, row: give(named) } : named;
}

type Looked<Facts> = { before: Facts | null; after: Facts };

/** Plans those that could be read together, and says of each row what came of it. */
async function planGiven<Given, Facts, Reason extends string>(
  rows: readonly Read<Given>[],
  plan: (list: Given[]) => Promise<(({ ok: true } & Looked<Facts>) | { ok: false; reason: Reason })[]>,
  reasons: Record<Reason, Rejection>,
  put: (given: Given, plan: Looked<Facts>, i: number) => Planned<Given>,
): Promise<(Planned<Given> | Rejection)[]> {
  const plans = (await plan(rows.flatMap((one) => (one.ok ? [one.row] : [])))).values();
  return rows.map((one, i) => {
    if (!one.ok) return one;
    const looked = plans.next().value!;
    return looked.ok ? put(one.row, looked, i) : reasons[looked.reason];
  });
}

function planned<Given, Facts extends object>(plan: Given, { before, after }: Looked<Facts>, cells: (facts: Facts) => Cells, name: string): Planned<Given> {
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
