/** How long a customer usually lets pass between two purchases. Pure. */
const DAY = 86_400_000;

/**
 * The median of the days between purchases, rounded, one at least; null before the second. Orders less than a day after
 * the one before belong to the same purchase: who forgot the second mug does not buy every ten minutes.
 * @param placedAt instants (ms) in any order
 */
export function usualIntervalDays(placedAt: readonly number[]): number | null {
  const inTurn = placedAt.toSorted((a, b) => a - b);
  const gaps = inTurn.slice(1).map((at, i) => at - inTurn[i]!).filter((gap) => gap >= DAY).toSorted((a, b) => a - b);
  if (gaps.length === 0) return null;
  const middle = gaps.length / 2;
  const median = gaps.length % 2 ? gaps[Math.floor(middle)]! : (gaps[middle - 1]! + gaps[middle]!) / 2;
  return Math.max(1, Math.round(median / DAY));
}
