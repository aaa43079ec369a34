/** Gauss's hypergeometric function ₂F₁(a, b; c; z), for 0 ≤ z < 1 and a, b, c such that its series converges. */

const ENOUGH = 1e-14;
const MOST_TERMS = 20_000;

/**
 * Its series (Abramowitz & Stegun 1964, 15.1.1), after Euler's transformation (15.3.3) where that makes the terms
 * smaller. @throws RangeError where the series does not come to an end
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  const left = c - a - b;
  return left < 0 ? (1 - z) ** left * series(c - a, c - b, c, z) : series(a, b, c, z);
}

function series(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MOST_TERMS; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (Math.abs(term) <= ENOUGH * Math.abs(sum)) return sum;
  }
  throw new RangeError(`the series of 2F1(${a}, ${b}; ${c}; ${z}) does not end`);
}
