/**
 * Both models fitted to a whole customer base, and whether the result may be relied upon. A fit that means nothing is not
 * hidden behind figures: it is named, and no value is reckoned with it.
 */
import { fitBgNbd, type BgNbdFit, type Purchases } from "./bg-nbd";
import { fitGammaGamma, type GammaGammaFit, type Spending } from "./gamma-gamma";
import type { FitTrouble } from "./trouble";
import type { Many } from "./worth";

export type CustomerHistory = Purchases & {
  /** What a repeat purchase cost on average; 0 without repeats. In any one unit. */
  mean: number;
};

export type ValueFit = {
  customers: number;
  /** With at least one repeat purchase. */
  repeaters: number;
  frequency: BgNbdFit | null;
  spend: GammaGammaFit | null;
  /** Null: the model may be relied upon. */
  trouble: FitTrouble | null;
};

/** Below this many a fit follows chance more than customers. */
export const FEWEST_CUSTOMERS = 100;
export const FEWEST_REPEATERS = 30;

/**
 * Of more, every second, third, … one is fitted to: with so many the parameters are known to a hundredth, and a million
 * would teach little more in ten times the time.
 */
export const MOST_FITTED = 100_000;

/** Outside, the likelihood has no top: it was still rising at the edge of what can be told apart. */
const SMALLEST = 1e-3;
const LARGEST = 1e4;

/** Both models, fitted to everybody. */
export function fitValue(everybody: readonly CustomerHistory[]): Promise<ValueFit> {
  return fitBase(everybody, everybody.filter(({ x, mean }) => x > 0 && mean > 0));
}

/** @param spendings of those who came back and paid something when they did */
export async function fitBase(everybody: Many<Purchases>, spendings: Many<Spending>): Promise<ValueFit> {
  const counts = { customers: everybody.length, repeaters: spendings.length };
  const few = counts.customers < FEWEST_CUSTOMERS ? "few_customers" : counts.repeaters < FEWEST_REPEATERS ? "few_repeats" : null;
  if (few) return { ...counts, frequency: null, spend: null, trouble: few };
  const frequency = await fitBgNbd(some(everybody));
  const spend = await fitGammaGamma([...some(spendings)]);
  return { ...counts, frequency, spend, trouble: troubleOf(frequency, spend) };
}

/** Evenly spread over all of them, the same ones each time. */
function* some<One>(all: Many<One>): Generator<One> {
  const every = Math.ceil(all.length / MOST_FITTED);
  let n = 0;
  for (const one of all) if (n++ % every === 0) yield one;
}

function troubleOf(frequency: BgNbdFit, spend: GammaGammaFit): FitTrouble | null {
  if (!frequency.converged) return "not_found";
  if (isAtTheEdge([frequency.r, frequency.alpha, frequency.a, frequency.b])) return "at_the_edge";
  if (!spend.converged || isAtTheEdge([spend.p, spend.q])) return "spend_not_found";
  return spend.q <= 1 ? "spend_without_mean" : null;
}

function isAtTheEdge(parameters: readonly number[]): boolean {
  return parameters.some((one) => !(one > SMALLEST && one < LARGEST));
}
