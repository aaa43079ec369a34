import { describe, expect, it } from "vitest";

import { segmentFields as customerFields } from "../../app/domain/customers/segment-fields";
import { segmentFields as orderFields } from "../../app/domain/orders/segment-fields";
import { deriveAll } from "../../app/domain/orders/derive.server";
import { verifyMetrics } from "../../app/shell/metrics";
import { mailWords } from "../../app/i18n/mail.server";

import { seedDemo } from "../../drizzle/seed/seed.server";
import { aCustomer, at } from "../support/factories";
import { databaseDialect } from "../../app/env.server";
import { hasDatabase, TEST_SECRET, testDatabase } from "../support/database";
import type { Database } from "../../app/db/types";

const app = (db: Database) => ({ db, env: { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] }, fields: [...customerFields, ...orderFields], words: mailWords("http://127.0.0.1:3000") });

const facts = async (db: Database) => ({
  people: await db.read.raw("select number, name, locale, country, lifecycle_stage from parties order by number"),
  orders: await db.read.raw("select number, status, total_minor, placed_at, shipped_at, delivered_at from orders order by number"),
  lines: await db.read.raw("select sku, quantity, unit_price from order_lines order by order_id, position"),
  consents: await db.read.raw("select party_id, topic_id, state, at from consents order by id"),
  cases: await db.read.raw("select number, status, decision, received_at, answered_at from cases order by number"),
  mails: await db.read.raw("select address, class, state, accepted_at, campaign_id from deliveries order by id"),
  photos: await db.read.raw("select filename, size, sha256, created_at, case_id from attachments order by id"),
  clicks: await db.read.raw("select party_id, kind, at from events where kind in ('mail_opened', 'mail_clicked') order by party_id, at, kind"),
});

describe.runIf(hasDatabase())("the demo company", () => {
  // What is drawn does not depend on the database.
  it.runIf(databaseDialect() === "sqlite")("is the same for the same seed and day, another for another seed, and lies before that day", async () => {
    const options = { day: "2026-05-04", customers: 30 };
    const [one, same, other] = [await testDatabase(), await testDatabase(), await testDatabase()];
    expect(await seedDemo(app(one), options)).toMatchObject({ ok: true, customers: 30 });
    await seedDemo(app(same), options);
    expect(await facts(same)).toEqual(await facts(one));
    await seedDemo(app(other), { ...options, seed: "another" });
    expect(await facts(other)).not.toEqual(await facts(one));
    const [late] = await one.read.raw<{ n: number }>("select count(*) as n from events where at > ?", [Date.UTC(2026, 4, 4)]);
    expect(Number(late!.n)).toBe(0);
  });

  it("has orders on their way, orders delivered, invoices with gapless numbers, and customers' facts that add up", async () => {
    const db = await testDatabase();
    await seedDemo(app(db), { day: "2026-12-10", customers: 130 });
    const statuses = (await db.read.raw<{ status: string }>("select distinct status from orders")).map((row) => row.status);
    expect(statuses).toEqual(expect.arrayContaining(["placed", "in_production", "shipped", "delivered", "cancelled"]));
    const [spend] = await db.read.raw<{ facts: number; orders: number }>(
      `select (select sum(spend_minor) from customer_metrics) as facts,
              (select sum(total_minor) from orders where status <> 'cancelled') as orders`,
    );
    expect(Number(spend!.facts)).toBe(Number(spend!.orders));
    await deriveAll({ db, clock: () => Date.UTC(2026, 11, 10) });
    expect((await verifyMetrics(db.read)).differences).toEqual([]);
    const numbers = (await db.read.raw<{ number: string }>("select number from invoices order by issued_at, id")).map((row) => row.number);
    const ofOneYear = numbers.filter((number) => number.startsWith("2026/"));
    expect(ofOneYear).toEqual(ofOneYear.map((_, i) => `2026/${String(i + 1).padStart(6, "0")}`));
  });

  it("is refused where there is data already", async () => {
    const db = await testDatabase();
    await db.write((tx) => aCustomer(tx, at()));
    expect(await seedDemo(app(db), { day: "2026-05-04" })).toEqual({ ok: false, reason: "not_empty" });
  });
});
