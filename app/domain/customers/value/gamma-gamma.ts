/**
 * What a customer spends at a time: the gamma-gamma model (Fader, Hardie & Lee, "RFM and CLV", Journal of Marketing
 * Research 42, 2005; Fader & Hardie, "The Gamma-Gamma Model of Monetary Value", 2013). What one purchase costs varies
 * about a mean of the customer's own (gamma: p), and the means differ from customer to customer (gamma: q, v).
 */
import { digamma, lnGamma } from "./gamma";
import { minimise } from "./minimise";

export type GammaGamma = { p: number; q: number; v: number };

/** How many repeat purchases, and what they cost on average. */
export type Spending = { x: number; mean: number };

export type GammaGammaFit = GammaGamma & { loglik: number; converged: boolean; steps: number };

/** Maximum likelihood. @param everybody those with a repeat purchase that cost something: x ≥ 1, mean > 0 */
export async function fitGammaGamma(everybody: readonly Spending[]): Promise<GammaGammaFit> {
  const counts = new Map<number, number>();
  for (const { x } of everybody) counts.set(x, (counts.get(x) ?? 0) + 1);
  const size = everybody.length;
  const people = { x: Float64Array.from(everybody, ({ x }) => x), mean: Float64Array.from(everybody, ({ mean }) => mean), lnMean: Float64Array.from(everybody, ({ mean }) => Math.log(mean)) };
  const middle = everybody.reduce((sum, { mean }) => sum + mean, 0) / size;
  const found = await minimise(
    (logs) => {
      const [p, q, v] = logs.map(Math.exp) as [number, number, number];
      const { value, slopes } = likelihood(people, counts, { p, q, v });
      return { value: -value / size, gradient: slopes.map((slope, i) => (-slope * [p, q, v][i]!) / size) };
    },
    [1, 2, middle].map(Math.log),
  );
  const [p, q, v] = found.at.map(Math.exp) as [number, number, number];
  return { p, q, v, loglik: -found.value * size, converged: found.converged, steps: found.steps };
}

/** The sum over all customers, and its slopes by p, q, v (the 2013 note, (1a)). */
function likelihood(people: { x: Float64Array; mean: Float64Array; lnMean: Float64Array }, counts: ReadonlyMap<number, number>, { p, q, v }: GammaGamma): { value: number; slopes: [number, number, number] } {
  let [value, dp, dq, dv] = [0, 0, 0, 0];
  const lnV = Math.log(v);
  for (const [x, count] of counts) {
    const both = digamma(p * x + q);
    value += count * (lnGamma(p * x + q) - lnGamma(p * x) - lnGamma(q) + q * lnV + p * x * Math.log(x));
    dp += count * x * (both - digamma(p * x) + Math.log(x));
    dq += count * (both - digamma(q) + lnV);
    dv += (count * q) / v;
  }
  for (let i = 0; i < people.x.length; i++) {
    const [x, lnMean] = [people.x[i]!, people.lnMean[i]!];
    const sum = v + people.mean[i]! * x;
    const lnSum = Math.log(sum);
    value += (p * x - 1) * lnMean - (p * x + q) * lnSum;
    dp += x * (lnMean - lnSum);
    dq -= lnSum;
    dv -= (p * x + q) / sum;
  }
  return { value, slopes: [dp, dq, dv] };
}

/** The mean over all customers; infinite where q ≤ 1. */
export function meanSpend({ p, q, v }: GammaGamma): number {
  return q > 1 ? (p * v) / (q - 1) : Infinity;
}

/**
 * What a purchase of this customer is expected to cost: between the own average and everybody's, the nearer to the own
 * the more purchases there are; the note's (5).
 */
export function expectedSpend(model: GammaGamma, { x, mean }: Spending): number {
  if (x === 0) return meanSpend(model);
  const { p, q, v } = model;
  return (p * (v + x * mean)) / (p * x + q - 1);
}
