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

/** Customers alike are reckoned once. `tx` and `T` are places in `times`. */
type Groups = { x: Int32Array; tx: Int32Array; T: Int32Array; count: Int32Array; times: Float64Array };

/** Maximum likelihood. @param everybody at least one customer */
export async function fitBgNbd(everybody: Iterable<Purchases>, start: BgNbd = { r: 1, alpha: 1, a: 1, b: 1 }): Promise<BgNbdFit> {
  const groups = alike(everybody);
  const repeats = repeatsOf(groups);
  // Scaled to a mean of 1, so that the same start serves shops of all paces.
  const size = groups.count.reduce((sum, count) => sum + count, 0);
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

function alike(everybody: Iterable<Purchases>): Groups {
  const places = new Map<number, number>();
  const placeOf = (time: number) => {
    let place = places.get(time);
    if (place === undefined) places.set(time, (place = places.size));
    return place;
  };
  const groups = new Map<number, number>();
  const [xs, txs, Ts, counts]: number[][] = [[], [], [], []];
  for (const { x, tx, T } of everybody) {
    const [from, until] = [placeOf(tx), placeOf(T)];
    const key = (x * MOST_TIMES + from) * MOST_TIMES + until;
    const known = groups.get(key);
    if (known !== undefined) {
      counts![known]! += 1;
      continue;
    }
    groups.set(key, xs!.length);
    xs!.push(x);
    txs!.push(from);
    Ts!.push(until);
    counts!.push(1);
  }
  if (places.size > MOST_TIMES) throw new RangeError("more times than can be told apart");
  return { x: Int32Array.from(xs!), tx: Int32Array.from(txs!), T: Int32Array.from(Ts!), count: Int32Array.from(counts!), times: Float64Array.from(places.keys()) };
}

/** Two of them and a number of repeats have room in a double. */
const MOST_TIMES = 2 ** 20;

/** How many customers there are of each number of repeats: the gamma functions need no more. */
function repeatsOf({ x, count }: Groups): Map<number, number> {
  const repeats = new Map<number, number>();
  for (let i = 0; i < x.length; i++) repeats.set(x[i]!, (repeats.get(x[i]!) ?? 0) + count[i]!);
  return repeats;
}

/** The sum over all customers, and its slopes by r, alpha, a, b (the paper's (6), taken apart as in its note on Excel). */
function likelihood(groups: Groups, repeats: ReadonlyMap<number, number>, { r, alpha, a, b }: BgNbd): { value: number; slopes: [number, number, number, number] } {
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
  // There are few times among many customers, and few numbers of repeats.
  const lnTimes = groups.times.map((time) => Math.log(alpha + time));
  const lnGone = new Map([...repeats.keys()].map((x) => [x, lnA - Math.log(b + x - 1)]));
  for (let i = 0; i < groups.x.length; i++) {
    const [x, count, T] = [groups.x[i]!, groups.count[i]!, groups.T[i]!];
    const lnT = lnTimes[T]!;
    if (x === 0) {
      value -= count * r * lnT;
      dr -= count * lnT;
      dalpha -= (count * r) / (alpha + groups.times[T]!);
      continue;
    }
    const tx = groups.tx[i]!;
    const lnTx = lnTimes[tx]!;
    const active = -(r + x) * lnT;
    const gone = lnGone.get(x)! - (r + x) * lnTx;
    // The greater of the two is taken out: what is left of it is 1.
    const other = Math.exp(-Math.abs(active - gone));
    const sum = 1 + other;
    const partGone = (gone >= active ? 1 : other) / sum;
    const partActive = 1 - partGone;
    value += count * (Math.max(active, gone) + Math.log(sum));
    dr -= count * (partActive * lnT + partGone * lnTx);
    dalpha -= count * (r + x) * (partActive / (alpha + groups.times[T]!) + partGone / (alpha + groups.times[tx]!));
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
export function expectedPurchases(model: BgNbd, purchases: Purchases, weeks: number): number {
  return expectingWithin(model, weeks)(purchases);
}

/**
 * The same for many: what the long series comes to depends on x and T alone, of which there are far fewer than customers.
 */
export function expectingWithin(model: BgNbd, weeks: number): (purchases: Purchases) => number {
  const { r, alpha, b } = model;
  const a = notOne(model.a);
  const whole = { ...model, a };
  const known = new Map<number, number[]>();
  const ifActive = (x: number, T: number) => {
    const z = weeks / (alpha + T + weeks);
    const decay = (1 - z) ** (r + x) * hypergeometric(r + x, b + x, a + b + x - 1, z);
    return ((a + b + x - 1) / (a - 1)) * (1 - decay);
  };
  return (purchases) => {
    const { x, T } = purchases;
    let byRepeats = known.get(T);
    if (!byRepeats) known.set(T, (byRepeats = []));
    const found = (byRepeats[x] ??= ifActive(x, T));
    return found * pAlive(whole, purchases);
  };
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
