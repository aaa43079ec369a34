/** The whiles that reports speak of, each up to the instant that the report is made for. */
export const PERIODS = ["30d", "90d", "365d", "all"] as const;
export type Period = (typeof PERIODS)[number];
/** A while that has one of the same length before it. */
export type BoundPeriod = Exclude<Period, "all">;
export const BOUND_PERIODS = ["30d", "90d", "365d"] as const satisfies readonly BoundPeriod[];

export const DAY = 86_400_000;
export const DAYS_OF: Record<BoundPeriod, number> = { "30d": 30, "90d": 90, "365d": 365 };

/** After `from`, up to `to` and with it. */
export type Window = { from: number; to: number };
/** A figure of a while, and of the one before it; null: there is none before. */
export type Compared<T> = { now: T; before: T | null };

export function windowsOf(period: Period, asOf: number): Compared<Window> {
  if (period === "all") return { now: { from: -Infinity, to: asOf }, before: null };
  const length = DAYS_OF[period] * DAY;
  return { now: { from: asOf - length, to: asOf }, before: { from: asOf - 2 * length, to: asOf - length } };
}

export function isIn({ from, to }: Window, at: number): boolean {
  return at > from && at <= to;
}

/** One thing for each while and the one before, made alike. */
export function forPeriods<T>(make: (window: Window) => T, asOf: number): Record<Period, Compared<T>> {
  const made = (period: Period): Compared<T> => {
    const { now, before } = windowsOf(period, asOf);
    return { now: make(now), before: before && make(before) };
  };
  return { "30d": made("30d"), "90d": made("90d"), "365d": made("365d"), all: made("all") };
}

export function mapPeriods<T, U>(of: Record<Period, Compared<T>>, change: (one: T) => U): Record<Period, Compared<U>> {
  const changed = ({ now, before }: Compared<T>): Compared<U> => ({ now: change(now), before: before === null ? null : change(before) });
  return { "30d": changed(of["30d"]), "90d": changed(of["90d"]), "365d": changed(of["365d"]), all: changed(of.all) };
}
