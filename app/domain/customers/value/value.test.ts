import { describe, expect, it } from "vitest";

import { randomFrom, type Random } from "../../../../drizzle/seed/random";
import { expectedPurchases, expectedRepeats, fitBgNbd, logLikelihood, pAlive, type Purchases } from "./bg-nbd";
import { fitValue } from "./fit";
import { digamma, lnGamma } from "./gamma";
import { expectedSpend, fitGammaGamma, meanSpend } from "./gamma-gamma";
import { hypergeometric } from "./hypergeometric";
import { minimise } from "./minimise";
import { quantile, quintileCuts, rfmScores, rfmSegment, score } from "./rfm";

/** As published in the paper, of the CDNOW sample. */
const CDNOW = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

/** What customers of the model do in `T` weeks, by the model's own story. */
function simulate(random: Random, people: number, model: typeof CDNOW, T: number): Purchases[] {
  return Array.from({ length: people }, () => {
    const rate = random.gamma(model.r, model.alpha);
    const leaves = random.beta(model.a, model.b);
    let [x, tx, at] = [0, 0, 0];
    while (x === 0 || !random.chance(leaves)) {
      at += random.exponential(rate);
      if (at > T) break;
      x += 1;
      tx = at;
    }
    return { x, tx, T };
  });
}

describe("the functions underneath", () => {
  it("lnΓ and ψ have their known values", () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(lnGamma(1)).toBeCloseTo(0, 13);
    expect(lnGamma(171)).toBeCloseTo(706.5730622457874, 10);
    expect(lnGamma(1e-6)).toBeCloseTo(13.815509980749432, 11);
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 13);
    expect(digamma(0.25)).toBeCloseTo(-4.227453533376265, 12);
  });

  it("₂F₁ has its known values, near 1 too", () => {
    for (const z of [0, 0.1, 0.5, 0.9, 0.99]) expect(hypergeometric(1, 1, 2, z)).toBeCloseTo(z === 0 ? 1 : -Math.log(1 - z) / z, 11);
    for (const z of [0.3, 0.95]) expect(hypergeometric(2.5, 1.5, 1.5, z)).toBeCloseTo((1 - z) ** -2.5, 8);
  });

  it("a minimum is found, and a function without one is said to have none", async () => {
    const bowl = await minimise(([x, y]) => ({ value: (x! - 3) ** 2 + 10 * (y! + 1) ** 2, gradient: [2 * (x! - 3), 20 * (y! + 1)] }), [0, 0]);
    expect(bowl).toMatchObject({ converged: true, at: [expect.closeTo(3, 5), expect.closeTo(-1, 5)] });
    expect((await minimise(([x]) => ({ value: -x!, gradient: [-1] }), [0])).converged).toBe(false);
    expect((await minimise(() => ({ value: Number.NaN, gradient: [Number.NaN] }), [0])).converged).toBe(false);
  });
});

describe("BG/NBD", () => {
  // Fader, Hardie & Lee 2005, and its note on Excel.
  it("expects what the paper's example expects", () => {
    expect(expectedPurchases(CDNOW, { x: 2, tx: 30.43, T: 38.86 }, 39)).toBeCloseTo(1.226, 3);
    expect(expectedRepeats(CDNOW, 1)).toBeCloseTo(0.0532, 3);
    expect(expectedRepeats(CDNOW, 32)).toBeCloseTo(1.0437, 2);
    expect(expectedRepeats(CDNOW, 78)).toBeCloseTo(1.8576, 2);
  });

  it("at a = 1, where its formula is 0 ÷ 0, expects what it expects beside it", () => {
    const at = (a: number) => expectedPurchases({ ...CDNOW, a }, { x: 3, tx: 20, T: 30 }, 52);
    expect(at(1)).toBeCloseTo((at(0.999) + at(1.001)) / 2, 4);
  });

  it("takes who never came back as active, and who is silent for long after many purchases as gone", () => {
    expect(pAlive(CDNOW, { x: 0, tx: 0, T: 300 })).toBe(1);
    const often = (T: number) => pAlive(CDNOW, { x: 20, tx: 30, T });
    expect(often(31)).toBeGreaterThan(0.9);
    expect(often(60)).toBeLessThan(0.05);
  });

  // Mutants: a slope with the wrong sign; `b + x` for `b + x - 1`.
  it("finds again the parameters of customers that are drawn from it", async () => {
    const people = simulate(randomFrom("purchases"), 20_000, { r: 0.6, alpha: 5, a: 0.8, b: 2.5 }, 78);
    const fit = await fitBgNbd(people);
    expect(fit.converged).toBe(true);
    expect(fit.loglik).toBeGreaterThanOrEqual(logLikelihood(people, { r: 0.6, alpha: 5, a: 0.8, b: 2.5 }));
    expect(fit.r).toBeCloseTo(0.6, 1);
    expect(fit.alpha / 5).toBeCloseTo(1, 0);
    expect(fit.a / (fit.a + fit.b)).toBeCloseTo(0.8 / 3.3, 1);
  });
});

describe("gamma-gamma", () => {
  it("finds again the parameters of spending that is drawn from it", async () => {
    const random = randomFrom("spending");
    const people = Array.from({ length: 8000 }, () => {
      const own = random.gamma(3.7, 15);
      const x = random.int(1, 6);
      return { x, mean: random.gamma(6.2 * x, own * x) };
    });
    const fit = await fitGammaGamma(people);
    expect(fit.converged).toBe(true);
    expect(fit.p / 6.2).toBeCloseTo(1, 0);
    expect(fit.q / 3.7).toBeCloseTo(1, 0);
    expect(meanSpend(fit) / ((6.2 * 15) / 2.7)).toBeCloseTo(1, 1);
  });

  it("expects the more of a customer's own average the more purchases there are", () => {
    const model = { p: 6.25, q: 3.74, v: 15.44 };
    expect(expectedSpend(model, { x: 0, mean: 0 })).toBeCloseTo(meanSpend(model), 10);
    expect(expectedSpend(model, { x: 2, mean: 22.35 })).toBeCloseTo(24.65, 1);
    expect(expectedSpend(model, { x: 10_000, mean: 100 })).toBeCloseTo(100, 1);
    expect(meanSpend({ p: 2, q: 0.9, v: 3 })).toBe(Infinity);
  });
});

describe("the fit of both", () => {
  const model = { r: 0.6, alpha: 5, a: 0.8, b: 2.5 };
  const random = randomFrom("both");
  const base = simulate(random, 3000, model, 78).map((one) => ({ ...one, mean: one.x ? random.gamma(6 * one.x, random.gamma(3.7, 15) * one.x) : 0 }));

  it("is relied upon where there is enough", async () => {
    expect(await fitValue(base)).toMatchObject({ trouble: null, customers: 3000 });
  });

  // Mutant: `trouble` always null.
  it.each([
    ["few_customers", base.slice(0, 60)],
    ["few_repeats", base.filter(({ x }) => x === 0)],
    ["at_the_edge", base.map((one) => ({ ...one, tx: one.x ? one.T : 0 }))],
    ["spend_not_found", base.map((one) => ({ ...one, mean: one.x ? 20 : 0 }))],
  ])("is not relied upon: %s", async (trouble, everybody) => {
    expect((await fitValue(everybody)).trouble).toBe(trouble);
  });
});

describe("RFM", () => {
  it("quantiles are of type 7", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50, 60], 0.2)).toBe(20);
    expect(quantile([7], 0.8)).toBe(7);
  });

  it("a score reaches from its cut to below the next", () => {
    const cuts = quintileCuts([5, 1, 4, 2, 3, 6]);
    expect(cuts).toEqual([3, 4, 5, 6]);
    expect([2, 3, 3.9, 4, 6, 99].map((value) => score(cuts, value))).toEqual([1, 2, 2, 3, 5, 5]);
    expect(rfmScores({ recency: cuts, frequency: cuts, monetary: cuts }, { days: 1, orders: 1, spend: 9 })).toEqual({ recency: 5, frequency: 1, monetary: 5 });
  });

  it("the first segment that fits is it", () => {
    expect(rfmSegment({ recency: 5, frequency: 5, monetary: 4 })).toBe("champions");
    expect(rfmSegment({ recency: 3, frequency: 5, monetary: 4 })).toBe("loyal");
    expect(rfmSegment({ recency: 1, frequency: 5, monetary: 5 })).toBe("at_risk");
    expect(rfmSegment({ recency: 5, frequency: 1, monetary: 5 })).toBe("others");
  });
});
