import { describe, expect, test } from "vitest";

import type { Database, Reader } from "~/db/types";
import { campaigns } from "~/domain/campaigns/schema";
import { findMetrics } from "~/domain/customers/metrics.server";
import { EVENT_GROUPS } from "~/domain/customers/events";
import { listTimeline, recordEvent } from "~/domain/customers/events.server";
import { listAudit } from "~/domain/journal/journal.server";
import { findAttribution } from "~/domain/orders/attribution.server";
import { importOrder, type ImportedLine, type ImportOrderInput } from "~/domain/orders/import-order.server";
import { listInvoicesOfOrder, recordPayment } from "~/domain/orders/invoices.server";
import { findOrderLineOf } from "~/domain/orders/lines.server";
import { findOrder, findOrderOf, listOrders, listOrdersOf } from "~/domain/orders/orders.server";
import { placeOrder } from "~/domain/orders/placing.server";
import { advanceOrder, cancelOrder } from "~/domain/orders/progress.server";
import { saveDesign } from "~/domain/products/designs.server";
import { changeOptionValue } from "~/domain/products/options.server";
import { updateProduct } from "~/domain/products/products.server";

import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, aMug, anOrder, aStockProduct, at } from "../support/factories";

const DAY = 86_400_000;
const by = at();

async function anywhere(db: Database) {
  return db.write(async (tx) => ({
    anna: (await aCustomer(tx, by)).partyId,
    boris: (await aCustomer(tx, by)).partyId,
    mug: await aMug(tx, by),
    pen: await aStockProduct(tx, by, "PEN-1", 399),
  }));
}

async function aDesign(db: Database, partyId: number, productId: number) {
  const saved = await db.write((tx) =>
    saveDesign(tx, by, { partyId, productId, name: "For Ana", selection: { colour: "black", print: "gold", text: "Ana" }, locale: "en" }));
  if (!saved.ok) throw new Error(saved.reason);
  return saved;
}

/** The facts as they follow from the orders, counted by hand. */
async function recount(db: Reader, partyId: number) {
  const { orders } = await listOrdersOf(db, partyId, { limit: 1000 });
  const counted = orders.filter((o) => o.status !== "cancelled");
  const times = counted.map((o) => o.placedAt);
  return {
    ordersCount: counted.length,
    spendMinor: counted.reduce((n, o) => n + o.totalMinor, 0),
    firstOrderAt: times.length ? Math.min(...times) : null,
    lastOrderAt: times.length ? Math.max(...times) : null,
  };
}

describe.runIf(hasDatabase())("placing an order", () => {
  test("takes prices from the catalogue, promises a day, writes facts, event, audit and mail", async () => {
    const db = await testDatabase();
    const { anna, mug } = await anywhere(db);
    const design = await aDesign(db, anna, mug.productId);
    const placed = await db.write((tx) =>
      placeOrder(tx, by, { partyId: anna, source: "portal", lines: [{ designPublicId: design.publicId, quantity: 2, unitPrice: 1 }, { sku: "pen-1", quantity: 3, unitPrice: 1 }] }));
    expect(placed).toMatchObject({ ok: true, number: "R-10001", totalMinor: 2 * (1250 + 150 + 200 + 300 - 50) + 3 * 399 });
    if (!placed.ok) return;
    const order = await findOrderOf(db.read, anna, placed.publicId);
    expect(order).toMatchObject({ status: "placed", expectedAt: by.now + 9 * DAY });
    expect(order?.lines).toMatchObject([
      { sku: "MUG-330", unitPrice: 1850, unitPriceScale: 2, totalMinor: 3700, withdrawalExempt: true, selection: { colour: "black", print: "gold", text: "Ana" } },
      { sku: "PEN-1", unitPrice: 399, totalMinor: 1197, withdrawalExempt: false, selection: null },
    ]);
    expect(await findMetrics(db.read, anna)).toMatchObject(await recount(db.read, anna));
    const [event] = (await listTimeline(db.read, anna, { limit: 1 })).entries;
    expect(event).toMatchObject({ kind: "order_placed", subjectType: "order", subjectId: placed.orderId, data: { number: "R-10001", items: 5 } });
    expect((await listAudit(db.read, { type: "order", id: placed.orderId })).map((a) => a.command)).toEqual(["placeOrder"]);
    expect(await noticesOf(db.read, placed.orderId)).toEqual(["order_placed"]);
  });

  test("mails only customers who ordered in the portal", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const placed = await db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "staff", lines: [{ sku: "PEN-1", quantity: 1, unitPrice: 1335, unitPriceScale: 3 }] }));
    expect(placed).toMatchObject({ ok: true, totalMinor: 134 });
    expect(placed.ok && (await noticesOf(db.read, placed.orderId))).toEqual([]);
  });

  test("is refused, and writes nothing, when it cannot be as asked", async () => {
    const db = await testDatabase();
    const { anna, boris, mug } = await anywhere(db);
    const design = await aDesign(db, anna, mug.productId);
    const refused = async (partyId: number, line: object, more: object = {}) => {
      const result = await db.write((tx) => placeOrder(tx, by, { partyId, source: "portal", lines: [{ quantity: 1, ...line }], ...more }));
      return result.ok ? "placed" : result.reason;
    };
    expect(await refused(anna, { sku: "nothing" })).toBe("unknown_product");
    expect(await refused(anna, { sku: "PEN-1", quantity: 0 })).toBe("bad_quantity");
    expect(await refused(anna, { sku: "PEN-1", quantity: 1.5 })).toBe("bad_quantity");
    expect(await refused(anna, { sku: "MUG-330" })).toBe("not_orderable");
    expect(await refused(anna, { sku: "MUG-330", selection: { colour: "white", print: "gold" } })).toBe("not_orderable");
    // Mutant: without partyId in findDesignOf's WHERE, Boris orders Anna's design.
    expect(await refused(boris, { designPublicId: design.publicId })).toBe("unknown_design");
    expect(await refused(anna, { sku: "PEN-1" }, { expectedTotalMinor: 398 })).toBe("price_changed");
    await db.write((tx) => updateProduct(tx, by, mug.productId, { isActive: false }));
    expect(await refused(anna, { designPublicId: design.publicId })).toBe("not_orderable");
    expect((await listOrders(db.read)).orders).toEqual([]);
    expect(await findMetrics(db.read, anna)).toMatchObject({ ordersCount: 0 });
  });

  test("a design whose choice is no longer offered is not ordered", async () => {
    const db = await testDatabase();
    const { anna, mug } = await anywhere(db);
    const design = await aDesign(db, anna, mug.productId);
    await db.write((tx) => changeOptionValue(tx, by, { productId: mug.productId, option: "print", value: "gold", isActive: false }));
    expect(await db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "portal", lines: [{ designPublicId: design.publicId, quantity: 1 }] })))
      .toEqual({ ok: false, reason: "not_orderable" });
  });

  // Mutant: without freeNumber's look the insert fails on the unique number.
  /** Mutant: without the lock the second request finds no order yet, and its insert is refused by the key: an error page. */
  test("the same form sent twice at once is one order, and both are told its number", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const submissionKey = "01890000-0000-7000-8000-000000000001";
    const send = () => db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "portal", submissionKey, lines: [{ sku: "PEN-1", quantity: 1 }] }));
    const [one, two] = await Promise.all([send(), send()]);
    expect(one).toMatchObject({ ok: true });
    expect(two).toEqual(one);
  });

  test("a number that an import has taken is passed over", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const taken = await db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "staff", number: "R-10001", lines: [{ sku: "PEN-1", quantity: 1 }] }));
    expect(taken).toMatchObject({ ok: true });
    expect(await db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "portal", lines: [{ sku: "PEN-1", quantity: 1 }] }))).toMatchObject({ ok: true, number: "R-10002" });
    expect(await db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "staff", number: "R-10001", lines: [{ sku: "PEN-1", quantity: 1 }] }))).toEqual({ ok: false, reason: "number_taken" });
  });

  test("orders placed at once get numbers of their own", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const all = await Promise.all(Array.from({ length: 6 }, () => db.write((tx) => placeOrder(tx, by, { partyId: anna, source: "portal", lines: [{ sku: "PEN-1", quantity: 1 }] }))));
    expect(new Set(all.map((o) => o.ok && o.number)).size).toBe(6);
    expect(await findMetrics(db.read, anna)).toMatchObject(await recount(db.read, anna));
  });
});

describe.runIf(hasDatabase())("the way of an order", () => {
  test("production, shipping with tracking and invoice, delivery; each step once", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const { orderId, publicId } = await db.write((tx) => anOrder(tx, by, anna));
    const step = (to: "in_production" | "shipped" | "delivered", more: object = {}) => db.write((tx) => advanceOrder(tx, { ...by, now: by.now + DAY }, { orderId, to, ...more }));
    expect(await step("delivered")).toEqual({ ok: false, reason: "not_now" });
    expect(await step("in_production")).toEqual({ ok: true });
    expect(await step("in_production")).toEqual({ ok: false, reason: "not_now" });
    expect(await step("shipped")).toEqual({ ok: false, reason: "carrier_missing" });
    expect(await step("shipped", { carrier: "DPD", trackingNumber: "123" })).toEqual({ ok: true });
    expect(await step("delivered", { at: by.now + 3 * DAY })).toEqual({ ok: true });

    const order = await findOrder(db.read, publicId);
    expect(order).toMatchObject({ status: "delivered", producedAt: by.now + DAY, shippedAt: by.now + DAY, deliveredAt: by.now + 3 * DAY });
    expect(order?.shipments).toMatchObject([{ carrier: "DPD", trackingNumber: "123", deliveredAt: by.now + 3 * DAY }]);
    const [invoice] = await listInvoicesOfOrder(db.read, orderId);
    expect(invoice).toMatchObject({ number: "2026/000001", totalMinor: order?.totalMinor, dueAt: by.now + 15 * DAY, paidMinor: 0 });
    expect(await noticesOf(db.read, orderId)).toEqual(["order_placed", "order_in_production", "order_shipped", "order_delivered"]);
    const told = (await listTimeline(db.read, anna, { limit: 10, kinds: EVENT_GROUPS.order })).entries;
    expect(told.map((e) => [e.kind, e.at - by.now]).sort()).toEqual([
      ["invoice_issued", DAY], ["order_delivered", 3 * DAY], ["order_in_production", DAY], ["order_placed", 0], ["order_shipped", DAY],
    ]);
  });

  test("is cancelled before shipping only, by its owner only, and then counts no more", async () => {
    const db = await testDatabase();
    const { anna, boris } = await anywhere(db);
    const first = await db.write((tx) => anOrder(tx, by, anna));
    const second = await db.write((tx) => anOrder(tx, { ...by, now: by.now + DAY }, anna));
    // Mutant: without the partyId check Boris cancels Anna's order.
    expect(await db.write((tx) => cancelOrder(tx, by, { orderId: second.orderId, partyId: boris }))).toEqual({ ok: false, reason: "unknown_order" });
    expect(await db.write((tx) => cancelOrder(tx, by, { orderId: second.orderId, partyId: anna }))).toEqual({ ok: true });
    expect(await db.write((tx) => cancelOrder(tx, by, { orderId: second.orderId, partyId: anna }))).toEqual({ ok: false, reason: "too_late" });
    expect(await findMetrics(db.read, anna)).toMatchObject(await recount(db.read, anna));
    await db.write((tx) => advanceOrder(tx, by, { orderId: first.orderId, to: "shipped", carrier: "DPD" }));
    expect(await db.write((tx) => cancelOrder(tx, by, { orderId: first.orderId, partyId: anna }))).toEqual({ ok: false, reason: "too_late" });
  });

  /** Mutant: facts counted without the lock; of several transactions the last one writes a count that knows only itself. */
  test("several orders of one customer changed at once leave the facts as they are", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const placed = [];
    for (let i = 0; i < 6; i++) placed.push(await db.write((tx) => anOrder(tx, by, anna)));
    await Promise.all(placed.slice(1).map(({ orderId }) => db.write((tx) => cancelOrder(tx, by, { orderId }))));
    expect(await findMetrics(db.read, anna)).toMatchObject(await recount(db.read, anna));
    expect((await findMetrics(db.read, anna))?.ordersCount).toBe(1);
  });

  test("money that came in is noted on the invoice", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const { orderId, totalMinor } = await db.write((tx) => anOrder(tx, by, anna));
    await db.write((tx) => advanceOrder(tx, by, { orderId, to: "shipped", carrier: "DPD" }));
    const [invoice] = await listInvoicesOfOrder(db.read, orderId);
    const pay = (amountMinor: number) => db.write((tx) => recordPayment(tx, by, { invoiceId: invoice?.id ?? 0, amountMinor, method: "transfer" }));
    expect(await pay(0)).toEqual({ ok: false, reason: "bad_amount" });
    expect(await pay(300)).toMatchObject({ ok: true });
    const submissionKey = "01890000-0000-7000-8000-000000000002";
    const rest = () => db.write((tx) => recordPayment(tx, by, { invoiceId: invoice?.id ?? 0, amountMinor: totalMinor - 300, method: "transfer", submissionKey }));
    const [one, two] = await Promise.all([rest(), rest()]);
    expect(one).toMatchObject({ ok: true });
    expect(two).toEqual(one);
    expect((await listInvoicesOfOrder(db.read, orderId))[0]?.paidMinor).toBe(totalMinor);
  });
});

describe.runIf(hasDatabase())("reading orders", () => {
  test("pages follow each other without a gap, though many were placed at the same instant", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    await db.write(async (tx) => {
      for (let i = 0; i < 7; i++) await placeOrder(tx, { ...by, now: by.now + (i % 2) }, { partyId: anna, source: "portal", lines: [{ sku: "PEN-1", quantity: 1 }] });
    });
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const page = await listOrdersOf(db.read, anna, { before, limit: 3 });
      seen.push(...page.orders.map((o) => o.number));
      expect(page.orders.every((o) => o.lines.length === 1)).toBe(true);
      before = page.next;
    } while (before);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect((await listOrders(db.read, { number: "r-1000", status: "placed" })).orders).toHaveLength(7);
    expect((await listOrders(db.read, { number: "R-10007" })).orders).toHaveLength(1);
    expect((await listOrders(db.read, { status: "shipped" })).orders).toEqual([]);
  });

  // Mutants: without partyId in either WHERE another customer reads the order, or its line.
  test("nobody reads another's order or line", async () => {
    const db = await testDatabase();
    const { anna, boris } = await anywhere(db);
    const { publicId } = await db.write((tx) => anOrder(tx, by, anna));
    const order = await findOrderOf(db.read, anna, publicId);
    const line = order?.lines[0]?.publicId ?? "";
    expect(await findOrderOf(db.read, boris, publicId)).toBeNull();
    expect(await findOrderLineOf(db.read, boris, line)).toBeNull();
    expect(await findOrderLineOf(db.read, anna, line)).toMatchObject({ quantity: 2, order: { number: order?.number, status: "placed" } });
  });
});

async function noticesOf(db: Reader, orderId: number): Promise<string[]> {
  const rows = await db.raw<{ notice: string | { template: string } }>(
    "select notice from deliveries where subject_type = 'order' and subject_id = ? order by id", [orderId]);
  return rows.map(({ notice }) => (typeof notice === "string" ? (JSON.parse(notice) as { template: string }) : notice).template);
}

describe.runIf(hasDatabase())("orders from elsewhere", () => {
  const invoice = (partyId: number, lines: ImportedLine[]): ImportOrderInput => ({
    number: "536365", partyId, source: "import", status: "delivered", currency: "GBP", placedAt: by.now, lines,
  });
  const line = (sku: string, quantity: number, unitPrice: number, unitPriceScale = 2): ImportedLine => ({ sku, productId: null, name: sku, quantity, unitPrice, unitPriceScale });

  test("are written once: the same file again changes nothing", async () => {
    const db = await testDatabase();
    const { anna, boris } = await anywhere(db);
    const lines = [line("85123A", 6, 255), line("85123A", 6, 255), line("22752", 3, 1335, 3)];
    const run = (partyId: number, some: ImportedLine[]) => db.write((tx) => importOrder(tx, by, invoice(partyId, some)));
    expect(await run(anna, lines)).toMatchObject({ ok: true, outcome: "created", linesAdded: 3 });
    const before = await counts(db.read);
    expect(await run(anna, lines.toReversed())).toMatchObject({ ok: true, outcome: "unchanged", linesAdded: 0 });
    expect(await counts(db.read)).toEqual(before);
    expect(await run(boris, lines)).toEqual({ ok: false, reason: "other_customer" });
    expect(await run(anna, [])).toEqual({ ok: false, reason: "no_lines" });

    expect(await run(anna, [...lines, line("NEW", 1, 100)])).toMatchObject({ outcome: "changed", linesAdded: 1 });
    expect(await run(anna, [line("22752", 4, 1335, 3)])).toMatchObject({ outcome: "changed", linesAdded: 0 });
    const [order] = (await listOrdersOf(db.read, anna)).orders;
    expect(order).toMatchObject({ number: "536365", totalMinor: 1530 * 2 + 534 + 100 });
    expect(order?.lines).toHaveLength(4);
    expect(await findMetrics(db.read, anna)).toMatchObject({ ...(await recount(db.read, anna)), currency: "GBP" });
  });

  test("carry their whole way, with shipment, invoice and payment", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const result = await db.write((tx) => importOrder(tx, by, {
      ...invoice(anna, [line("A", 2, 500)]), source: "seed", producedAt: by.now + 1, shippedAt: by.now + 2, deliveredAt: by.now + 3,
      shipment: { carrier: "DPD", trackingNumber: "9" }, invoice: { paidAt: by.now + 4 },
    }));
    if (!result.ok) throw new Error(result.reason);
    expect(await listInvoicesOfOrder(db.read, result.orderId)).toMatchObject([{ totalMinor: 1000, paidMinor: 1000, issuedAt: by.now + 2 }]);
    const { entries } = await listTimeline(db.read, anna, { limit: 9, kinds: EVENT_GROUPS.order });
    expect(entries.map((e) => e.kind)).toEqual(["payment_in", "order_delivered", "invoice_issued", "order_shipped", "order_in_production", "order_placed"]);
    expect(await noticesOf(db.read, result.orderId)).toEqual([]);
  });

  async function counts(db: Reader) {
    const [row] = await db.raw("select (select count(*) from order_lines) as lines, (select count(*) from orders) as orders, (select count(*) from events) as events, (select count(*) from audit_log) as audit");
    return row;
  }
});

describe.runIf(hasDatabase())("attribution", () => {
  test("an order is put down to the last click within the campaign's own days", async () => {
    const db = await testDatabase();
    const { anna } = await anywhere(db);
    const [short, long] = await db.write(async (tx) => {
      const campaign = async (name: string, attributionDays: number) => {
        const [row] = await tx.insert(campaigns).values({ publicId: name, name, status: "finished", attributionDays, createdAt: by.now, updatedAt: by.now }).returning({ id: campaigns.id });
        return (row as { id: number }).id;
      };
      const made = [await campaign("short", 1), await campaign("long", 7)] as const;
      await recordEvent(tx, by, { partyId: anna, kind: "mail_clicked", at: by.now - 3 * DAY, campaignId: made[1], deliveryId: 71 });
      await recordEvent(tx, by, { partyId: anna, kind: "mail_clicked", at: by.now - 2 * DAY, campaignId: made[0], deliveryId: 72 });
      await recordEvent(tx, by, { partyId: anna, kind: "mail_clicked", at: by.now + DAY, campaignId: made[0], deliveryId: 73 });
      return made;
    });
    expect(await findAttribution(db.read, anna, by.now)).toEqual({ campaignId: long, deliveryId: 71 });
    expect(await findAttribution(db.read, anna, by.now - 2 * DAY)).toEqual({ campaignId: short, deliveryId: 72 });
    expect(await findAttribution(db.read, anna, by.now + 6 * DAY)).toBeNull();
    await db.write((tx) => anOrder(tx, by, anna));
    const [event] = (await listTimeline(db.read, anna, { limit: 1, kinds: ["order_placed"] })).entries;
    expect(event).toMatchObject({ campaignId: long, deliveryId: 71 });
  });
});
