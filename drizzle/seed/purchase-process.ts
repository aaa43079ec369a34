/**
 * Draws what a customer buys and when, from the models that the analytics of this field fit to such data: BG/NBD for the
 * times (Fader, Hardie & Lee 2005: each customer buys at an own rate, drawn from a gamma, and may leave for good after
 * each purchase, with an own probability drawn from a beta) and Gamma-Gamma for the values (Fader & Hardie 2013). The
 * calendar's ups and downs bend the time axis: in a lively week more of the customer's own time goes by.
 */
import type { Random } from "./random";

const DAY = 86_400_000;

export type ProcessParameters = {
  /** Purchases a week: Gamma(r, alpha). */
  r: number;
  alpha: number;
  /** Leaving after a purchase: Beta(a, b). */
  a: number;
  b: number;
  /** Values: Gamma(p, v) with v from Gamma(q, gamma); the mean is p·gamma/(q − 1), in minor units. */
  p: number;
  q: number;
  gamma: number;
};

/** A shop of presents: three orders a year on average while a customer stays, about 35.00 each. */
export const PRESENT_SHOP: ProcessParameters = { r: 0.7, alpha: 11, a: 0.55, b: 2, p: 5, q: 4, gamma: 2100 };

export type Purchase = { at: number; valueMinor: number };

/** A customer's purchases from the first one, at `firstAt`, until `end`; and whether they have left by then. */
export function drawPurchases(
  random: Random,
  parameters: ProcessParameters,
  { firstAt, end }: { firstAt: number; end: number },
): { purchases: Purchase[]; hasLeft: boolean } {
  const { r, alpha, a, b, p, q, gamma } = parameters;
  const perWeek = random.gamma(r, alpha);
  const leaving = random.beta(a, b);
  const scale = random.gamma(q, gamma);
  const value = () => Math.max(1, Math.round(random.gamma(p, scale)));

  const purchases: Purchase[] = [{ at: firstAt, valueMinor: value() }];
  let hasLeft = random.chance(leaving);
  let at = firstAt;
  while (!hasLeft) {
    at = afterOwnTime(at, random.exponential(perWeek) * 7 * DAY, end);
    if (at >= end) break;
    purchases.push({ at, valueMinor: value() });
    hasLeft = random.chance(leaving);
  }
  return { purchases, hasLeft };
}

/** The instant at which so much of a customer's own time has gone by; `end` when it has not by then. */
export function afterOwnTime(from: number, ownTime: number, end: number): number {
  let at = from;
  let left = ownTime;
  while (at < end) {
    const dayEnds = Math.min(end, (Math.floor(at / DAY) + 1) * DAY);
    const pace = liveliness(at);
    const today = (dayEnds - at) * pace;
    if (left < today) return at + left / pace;
    left -= today;
    at = dayEnds;
  }
  return end;
}

/** How lively the trade in presents is on the day of this instant; about 1 over a year. */
export function liveliness(instant: number): number {
  const date = new Date(instant);
  const day = Math.floor((instant - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY);
  const bump = (middle: number, width: number, height: number) => height * Math.exp(-(((day - middle) / width) ** 2));
  const season =
    0.82 +
    bump(342, 20, 1.5) + // the weeks before Christmas
    bump(42, 9, 0.5) + // St Valentine's
    bump(143, 14, 0.35) + // Mother's Day, First Communions
    bump(250, 12, 0.15) - // back to school
    bump(205, 25, 0.2); // high summer
  const holidays = day >= 358 ? 0.3 : 1;
  const weekday = [1.08, 1.05, 1, 0.98, 1, 0.93, 0.96][date.getUTCDay()] as number;
  return season * holidays * weekday;
}

/** Moves an instant to an hour at which people sit down to order; the UTC day stays. */
export function atShoppingHour(random: Random, instant: number): number {
  const day = Math.floor(instant / DAY) * DAY;
  const hour = Number(random.weighted({ 6: 2, 7: 4, 8: 6, 9: 7, 10: 7, 11: 7, 12: 7, 13: 6, 14: 6, 15: 6, 16: 7, 17: 8, 18: 10, 19: 11, 20: 9, 21: 5 }));
  return day + hour * 3_600_000 + random.int(0, 3599) * 1000;
}
