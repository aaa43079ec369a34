/** Days of a calendar as instants: a rule says "since 1 May", the database holds milliseconds. */
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The first instant of a day (YYYY-MM-DD) in an IANA zone, whatever the clocks do that night. */
export function startOfDay(day: string, zone: string): number {
  // The local day never runs backwards, so the minute at which it begins is found by halving.
  let before = Date.parse(`${day}T00:00:00Z`) - 16 * HOUR;
  let after = before + 32 * HOUR;
  const dayAt = formatter(zone);
  while (after - before > MINUTE) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE) * MINUTE;
    if (dayAt.format(middle) >= day) after = middle;
    else before = middle;
  }
  return after;
}

/** The first instant of the day after. */
export function endOfDay(day: string, zone: string): number {
  return startOfDay(new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10), zone);
}

/** Whether this is a day that exists: not 30 February. */
export function isDay(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

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
