import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser, findStaffByEmail } from "../../app/domain/accounts/staff.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { findPartyByEmail } from "../../app/domain/customers/customers.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.close());

test("the language is kept on the device, and the page comes in it", async () => {
  const answer = await app.request("/language", { form: { locale: "pl", back: "/login?x=1" } });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe("/login?x=1");
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^lang=pl; HttpOnly; Max-Age=31536000; Path=\/; SameSite=Lax$/);
  const page = await (await app.request("/nothing", { cookie: "lang=pl" })).text();
  expect(page).toContain('<html lang="pl"');
  expect(page).toContain("Pod tym adresem nic nie ma");
});

test.each([
  ["en", "There is nothing at this address"],
  ["pl", "Pod tym adresem nic nie ma"],
  ["sr-Latn", "Na ovoj adresi nema ničega"],
  ["sr-Cyrl", "На овој адреси нема ничега"],
])("what is not there is said in %s", async (locale, words) => {
  const answer = await app.request("/nothing", { cookie: `lang=${locale}` });
  expect(answer.status).toBe(404);
  const page = await answer.text();
  expect(page).toContain(`<html lang="${locale}"`);
  expect(page).toContain(words);
  expect(page).toMatch(new RegExp(`<title[^>]*>${words} · `));
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])("a switch never leads to %s", async (back) => {
  // Mutant: `redirect(back)` without safeNext leads there.
  for (const path of ["/language", "/theme"]) {
    const answer = await app.request(path, { form: { locale: "en", theme: "dark", back } });
    expect(answer.headers.get("location")).toBe("/");
  }
});

test("an unknown language or theme is refused", async () => {
  expect((await app.request("/language", { form: { locale: "de" } })).status).toBe(400);
  expect((await app.request("/theme", { form: { theme: "sepia" } })).status).toBe(400);
});

test("the theme is kept on the device and forgotten when it follows the system", async () => {
  const dark = await app.request("/theme", { form: { theme: "dark" } });
  expect(dark.headers.get("set-cookie")).toMatch(/^theme=dark; .*Max-Age=31536000/);
  expect(await (await app.request("/nothing", { cookie: "theme=dark" })).text()).toContain('data-theme="dark"');
  const system = await app.request("/theme", { form: { theme: "system" } });
  expect(system.headers.get("set-cookie")).toMatch(/Max-Age=0/);
});

test("the language goes with the account it was chosen in, so that mails follow it", async () => {
  const passwordHash = await hashPassword("a long enough password");
  await app.db.write((tx) => createStaffUser(tx, at(), { email: "s@example.com", name: "S", role: "support", passwordHash, locale: "en" }));
  await app.db.write((tx) => aCustomer(tx, at(), { email: "k@example.com" }));
  const cookie = `${await signIn(app, "s@example.com")}; ${await signIn(app, "k@example.com")}`;
  const choose = (locale: string, on: string) => app.request("/language", { cookie, headers: { Referer: `${app.url}${on}` }, form: { locale, back: on } });

  await choose("sr-Latn", "/staff/customers");
  expect((await findStaffByEmail(app.db.read, "s@example.com"))?.locale).toBe("sr-Latn");
  expect((await findPartyByEmail(app.db.read, "k@example.com"))?.locale).toBe("pl");

  await choose("sr-Cyrl", "/portal/orders");
  expect((await findStaffByEmail(app.db.read, "s@example.com"))?.locale).toBe("sr-Latn");
  expect((await findPartyByEmail(app.db.read, "k@example.com"))?.locale).toBe("sr-Cyrl");
});
