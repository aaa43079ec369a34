/**
 * How often a customer will buy again, and whether at all: the BG/NBD model of Fader, Hardie & Lee, "'Counting Your
 * Customers' the Easy Way", Marketing Science 24 (2005). While active a customer buys at random at a rate that differs
 * from customer to customer (gamma: r, alpha), and after each purchase becomes inactive with a chance that differs too
 * (beta: a, b). Times in weeks.
 */
import { digamma, lnGamma } from "./gamma";
import { hypergeometric } from "./hypergeometric";
import { minimise } from "./minimise";

export type BgNbd = { r: number; alpha: number; a: number; b: number };

/** What a customer did: repeat purchases, when the last was, and until when we looked; counted from the first purchase. */
export type Purchases = {
  /** Purchases after the first; on one day they count once. */
  x: number;
  /** Weeks from the first purchase to the last, 0 without repeats. */
  tx: number;
  /** Weeks from the first purchase until now. */
  T: number;
};

export type BgNbdFit = BgNbd & { loglik: number; converged: boolean; steps: number };

/** Customers alike are reckoned once. */
type Group = Purchases & { count: number };

/** Maximum likelihood. @param everybody at least one customer */
export async function fitBgNbd(everybody: Iterable<Purchases>, start: BgNbd = { r: 1, alpha: 1, a: 1, b: 1 }): Promise<BgNbdFit> {
  const groups = alike(everybody);
  const repeats = repeatsOf(groups);
  // Scaled to a mean of 1, so that the same start serves shops of all paces.
  const size = groups.reduce((sum, { count }) => sum + count, 0);
  const found = await minimise(
    (logs) => {
      const [r, alpha, a, b] = logs.map(Math.exp) as [number, number, number, number];
      const { value, slopes } = likelihood(groups, repeats, { r, alpha, a, b });
      return { value: -value / size, gradient: slopes.map((slope, i) => (-slope * [r, alpha, a, b][i]!) / size) };
    },
    [start.r, start.alpha, start.a, start.b].map(Math.log),
  );
  const [r, alpha, a, b] = found.at.map(Math.exp) as [number, number, number, number];
  return { r, alpha, a, b, loglik: -found.value * size, converged: found.converged, steps: found.steps };
}

/** The log-likelihood of what everybody did. */
export function logLikelihood(everybody: Iterable<Purchases>, model: BgNbd): number {
  const groups = alike(everybody);
  return likelihood(groups, repeatsOf(groups), model).value;
}

function alike(everybody: Iterable<Purchases>): Group[] {
  const groups = new Map<string, Group>();
  for (const { x, tx, T } of everybody) {
    const key = `${x} ${tx} ${T}`;
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { x, tx, T, count: 1 });
  }
  return [...groups.values()];
}

/** How many customers there are of each number of repeats: the gamma functions need no more. */
function repeatsOf(groups: readonly Group[]): Map<number, number> {
  const repeats = new Map<number, number>();
  for (const { x, count } of groups) repeats.set(x, (repeats.get(x) ?? 0) + count);
  return repeats;
}

/** The sum over all customers, and its slopes by r, alpha, a, b (the paper's (6), taken apart as in its note on Excel). */
function likelihood(groups: readonly Group[], repeats: ReadonlyMap<number, number>, { r, alpha, a, b }: BgNbd): { value: number; slopes: [number, number, number, number] } {
  let [value, dr, dalpha, da, db] = [0, 0, 0, 0, 0];
  const [lnAlpha, lnA] = [Math.log(alpha), Math.log(a)];
  for (const [x, count] of repeats) {
    value += count * (lnGamma(r + x) - lnGamma(r) + r * lnAlpha + lnGamma(a + b) + lnGamma(b + x) - lnGamma(b) - lnGamma(a + b + x));
    const beta = digamma(a + b) - digamma(a + b + x);
    dr += count * (digamma(r + x) - digamma(r) + lnAlpha);
    dalpha += (count * r) / alpha;
    da += count * beta;
    db += count * (beta + digamma(b + x) - digamma(b));
  }
  for (const { x, tx, T, count } of groups) {
    const lnT = Math.log(alpha + T);
    if (x === 0) {
      value -= count * r * lnT;
      dr -= count * lnT;
      dalpha -= (count * r) / (alpha + T);
      continue;
    }
    const lnTx = Math.log(alpha + tx);
    const active = -(r + x) * lnT;
    const gone = lnA - Math.log(b + x - 1) - (r + x) * lnTx;
    const most = Math.max(active, gone);
    const sum = Math.exp(active - most) + Math.exp(gone - most);
    const partGone = Math.exp(gone - most) / sum;
    const partActive = 1 - partGone;
    value += count * (most + Math.log(sum));
    dr -= count * (partActive * lnT + partGone * lnTx);
    dalpha -= count * (r + x) * (partActive / (alpha + T) + partGone / (alpha + tx));
    da += (count * partGone) / a;
    db -= (count * partGone) / (b + x - 1);
  }
  return { value, slopes: [dr, dalpha, da, db] };
}

/** The chance that a customer still buys. Who never came back is taken as active: so says the model. */
export function pAlive({ r, alpha, a, b }: BgNbd, { x, tx, T }: Purchases): number {
  if (x === 0) return 1;
  return 1 / (1 + (a / (b + x - 1)) * Math.exp((r + x) * Math.log((alpha + T) / (alpha + tx))));
}

/** Purchases to expect of this customer within `weeks` from now; the paper's (10). */
export function expectedPurchases(model: BgNbd, { x, tx, T }: Purchases, weeks: number): number {
  const { r, alpha, b } = model;
  const a = notOne(model.a);
  const z = weeks / (alpha + T + weeks);
  const decay = (1 - z) ** (r + x) * hypergeometric(r + x, b + x, a + b + x - 1, z);
  return ((a + b + x - 1) / (a - 1)) * (1 - decay) * pAlive({ ...model, a }, { x, tx, T });
}

/** Purchases to expect of somebody new within `weeks` after the first one; the paper's (9). */
export function expectedRepeats(model: BgNbd, weeks: number): number {
  const { r, alpha, b } = model;
  const a = notOne(model.a);
  const z = weeks / (alpha + weeks);
  return ((a + b - 1) / (a - 1)) * (1 - (1 - z) ** r * hypergeometric(r, b, a + b - 1, z));
}

/** At a = 1 both formulae are 0 ÷ 0; beside it they are near their limit. */
function notOne(a: number): number {
  return Math.abs(a - 1) < 1e-6 ? 1 + 1e-6 : a;
}
