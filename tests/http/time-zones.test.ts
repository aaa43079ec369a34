/**
 * Whose clock a page goes by: a customer's own, and the company's for everybody else. Terms of law are calendar days at
 * the company's seat, wherever they are read.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fileComplaint } from "../../app/domain/cases/filing.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { changeProfile } from "../../app/domain/customers/customers.server";
import { renderDelivery } from "../../app/domain/deliveries/compose.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { mailWords } from "../../app/i18n/mail.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, anOrder, aStockProduct, at } from "../support/factories";
import { signIn } from "../support/sign-in";

/** 23:30 in Warsaw, 07:30 of the next day in Tokyo, 18:30 in São Paulo. The answer is due on Monday, 19 October. */
const FILED = Date.parse("2026-10-05T21:30:00Z");

let app: TestApp;
const readers: Record<string, { cookie: string; order: string; case: string; number: string }> = {};
let staff: string;

async function someoneIn(timeZone: string) {
  const made = await app.db.write(async (tx) => {
    const by = at(FILED);
    const one = await aCustomer(tx, by, { locale: "en" });
    await changeProfile(tx, by, one.partyId, { givenName: "Ida", familyName: "Zone", locale: "en", timeZone });
    const { sku } = await aStockProduct(tx, by, `PEN-${timeZone.replace(/\W/g, "-").toUpperCase()}`);
    await anOrder(tx, by, one.partyId, { lines: [{ sku, quantity: 1 }] });
    const [line] = await tx.raw<{ order_id: string; line_id: string }>(
      "SELECT o.public_id AS order_id, l.public_id AS line_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ?",
      [one.partyId],
    );
    // By the customer's own hand: of what a seed writes nobody is told.
    const filed = await fileComplaint(tx, { actor: { kind: "system", name: "public" }, now: FILED }, {
      partyId: one.partyId, orderLinePublicId: line!.line_id, reason: "damaged", quantity: 1, description: "It cracked.", wantedRemedy: "refund",
      submissionKey: `01900000-0000-7000-8000-${String(one.partyId).padStart(12, "0")}`, locale: "en",
    });
    if (!filed.ok) throw new Error(filed.reason);
    return { ...one, order: line!.order_id, case: filed.publicId, number: filed.number };
  });
  return { cookie: `${await signIn(app, made.email)}; lang=en`, order: made.order, case: made.case, number: made.number };
}

beforeAll(async () => {
  app = await testApp({}, FILED + 60_000);
  for (const zone of ["Asia/Tokyo", "Europe/Warsaw", "America/Sao_Paulo"]) readers[zone] = await someoneIn(zone);
  const passwordHash = await hashPassword("a clock in every room");
  await app.db.write((tx) => createStaffUser(tx, at(FILED), { email: "support@zones.example.com", name: "Sam", role: "support", locale: "en", passwordHash }));
  staff = `${await signIn(app, "support@zones.example.com")}; lang=en`;
});
afterAll(() => app.close());

const page = async (path: string, cookie = "lang=en") => (await app.request(path, { cookie })).text();

describe("the portal", () => {
  // Mutant: timeZoneOf without the party's zone shows Warsaw's hour to all three.
  it.each([
    ["Asia/Tokyo", "6 Oct 2026, 06:30"],
    ["Europe/Warsaw", "5 Oct 2026, 23:30"],
    ["America/Sao_Paulo", "5 Oct 2026, 18:30"],
  ])("tells a customer in %s that it happened on %s", async (zone, when) => {
    const reader = readers[zone]!;
    expect(await page(`/portal/orders/${reader.order}`, reader.cookie)).toContain(when);
    expect(await page(`/portal/help/${reader.case}`, reader.cookie)).toContain(when);
  });

  // Mutant: DateTime in the place of LegalDay, or the reader's zone in DueChip, shows the 20th in Tokyo.
  it.each([
    ["Asia/Tokyo", "By your clock that is 20 Oct 2026, 07:00 GMT+9."],
    ["Europe/Warsaw", null],
    ["America/Sao_Paulo", "By your clock that is 19 Oct 2026, 19:00 GMT-3."],
  ])("keeps the last day of the term as the law has it, for %s too", async (zone, abroad) => {
    const reader = readers[zone]!;
    const text = await page(`/portal/help/${reader.case}?filed=1`, reader.cookie);
    const shown = text.replace(/<[^>]+>/g, "");
    expect(shown).toContain("Answer by 19 Oct 2026");
    expect(shown).toContain("19 October 2026 at the latest");
    expect(shown).toContain("14 calendar days by Polish law");
    expect(shown).not.toMatch(/(18|20) Oct 2026(?!, )|(18|20) October/);
    if (abroad) expect(shown).toContain(abroad);
    else expect(shown).not.toContain("By your clock");
  });

  it("takes a day that has begun where the customer is, and none that has not", async () => {
    const { cookie, order } = readers["Asia/Tokyo"]!;
    const [line] = await app.db.read.raw<{ public_id: string }>("SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.public_id = ?", [order]);
    const story = `/portal/help/new/${line!.public_id}/story`;
    await app.request(`/portal/help/new/${line!.public_id}/reason`, { cookie, form: { intent: "next", reason: "late", quantity: "1" } });
    const on = async (noticedOn: string) => (await app.request(story, { cookie, form: { intent: "next", description: "Late.", noticedOn } })).status;
    expect([await on("2026-10-06"), await on("2026-10-07")]).toEqual([303, 400]);
  });
});

describe("elsewhere", () => {
  it("staff read the company's time", async () => {
    const { order } = readers["Asia/Tokyo"]!;
    expect(await page(`/staff/orders/${order}`, staff)).toContain("5 Oct 2026, 23:30");
  });

  // Mutant: company.timeZone for everybody in renderSystemMail says 23:30 CEST to all three.
  it.each([
    ["Asia/Tokyo", "6 Oct 2026, 06:30 GMT+9"],
    ["Europe/Warsaw", "5 Oct 2026, 23:30 CEST"],
    ["America/Sao_Paulo", "5 Oct 2026, 18:30 GMT-3"],
  ])("a mail to %s says %s, and the day of the answer by the law", async (zone, when) => {
    const rows = await app.db.read.select().from(deliveries);
    const row = rows.find((one) => one.notice?.template === "complaint_received" && one.notice.values.number === readers[zone]!.number)!;
    const { text } = await renderDelivery({ db: app.db, clock: Date.now, words: mailWords(app.env.APP_URL), env: app.env }, row, "copy");
    expect(text).toContain(when);
    expect(text).toContain("19 October 2026");
  });
});
