import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eq } from "drizzle-orm";
import { afterAll, describe, expect, it } from "vitest";

import type { Database } from "../../app/db/types";
import { listConsentStates, recordConsent } from "../../app/domain/customers/consents.server";
import { setPrimaryContact } from "../../app/domain/customers/contact-points.server";
import { findPartyByEmail, findPartyByNumber } from "../../app/domain/customers/customers.server";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import type { ImportOptions, ImportType } from "../../app/domain/imports/import";
import { findPreset, savePreset } from "../../app/domain/imports/presets.server";
import { listRejects } from "../../app/domain/imports/rejects.server";
import { RunReader } from "../../app/domain/imports/run-reader.server";
import { importStep, runToEnd } from "../../app/domain/imports/running.server";
import { createRun, failRun, getRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import { importDue, uploadPath } from "../../app/domain/imports/import-worker.server";
import { importRuns } from "../../app/domain/imports/schema";
import { verifyMetrics } from "../../app/shell/metrics";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, at, aTopic } from "../support/factories";

const folder = mkdtempSync(join(tmpdir(), "rapport-imports-"));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;

function file(text: string): string {
  const path = join(folder, `${++serial}.csv`);
  writeFileSync(path, text);
  return path;
}

const COMPANY = { currency: "EUR", timeZone: "Europe/Warsaw", locale: "pl" };

async function begin(db: Database, type: ImportType, path: string, options: Partial<ImportOptions> = {}, preset?: string) {
  const shape = await inspectFile(path);
  const plan = planImport(type, shape, COMPANY, preset ? await findPreset(db.read, type, preset) : null);
  const chosen = { mapping: plan.mapping, options: { ...plan.options, ...options } };
  return db.write(async (tx) => {
    const run = await createRun(tx, at(), { type, filename: "file.csv", shape, ...chosen, preset: preset ?? null, origin: "shell" });
    const started = await startRun(tx, at(), run, chosen);
    if (!started.ok) throw new Error(JSON.stringify(started));
    return run.id;
  });
}

async function importText(db: Database, type: ImportType, text: string, options: Partial<ImportOptions> = {}, preset?: string) {
  const path = file(text);
  return runToEnd(db, () => at().now, await begin(db, type, path, options, preset), path);
}

const rejectsOf = async (db: Database, runId: number) => (await listRejects(db.read, runId)).map(({ line, field, reason }) => `${line} ${field} ${reason}`);

describe.runIf(hasDatabase())("customers from a file", () => {
  /** Mutant: a date to come (a day read as a month) is later than every withdrawal, and undoes each of them at every import. */
  it("a yes of a day to come never undoes what the customer said", async () => {
    const db = await testDatabase();
    const topicId = await db.write((tx) => aTopic(tx, at(), "news"));
    const text = "id;e-mail;zgoda;data zgody\n1;lucja@example.com;tak;2031-03-04\n";
    await importText(db, "customers", text);
    const { id: partyId } = (await findPartyByNumber(db.read, "1"))!;
    expect(await listConsentStates(db.read, partyId)).toMatchObject([{ state: "granted", since: at().now }]);
    await db.write((tx) => recordConsent(tx, at(), { partyId, topicId, channel: "email", state: "withdrawn", wordingVersion: "1", source: "portal" }));
    expect((await importText(db, "customers", text)).report).toMatchObject({ consents: 0 });
    expect(await listConsentStates(db.read, partyId)).toMatchObject([{ state: "withdrawn" }]);
  });

  it("words that programs keep for themselves are words like any other", async () => {
    const db = await testDatabase();
    const run = await importText(db, "customers", "id,email,language,country\n1,a@example.com,constructor,toString\n");
    expect(run).toMatchObject({ state: "finished", accepted: 1 });
    expect(await findPartyByNumber(db.read, "1")).toMatchObject({ locale: "pl", country: null });
  });

  it("are added once, with the consent that the file proves", async () => {
    const db = await testDatabase();
    const topicId = await db.write((tx) => aTopic(tx, at(), "news"));
    const text = "id;imię;nazwisko;e-mail;kraj;język;zgoda;data zgody\n1.0;Łucja;Żak;lucja@example.com;Polska;pl;tak;2025-03-04\n2;Đorđe;Ilić;djordje@example.com;RS;sr-Latn;nie;\n";
    const first = await importText(db, "customers", text);
    expect(first).toMatchObject({ read: 2, accepted: 2, rejected: 0, report: { customers: 2, created: 2, consents: 1 } });
    const lucja = await findPartyByNumber(db.read, "1");
    expect(lucja).toMatchObject({ name: "Łucja Żak", country: "PL", locale: "pl", source: "import" });
    expect(await listConsentStates(db.read, lucja!.id)).toMatchObject([{ topicId, state: "granted", since: Date.UTC(2025, 2, 3, 23) }]);
    const again = await importText(db, "customers", text);
    expect(again.report).toMatchObject({ created: 0, changed: 0, unchanged: 2, consents: 0 });
  });

  it("are refused line by line, with the field and the reason", async () => {
    const db = await testDatabase();
    await db.write((tx) => aCustomer(tx, at(), { email: "anna@example.com", number: "7" }));
    const run = await importText(
      db,
      "customers",
      'number,email,first name,birthday,consent\n,,Nobody,,\n8,not an address,A,,\n9,ok@example.com,B,31.02.1990,\n10,two@example.com,C,,perhaps\n11,anna@example.com,D,,\n12,"open@example.com,E,,\n13,fine@example.com,F,1990-02-03,no\n',
    );
    expect(run).toMatchObject({ read: 7, accepted: 1, rejected: 6 });
    expect(await rejectsOf(db, run.id)).toEqual([
      "2 number no_identifier", "3 email bad_email", "4 birthday bad_date", "5 consent bad_consent", "6 email email_taken", "7 null open_quote",
    ]);
  });

  it("are brought up to date where the file knows better, but a proven address stays", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, at(), { number: "7", email: "old@example.com" }));
    await importText(db, "customers", "number,email,phone\n7,new@example.com,+48 501 502 503\n");
    expect((await findPartyByEmail(db.read, "new@example.com"))?.id).toBe(partyId);
    await db.write((tx) => setPrimaryContact(tx, at(), partyId, { kind: "email", value: "proven@example.com", verifiedAt: at().now }));
    const run = await importText(db, "customers", "number,email,phone\n7,other@example.com,+48501502503\n");
    expect(run.report).toMatchObject({ changed: 0, unchanged: 1 });
    expect((await findPartyByEmail(db.read, "other@example.com"))?.id).toBeUndefined();
  });
});

describe.runIf(hasDatabase())("orders from a file", () => {
  const HEAD = "order number,customer number,order date,sku,name,quantity,unit price\n";

  it("keep prices of three decimals", async () => {
    const db = await testDatabase();
    await importText(db, "orders", `${HEAD}A1,5,2025-01-02,nail,Nail,1000,0.125\nA1,5,2025-01-02,bolt,Bolt,3,1.335\n`, { createsCustomers: true });
    expect(await db.read.raw("select sku, quantity, unit_price, unit_price_scale, total_minor from order_lines order by position")).toEqual([
      { sku: "NAIL", quantity: 1000, unit_price: 125, unit_price_scale: 3, total_minor: 12500 },
      { sku: "BOLT", quantity: 3, unit_price: 1335, unit_price_scale: 3, total_minor: 401 },
    ]);
  });

  it("need a customer who is known, unless told to make them", async () => {
    const db = await testDatabase();
    const text = `${HEAD}A1,5,2025-01-02,nail,Nail,1,1\nA2,,2025-01-02,nail,Nail,1,1\n`;
    const run = await importText(db, "orders", text);
    expect(await rejectsOf(db, run.id)).toEqual(["2 customerNumber unknown_customer", "3 customerNumber missing_customer"]);
    expect(await importText(db, "orders", text, { createsCustomers: true })).toMatchObject({ accepted: 1, report: { customers: 1, orders: 1 } });
  });

  it("whose lines stand apart, or name two customers, are refused where they go wrong; mended lines are added later", async () => {
    const db = await testDatabase();
    const text = `${HEAD}A1,5,2025-01-02,a,A,1,1\nA1,6,2025-01-02,b,B,1,1\nA1,5,2025-01-02,c,C,0,1\nA2,5,2025-01-02,a,A,1,1.2345\nA3,5,2025-01-02,a,A,1,1\nA1,5,2025-01-02,d,D,1,1\n`;
    const run = await importText(db, "orders", text, { createsCustomers: true });
    expect(await rejectsOf(db, run.id)).toEqual(["3 customerNumber several_customers", "4 quantity bad_quantity", "5 unitPrice bad_price", "7 orderNumber order_split"]);
    expect(run).toMatchObject({ read: 6, accepted: 2, rejected: 4 });
    const mended = await importText(db, "orders", `${HEAD}A1,5,2025-01-02,c,C,2,1\n`, { createsCustomers: true });
    expect(mended.report).toMatchObject({ created: 0, changed: 1 });
    expect(await db.read.raw("select sku from order_lines l join orders o on o.id = l.order_id where o.number = 'A1' order by position")).toEqual([{ sku: "A" }, { sku: "C" }]);
  });

  it("of the Online Retail preset: cancellations are credit notes, adjustments nothing, free lines belong to their order", async () => {
    const db = await testDatabase();
    const head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
    const text = `${head}1,85123a,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n1,85123A,HEART,1,2010-12-01 08:26:00,0.0,17850.0,United Kingdom\n1,POST,POSTAGE,1,2010-12-01 08:26:00,18,17850.0,United Kingdom\nC2,85123A,HEART,-2,2010-12-02 08:26:00,2.55,17850.0,United Kingdom\nA3,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,17850,United Kingdom\nC4,85123A,HEART,2,2010-12-02 08:26:00,2.55,17850,United Kingdom\n`;
    const run = await importText(db, "orders", text, {}, "online-retail");
    expect(run).toMatchObject({ read: 6, accepted: 4, rejected: 2, report: { customers: 1, orders: 1, lines: 3, creditNotes: 1, creditLines: 1, products: 2 } });
    expect(await rejectsOf(db, run.id)).toEqual(["6 orderNumber adjustment", "7 quantity bad_quantity"]);
    expect(await db.read.raw("select number, kind, total_minor from invoices")).toEqual([{ number: "C2", kind: "credit_note", total_minor: -510 }]);
    expect(await db.read.raw("select sku from products")).toEqual([{ sku: "85123A" }]);
    const [facts] = await db.read.raw("select orders_count, spend_minor, currency from customer_metrics");
    expect(facts).toMatchObject({ orders_count: 1, spend_minor: 1530 + 1800, currency: "GBP" });
    expect(await verifyMetrics(db.read)).toEqual({ customers: 1, differences: [] });
  });
});

describe.runIf(hasDatabase())("products from a file", () => {
  it("are added, and brought up to date by their code whatever its case", async () => {
    const db = await testDatabase();
    await importText(db, "products", "kod;nazwa;cena\nab-1;Kubek;12,50\nab-2;Notes;9,999\n");
    const run = await importText(db, "products", "kod;nazwa;cena\nAB-1;Kubek;13,50\nab-2;Notes;9,999\nab-3;;1\n");
    expect(run).toMatchObject({ accepted: 2, rejected: 1, report: { changed: 1, unchanged: 1, created: 0 } });
    expect(await db.read.raw("select sku, price, price_scale from products order by sku")).toEqual([
      { sku: "AB-1", price: 1350, price_scale: 2 }, { sku: "AB-2", price: 9999, price_scale: 3 },
    ]);
  });

  it("are mapped by a preset that somebody saved", async () => {
    const db = await testDatabase();
    const preset = { name: "stock list", type: "products" as const, mapping: { sku: "A", name: "B", price: "C" }, options: { currency: "PLN" } };
    expect(await db.write((tx) => savePreset(tx, at(), preset))).toEqual({ ok: true });
    expect(await db.write((tx) => savePreset(tx, at(), { ...preset, name: "online-retail" }))).toEqual({ ok: false, reason: "name_taken" });
    await importText(db, "products", "A,B,C\nx,X,1\n", {}, "stock list");
    expect(await db.read.raw("select sku, currency from products")).toEqual([{ sku: "X", currency: "PLN" }]);
  });
});

describe.runIf(hasDatabase())("an import that is killed", () => {
  /** 1,300 rows of some 300 orders; one row in fifty cannot be used, and some orders name customers again. */
  const text = () => {
    let rows = "order number,customer number,order date,sku,name,quantity,unit price\n";
    for (let order = 0, row = 0; row < 1300; order++)
      for (let line = 0; line < 1 + (order % 8) && row < 1300; line++, row++)
        rows += `N${order},${row % 50 === 7 ? "" : order % 90},2025-0${1 + (order % 9)}-11 10:00,s${(order * 7 + line) % 40},Thing,${1 + (line % 3)},${order % 13}.5\n`;
    return rows;
  };
  const rowsOf = async (db: Database, runId: number) => ({
    parties: await db.read.raw("select number, source from parties order by number"),
    orders: await db.read.raw("select o.number, p.number as customer, o.total_minor, o.placed_at from orders o join parties p on p.id = o.party_id order by o.number"),
    lines: await db.read.raw("select o.number, l.position, l.sku, l.quantity, l.unit_price from order_lines l join orders o on o.id = l.order_id order by o.number, l.position"),
    facts: await db.read.raw("select p.number, m.orders_count, m.spend_minor, m.last_order_at from customer_metrics m join parties p on p.id = m.party_id order by p.number"),
    rejects: await db.read.raw("select line, field, reason, raw from import_rejects where run_id = ? order by line", [runId]),
    run: await db.read.raw("select state, cursor, read, accepted, rejected, report from import_runs where id = ?", [runId]),
  });

  it("goes on after its last chunk and ends with the rows of one that was not", async () => {
    const path = file(text());
    const whole = await testDatabase();
    const wholeRun = await begin(whole, "orders", path, { createsCustomers: true });
    await runToEnd(whole, () => at().now, wholeRun, path);
    const expected = await rowsOf(whole, wholeRun);

    const db = await testDatabase();
    const runId = await begin(db, "orders", path, { createsCustomers: true });
    for (let kill = 0; kill < 20; kill++) {
      const broken = brokenAfter(db, kill % 2, kill * 61);
      const reader = new RunReader(broken, await getRun(db.read, runId), path);
      try {
        for (let chunk = 0; chunk < 2 && (await getRun(db.read, runId)).state === "running"; chunk++) await importStep(broken, at(), reader);
      } catch (error) {
        expect((error as Error).message).toBe("killed");
      }
      if ((await getRun(db.read, runId)).state === "finished") break;
    }
    await runToEnd(db, () => at().now, runId, path).catch(() => undefined);
    expect(await rowsOf(db, runId)).toEqual(expected);
  });

  // Mutant: take `eq(importRuns.cursor, reader.cursor)` out of importStep, and the second process writes the rejects again.
  it("is carried on by one of two processes at a time", async () => {
    const path = file(text());
    const db = await testDatabase();
    const runId = await begin(db, "orders", path, { createsCustomers: true });
    const run = await getRun(db.read, runId);
    const steps = await Promise.all([1, 2, 3].map(() => importStep(db, at(), new RunReader(db, run, path))));
    expect(steps.toSorted()).toEqual(["lost", "lost", "moved"]);
  });
});

/** A database whose transaction dies after so many statements: nothing of it is kept, as after a kill. */
function brokenAfter(db: Database, transactions: number, statements: number): Database {
  let left = transactions;
  return {
    ...db,
    write: (work) =>
      db.write(async (tx) => {
        if (left-- > 0) return work(tx);
        let count = statements;
        const dying = new Proxy(tx, {
          get(target, key) {
            const value = Reflect.get(target, key) as unknown;
            if (["select", "insert", "update", "raw"].includes(String(key)) && count-- <= 0) throw new Error("killed");
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
        const result = await work(dying);
        if (statements % 2) throw new Error("killed");
        return result;
      }),
  };
}

/** Mutant: a worker that comes late to a file that another has finished and taken away marks the finished run as failed. */
it.runIf(hasDatabase())("a run that another worker has finished stays finished, though its file is gone", async () => {
  const db = await testDatabase();
  const path = file("id,email\n1,a@example.com\n");
  const runId = await begin(db, "customers", path);
  await db.write((tx) => tx.update(importRuns).set({ origin: "screen" }).where(eq(importRuns.id, runId)));
  const app = { clock: () => at().now, env: { DATA_DIR: folder } };
  const kept = uploadPath(folder, (await getRun(db.read, runId)).publicId);
  mkdirSync(join(folder, "imports"), { recursive: true });
  copyFileSync(path, kept);
  // The second worker has seen the run as running; before it opens the file, the first one finishes.
  const late = await getRun(db.read, runId);
  const first = { ...app, db };
  for (let i = 0; i < 3; i++) await importDue(first);
  expect((await getRun(db.read, runId)).state).toBe("finished");
  await db.write((tx) => failRun(tx, at(), late.id, "file_gone"));
  expect(await getRun(db.read, runId)).toMatchObject({ state: "finished", error: null });
});

/** Mutant: a customer that was looked up by an attempt which PostgreSQL undid is not there at the next one. */
it.runIf(hasDatabase())("a chunk that PostgreSQL undoes and runs again leaves nothing of its first attempt behind", async (context) => {
  const db = await testDatabase();
  context.skip(db.dialect === "sqlite", "SQLite has no deadlocks");
  const path = file("order,customer,date,sku,product,quantity,price\nA1,17,2026-01-02,PEN,Pen,2,1.50\nA2,17,2026-01-03,PEN,Pen,1,1.50\n");
  const runId = await begin(db, "orders", path, { createsCustomers: true });
  let attempts = 0;
  const disturbed: Database = {
    ...db,
    write: (work) =>
      db.write(async (tx) => {
        const result = await work(tx);
        attempts += 1;
        if (attempts === 1) await tx.raw("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$");
        return result;
      }),
  };
  expect(await runToEnd(disturbed, () => at().now, runId, path)).toMatchObject({ state: "finished", accepted: 2, report: { customers: 1, orders: 2 } });
  expect(attempts).toBeGreaterThan(2);
});
