/** Days of a calendar, `YYYY-MM-DD`, as people in an IANA zone live them. */
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;

/** The day of an instant in a zone. */
export function dayIn(zone: string, at: number): string {
  return formatter(zone).format(at);
}

export function addDays(day: string, days: number): string {
  return new Date(utcOf(day) + days * DAY).toISOString().slice(0, 10);
}

/** Whole days from the day of `now` to the day of `at`, both in the zone: 0 is today, -1 was yesterday. */
export function daysUntil(at: number, now: number, zone: string): number {
  return Math.round((utcOf(dayIn(zone, at)) - utcOf(dayIn(zone, now))) / DAY);
}

/** The first instant of a day in a zone, whatever the clocks do that night. */
export function startOfDay(day: string, zone: string): number {
  // The local day never runs backwards, so the minute at which it begins is found by halving.
  let before = utcOf(day) - 16 * HOUR;
  let after = utcOf(day) + 16 * HOUR;
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE) * MINUTE;
    if (dayIn(zone, middle) >= day) after = middle;
    else before = middle;
  }
  return after;
}

/** The first instant of the day after. */
export function endOfDay(day: string, zone: string): number {
  return startOfDay(addDays(day, 1), zone);
}

/** Whether this is a day that exists: not 30 February. */
export function isDay(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  const at = utcOf(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** A day's midnight in UTC: for counting days, not for telling when they are. */
export function utcOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Numbers the days of a zone from 1 January 1970; asks the calendar once for each day that occurs, not for each instant. */
export function dayNumbers(zone: string): (at: number) => number {
  const cache = numbered.get(zone) ?? new Map<number, { begins: number; ends: number; day: number }[]>();
  numbered.set(zone, cache);
  return (at) => {
    const bucket = Math.floor(at / DAY);
    const known = cache.get(bucket)?.find(({ begins, ends }) => at >= begins && at < ends);
    if (known) return known.day;
    const name = dayIn(zone, at);
    const found = { begins: startOfDay(name, zone), ends: endOfDay(name, zone), day: utcOf(name) / DAY };
    cache.set(bucket, [...(cache.get(bucket) ?? []), found]);
    return found.day;
  };
}

const numbered = new Map<string, Map<number, { begins: number; ends: number; day: number }[]>>();

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let made = formatters.get(zone);
  if (!made) {
    // The Swedish way of writing a date is ISO 8601.
    made = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(zone, made);
  }
  return made;
}
