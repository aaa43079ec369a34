/** Invoices, payments and parcels that others tell of. */
import { describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { listTimeline } from "../../app/domain/customers/events.server";
import { importOrder } from "../../app/domain/orders/import-order.server";
import { listInvoicesOfOrder } from "../../app/domain/orders/invoices.server";
import { advanceOrder } from "../../app/domain/orders/progress.server";
import { listShipments } from "../../app/domain/orders/shipments.server";
import { upsertInvoice, type GivenInvoice } from "../../app/domain/orders/upsert-invoice.server";
import { upsertPayment, type GivenPayment } from "../../app/domain/orders/upsert-payment.server";
import { upsertShipment, type GivenShipment } from "../../app/domain/orders/upsert-shipment.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, at } from "../support/factories";

const by = at();
const DAY = 86_400_000;

async function scene() {
  const db = await testDatabase();
  const made = await db.write(async (tx) => {
    const { partyId } = await aCustomer(tx, by);
    const { partyId: other } = await aCustomer(tx, by);
    const order = await importOrder(tx, by, {
      number: "A1", partyId, source: "api", status: "placed", currency: "EUR", placedAt: by.now - 9 * DAY,
      lines: [{ productId: null, sku: "MUG", name: "Mug", quantity: 1, unitPrice: 1250, unitPriceScale: 2 }],
    });
    if (!order.ok) throw new Error(order.reason);
    return { partyId, other, orderId: order.orderId };
  });
  return { db, ...made };
}

async function told(db: Database, partyId: number): Promise<string[]> {
  const { entries } = await listTimeline(db.read, partyId, { limit: 50 });
  return entries.map((entry) => `${entry.kind} ${(entry.data as { number?: string }).number ?? ""}`.trim()).toSorted();
}

describe.runIf(hasDatabase())("the books of others", () => {
  test("an invoice is known by its number: told again it stays, told otherwise it changes, and is nobody else's", async () => {
    const { db, partyId, other, orderId } = await scene();
    const put = (given: Partial<GivenInvoice> = {}) =>
      db.write((tx) => upsertInvoice(tx, by, { number: "FV/1/2026", partyId, orderId, currency: "EUR", totalMinor: 1250, issuedAt: by.now, ...given }));
    const first = await put();
    expect(first).toMatchObject({ ok: true, outcome: "created" });
    expect(await put()).toEqual({ ...first, outcome: "unchanged" });
    expect(await put({ dueAt: by.now + 30 * DAY })).toEqual({ ...first, outcome: "changed" });
    expect(await put({ orderId: undefined })).toEqual({ ...first, outcome: "unchanged" });
    expect(await put({ partyId: other, orderId: null })).toEqual({ ok: false, reason: "other_customer" });
    expect(await put({ number: "X", partyId: other })).toEqual({ ok: false, reason: "unknown_order" });
    expect(await put({ totalMinor: 0 })).toEqual({ ok: false, reason: "bad_amount" });
    expect(await put({ number: "K/1", totalMinor: -250, orderId: null })).toMatchObject({ outcome: "created" });
    expect(await listInvoicesOfOrder(db.read, orderId)).toMatchObject([{ number: "FV/1/2026", kind: "invoice", dueAt: by.now + 30 * DAY }]);
    expect((await told(db, partyId)).filter((line) => /invoice|credit/.test(line))).toEqual(["credit_note_issued K/1", "invoice_issued FV/1/2026"]);
  });

  /** Mutant: without `isNumberedHere` a file changes an invoice that was issued here, and sent to a customer. */
  test("what was numbered here is not changed from outside, and our series passes over numbers that are taken", async () => {
    const { db, partyId, orderId } = await scene();
    const year = new Date(by.now).getUTCFullYear();
    const given = { partyId, currency: "EUR", totalMinor: 500, issuedAt: by.now };
    await db.write((tx) => upsertInvoice(tx, by, { ...given, number: `${year}/000001` }));
    await db.write((tx) => advanceOrder(tx, by, { orderId, to: "shipped", carrier: "DPD", trackingNumber: "1" }));
    const [own] = await listInvoicesOfOrder(db.read, orderId);
    expect(own).toMatchObject({ number: `${year}/000002`, totalMinor: 1250 });
    expect(await db.write((tx) => upsertInvoice(tx, by, { ...given, number: own!.number }))).toEqual({ ok: false, reason: "own_invoice" });
  });

  test("a payment is known by its number, else by what it says", async () => {
    const { db, partyId, other, orderId } = await scene();
    const invoice = await db.write((tx) => upsertInvoice(tx, by, { number: "FV/1", partyId, orderId, currency: "EUR", totalMinor: 1250, issuedAt: by.now }));
    const invoiceId = invoice.ok ? invoice.invoiceId : 0;
    const put = (given: Partial<GivenPayment> = {}) =>
      db.write((tx) => upsertPayment(tx, by, { partyId, invoiceId, currency: "EUR", amountMinor: 1000, at: by.now, method: "card", ...given }));
    const numbered = await put({ number: "txn_1" });
    expect(numbered).toMatchObject({ ok: true, outcome: "created" });
    expect(await put({ number: "txn_1" })).toEqual({ ...numbered, outcome: "unchanged" });
    expect(await put({ number: "txn_1", amountMinor: 1100 })).toEqual({ ...numbered, outcome: "changed" });
    const plain = await put({ amountMinor: 150 });
    expect(await put({ amountMinor: 150 })).toEqual({ ...plain, outcome: "unchanged" });
    expect(await put({ amountMinor: -150 })).toMatchObject({ outcome: "created" });
    expect(await put({ number: "txn_1", partyId: other })).toEqual({ ok: false, reason: "unknown_invoice" });
    expect(await listInvoicesOfOrder(db.read, orderId)).toMatchObject([{ paidMinor: 1100 }]);
    expect((await told(db, partyId)).filter((line) => line.startsWith("payment"))).toEqual(["payment_in FV/1", "payment_in FV/1", "payment_out FV/1"]);
  });

  test("parcels move their order on: shipped with the first, delivered with the last", async () => {
    const { db, partyId, orderId } = await scene();
    const put = (given: Partial<GivenShipment> = {}) =>
      db.write((tx) => upsertShipment(tx, by, { orderId, carrier: "DPD", trackingNumber: "P1", shippedAt: by.now - 5 * DAY, ...given }));
    const status = async () => (await db.read.raw<{ status: string }>("select status from orders where id = ?", [orderId]))[0]?.status;
    expect(await put()).toMatchObject({ outcome: "created" });
    expect(await put()).toMatchObject({ outcome: "unchanged" });
    expect(await put({ trackingNumber: "P2" })).toMatchObject({ outcome: "created" });
    expect(await status()).toBe("shipped");
    await put({ deliveredAt: by.now - 4 * DAY });
    expect(await status()).toBe("shipped");
    await put({ trackingNumber: "P2", deliveredAt: by.now - 3 * DAY });
    expect(await status()).toBe("delivered");
    expect(await put({ deliveredAt: by.now - 6 * DAY })).toEqual({ ok: false, reason: "delivered_before_shipped" });
    expect(await put({ carrier: " " })).toEqual({ ok: false, reason: "carrier_missing" });
    expect((await listShipments(db.read, orderId)).map((parcel) => parcel.trackingNumber)).toEqual(["P1", "P2"]);
    expect((await told(db, partyId)).filter((line) => /shipped|delivered/.test(line))).toEqual(["order_delivered A1", "order_shipped A1"]);
  });
});
