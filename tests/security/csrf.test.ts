/**
 * Every method that could write × every route and every handler of their tables, with Origins that are not ours: 403, and
 * not one row changes. A forged X-Forwarded-Host or Host helps nobody. Exempt are only the two that must be: the signed
 * webhook and the one-click POST.
 *
 * Mutants: csrf-… in tests/mutants.mjs.
 */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { testApp, type TestApp } from "../support/app";
import { aMailedCustomer, at } from "../support/factories";
import { fingerprint } from "../support/fingerprint";
import { actionUrl, allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

const EXEMPT = { "/u/:token": "one-click", "/hooks/sendgrid": "signed", "/hooks/inbound": "signed" };

/** The table in handlers.server.ts is read as text: its modules need the built server. */
const handlers = [...`${readFileSync("app/handlers.server.ts", "utf8")}${readFileSync("app/http/manifest.server.ts", "utf8")}`.matchAll(/method: "(\w+)",\s+path: "([^"]+)"(?:, csrfExempt: "([^"]+)")?/g)].map(
  ([, method, path, exempt]) => ({ method: method as string, path: path as string, exempt }),
);

let app: TestApp;
let ana: Things;
let token = "";
let cookies: { staff: string; customer: string };

beforeAll(async () => {
  app = await testApp({ APP_URL: "https://crm.example.com" });
  ana = await aCustomerWithEverything(app, "ana", await aProduct(app));
  token = (await aMailedCustomer(app.db, at(Date.now()))).token;
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" }));
  const secure = (cookie: string) => `__Host-${cookie}`;
  cookies = { staff: secure(await signIn(app, "admin@example.com")), customer: secure(await signIn(app, ana.email)) };
});
afterAll(() => app?.close());

const ORIGINS: Record<string, Record<string, string>> = {
  "that does not say where it comes from": {},
  "from another site": { Origin: "https://evil.example" },
  "from a page without an origin": { Origin: "null" },
  "from our host without TLS": { Origin: "http://crm.example.com" },
  "from a host that begins like ours": { Origin: "https://crm.example.com.evil.example" },
  "from a host below ours": { Origin: "https://evil.crm.example.com" },
  "from another port": { Origin: "https://crm.example.com:8443" },
  "that names ours with what stands behind it": { Origin: "https://crm.example.com/login" },
  "with a forged X-Forwarded-Host": { Origin: "https://evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https" },
  "with a forged Host": { Origin: "https://evil.example", Host: "evil.example" },
  "with both forged": { Origin: "https://evil.example", Host: "evil.example", "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example;proto=https" },
};
const METHODS = ["POST", "PUT", "PATCH", "DELETE"];

const BODY = "intent=x";

/** fetch would put in an Origin or a Host of its own. */
function send(path: string, method: string, headers: Record<string, string>): Promise<number> {
  const cookie = path.startsWith("/staff") ? cookies.staff : cookies.customer;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const request = httpRequest({ hostname, port, path, method, headers: { Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": BODY.length, ...headers } }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    request.end(BODY);
  });
}

/** Every address, filled in with things that are there, so that only the Origin stands in the way. */
function targets(): string[] {
  const found = allRoutes().flatMap((route) => {
    const thing = thingNamedBy(route.path);
    const values = Object.fromEntries(route.params.map((name) => [name, thing ? String(ana[thing]) : "x"]));
    return [actionUrl(route, values), `${fill(route.path, values).replace(/\/$/, "") || "/_root"}.data`];
  });
  return [...new Set([...found, ...handlers.map(({ path }) => fill(path, { token, file: `${token}.gif`, position: "0" })), "/no/such/page", "/assets/x.js"])];
}

/** The two posts that must come from elsewhere; the page and its `.data` lie under the same pattern. */
const isExempt = (path: string, method: string) => method === "POST" && /^\/(u\/[^/]+|hooks\/(?:sendgrid|inbound))$/.test(path);

describe.each(Object.entries(ORIGINS))("a request %s", (_, headers) => {
  test.each(METHODS)("is refused everywhere as %s, and changes nothing", async (method) => {
    const before = await fingerprint(app);
    const wrong: string[] = [];
    for (const path of targets()) {
      if (isExempt(path, method)) continue;
      const status = await send(path, method, headers);
      if (status !== 403) wrong.push(`${method} ${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(await fingerprint(app)).toBe(before);
  });
});

test("a request from our own page comes through, behind a proxy that rewrites Host too", async () => {
  const Origin = "https://crm.example.com";
  for (const extra of [{}, { Host: "10.0.0.7:3000" }, { "X-Forwarded-Host": "evil.example" }] as Record<string, string>[])
    expect([extra, await send("/login/code", "POST", { Origin, ...extra })]).toEqual([extra, 303]);
});

test("only the webhooks and the one-click POST need no Origin, and each has a proof of its own", async () => {
  const posts = handlers.filter(({ method }) => method !== "get");
  expect(Object.fromEntries(posts.map(({ path, exempt }) => [path, exempt]))).toEqual(EXEMPT);
  expect(handlers.length).toBeGreaterThanOrEqual(8);
  const Origin = "https://evil.example";
  const before = await fingerprint(app);
  expect(await send("/u/1a.1.AAAAAAAAAAAAAAAAAAAAAA", "POST", { Origin })).toBe(404);
  expect(await send("/hooks/sendgrid", "POST", { Origin })).toBe(403);
  expect(await send("/hooks/inbound", "POST", { Origin })).toBe(401);
  expect(await fingerprint(app)).toBe(before);
  // The token is the proof: it comes from the mail itself.
  expect(await send(`/u/${token}`, "POST", { Origin })).toBe(303);
});
