/** A time as it is typed (`2026-06-01T09:30`) in a company's zone, as an instant. */

/**
 * @param zone IANA
 * @returns ms since the epoch; null when it cannot be read. A time that a clock change skips counts as the hour after;
 *   one that it repeats is the first of the two.
 */
export function instantOf(local: string, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  const wanted = Date.parse(`${local}:00Z`);
  if (Number.isNaN(wanted)) return null;
  const [early, late] = [offsetAt(wanted - DAY, zone), offsetAt(wanted + DAY, zone)];
  const candidates = [wanted - Math.max(early, late), wanted - Math.min(early, late)];
  return candidates.find((at) => at + offsetAt(at, zone) === wanted) ?? (candidates[1] as number);
}

/** The other way: an instant as a `datetime-local` control takes it. */
export function localOf(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16);
}

const DAY = 86_400_000;

/** Milliseconds that the zone's clocks are ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).format(at);
  return Date.parse(`${parts.replace(" ", "T")}Z`) - Math.floor(at / 1000) * 1000;
}
