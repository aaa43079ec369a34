import { expect, test } from "vitest";

import { csvLine } from "./csv";

test.each([
  ["plain", "plain"],
  ['say "hi", please', '"say ""hi"", please"'],
  ["=1+1", `"'=1+1"`],
  ["  =cmd|' /C calc'!A0", `"'  =cmd|' /C calc'!A0"`],
  ["+48 600", `"'+48 600"`],
  ["-2", `"'-2"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ["a\nb", '"a\nb"'],
])("%j is written as %j", (text, written) => {
  // Mutant: without the quote in front, the cell begins with what a spreadsheet runs.
  expect(csvLine([text])).toBe(`${written}\r\n`);
});
