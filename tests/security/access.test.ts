/**
 * Every actor × every loader and every action of the route table, against app/access.ts. What the table grants must
 * get through the guard; what it does not grant is refused, and leaves the database as it was.
 *
 * Mutants: `admit` in guard.server.ts returning at once; the guard wrapping only loaders, or only actions.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ACCESS, ROLES, type Role } from "../../app/access";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import type { StaffRole } from "../../app/domain/journal/actor";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at } from "../support/factories";
import { fingerprint } from "../support/fingerprint";
import { actionUrl, allRoutes, fill, type FlatRoute } from "../support/routes";
import { signIn } from "../support/sign-in";

const routes = allRoutes();
/** A POST here is taken by a handler in front of Remix (handlers.server.ts); csrf.test.ts looks at those. */
const HANDLED = ["/u/:token"];
let app: TestApp;
const cookies: Record<Role, string> = { anonymous: "", customer: "", administrator: "", marketer: "", support: "", manager: "" };

beforeAll(async () => {
  app = await testApp();
  const by = at(Date.now());
  await app.db.write(async (tx) => {
    for (const role of ["administrator", "marketer", "support", "manager"] satisfies StaffRole[])
      await createStaffUser(tx, by, { email: `${role}@example.com`, name: role, role, locale: "en" });
    await aCustomer(tx, by, { email: "customer@example.com" });
  });
  for (const role of ROLES) if (role !== "anonymous") cookies[role] = await signIn(app, `${role}@example.com`);
});
afterAll(() => app?.close());

/** Customers' cookies do not count on staff pages, nor staff's on others: there everybody else is nobody. */
function seenAs(role: Role, path: string): Role {
  const staffPage = /^\/staff(\/|$)/.test(path);
  return role === "anonymous" || (role === "customer") === staffPage ? "anonymous" : role;
}

const granted = (roles: readonly Role[] | undefined, role: Role) => roles?.includes(role) ?? false;

/** One loader by itself, as single fetch asks for it: no parent can refuse in its place. */
function readOne(route: FlatRoute, role: Role) {
  const path = fill(route.path);
  const data = path === "/" ? "/_root.data" : `${path.replace(/\/$/, "")}.data`;
  return app.request(`${data}?_routes=${encodeURIComponent(route.id)}`, { cookie: cookies[role] });
}

/** A redirect to a login page, however it is told: by status, or inside a single-fetch answer. */
async function outcome(response: Response): Promise<"refused" | "passed"> {
  if (response.status === 401 || response.status === 403) return "refused";
  const where = response.headers.get("location") ?? (response.status === 202 ? await response.text() : "");
  return /\/login\?back=/.test(where) ? "refused" : "passed";
}

test("every route has a row in the table, and every row a route", () => {
  expect(Object.keys(ACCESS).toSorted()).toEqual(["root", ...routes.map((r) => r.id)].toSorted());
});

/** What the table must never grant, said a second time: a slip in access.ts is then not its own proof. */
const NEVER: [begins: string, only: readonly Role[]][] = [
  ["routes/portal/", ["customer"]],
  ["routes/staff/", ["administrator", "marketer", "support", "manager"]],
  ["routes/staff/settings/", ["administrator"]],
  ["routes/staff/desk/", ["administrator", "support", "manager"]],
  ["routes/staff/campaigns/", ["administrator", "marketer", "manager"]],
  ["routes/staff/campaigns/approve", ["administrator", "manager"]],
  ["routes/staff/mailings/", ["administrator", "marketer", "manager"]],
  ["routes/staff/segments/", ["administrator", "marketer", "manager"]],
  ["routes/staff/imports/", ["administrator", "marketer", "manager"]],
  ["routes/staff/outbox/list", ["administrator", "marketer", "manager"]],
];

test("the table grants nothing that it must not, and writing to nobody who may not read what is beside it", () => {
  const wrong = Object.entries(ACCESS).flatMap(([id, { read, write = [] }]) =>
    NEVER.filter(([begins]) => id.startsWith(begins)).flatMap(([begins, only]) => [...read, ...write].filter((role) => !only.includes(role)).map((role) => `${id}: ${role} (${begins})`)),
  );
  expect(wrong).toEqual([]);
  const open = Object.entries(ACCESS).flatMap(([id, { write = [] }]) => (write.includes("anonymous") ? [id] : []));
  expect(open.filter((id) => !/^routes\/(public|session)\//.test(id))).toEqual([]);
});

describe.each(ROLES)("%s", (role) => {
  test("reads what the table grants, and nothing else", async () => {
    const before = await fingerprint(app);
    const wrong: string[] = [];
    for (const route of routes) {
      const may = granted(ACCESS[route.id]?.read, seenAs(role, route.path));
      if (may && role !== seenAs(role, route.path)) continue;
      const response = await readOne(route, role);
      // A route without a loader has nothing to read: single fetch leaves it out.
      const text = await response.clone().text();
      if (!may && !text.includes(route.id) && response.status === 200) continue;
      if ((await outcome(response)) !== (may ? "passed" : "refused")) wrong.push(`${route.id} (${route.path}): ${may ? "may" : "may not"}, got ${response.status}`);
    }
    expect(wrong).toEqual([]);
    if (role === "anonymous") expect(await fingerprint(app)).toBe(before);
  });

  test("writes what the table grants, and nothing else; a refused write changes nothing", async () => {
    const before = await fingerprint(app);
    const wrong: string[] = [];
    for (const route of routes) {
      if (HANDLED.includes(route.path) || granted(ACCESS[route.id]?.write, seenAs(role, route.path))) continue;
      const response = await app.request(actionUrl(route), { cookie: cookies[role], form: { intent: "x" } });
      // 405: there is no action at all. Nobody who is not signed in is led to the login page.
      if (response.status !== 405 && (await outcome(response)) !== "refused") wrong.push(`${route.id} (${route.path}): may not, got ${response.status}`);
    }
    expect(wrong).toEqual([]);
    expect(await fingerprint(app)).toBe(before);
  });
});

test("who may write gets as far as the action: bad input is refused there, not at the door", async () => {
  const wrong: string[] = [];
  for (const route of routes) {
    if (/logout|language|theme/.test(route.path)) continue;
    for (const role of ACCESS[route.id]?.write ?? []) {
      if (role !== seenAs(role, route.path)) continue;
      const response = await app.request(actionUrl(route), { cookie: cookies[role], form: { nothing: "of use" } });
      if ([401, 403, 405].includes(response.status) || response.status >= 500) wrong.push(`${role} ${route.id} (${route.path}): ${response.status}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a body that is no form is refused before the action reads it", async () => {
  for (const type of ["application/json", "text/plain", "multipart/mixed; boundary=x"]) {
    const { status } = await app.request("/login", { method: "POST", headers: { "Content-Type": type }, body: "{}" });
    expect([type, status]).toEqual([type, 415]);
  }
});
