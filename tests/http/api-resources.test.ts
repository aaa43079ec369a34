/**
 * Every resource of the API once round: made, read, listed, changed by the commands of the screens; every operation of the
 * document is asked for, and every answer is of the form that the document promises (tests/support/api.ts).
 *
 * Mutants: api-… in tests/mutants.mjs.
 */
import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { addNote } from "../../app/domain/cases/messages.server";
import { createCustomField } from "../../app/domain/customers/custom-fields.server";
import { createList } from "../../app/domain/segments/lists.server";
import { cases } from "../../app/domain/cases/schema";
import { aClient, type Answered, type Client } from "../support/api";
import { testApp, type TestApp } from "../support/app";
import { aCampaign, aMailing, at, aTopic } from "../support/factories";
import { fingerprint } from "../support/fingerprint";
import { aCustomerWithEverything, aProduct, type Things } from "../support/scene";

const NOTE = "between-staff-only";
const NOBODY = "0190a0a0-0000-7000-8000-000000000000";
const answers: string[] = [];
let app: TestApp;
let client: Client;
let ana: Things;
let mailing: string;
/** Who has two notes. */
let noted: string;

beforeAll(async () => {
  app = await testApp({ API_REQUESTS_PER_MINUTE: "100000" });
  ana = await aCustomerWithEverything(app, "ana", await aProduct(app));
  mailing = await app.db.write(async (tx) => {
    const by = at(Date.now());
    const admin = await createStaffUser(tx, by, { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" });
    const actor = { kind: "staff", id: admin.ok ? admin.id : 0, role: "administrator", name: "Admin", locale: "en" } as const;
    for (const { id } of await tx.select({ id: cases.id }).from(cases)) await addNote(tx, { ...by, actor }, { caseId: id, message: NOTE, submissionKey: "note" });
    const made = await aMailing(tx, by);
    await aCampaign(tx, by, { topicId: await aTopic(tx, by), mailingId: made.mailingId });
    return made.publicId;
  });
  client = await aClient(app);
  const { ask } = client;
  client.ask = async (...request) => {
    const answer = await askAgain(ask, request);
    answers.push(answer.text);
    return answer;
  };
});
afterAll(() => app?.close());

/** Writes that were sent a second time with their key: as a program does that heard no answer. */
const repeated = new Set<string>();

/**
 * The first of each kind of write that is carried out goes twice: the second time the same words come back, and nothing is
 * written in any table.
 */
async function askAgain(ask: Client["ask"], [method, path, body, headers]: Parameters<Client["ask"]>): Promise<Answered> {
  const operation = `${method} ${templateOf(path)}`;
  if (method === "GET" || headers || repeated.has(operation)) return ask(method, path, body, headers);
  const key = { "Idempotency-Key": `again-${operation.replace(/[^\w]/g, "-")}` };
  const first = await ask(method, path, body, key);
  if (first.status >= 300) return first;
  const before = await fingerprint(app, ["api_tokens", "rate_limits"]);
  const again = await ask(method, path, body, key);
  expect([operation, again.status, again.text, again.headers.get("location"), again.headers.get("idempotent-replayed")]).toEqual([operation, first.status, first.text, first.headers.get("location"), "true"]);
  expect([operation, await fingerprint(app, ["api_tokens", "rate_limits"])]).toEqual([operation, before]);
  repeated.add(operation);
  return first;
}

const templateOf = (path: string) => Object.keys(client.document.paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, "[^/]+")}$`).test(path.replace(/\?.*/, "")));

const wrong = async (method: string, path: string, body: unknown) => {
  const { status, body: said } = await client.ask(method, path, body);
  return [status, said.errors?.[0]?.pointer, said.errors?.[0]?.code];
};
const at0 = "2026-05-01T10:00:00Z";

test("parties", async () => {
  const { body } = await client.ask("POST", "/parties", { kind: "company", company_name: "Tiskara d.o.o.", country: "RS", is_supplier: true, postal_address: { line1: "Ulica 1", postcode: "11000", city: "Beograd", country: "RS" } });
  await client.ask("PATCH", `/parties/${body.id}`, { phone: "+381 11 123456" });
  expect((await client.ask("GET", `/parties/${body.id}`)).body).toMatchObject({ name: "Tiskara d.o.o.", is_supplier: true, phone: "+381 11 123456", postal_address: { city: "Beograd" } });
  expect((await client.ask("GET", `/parties?email=${ana.email.toUpperCase()}`)).body.data.map(({ id }) => id)).toEqual([ana.party]);
});

test("tags, own fields and notes of a party", async () => {
  await app.db.write((tx) => createCustomField(tx, at(), { key: "size", type: "number", words: {} }));
  await app.db.write((tx) => createCustomField(tx, at(), { key: "member", type: "yes_no", words: {} }));
  const { body } = await client.ask("POST", "/parties", { kind: "person", given_name: "Ivo", tags: ["VIP", "fair"], fields: { size: 42.5, member: true } });
  expect(body).toMatchObject({ tags: ["fair", "VIP"], fields: { size: 42.5, member: true } });
  expect((await client.ask("PATCH", `/parties/${body.id}`, { tags: ["Vip"], fields: { size: null } })).body).toMatchObject({ given_name: "Ivo", tags: ["VIP"], fields: { member: true } });
  expect(await wrong("PATCH", `/parties/${body.id}`, { fields: { size: "much" } })).toEqual([422, "/fields/size", "not_a_value"]);
  expect(await wrong("PATCH", `/parties/${body.id}`, { fields: { shoe: 1 } })).toEqual([422, "/fields/shoe", "unknown_field"]);
  expect((await client.ask("POST", `/parties/${body.id}/notes`, { body: "Prefers tea" })).body).toMatchObject({ body: "Prefers tea", source: "api" });
  await client.ask("POST", `/parties/${body.id}/notes`, { body: "And honey" });
  expect((await client.ask("GET", `/parties/${body.id}/notes`)).body.data).toMatchObject([{ body: "Prefers tea" }, { body: "And honey" }]);
  noted = body.id;
  expect((await client.ask("GET", `/parties/${NOBODY}/notes`)).status).toBe(404);
  // What staff note is not told to who may read parties only.
  const reader = await aClient(app, ["parties:read", "parties:write"]);
  expect((await reader.ask("GET", `/parties/${body.id}/notes`)).status).toBe(403);
});

test("consents", async () => {
  expect((await client.ask("GET", "/topics")).body.data).toMatchObject([{ key: "offers", is_archived: false, words: { en: { name: "Topic offers" } } }]);
  const said = { party_id: ana.party, topic: "offers", channel: "email", state: "granted", wording_version: "shop-7", at: at0 };
  expect((await client.ask("POST", "/consents", said)).body).toMatchObject({ ...said, at: "2026-05-01T10:00:00.000Z", source: "api" });
  expect((await client.ask("GET", `/consents?party_id=${ana.party}`)).body.data.at(-1)).toMatchObject({ state: "granted" });
  const stands = (channel: string, topic = "offers", who = ana.party) => client.ask("GET", `/parties/${who}/consents/${topic}/${channel}`);
  expect((await stands("email")).body).toMatchObject({ ...said, at: "2026-05-01T10:00:00.000Z" });
  await client.ask("POST", "/consents", { ...said, state: "withdrawn", at: "2026-05-02T10:00:00Z" });
  expect((await stands("email")).body).toMatchObject({ state: "withdrawn" });
  for (const none of [stands("letter"), stands("email", "nothing"), stands("email", "offers", NOBODY), stands("fax"), stands("email", "..%2f")]) expect((await none).status).toBe(404);
  expect(await wrong("POST", "/consents", { ...said, topic: "nothing" })).toEqual([422, "/topic", "unknown"]);
  expect(await wrong("POST", "/consents", { ...said, at: "2999-01-01T00:00:00Z" })).toEqual([422, "/at", "in_future"]);
  expect(await wrong("POST", "/consents", { ...said, party_id: NOBODY })).toEqual([422, "/party_id", "unknown"]);
});

test("products, orders and parcels", async () => {
  const product = { sku: "api-1", words: { en: { name: "Bag" }, pl: { name: "Torba" } }, price: { value: 1999, scale: 2, currency: "EUR" } };
  const { body: bag } = await client.ask("POST", "/products", product);
  expect(bag).toMatchObject({ sku: "API-1", words: { pl: { name: "Torba" } } });
  expect(await wrong("POST", "/products", product)).toEqual([409, "/sku", "sku_taken"]);
  await client.ask("PATCH", `/products/${bag.id}`, { price: { value: 2100, scale: 2 }, is_active: true });
  expect((await client.ask("GET", "/products?sku=Api-1")).body.data[0]).toMatchObject({ price: { value: 2100 } });
  await client.ask("GET", `/products/${bag.id}`);

  const { body: order } = await client.ask("POST", "/orders", { party_id: ana.party, number: "SHOP-77", lines: [{ sku: "api-1", quantity: 2 }], shipping_minor: 500 });
  expect(order).toMatchObject({ number: "SHOP-77", source: "api", total: { minor: 4700, currency: "EUR" } });
  expect(await wrong("POST", "/orders", { party_id: ana.party, lines: [{ sku: "none", quantity: 1 }] })).toEqual([422, "/lines", "unknown_product"]);
  expect(await wrong("POST", "/orders", { party_id: ana.party, number: "SHOP-77", lines: [{ sku: "api-1", quantity: 2 }] })).toEqual([409, "/number", "number_taken"]);
  expect(await wrong("PATCH", `/orders/${order.id}`, { status: "delivered" })).toEqual([409, "/status", "not_now"]);
  await client.ask("PATCH", `/orders/${order.id}`, { status: "in_production" });

  const parcel = { order_id: order.id, carrier: "DPD", tracking_number: "T-1", shipped_at: new Date().toISOString() };
  const { body: shipment } = await client.ask("POST", "/shipments", parcel);
  expect(await wrong("POST", "/shipments", parcel)).toEqual([409, "/tracking_number", "already_there"]);
  expect((await client.ask("GET", `/orders/${order.id}`)).body).toMatchObject({ status: "shipped" });
  const { body: second } = await client.ask("POST", "/shipments", { ...parcel, tracking_number: "T-2" });
  expect(await wrong("PATCH", `/shipments/${shipment.id}`, { delivered_at: at0 })).toEqual([422, "/delivered_at", "delivered_before_shipped"]);
  await client.ask("PATCH", `/shipments/${shipment.id}`, { delivered_at: new Date(Date.now() + 1000).toISOString() });
  await client.ask("PATCH", `/shipments/${second.id}`, { delivered_at: new Date(Date.now() + 1000).toISOString() });
  expect((await client.ask("GET", "/orders?number=SHOP-77&status=delivered")).body.data).toHaveLength(1);
  expect((await client.ask("GET", `/shipments?order_id=${order.id}`)).body.data).toHaveLength(2);
  await client.ask("GET", `/shipments/${shipment.id}`);
});

test("invoices and payments", async () => {
  const { body: invoice } = await client.ask("POST", "/invoices", { number: "F/1", party_id: ana.party, total: { minor: 5000, currency: "EUR" }, issued_at: at0 });
  expect(invoice).toMatchObject({ kind: "invoice", order_id: null, paid: { minor: 0 } });
  expect(await wrong("POST", "/invoices", { number: "F/1", party_id: ana.party, total: { minor: 5000, currency: "EUR" }, issued_at: at0 })).toEqual([409, "/number", "number_taken"]);
  await client.ask("PATCH", `/invoices/${invoice.id}`, { total: { minor: 6000, currency: "EUR" } });
  const { body: payment } = await client.ask("POST", "/payments", { party_id: ana.party, invoice_id: invoice.id, amount: { minor: 2500, currency: "EUR" }, at: at0, number: "BANK-1" });
  await client.ask("POST", "/payments", { party_id: ana.party, amount: { minor: 100, currency: "EUR" }, direction: "out", at: at0, number: "BANK-2" });
  await client.ask("PATCH", `/payments/${payment.id}`, { reference: "F/1" });
  expect((await client.ask("GET", "/payments?number=BANK-1")).body.data[0]).toMatchObject({ reference: "F/1", direction: "in", method: "transfer" });
  await client.ask("GET", `/payments/${payment.id}`);
  expect((await client.ask("GET", `/invoices/${invoice.id}`)).body).toMatchObject({ total: { minor: 6000 }, paid: { minor: 2500, currency: "EUR" } });
  expect((await client.ask("GET", `/invoices?party_id=${ana.party}`)).body.data.length).toBeGreaterThan(0);
  expect(await wrong("POST", "/payments", { party_id: ana.party, invoice_id: NOBODY, amount: { minor: 1, currency: "EUR" }, at: at0 })).toEqual([422, "/invoice_id", "unknown"]);
});

test("segments and campaigns", async () => {
  const rules = { match: "all", rules: [{ field: "orders_count", op: "gte", value: 1 }] };
  await client.ask("POST", "/segments", { name: "Everybody", rules: { match: "all", rules: [] } });
  const { body: segment } = await client.ask("POST", "/segments", { name: "Buyers", rules });
  expect(segment).toMatchObject({ name: "Buyers", version: 1 });
  expect(await wrong("POST", "/segments", { name: "Bad", rules: { match: "all", rules: [{ field: "nothing", op: "is" }] } })).toEqual([422, "/rules/rules/0", "unknown_field"]);
  await client.ask("PATCH", `/segments/${segment.id}`, { name: "Who bought" });
  expect((await client.ask("GET", `/segments/${segment.id}/count`)).body).toMatchObject({ count: 1 });
  expect((await client.ask("GET", `/segments/${segment.id}/members`)).body.data).toEqual([{ party_id: ana.party }]);
  const { body: campaign } = await client.ask("POST", "/campaigns", { name: "Spring", segment_id: segment.id, mailing_id: mailing, topic: "offers" });
  expect((await client.ask("PATCH", `/campaigns/${campaign.id}`, { goal: "20 orders" })).body).toMatchObject({ status: "draft", goal: "20 orders", segment_id: segment.id, mailing_id: mailing, topic: "offers" });
  expect((await client.ask("GET", "/campaigns")).body.data.length).toBeGreaterThan(1);
  await client.ask("GET", `/campaigns/${campaign.id}`);
  expect((await client.ask("PATCH", `/segments/${segment.id}`, { is_archived: true })).status).toBeLessThan(410);
  const list = await app.db.write((tx) => createList(tx, at(), { name: "Chosen", partyIds: [] }));
  const members = `/segments/${list.publicId}/members`;
  expect((await client.ask("PATCH", members, { add: [ana.party] })).body).toEqual({ added: 1, removed: 0 });
  expect((await client.ask("GET", members)).body.data).toEqual([{ party_id: ana.party }]);
  expect((await client.ask("PATCH", members, { add: [ana.party], remove: [ana.party] })).body).toEqual({ added: 0, removed: 1 });
  expect(await wrong("PATCH", members, { add: [NOBODY] })).toEqual([422, "/add/0", "unknown"]);
  expect(await wrong("PATCH", `/segments/${segment.id}/members`, { add: [ana.party] })).toEqual([409, "", "no_list"]);
  await client.ask("GET", "/segments");
  await client.ask("GET", `/segments/${segment.id}`);
});

test("cases and mails, without what staff note among themselves", async () => {
  const { body: question } = await client.ask("POST", "/cases", { type: "question", party_id: ana.party, subject: "Hours", message: "When are you open?" });
  expect(question).toMatchObject({ status: "new", messages: [{ direction: "in", body: "When are you open?" }] });
  expect((await client.ask("PATCH", `/cases/${question.id}`, { status: "open" })).body).toMatchObject({ status: "open" });
  expect((await client.ask("PATCH", `/cases/${question.id}`, { status: "closed" })).body).toMatchObject({ status: "closed" });
  expect(await wrong("PATCH", `/cases/${question.id}`, { status: "closed" })).toEqual([409, "/status", "closed"]);
  expect((await client.ask("PATCH", `/cases/${question.id}`, { status: "open" })).body).toMatchObject({ status: "open" });
  const reply = [`/cases/${question.id}/replies`, { message: "Until six." }] as const;
  expect((await client.ask("POST", ...reply)).body).toMatchObject({ status: "answered", messages: [{ direction: "in" }, { direction: "out", body: "Until six." }] });
  expect(await wrong("POST", `/cases/${question.id}/decision`, { decision: "accepted", message: "Yes" })).toEqual([422, "/granted_remedy", "custom"]);
  const complaint = (await client.ask("GET", `/cases?party_id=${ana.party}`)).body.data.find(({ type, decision }) => type === "complaint" && decision === null)!;
  const decided = await client.ask("POST", `/cases/${complaint.id}/decision`, { decision: "accepted", granted_remedy: "refund", message: "We pay it back." });
  expect(decided.body).toMatchObject({ decision: "accepted", status: "answered" });
  expect(decided.text).toContain("We pay it back.");
  const [mailed] = await app.db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE subject_type = 'case'");
  expect(Number(mailed!.n)).toBeGreaterThan(1);
  const mayRead = await aClient(app, ["cases:read"]);
  expect((await mayRead.ask("POST", ...reply)).status).toBe(403);
  expect(await wrong("POST", "/cases", { type: "complaint", party_id: ana.party, order_line_id: NOBODY, reason: "late", wanted_remedy: "refund", message: "x" })).toEqual([422, "/order_line_id", "unknown_line"]);
  expect((await client.ask("GET", `/cases?party_id=${ana.party}`)).body.data.length).toBeGreaterThan(1);
  await client.ask("GET", `/cases/${question.id}`);
  const { body: mails } = await client.ask("GET", `/deliveries?party_id=${ana.party}`);
  expect(mails.data.length).toBeGreaterThan(0);
  await client.ask("GET", `/deliveries/${mails.data[0]?.id}`);
  const since = async (instant: number) => (await client.ask("GET", `/deliveries?updated_since=${new Date(instant).toISOString()}`)).body.data.map(({ id }) => id);
  expect(await since(Date.now() + 3_600_000)).toEqual([]);
  await app.db.write((tx) => tx.raw("UPDATE deliveries SET bounced_at = ? WHERE public_id = ?", [Date.now() + 7_200_000, mails.data[0]!.id]));
  expect(await since(Date.now() + 3_600_000)).toEqual([mails.data[0]!.id]);
  expect(answers.join("")).not.toContain(NOTE);
});

test("every list is read page by page: by cursors that hold for it alone, none missed, none twice", async () => {
  await app.db.write((tx) => aTopic(tx, at(), "second"));
  const places = Object.entries(client.document.paths).filter(([, { get }]) => /Page$/.test(get?.responses["200"]?.content?.["application/json"]?.schema.$ref ?? "")).map(([path]) => path);
  expect(places.length).toBeGreaterThan(10);
  const withTwo = (await client.ask("GET", "/segments?limit=200")).body.data.find(({ name }) => name === "Everybody")!;
  const foreign: string[] = [];
  const paged: string[] = [];
  for (const place of places) {
    const path = place.replace("/parties/{id}", `/parties/${noted}`).replace("/segments/{id}", `/segments/${withTwo.id}`);
    const whole = (await client.ask("GET", `${path}?limit=200`)).body;
    expect([place, whole.next]).toEqual([place, null]);
    const one: unknown[] = [];
    let next: string | null = null;
    do {
      const { status, body }: Answered = await client.ask("GET", `${path}?limit=1${next === null ? "" : `&cursor=${encodeURIComponent(next)}`}`);
      expect([place, status, body.data.length]).toEqual([place, 200, 1]);
      one.push(...body.data);
      next = body.next;
      if (next !== null && foreign.length === paged.length) foreign.push(next);
    } while (next !== null && one.length <= whole.data.length);
    expect([place, one]).toEqual([place, whole.data]);
    if (one.length > 1) paged.push(place);
    if (foreign.length > 1) expect([place, (await client.ask("GET", `${path}?cursor=${encodeURIComponent(foreign.at(-2)!)}`)).status]).toEqual([place, 400]);
  }
  expect(places.filter((place) => !paged.includes(place))).toEqual([]);
});

test("every kind of write was sent twice with one key, and carried out once", () => {
  const writes = Object.entries(client.document.paths).flatMap(([path, methods]) => Object.keys(methods).filter((method) => method !== "get").map((method) => `${method.toUpperCase()} ${path}`));
  expect(writes.filter((one) => !repeated.has(one))).toEqual([]);
  expect(writes).toContain("POST /cases/{id}/decision");
});

test("every operation of the document has been asked for and has answered", () => {
  const told = Object.entries(client.document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(told.filter((one) => !client.asked.has(one))).toEqual([]);
  expect(told.length).toBeGreaterThan(40);
});

test("no answer holds an inner id, a hash, a token or an address of a request", () => {
  const keys = new Set([...answers.join("").matchAll(/"(\w+)":/g)].map(([, key]) => key as string));
  expect([...keys].filter((key) => /hash|token|secret|password|search|remote|lease|_by$|merge|dedupe|submission|visib|intern/i.test(key) || /[a-z]Id$/.test(key))).toEqual([]);
  expect(answers.join("")).not.toMatch(/"(\w+_)?id":\d/);
});
