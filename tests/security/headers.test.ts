/** What every answer carries, and what never leaves the server. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, aMailedCustomer, aMailing, at } from "../support/factories";
import { allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { cookiesAfter, signIn } from "../support/sign-in";

const PASSWORD = "nine lives of a cat";
let app: TestApp;
let things: Things;
let mailing = "";
let token = "";
const cookies = { staff: "", customer: "" };
beforeAll(async () => {
  app = await testApp({ APP_URL: "https://crm.example.com", LINK_URL: "https://links.example.com" });
  const passwordHash = await hashPassword(PASSWORD);
  await app.db.write(async (tx) => {
    const { partyId } = await aCustomer(tx, at(Date.now()), { email: "ana@example.com" });
    await createStaffUser(tx, at(Date.now()), { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" });
    await createCustomerLogin(tx, at(Date.now()), { partyId, email: "ana@example.com", passwordHash });
    mailing = (await aMailing(tx, at(Date.now()))).publicId;
  });
  things = await aCustomerWithEverything(app, "bea", await aProduct(app));
  token = (await aMailedCustomer(app.db, at(Date.now()))).token;
  cookies.staff = `__Host-${await signIn(app, "admin@example.com")}`;
  cookies.customer = `__Host-${await signIn(app, things.email)}`;
});
afterAll(() => app?.close());

const directives = (response: Response) =>
  new Map((response.headers.get("content-security-policy") ?? "").split(";").map((d) => [d.trim().split(" ")[0] ?? "", d.trim()]));

/** Pages of their own frames, which may be shown inside ours and run nothing. */
const MAIL_FRAMES = ["/staff/mailings/:id/preview", "/staff/mailings/templates/:key", "/staff/outbox/:id/copy", "/staff/mails/:id/as-sent", "/portal/preferences/mails/:id/copy", "/v/:token"];

/** Everything that can be asked for: each route with things that are there and as nobody, the handlers, files, errors. */
function everything(): { path: string; cookie: string; pattern: string }[] {
  const found = allRoutes().flatMap((route) => {
    const thing = thingNamedBy(route.path);
    const own: Record<string, string> = { "/staff/mailings/:id": mailing, "/staff/mailings/templates/:key": "newsletter", "/u/:token": token, "/p/:token": token };
    const known = Object.entries(own).find(([begins]) => route.path.startsWith(begins))?.[1];
    const values = Object.fromEntries(route.params.map((name) => [name, known ?? (thing ? String(things[thing]) : "x")]));
    const path = fill(route.path, values);
    const cookie = path.startsWith("/staff") ? cookies.staff : cookies.customer;
    const pattern = route.path;
    return [{ path, cookie, pattern }, { path, cookie: "", pattern }, { path: `${path.replace(/\/$/, "") || "/_root"}.data`, cookie, pattern: `${pattern}.data` }];
  });
  const others = ["/health", "/manifest.webmanifest", "/events?as=staff&topic=desk", `/o/${token}.gif`, "/o/x.gif", `/c/${token}/0`, `/c/${token}/99`, `/v/${token}`, "/v/x", "/favicon.ico", "/assets/none.js", "/%E0%A4%A"];
  return [...found, ...others.map((path) => ({ path, cookie: "", pattern: path.startsWith(`/v/${token}`) ? "/v/:token" : path }))];
}

test("every answer of whatever kind carries every header", async () => {
  const wrong: string[] = [];
  const kinds = new Set<string>();
  for (const { path, cookie, pattern } of everything()) {
    const response = await app.request(path, { cookie });
    await response.body?.cancel();
    const has = (name: string, value: RegExp) => value.test(response.headers.get(name) ?? "") || wrong.push(`${path} (${response.status}): ${name}: ${response.headers.get(name)}`);
    const csp = directives(response);
    const isFrame = MAIL_FRAMES.includes(pattern) && response.status < 400;
    kinds.add(`${isFrame ? "frame" : (response.headers.get("content-type") ?? "none").split(";")[0]} ${response.status}`);
    has("content-security-policy", /^default-src 'none'/);
    has("content-security-policy", /base-uri 'none'/);
    has("x-content-type-options", /^nosniff$/);
    has("strict-transport-security", /^max-age=31536000; includeSubDomains$/);
    // Of several the last one counts (W3C Referrer Policy, 8.1).
    has("referrer-policy", /^(same-origin|(same-origin, )?no-referrer)$/);
    has("x-frame-options", isFrame && pattern !== "/v/:token" ? /^SAMEORIGIN$/i : /^(DENY|SAMEORIGIN)$/i);
    has("cross-origin-opener-policy", /^same-origin$/);
    has("cross-origin-resource-policy", /^\/o\//.test(path) ? /^cross-origin$/ : /^same-origin$/);
    const policy = response.headers.get("content-security-policy") ?? "";
    if (/script-src[^;]*('unsafe|\*|https?:|data:)/.test(policy) || /style-src [^;]*'unsafe-inline'/.test(isFrame ? "" : policy)) wrong.push(`${path}: ${policy}`);
    if (isFrame ? !csp.has("sandbox") || /allow-(scripts|same-origin|forms)/.test(csp.get("sandbox") ?? "") || csp.has("script-src") : !/^frame-ancestors 'none'$|^$/.test(csp.get("frame-ancestors") ?? "")) wrong.push(`${path} (${response.status}): ${policy}`);
    if (/text\/html/.test(response.headers.get("content-type") ?? "")) has("cache-control", /no-store|private/);
    if (response.headers.get("x-powered-by")) wrong.push(`${path}: x-powered-by`);
    for (const cookie of response.headers.getSetCookie()) if (!OURS.test(cookie)) wrong.push(`${path}: ${cookie}`);
  }
  expect(wrong).toEqual([]);
  // Each kind was really met.
  for (const kind of ["frame 200", "text/html 200", "text/html 404", "text/x-script 200", "image/jpeg 200", "image/gif 200", "text/plain 404", "application/json 200"]) expect([...kinds].join(", ")).toContain(kind);
});

const OURS = /^__Host-(rapport_\w+|lang|theme)=[^;]*; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax; Secure$/;

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
  const own = cookiesAfter(login);
  const answers = [
    login,
    ...(await Promise.all(["/reset/some-token", "/staff/reset/some-token", "/login/link/some-token", "/portal/account/email/some-token"].map((path) => app.request(path)))),
    await app.request("/login/code", { form: { intent: "request", email: "ana@example.com" } }),
    await app.request("/language", { form: { locale: "pl" } }),
    await app.request("/theme", { form: { theme: "dark" } }),
    await app.request("/theme", { form: { theme: "system" } }),
    // A message said once, the renewed session of a new password, and the way out.
    await app.request("/portal/account", { cookie: own, form: { intent: "password", currentPassword: PASSWORD, password: "ten lives are better" } }),
    await app.request("/logout", { method: "POST", cookie: own }),
    // A session that is worth nothing is taken away.
    await app.request("/portal", { cookie: "__Host-rapport_customer=made-up" }),
  ];
  const set = answers.flatMap((answer) => answer.headers.getSetCookie());
  expect(new Set(set.map((cookie) => cookie.split("=")[0]))).toEqual(
    new Set(["customer", "device_customer", "reset_customer", "reset_staff", "login_link", "login_code", "verify_email", "flash"].map((name) => `__Host-rapport_${name}`).concat(["__Host-lang", "__Host-theme"])),
  );
  for (const cookie of set) expect(cookie).toMatch(OURS);
  // Without the prefix nobody is anybody, in no language that they did not choose.
  const planted = await app.request("/portal", { cookie: `${own.replaceAll("__Host-", "")}; lang=pl; theme=dark` });
  expect(planted.headers.get("location")).toMatch(/^\/login/);
  expect(await (await app.request("/login", { cookie: "lang=pl; theme=dark" })).text()).not.toMatch(/<html[^>]*(?: lang="pl"|data-theme="dark")/);
});

test("an address cannot write cookies of its own", async () => {
  for (const token of ["a%3B%20Domain%3Dexample.com%3B%20Max-Age%3D9", "a%0d%0aSet-Cookie:%20x=y", "a%2Cb", "a%20b", "%C5%BC", "x".repeat(300)]) {
    for (const path of ["/reset/", "/staff/reset/", "/login/link/", "/portal/account/email/"]) {
      const response = await app.request(`${path}${token}`);
      expect([path, token, response.status]).toEqual([path, token, 303]);
      // Mutant: the value as it stands in the address.
      for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/^__Host-rapport_\w+=; HttpOnly; Max-Age=0; Path=\/; SameSite=Lax; Secure$/);
    }
  }
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
