import fc from "fast-check";
import { expect, test } from "vitest";

import { compareLines } from "./line-comparison";

const line = (sku: string, quantity: number, unitPrice = 250, unitPriceScale = 2) => ({ sku, quantity, unitPrice, unitPriceScale });
const lines = fc.array(fc.record({ sku: fc.constantFrom("A", "B", "C"), quantity: fc.integer({ min: -3, max: 3 }), unitPrice: fc.integer({ min: 0, max: 9 }), unitPriceScale: fc.constantFrom(2, 3) }));

test("the same lines in any order are no change", () => {
  fc.assert(fc.property(lines, (some) => {
    expect(compareLines(some, some.toReversed())).toEqual({ added: [], corrected: [] });
  }));
});

test("no line is lost: those of the file are matched, correct one, or are added", () => {
  fc.assert(fc.property(lines, lines, (there, given) => {
    const { added, corrected } = compareLines(there, given);
    expect(added.length + corrected.length).toBeLessThanOrEqual(given.length);
    const after = [...there.filter((l) => !corrected.some((c) => c.was === l)), ...corrected.map((c) => c.now), ...added];
    expect(compareLines(after, given)).toEqual({ added: [], corrected: [] });
  }));
});

test("an article that stands twice stays twice", () => expect(compareLines([line("A", 6)], [line("A", 6), line("A", 6)]).added).toEqual([line("A", 6)]));
test("a price with another scale is the same price", () => expect(compareLines([line("A", 1, 250, 2)], [line("A", 1, 2500, 3)])).toEqual({ added: [], corrected: [] }));
test("a changed quantity corrects the line", () =>
  expect(compareLines([line("A", 1), line("B", 1)], [line("A", 2)])).toEqual({ added: [], corrected: [{ was: line("A", 1), now: line("A", 2) }] }));
