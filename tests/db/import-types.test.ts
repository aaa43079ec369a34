/** Every type of file: what it makes, that it makes it once, and that a dry run says beforehand what it will make. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import type { Database } from "../../app/db/types";
import { Checker } from "../../app/domain/imports/check.server";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import type { ImportOptions, ImportPreview, ImportType } from "../../app/domain/imports/import";
import { findPreset } from "../../app/domain/imports/presets.server";
import { listRejects } from "../../app/domain/imports/rejects.server";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, pauseRun, planImport, resumeRun, startRun } from "../../app/domain/imports/runs.server";
import { createCustomField, readValuesOf } from "../../app/domain/customers/custom-fields.server";
import { getParty } from "../../app/domain/customers/customers.server";
import { mergeParties } from "../../app/domain/doubles/merge.server";
import { FIELD_TYPES } from "../../app/domain/customers/custom-field-type";
import { addTag, readTagsOf } from "../../app/domain/customers/tags.server";
import { listOwnFields } from "../../app/domain/imports/own-fields.server";
import { verifyMetrics } from "../../app/shell/metrics";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, at, aTopic } from "../support/factories";

const folder = mkdtempSync(join(tmpdir(), "rapport-import-types-"));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;

const COMPANY = { currency: "EUR", timeZone: "Europe/Warsaw", locale: "en" };

async function planned(db: Database, type: ImportType, text: string, given: Partial<ImportOptions> = {}, preset?: string) {
  const path = join(folder, `${++serial}.csv`);
  writeFileSync(path, text);
  const shape = await inspectFile(path);
  const plan = planImport(type, shape, COMPANY, preset ? await findPreset(db.read, type, preset) : null, await listOwnFields(db.read, type));
  return { path, shape, mapping: plan.mapping, options: { ...plan.options, ...given } };
}

async function dryRun(db: Database, type: ImportType, { path, shape, mapping, options }: Awaited<ReturnType<typeof planned>>): Promise<ImportPreview> {
  const checker = new Checker(db, { id: 0, cursor: 0, type, headers: shape.headers, mapping, options }, path);
  while (await checker.step(at().now));
  return checker.preview;
}

/** Dry run, run, run again: the first says what the second does, and the third does nothing (but what the file says against itself). */
async function importText(db: Database, type: ImportType, text: string, given: Partial<ImportOptions> = {}, { contradictions = 0, preset = undefined as string | undefined } = {}) {
  const plan = await planned(db, type, text, given, preset);
  const before = await everyTable(db);
  const foreseen = await dryRun(db, type, plan);
  expect(await everyTable(db)).toEqual(before);
  const run = async () => {
    const id = await db.write(async (tx) => {
      const made = await createRun(tx, at(), { type, filename: "f.csv", preset: null, origin: "shell", ...plan });
      expect(await startRun(tx, at(), made, plan)).toEqual({ ok: true });
      return made.id;
    });
    return runToEnd(db, () => at().now, id, plan.path);
  };
  const first = await run();
  const rejects = (await listRejects(db.read, first.id)).map(({ line, field, reason }) => `${line} ${field} ${reason}`);
  const { created, changed, unchanged } = first.report;
  expect({ created: foreseen.created, changed: foreseen.changed, unchanged: foreseen.unchanged, rejected: foreseen.rejected }).toEqual({
    created, changed, unchanged, rejected: first.rejected,
  });
  expect((await run()).report).toMatchObject({ created: 0, changed: contradictions });
  return { ...first, rejects, foreseen };
}

/** Everything that imports could write, as it stands; their own table is left out. */
async function everyTable(db: Database): Promise<Record<string, unknown>> {
  const tables = ["parties", "contact_points", "customer_metrics", "consents", "consent_states", "events", "audit_log", "products", "product_translations", "orders", "order_lines", "invoices", "payments", "shipments", "topics", "tags", "party_tags", "custom_values", "fact_log", "change_log", "import_runs", "import_rejects"];
  const rows: Record<string, unknown> = {};
  for (const table of tables) rows[table] = await db.read.raw(`select * from ${table} order by 1, 2`);
  return rows;
}

async function scene() {
  const db = await testDatabase();
  await db.write(async (tx) => {
    await aTopic(tx, at(), "news");
    await aCustomer(tx, at(), { number: "1", email: "anna@example.com", givenName: "Anna", familyName: "Żak", country: "PL" });
    await aCustomer(tx, at(), { number: "2", email: "boris@example.com", givenName: "Boris", familyName: "Ilić", country: "RS" });
  });
  return db;
}

describe.runIf(hasDatabase())("files of every type", () => {
  it("customers: the dry run knows what earlier rows of the file have made, and shows old and new", async () => {
    const db = await scene();
    const run = await importText(
      db,
      "customers",
      "number,email,first name,last name,phone,consent,consent date\n" +
        "1,anna@example.com,Anna,Nowak,+48501502503,yes,2025-01-02\n" + // changed
        "2,boris@example.com,Boris,Ilić,,,\n" + // unchanged
        "3,c@example.com,Cyryl,Nowy,,no,\n" + // new
        "3,c@example.com,Cyryl,Nowy,,,\n" + // unchanged: as the row before made it
        "3,c@example.com,Cyryl,Stary,,,\n" + // changed
        "4,c@example.com,Dora,Inna,,,\n" + // the address is 3's
        "1,anna@example.com,,,,no,2025-03-04\n" + // changed: took it back
        "5,not an address,,,,,\n",
      {},
      { contradictions: 2 },
    );
    expect(run.report).toMatchObject({ created: 1, changed: 3, unchanged: 2, consents: 2 });
    expect(run.rejects).toEqual(["7 email email_taken", "9 email bad_email"]);
    expect(run.foreseen.reasons).toEqual({ email_taken: 1, bad_email: 1 });
    expect(run.foreseen.first[0]).toEqual({
      line: 2, name: "Anna Żak", outcome: "changed",
      fields: [
        { field: "familyName", from: "Żak", to: "Nowak" },
        { field: "phone", from: "", to: "+48501502503" },
        { field: "consent", from: "", to: "yes" },
      ],
    });
    expect(run.foreseen.first[1]).toMatchObject({ line: 4, outcome: "created" });
    expect(await verifyMetrics(db.read)).toMatchObject({ differences: [] });
  });

  it("a dry run that cannot remember all that the file repeats says that it is an estimate", async () => {
    const db = await scene();
    const { path, shape, mapping, options } = await planned(db, "customers", "number,name\n5,A B\n6,C D\n5,A B\n6,C D\n5,A X\n");
    const look = async (most?: number) => {
      const checker = new Checker(db, { id: 0, cursor: 0, type: "customers", headers: shape.headers, mapping, options }, path, most);
      while (await checker.step(at().now));
      return checker.preview;
    };
    expect(await look()).toEqual(expect.objectContaining({ created: 2, changed: 1, unchanged: 2 }));
    expect((await look()).isEstimate).toBeUndefined();
    expect((await look(1)).isEstimate).toBe(true);
  });

  it("customers known by their address only, by number only", async () => {
    const db = await scene();
    const text = "number,email,first name\n77,anna@example.com,Ania\n,boris@example.com,Bora\n";
    const byEmail = await dryRun(db, "customers", await planned(db, "customers", text, { key: "email" }));
    expect(byEmail).toMatchObject({ created: 0, changed: 2, rejected: 0 });
    const byNumber = await dryRun(db, "customers", await planned(db, "customers", text, { key: "number" }));
    expect(byNumber).toMatchObject({ created: 0, changed: 0, rejected: 2, reasons: { email_taken: 1, no_identifier: 1 } });
  });

  it("customers: the number of a record that was merged means the one that stayed, which keeps its own", async () => {
    const db = await scene();
    const merged = await db.write(async (tx) => {
      const { partyId } = await aCustomer(tx, at(), { number: "B2", email: "again@example.com" });
      return mergeParties(tx, at(), { survivorId: 1, mergedId: partyId });
    });
    expect(merged.ok).toBe(true);
    const run = await importText(db, "customers", "number,first name\nB2,Anuszka\n");
    expect([run.report, run.rejects]).toMatchObject([{ created: 0, changed: 1 }, []]);
    expect(await getParty(db.read, 1)).toMatchObject({ number: "1", givenName: "Anuszka" });
  });

  it("customers: tags are added or replaced, own fields read by their type, what is none refused at its row", async () => {
    const db = await scene();
    await db.write(async (tx) => {
      for (const type of FIELD_TYPES) await createCustomField(tx, at(), { key: `f_${type}`, type, words: { en: { name: `My ${type}`, description: "" } }, options: type === "choice" ? [{ en: { name: "Small", description: "" }, pl: { name: "Mały", description: "" } }] : [] });
      await addTag(tx, at(), 1, "VIP");
    });
    const head = "number;tags;My text;My number;My day;My choice;My yes_no\n";
    const text = `${head}1;vip, New;;1 234,5;31.12.2024;mały;tak\n1;Third;words;;;;\n2;;;;;;\n8;;;x;;;\n8;;;;31.13.2024;;\n8;;;;;large;\n8;;;;;;maybe\n8;${"x".repeat(41)};;;;;\n8;;${"x".repeat(501)};;;;\n`;
    const run = await importText(db, "customers", text, { decimalMark: "," });
    expect(run.report).toMatchObject({ created: 0, changed: 2, unchanged: 1 });
    expect(run.rejects).toEqual(["5 custom:f_number bad_number", "6 custom:f_day bad_date", "7 custom:f_choice bad_choice", "8 custom:f_yes_no bad_consent", "9 tags bad_tag", "10 custom:f_text too_long"]);
    expect(run.foreseen.first[0]?.fields).toContainEqual({ field: "tags", from: "VIP", to: "New, VIP" });
    expect([...(await readValuesOf(db.read, [1])).get(1)!]).toEqual(expect.arrayContaining([["f_number", "1234.5"], ["f_day", "2024-12-31"], ["f_choice", "small"], ["f_yes_no", "yes"], ["f_text", "words"]]));
    const names = async () => (await readTagsOf(db.read, [1])).get(1)?.map(({ name }) => name);
    expect(await names()).toEqual(["New", "Third", "VIP"]);
    expect((await importText(db, "customers", "number,tags\n1,new\n", { tags: "replace" })).report).toMatchObject({ changed: 1 });
    expect(await names()).toEqual(["New"]);
    expect(await db.read.raw("select count(*) as n from events where kind = 'tag_removed'")).toEqual([{ n: 2 }]);
  });

  it("consents: what was said later stands", async () => {
    const db = await scene();
    const run = await importText(
      db,
      "consents",
      "customer number,topic,channel,state,date,source\n1,news,email,granted,2025-01-01T10:00:00Z,shop\n1,news,email,withdrawn,2025-02-01T10:00:00Z,shop\n" +
        "1,news,email,granted,2025-01-15T10:00:00Z,shop\n2,news,sms,withdrawn,2025-01-01,paper\n2,other,email,granted,2025-01-01,\n9,news,email,granted,2025-01-01,\n2,news,fax,granted,2025-01-01,\n",
    );
    expect(run.report).toMatchObject({ created: 2, changed: 1, unchanged: 1 });
    expect(run.rejects).toEqual(["6 topic unknown_topic", "7 customerNumber unknown_customer", "8 channel bad_channel"]);
    expect(await db.read.raw("select channel, state from consent_states order by channel")).toEqual([{ channel: "email", state: "withdrawn" }, { channel: "sms", state: "withdrawn" }]);
  });

  it("products, orders, invoices, payments and parcels, each naming the ones before", async () => {
    const db = await scene();
    await importText(db, "products", "kod;nazwa;cena;aktywny\nMUG;Kubek;12,50;tak\nOLD;Stary;1,00;nie\n", { decimalMark: "," });
    expect(await db.read.raw("select sku, is_active = true as active from products order by sku")).toMatchObject([{ sku: "MUG" }, { sku: "OLD" }]);
    const orders = await importText(
      db,
      "orders",
      "order number,customer number,order date,status,sku,product name,quantity,unit price,shipping,discount\n" +
        "A1,1,2025-01-02,placed,MUG,Mug,2,12.50,5.00,2.50\nA1,,,,NEW,New thing,1,3.00,,\nA2,2,2025-01-03,delivered,MUG,Mug,1,12.50,,\nA3,1,2025-01-03,lost,MUG,Mug,1,1,,\n",
    );
    expect(orders.report).toMatchObject({ created: 2, orders: 2, lines: 3 });
    expect(orders.rejects).toEqual(["5 status bad_state"]);
    expect(await db.read.raw("select number, status, total_minor, shipping_minor from orders order by number")).toEqual([
      { number: "A1", status: "placed", total_minor: 2500 + 300 - 250 + 500, shipping_minor: 500 }, { number: "A2", status: "delivered", total_minor: 1250, shipping_minor: 0 },
    ]);
    const invoices = await importText(
      db,
      "invoices",
      "invoice number,order number,customer number,issued,due,total\nF1,A1,,2025-01-05,2025-01-19,30.50\nF2,,2,2025-01-05,,-4.00\nF3,A1,2,2025-01-05,,1\nF4,A9,,2025-01-05,,1\nF5,A1,,2025-01-05,,0\nF1,A1,,2025-01-05,2025-01-20,30.50\n",
      {},
      { contradictions: 2 },
    );
    expect(invoices.report).toMatchObject({ created: 2, changed: 1 });
    expect(invoices.rejects).toEqual(["4 orderNumber unknown_order", "5 orderNumber unknown_order", "6 total bad_amount"]);
    const payments = await importText(
      db,
      "payments",
      "transaction id,invoice,customer number,paid,amount,method\nt1,F1,,2025-01-10,20,card\n,F1,,2025-01-11,10.50,transfer\n,F1,,2025-01-11,10.50,transfer\nt2,F9,,2025-01-10,1,card\nt3,,2,2025-01-10,-4,card\nt1,F1,,2025-01-10,21,card\n",
      {},
      { contradictions: 2 },
    );
    expect(payments.report).toMatchObject({ created: 3, changed: 1, unchanged: 1 });
    expect(payments.rejects).toEqual(["5 invoiceNumber unknown_invoice"]);
    const parcels = await importText(
      db,
      "shipments",
      "order number,carrier,tracking number,shipped,delivered\nA1,DPD,P1,2025-01-06,2025-01-08\nA1,DPD,P1,2025-01-06,2025-01-08\nA9,DPD,P2,2025-01-06,\nA2,,P3,2025-01-06,\nA1,DPD,P4,2025-01-06,2025-01-05\n",
    );
    expect(parcels.report).toMatchObject({ created: 1, unchanged: 1 });
    expect(parcels.rejects).toEqual(["4 orderNumber unknown_order", "5 carrier required", "6 deliveredAt delivered_before_shipped"]);
    expect(await db.read.raw("select status from orders order by number")).toEqual([{ status: "delivered" }, { status: "delivered" }]);
    expect(await verifyMetrics(db.read)).toMatchObject({ differences: [] });
  });

  it("as shops and mailing services write them", async () => {
    const db = await scene();
    const people = await importText(
      db,
      "customers",
      "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Address1,Default Address City,Default Address Country Code,Default Address Zip,Phone\n'7210448301122,Lena,Kos,lena@example.com,yes,Rynek 1,Łódź,PL,'90-001,'+48 501 502 503\n",
      {},
      { preset: "shopify-customers" },
    );
    expect(people.report).toMatchObject({ created: 1, consents: 1 });
    expect(await db.read.raw("select number from parties where name = 'Lena Kos'")).toEqual([{ number: "7210448301122" }]);
    expect(await db.read.raw("select normalized_value as v from contact_points where kind <> 'email' and value like '%5%'")).toEqual([{ v: "+48501502503" }]);
    const orders = await importText(
      db,
      "orders",
      "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n" + // taxed on top, and within the prices +
        "#1001,lena@example.com,paid,fulfilled,USD,42.00,6.00,3.36,51.36,5.00,2026-01-03 10:14:00 -0400,2,Fern,16.00,FERN-1,\n#1001,lena@example.com,,,,,,,,,2026-01-03 10:14:00 -0400,1,Tote bag,15.00,,\n" +
        "#1002,neu@example.com,voided,unfulfilled,USD,1.00,0.00,0.19,1.00,0.00,2026-01-04 10:14:00 -0400,1,Fern,1.00,FERN-1,2026-01-05 09:00:00 -0400\n",
      {},
      { preset: "shopify-orders" },
    );
    expect(orders.report).toMatchObject({ created: 2, lines: 3, customers: 2 });
    expect(await db.read.raw("select number, status, total_minor, placed_at from orders order by number")).toEqual([
      { number: "#1001", status: "shipped", total_minor: 5136, placed_at: Date.UTC(2026, 0, 3, 14, 14) }, { number: "#1002", status: "cancelled", total_minor: 100, placed_at: Date.UTC(2026, 0, 4, 14, 14) },
    ]);
    const list = "Email Address,First Name,Last Name,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME\nboris@example.com,Boris,Ilić,,2025-02-03 04:05:06,2026-02-03 04:05:06\n";
    expect((await importText(db, "customers", list, {}, { preset: "mailchimp" })).report).toMatchObject({ consents: 1, changed: 1 });
    expect((await importText(db, "customers", list, {}, { preset: "mailchimp-unsubscribed" })).report).toMatchObject({ consents: 1, changed: 1 });
    expect(await db.read.raw("select state, since from consent_states s join parties p on p.id = s.party_id where p.number = '2'")).toEqual([
      { state: "withdrawn", since: Date.UTC(2026, 1, 3, 4, 5, 6) },
    ]);
    expect((await importText(db, "customers", list, {}, { preset: "mailchimp" })).report).toMatchObject({ consents: 0, unchanged: 1 });
  });

  it("orders that are known move on as the file says, never back", async () => {
    const db = await scene();
    const head = "order number,customer number,order date,status,sku,quantity,unit price,shipped,delivered,cancelled at\n";
    const line = (number: string, status: string, times = ",,") => `${number},1,2025-01-02,${status},MUG,1,10,${times}\n`;
    await importText(db, "orders", head + line("A1", "placed") + line("A2", "") + line("A3", "shipped", "2025-01-05,,") + line("A4", "") + line("A5", "") + line("A6", "cancelled"));
    const later = await importText(
      db,
      "orders",
      head + line("A1", "delivered", "2025-01-04,2025-01-06,") + line("A2", "", ",,2025-01-03") + line("A3", "placed") + line("A4", "") + line("A5", "", "2025-01-07,,") + line("A6", "shipped") + line("A3", "delivered") +
        line("A7", "delivered", "2025-01-07,2025-01-06,"),
    );
    expect(later.rejects).toEqual(["4 status status_backwards", "7 status order_cancelled", "8 orderNumber order_split", "9 deliveredAt delivered_before_shipped"]);
    expect(later.report).toMatchObject({ created: 0, changed: 3, unchanged: 1 });
    expect((await importText(db, "orders", head + line("A3", "cancelled"))).rejects).toEqual(["2 status order_left"]);
    const day = (d: number) => Date.UTC(2025, 0, d) - 3_600_000;
    expect(await db.read.raw("select number, status, shipped_at, delivered_at, cancelled_at from orders order by number")).toEqual([
      { number: "A1", status: "delivered", shipped_at: day(4), delivered_at: day(6), cancelled_at: null }, { number: "A2", status: "cancelled", shipped_at: null, delivered_at: null, cancelled_at: day(3) },
      { number: "A3", status: "shipped", shipped_at: day(5), delivered_at: null, cancelled_at: null }, { number: "A4", status: "placed", shipped_at: null, delivered_at: null, cancelled_at: null },
      { number: "A5", status: "shipped", shipped_at: day(7), delivered_at: null, cancelled_at: null }, { number: "A6", status: "cancelled", shipped_at: null, delivered_at: null, cancelled_at: null },
    ]);
    expect(await db.read.raw("select count(*) as n from events where kind = 'order_shipped'")).toEqual([{ n: 3 }]);
    expect(await verifyMetrics(db.read)).toMatchObject({ differences: [] });
  });

  it("rests when told to, and goes on from there", async () => {
    const db = await scene();
    const plan = await planned(db, "customers", `number,name\n${Array.from({ length: 2900 }, (_, i) => `${i + 10},Person ${i}`).join("\n")}\n`);
    const runId = await db.write(async (tx) => {
      const made = await createRun(tx, at(), { type: "customers", filename: "f.csv", preset: null, origin: "shell", ...plan });
      await startRun(tx, at(), made, plan);
      return made.id;
    });
    let pausing: Promise<unknown> = Promise.resolve();
    const rested = await runToEnd(db, () => at().now, runId, plan.path, () => (pausing = db.write((tx) => pauseRun(tx, at(), runId))));
    await pausing;
    expect(rested).toMatchObject({ state: "paused" });
    expect(rested.read).toBeLessThan(2900);
    expect(await db.write((tx) => resumeRun(tx, at(), runId))).toBe(true);
    expect(await runToEnd(db, () => at().now, runId, plan.path)).toMatchObject({ state: "finished", read: 2900, accepted: 2900, report: { created: 2900 } });
  });
});
