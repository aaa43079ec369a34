import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";

import { provideMailIdentity } from "./identity.server";
import { isBounceAddress } from "./return-path";
import { readReturnPath, returnPathFor } from "./return-path.server";

const OURS = "bounces@shop.example.com";

beforeAll(() => provideMailIdentity("a secret of at least 32 characters", "Shop <shop@example.com>"));

test("every delivery has its own return path, which leads back to it in either case of letters", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
      const path = returnPathFor(id, OURS);
      expect(path.indexOf("@")).toBeLessThanOrEqual(64);
      expect(path).toBe(path.toLowerCase());
      expect(readReturnPath(path, OURS)).toBe(id);
      expect(readReturnPath(` ${path.toUpperCase()} `, OURS)).toBe(id);
    }),
    { numRuns: 300 },
  );
});

test("the longest local part that is taken still leaves room for the longest token", () => {
  const longest = `${"b".repeat(27)}@shop.example.com`;
  expect(isBounceAddress(longest)).toBe(true);
  expect(returnPathFor(Number.MAX_SAFE_INTEGER, longest).indexOf("@")).toBe(64);
  expect(isBounceAddress(`b${longest}`)).toBe(false);
});

// Without the proof (the HMAC compared) each of these names somebody's delivery.
test("an address that we did not make names no delivery", () => {
  const path = returnPathFor(42, OURS);
  const mac = path.slice("bounces+16-".length, path.indexOf("@"));
  for (const forged of [
    `bounces+17-${mac}@shop.example.com`,
    `bounces+016-${mac}@shop.example.com`,
    `bounces+16-${mac.slice(0, -1)}${mac.endsWith("a") ? "b" : "a"}@shop.example.com`,
    `bounces+16-${mac.slice(0, -1)}@shop.example.com`,
    `bounces+16-${mac}@other.example.com`,
    `other+16-${mac}@shop.example.com`,
    `bounces@shop.example.com`,
    "",
    "@",
    `bounces+16-@shop.example.com`,
  ])
    expect(readReturnPath(forged, OURS), forged).toBeNull();
});

test("with another secret the old return paths are nobody's", () => {
  const path = returnPathFor(42, OURS);
  provideMailIdentity("another secret of at least 32 chars", "Shop <shop@example.com>");
  expect(readReturnPath(path, OURS)).toBeNull();
  provideMailIdentity("a secret of at least 32 characters", "Shop <shop@example.com>");
});
