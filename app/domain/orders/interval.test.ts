import { expect, test } from "vitest";

import { usualIntervalDays } from "./interval";

const DAY = 86_400_000;
const days = (...on: number[]) => on.map((day) => day * DAY);

// Mutants tried: the mean for the median fails 3, 30, 31; keeping short gaps fails "two orders on one day".
test.each([
  ["nobody who bought once", days(5), null],
  ["none at all", [], null],
  ["two purchases: the days between them", days(10, 40), 30],
  ["an odd number of gaps: the middle one", days(0, 3, 33, 64), 30],
  ["an even number: between the middle two", days(0, 10, 40), 20],
  ["in any order", days(40, 0, 10), 20],
  ["two orders on one day are one purchase", [...days(0, 30), 30 * DAY + 3_600_000, 60 * DAY], 30],
  ["only orders of one afternoon", [0, 1000, 3_600_000], null],
  ["rounded to whole days", [0, 1.5 * DAY], 2],
])("the usual interval: %s", (_, placedAt, expected) => {
  expect(usualIntervalDays(placedAt as number[])).toBe(expected);
});
