import { expect, test } from "vitest";

import { DISABLE_AFTER, EVENT_TYPE_NAMES, isTaken, isWebhookUrl, nextTryAt, TRY_FOR, typeOf, wantsOf } from "./webhook";

test("waits grow from half a minute to six hours, with chance added, and end with the third day", () => {
  const minutes = (attempts: number, chance = 0) => (nextTryAt(0, attempts, 0, chance) as number) / 60_000;
  expect([1, 2, 3, 4, 20].map((n) => minutes(n))).toEqual([0.5, 1, 2, 4, 360]);
  expect(minutes(1, 1)).toBeCloseTo(0.6);
  expect(nextTryAt(0, 3, TRY_FOR - 1000, 0)).toBe(null);
  let [now, attempts] = [0, 0];
  for (let at: number | null = 0; at !== null; at = nextTryAt(0, attempts, now, 0.5)) [now, attempts] = [at, attempts + 1];
  expect(attempts).toBeGreaterThan(15);
  expect(TRY_FOR).toBeLessThan(DISABLE_AFTER);
});

test("each thing that is written down has one type", () => {
  const wants = wantsOf(EVENT_TYPE_NAMES);
  expect(new Set(wants.map(({ source, kind }) => `${source} ${kind}`)).size).toBe(wants.length);
  expect(typeOf({ source: "event", kind: "order_placed" })).toBe("order.created");
  expect(typeOf({ source: "audit", kind: "order_placed" })).toBe(null);
  expect(["created", "changed", undefined].map((outcome) => typeOf({ source: "audit", kind: "upsertShipment" }, outcome))).toEqual(["shipment.created", "shipment.changed", null]);
});

test("only an answer of 2xx takes a message", () => {
  expect([200, 204, 299, 301, 302, 400, 500, null].map(isTaken)).toEqual([true, true, true, false, false, false, false, false]);
});

test("addresses without a host of http, or with a password or a fragment in them, are refused", () => {
  const bad = ["", "x", "ftp://a.example/", "javascript:alert(1)", "https://u:p@a.example/", "https://a.example/#x", "file:///etc/passwd", `https://a.example/${"x".repeat(500)}`];
  expect(bad.filter(isWebhookUrl)).toEqual([]);
  expect(["https://a.example/hook?x=1", "http://127.0.0.1:9/"].every(isWebhookUrl)).toBe(true);
});
