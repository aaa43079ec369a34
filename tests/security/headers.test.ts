/** What every answer carries, and what never leaves the server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at } from "../support/factories";
import { allRoutes, fill } from "../support/routes";

const PASSWORD = "nine lives of a cat";
let app: TestApp;
beforeAll(async () => {
  app = await testApp({ APP_URL: "https://crm.example.com", LINK_URL: "https://links.example.com" });
  const passwordHash = await hashPassword(PASSWORD);
  await app.db.write(async (tx) => {
    const { partyId } = await aCustomer(tx, at(Date.now()), { email: "ana@example.com" });
    await createStaffUser(tx, at(Date.now()), { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" });
    await createCustomerLogin(tx, at(Date.now()), { partyId, email: "ana@example.com", passwordHash });
  });
});
afterAll(() => app?.close());

const directives = (response: Response) =>
  new Map((response.headers.get("content-security-policy") ?? "").split(";").map((d) => [d.trim().split(" ")[0] ?? "", d.trim()]));

test("every page is under a policy with a nonce of its own, and is neither framed nor sniffed", async () => {
  const nonces = new Set<string>();
  for (const path of ["/login", "/staff/login", "/no-such-page", "/forgot"]) {
    const response = await app.request(path);
    const csp = directives(response);
    const nonce = /'nonce-([^']+)'/.exec(csp.get("script-src") ?? "")?.[1] ?? "";
    expect(Buffer.from(nonce, "base64")).toHaveLength(16);
    nonces.add(nonce);
    expect(csp.get("script-src")).not.toMatch(/unsafe-inline|unsafe-eval|\*|https?:/);
    expect(csp.get("style-src")).not.toMatch(/unsafe-inline/);
    expect(csp.get("default-src")).toBe("default-src 'none'");
    expect(csp.get("frame-ancestors")).toBe("frame-ancestors 'none'");
    expect(csp.get("form-action")).toBe("form-action 'self'");
    expect(csp.get("base-uri")).toBe("base-uri 'none'");
    const html = await response.text();
    const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map((m) => m[1] ?? "");
    expect(scripts.length).toBeGreaterThan(0);
    for (const attributes of scripts) expect(attributes).toContain(`nonce="${nonce}"`);
    expect(html).not.toMatch(/<[a-z][^>]* on[a-z]+="/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("strict-transport-security")).toMatch(/^max-age=31536000/);
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect(response.headers.get("x-powered-by")).toBeNull();
  }
  expect(nonces.size).toBe(4);
});

test("over https every cookie of ours is __Host-, Secure, HttpOnly and SameSite", async () => {
  const login = await app.request("/login", { form: { email: "ana@example.com", password: PASSWORD } });
  const cookies = [...login.headers.getSetCookie(), ...(await app.request("/reset/some-token")).headers.getSetCookie()];
  expect(cookies.length).toBeGreaterThanOrEqual(3);
  for (const cookie of cookies) expect(cookie).toMatch(/^__Host-rapport_\w+=[^;]*; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax; Secure$/);
});

test("over http there is no HSTS, and cookies have plain names that a browser keeps", async () => {
  const plain = await testApp();
  const response = await plain.request("/reset/some-token");
  expect(response.headers.get("strict-transport-security")).toBeNull();
  expect(response.headers.getSetCookie()[0]).toMatch(/^rapport_reset_customer=some-token; HttpOnly; Max-Age=3600; Path=\/; SameSite=Lax$/);
  await plain.close();
});

describe("addresses that are secrets", () => {
  test.each(["/reset/abc", "/staff/reset/abc", "/login/link/abc", "/portal/account/email/abc"])("%s leads on at once, without a referrer", async (path) => {
    const response = await app.request(path);
    expect(response.status).toBe(303);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("location")).not.toContain("abc");
  });
});

test("no secret of the server reaches the browser", async () => {
  for (const route of allRoutes()) {
    const body = await (await app.request(fill(route.path))).text();
    expect(body.includes(app.env.SECRET_KEY), route.path).toBe(false);
    expect(/\$argon2/.test(body), route.path).toBe(false);
  }
  const { readdirSync, readFileSync } = await import("node:fs");
  for (const name of readdirSync("build/client/assets").filter((n) => n.endsWith(".js")))
    expect(/argon2|SECRET_KEY|better-sqlite3|DATABASE_URL/.test(readFileSync(`build/client/assets/${name}`, "utf8")), name).toBe(false);
});
