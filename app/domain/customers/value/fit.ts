/**
 * Both models fitted to a whole customer base, and whether the result may be relied upon. A fit that means nothing is not
 * hidden behind figures: it is named, and no value is reckoned with it.
 */
import { fitBgNbd, type BgNbdFit, type Purchases } from "./bg-nbd";
import { fitGammaGamma, type GammaGammaFit } from "./gamma-gamma";

export const FIT_TROUBLES = ["few_customers", "few_repeats", "not_found", "at_the_edge", "spend_not_found", "spend_without_mean"] as const;
export type FitTrouble = (typeof FIT_TROUBLES)[number];

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

/** Outside, the likelihood has no top: it was still rising at the edge of what can be told apart. */
const SMALLEST = 1e-3;
const LARGEST = 1e4;

export function fitValue(everybody: readonly CustomerHistory[]): ValueFit {
  const repeats = everybody.filter(({ x, mean }) => x > 0 && mean > 0);
  const counts = { customers: everybody.length, repeaters: repeats.length };
  const few = counts.customers < FEWEST_CUSTOMERS ? "few_customers" : counts.repeaters < FEWEST_REPEATERS ? "few_repeats" : null;
  if (few) return { ...counts, frequency: null, spend: null, trouble: few };
  const frequency = fitBgNbd(everybody);
  const spend = fitGammaGamma(repeats);
  return { ...counts, frequency, spend, trouble: troubleOf(frequency, spend) };
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
