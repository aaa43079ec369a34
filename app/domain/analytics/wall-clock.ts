/** The hour and the weekday of an instant as the clocks on the walls of a zone show them. */
import { DAY } from "./period";

const HOUR = 3_600_000;

/** Monday is 0. */
export type WallHour = { weekday: number; hour: number };

/**
 * How far a zone's clocks are ahead of UTC is looked up once for each of its days; only on days on which they are put
 * forward or back it is asked for the instant itself.
 */
export function wallClock(zone: string): (at: number) => WallHour {
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  const ahead = (at: number) => {
    const part = Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!) - Math.floor(at / 1000) * 1000;
  };
  /** null: not the same all day. */
  const days = new Map<number, number | null>();
  return (at) => {
    const day = Math.floor(at / DAY);
    let offset = days.get(day);
    if (offset === undefined) {
      const [begins, ends] = [ahead(day * DAY), ahead((day + 1) * DAY)];
      days.set(day, (offset = begins === ends ? begins : null));
    }
    const wall = at + (offset ?? ahead(at));
    // 1 January 1970 was a Thursday.
    const weekday = (((Math.floor(wall / DAY) + 3) % 7) + 7) % 7;
    return { weekday, hour: Math.floor((((wall % DAY) + DAY) % DAY) / HOUR) };
  };
}
