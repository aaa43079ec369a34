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

/** Mutant: without the limit the whole body is taken into memory before it is looked at. */
test.each(["with its length", "in pieces, without one"])("a form of gigabytes is refused as it comes, %s", async (how) => {
  const piece = new TextEncoder().encode(`locale=en&back=${"x".repeat(1_000_000)}`);
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      if (sent > 500) controller.close();
      else controller.enqueue(piece);
    },
  });
  const body = how === "with its length" ? "x".repeat(3_000_000) : endless;
  const answer = await app.request("/language", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, duplex: "half" } as RequestInit).catch(() => null);
  // Whoever goes on sending finds the connection closed.
  expect(answer?.status ?? 413).toBe(413);
  expect(sent).toBeLessThan(100);
});

/** Mutant: closing all connections first cuts off who is being answered; waiting for streams waits for ever. */
test("who is being answered when the server stops gets the answer, and open streams end", async () => {
  const own = await testApp();
  let finish: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("locale=pl&back="));
      finish = () => {
        controller.enqueue(new TextEncoder().encode("%2Flogin"));
        controller.close();
      };
    },
  });
  const asked = own.request("/language", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body, duplex: "half" } as RequestInit);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = Date.now();
  const closed = own.close();
  setTimeout(() => finish(), 200);
  expect((await asked).headers.get("location")).toBe("/login");
  await closed;
  expect(Date.now() - started).toBeLessThan(4_000);
});
