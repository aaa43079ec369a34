/** Signing in and out as a browser does: rotation, cookies, what is kept, what an outsider can tell. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { customerSessions, staffSessions } from "../../app/domain/accounts/schema";
import { hashToken } from "../../app/domain/accounts/secrets.server";
import { createStaffUser, findStaffByEmail } from "../../app/domain/accounts/staff.server";
import { createParty } from "../../app/domain/customers/customers.server";
import type { By } from "../../app/domain/journal/actor";
import { testApp, type TestApp } from "../support/app";
import { cookiesAfter, signIn } from "../support/sign-in";

const PASSWORD = "nine lives of a cat";
const by: By = { actor: { kind: "system", name: "cli" }, now: Date.now() };
let app: TestApp;

beforeAll(async () => {
  app = await testApp();
  const passwordHash = await hashPassword(PASSWORD);
  await app.db.write(async (tx) => {
    await createStaffUser(tx, by, { email: "vera@example.com", name: "Vera", role: "support", locale: "en", passwordHash });
    const party = await createParty(tx, by, { kind: "person", givenName: "Ana", familyName: "Ilić", email: "ana@example.com", locale: "sr-Latn", source: "seed" });
    if (!party.ok) throw new Error(party.reason);
    await createCustomerLogin(tx, by, { partyId: party.partyId, email: "ana@example.com", passwordHash });
  });
});
afterAll(() => app.close());

describe.each([
  { audience: "staff", path: "/staff/login", home: "/staff", email: "vera@example.com", table: staffSessions },
  { audience: "customer", path: "/login", home: "/portal", email: "ana@example.com", table: customerSessions },
] as const)("the $audience door", ({ audience, path, home, email, table }) => {
  const cookie = `rapport_${audience}`;
  const sessionIn = (cookies: string) => new RegExp(`${cookie}=(\\w+)`).exec(cookies)?.[1];

  test("lets in who knows the password, and only a hash of the session is kept", async () => {
    const response = await app.request(path, { form: { email: ` ${email.toUpperCase()} `, password: PASSWORD } });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(home);
    const line = response.headers.getSetCookie().find((c) => c.startsWith(`${cookie}=`));
    expect(line).toMatch(/; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax$/);
    const id = sessionIn(cookiesAfter(response)) ?? "";
    expect(id.length).toBeGreaterThanOrEqual(40);
    const kept = await app.db.read.select().from(table);
    expect(kept.map((row) => row.id)).toContain(hashToken(id));
    expect(JSON.stringify(kept)).not.toContain(id);
  });

  test("gives a new session id at every login and ends the one the browser came with", async () => {
    const first = cookiesAfter(await app.request(path, { form: { email, password: PASSWORD } }));
    const second = cookiesAfter(await app.request(path, { cookie: first, form: { email, password: PASSWORD } }), first);
    expect(sessionIn(second)).not.toBe(sessionIn(first));
    const left = (await app.db.read.select({ id: table.id }).from(table)).map((row) => row.id);
    expect(left).toContain(hashToken(sessionIn(second) ?? ""));
    // Mutant: without `replaces` in startSession the old session stays, and this fails.
    expect(left).not.toContain(hashToken(sessionIn(first) ?? ""));
  });

  test("does not take over a session id that somebody planted", async () => {
    const planted = "a".repeat(52);
    const after = cookiesAfter(await app.request(path, { cookie: `${cookie}=${planted}`, form: { email, password: PASSWORD } }));
    expect(sessionIn(after)).not.toBe(planted);
  });

  test("answers a wrong password and an unknown address alike, keeps the address and not the password", async () => {
    const known = await app.request(path, { form: { email, password: "wrong but long" } });
    const unknown = await app.request(path, { form: { email: "nobody@example.com", password: "wrong but long" } });
    expect([known.status, unknown.status]).toEqual([400, 400]);
    const bodies = await Promise.all([known.text(), unknown.text()]);
    expect(bodies[0]).toContain(email);
    for (const body of bodies) expect(body).not.toContain("wrong but long");
    const same = (body: string, address: string) => body.replaceAll(address, "…").replace(/nonce="[^"]*"|"id":"[^"]*"|:r\w+:|\d{13}|[0-9a-f-]{36}/g, "");
    expect(same(bodies[0] ?? "", email)).toBe(same(bodies[1] ?? "", "nobody@example.com"));
    expect(known.headers.getSetCookie()).toEqual([]);
  });

  test("leads back to where somebody wanted to go, and never to another host", async () => {
    for (const [back, location] of [
      [`${home}/account?x=1`, `${home}/account?x=1`],
      ["//evil.example", home],
      ["https://evil.example/", home],
      ["/\\evil.example", home],
      ["/%09/evil.example\n", home],
      ["javascript:alert(1)", home],
    ] as const) {
      const response = await app.request(path, { form: { email, password: PASSWORD, back } });
      expect([back, response.headers.get("location")]).toEqual([back, location]);
    }
  });

  test("logs out by POST: the session is gone, not only its cookie", async () => {
    const cookies = cookiesAfter(await app.request(path, { form: { email, password: PASSWORD } }));
    expect((await app.request(`${home === "/staff" ? "/staff" : ""}/logout`, { cookie: cookies })).status).toBe(302);
    const out = await app.request(`${home === "/staff" ? "/staff" : ""}/logout`, { method: "POST", cookie: cookies });
    expect(out.headers.get("location")).toBe(path);
    expect(sessionIn(cookiesAfter(out, cookies))).toBeUndefined();
    const left = (await app.db.read.select({ id: table.id }).from(table)).map((row) => row.id);
    expect(left).not.toContain(hashToken(sessionIn(cookies) ?? ""));
  });
});

describe("sessions end", () => {
  const staffSession = async (email: string, password = PASSWORD) => cookiesAfter(await app.request("/staff/login", { form: { email, password } }));
  const isIn = async (cookie: string, path = "/staff/account") => (await app.request(path, { cookie })).status === 200;

  test("with a new role, and the next one has its rights from its first request", async () => {
    await app.db.write((tx) => createStaffUser(tx, by, { email: "chief@example.com", name: "Chief", role: "administrator", locale: "en" }));
    const chief = await signIn(app, "chief@example.com");
    const before = await staffSession("vera@example.com");
    expect([await isIn(before), await isIn(before, "/staff/campaigns"), await isIn(before, "/staff/desk")]).toEqual([true, false, true]);
    const { publicId } = (await findStaffByEmail(app.db.read, "vera@example.com"))!;
    expect((await app.request(`/staff/settings/team/${publicId}/role`, { cookie: chief, form: { role: "marketer" } })).status).toBe(303);
    expect(await isIn(before)).toBe(false);
    const after = await staffSession("vera@example.com");
    expect(after).not.toBe(before);
    expect([await isIn(after), await isIn(after, "/staff/campaigns"), await isIn(after, "/staff/desk")]).toEqual([true, true, false]);
  });

  test.each([
    { door: "/staff/login", page: "/staff/account", email: "vera@example.com" },
    { door: "/login", page: "/portal/account", email: "ana@example.com" },
  ])("with a new password at $page: all others at once, one's own goes on under a new id", async ({ door, page, email }) => {
    const begin = async () => cookiesAfter(await app.request(door, { form: { email, password: PASSWORD } }));
    const [here, elsewhere] = [await begin(), await begin()];
    const wrong = await app.request(page, { cookie: here, form: { intent: "password", currentPassword: "not the one", password: "ten lives are better" } });
    expect(wrong.status).toBe(400);
    expect([await isIn(here, page), await isIn(elsewhere, page)]).toEqual([true, true]);
    const changed = await app.request(page, { cookie: here, form: { intent: "password", currentPassword: PASSWORD, password: "ten lives are better" } });
    const renewed = cookiesAfter(changed, here);
    expect(renewed).not.toBe(here);
    expect([await isIn(here, page), await isIn(elsewhere, page), await isIn(renewed, page)]).toEqual([false, false, true]);
  });
});
