/** Mail that comes in by webhook, and the pages that show it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { cases } from "../../app/domain/cases/schema";
import { deliveries, inboundMails } from "../../app/domain/deliveries/schema";
import { testApp, type TestApp } from "../support/app";
import { aMailedCustomer, at } from "../support/factories";
import { fingerprint } from "../support/fingerprint";
import { aLetter } from "../support/returned-mail";
import { signIn } from "../support/sign-in";

const KEY = "a-key-that-the-provider-knows";

let app: TestApp;
let support = "";
let mailed: Awaited<ReturnType<typeof aMailedCustomer>>;
let messageId = "";

beforeAll(async () => {
  app = await testApp({ INBOUND_KEY: KEY, BOUNCE_ADDRESS: "bounces@shop.example.com" });
  mailed = await aMailedCustomer(app.db, at(Date.now()));
  messageId = (await app.db.read.select({ messageId: deliveries.messageId }).from(deliveries))[0]!.messageId;
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "eva@example.com", name: "Eva", role: "support", locale: "en" }));
  support = await signIn(app, "eva@example.com");
});
afterAll(() => app?.close());

const basic = (key: string) => ({ Authorization: `Basic ${Buffer.from(`inbound:${key}`).toString("base64")}` });
const post = (body: unknown, headers: Record<string, string>) =>
  fetch(`${app.url}/hooks/inbound`, { method: "POST", body: body as BodyInit, headers });
const rfc822 = { "Content-Type": "message/rfc822" };

describe("POST /hooks/inbound", () => {
  test.each<[string, Record<string, string>]>([
    ["without a key", {}],
    ["with another key", basic("another")],
    ["with the key's beginning", basic(KEY.slice(0, -1))],
    ["with an empty key", basic("")],
    ["with another bearer", { Authorization: "Bearer another" }],
  ])("%s is refused, and nothing is written", async (_, headers) => {
    const before = await fingerprint(app);
    expect((await post(aLetter({ from: mailed.email, inReplyTo: messageId }), { ...rfc822, ...headers })).status).toBe(401);
    expect(await fingerprint(app)).toBe(before);
  });

  test("an answer becomes a case, by either form and as often as it is posted", async () => {
    const letter = aLetter({ from: mailed.email, subject: "Re: News", text: "<script>alert(1)</script> In blue?", inReplyTo: messageId });
    expect((await post(letter, { ...rfc822, ...basic(KEY) })).status).toBe(204);
    expect((await post(letter, { ...rfc822, Authorization: `Bearer ${KEY}` })).status).toBe(204);
    const form = new FormData();
    form.set("email", letter.toString("utf8"));
    form.set("envelope", "{}");
    expect((await post(form, basic(KEY))).status).toBe(204);
    expect(await app.db.read.select().from(cases)).toMatchObject([{ campaignId: mailed.campaignId, subject: "News" }]);
    expect(await app.db.read.select().from(inboundMails)).toMatchObject([{ door: "webhook", outcome: "case" }]);
  });

  test("what is no mail is refused by its kind", async () => {
    expect((await post("{}", { "Content-Type": "application/json", ...basic(KEY) })).status).toBe(415);
    expect((await post("", { ...rfc822, ...basic(KEY) })).status).toBe(400);
    expect((await post("no form", { "Content-Type": "multipart/form-data; boundary=x", ...basic(KEY) })).status).toBe(400);
    expect((await post(new FormData(), basic(KEY))).status).toBe(400);
    expect((await post(Buffer.alloc(33 * 1024 * 1024, "x"), { ...rfc822, ...basic(KEY) })).status).toBe(413);
  });

  test("without a key in the settings nobody is let in", async () => {
    const other = await testApp();
    expect((await fetch(`${other.url}/hooks/inbound`, { method: "POST", body: "x", headers: { ...rfc822, ...basic("") } })).status).toBe(401);
    await other.close();
  });
});

describe("the pages", () => {
  test("the case says which campaign it answers, and leads to the mail as it came", async () => {
    const [opened] = await app.db.read.select().from(cases);
    const page = await (await app.request(`/staff/desk/${opened!.publicId}`, { cookie: support })).text();
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; In blue?");
    const whole = /\/staff\/inbound\?mail=[0-9a-f-]{36}/.exec(page)?.[0] as string;
    expect(await (await app.request(whole, { cookie: support })).text()).toContain("&lt;script&gt;alert(1)&lt;/script&gt; In blue?");
    expect((await app.request("/staff/inbound?mail=00000000-0000-7000-8000-000000000000", { cookie: support })).status).toBe(404);
  });

  test("a stranger's letter is to be looked at", async () => {
    await post(aLetter({ from: "stranger@example.net", subject: "Partnership offer" }), { ...rfc822, ...basic(KEY) });
    const page = await (await app.request("/staff/inbound", { cookie: support })).text();
    expect(page).toContain("Partnership offer");
    expect(page).not.toContain("Re: News");
    expect(await (await app.request("/staff/inbound?show=all", { cookie: support })).text()).toContain("Re: News");
  });
});
