/** Products, orders, invoices, payments and shipments, as the API shows them. */
import { inArray, sql } from "drizzle-orm";

import type { Reader } from "../../../db/types";
import { listLines } from "../../orders/lines.server";
import { invoices, orders, payments, shipments } from "../../orders/schema";
import { products, productTranslations } from "../../products/schema";
import { inOrder, type Source } from "./listing.server";
import { publicIdsOf } from "./parties.server";
import { money, time, timeOrNull } from "./shape";
import type { InvoiceShape, OrderShape, PaymentShape, ProductShape, ShipmentShape } from "./trade";

export const PRODUCTS: Source = { table: "products", subject: "product", createdAt: "created_at" };
export const ORDERS: Source = { table: "orders", subject: "order", createdAt: "created_at" };
export const INVOICES: Source = { table: "invoices", subject: "invoice", createdAt: "issued_at" };
export const PAYMENTS: Source = { table: "payments", subject: "payment", createdAt: "at" };
export const SHIPMENTS: Source = { table: "shipments", subject: "shipment", createdAt: "shipped_at" };

type Ids = readonly number[];

export async function readProducts(db: Reader, ids: Ids): Promise<ProductShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(products).where(inArray(products.id, [...ids]));
  const words = await db.select().from(productTranslations).where(inArray(productTranslations.productId, [...ids]));
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    sku: row.sku,
    words: Object.fromEntries(words.filter(({ productId }) => productId === row.id).map(({ locale, name, description }) => [locale, { name, description }])),
    category: row.category,
    price: { value: row.price, scale: row.priceScale, currency: row.currency },
    is_personalisable: row.isPersonalisable,
    is_active: row.isActive,
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
  }));
}

export async function readOrders(db: Reader, ids: Ids): Promise<OrderShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(orders).where(inArray(orders.id, [...ids]));
  const lines = await listLines(db, [...ids]);
  const parties = await publicIdsOf(db, rows.map((row) => row.partyId));
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    number: row.number,
    party_id: parties.get(row.partyId) as string,
    status: row.status,
    source: row.source,
    lines: lines
      .filter((line) => line.orderId === row.id)
      .map((line) => ({
        id: line.publicId,
        sku: line.sku,
        name: line.name,
        quantity: line.quantity,
        unit_price: { value: line.unitPrice, scale: line.unitPriceScale, currency: row.currency },
        total: money(line.totalMinor, row.currency),
        selection: line.selection,
      })),
    shipping: money(row.shippingMinor, row.currency),
    total: money(row.totalMinor, row.currency),
    delivery_address: row.deliveryAddress,
    placed_at: time(row.placedAt),
    produced_at: timeOrNull(row.producedAt),
    shipped_at: timeOrNull(row.shippedAt),
    delivered_at: timeOrNull(row.deliveredAt),
    cancelled_at: timeOrNull(row.cancelledAt),
    expected_at: timeOrNull(row.expectedAt),
    created_at: time(row.createdAt),
  }));
}

/** Inner id → public id, of orders or invoices. */
async function namesOf(db: Reader, table: typeof orders | typeof invoices, ids: readonly (number | null)[]): Promise<Map<number, string>> {
  const wanted = [...new Set(ids.flatMap((id) => id ?? []))];
  if (!wanted.length) return new Map();
  const rows = await db.select({ id: table.id, publicId: table.publicId }).from(table).where(inArray(table.id, wanted));
  return new Map(rows.map(({ id, publicId }) => [id, publicId]));
}

export async function readInvoices(db: Reader, ids: Ids): Promise<InvoiceShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(invoices).where(inArray(invoices.id, [...ids]));
  const sums = await db
    .select({ invoiceId: payments.invoiceId, paid: sql<number>`sum(case when ${payments.direction} = 'in' then ${payments.amountMinor} else -${payments.amountMinor} end)`.mapWith(Number) })
    .from(payments)
    .where(inArray(payments.invoiceId, [...ids]))
    .groupBy(payments.invoiceId);
  const paid = new Map(sums.map((row) => [row.invoiceId, row.paid]));
  const [parties, orderNames] = [await publicIdsOf(db, rows.map((row) => row.partyId)), await namesOf(db, orders, rows.map((row) => row.orderId))];
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    number: row.number,
    kind: row.kind,
    party_id: parties.get(row.partyId) as string,
    order_id: orderNames.get(row.orderId ?? 0) ?? null,
    total: money(row.totalMinor, row.currency),
    paid: money(paid.get(row.id) ?? 0, row.currency),
    issued_at: time(row.issuedAt),
    due_at: time(row.dueAt),
  }));
}

export async function readPayments(db: Reader, ids: Ids): Promise<PaymentShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(payments).where(inArray(payments.id, [...ids]));
  const parties = await publicIdsOf(db, rows.map((row) => row.partyId));
  const [orderNames, invoiceNames] = [await namesOf(db, orders, rows.map((row) => row.orderId)), await namesOf(db, invoices, rows.map((row) => row.invoiceId))];
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    number: row.number,
    party_id: parties.get(row.partyId) as string,
    invoice_id: invoiceNames.get(row.invoiceId ?? 0) ?? null,
    order_id: orderNames.get(row.orderId ?? 0) ?? null,
    direction: row.direction,
    amount: money(row.amountMinor, row.currency),
    method: row.method,
    reference: row.reference,
    at: time(row.at),
  }));
}

export async function readShipments(db: Reader, ids: Ids): Promise<ShipmentShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(shipments).where(inArray(shipments.id, [...ids]));
  const names = await namesOf(db, orders, rows.map((row) => row.orderId));
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    order_id: names.get(row.orderId) as string,
    carrier: row.carrier,
    tracking_number: row.trackingNumber,
    shipped_at: time(row.shippedAt),
    expected_at: timeOrNull(row.expectedAt),
    delivered_at: timeOrNull(row.deliveredAt),
  }));
}
