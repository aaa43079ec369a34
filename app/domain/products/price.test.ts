import { expect, test } from "vitest";

import { amountText, lineTotal, parseAmount, rescale } from "./price";

test.each([
  [1234, 3, 2, 123], [1235, 3, 2, 124], [-1235, 3, 2, -124], [5, 0, 2, 500], [-4, 3, 2, 0], [1249, 3, 1, 12],
])("%i at %i decimals is, at %i, %i", (amount, from, to, expected) => expect(rescale(amount, from, to)).toBe(expected));

test("a line is rounded once, after multiplying", () => {
  expect(lineTotal(3, 1335, 3, "EUR")).toBe(401);
  expect(lineTotal(-2, 2555, 3, "EUR")).toBe(-511);
  expect(lineTotal(7, 120, 0, "JPY")).toBe(840);
});

test.each([
  ["12", { amount: 12, scale: 0 }], ["12,50", { amount: 125, scale: 1 }], [" 1 234.567 ", { amount: 1234567, scale: 3 }],
  ["-0.5", { amount: -5, scale: 1 }], ["0.001", { amount: 1, scale: 3 }], ["1.23456", null], ["abc", null], ["1e5", null], ["", null], ["1.", null],
])("%j is read as %j", (text, expected) => expect(parseAmount(text)).toEqual(expected));

test.each([[1250, 2, "12.50"], [-5, 2, "-0.05"], [7, 0, "7"], [1, 3, "0.001"]])("%i at %i is written %s", (a, s, text) =>
  expect(amountText(a, s)).toBe(text));
