import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { findMailing } from "../../app/domain/mailings/mailings.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, aMailing, at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
let cookie: string;
let mailing: { publicId: string; mailingId: number };

beforeAll(async () => {
  app = await testApp();
  await app.db.write(async (tx) => {
    await createStaffUser(tx, at(), { email: "marta@example.com", name: "Marta", role: "marketer", locale: "en" });
    mailing = await aMailing(tx, at());
    await aCustomer(tx, at(), { givenName: "Zofia", familyName: "Łęcka" });
  });
  cookie = await signIn(app, "marta@example.com");
});
afterAll(() => app?.close());

const path = () => `/staff/mailings/${mailing.publicId}`;
const read = async () => (await findMailing(app.db.read, mailing.publicId))!;

describe("mailings", () => {
  test("are made from a template and then edited, before any script has loaded", async () => {
    const page = await (await app.request("/staff/mailings/new", { cookie })).text();
    expect(page).toContain('value="win-back"');
    const refused = await app.request("/staff/mailings/new", { cookie, form: { name: "", templateKey: "offer", defaultLocale: "pl" } });
    expect(refused.status).toBe(400);
    const made = await app.request("/staff/mailings/new", { cookie, form: { name: "Mugs", templateKey: "offer", defaultLocale: "pl" } });
    expect(made.status).toBe(303);
    const edit = await app.request(made.headers.get("Location")!, { cookie });
    expect(edit.status).toBe(200);
    expect(await edit.text()).toContain("15% taniej na wszystkie kubki");
  });

  test("keep what is typed and refuse to write over somebody else's words, showing both", async () => {
    const before = await read();
    const form = { lang: "en", version: String(before.version), subject: "First", preheader: "", "fields.heading": "Hello" };
    expect((await app.request(path(), { cookie, form })).status).toBe(303);
    expect((await read()).contents.en?.subject).toBe("First");
    // Mutant: without the version in the WHERE, the second save wins silently.
    const stale = await app.request(path(), { cookie, form: { ...form, subject: "Second" } });
    expect(stale.status).toBe(409);
    const text = await stale.text();
    expect(text).toContain("First");
    expect(text).toContain("Second");
    expect((await read()).contents.en?.subject).toBe("First");
  });

  test("show a preview that runs nothing and may only stand in our own frame", async () => {
    const { version } = await read();
    await app.request(path(), {
      cookie,
      form: { lang: "en", version: String(version), subject: "S", preheader: "", "fields.heading": "<script>alert(1)</script>", "fields.intro": '<img src=x onerror="alert(1)"> [x](javascript:alert(1))' },
    });
    const preview = await app.request(`${path()}/preview?lang=en`, { cookie });
    const html = await preview.text();
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toMatch(/<script|<img[^>]*onerror|href="javascript/i);
    const policy = preview.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("sandbox");
    expect(policy).not.toContain("script-src");
  });

  test("are previewed as a real customer, as text, and in dark", async () => {
    const found = await (await app.request(`${path()}?lang=en&find=lecka`, { cookie })).text();
    const id = /as=([0-9a-f-]{36})/.exec(found)?.[1];
    expect(found).toContain("Zofia Łęcka");
    const { version } = await read();
    await app.request(path(), { cookie, form: { lang: "en", version: String(version), subject: "S", "fields.heading": "Dear {{ customer.full_name }}", "fields.intro": "Hi" } });
    expect(await (await app.request(`${path()}/preview?lang=en&as=${id}&view=text`, { cookie })).text()).toContain("Dear Zofia Łęcka");
    expect(await (await app.request(`${path()}/preview?lang=en&dark=1`, { cookie })).text()).toContain("@media all");
  });

  test("are written in more languages, each from the template or from another", async () => {
    await app.request(`${path()}/languages`, { cookie, form: { lang: "pl", from: "en" } });
    expect((await read()).contents.pl?.fields.heading).toBe("Dear {{ customer.full_name }}");
    await app.request(`${path()}/languages`, { cookie, form: { lang: "sr-Cyrl", from: "" } });
    expect((await read()).contents["sr-Cyrl"]?.subject).toContain("радионице");
    await app.request(`${path()}/languages`, { cookie, form: { lang: "pl", intent: "remove" } });
    expect((await read()).contents.pl).toBeUndefined();
  });

  test("are sent as a test to strict addresses only, through the outbox", async () => {
    const sent = await app.request(`${path()}/test-send`, { cookie, form: { lang: "en", to: "a@example.com, b@example.com" } });
    expect(sent.status).toBe(303);
    const rows = await app.db.read.select().from(deliveries);
    expect(rows.map((row) => [row.address, row.class, row.state])).toEqual([
      ["a@example.com", "transactional", "queued"],
      ["b@example.com", "transactional", "queued"],
    ]);
    const refused = await app.request(`${path()}/test-send`, { cookie, form: { lang: "en", to: "a@example.com\r\nBcc: evil" } });
    expect(refused.headers.get("Location")).toContain("test=bad_address");
    expect(await app.db.read.select().from(deliveries)).toHaveLength(2);
  });

  test("that cannot be used are said at the field, and cannot be sent", async () => {
    const { version } = await read();
    await app.request(path(), { cookie, form: { lang: "en", version: String(version), subject: "S {{ secret }}", "fields.heading": "H", "fields.intro": "x", "fields.button_url": "javascript:alert(1)" } });
    const page = await (await app.request(`${path()}?lang=en`, { cookie })).text();
    expect(page).toContain("There is no merge tag");
    expect(page).toContain("this address cannot be followed");
    const refused = await app.request(`${path()}/test-send`, { cookie, form: { lang: "en", to: "a@example.com" } });
    expect(refused.headers.get("Location")).toContain("test=problems");
  });
});
