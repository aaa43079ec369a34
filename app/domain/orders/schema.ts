import { isNotNull } from "drizzle-orm";

import { parties, type PostalAddress } from "../customers/schema.ts";
import { designs, products, type Selection } from "../products/schema.ts";
import { bool, id, index, instant, int, json, minor, oneOf, table, text, uniqueIndex } from "../../db/columns.ts";

export const ORDER_STATUSES = ["placed", "in_production", "shipped", "delivered", "cancelled"] as const;

export const orders = table(
  "orders",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** What people quote: R-10023, or the invoice number of an import. */
    number: text().notNull().unique(),
    partyId: int().notNull().references(() => parties.id),
    status: oneOf([...ORDER_STATUSES]).notNull(),
    /** portal, import, api, staff, seed. */
    source: text().notNull(),
    currency: text().notNull(),
    linesMinor: minor().notNull(),
    shippingMinor: minor().notNull().default(0),
    totalMinor: minor().notNull(),
    deliveryAddress: json<PostalAddress>(),
    /** The last marketing delivery clicked in the campaign's attribution window before the order. */
    attributedDeliveryId: int(),
    attributedCampaignId: int(),
    placedAt: instant().notNull(),
    producedAt: instant(),
    shippedAt: instant(),
    deliveredAt: instant(),
    cancelledAt: instant(),
    /** Promised to the customer when the order was placed. */
    expectedAt: instant(),
    /** The key that the form carried: sent twice, it is one order. */
    submissionKey: text().unique(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // With the status and the total: how often and for how much somebody ordered is counted from it alone.
    index("orders_party").on(t.partyId, t.placedAt, t.id, t.status, t.currency, t.totalMinor),
    index("orders_placed").on(t.placedAt, t.id),
    index("orders_status").on(t.status, t.placedAt),
    index("orders_campaign").on(t.attributedCampaignId),
    index("orders_delivery").on(t.attributedDeliveryId),
  ],
);

export const orderLines = table(
  "order_lines",
  {
    id: id(),
    publicId: text().notNull().unique(),
    orderId: int().notNull().references(() => orders.id),
    position: int().notNull(),
    productId: int().references(() => products.id),
    sku: text().notNull(),
    name: text().notNull(),
    quantity: int().notNull(),
    /** Integer at `unitPriceScale` decimals. */
    unitPrice: int().notNull(),
    unitPriceScale: int().notNull().default(2),
    totalMinor: minor().notNull(),
    designId: int().references(() => designs.id),
    /** What was chosen, as ordered: a later change of the design does not change it. */
    selection: json<Selection>(),
    /** Made to the customer's specification: no right of withdrawal (Directive 2011/83/EU art. 16(c)). */
    withdrawalExempt: bool().notNull().default(false),
  },
  (t) => [
    uniqueIndex("order_lines_position").on(t.orderId, t.position),
    index("order_lines_product").on(t.productId, t.orderId),
    // Of the few lines that were made to somebody's own design: whose they are.
    index("order_lines_designed").on(t.orderId).where(isNotNull(t.designId)),
  ],
);

export const shipments = table(
  "shipments",
  {
    id: id(),
    publicId: text().notNull().unique(),
    orderId: int().notNull().references(() => orders.id),
    carrier: text().notNull(),
    trackingNumber: text().notNull(),
    shippedAt: instant().notNull(),
    expectedAt: instant(),
    deliveredAt: instant(),
  },
  (t) => [uniqueIndex("shipments_order").on(t.orderId, t.trackingNumber)],
);

export const invoices = table(
  "invoices",
  {
    id: id(),
    publicId: text().notNull().unique(),
    number: text().notNull().unique(),
    kind: oneOf(["invoice", "credit_note"]).notNull(),
    partyId: int().notNull().references(() => parties.id),
    orderId: int().references(() => orders.id),
    currency: text().notNull(),
    totalMinor: minor().notNull(),
    issuedAt: instant().notNull(),
    dueAt: instant().notNull(),
  },
  (t) => [index("invoices_party").on(t.partyId, t.issuedAt, t.id), index("invoices_order").on(t.orderId)],
);

export const payments = table(
  "payments",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** What a bank, a shop or the books call it: the same number again is the same payment. */
    number: text().unique(),
    partyId: int().notNull().references(() => parties.id),
    invoiceId: int().references(() => invoices.id),
    orderId: int().references(() => orders.id),
    direction: oneOf(["in", "out"]).notNull(),
    method: text().notNull(),
    currency: text().notNull(),
    amountMinor: minor().notNull(),
    at: instant().notNull(),
    reference: text(),
    /** The key that the form carried: sent twice, it is one payment. */
    submissionKey: text().unique(),
  },
  (t) => [index("payments_party").on(t.partyId, t.at, t.id), index("payments_order").on(t.orderId)],
);

/**
 * Number series without gaps: the row is locked by the UPDATE that takes the next number, and a number taken in a
 * transaction that fails is given back with it.
 */
export const numberSeries = table("number_series", { series: text().primaryKey(), last: int().notNull() });
