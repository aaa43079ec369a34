import { expect, it } from "vitest";

import { wishesOf } from "./wishes";

const pair = (productId: number, partnerId: number, together: number, partnerAgain = 0) => ({ productId, partnerId, together, one: 10, other: 10, orders: 100, partnerAgain });
const offered = new Set([1, 2, 3, 4, 5]);

it("proposes what goes with what they bought, the surest first, each once", () => {
  const partners = [pair(1, 2, 4), pair(1, 3, 6), pair(4, 2, 7), pair(5, 3, 9)];
  expect(wishesOf(partners, new Set([1, 4]), offered)).toEqual([
    { productId: 2, becauseOf: 4, confidence: 0.7 },
    { productId: 3, becauseOf: 1, confidence: 0.6 },
  ]);
});

it("never proposes what they have, unless people buy it again", () => {
  // Mutant: without the look at what they have, 2 is proposed to who has it.
  expect(wishesOf([pair(1, 2, 5)], new Set([1, 2]), offered)).toEqual([]);
  expect(wishesOf([pair(1, 2, 5, 0.2)], new Set([1, 2]), offered)).toHaveLength(1);
});

it("never proposes what is put away", () => {
  expect(wishesOf([pair(1, 9, 5)], new Set([1]), offered)).toEqual([]);
});
