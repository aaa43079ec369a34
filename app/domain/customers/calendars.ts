/**
 * When days begin, as SQL over `m`: each customer lives by the calendar of their own zone. A day is worked out once for
 * each zone that occurs, and zones in which it begins at the same instant stand together.
 */
import { addDays, dayIn, startOfDay } from "../company/calendar";

/** `sql` over `m`; it lies between `earliest` and `latest`, which are the same where all customers share the instant. */
export type DayStart = { sql: string; earliest: number; latest: number };

export type Calendars = {
  /** The first instant of a day (YYYY-MM-DD). */
  start: (day: string) => DayStart;
  /** The first instant of the day after. */
  end: (day: string) => DayStart;
  /** The first instant of the day that was so many days before today; today is 0, tomorrow -1. */
  startAgo: (days: number) => DayStart;
};

/** `zones`: those of customers; `timeZone`: for who has none that is known. */
export function calendarsOf({ now, timeZone, zones = [] }: { now: number; timeZone: string; zones?: readonly string[] }): Calendars {
  const others = zones.filter((zone) => zone !== timeZone && isZone(zone));
  const made = new Map<string, DayStart>();
  const once = (key: string, startIn: (zone: string) => number): DayStart => {
    const start = made.get(key) ?? dayStart(startIn(timeZone), others.map((zone) => [zone, startIn(zone)]));
    made.set(key, start);
    return start;
  };
  const start = (day: string) => once(day, (zone) => startOfDay(day, zone));
  return {
    start,
    end: (day) => start(addDays(day, 1)),
    startAgo: (days) => once(String(days), (zone) => startOfDay(addDays(dayIn(zone, now), -days), zone)),
  };
}

function dayStart(own: number, others: readonly (readonly [zone: string, at: number])[]): DayStart {
  const zonesAt = new Map<number, string[]>();
  for (const [zone, at] of others) if (at !== own) zonesAt.set(at, [...(zonesAt.get(at) ?? []), zone]);
  const cases = [...zonesAt].map(([at, zones]) => `WHEN m.time_zone IN (${zones.map((zone) => `'${zone}'`).join(", ")}) THEN ${at}`);
  const instants = [own, ...zonesAt.keys()];
  return { sql: cases.length ? `CASE ${cases.join(" ")} ELSE ${own} END` : String(own), earliest: Math.min(...instants), latest: Math.max(...instants) };
}

/** A zone that the clock knows; the names stand in the statement, so nothing else may be in them. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z0-9_+/-]+$/.test(name)) return false;
  try {
    dayIn(name, 0);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
