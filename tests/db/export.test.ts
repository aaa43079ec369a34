/** What is exported can be imported again, and changes nothing; spreadsheets run nothing of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import type { Database } from "../../app/db/types";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { createCustomField, setCustomValue } from "../../app/domain/customers/custom-fields.server";
import { FIELD_TYPES } from "../../app/domain/customers/custom-field-type";
import { listNotes, writeNote, writeNotes } from "../../app/domain/customers/notes.server";
import { addTag } from "../../app/domain/customers/tags.server";
import { randomFrom } from "../../drizzle/seed/random";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { Checker } from "../../app/domain/imports/check.server";
import { parseCsv } from "../../app/domain/imports/csv";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import { exportFile, type WhoseRows } from "../../app/domain/imports/export.server";
import { IMPORT_TYPES_LIST, type ImportType } from "../../app/domain/imports/import";
import { listOwnFields } from "../../app/domain/imports/own-fields.server";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import { importOrder } from "../../app/domain/orders/import-order.server";
import { advanceOrder } from "../../app/domain/orders/progress.server";
import { upsertInvoice } from "../../app/domain/orders/upsert-invoice.server";
import { upsertPayment } from "../../app/domain/orders/upsert-payment.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, aMug, at, aTopic } from "../support/factories";

const folder = mkdtempSync(join(tmpdir(), "rapport-export-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function textOf(db: Database, type: ImportType, whose?: WhoseRows): Promise<string> {
  let text = "";
  for await (const piece of exportFile(db.read, type, "en", whose)) text += piece;
  return text;
}

const FORMULAS = ["=cmd|' /C calc'!A0", "+48 1", "-2+3", "@SUM(A1)", "\t=1", "  =1", "'=1", "''+1", "\u00a0=2"];

async function scene() {
  const db = await testDatabase();
  const ids = await db.write(async (tx) => {
    const by = at();
    const topicId = await aTopic(tx, by, "news");
    await aMug(tx, by);
    const anna = await aCustomer(tx, by, { number: "1", phone: "+48 501 502 503", postal: { line1: "Rynek 1", line2: "m. 4", postcode: "50-101", city: "Wrocław", country: "PL" }, birthday: "1980-02-03" });
    const shared = await aCustomer(tx, by, { country: "RS", postal: { line1: "Ulica 5", postcode: "11000", city: "Beograd", country: "ME" } });
    await createParty(tx, by, { kind: "company", companyName: "Żaba, \"Sklep\"; S.A.", email: shared.email, locale: "pl", source: "seed" });
    await createParty(tx, by, { kind: "person", givenName: "Nobody", locale: "sr-Latn", source: "seed" });
    for (const [i, text] of FORMULAS.entries()) await createParty(tx, by, { kind: "person", number: `f${i}`, givenName: text.trim(), familyName: `${text}\nnext line`, locale: "en", source: "seed" });
    for (const [state, days] of [["pending", 9], ["granted", 8], ["withdrawn", 7], ["granted", 6]] as const)
      await recordConsent(tx, by, { partyId: anna.partyId, topicId, channel: "email", state, wordingVersion: "1", wording: "Yes,\nplease ".repeat(60), source: "form", at: by.now - days * 86_400_000 + 123 });
    const order = await importOrder(tx, by, {
      number: "A1", partyId: anna.partyId, source: "api", status: "placed", currency: "EUR", shippingMinor: 450, placedAt: by.now - 5,
      lines: [{ productId: null, sku: "X", name: "=1+1", quantity: 2, unitPrice: 1999, unitPriceScale: 3 }, { productId: null, sku: "DISCOUNT", name: "DISCOUNT", quantity: 1, unitPrice: -100, unitPriceScale: 2 }],
    });
    if (!order.ok) throw new Error(order.reason);
    await advanceOrder(tx, by, { orderId: order.orderId, to: "shipped", carrier: "DPD", trackingNumber: "-12" });
    const invoice = await upsertInvoice(tx, by, { number: "K/1", partyId: shared.partyId, currency: "JPY", totalMinor: -250, issuedAt: by.now });
    await upsertPayment(tx, by, { partyId: shared.partyId, invoiceId: invoice.ok ? invoice.invoiceId : null, currency: "JPY", amountMinor: -250, at: by.now, reference: "@ref" });
    const marta = await createStaffUser(tx, by, { email: "marta@example.com", name: "=Marta", role: "support", locale: "pl" });
    if (!marta.ok) throw new Error(marta.reason);
    await writeNote(tx, { ...by, actor: { kind: "staff", id: marta.id, role: "support", name: "=Marta", locale: "pl" } }, anna.partyId, "=Call her\n  after six");
    await writeNotes(tx, by, [{ partyId: shared.partyId, body: "Likes mugs, \"blue\"", at: by.now - 5000, author: "-Old shop" }]);
    return { anna: anna.partyId };
  });
  return { db, ...ids };
}

async function planOf(db: Database, text: string, name: string, type: ImportType = "customers") {
  const path = join(folder, `${name}-${db.dialect}.csv`);
  writeFileSync(path, text);
  const shape = await inspectFile(path);
  return { path, shape, ...planImport(type, shape, { currency: "EUR", timeZone: "Europe/Warsaw", locale: "en" }, null, await listOwnFields(db.read, type)) };
}

describe.runIf(hasDatabase())("exports", () => {
  it("of every type are read again and leave everything as it is; no cell begins as a formula does", async () => {
    const { db } = await scene();
    for (const type of IMPORT_TYPES_LIST) {
      const text = await textOf(db, type);
      expect(text.startsWith("\ufeff")).toBe(true);
      const rows = parseCsv(text.slice(1)).slice(1);
      expect(rows.length).toBeGreaterThan(0);
      for (const { cells } of rows) for (const cell of cells) if (!/^-\d+(\.\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]|^[\s\u00a0]+[=+\-@]/);
      const path = join(folder, `${type}-${db.dialect}.csv`);
      writeFileSync(path, text);
      const shape = await inspectFile(path);
      const { mapping, options } = planImport(type, shape, { currency: "EUR", timeZone: "Europe/Warsaw", locale: "en" }, null);
      expect(Object.keys(mapping).length).toBe(shape.headers.length);
      const checker = new Checker(db, { id: 0, cursor: 0, type, headers: shape.headers, mapping, options }, path);
      while (await checker.step(at().now));
      expect({ type, ...checker.preview }).toMatchObject({ type, created: 0, changed: 0, rejected: 0, first: [] });
      expect(checker.preview.unchanged).toBeGreaterThan(0);
    }
  });

  it("of tags and own fields are the record again, whatever they say, in a database that knew nobody", async () => {
    const random = randomFrom("record");
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    const words = ["VIP", "a, b", "x; y", 'say "so"', "* star", "1 ::: 2", "'q", "=1+1", "-3", "Łódź", "+48"];
    const values: Record<string, readonly string[]> = {
      note: [...words, "line\nline", "'=x"], size: ["-12.5", "0", "1000000", "0.000001", "-7"], since: ["2019-06-14", "1900-01-01"], shirt: ["s", "xl"], paper: ["yes", "no"],
    };
    const fill = async (db: Database, people: number) => {
      await db.write(async (tx) => {
        for (const [i, type] of FIELD_TYPES.entries()) {
          const options = type === "choice" ? ["S", "XL"].map((name) => ({ en: { name, description: "" } })) : [];
          await createCustomField(tx, at(), { key: Object.keys(values)[i]!, type, words: { en: { name: `Own ${type}`, description: "" }, pl: { name: `Własne ${type}`, description: "" } }, options });
        }
        for (let i = 0; i < people; i++) {
          const { partyId } = await aCustomer(tx, at(), { number: `r${i}` });
          for (let n = 0; n < 3; n++) if (random.next() < 0.5) await addTag(tx, at(), partyId, pick(words));
          for (const [key, some] of Object.entries(values)) if (random.next() < 0.7) expect(await setCustomValue(tx, at(), partyId, key, pick(some))).toEqual({ ok: true });
        }
      });
      return db;
    };
    const one = await fill(await testDatabase(), 40);
    const text = await textOf(one, "customers");
    const two = await fill(await testDatabase(), 0);
    const { shape, mapping, options, path } = await planOf(two, text, "record");
    expect(mapping).toMatchObject({ tags: "tags", "custom:note": "custom:note", "custom:paper": "custom:paper" });
    const run = await two.write(async (tx) => {
      const made = await createRun(tx, at(), { type: "customers", filename: "r.csv", shape, mapping, options, preset: null, origin: "shell" });
      await startRun(tx, at(), made, { mapping, options });
      return made;
    });
    expect(await runToEnd(two, () => at().now, run.id, path)).toMatchObject({ accepted: 40, rejected: 0 });
    expect(await textOf(two, "customers")).toBe(text);
    // who said it, and when
    expect(await two.read.raw("select distinct source, at from party_tags union select distinct source, at from fact_log")).toEqual([{ source: "import", at: at().now }]);
    for (const db of [one, two]) {
      const checker = new Checker(db, { id: 0, cursor: 0, type: "customers", headers: shape.headers, mapping, options: { ...options, tags: "replace" } }, path);
      while (await checker.step(at().now));
      expect(checker.preview).toMatchObject({ created: 0, changed: 0, unchanged: 40, rejected: 0 });
    }
  });

  /** Mutant: forget those that are there with their day (planNotes), and all are written twice. */
  it("of notes are the notes again, whatever they say, in a database that had none", async () => {
    const random = randomFrom("notes");
    const words = ["Called", "Called", "a, b; c", 'say "so"', "=1+1", "-3", "'q", "line\n line", "Łódź 👍", "+48", "@x", "x".repeat(400)];
    const fill = async (db: Database, most: number) => {
      for (let i = 0; i < 12; i++)
        await db.write(async (tx) => {
          const { partyId } = await aCustomer(tx, at(), { number: `n${i}`, email: `n${i}@example.com` });
          await writeNotes(tx, at(), Array.from({ length: random.int(0, most) }, (_, n) => ({ partyId, body: random.pick(words), at: at().now - n * 1001, author: random.pick([null, "Jan, Kos", "=x"]) })));
        });
      return db;
    };
    const one = await fill(await testDatabase(), 6);
    const two = await fill(await testDatabase(), 0);
    const text = await textOf(one, "notes");
    const rows = parseCsv(text.slice(1)).length - 1;
    expect(rows).toBeGreaterThan(20);
    const { shape, mapping, options, path } = await planOf(two, text, "notes", "notes");
    for (const outcome of ["created", "unchanged"] as const) {
      const checker = new Checker(two, { id: 0, cursor: 0, type: "notes", headers: shape.headers, mapping, options }, path);
      while (await checker.step(at().now));
      expect(checker.preview).toMatchObject({ [outcome]: rows, changed: 0, rejected: 0 });
      const run = await two.write(async (tx) => {
        const made = await createRun(tx, at(), { type: "notes", filename: "n.csv", shape, mapping, options, preset: null, origin: "shell" });
        await startRun(tx, at(), made, { mapping, options });
        return made;
      });
      expect(await runToEnd(two, () => at().now, run.id, path)).toMatchObject({ accepted: rows, report: { [outcome]: rows } });
      expect(await textOf(two, "notes")).toBe(text);
    }
    expect(await two.read.raw("select count(*) as n from events where kind = 'note_written'")).toEqual([{ n: rows }]);
  });

  it("of notes without a day are written today, once; of strangers and of tomorrow they are refused", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, at(), { number: "7" }));
    const text = "customer number,note,date\n7,Hello,\n8,Hello,\n7,Soon,2999-01-01\n7,,\n";
    for (const report of [{ created: 1 }, { unchanged: 1 }]) {
      const { shape, mapping, options, path } = await planOf(db, text, "undated", "notes");
      const run = await db.write(async (tx) => {
        const made = await createRun(tx, at(), { type: "notes", filename: "n.csv", shape, mapping, options, preset: null, origin: "shell" });
        await startRun(tx, at(), made, { mapping, options });
        return made;
      });
      expect(await runToEnd(db, () => at().now, run.id, path)).toMatchObject({ accepted: 1, rejected: 3, report });
    }
    expect(await listNotes(db.read, partyId)).toMatchObject([{ body: "Hello", source: "import", at: at().now }]);
    expect(await db.read.raw("select distinct line, reason from import_rejects order by line")).toEqual([{ line: 3, reason: "unknown_customer" }, { line: 4, reason: "bad_date" }, { line: 5, reason: "required" }]);
  });

  it("of some customers hold their rows only", async () => {
    const { db, anna } = await scene();
    const only: WhoseRows = (after) => Promise.resolve(after < anna ? [anna] : []);
    const counts = await Promise.all(IMPORT_TYPES_LIST.map(async (type) => `${type} ${parseCsv(await textOf(db, type, only)).length - 1}`));
    expect(counts).toEqual(["customers 1", "consents 4", "notes 1", "products 1", "orders 1", "invoices 1", "payments 0", "shipments 1"]);
  });
});
