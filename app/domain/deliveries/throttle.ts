/**
 * How fast mail may leave: messages a second, so many in a sliding window, limits per receiving provider, and a warm-up
 * plan for a sender whom the providers do not know yet. Pure: what was used is given, and the instant.
 */
import { z } from "zod";

import { addDays, endOfDay, isDay, startOfDay } from "../company/calendar";
import { LANES, type Lane } from "./lane";

/** At most `limit` mails in any stretch of `ms` milliseconds. */
export type SlidingWindow = { limit: number; ms: number };

/** Day by day more, from `first` on `startDay` (a day of the company's zone), until `target` a day is reached; then it ends. */
export type WarmUp = { startDay: string; first: number; factor: number; target: number };

export type StreamLimits = { perSecond: number | null; window: SlidingWindow | null };
export type SendingLimits = StreamLimits & { lanes: Partial<Record<Lane, number>>; warmUp: WarmUp | null };

export const UNLIMITED: SendingLimits = { perSecond: null, window: null, lanes: {}, warmUp: null };

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** A lane's limit is so many an hour: that is how the providers publish theirs. */
export const LANE_WINDOW = HOUR;

// ── the sliding window ──────────────────────────────────────────────────────────────────────────────────────────────

/** What was used, counted in steps of time: `count` mails from `at` until just before `at + step`. Ascending. */
export type Bucket = { at: number; count: number };

/** Steps in which usage is kept, and for how long: fine ones for a rate, coarse ones for hours. */
export const STEPS = [
  { step: 10, keep: 5 * SECOND },
  { step: SECOND, keep: 11 * MINUTE },
  { step: MINUTE, keep: 25 * HOUR },
] as const;

/** In which steps a window of this length is counted: at most a tenth of it, so that at most so much is lost. */
export function stepFor(ms: number): number {
  return ms <= SECOND ? 10 : ms <= 10 * MINUTE ? SECOND : MINUTE;
}

export function bucketOf(now: number, step: number): number {
  return Math.floor(now / step) * step;
}

/**
 * How many may still go now, and when more may. A bucket counts until its last instant has left the window, so that no
 * stretch of that length ever holds more than the limit, wherever it begins.
 * @returns `nextAt`: when it is worth asking again; null while there is room
 */
export function roomIn(window: SlidingWindow, used: readonly Bucket[], step: number, now: number): { room: number; nextAt: number | null } {
  // What a clock that was put back left in the future would hold everything up.
  const counted = used.filter((bucket) => bucket.at + step > now - window.ms && bucket.at <= now + window.ms);
  const total = counted.reduce((sum, bucket) => sum + bucket.count, 0);
  const room = Math.max(0, window.limit - total);
  if (room > 0) return { room, nextAt: null };
  const worthwhile = Math.max(1, Math.ceil(window.limit / 20));
  let left = total;
  for (const bucket of counted) {
    left -= bucket.count;
    if (window.limit - left >= worthwhile) return { room, nextAt: bucket.at + step + window.ms };
  }
  return { room, nextAt: now + window.ms };
}

// ── the warm-up plan ────────────────────────────────────────────────────────────────────────────────────────────────

const LONGEST_WARM_UP = 120;

/** The days of the plan with what each may carry. From the day after the last one on there is no limit. */
export function warmUpDays({ startDay, first, factor, target }: WarmUp): { day: string; count: number }[] {
  const days: { day: string; count: number }[] = [];
  for (let n = 0; n < LONGEST_WARM_UP; n++) {
    const count = Math.round(first * factor ** n);
    if (count >= target) break;
    days.push({ day: addDays(startDay, n), count });
  }
  return days;
}

/** What today may carry; null before the plan begins and after it has ended. `ends`: when today is over. */
export function warmUpToday(plan: WarmUp, today: string, zone: string): { count: number; begins: number; ends: number } | null {
  const found = warmUpDays(plan).find((one) => one.day === today);
  return found ? { count: found.count, begins: startOfDay(today, zone), ends: endOfDay(today, zone) } : null;
}

// ── how long a campaign takes ───────────────────────────────────────────────────────────────────────────────────────

export type Load = { total: number; lanes: Partial<Record<Lane, number>> };

/**
 * How long it takes until the last mail has left, in ms, if nothing else leaves meanwhile; null when no limit says so.
 * The tightest limit decides.
 */
export function durationOf(load: Load, own: StreamLimits, all: SendingLimits, today: string): { ms: number; by: "rate" | "window" | "warm_up" | Lane } | null {
  const times: { ms: number; by: "rate" | "window" | "warm_up" | Lane }[] = [];
  for (const { perSecond, window } of [own, all]) {
    if (perSecond) times.push({ ms: (load.total / perSecond) * SECOND, by: "rate" });
    if (window) times.push({ ms: timeIn(window, load.total), by: "window" });
  }
  for (const lane of LANES) {
    const limit = all.lanes[lane];
    if (limit && load.lanes[lane]) times.push({ ms: timeIn({ limit, ms: LANE_WINDOW }, load.lanes[lane]), by: lane });
  }
  if (all.warmUp) times.push({ ms: warmUpTime(all.warmUp, load.total, today), by: "warm_up" });
  const longest = times.toSorted((a, b) => b.ms - a.ms)[0];
  return longest && longest.ms > 0 ? longest : null;
}

/** The first `limit` go at once, the next when they have left the window, and so on. */
function timeIn({ limit, ms }: SlidingWindow, count: number): number {
  return Math.max(0, Math.ceil(count / limit) - 1) * ms;
}

function warmUpTime(plan: WarmUp, count: number, today: string): number {
  let left = count;
  const days = warmUpDays(plan).filter((one) => one.day >= today);
  for (const [n, one] of days.entries()) {
    left -= one.count;
    if (left <= 0) return n * DAY;
  }
  return days.length * DAY;
}

// ── what people type ────────────────────────────────────────────────────────────────────────────────────────────────

/** An empty field is no limit. */
const limit = (most: number) => z.coerce.number({ error: "number" }).int("integer").min(1, "too_small").max(most, "too_big").optional();

const speedShape = {
  perSecond: limit(10_000),
  windowLimit: limit(10_000_000),
  windowLength: limit(1440),
  windowUnit: z.enum(["minutes", "hours"]).default("hours"),
};

type TypedSpeed = { windowLimit?: number | undefined; windowLength?: number | undefined; windowUnit: "minutes" | "hours" };

/** Both parts of a window or none, and at most a day. */
function checkWindow({ windowLimit, windowLength, windowUnit }: TypedSpeed, context: z.core.$RefinementCtx): void {
  if (windowLimit !== undefined && windowLength === undefined) context.addIssue({ code: "custom", path: ["windowLength"], message: "required" });
  if (windowLimit === undefined && windowLength !== undefined) context.addIssue({ code: "custom", path: ["windowLimit"], message: "required" });
  if (windowUnit === "hours" && (windowLength ?? 0) > 24) context.addIssue({ code: "custom", path: ["windowLength"], message: "too_big" });
}

/** The limits of one campaign, as they are typed. */
export const speedSchema = z.object(speedShape).superRefine(checkWindow);

export function limitsOf(typed: z.output<typeof speedSchema>): StreamLimits {
  const { perSecond, windowLimit, windowLength, windowUnit } = typed;
  return {
    perSecond: perSecond ?? null,
    window: windowLimit && windowLength ? { limit: windowLimit, ms: windowLength * (windowUnit === "hours" ? HOUR : MINUTE) } : null,
  };
}

/** The other way, for the form. */
export function typedOf({ perSecond, window }: StreamLimits): { perSecond?: number; windowLimit?: number; windowLength?: number; windowUnit: "minutes" | "hours" } {
  const inHours = !window || window.ms % HOUR === 0;
  return {
    ...(perSecond && { perSecond }),
    ...(window && { windowLimit: window.limit, windowLength: window.ms / (inHours ? HOUR : MINUTE) }),
    windowUnit: inHours ? "hours" : "minutes",
  };
}

const lanesShape = Object.fromEntries(LANES.map((lane) => [lane, limit(10_000_000)])) as Record<Lane, ReturnType<typeof limit>>;

/** The limits of the whole company, as they are typed. */
export const sendingSchema = z
  .object({
    ...speedShape,
    lanes: z.object(lanesShape).prefault({}),
    warmUp: z.enum(["off", "on"]).default("off"),
    startDay: z.string().optional(),
    first: limit(1_000_000),
    factor: z.coerce.number({ error: "number" }).min(1.1, "too_small").max(5, "too_big").optional(),
    target: limit(10_000_000),
  })
  .superRefine((typed, context) => {
    checkWindow(typed, context);
    if (typed.warmUp === "off") return;
    for (const field of ["startDay", "first", "factor", "target"] as const)
      if (!typed[field]) context.addIssue({ code: "custom", path: [field], message: "required" });
    if (typed.startDay && !isDay(typed.startDay)) context.addIssue({ code: "custom", path: ["startDay"], message: "date" });
    if (typed.first && typed.target && typed.target <= typed.first) context.addIssue({ code: "custom", path: ["target"], message: "too_small" });
  });

export function sendingLimitsOf(typed: z.output<typeof sendingSchema>): SendingLimits {
  const { lanes, warmUp, startDay = "", first = 1, factor = 2, target = 1 } = typed;
  return {
    ...limitsOf(typed),
    lanes: Object.fromEntries(LANES.flatMap((lane) => (lanes[lane] ? [[lane, lanes[lane]]] : []))),
    warmUp: warmUp === "on" ? { startDay, first, factor, target } : null,
  };
}
