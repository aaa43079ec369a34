/** Mail that comes in by webhook, and the pages that show it. */
import { desc, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { cases } from "../../app/domain/cases/schema";
import { returnPathFor } from "../../app/domain/deliveries/return-path.server";
import { deliveries, inboundMails } from "../../app/domain/deliveries/schema";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, aMailedCustomer, at } from "../support/factories";
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
const newestMail = async () => (await app.db.read.select().from(inboundMails).orderBy(desc(inboundMails.id)).limit(1))[0]!;
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

  /** As SendGrid's Inbound Parse posts a mail without "send raw". */
  const taken = (headers: string[], fields: Record<string, string | Blob>) => {
    const form = new FormData();
    form.set("headers", headers.join("\n"));
    form.set("charsets", JSON.stringify({ text: "iso-8859-2" }));
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };
  const head = (from: string, subject: string, ...more: string[]) => [`From: ${from}`, `Subject: ${subject}`, "Message-ID:", ` <${subject.replace(/\W+/g, "-")}@mail.example.org>`, "Content-Type: multipart/mixed; boundary=gone", ...more];

  test("a mail that comes taken apart is the mail that it was", async () => {
    const form = taken(head(mailed.email, "Re: Parts", `In-Reply-To: <${messageId}>`), { html: "<p>so</p>", envelope: JSON.stringify({ from: mailed.email, to: ["shop@example.com"] }), "attachment-info": JSON.stringify({ attachment1: { filename: "fakturą.pdf", type: "application/pdf" } }), attachment1: new Blob(["%PDF-1.4"]) });
    // Text comes in the charset that it was written in, which FormData cannot do.
    const bytes = Buffer.from(await new Response(form).arrayBuffer());
    const boundary = /^--(\S+)/.exec(bytes.toString("latin1"))![1]!;
    const text = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="text"\r\n\r\nPiszę`.replace("ę", "")), Buffer.from([0xea]), Buffer.from(" w sprawie.\r\n")]);
    const body = Buffer.concat([text, bytes]);
    for (let n = 0; n < 2; n += 1) expect((await post(body, { "Content-Type": `multipart/form-data; boundary="${boundary}"`, ...basic(KEY) })).status).toBe(204);
    expect(await newestMail()).toMatchObject({ kind: "message", outcome: "case", messageId: "Re-Parts@mail.example.org", text: "Piszę w sprawie.", files: ["fakturą.pdf"], isProved: true });
    expect((await app.db.read.select().from(inboundMails)).filter(({ subject }) => subject === "Re: Parts")).toHaveLength(1);
  });

  // Mutants: take what is posted without its headers; leave out what the envelope says.
  test("what is a machine's stays so when it comes taken apart", async () => {
    expect((await post(taken(head(mailed.email, "Away", "Auto-Submitted: auto-replied", `In-Reply-To: <${messageId}>`), { text: "I am away." }), basic(KEY))).status).toBe(204);
    expect(await newestMail()).toMatchObject({ kind: "auto-reply", outcome: "recorded" });
    expect((await post(taken(head(mailed.email, "Nobody"), { text: "x", envelope: '{"from":"","to":["shop@example.com"]}' }), basic(KEY))).status).toBe(204);
    expect((await newestMail()).outcome).toBe("ignored");
    const status = new Blob([`Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; ${mailed.email}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n`], { type: "message/delivery-status" });
    const bounce = taken(head("MAILER-DAEMON@mx.example.net", "Undelivered", 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'), { text: "It failed.", attachment1: status, envelope: JSON.stringify({ from: "", to: [returnPathFor(mailed.deliveryId, "bounces@shop.example.com")] }) });
    expect((await post(bounce, basic(KEY))).status).toBe(204);
    expect(await newestMail()).toMatchObject({ kind: "bounce", outcome: "recorded", deliveryId: mailed.deliveryId, isProved: true });
    const headless = new FormData();
    headless.set("from", mailed.email);
    headless.set("text", "Who knows what I am?");
    expect((await post(headless, basic(KEY))).status).toBe(400);
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

  test("a stranger's letter goes under a customer by plain forms, for who may write there alone", async () => {
    await post(aLetter({ from: "Zofia <zofia.home@example.net>", subject: "From home" }), { ...rfc822, ...basic(KEY) });
    const { publicId: mail, id } = await newestMail();
    const customer = await app.db.write((tx) => aCustomer(tx, at(Date.now()), { givenName: "Zofia", familyName: "Wrona", number: "K-77" }));
    const page = async (query: string) => (await app.request(`/staff/inbound?mail=${mail}${query}`, { cookie: support })).text();
    expect(await page("")).toContain("Zofia Wrona");
    expect(await page("&q=Wrona+Zof")).toContain(`customer=${customer.publicId}`);
    expect(await page("&q=nobody+such")).toContain("No customer is found by");
    expect(await page(`&customer=${customer.publicId}`)).toContain(`Answers go to Zofia Wrona at ${customer.email}.`);
    const form = { mail, customer: customer.publicId, case: "", theirs: "on" };
    expect((await app.request("/staff/inbound", { form })).status).toBe(302);
    await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "mark@example.com", name: "Mark", role: "marketer", locale: "en" }));
    expect((await app.request("/staff/inbound", { form, cookie: await signIn(app, "mark@example.com") })).status).toBe(403);
    const stale = await app.request(`/staff/inbound?mail=${mail}&customer=${customer.publicId}`, { form: { ...form, case: mail }, cookie: support });
    expect([stale.status, (await stale.text()).includes("This case is not one of the customer’s")]).toEqual([409, true]);
    expect((await app.request("/staff/inbound", { form: { mail: "x", customer: "y" }, cookie: support })).status).toBe(400);
    const filed = await app.request("/staff/inbound", { form, cookie: support });
    expect(filed.status).toBe(303);
    expect(filed.headers.get("location")).toMatch(/^\/staff\/desk\/[0-9a-f-]{36}$/);
    expect(await app.db.read.select().from(inboundMails).where(eq(inboundMails.id, id))).toMatchObject([{ outcome: "case", partyId: customer.partyId }]);
    expect(await page("")).not.toContain("Whose letter is it?");
    // What is filed is done; what nobody has to do with leaves the list.
    expect((await app.request("/staff/inbound", { form: { aside: mail }, cookie: support })).status).toBe(404);
    await post(aLetter({ from: "leads@example.net", subject: "Ten minutes?" }), { ...rfc822, ...basic(KEY) });
    expect((await app.request("/staff/inbound", { form: { aside: (await newestMail()).publicId }, cookie: support })).status).toBe(303);
    const list = async (query = "") => (await (await app.request(`/staff/inbound${query}`, { cookie: support })).text()).includes("Ten minutes?");
    expect([await list(), await list("?show=all")]).toEqual([false, true]);
  });
});
