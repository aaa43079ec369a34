/**
 * Each form of a customer, before scripts: what cannot be taken is said at its field, in the reader's language, and
 * what was typed stands there still.
 */
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { LOCALES, type Locale } from "../../app/i18n/locales";
import { translator } from "../../app/i18n/messages.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, aMug, anOrder, aStockProduct, at } from "../support/factories";
import { cookiesAfter, signIn } from "../support/sign-in";

let app: TestApp;
let cookie: string;
let line: string;
let question: string;
let codeCookie: string;

beforeAll(async () => {
  app = await testApp();
  const now = Date.now();
  const { partyId, email } = await app.db.write(async (tx) => {
    const one = await aCustomer(tx, at(now), { locale: "en", givenName: "Anna" });
    const { sku } = await aStockProduct(tx, at(now));
    await aMug(tx, at(now));
    await anOrder(tx, at(now), one.partyId, { lines: [{ sku, quantity: 2 }] });
    return one;
  });
  const [row] = await app.db.read.raw<{ public_id: string }>("SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ?", [partyId]);
  line = row!.public_id;
  cookie = await signIn(app, email);
  const asked = await app.request("/portal/help/ask", { cookie, form: { subject: "Gift", message: "Do you wrap?", submissionKey: v7() } });
  question = asked.headers.get("Location")!.replace(/\?.*/, "");
  codeCookie = cookiesAfter(await app.request("/login/code", { form: { intent: "request", email } }));
  const reason = await app.request(`/portal/help/new/${line}/reason`, { cookie, form: { intent: "next", reason: "damaged", quantity: "1" } });
  expect(reason.status).toBe(303);
  await app.request(`/portal/help/new/${line}/story`, { cookie, form: { intent: "next", description: "It broke." } });
});
afterAll(() => app.close());

const address = { line1: "Lipowa 5", line2: "", postcode: "00-001", city: "Warszawa", country: "PL" };
const contact = { intent: "contact", givenName: "Anna", familyName: "Lis", phone: "", locale: "pl", ...address };
const key = v7();

type Case = [what: string, path: () => string, form: Record<string, string>, field: string, error: string, kept?: string, who?: "visitor" | "asked"];
const CASES: Case[] = [
  ["signing in", () => "/login", { email: "anna at home", password: "some words here" }, "email", "email", "anna at home", "visitor"],
  ["signing in without a password", () => "/login", { email: "kept@example.com", password: "" }, "password", "required", "kept@example.com", "visitor"],
  ["asking for a code", () => "/login/code", { intent: "request", email: "anna at home" }, "email", "email", "anna at home", "visitor"],
  ["typing a code", () => "/login/code", { intent: "code", code: "12ab" }, "code", "code", "12ab", "asked"],
  ["typing a wrong code", () => "/login/code", { intent: "code", code: "000001" }, "code", "code_wrong", "000001", "asked"],
  ["asking for a new password", () => "/forgot", { email: "anna at home" }, "email", "email", "anna at home", "visitor"],
  ["a telephone number", () => "/portal/account", { ...contact, phone: "12" }, "phone", "phone", "12"],
  ["half an address", () => "/portal/account", { ...contact, postcode: "" }, "postcode", "required", "Lipowa 5"],
  ["no name at all", () => "/portal/account", { ...contact, givenName: " ", familyName: "" }, "givenName", "required", "Lipowa 5"],
  ["a new e-mail address", () => "/portal/account", { intent: "email", email: "anna at home" }, "email", "email", "anna at home"],
  ["a short password", () => "/portal/account", { intent: "password", currentPassword: "", password: "short" }, "password", "password_short"],
  ["a question without a subject", () => "/portal/help/ask", { subject: "", message: "Still typed here", submissionKey: key }, "subject", "required", "Still typed here"],
  ["a question without words", () => "/portal/help/ask", { subject: "Still a subject", message: "  ", submissionKey: key }, "message", "required", "Still a subject"],
  ["an empty message", () => question, { message: " ", submissionKey: key }, "message", "required"],
  ["more pieces than were bought", () => `/portal/help/new/${line}/reason`, { intent: "next", reason: "late", quantity: "3" }, "quantity", "too_big", "3"],
  ["no story", () => `/portal/help/new/${line}/story`, { intent: "next", description: "", noticedOn: "" }, "description", "required"],
  ["a day that has not come", () => `/portal/help/new/${line}/story`, { intent: "next", description: "Typed with care", noticedOn: "2099-01-01" }, "noticedOn", "future", "Typed with care"],
  ["an order to nowhere", () => "/portal/orders/new?sku=PEN-1", { ...address, city: "", "q.0": "7", submissionKey: key, seen: "" }, "city", "required", "Lipowa 5"],
  ["half a piece", () => "/portal/orders/new?sku=PEN-1", { ...address, "q.0": "1.5", submissionKey: key, seen: "x" }, "q.0", "order_quantity", "Lipowa 5"],
];

/** The words that the control of this name is described by. */
function saidAt(html: string, field: string): string {
  const control = [...html.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)].map(([tag]) => tag).find((tag) => tag.includes(`name="${field}"`) && !tag.includes('type="hidden"'));
  if (!control) return `no control ${field}`;
  if (!control.includes('aria-invalid="true"')) return `${field} is not marked`;
  const ids = /aria-describedby="([^"]*)"/.exec(control)?.[1]?.split(" ") ?? [];
  return ids.map((id) => new RegExp(`<(\\w+)[^>]*\\bid="${id}"[^>]*>(.*?)</\\1>`, "s").exec(html)?.[2] ?? "").join(" ").replace(/<[^>]+>/g, "");
}

const plain = (html: string) => html.replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

describe.each(LOCALES)("in %s", (locale: Locale) => {
  // Mutant: `refuse` without the submission's payload loses what was typed; a Field without `of` says nothing at all.
  it.each(CASES)("%s", async (_what, path, form, field, error, kept, who) => {
    const jar = who === "visitor" ? "" : who === "asked" ? codeCookie : cookie;
    const answer = await app.request(path(), { cookie: `${jar}; lang=${locale}`, form });
    expect([path(), answer.status]).toEqual([path(), 400]);
    const html = plain(await answer.text());
    expect(saidAt(html, field)).toContain(translator(locale, "errors")(error as "email"));
    if (kept) expect(html.includes(`value="${kept}"`) || html.includes(`>${kept}</textarea>`), `${kept} stands there`).toBe(true);
    expect(html).toContain(`<html lang="${locale}"`);
  });
});

describe("a choice that is not made", () => {
  it.each(["reason", "remedy"] as const)("of the %s is asked for at the question", async (step) => {
    const answer = await app.request(`/portal/help/new/${line}/${step}`, { cookie: `${cookie}; lang=pl`, form: { intent: "next" } });
    expect(answer.status).toBe(400);
    const html = plain(await answer.text());
    const id = /<fieldset[^>]*aria-describedby="([^" ]*)/.exec(html)?.[1];
    expect(new RegExp(`<(\\w+) id="${id}"[^>]*>(.*?)</\\1>`, "s").exec(html)?.[2]?.replace(/<[^>]+>/g, "")).toBe(translator("pl", "errors")("choose"));
  });
});

it("keeps the numbers of pieces that were typed, where the address is at fault", async () => {
  const answer = await app.request("/portal/orders/new?sku=PEN-1", { cookie, form: { ...address, city: "", "q.0": "7", submissionKey: key, seen: "" } });
  expect(await answer.text()).toMatch(/name="q\.0"[^>]*value="7"|value="7"[^>]*name="q\.0"/);
});

it("takes back a telephone number and an address that are left empty", async () => {
  const save = (form: Record<string, string>) => app.request("/portal/account", { cookie, form: { ...contact, ...form } });
  expect((await save({ phone: "+48 602 345 678" })).status).toBe(303);
  const shown = async () => (await app.request("/portal/account", { cookie: `${cookie}; lang=en` })).text();
  expect(await shown()).toContain("+48 602 345 678");
  await save({ phone: "", line1: "", postcode: "", city: "" });
  expect(await shown()).not.toMatch(/\+48 602 345 678|Lipowa 5/);
});
