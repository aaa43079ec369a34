/** What a customer who writes their own requests could try beyond the pages: other people's photos, topics, fields, and haste. */
import { and, eq } from "drizzle-orm";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { customerLogins, staffUsers } from "../../app/domain/accounts/schema";
import { takePhotos } from "../../app/domain/cases/pending-photos.server";
import { attachments, cases, interactions } from "../../app/domain/cases/schema";
import { parties } from "../../app/domain/customers/schema";
import { noteChange } from "../../app/domain/journal/journal.server";
import { orders } from "../../app/domain/orders/schema";
import { shareDesign } from "../../app/domain/products/designs.server";
import { testApp, type TestApp } from "../support/app";
import { aStockProduct, at } from "../support/factories";
import { keysOf, readPayload } from "../support/payload";
import { aCustomerWithEverything, aProduct, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

let app: TestApp;
let ana: Things;
let bea: Things;
let cookie: { ana: string; bea: string; staff: string };

beforeAll(async () => {
  app = await testApp();
  const product = await aProduct(app);
  ana = await aCustomerWithEverything(app, "ana", product);
  bea = await aCustomerWithEverything(app, "bea", product);
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "vera@example.com", name: "Vera", role: "support", locale: "en" }));
  cookie = { ana: await signIn(app, ana.email), bea: await signIn(app, bea.email), staff: await signIn(app, "vera@example.com") };
});
afterAll(() => app?.close());

test("a photo that another customer has sent up comes onto no message of one's own", async () => {
  const [login] = await app.db.read.select().from(customerLogins).where(eq(customerLogins.email, ana.email));
  const owner = { kind: "customer", loginId: login!.id, partyId: ana.partyId, name: "Ana", locale: "en" } as const;
  const sharp = (await import("sharp")).default;
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#123" } }).png().toBuffer();
  const taken = await takePhotos(app.db, { actor: owner, now: Date.now() }, { owner, key: `message:${ana.case}`, partyId: ana.partyId }, [{ name: "hers.png", bytes }]);
  const { publicId } = taken.attachments[0]!;
  const body = new FormData();
  for (const [name, value] of Object.entries({ intent: "reply", message: "Mine now", submissionKey: v7(), attachmentIds: publicId })) body.set(name, value);
  await app.request(`/portal/help/${bea.case}`, { method: "POST", cookie: cookie.bea, body });
  await app.request("/portal/help/drafts", { cookie: cookie.bea, form: { key: `message:${bea.case}`, attachmentIds: publicId } });
  await app.request(`/portal/help/${bea.case}`, { cookie: cookie.bea, form: { intent: "reply", message: "Mine now", submissionKey: v7() } });
  const [photo] = await app.db.read.select().from(attachments).where(eq(attachments.publicId, publicId));
  expect(photo).toMatchObject({ partyId: ana.partyId, caseId: null, interactionId: null });
  expect((await app.request(`/portal/help/photos/${publicId}`, { cookie: cookie.bea })).status).toBe(404);
  expect((await app.request(`/portal/help/photos/${publicId}`, { cookie: cookie.ana })).status).toBe(200);
});

describe("live updates", () => {
  /** What a stream says within a moment in which something of Ana's and of the desk changes. */
  async function hear(query: string, as: string): Promise<{ status: number; text: string }> {
    const stop = new AbortController();
    const response = await app.request(`/events?${query}`, { cookie: as, signal: stop.signal });
    if (response.status !== 200) return { status: response.status, text: await response.text() };
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await app.db.write((tx) => noteChange(tx, at(Date.now()), `party:${ana.partyId}`, `party:${bea.partyId}`, "desk", "case:1"));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stop.abort();
    await reading;
    return { status: response.status, text };
  }

  test("of customers tell their own changes only, whatever they ask for", async () => {
    for (const topic of [`party:${ana.partyId}`, "desk", "case:1", "orders", "*", ""]) expect([topic, (await hear(`as=portal&topic=${topic}`, cookie.bea)).status]).toEqual([topic, 403]);
    const own = await hear(`as=portal&topic=me&topic=party:${ana.partyId}&topic=desk`, cookie.bea);
    expect(own.text).toContain(`party:${bea.partyId}`);
    expect(own.text).not.toMatch(new RegExp(`party:${ana.partyId}\\b|desk|case:`));
  });

  test("of staff need a staff session; a customer's cookie counts for nothing there", async () => {
    expect((await hear("as=staff&topic=desk", cookie.bea)).status).toBe(204);
    expect((await hear("as=staff&topic=desk", "")).status).toBe(204);
    expect((await hear("as=portal&topic=me", cookie.staff)).status).toBe(204);
    expect((await hear("as=staff&topic=desk", cookie.staff)).text).toContain("desk");
    expect((await hear("as=staff&topic=campaigns", cookie.staff)).status).toBe(403);
  });
});

test("a shared design says what it is, and nothing of whose", async () => {
  const shared = await app.db.write((tx) => shareDesign(tx, at(Date.now()), { partyId: ana.partyId, publicId: ana.design }));
  if (!shared.ok) throw new Error(shared.reason);
  const told = await (await app.request(`/d/${shared.shareToken}.data?_routes=${encodeURIComponent("routes/public/shared-design")}`)).text();
  expect(told).not.toMatch(/ofana|of\.the\.test|Mug of/);
  const keys = keysOf((readPayload(told) as Record<string, { data: unknown }>)["routes/public/shared-design"]!.data);
  expect(keys.filter((key) => /^look/.test(key) === false)).toEqual(["artwork", "choices", "choices[].label", "choices[].value", "makeOwn", "price", "price.amount", "price.currency", "price.scale", "product"]);
  for (const token of [`${shared.shareToken.slice(0, -1)}x`, shared.shareToken.toLowerCase(), "x".repeat(32)]) expect((await app.request(`/d/${token}`)).status).toBe(404);
});

test("an address that cannot be decoded is refused, not failed on", async () => {
  for (const path of ["/d/%", "/%E0%A4%A", "/staff/customers/%ff", "/c/%/0", "/portal/help/photos/%zz"]) expect([path, (await app.request(path)).status]).toEqual([path, 400]);
});

describe("fields that no form has", () => {
  test("change nothing of an account: whose it is, what it may, how it signs in", async () => {
    const read = async () => JSON.stringify([
      await app.db.read.select().from(customerLogins),
      (await app.db.read.select().from(parties)).map(({ givenName: _g, familyName: _f, name: _n, searchText: _s, updatedAt: _u, ...row }) => row),
      (await app.db.read.select().from(staffUsers)).map(({ name: _n, ...row }) => row),
    ]);
    const before = await read();
    const extra = {
      id: String(ana.partyId), partyId: String(ana.partyId), userId: "1", loginId: "1", publicId: ana.party, role: "administrator", email: "mine@example.com", passwordHash: "x", password: "ten lives are better",
      isCustomer: "", kind: "company", number: "1", spendMinor: "1", disabledAt: "", erasedAt: "1", marketingPausedUntil: "9", source: "x", verifiedAt: "1",
    };
    expect((await app.request("/portal/account", { cookie: cookie.bea, form: { ...extra, intent: "contact", givenName: "Bea", familyName: "Other", locale: "pl" } })).status).toBe(303);
    expect((await app.request("/staff/account", { cookie: cookie.staff, form: { ...extra, intent: "profile", name: "Vera V", locale: "en" } })).status).toBe(303);
    expect(await read()).toBe(before);
  });

  test("set no price, no state and no owner of an order", async () => {
    const { sku } = await app.db.write((tx) => aStockProduct(tx, at(Date.now()), "PEN-9", 900));
    const path = `/portal/orders/new?sku=${sku}`;
    const seen = /name="seen" value="([^"]+)"/.exec(await (await app.request(path, { cookie: cookie.bea })).text())?.[1] ?? "";
    const form = {
      seen, "q.0": "2", line1: "Lipowa 1", postcode: "30-001", city: "Kraków", country: "PL", submissionKey: v7(),
      partyId: String(ana.partyId), unitPrice: "1", price: "1", totalMinor: "1", currency: "XXX", status: "delivered", source: "staff", number: "1", productId: "999", sku: "OTHER", discount: "100",
    };
    for (const quantity of ["-1", "0", "1.5", "1e9", "NaN", "Infinity", "0x10000000", " "]) expect([quantity, (await app.request(path, { cookie: cookie.bea, form: { ...form, "q.0": quantity } })).status]).toEqual([quantity, 400]);
    expect((await app.request(path, { cookie: cookie.bea, form })).status).toBe(303);
    const [order] = await app.db.read.select().from(orders).where(eq(orders.submissionKey, form.submissionKey));
    expect(order).toMatchObject({ partyId: bea.partyId, linesMinor: 1800, status: "placed", source: "portal", currency: "EUR" });
  });
});

describe("one form sent ten times at once", () => {
  const ten = (one: () => Promise<Response>) => Promise.all(Array.from({ length: 10 }, one));

  test("is one order, and everybody is led to it", async () => {
    const { sku } = await app.db.write((tx) => aStockProduct(tx, at(Date.now()), "PEN-10", 500));
    const path = `/portal/orders/new?sku=${sku}`;
    const seen = /name="seen" value="([^"]+)"/.exec(await (await app.request(path, { cookie: cookie.bea })).text())?.[1] ?? "";
    const form = { seen, "q.0": "1", line1: "Lipowa 1", postcode: "30-001", city: "Kraków", country: "PL", submissionKey: v7() };
    const answers = await ten(() => app.request(path, { cookie: cookie.bea, form }));
    expect(new Set(answers.map((answer) => answer.headers.get("location"))).size).toBe(1);
    expect(await app.db.read.$count(orders, eq(orders.submissionKey, form.submissionKey))).toBe(1);
  });

  test("is one question, and one message", async () => {
    const question = { subject: "Delivery", message: "When?", submissionKey: v7() };
    const before = await app.db.read.$count(cases);
    await ten(() => app.request("/portal/help/ask", { cookie: cookie.bea, form: question }));
    expect(await app.db.read.$count(cases)).toBe(before + 1);
    const reply = { intent: "reply", message: "And the cup?", submissionKey: v7() };
    await ten(() => app.request(`/portal/help/${bea.case}`, { cookie: cookie.bea, form: reply }));
    expect(await app.db.read.$count(interactions, and(eq(interactions.partyId, bea.partyId), eq(interactions.body, reply.message)))).toBe(1);
  });
});
