import fc from "fast-check";
import { expect, it } from "vitest";

import { BasketTally, chanceOf, figuresOf, MOST_IN_ORDER, turned } from "./affinity";

it.each([
  // Fisher's tea: three of four milk-first cups found among eight; R's help page ?fisher.test says 0.2429.
  [{ together: 3, one: 4, other: 4, orders: 8 }, 17 / 70],
  [{ together: 4, one: 4, other: 4, orders: 8 }, 1 / 70],
  // By hand: (84·35 + 36·21 + 9·7 + 1) of 11440 ways.
  [{ together: 6, one: 9, other: 9, orders: 16 }, 3760 / 11440],
  [{ together: 0, one: 4, other: 4, orders: 8 }, 1],
  // All orders with both: nothing else was possible.
  [{ together: 5, one: 5, other: 5, orders: 5 }, 1],
])("the chance of %j is %d", (counts, chance) => {
  expect(chanceOf(counts)).toBeCloseTo(chance, 12);
});

it("sums the whole distribution to one, and falls as more orders have both", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (a, b, c) => {
      const orders = Math.max(a, b, c);
      const [one, other] = [Math.min(a, orders), Math.min(b, orders)];
      const chances = Array.from({ length: Math.min(one, other) + 1 }, (_, together) => chanceOf({ together, one, other, orders }));
      expect(chances[Math.max(0, one + other - orders)]).toBeCloseTo(1, 9);
      for (const [i, chance] of chances.entries()) expect(chance).toBeLessThanOrEqual((chances[i - 1] ?? 1) + 1e-9);
    }),
  );
});

it("says support, confidence, lift and what is beyond chance", () => {
  const counts = { together: 6, one: 8, other: 12, orders: 48 };
  expect(figuresOf(counts)).toEqual({ support: 0.125, confidence: 0.75, lift: 3, extra: 4 });
  const seen = turned({ item: "a", partner: "b", chance: 0, ...counts });
  expect([seen.item, figuresOf(seen).confidence, figuresOf(seen).lift]).toEqual(["b", 0.5, 3]);
});

it("keeps the pair that goes together, not the one that chance makes, nor the one of too few orders", () => {
  const tally = new BasketTally(["bread", "butter", "milk", "salt"]);
  for (let i = 0; i < 40; i++) tally.add(new Set(["bread", "butter", ...(i % 2 ? ["milk"] : [])]));
  for (let i = 0; i < 60; i++) tally.add(new Set(i % 2 ? ["milk"] : ["jam"]));
  for (let i = 0; i < 4; i++) tally.add(new Set(["salt", "jam", "bread"]));
  expect(tally.result()).toEqual([{ item: "bread", partner: "butter", together: 40, one: 44, other: 40, orders: 104, chance: expect.any(Number) }]);
});

it("leaves out who stocks up", () => {
  const tally = new BasketTally(["a", "b"]);
  tally.add(new Set(["a", "b", ...Array.from({ length: MOST_IN_ORDER - 1 }, (_, i) => `x${i}`)]));
  tally.add(new Set());
  expect(tally.orders).toBe(0);
});
