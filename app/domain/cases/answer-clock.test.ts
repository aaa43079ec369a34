import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { addDays, dayIn, daysUntil } from "../company/calendar";
import { answerDueAt, answerDueDay, easterSunday, isDayOff } from "./answer-clock";

const WARSAW = "Europe/Warsaw";
const at = (iso: string) => Date.parse(iso);

describe("the answer to a complaint is due", () => {
  test.each([
    ["on the 14th day after the day of receipt", "2026-10-01T10:00:00Z", "2026-10-15"],
    ["counted from the Warsaw day, not the UTC day", "2026-10-01T22:30:00Z", "2026-10-16"],
    ["on Monday where the 14th day is a Saturday", "2026-10-03T10:00:00Z", "2026-10-19"],
    ["on Monday where the 14th day is a Sunday", "2026-10-04T10:00:00Z", "2026-10-19"],
    ["after Independence Day", "2026-10-28T10:00:00Z", "2026-11-12"],
    ["after Christmas and the weekend: 24 December 2026 is a Thursday", "2026-12-10T10:00:00Z", "2026-12-28"],
    ["on 24 December itself before it became a day off", "2024-12-10T10:00:00Z", "2024-12-24"],
    ["after Easter Monday", "2026-03-23T10:00:00Z", "2026-04-07"],
    ["after Corpus Christi", "2026-05-21T10:00:00Z", "2026-06-05"],
    ["after a long weekend: 1 May 2026 is a Friday, 3 May a Sunday", "2026-04-17T10:00:00Z", "2026-05-04"],
    ["after Epiphany", "2025-12-23T10:00:00Z", "2026-01-07"],
    ["after the one extra day off of 2018", "2018-10-29T10:00:00Z", "2018-11-13"],
    ["over the end of February in a leap year", "2028-02-16T10:00:00Z", "2028-03-01"],
  ])("%s", (_why, received, due) => {
    expect(answerDueDay(at(received), WARSAW)).toBe(due);
  });

  it("at the last millisecond of that day in Warsaw, in winter, in summer and when the clocks change", () => {
    expect(new Date(answerDueAt(at("2026-12-01T10:00:00Z"), WARSAW)).toISOString()).toBe("2026-12-15T22:59:59.999Z");
    expect(new Date(answerDueAt(at("2026-06-10T10:00:00Z"), WARSAW)).toISOString()).toBe("2026-06-24T21:59:59.999Z");
    // Received in winter time, due in summer time (clocks change on 29 March 2026).
    expect(new Date(answerDueAt(at("2026-03-18T12:00:00Z"), WARSAW)).toISOString()).toBe("2026-04-01T21:59:59.999Z");
    // Received one minute before the clocks go back, due in winter time.
    expect(new Date(answerDueAt(at("2026-10-25T00:59:00Z"), WARSAW)).toISOString()).toBe("2026-11-09T22:59:59.999Z");
  });

  it("holds where midnight itself is skipped or lived through twice", () => {
    // Clocks went from 00:00 to 01:00 in Sao Paulo on 4 November 2018; 3 November was a Saturday, 5 November a Monday.
    expect(dayIn("America/Sao_Paulo", answerDueAt(at("2018-10-20T12:00:00Z"), "America/Sao_Paulo"))).toBe("2018-11-05");
    expect(new Date(answerDueAt(at("2018-02-01T12:00:00Z"), "America/Sao_Paulo")).toISOString()).toBe("2018-02-16T01:59:59.999Z");
  });
});

describe("for every instant and zone, the term", () => {
  const zones = fc.constantFrom(WARSAW, "Europe/Belgrade", "Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "UTC");
  const instants = fc.integer({ min: at("2015-01-01T00:00:00Z"), max: at("2045-01-01T00:00:00Z") });

  it("never ends before 14 whole days, nor later than the days off in a row allow", () => {
    fc.assert(
      fc.property(instants, zones, (received, zone) => {
        const day = answerDueDay(received, zone);
        const fourteenth = addDays(dayIn(zone, received), 14);
        expect(day >= fourteenth).toBe(true);
        // Christmas from a Wednesday on: three days off, Saturday and Sunday.
        expect(day <= addDays(fourteenth, 5)).toBe(true);
      }),
    );
  });

  it("ends on a working day, at its very last millisecond", () => {
    fc.assert(
      fc.property(instants, zones, (received, zone) => {
        const due = answerDueAt(received, zone);
        const day = answerDueDay(received, zone);
        expect(isDayOff(day)).toBe(false);
        expect(new Date(`${day}T00:00:00Z`).getUTCDay()).not.toBe(6);
        expect(dayIn(zone, due)).toBe(day);
        expect(dayIn(zone, due + 1)).toBe(addDays(day, 1));
      }),
    );
  });

  it("never ends earlier for a complaint received later", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 40 * 86_400_000 }), zones, (received, later, zone) => {
        expect(answerDueAt(received + later, zone)).toBeGreaterThanOrEqual(answerDueAt(received, zone));
      }),
    );
  });
});

test("Easter falls where the calendars print it", () => {
  expect([2023, 2024, 2025, 2026, 2027, 2038].map(easterSunday)).toEqual([
    "2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25",
  ]);
});

test("days until a deadline are counted by the calendar, not by 24 hours", () => {
  expect(daysUntil(at("2026-10-15T21:59:59Z"), at("2026-10-15T04:00:00Z"), WARSAW)).toBe(0);
  expect(daysUntil(at("2026-10-15T21:59:59Z"), at("2026-10-14T21:00:00Z"), WARSAW)).toBe(1);
  expect(daysUntil(at("2026-10-15T21:59:59Z"), at("2026-10-15T22:00:00Z"), WARSAW)).toBe(-1);
  // Over the night on which the clocks go back, a day has 25 hours.
  expect(daysUntil(at("2026-10-26T10:00:00Z"), at("2026-10-24T22:30:00Z"), WARSAW)).toBe(1);
});
