import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { bucketOf, durationOf, limitsOf, roomIn, sendingLimitsOf, sendingSchema, speedSchema, stepFor, typedOf, UNLIMITED, warmUpDays, warmUpToday, type Bucket } from "./throttle";

const NOON = Date.UTC(2026, 5, 1, 12);

/** Everybody who may go goes, at the instants given; the buckets are kept as the database keeps them. */
function run(limit: number, ms: number, asks: { wait: number; wanted: number }[]): { at: number; count: number }[] {
  const step = stepFor(ms);
  const buckets: Bucket[] = [];
  const went: { at: number; count: number }[] = [];
  let now = NOON;
  for (const { wait, wanted } of asks) {
    now += wait;
    const { room } = roomIn({ limit, ms }, buckets, step, now);
    const count = Math.min(room, wanted);
    if (count === 0) continue;
    went.push({ at: now, count });
    const at = bucketOf(now, step);
    const last = buckets.at(-1);
    if (last?.at === at) last.count += count;
    else buckets.push({ at, count });
  }
  return went;
}

const WINDOWS = [1000, 60_000, 600_000, 3_600_000, 86_400_000];

describe("a sliding window", () => {
  // Mutant: count a bucket only while its beginning is in the window (`bucket.at > now - window.ms`).
  test("never holds more than its limit, wherever it begins", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(...WINDOWS),
        fc.array(fc.record({ part: fc.integer({ min: 0, max: 1300 }), wanted: fc.integer({ min: 1, max: 80 }) }), { maxLength: 60 }),
        (limit, ms, asks) => {
          const went = run(limit, ms, asks.map(({ part, wanted }) => ({ wait: Math.floor((part * ms) / 1000) + (part % 7), wanted })));
          for (const first of went) {
            const inside = went.filter((one) => one.at >= first.at && one.at < first.at + ms);
            expect(inside.reduce((sum, one) => sum + one.count, 0)).toBeLessThanOrEqual(limit);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("has room again at the instant that it names, and wastes at most a tenth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(...WINDOWS), fc.integer({ min: 0, max: 100_000 }), (limit, ms, late) => {
        const step = stepFor(ms);
        const now = NOON + late;
        const used = [{ at: bucketOf(now, step), count: limit }];
        const { room, nextAt } = roomIn({ limit, ms }, used, step, now);
        expect(room).toBe(0);
        expect(nextAt).toBeGreaterThan(now);
        expect(nextAt! - now).toBeLessThanOrEqual(ms * 1.1);
        expect(roomIn({ limit, ms }, used, step, nextAt!).room).toBe(limit);
        expect(roomIn({ limit, ms }, used, step, nextAt! - 1).room).toBe(0);
      }),
    );
  });

  test("is not held up by what a clock that was put back left in the future", () => {
    const used = [{ at: NOON + 86_400_000, count: 100 }];
    expect(roomIn({ limit: 100, ms: 3_600_000 }, used, 60_000, NOON)).toEqual({ room: 100, nextAt: null });
  });

  test("asks again when a twentieth of it is free, not for each single mail", () => {
    const used = Array.from({ length: 100 }, (_, n) => ({ at: NOON + n * 10, count: 1 }));
    const { nextAt } = roomIn({ limit: 100, ms: 1000 }, used, 10, NOON + 995);
    expect(nextAt).toBe(NOON + 40 + 10 + 1000);
  });
});

describe("a warm-up plan", () => {
  const plan = { startDay: "2026-10-24", first: 100, factor: 2, target: 1000 };
  test("grows until its target, then ends by itself", () => {
    expect(warmUpDays(plan)).toEqual([
      { day: "2026-10-24", count: 100 },
      { day: "2026-10-25", count: 200 },
      { day: "2026-10-26", count: 400 },
      { day: "2026-10-27", count: 800 },
    ]);
    expect(warmUpToday(plan, "2026-10-23", "Europe/Warsaw")).toBeNull();
    expect(warmUpToday(plan, "2026-10-28", "Europe/Warsaw")).toBeNull();
  });
  test("counts the company's days: the one on which the clocks go back has 25 hours", () => {
    const today = warmUpToday(plan, "2026-10-25", "Europe/Warsaw")!;
    expect(today.count).toBe(200);
    expect(today.ends - today.begins).toBe(25 * 3_600_000);
  });
  test("never runs for ever", () => {
    expect(warmUpDays({ startDay: "2026-01-01", first: 1, factor: 1.1, target: 10_000_000 }).length).toBeLessThanOrEqual(120);
  });
});

describe("how long a campaign takes", () => {
  const free = { perSecond: null, window: null };
  const HOUR = 3_600_000;
  test.each([
    ["nothing is limited", 10_000, {}, free, UNLIMITED, null],
    ["a rate", 12_000, {}, { perSecond: 1, window: null }, UNLIMITED, { ms: 12_000_000, by: "rate" }],
    ["the slower of two rates", 1000, {}, { perSecond: 10, window: null }, { ...UNLIMITED, perSecond: 100 }, { ms: 100_000, by: "rate" }],
    ["a window: the first go at once", 2500, {}, { perSecond: null, window: { limit: 1000, ms: HOUR } }, UNLIMITED, { ms: 2 * HOUR, by: "window" }],
    ["a provider", 5000, { google: 1600 }, free, { ...UNLIMITED, lanes: { google: 500, yahoo: 1 } }, { ms: 3 * HOUR, by: "google" }],
    ["all in the first window", 900, {}, { perSecond: null, window: { limit: 1000, ms: HOUR } }, UNLIMITED, null],
    ["the warm-up", 650, {}, free, { ...UNLIMITED, warmUp: { startDay: "2026-06-01", first: 100, factor: 2, target: 1000 } }, { ms: 48 * HOUR, by: "warm_up" }],
    ["the end of the warm-up", 99_999, {}, free, { ...UNLIMITED, warmUp: { startDay: "2026-06-01", first: 100, factor: 2, target: 1000 } }, { ms: 96 * HOUR, by: "warm_up" }],
  ] as const)("%s", (_, total, lanes, own, all, expected) => {
    expect(durationOf({ total, lanes }, own, all, "2026-06-01")).toEqual(expected);
  });
});

describe("what people type", () => {
  test("empty fields are no limits", () => {
    const typed = sendingSchema.parse({ windowUnit: "hours", warmUp: "off" });
    expect(sendingLimitsOf(typed)).toEqual(UNLIMITED);
  });
  test("reads back what it wrote", () => {
    for (const limits of [
      { perSecond: 50, window: null },
      { perSecond: null, window: { limit: 500, ms: 90 * 60_000 } },
      { perSecond: 3, window: { limit: 500, ms: 2 * 3_600_000 } },
    ])
      expect(limitsOf(speedSchema.parse(typedOf(limits)))).toEqual(limits);
  });
  test.each([
    [{ windowLimit: "5" }, "windowLength"],
    [{ windowLength: "5" }, "windowLimit"],
    [{ windowLimit: "5", windowLength: "25", windowUnit: "hours" }, "windowLength"],
    [{ perSecond: "0" }, "perSecond"],
    [{ perSecond: "1.5" }, "perSecond"],
    [{ perSecond: "many" }, "perSecond"],
    [{ warmUp: "on", first: "100", factor: "2", target: "1000" }, "startDay"],
    [{ warmUp: "on", startDay: "2026-02-30", first: "100", factor: "2", target: "1000" }, "startDay"],
    [{ warmUp: "on", startDay: "2026-02-20", first: "100", factor: "2", target: "100" }, "target"],
    [{ lanes: { google: "-1" } }, "lanes"],
  ])("%j is refused at %s", (typed, field) => {
    expect(sendingSchema.safeParse(typed).error?.issues[0]?.path[0]).toBe(field);
  });
});
