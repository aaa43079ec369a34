import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { aCustomerWithEverything, aProduct } from "../support/scene";
import { signIn } from "../support/sign-in";

let app: TestApp;
const cookies: Record<string, string> = {};
beforeAll(async () => {
  app = await testApp();
  for (const role of ["manager", "support"] as const) {
    await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: `${role}@staff.example.com`, name: role, role, locale: "en" }));
    cookies[role] = await signIn(app, `${role}@staff.example.com`);
  }
});
afterAll(() => app.close());

/** Mutant: without `sure` in the schema the second post erases. */
test("a manager gives a copy and erases, with a reason and a second look; the receipt stands, and no page breaks", async () => {
  const ana = await aCustomerWithEverything(app, "ana", await aProduct(app));
  const cookie = cookies.manager!;
  const page = `/staff/customers/${ana.party}/data`;
  expect(await (await app.request(`/staff/customers/${ana.party}`, { cookie })).text()).toContain(page);
  const copy = await app.request(`${page}.json`, { cookie });
  expect(copy.headers.get("content-disposition")).toContain("attachment");
  expect(await copy.text()).toContain(ana.email);
  expect((await app.request(`${page}.json`, { cookie: cookies.support! })).status).toBe(403);
  expect((await app.request(page, { cookie: cookies.support!, form: { reason: "asked", sure: "on" } })).status).toBe(403);
  expect((await app.request(page, { cookie, form: { reason: "asked by letter" } })).status).toBe(400);
  expect((await app.request(`/staff/customers/${ana.party}`, { cookie })).status).toBe(200);

  expect((await app.request(page, { cookie, form: { reason: "asked by letter", sure: "on" } })).status).toBe(303);
  expect((await app.request(`/staff/customers/${ana.party}`, { cookie })).headers.get("location")).toBe(page);
  const receipt = await (await app.request(page, { cookie })).text();
  expect(receipt).toContain("asked by letter");
  expect(receipt).not.toContain("Givenofana");
  const mails = await app.db.read.select().from(deliveries).where(eq(deliveries.partyId, ana.partyId));
  for (const path of [`/staff/orders/${ana.order}`, `/staff/desk/${ana.case}`, `/staff/customers/${ana.party}/consents`, "/staff/outbox", ...mails.map((mail) => `/staff/outbox/${mail.publicId}`)])
    expect([path, (await app.request(path, { cookie })).status]).toEqual([path, 200]);
});
