import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { listConsents, recordConsent } from "../../app/domain/customers/consents.server";
import { findPartyByEmail } from "../../app/domain/customers/customers.server";
import { listTopics } from "../../app/domain/customers/topics.server";
import { renderDelivery } from "../../app/domain/deliveries/compose.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { mailWords } from "../../app/i18n/mail.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at, aTopic } from "../support/factories";
import { cookiesAfter, signIn } from "../support/sign-in";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  await app.db.write(async (tx) => {
    for (const key of ["news", "tips"]) await aTopic(tx, at(Date.now()), key);
  });
});
afterAll(() => app.close());

const mails = async () => (await app.db.read.select().from(deliveries)).filter((row) => row.notice?.template === "sign_up");

test("asked, opened by scanners, confirmed by the button: in each language, without scripts", async () => {
  for (const [locale, heading, button] of [["en", "News from", "Yes, write to me"], ["pl", "Wiadomości od", "Tak, piszcie do mnie"], ["sr-Latn", "Novosti,", "Da, pišite mi"], ["sr-Cyrl", "Новости,", "Да, пишите ми"]] as const) {
    const email = `ana.${locale.toLowerCase()}@example.com`;
    const cookie = `lang=${locale}`;
    const page = await (await app.request("/sign-up?topic=news", { cookie })).text();
    expect(page).toContain(heading);
    expect([page.includes('value="news"'), page.includes('value="tips"')]).toEqual([true, false]);
    expect(await (await app.request("/sign-up", { cookie, form: { email, name: "Ana", topic: "news" } })).status).toBe(200);
    const row = (await mails()).at(-1)!;
    const mail = await renderDelivery({ db: app.db, clock: Date.now, words: mailWords(app.env.APP_URL), env: app.env }, row, "as sent");
    const link = /\/sign-up\/confirm\/[\w-]{43}/.exec(mail.text)![0];
    const opened = await app.request(link, { cookie });
    expect(opened.headers.get("location")).toBe("/sign-up/confirm");
    const held = cookiesAfter(opened, cookie);
    for (let i = 0; i < 2; i++) expect(await (await app.request("/sign-up/confirm", { cookie: held })).text()).toContain(button);
    expect(await findPartyByEmail(app.db.read, email)).toBeNull();
    const pressed = await app.request("/sign-up/confirm", { cookie: held, form: {} });
    expect([pressed.status, pressed.headers.get("location")]).toEqual([303, "/sign-up/confirm?done"]);
    const party = await findPartyByEmail(app.db.read, email);
    expect((await listConsents(app.db.read, party!.id)).map((one) => [one.state, one.wordingVersion])).toEqual([["granted", `sign-up-1:${locale}`], ["pending", `sign-up-1:${locale}`]]);
    expect((await app.request("/sign-up/confirm", { cookie: held, form: {} })).headers.get("location")).toBe("/sign-up/confirm");
  }
});

test("bad addresses and no topic are refused with what was typed; programs that fill in the hidden field get no mail", async () => {
  const before = (await mails()).length;
  const wrong = await app.request("/sign-up", { form: { email: "ana@", topic: "news" } });
  expect([wrong.status, (await wrong.text()).includes('value="ana@"')]).toEqual([400, true]);
  expect((await app.request("/sign-up", { form: { email: "ana@example.com" } })).status).toBe(400);
  expect((await app.request("/sign-up", { form: { email: "ana@example.com", topic: "no-such" } })).status).toBe(400);
  expect((await app.request("/sign-up", { form: { email: "ana@example.com", topic: "news", website: "x" } })).status).toBe(200);
  expect(await mails()).toHaveLength(before);
});

test("the proof of one person shows both steps with the words as shown", async () => {
  const now = Date.now();
  await app.db.write((tx) => createStaffUser(tx, at(now), { email: "sue@staff.example.com", name: "Sue", role: "support", locale: "en" }));
  const cookie = await signIn(app, "sue@staff.example.com");
  const { partyId, publicId } = await app.db.write(async (tx) => {
    const [topic] = await listTopics(tx, "en");
    const customer = await aCustomer(tx, at(now));
    const said = { partyId: customer.partyId, topicId: topic!.id, channel: "email", wordingVersion: "sign-up-1:pl", wording: "Zgadzam się na wszystko", source: "form" } as const;
    const confirmsId = await recordConsent(tx, at(now - 60_000), { ...said, state: "pending", remoteAddress: "192.0.2.71" });
    await recordConsent(tx, at(now), { ...said, state: "granted", remoteAddress: "192.0.2.72", confirmsId });
    return customer;
  });
  expect(await listConsents(app.db.read, partyId)).toHaveLength(2);
  expect(await (await app.request(`/staff/customers/${publicId}?tab=consent`, { cookie })).text()).toContain(`/staff/customers/${publicId}/consents`);
  const page = await (await app.request(`/staff/customers/${publicId}/consents`, { cookie })).text();
  for (const part of ["Zgadzam się na wszystko", "192.0.2.71", "192.0.2.72", "sign-up-1:pl", "confirmed by the mailed link", "first step"]) expect(page).toContain(part);
});

test("staff find the link, with the topics that they choose", async () => {
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "mark@staff.example.com", name: "Mark", role: "marketer", locale: "en" }));
  const cookie = await signIn(app, "mark@staff.example.com");
  expect(await (await app.request("/staff/customers", { cookie })).text()).toContain("/staff/customers/sign-up-form");
  const page = await (await app.request("/staff/customers/sign-up-form?topic=tips", { cookie })).text();
  expect(page).toContain(`value="${app.env.APP_URL}/sign-up?topic=tips"`);
});
