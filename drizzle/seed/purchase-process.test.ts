import { describe, expect, it } from "vitest";

import { afterOwnTime, atShoppingHour, drawPurchases, liveliness, PRESENT_SHOP } from "./purchase-process";
import { randomFrom } from "./random";

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);
const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const variance = (numbers: number[]) => mean(numbers.map((x) => x * x)) - mean(numbers) ** 2;

describe("chance", () => {
  it("repeats itself for the same seed, and only for it", () => {
    const draws = (seed: string) => Array.from({ length: 5 }, randomFrom(seed).next);
    expect(draws("a")).toEqual(draws("a"));
    expect(draws("a")).not.toEqual(draws("b"));
  });

  it("draws from gamma and beta with the right mean and spread", () => {
    const random = randomFrom("moments");
    for (const [shape, rate] of [[0.3, 2], [0.7, 11], [5, 0.5]] as const) {
      const draws = Array.from({ length: 40_000 }, () => random.gamma(shape, rate));
      expect(mean(draws) / (shape / rate)).toBeCloseTo(1, 1);
      expect(variance(draws) / (shape / rate ** 2)).toBeGreaterThan(0.9);
      expect(variance(draws) / (shape / rate ** 2)).toBeLessThan(1.1);
    }
    expect(mean(Array.from({ length: 40_000 }, () => random.beta(0.55, 2)))).toBeCloseTo(0.55 / 2.55, 2);
  });
});

describe("the purchase process", () => {
  it("gives every customer a first purchase, then as many more as BG/NBD expects", () => {
    const random = randomFrom("bgnbd");
    const years = 1;
    const counts = Array.from({ length: 20_000 }, () =>
      drawPurchases(random, PRESENT_SHOP, { firstAt: START, end: START + years * 365 * DAY }).purchases.length - 1);
    // E[X(t)] of the model, by its closed form (Fader, Hardie & Lee 2005, eq. 9), in weeks of the customers' own time;
    // here a customer may leave after the first purchase too, so that it counts as one of the draws of the beta.
    const { r, alpha, a, b } = PRESENT_SHOP;
    const weeks = ownWeeks(START, years * 365);
    const stays = b / (a + b);
    const expected = stays * expectedPurchases(r, alpha, a, b + 1, weeks);
    expect(mean(counts) / expected).toBeGreaterThan(0.96);
    expect(mean(counts) / expected).toBeLessThan(1.04);
  });

  it("keeps values round the model's mean, and unlike between customers", () => {
    const random = randomFrom("values");
    const firsts = Array.from({ length: 30_000 }, () =>
      drawPurchases(random, PRESENT_SHOP, { firstAt: START, end: START + 1 }).purchases[0]!.valueMinor);
    const { p, q, gamma } = PRESENT_SHOP;
    expect(mean(firsts) / ((p * gamma) / (q - 1))).toBeCloseTo(1, 1);
  });

  it("buys more before Christmas than in summer", () => {
    expect(liveliness(Date.UTC(2025, 11, 8))).toBeGreaterThan(2 * liveliness(Date.UTC(2025, 6, 22)));
    const year = Array.from({ length: 365 }, (_, day) => liveliness(START + day * DAY));
    expect(mean(year)).toBeGreaterThan(0.85);
    expect(mean(year)).toBeLessThan(1.15);
  });

  it("never passes the end, and never goes back", () => {
    const random = randomFrom("ends");
    for (let i = 0; i < 500; i++) {
      const { purchases } = drawPurchases(random, PRESENT_SHOP, { firstAt: START, end: START + 700 * DAY });
      const times = purchases.map((x) => x.at);
      expect(times).toEqual([...times].sort((x, y) => x - y));
      expect(times.every((at) => at < START + 700 * DAY)).toBe(true);
    }
    expect(afterOwnTime(START, 1e15, START + DAY)).toBe(START + DAY);
    const at = atShoppingHour(random, START + 5 * DAY + 3);
    expect(Math.floor(at / DAY)).toBe(Math.floor(START / DAY) + 5);
  });
});

function ownWeeks(start: number, days: number): number {
  let sum = 0;
  for (let day = 0; day < days; day++) sum += liveliness(start + day * DAY);
  return sum / 7;
}

function expectedPurchases(r: number, alpha: number, a: number, b: number, t: number): number {
  const hyp = gauss(r, b, a + b - 1, t / (alpha + t));
  return ((a + b - 1) / (a - 1)) * (1 - (alpha / (alpha + t)) ** r * hyp);
}

/** 2F1 by its series. */
function gauss(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < 5000 && Math.abs(term) > 1e-14; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
  }
  return sum;
}
