/** Products, orders, invoices, payments and shipments in the API. Pure. */
import { z } from "zod";

import { ORDER_STATUSES } from "../../orders/order";
import { currencySchema, idSchema, moneySchema, pageSchema, postalSchema, timeSchema } from "./shape";

const scaled = { value: z.int().min(0).max(1e12), scale: z.int().min(0).max(4).describe("Decimals of the value: 1234 with scale 3 is 1.234") };
export const priceSchema = z.strictObject({ ...scaled, currency: currencySchema }).meta({ id: "UnitPrice" });
const LOCALE = z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"]);
const words = z.partialRecord(LOCALE, z.strictObject({ name: z.string().trim().min(1).max(160), description: z.string().max(4000).default("") })).describe("By language: en, pl, sr-Latn, sr-Cyrl");
const number = (longest: number) => z.string().trim().min(1).max(longest);

// ── products ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const productSchema = z
  .strictObject({
    id: idSchema,
    sku: z.string(),
    words: z.record(z.string(), z.strictObject({ name: z.string(), description: z.string() })).describe("By language"),
    category: z.string().nullable(),
    price: priceSchema,
    is_personalisable: z.boolean(),
    is_active: z.boolean(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: "Product" });
export type ProductShape = z.infer<typeof productSchema>;
export const productPage = pageSchema(productSchema, "ProductPage");

export const newProductSchema = z
  .strictObject({
    sku: z.string().trim().min(1).max(40).regex(/^\S+$/, "has blanks in it"),
    words: words.refine((one) => Object.keys(one).length > 0, "needs one language at least"),
    category: z.string().trim().max(60).nullable().optional(),
    price: priceSchema,
  })
  .meta({ id: "NewProduct" });

export const productChangeSchema = z
  .strictObject({ words: words.optional(), category: z.string().trim().max(60).nullable().optional(), price: z.strictObject(scaled).optional(), is_active: z.boolean().optional() })
  .meta({ id: "ProductChange" });

// ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const orderLineSchema = z
  .strictObject({
    id: idSchema,
    sku: z.string(),
    name: z.string(),
    quantity: z.int(),
    unit_price: priceSchema,
    total: moneySchema,
    selection: z.record(z.string(), z.string()).nullable().describe("What was chosen on a personalised product"),
  })
  .meta({ id: "OrderLine" });

export const orderSchema = z
  .strictObject({
    id: idSchema,
    number: z.string(),
    party_id: idSchema,
    status: z.enum(ORDER_STATUSES as [string, ...string[]]),
    source: z.string(),
    lines: z.array(orderLineSchema),
    shipping: moneySchema,
    total: moneySchema,
    delivery_address: postalSchema.nullable(),
    placed_at: timeSchema,
    produced_at: timeSchema.nullable(),
    shipped_at: timeSchema.nullable(),
    delivered_at: timeSchema.nullable(),
    cancelled_at: timeSchema.nullable(),
    expected_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .meta({ id: "Order" });
export type OrderShape = z.infer<typeof orderSchema>;
export const orderPage = pageSchema(orderSchema, "OrderPage");

export const newOrderSchema = z
  .strictObject({
    party_id: idSchema,
    number: number(40).optional().describe("Given from our series unless told"),
    lines: z
      .array(
        z.strictObject({
          sku: number(40),
          quantity: z.int().min(1).max(999),
          unit_price: z.strictObject(scaled).optional().describe("Ours unless told"),
          selection: z.record(z.string().max(40), z.string().max(200)).optional(),
        }),
      )
      .min(1)
      .max(200),
    shipping_minor: z.int().min(0).max(1e10).optional(),
    placed_at: timeSchema.optional(),
    delivery_address: postalSchema.optional(),
  })
  .meta({ id: "NewOrder" });

export const orderChangeSchema = z
  .strictObject({
    status: z.enum(["in_production", "shipped", "delivered", "cancelled"]).describe("The next one"),
    carrier: number(60).optional().describe("Needed to ship"),
    tracking_number: z.string().trim().max(60).optional(),
  })
  .meta({ id: "OrderChange" });

// ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const invoiceSchema = z
  .strictObject({
    id: idSchema,
    number: z.string(),
    kind: z.enum(["invoice", "credit_note"]),
    party_id: idSchema,
    order_id: idSchema.nullable(),
    total: moneySchema,
    paid: moneySchema.describe("Money in less money out"),
    issued_at: timeSchema,
    due_at: timeSchema,
  })
  .meta({ id: "Invoice" });
export type InvoiceShape = z.infer<typeof invoiceSchema>;
export const invoicePage = pageSchema(invoiceSchema, "InvoicePage");

const invoiceFields = { total: moneySchema.describe("Below zero: a credit note"), order_id: idSchema.nullable().optional(), issued_at: timeSchema, due_at: timeSchema.optional() };
export const newInvoiceSchema = z.strictObject({ number: number(60), party_id: idSchema, ...invoiceFields }).meta({ id: "NewInvoice" });
export const invoiceChangeSchema = z.strictObject(invoiceFields).partial().meta({ id: "InvoiceChange" });

export const paymentSchema = z
  .strictObject({
    id: idSchema,
    number: z.string().nullable().describe("What the other side calls it"),
    party_id: idSchema,
    invoice_id: idSchema.nullable(),
    order_id: idSchema.nullable(),
    direction: z.enum(["in", "out"]),
    amount: moneySchema.describe("Above zero in both directions"),
    method: z.string(),
    reference: z.string().nullable(),
    at: timeSchema,
  })
  .meta({ id: "Payment" });
export type PaymentShape = z.infer<typeof paymentSchema>;
export const paymentPage = pageSchema(paymentSchema, "PaymentPage");

const paymentFields = {
  invoice_id: idSchema.nullable(),
  order_id: idSchema.nullable(),
  direction: z.enum(["in", "out"]),
  amount: z.strictObject({ minor: z.int().min(1).max(1e14), currency: currencySchema }),
  method: number(40),
  reference: number(120).nullable(),
  at: timeSchema,
};
export const newPaymentSchema = z
  .strictObject({ ...z.strictObject(paymentFields).partial().shape, number: number(60).optional(), party_id: idSchema, amount: paymentFields.amount, at: timeSchema })
  .meta({ id: "NewPayment" });
export const paymentChangeSchema = z.strictObject(paymentFields).partial().meta({ id: "PaymentChange" });

// ── shipments ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export const shipmentSchema = z
  .strictObject({
    id: idSchema,
    order_id: idSchema,
    carrier: z.string(),
    tracking_number: z.string(),
    shipped_at: timeSchema,
    expected_at: timeSchema.nullable(),
    delivered_at: timeSchema.nullable(),
  })
  .meta({ id: "Shipment" });
export type ShipmentShape = z.infer<typeof shipmentSchema>;
export const shipmentPage = pageSchema(shipmentSchema, "ShipmentPage");

const shipmentFields = { carrier: number(60), shipped_at: timeSchema, expected_at: timeSchema.optional(), delivered_at: timeSchema.optional() };
export const newShipmentSchema = z.strictObject({ order_id: idSchema, tracking_number: z.string().trim().max(60).default(""), ...shipmentFields }).meta({ id: "NewShipment" });
export const shipmentChangeSchema = z.strictObject(shipmentFields).partial().meta({ id: "ShipmentChange" });
