/** Invoices, payments, shipments: what the books and the warehouse tell. */
import { z } from "zod";

import type { Tx } from "~/db/types";
import { PARTIES } from "~/domain/integrations/resources/parties.server";
import { idSchema, instantOf, pageQuery } from "~/domain/integrations/resources/shape";
import {
  invoiceChangeSchema, invoicePage, invoiceSchema, newInvoiceSchema, newPaymentSchema, newShipmentSchema, paymentChangeSchema, paymentPage, paymentSchema,
  shipmentChangeSchema, shipmentPage, shipmentSchema,
} from "~/domain/integrations/resources/trade";
import { INVOICES, ORDERS, PAYMENTS, readInvoices, readPayments, readShipments, SHIPMENTS } from "~/domain/integrations/resources/trade.server";
import { type GivenInvoice, planInvoice, upsertInvoice } from "~/domain/orders/upsert-invoice.server";
import { type GivenPayment, planPayment, upsertPayment } from "~/domain/orders/upsert-payment.server";
import { type GivenShipment, planShipment, upsertShipment } from "~/domain/orders/upsert-shipment.server";
import { type Operation, reads, writes } from "~/http/api/operation";
import { conflicting, refused } from "./fields.server";
import { findOne, idOf, listPage, named, ofParty, publicIdOf, readOne, when } from "./listing.server";

const ofOrder = (table: string, id: string | undefined) => when(id, (one) => ({ sql: `${table}.order_id IN (SELECT id FROM orders WHERE public_id = ?)`, params: [one] }));
const maybe = async (tx: Tx, source: typeof ORDERS, id: string | null | undefined, pointer: string) => (id == null ? null : named(tx, source, id, pointer));

async function noteInvoice(tx: Tx, by: Parameters<typeof upsertInvoice>[1], given: GivenInvoice): Promise<number> {
  const done = await upsertInvoice(tx, by, given);
  if (done.ok) return done.invoiceId;
  if (done.reason === "other_customer" || done.reason === "own_invoice") throw conflicting(done.reason, "The number belongs to another invoice, or to one that was issued here.", "/number");
  throw refused(done.reason === "bad_amount" ? "/total/minor" : "/order_id", done.reason, done.reason === "bad_amount" ? "is no amount" : "is no order of this party");
}

async function notePayment(tx: Tx, by: Parameters<typeof upsertPayment>[1], given: GivenPayment): Promise<number> {
  const done = await upsertPayment(tx, by, given);
  if (done.ok) return done.paymentId;
  if (done.reason === "other_customer") throw conflicting(done.reason, "The number belongs to another payment.", "/number");
  const pointer = { bad_amount: "/amount/minor", unknown_invoice: "/invoice_id", unknown_order: "/order_id" }[done.reason];
  throw refused(pointer, done.reason, done.reason === "bad_amount" ? "is no amount" : "is none of this party");
}

async function noteShipment(tx: Tx, by: Parameters<typeof upsertShipment>[1], given: GivenShipment): Promise<number> {
  const done = await upsertShipment(tx, by, given);
  if (done.ok) return done.shipmentId;
  if (done.reason === "order_cancelled") throw conflicting(done.reason, "The order is cancelled.", "/order_id");
  const [pointer, detail] = done.reason === "delivered_before_shipped" ? ["/delivered_at", "is before it was shipped"] : done.reason === "carrier_missing" ? ["/carrier", "is needed"] : ["/order_id", "names no order"];
  throw refused(pointer as string, done.reason, detail as string);
}

export const moneyOperations: Operation[] = [
  reads({
    id: "listInvoices", path: "/invoices", resource: "invoices", summary: "List invoices and credit notes", answer: invoicePage,
    query: z.strictObject({ ...pageQuery, party_id: idSchema.optional(), order_id: idSchema.optional(), number: z.string().max(60).optional() }),
    run: (asked) =>
      listPage(asked, "invoices", INVOICES, readInvoices, [
        ...ofParty("invoices", asked.query.party_id),
        ...ofOrder("invoices", asked.query.order_id),
        ...when(asked.query.number, (number) => ({ sql: "invoices.number = ?", params: [number] })),
      ]),
  }),
  reads({ id: "getInvoice", path: "/invoices/{id}", resource: "invoices", summary: "Get an invoice", answer: invoiceSchema, run: ({ app, params }) => readOne(app.db.read, INVOICES, readInvoices, params.id) }),
  writes({
    id: "createInvoice", method: "POST", status: 201, path: "/invoices", resource: "invoices", summary: "Tell of an invoice or credit note that was issued elsewhere", body: newInvoiceSchema, answer: invoiceSchema,
    async run(tx, { by, body }) {
      const given: GivenInvoice = {
        number: body.number, partyId: await named(tx, PARTIES, body.party_id, "/party_id"), orderId: await maybe(tx, ORDERS, body.order_id, "/order_id"),
        currency: body.total.currency, totalMinor: body.total.minor, issuedAt: instantOf(body.issued_at), ...(body.due_at && { dueAt: instantOf(body.due_at) }),
      };
      const plan = await planInvoice(tx, given);
      if (plan.ok && plan.id !== null) throw conflicting("number_taken", "There is an invoice with this number.", "/number");
      const made = await publicIdOf(tx, INVOICES, await noteInvoice(tx, by, given));
      return { value: await readOne(tx, INVOICES, readInvoices, made), made };
    },
  }),
  writes({
    id: "updateInvoice", method: "PATCH", status: 200, path: "/invoices/{id}", resource: "invoices", summary: "Correct an invoice that was issued elsewhere", body: invoiceChangeSchema, answer: invoiceSchema,
    current: (tx, { params }) => findOne(tx, INVOICES, readInvoices, params.id),
    async run(tx, { by, body, params }) {
      const now = { ...(await readOne(tx, INVOICES, readInvoices, params.id)), ...body };
      await noteInvoice(tx, by, {
        number: now.number, partyId: await named(tx, PARTIES, now.party_id, ""), orderId: await maybe(tx, ORDERS, now.order_id, "/order_id"),
        currency: now.total.currency, totalMinor: now.total.minor, issuedAt: instantOf(now.issued_at), dueAt: instantOf(now.due_at),
      });
      return { value: await readOne(tx, INVOICES, readInvoices, params.id) };
    },
  }),

  reads({
    id: "listPayments", path: "/payments", resource: "payments", summary: "List payments, in and out", answer: paymentPage,
    query: z.strictObject({ ...pageQuery, party_id: idSchema.optional(), order_id: idSchema.optional(), number: z.string().max(60).optional() }),
    run: (asked) =>
      listPage(asked, "payments", PAYMENTS, readPayments, [
        ...ofParty("payments", asked.query.party_id),
        ...ofOrder("payments", asked.query.order_id),
        ...when(asked.query.number, (number) => ({ sql: "payments.number = ?", params: [number] })),
      ]),
  }),
  reads({ id: "getPayment", path: "/payments/{id}", resource: "payments", summary: "Get a payment", answer: paymentSchema, run: ({ app, params }) => readOne(app.db.read, PAYMENTS, readPayments, params.id) }),
  writes({
    id: "createPayment", method: "POST", status: 201, path: "/payments", resource: "payments", summary: "Tell of a payment", body: newPaymentSchema, answer: paymentSchema,
    async run(tx, { by, body }) {
      const given: GivenPayment = {
        number: body.number ?? null, partyId: await named(tx, PARTIES, body.party_id, "/party_id"),
        invoiceId: await maybe(tx, INVOICES, body.invoice_id, "/invoice_id"), orderId: await maybe(tx, ORDERS, body.order_id, "/order_id"),
        currency: body.amount.currency, amountMinor: body.direction === "out" ? -body.amount.minor : body.amount.minor,
        method: body.method ?? null, at: instantOf(body.at), reference: body.reference ?? null,
      };
      const plan = await planPayment(tx, given);
      if (plan.ok && plan.id !== null) throw conflicting("already_there", "This payment has been told of.", given.number ? "/number" : "");
      const made = await publicIdOf(tx, PAYMENTS, await notePayment(tx, by, given));
      return { value: await readOne(tx, PAYMENTS, readPayments, made), made };
    },
  }),
  writes({
    id: "updatePayment", method: "PATCH", status: 200, path: "/payments/{id}", resource: "payments", summary: "Correct a payment", body: paymentChangeSchema, answer: paymentSchema,
    current: (tx, { params }) => findOne(tx, PAYMENTS, readPayments, params.id),
    async run(tx, { by, body, params }) {
      const now = { ...(await readOne(tx, PAYMENTS, readPayments, params.id)), ...body };
      await notePayment(tx, by, {
        number: now.id, partyId: await named(tx, PARTIES, now.party_id, ""),
        invoiceId: await maybe(tx, INVOICES, now.invoice_id, "/invoice_id"), orderId: await maybe(tx, ORDERS, now.order_id, "/order_id"),
        currency: now.amount.currency, amountMinor: now.direction === "out" ? -now.amount.minor : now.amount.minor,
        method: now.method, at: instantOf(now.at), reference: now.reference,
      });
      return { value: await readOne(tx, PAYMENTS, readPayments, params.id) };
    },
  }),

  reads({
    id: "listShipments", path: "/shipments", resource: "shipments", summary: "List parcels", answer: shipmentPage,
    query: z.strictObject({ ...pageQuery, order_id: idSchema.optional(), tracking_number: z.string().max(60).optional() }),
    run: (asked) =>
      listPage(asked, "shipments", SHIPMENTS, readShipments, [
        ...ofOrder("shipments", asked.query.order_id),
        ...when(asked.query.tracking_number, (number) => ({ sql: "shipments.tracking_number = ?", params: [number] })),
      ]),
  }),
  reads({ id: "getShipment", path: "/shipments/{id}", resource: "shipments", summary: "Get a parcel", answer: shipmentSchema, run: ({ app, params }) => readOne(app.db.read, SHIPMENTS, readShipments, params.id) }),
  writes({
    id: "createShipment", method: "POST", status: 201, path: "/shipments", resource: "shipments", summary: "Tell of a parcel", description: "The first moves its order on to shipped.", body: newShipmentSchema, answer: shipmentSchema,
    async run(tx, { by, body }) {
      const given = givenShipment(await named(tx, ORDERS, body.order_id, "/order_id"), body);
      const plan = await planShipment(tx, given);
      if (plan.ok && plan.id !== null) throw conflicting("already_there", "This parcel of the order has been told of.", "/tracking_number");
      const made = await publicIdOf(tx, SHIPMENTS, await noteShipment(tx, by, given));
      return { value: await readOne(tx, SHIPMENTS, readShipments, made), made };
    },
  }),
  writes({
    id: "updateShipment", method: "PATCH", status: 200, path: "/shipments/{id}", resource: "shipments", summary: "Tell how a parcel gets on", description: "When the last one is delivered, so is the order.", body: shipmentChangeSchema, answer: shipmentSchema,
    current: (tx, { params }) => findOne(tx, SHIPMENTS, readShipments, params.id),
    async run(tx, { by, body, params }) {
      const now = { ...(await readOne(tx, SHIPMENTS, readShipments, params.id)), ...body };
      await noteShipment(tx, by, givenShipment(await idOf(tx, ORDERS, now.order_id), now));
      return { value: await readOne(tx, SHIPMENTS, readShipments, params.id) };
    },
  }),
];

type Told = { carrier: string; tracking_number: string; shipped_at: string; expected_at?: string | null | undefined; delivered_at?: string | null | undefined };

function givenShipment(orderId: number, told: Told): GivenShipment {
  const instant = (text: string | null | undefined) => (text ? instantOf(text) : null);
  return { orderId, carrier: told.carrier, trackingNumber: told.tracking_number, shippedAt: instantOf(told.shipped_at), expectedAt: instant(told.expected_at), deliveredAt: instant(told.delivered_at) };
}
