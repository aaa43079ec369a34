/** What stands in an address: every filter, cursor and choice of every page, with what no page would ever put there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { ACCESS } from "../../app/access";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { createSegment } from "../../app/domain/segments/segments.server";
import { testApp, type TestApp } from "../support/app";
import { aCampaign, aMailing, at, aTopic } from "../support/factories";
import { allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

/** A stream never ends; a launch waits; these have tests of their own. */
const APART = ["/events"];
const ODD = [
  "1' OR '1'='1", "'; DROP TABLE parties; --", "p.name) UNION SELECT password_hash FROM staff_users --", "\u0000", "%_\\", "🜚".repeat(300), "__proto__", "constructor",
  "-1", "1e309", "9223372036854775808", "NaN", "2026-13-45", "../../etc/passwd", "[object Object]", "x".repeat(5000),
];

let app: TestApp;
let ana: Things;
let ids: Record<string, string> = {};
const cookies: Record<string, string> = {};

beforeAll(async () => {
  app = await testApp();
  const by = at(Date.now());
  ana = await aCustomerWithEverything(app, "ana", await aProduct(app));
  await app.db.write((tx) => createStaffUser(tx, by, { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" }));
  ids = await app.db.write(async (tx) => {
    const mailing = await aMailing(tx, by);
    const campaign = await aCampaign(tx, by, { topicId: await aTopic(tx, by), mailingId: mailing.mailingId });
    const segment = await createSegment(tx, by, { name: "All", rules: { match: "all", rules: [] } });
    return { "/staff/mailings/:": mailing.publicId, "/staff/campaigns/:": campaign.publicId, "/staff/segments/:": segment.publicId };
  });
  cookies.administrator = await signIn(app, "admin@example.com");
  cookies.customer = await signIn(app, ana.email);
});
afterAll(() => app?.close());

/** Every name that a route asks the address for. */
const files = readdirSync("app/routes", { recursive: true, withFileTypes: true }).filter((entry) => /\.tsx?$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
const names = [...new Set(files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\.(?:get|getAll|has)\("(\w+)"\)/g)].map(([, name]) => name as string)))];

// Found by it: the redirect of an import's buttons answered 500 to a NUL in the path, since no header may hold one.
test("every page answers odd parameters kindly, shows nothing of the database, and changes nothing", async () => {
  expect(names.length).toBeGreaterThan(20);
  const before = await counts();
  const failures: string[] = [];
  let asked = 0;
  for (const [i, route] of allRoutes().entries()) {
    const role = (["customer", "administrator", "anonymous"] as const).find((one) => ACCESS[route.id]?.read.includes(one) && (one !== "customer" || !route.path.startsWith("/staff")));
    if (!role || APART.includes(route.path)) continue;
    const thing = thingNamedBy(route.path);
    const own = Object.entries(ids).find(([begins]) => route.path.startsWith(begins))?.[1];
    // What no header may hold goes into every path that only leads on to another.
    const odd = isPage(route.id) ? ODD[i % ODD.length]! : "\u0000";
    // Of every second page one of a thing that nobody has.
    const isGone = i % 2 === 1 || !isPage(route.id);
    const values = Object.fromEntries(route.params.map((name) => [name, isGone ? encodeURIComponent(odd) : (own ?? (thing ? String(ana[thing]) : "x"))]));
    const query = new URLSearchParams(names.map((name) => [name, odd]));
    const path = `${fill(route.path, values)}?${query}`;
    const response = await app.request(odd.length > 1000 ? path.slice(0, 12_000) : path, { cookie: cookies[role] ?? "", redirect: "manual" });
    const text = await response.text();
    asked += 1;
    if (response.status >= 500 || /SQLITE_|syntax error|PostgresError|at .*\.(ts|js):\d/.test(text)) failures.push(`${response.status} ${route.path} ${JSON.stringify(odd.slice(0, 40))}`);
  }
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(80);
  expect(await counts()).toEqual(before);
});

const isPage = (id: string) => existsSync(`app/${id}.tsx`);

async function counts(): Promise<unknown> {
  return app.db.read.raw("SELECT (SELECT count(*) FROM parties) AS parties, (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM segments) AS segments, (SELECT count(*) FROM cases) AS cases, (SELECT count(*) FROM consents) AS consents");
}
