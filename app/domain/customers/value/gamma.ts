/** The logarithm of the gamma function and its derivative, for real arguments above zero. */

const HALF_LN_TWO_PI = 0.9189385332046727;
/** From here on the asymptotic series are exact to a double's precision. */
const FAR = 10;

/** ln Γ(x) for x > 0. Abramowitz & Stegun 1964, 6.1.15 (recurrence) and 6.1.41 (Stirling's series). */
export function lnGamma(x: number): number {
  let product = 1;
  let at = x;
  for (; at < FAR; at += 1) product *= at;
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (at - 0.5) * Math.log(at) - at + HALF_LN_TWO_PI + series - Math.log(product);
}

/** ψ(x) = d/dx ln Γ(x) for x > 0. Abramowitz & Stegun 1964, 6.3.5 and 6.3.18. */
export function digamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < FAR; at += 1) sum += 1 / at;
  const square = 1 / (at * at);
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - (square * 691) / 32760)))));
  return Math.log(at) - 0.5 / at - series - sum;
}
