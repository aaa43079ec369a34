/** What an administrator sees of the way out for mail, and the switch that holds it. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { holdSending, isHeld } from "../../app/domain/deliveries/hold.server";
import { deliveries, transportStates } from "../../app/domain/deliveries/schema";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { aRelay } from "../support/relay";
import { signIn } from "../support/sign-in";

let app: TestApp;
let relay: Awaited<ReturnType<typeof aRelay>>;
let admin = "";
let marketer = "";

beforeAll(async () => {
  relay = await aRelay({ auth: { user: "shop", pass: "right" } });
  app = await testApp({ MAIL_URL: `smtp://shop:never-shown@127.0.0.1:${relay.port}` });
  for (const role of ["administrator", "marketer"] as const)
    await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: `${role}@staff.example.com`, name: role, role, locale: "en" }));
  admin = await signIn(app, "administrator@staff.example.com");
  marketer = await signIn(app, "marketer@staff.example.com");
});
afterAll(async () => {
  await app?.close();
  await relay?.close();
});

const page = async (path: string, cookie: string, form?: Record<string, string>) => {
  const response = await app.request(path, { cookie, ...(form && { form }) });
  return { status: response.status, text: (await response.text()).replaceAll("<!-- -->", "") };
};

test("the check names what is wrong, on the page, and shows no secret", async () => {
  const { status, text } = await page("/staff/settings/mail", admin, { intent: "check" });
  expect(status).toBe(200);
  expect(text).toContain("Something is wrong.");
  expect(text).toContain("The relay refuses the password of shop: “535 5.7.8 wrong name or password”");
  expect(text).not.toContain("never-shown");
  expect((await page("/staff/settings/mail", admin, { intent: "something else" })).status).toBe(400);
});

test("a test mail goes to whoever asks", async () => {
  expect((await page("/staff/settings/mail", admin, { intent: "test" })).status).toBe(303);
  const rows = await app.db.read.select().from(deliveries);
  expect(rows).toMatchObject([{ address: "administrator@staff.example.com", class: "transactional", state: "queued" }]);
});

test("held sending stands on every staff page until an administrator releases it", async () => {
  expect((await page("/staff", marketer)).text).not.toContain("Sending is held");
  expect((await page("/staff/settings/mail", admin, { intent: "hold" })).status).toBe(303);
  const seen = (await page("/staff", marketer)).text;
  expect(seen).toContain("Sending is held by administrator");
  expect(seen).not.toContain("/staff/settings/hold");
  expect((await page("/staff", admin)).text).toContain("/staff/settings/hold");
  expect((await page("/staff/settings/hold", marketer, {})).status).toBe(403);
  expect((await page("/staff/settings/hold", admin)).text).toContain("When it is released, everything that waits leaves");
  expect((await page("/staff/settings/hold", admin, {})).status).toBe(303);
  expect(await isHeld(app.db.read)).toBeNull();
});

test("after a restore what may have left is not sent unless that is asked for", async () => {
  const notice = { class: "transactional", to: { address: "a@example.com" }, template: "mail_test", locale: "en", values: {}, dedupeKey: "old" } as const;
  const { deliveryId } = await app.db.write((tx) => queueNotice(tx, at(Date.now()), notice));
  await app.db.write((tx) => holdSending(tx, at(Date.now()), { reason: "restored", backupAt: Date.now() - 3_600_000, lastDeliveryId: deliveryId }));
  expect((await page("/staff", marketer)).text).toContain("this database was restored from a backup of");
  const { text } = await page("/staff/settings/hold", admin);
  expect(text).toContain("Order and case mails");
  expect(text).toMatch(/checked="" value="no"|value="no"[^>]* checked=""/);
  await page("/staff/settings/hold", admin, { system: "no" });
  const rows = await app.db.read.select().from(deliveries);
  expect(rows.find((row) => row.id === deliveryId)).toMatchObject({ state: "unconfirmed", reason: "restored" });
});

test("a relay that does not answer is said on every staff page, and is gone when it answers", async () => {
  await app.db.write((tx) => tx.insert(transportStates).values({ transport: "smtp", downSince: Date.now(), words: "no", checkedAt: Date.now() }));
  expect((await page("/staff", marketer)).text).toContain("The mail relay cannot be reached since");
  await app.db.write((tx) => tx.update(transportStates).set({ downSince: null }));
  expect((await page("/staff", marketer)).text).not.toContain("The mail relay cannot be reached");
});
