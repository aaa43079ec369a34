import { expect, test } from "vitest";

import { calendarsOf } from "./calendars";

const HOUR = 3_600_000;
const zones = ["Europe/Warsaw", "Europe/Belgrade", "America/New_York"];
const at = (now: number, given: readonly string[] = zones) => calendarsOf({ now, timeZone: "Europe/Warsaw", zones: given });
const NOON = Date.UTC(2026, 5, 1, 12);

test("a day begins at each customer's own midnight; zones that share it stand together", () => {
  const start = at(NOON).start("2026-06-01");
  const [warsaw, newYork] = [Date.UTC(2026, 4, 31, 22), Date.UTC(2026, 5, 1, 4)];
  expect(start).toEqual({ sql: `CASE WHEN m.time_zone IN ('America/New_York') THEN ${newYork} ELSE ${warsaw} END`, earliest: warsaw, latest: newYork });
  expect(at(NOON, ["Europe/Belgrade", "Europe/Warsaw"]).start("2026-06-01")).toEqual({ sql: String(warsaw), earliest: warsaw, latest: warsaw });
});

// The clocks go forward on 29 March in Warsaw and on 8 March in New York, back on 25 October and 1 November.
test.each([
  ["2026-03-29", 23, 24], ["2026-03-08", 24, 23], ["2026-10-25", 25, 24], ["2026-11-01", 24, 25], ["2026-06-01", 24, 24],
])("%s has as many hours as the clocks there say", (day, inWarsaw, inNewYork) => {
  const { start, end } = at(NOON);
  expect([end(day).earliest - start(day).earliest, end(day).latest - start(day).latest]).toEqual([inWarsaw * HOUR, inNewYork * HOUR]);
});

test("today is the customer's: just after midnight in Warsaw it is still yesterday in New York", () => {
  const now = Date.UTC(2026, 5, 1, 22, 30);
  const today = at(now).startAgo(0);
  expect([today.earliest, today.latest]).toEqual([Date.UTC(2026, 5, 1, 4), Date.UTC(2026, 5, 1, 22)]);
  expect(today.sql).toBe(`CASE WHEN m.time_zone IN ('America/New_York') THEN ${Date.UTC(2026, 5, 1, 4)} ELSE ${Date.UTC(2026, 5, 1, 22)} END`);
  // Across the night of the change: a day before the 30th of March began 23 hours earlier.
  const spring = at(Date.UTC(2026, 2, 30, 12), []);
  expect(spring.startAgo(0).earliest - spring.startAgo(1).earliest).toBe(23 * HOUR);
});

// Mutant tried: without the test of the name, this stands in the statement as it is.
test("what is no zone counts as the company's, and never stands in the statement", () => {
  const odd = ["Mars/Phobos", "x') THEN 0 END; DROP TABLE parties; --", ""];
  expect(at(NOON, odd).start("2026-06-01").sql).toBe(String(Date.UTC(2026, 4, 31, 22)));
});
