/** What the page of a customer says of their worth: figures and history, or why there are none. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { repairFacts } from "../../app/domain/customers/repair.server";
import { deriveAll } from "../../app/domain/orders/derive.server";
import { recountOrders } from "../../app/domain/orders/recount.server";
import { buyers, DAY, type Bought } from "../support/buyers";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { signIn } from "../support/sign-in";

const now = Date.now();
let app: TestApp;
let cookie: string;
let people: Bought[];

beforeAll(async () => {
  app = await testApp();
  people = await buyers(app.db, 150, now - DAY);
  await app.db.write((tx) => createStaffUser(tx, at(now), { email: "mara@example.com", name: "Mara", role: "marketer", password: "correct horse battery", locale: "en" } as never));
  cookie = await signIn(app, "mara@example.com");
});
afterAll(() => app.close());

const derive = (asOf: number) => deriveAll({ db: app.db, clock: () => asOf });

/** The section on value of a customer's page, as somebody reads it. */
async function panel(partyId: number, locale = "en"): Promise<string> {
  const html = await (await app.request(`/staff/customers/p-${partyId}`, { cookie: `${cookie}; lang=${locale}` })).text();
  const section = html.split(/<section/).find((part) => />(Value|Wartość|Vrednost)</.test(part)) ?? "";
  return section.split("</section>")[0]!.replace(/<!--.*?-->/g, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

const loyal = () => people.toSorted((a, b) => b.orders.length - a.orders.length)[0]!;

test("nothing is said before the first reckoning, nor of somebody without orders", async () => {
  expect(await panel(loyal().partyId)).toContain("Not reckoned yet. It is done once a day.");
  await app.db.write((tx) =>
    tx.raw("INSERT INTO parties (id, public_id, kind, is_customer, is_supplier, name, search_text, lifecycle_stage, tier, locale, time_zone, source, created_at, updated_at) SELECT 2, 'p-2', kind, is_customer, is_supplier, name, search_text, lifecycle_stage, tier, locale, time_zone, source, created_at, updated_at FROM parties WHERE id = 1"),
  );
  await app.db.write((tx) => tx.raw("INSERT INTO customer_metrics (party_id) VALUES (2)"));
  await derive(now - 60 * DAY);
  expect(await panel(2)).toContain("There is nothing to reckon yet: no orders.");
});

test("figures, the segment since when, and the value over time", async () => {
  await derive(now);
  const [changed] = await app.db.read.raw<{ id: number }>("SELECT min(party_id) AS id FROM (SELECT party_id FROM worth_days GROUP BY party_id HAVING count(value_minor) = 2) g");
  const partyId = Number(changed!.id);
  const text = await panel(partyId);
  expect(text).toMatch(/Value over 12 months €[\d,.]+ Expected orders, 12 months [\d.]+ Chance of still being a customer \d+%/);
  expect(text).toMatch(/RFM segment \S.* Recency [1-5] of 5 Frequency [1-5] of 5 Spending [1-5] of 5/);
  expect(text).toMatch(/Value over time From €[\d,.]+ on .+ to €[\d,.]+ on /);
  expect(text).toMatch(/As of .*, from \d+ customers with orders\./);
  expect(await panel(partyId, "pl")).toContain("Szansa, że nadal jest klientem");
});

test("where the models cannot be relied upon, the page says why, and shows the scores alone", async () => {
  await app.db.write((tx) => tx.raw("UPDATE orders SET status = 'cancelled', cancelled_at = placed_at WHERE party_id > ?", [people[60]!.partyId]));
  await repairFacts({ db: app.db, clock: () => now }, [recountOrders]);
  await derive(now + DAY);
  const text = await panel(people[0]!.partyId);
  expect(text).toContain("Too few customers have bought so far: below 100 a forecast would follow chance more than customers.");
  expect(text).toMatch(/RFM segment \S/);
  expect(text).not.toContain("Value over 12 months");
});
