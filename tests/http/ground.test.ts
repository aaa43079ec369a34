import { afterAll, beforeAll, expect, test } from "vitest";

import { testApp, type TestApp } from "../support/app";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.close());

test("health answers when the database does", async () => {
  const response = await app.request("/health");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ok: true });
});

test("an unknown address is a page in the reader's language with status 404", async () => {
  const response = await app.request("/no-such-page", { headers: { "Accept-Language": "pl" } });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('<html lang="pl"');
});
