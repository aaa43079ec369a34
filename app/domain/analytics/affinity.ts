/**
 * What is bought together: pairs in one order, as the association rules of Agrawal & Srikant, "Fast Algorithms for Mining
 * Association Rules" (VLDB 1994), with a test that keeps out pairs which chance alone makes.
 */
import { lnGamma } from "../customers/value/gamma";

/** Fewer orders together are an anecdote. */
export const LEAST_TOGETHER = 5;
/** Who orders more different things stocks up: such an order says nothing of any two of them. */
export const MOST_IN_ORDER = 100;
/** Chance would make any one pair of the whole list this seldom. */
export const MOST_CHANCE = 0.01;

export type PairCounts = {
  /** Orders with both, with the one, with the other, and all that were looked at. */
  together: number;
  one: number;
  other: number;
  orders: number;
};

export type PairFigures = {
  /** Share of all orders with both. */
  support: number;
  /** Of the orders with the one, how many have the other, too. */
  confidence: number;
  /** How many times as often as if they had nothing to do with each other. */
  lift: number;
  /** Orders with both beyond what chance would make. */
  extra: number;
};

export function figuresOf({ together, one, other, orders }: PairCounts): PairFigures {
  const expected = (one * other) / orders;
  return { support: together / orders, confidence: together / one, lift: together / expected, extra: together - expected };
}

/**
 * The chance of so many orders together or more, were the two bought without regard to each other: Fisher's exact test,
 * one-sided, the tail of the hypergeometric distribution.
 */
export function chanceOf({ together, one, other, orders }: PairCounts): number {
  const most = Math.min(one, other);
  const least = Math.max(0, one + other - orders);
  if (together <= least) return 1;
  const ln = (n: number, k: number) => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
  const at = (k: number) => Math.exp(ln(one, k) + ln(orders - one, other - k) - ln(orders, other));
  // From the mean on each term is less than the one before it: the tail is summed where it is short.
  if (together <= (one * other) / orders) return Math.max(0, 1 - sumOf(at, together - 1, least, -1));
  return Math.min(1, sumOf(at, together, most, 1));
}

function sumOf(at: (k: number) => number, from: number, to: number, step: 1 | -1): number {
  let sum = 0;
  for (let k = from; step > 0 ? k <= to : k >= to; k += step) {
    const term = at(k);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

export type Pair<Item> = PairCounts & { item: Item; partner: Item; chance: number };

/** Counts pairs among some things, the ones that are worth it: a triangle of numbers, whatever is bought. */
export class BasketTally<Item> {
  private readonly places: Map<Item, number>;
  private readonly singles: Uint32Array;
  private readonly pairs: Uint32Array;
  orders = 0;

  constructor(private readonly items: readonly Item[]) {
    this.places = new Map(items.map((item, i) => [item, i]));
    this.singles = new Uint32Array(items.length);
    this.pairs = new Uint32Array((items.length * (items.length - 1)) / 2);
  }

  /** The different things in one order. */
  add(basket: ReadonlySet<Item>): void {
    if (basket.size === 0 || basket.size > MOST_IN_ORDER) return;
    this.orders += 1;
    const places = [...basket].flatMap((item) => this.places.get(item) ?? []).toSorted((a, b) => b - a);
    for (const [i, high] of places.entries()) {
      this.singles[high]! += 1;
      for (const low of places.slice(i + 1)) this.pairs[place(high, low)]! += 1;
    }
  }

  /**
   * Pairs that are bought together more often than by chance, each once, those with most orders beyond chance first. With
   * many pairs some are seldom by chance, too: so each has to be as many times as seldom as there are pairs (Bonferroni).
   */
  result(): Pair<Item>[] {
    const found: Pair<Item>[] = [];
    for (let high = 1; high < this.items.length; high++)
      for (let low = 0; low < high; low++) {
        const together = this.pairs[place(high, low)]!;
        if (together < LEAST_TOGETHER) continue;
        const counts = { together, one: this.singles[low]!, other: this.singles[high]!, orders: this.orders };
        found.push({ item: this.items[low]!, partner: this.items[high]!, ...counts, chance: chanceOf(counts) });
      }
    const tried = found.length;
    return found
      .filter((pair) => figuresOf(pair).lift > 1 && pair.chance * tried < MOST_CHANCE)
      .toSorted((a, b) => figuresOf(b).extra - figuresOf(a).extra || b.together - a.together);
  }
}

function place(high: number, low: number): number {
  return (high * (high - 1)) / 2 + low;
}

/** The same pair as seen from the other. */
export function turned<Item>({ item, partner, one, other, ...rest }: Pair<Item>): Pair<Item> {
  return { ...rest, item: partner, partner: item, one: other, other: one };
}
