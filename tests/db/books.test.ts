/** Invoices, payments and parcels that others tell of. */
import { describe, expect, test } from "vitest";

import type { Database, Tx } from "../../app/db/types";
import { listTimeline } from "../../app/domain/customers/events.server";
import { importOrder } from "../../app/domain/orders/import-order.server";
import { listInvoicesOfOrder } from "../../app/domain/orders/invoices.server";
import { advanceOrder } from "../../app/domain/orders/progress.server";
import { listShipments } from "../../app/domain/orders/shipments.server";
import { upsertInvoice, upsertInvoices, type GivenInvoice } from "../../app/domain/orders/upsert-invoice.server";
import { upsertPayment, upsertPayments, type GivenPayment } from "../../app/domain/orders/upsert-payment.server";
import { upsertShipment, upsertShipments, type GivenShipment } from "../../app/domain/orders/upsert-shipment.server";
import { upsertProduct, upsertProducts, type GivenProduct } from "../../app/domain/products/upsert-product.server";
import { randomFrom } from "../../drizzle/seed/random";
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

  /**
   * Few customers, documents and days, so that many say the same. Mutant: tell all in one round (`roundsOf` gives one), and
   * a payment that stands there twice is made twice, a parcel's order is not moved by the next one.
   */
  test("many that are told together are what they would be one after the other", async () => {
    const one = await telling(async (tx, put, list) => {
      const results: object[] = [];
      for (const given of list) results.push(...(await put(tx, [given])));
      return results;
    }, ALONE);
    const all = await telling((tx, put, list) => put(tx, list), TOGETHER);
    expect(all.results).toEqual(one.results);
    expect(all.rows).toEqual(one.rows);
    expect(new Set(all.results.map((result) => (result.ok ? result.outcome : result.reason)))).toEqual(
      new Set(["created", "changed", "unchanged", "other_customer", "unknown_invoice", "unknown_order", "own_invoice", "delivered_before_shipped", "order_cancelled", "carrier_missing", "bad_amount", "other_currency"]),
    );
  });
});

type Put<Given> = (tx: Tx, list: readonly Given[]) => Promise<{ ok: boolean; outcome?: string; reason?: string }[]>;
type Ways = { invoices: Put<GivenInvoice>; payments: Put<GivenPayment>; shipments: Put<GivenShipment>; products: Put<GivenProduct> };

const ALONE: Ways = {
  invoices: async (tx, [given]) => [await upsertInvoice(tx, by, given!)],
  payments: async (tx, [given]) => [await upsertPayment(tx, by, given!)],
  shipments: async (tx, [given]) => [await upsertShipment(tx, by, given!)],
  products: async (tx, [given]) => [await upsertProduct(tx, by, given!)],
};
const TOGETHER: Ways = {
  invoices: (tx, list) => upsertInvoices(tx, by, list),
  payments: (tx, list) => upsertPayments(tx, by, list),
  shipments: (tx, list) => upsertShipments(tx, by, list),
  products: (tx, list) => upsertProducts(tx, by, list),
};

/** Two customers with orders from elsewhere and from here, one cancelled, and what is told of them. @returns what came of each, and all rows */
async function telling(tell: <Given>(tx: Tx, put: Put<Given>, list: Given[]) => Promise<object[]>, ways: Ways) {
  const db = await testDatabase();
  const random = randomFrom("told together");
  const results = await db.write(async (tx) => {
    const people = [await aCustomer(tx, by), await aCustomer(tx, by)].map(({ partyId }) => partyId);
    const orders: number[] = [];
    for (let i = 0; i < 8; i++) {
      const order = await importOrder(tx, by, {
        number: `A${i}`, partyId: people[i % 2]!, source: i < 5 ? "import" : "api", status: i === 7 ? "cancelled" : "placed", currency: "EUR", placedAt: by.now - 9 * DAY,
        ...(i === 7 && { cancelledAt: by.now - 8 * DAY }), lines: [{ productId: null, sku: "MUG", name: "Mug", quantity: 1, unitPrice: 1250, unitPriceScale: 2 }],
      });
      if (order.ok) orders.push(order.orderId);
    }
    await advanceOrder(tx, by, { orderId: orders[6]!, to: "shipped", carrier: "DPD", trackingNumber: "own" });
    const [own] = await listInvoicesOfOrder(tx, orders[6]!);
    const day = () => by.now - random.int(1, 3) * DAY;
    const owner = (i: number) => people[i % 2]!;
    const made: object[] = [];
    const given = <Given>(make: () => Given) => Array.from({ length: 60 }, make);
    const invoice = (): GivenInvoice => {
      const i = random.int(0, 5);
      if (random.chance(0.05)) return { number: own!.number, partyId: people[0]!, currency: "EUR", totalMinor: 999, issuedAt: by.now };
      return {
        number: `F${random.int(0, 20)}`, partyId: owner(random.chance(0.8) ? i : i + 1), ...(random.chance(0.5) && { orderId: orders[i]! }), currency: "EUR",
        totalMinor: random.pick([0, 500, 500, 700, -200]), issuedAt: day(), ...(random.chance(0.3) && { dueAt: by.now }),
      };
    };
    made.push(...(await tell(tx, ways.invoices, given(invoice))));
    const invoices = (await tx.raw<{ id: number; party_id: number }>("select id, party_id from invoices where kind = 'invoice' order by number")).map(({ id, party_id }) => ({ id: Number(id), partyId: Number(party_id) }));
    const payment = (): GivenPayment => {
      const of = random.pick(invoices);
      return {
        ...(random.chance(0.4) && { number: `P${random.int(0, 6)}` }), partyId: random.chance(0.9) ? of.partyId : people[0]!, ...(random.chance(0.7) && { invoiceId: of.id }), currency: "EUR",
        amountMinor: random.pick([100, 100, -100]), at: day(), ...(random.chance(0.5) && { method: random.pick(["card", "cash"]) }),
      };
    };
    made.push(...(await tell(tx, ways.payments, given(payment))));
    const parcel = (): GivenShipment => ({
      orderId: random.pick([...orders, 999_999]), carrier: random.pick(["DPD", "DPD", "GLS", " "]), trackingNumber: random.pick(["", "1", "2"]), shippedAt: day(),
      ...(random.chance(0.4) && { deliveredAt: day() }),
    });
    made.push(...(await tell(tx, ways.shipments, given(parcel))));
    const seen = new Set<string>();
    const product = (): GivenProduct => ({ sku: `s${random.int(0, 60)}`, name: random.pick(["", "Thing", "Ding"]), price: random.pick([100, 200]), priceScale: 2, currency: random.chance(0.9) ? "EUR" : "PLN", isActive: random.chance(0.8), locale: "pl" });
    // of one code, one at a time
    for (const list of [given(product), given(product)]) {
      seen.clear();
      made.push(...(await tell(tx, ways.products, list.filter(({ sku }) => !seen.has(sku) && seen.add(sku)))));
    }
    return made;
  });
  const rows = {
    invoices: await db.read.raw("select number, kind, party_id, order_id, currency, total_minor, issued_at, due_at from invoices order by number"),
    payments: await db.read.raw("select y.number, y.party_id, i.number as invoice, y.order_id, y.direction, y.method, y.amount_minor, y.at from payments y left join invoices i on i.id = y.invoice_id order by y.number, y.party_id, y.at, y.direction, i.number, y.order_id, y.method"),
    shipments: await db.read.raw("select order_id, carrier, tracking_number, shipped_at, delivered_at from shipments order by order_id, tracking_number"),
    orders: await db.read.raw("select number, status, shipped_at, delivered_at from orders order by number"),
    products: await db.read.raw("select p.sku, p.price, p.is_active, p.rules_version, t.name from products p join product_translations t on t.product_id = p.id order by p.sku"),
    events: await db.read.raw("select party_id, kind, at, data from events order by party_id, kind, at, data"),
    audit: await db.read.raw("select command, details, count(*) as n from audit_log group by command, details order by command, details"),
    topics: await db.read.raw("select distinct topic from change_log order by topic"),
  };
  const noted = (results as { ok: boolean; outcome?: string; reason?: string }[]).map(({ ok, outcome, reason }) => ({ ok, outcome, reason }));
  return { results: noted, rows };
}
