import { expect, it } from "vitest";

import { wallClock } from "./wall-clock";

it.each([
  ["UTC", "1970-01-01T00:00", 3, 0],
  ["UTC", "1969-12-28T23:59", 6, 23],
  ["Europe/Warsaw", "2026-03-29T00:59", 6, 1],
  ["Europe/Warsaw", "2026-03-29T01:00", 6, 3], // the clocks went on
  ["Europe/Warsaw", "2026-10-25T00:30", 6, 2],
  ["Europe/Warsaw", "2026-10-25T01:30", 6, 2], // and back: the same hour again
  ["America/New_York", "2026-01-20T02:00", 0, 21],
  ["Asia/Kathmandu", "2026-05-01T18:15", 5, 0],
  ["Australia/Lord_Howe", "2026-04-04T15:15", 6, 1], // back by half an hour
])("in %s it is at %s Z weekday %i, hour %i", (zone, at, weekday, hour) => {
  const clock = wallClock(zone);
  expect(clock(Date.parse(`${at}Z`))).toEqual({ weekday, hour });
  expect(clock(Date.parse(`${at}Z`))).toEqual({ weekday, hour });
});
