import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { findConsentState, listConsents } from "../../app/domain/customers/consents.server";
import { parties } from "../../app/domain/customers/schema";
import { queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { hashAddress } from "../../app/domain/deliveries/identity.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { isSuppressed, suppress } from "../../app/domain/deliveries/suppressions.server";
import type { By } from "../../app/domain/journal/actor";
import { testApp, type TestApp } from "../support/app";
import { aMailedCustomer } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
const cookies: Record<"administrator" | "marketer", string> = { administrator: "", marketer: "" };

beforeAll(async () => {
  app = await testApp();
  for (const role of ["administrator", "marketer"] as const) {
    const email = `${role}@staff.example.com`;
    await app.db.write((tx) => createStaffUser(tx, now(), { email, name: role, role, locale: "en" }));
    cookies[role] = await signIn(app, email);
  }
});
afterAll(() => app.close());

const now = (): By => ({ actor: { kind: "system", name: "seed" }, now: Date.now() });
const aMail = () => aMailedCustomer(app.db, now());

describe("the preference page of a mail", () => {
  const consent = (mail: Awaited<ReturnType<typeof aMail>>, channel: "email" | "sms") => findConsentState(app.db.read, mail.partyId, mail.topicId, channel);

  test("saves what is ticked, with the words that were shown, and says nothing twice", async () => {
    const mail = await aMail();
    const page = await (await app.request(`/p/${mail.token}`)).text();
    expect(page).toContain("What you get from us");
    expect(page).not.toContain(mail.email);
    const shown = [`${mail.topicId}:email`, `${mail.topicId}:sms`];
    for (let i = 0; i < 2; i++) {
      const answer = await app.request(`/p/${mail.token}`, { form: { intent: "save", shown, ticked: [`${mail.topicId}:sms`] } });
      expect(answer.status).toBe(303);
    }
    expect([await consent(mail, "email"), await consent(mail, "sms")]).toEqual(["withdrawn", "granted"]);
    const said = (await listConsents(app.db.read, mail.partyId)).filter((row) => row.source === "preference_page");
    expect(said).toHaveLength(2);
    expect(said[0]).toMatchObject({ wordingVersion: "preferences-1:en", wording: expect.stringContaining("I agree that") });
  });

  test("pauses, resumes and stops all", async () => {
    const mail = await aMail();
    const until = async () => (await app.db.read.select({ until: parties.marketingPausedUntil }).from(parties).where(eq(parties.id, mail.partyId)))[0]!.until;
    await app.request(`/p/${mail.token}`, { form: { intent: "pause" } });
    expect(Math.round(((await until())! - Date.now()) / 86_400_000)).toBe(30);
    await app.request(`/p/${mail.token}`, { form: { intent: "resume" } });
    expect(await until()).toBeNull();
    await app.request(`/p/${mail.token}`, { form: { intent: "off" } });
    expect(await consent(mail, "email")).toBe("withdrawn");
  });

  test("is 404 for an altered token, and refuses a post from elsewhere", async () => {
    const mail = await aMail();
    expect((await app.request(`/p/${mail.token.slice(0, -2)}xx`)).status).toBe(404);
    const foreign = await app.request(`/p/${mail.token}`, { form: { intent: "off" }, headers: { Origin: "https://evil.test" } });
    expect(foreign.status).toBe(403);
    expect(await consent(mail, "email")).toBe("granted");
  });
});

describe("unsubscribing on the page", () => {
  test("asks first, then thanks", async () => {
    const mail = await aMail();
    expect(await (await app.request(`/u/${mail.token}`)).text()).toContain("Leave this mailing list?");
    const done = await app.request(`/u/${mail.token}`, { form: { from: "all" } });
    expect(done.status).toBe(303);
    expect(await (await app.request(done.headers.get("location")!)).text()).toContain("You are unsubscribed");
    expect(await findConsentState(app.db.read, mail.partyId, mail.topicId, "email")).toBe("withdrawn");
  });
});

test("a mail can be read online, without pixel, counted links or scripts", async () => {
  const mail = await aMail();
  const answer = await app.request(`/v/${mail.token}`);
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
  const html = await answer.text();
  expect(html).toContain("<html");
  expect(html).not.toMatch(/\/o\/1a\.|\/c\/1a\.|<script/);
  expect((await app.request("/v/1a.1.AAAAAAAAAAAAAAAAAAAAAA")).status).toBe(404);
});

describe("the portal", () => {
  test("shows a customer their own mails only", async () => {
    const [mine, theirs] = [await aMail(), await aMail()];
    const cookie = await signIn(app, mine.email);
    const page = await (await app.request("/portal/preferences", { cookie })).text();
    expect(page).toContain(mine.deliveryPublicId);
    expect(page).not.toContain(theirs.deliveryPublicId);
    for (const path of ["", "/copy"]) {
      expect((await app.request(`/portal/preferences/mails/${mine.deliveryPublicId}${path}`, { cookie })).status).toBe(200);
      expect((await app.request(`/portal/preferences/mails/${theirs.deliveryPublicId}${path}`, { cookie })).status).toBe(404);
    }
    // Why they got it, without a word of the segment or the campaign.
    for (const path of [`/portal/preferences/mails/${mine.deliveryPublicId}`, `/p/${mine.token}`]) {
      const html = await (await app.request(path, { cookie })).text();
      expect(html).toMatch(/(You agreed to e-mails about|wyrażono zgodę na e-maile na temat)/);
      expect(html).not.toMatch(/segment/i);
    }
  });
});

describe("the outbox", () => {
  test("shows sign-in mails to administrators only", async () => {
    const { deliveryId } = await app.db.write((tx) =>
      queueNotice(tx, now(), {
        class: "security", to: { address: "secret@example.com", name: "Ana" }, template: "login_link", locale: "en",
        values: { code: "483920", path: "/login/link/x", minutes: 15 }, dedupeKey: `s${Date.now()}`,
      }),
    );
    const [row] = await app.db.read.select().from(deliveries).where(eq(deliveries.id, deliveryId));
    const path = `/staff/outbox/${row!.publicId}`;
    expect(await (await app.request("/staff/outbox", { cookie: cookies.administrator })).text()).toContain("secret@example.com");
    expect(await (await app.request(`${path}/copy`, { cookie: cookies.administrator })).text()).toContain("483920");
    expect(await (await app.request("/staff/outbox", { cookie: cookies.marketer })).text()).not.toContain("secret@example.com");
    for (const page of [path, `${path}/copy`]) expect((await app.request(page, { cookie: cookies.marketer })).status).toBe(404);
  });

  test("shows one mail with its story, in a frame that runs nothing", async () => {
    const mail = await aMail();
    const page = await (await app.request(`/staff/outbox/${mail.deliveryPublicId}`, { cookie: cookies.marketer })).text();
    expect(page).toContain("250 ok");
    expect(page).toMatch(/<iframe[^>]*sandbox=/);
    const copy = await app.request(`/staff/outbox/${mail.deliveryPublicId}/copy`, { cookie: cookies.marketer });
    expect(copy.headers.get("content-security-policy")).toMatch(/sandbox/);
    expect(await copy.text()).not.toMatch(/\/o\/1a\./);
  });
});

describe("the suppression list", () => {
  const path = "/staff/settings/suppressions";
  const cookie = () => cookies.administrator;

  test("takes an address with a reason, and refuses nonsense with what was typed", async () => {
    const bad = await app.request(path, { cookie: cookie(), form: { intent: "add", address: "nobody", scope: "all", note: "x" } });
    expect(bad.status).toBe(400);
    expect(await bad.text()).toContain('value="nobody"');
    const good = await app.request(path, { cookie: cookie(), form: { intent: "add", address: "Left@Example.com", scope: "all", note: "asked by phone" } });
    expect(good.status).toBe(303);
    expect(await isSuppressed(app.db.read, "left@example.com")).toBe("all");
    expect(await (await app.request(path, { cookie: cookie() })).text()).toContain("asked by phone");
  });

  test("releases an address with a reason; an erased person's block stays", async () => {
    const release = async (address: string, reason: "manual" | "erased", why: string) => {
      await app.db.write((tx) => suppress(tx, now(), { address, scope: "marketing", reason, source: "test" }));
      return app.request(path, { cookie: cookie(), form: { intent: "release", addressHash: hashAddress(address), scope: "marketing", why } });
    };
    expect((await release("back@example.com", "manual", "")).status).toBe(400);
    expect(await isSuppressed(app.db.read, "back@example.com")).toBe("marketing");
    await release("back@example.com", "manual", "asked us to write again");
    expect(await isSuppressed(app.db.read, "back@example.com")).toBeNull();
    await release("gone@example.com", "erased", "asked us to write again");
    expect(await isSuppressed(app.db.read, "gone@example.com")).toBe("marketing");
  });
});
