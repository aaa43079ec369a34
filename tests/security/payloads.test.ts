/**
 * What every loader sends to the browser, by its keys. The list is checked in (payload-keys.json): a key that joins it
 * shows in the review of the change. After a change that is meant: `npx vitest run --project http tests/security/payloads.test.ts -u`.
 */
import { afterAll, beforeAll, expect, test } from "vitest";

import { ACCESS, type Role } from "../../app/access";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { addNote } from "../../app/domain/cases/messages.server";
import { cases } from "../../app/domain/cases/schema";
import { createToken } from "../../app/domain/integrations/tokens.server";
import { createEndpoint } from "../../app/domain/integrations/webhooks.server";
import { testApp, type TestApp } from "../support/app";
import { aCampaign, aMailing, at, aTopic } from "../support/factories";
import { keysOf, readPayload } from "../support/payload";
import { allRoutes, fill } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

const NOTE = "internal-note-about-the-customer";
let app: TestApp;
let ana: Things;
let ids: Record<string, string>;
const cookies: Partial<Record<Role, string>> = { anonymous: "" };

beforeAll(async () => {
  app = await testApp();
  const by = at(Date.now());
  const product = await aProduct(app);
  ana = await aCustomerWithEverything(app, "ana", product);
  await aCustomerWithEverything(app, "bea", product);
  ids = await app.db.write(async (tx) => {
    const admin = await createStaffUser(tx, by, { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" });
    if (!admin.ok) throw new Error(admin.reason);
    const actor = { kind: "staff", id: admin.id, role: "administrator", name: "Admin", locale: "en" } as const;
    for (const row of await tx.select({ id: cases.id }).from(cases))
      await addNote(tx, { actor, now: by.now }, { caseId: row.id, message: NOTE, submissionKey: `note-${row.id}` } as never);
    const mailing = await aMailing(tx, by);
    const campaign = await aCampaign(tx, by, { topicId: await aTopic(tx, by), mailingId: mailing.mailingId });
    const { publicId: program } = await createToken(tx, by, { name: "Accounting", scopes: ["orders:read"], expiresAt: null });
    const { publicId: endpoint } = await createEndpoint(tx, by, { SECRET_KEY: app.env.SECRET_KEY, SECRET_KEY_OLD: [] }, { url: "https://erp.example.com/", description: "", types: ["order.created"] });
    const [segment] = await tx.raw<{ public_id: string }>("SELECT public_id FROM segments LIMIT 1");
    return { "/staff/mailings/:": mailing.publicId, "/staff/campaigns/:": campaign.publicId, "/staff/segments/:": segment?.public_id ?? "x", "/staff/settings/team/:": admin.publicId, "/staff/settings/topics/:": "offers", "/staff/settings/api/:": program, "/staff/settings/webhooks/:": endpoint };
  });
  cookies.administrator = await signIn(app, "admin@example.com");
  cookies.customer = await signIn(app, ana.email);
});
afterAll(() => app?.close());

async function payloadOf(route: ReturnType<typeof allRoutes>[number]): Promise<{ keys: string[]; text: string } | null> {
  const role = (["customer", "administrator", "anonymous"] as const).find((r) => ACCESS[route.id]?.read.includes(r) && (r !== "customer" || !route.path.startsWith("/staff")));
  if (!role) return null;
  const thing = thingNamedBy(route.path);
  const own = Object.entries(ids).find(([begins]) => route.path.startsWith(begins))?.[1];
  const values = Object.fromEntries(route.params.map((name) => [name, own ?? (thing ? String(ana[thing]) : "x")]));
  const path = fill(route.path, values).replace(/\/$/, "") || "/_root";
  const response = await app.request(`${path}.data?_routes=${encodeURIComponent(route.id)}`, { cookie: cookies[role] ?? "" });
  const text = await response.text();
  if (response.status !== 200 || !text.startsWith("[")) return null;
  const payload = readPayload(text) as Record<string, { data?: unknown }>;
  const data = payload[route.id]?.data;
  return data === undefined ? null : { keys: keysOf(data), text };
}

test("the keys are those that were looked at; none is a secret; customers get nothing of staff's notes", async () => {
  const all: Record<string, string[]> = {};
  for (const route of allRoutes()) {
    const payload = await payloadOf(route);
    if (!payload) continue;
    all[route.id] = payload.keys;
    // `hasPassword` says yes or no; a share token is the address that its owner gives away; a table of tokens is named, its secrets left out.
    const secrets = payload.keys.filter((key) => /hash|password|secret|token|sessionId|codeAttempts/i.test(key) && !/hasPassword$|shareToken$|^tables\.login_tokens$/.test(key));
    expect([route.id, secrets]).toEqual([route.id, []]);
    expect(payload.text.includes("$argon2"), route.id).toBe(false);
    if (route.path.startsWith("/portal")) {
      expect(payload.text.includes(NOTE), route.id).toBe(false);
      expect(/Givenofbea|Familyofbea|bea\.of\.the\.test/.test(payload.text), route.id).toBe(false);
      expect(payload.keys.filter((key) => /internal|visibility|assignee|valueMinor|expectedOrders|rfm|pAlive|Score$|searchText/i.test(key)), route.id).toEqual([]);
    }
  }
  expect(Object.keys(all).length).toBeGreaterThan(15);
  await expect(`${JSON.stringify(all, null, 1)}\n`).toMatchFileSnapshot("payload-keys.json");
});
