import fc from "fast-check";
import { expect, test } from "vitest";

import { fitText, widthOf } from "./fit-text";

const box = { width: 140, height: 60, largest: 40 };

test("a short name is as large as allowed, on one line", () => {
  const fitted = fitText("Ana", box);
  expect(fitted.size).toBe(40);
  expect(fitted.lines.map((l) => l.text)).toEqual(["Ana"]);
});

test("a long line is broken where that makes it larger", () =>
  expect(fitText("Najlepsza babcia na świecie", { ...box, height: 90 }).lines.map((l) => l.text)).toEqual(["Najlepsza", "babcia na", "świecie"]));

test("one endless word is squeezed at the smallest size", () => {
  const fitted = fitText("Niebezpieczeństwo".repeat(3), box);
  expect(fitted.size).toBe(9);
  expect(fitted.lines[0]?.squeeze).toBe(140);
});

test("nothing asks for nothing", () => expect(fitText("  ", box)).toEqual({ size: 0, lines: [], height: 0 }));

test("whatever the text, all of its words are there, and no line is wider than the box", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
    const fitted = fitText(text, box);
    expect(fitted.lines.flatMap((l) => l.text.split(" "))).toEqual(text.split(/\s+/).filter(Boolean));
    for (const line of fitted.lines) expect(line.squeeze ?? widthOf(line.text) * fitted.size).toBeLessThanOrEqual(140.5);
    if (fitted.size > 9) expect(fitted.height).toBeLessThanOrEqual(60.5);
  }));
});
