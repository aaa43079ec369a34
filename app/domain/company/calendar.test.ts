import { expect, it } from "vitest";

import { endOfDay, isDay, startOfDay } from "./calendar";

it.each([
  ["2026-05-01", "UTC", "2026-05-01T00:00:00.000Z"],
  ["2026-05-01", "Europe/Warsaw", "2026-04-30T22:00:00.000Z"],
  ["2026-01-01", "Europe/Warsaw", "2025-12-31T23:00:00.000Z"],
  ["2026-03-29", "Europe/Warsaw", "2026-03-28T23:00:00.000Z"],
  ["2026-03-30", "Europe/Warsaw", "2026-03-29T22:00:00.000Z"],
  ["2026-05-01", "Pacific/Kiritimati", "2026-04-30T10:00:00.000Z"],
  ["2026-05-01", "America/Los_Angeles", "2026-05-01T07:00:00.000Z"],
  // The clocks of Beirut go forward at midnight: the day begins at 01:00.
  ["2024-03-31", "Asia/Beirut", "2024-03-30T22:00:00.000Z"],
])("%s in %s begins at %s", (day, zone, instant) => {
  expect(new Date(startOfDay(day, zone)).toISOString()).toBe(instant);
});

it("a day ends where the next begins", () => {
  expect(endOfDay("2026-12-31", "Europe/Belgrade")).toBe(startOfDay("2027-01-01", "Europe/Belgrade"));
});

it("30 February is no day", () => {
  expect(["2026-02-28", "2028-02-29", "2026-02-30", "2026-13-01", "2026-1-1", "", "x"].map(isDay)).toEqual([true, true, false, false, false, false, false]);
});
