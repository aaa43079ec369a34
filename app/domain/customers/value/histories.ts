/** From single purchases to what the models ask of a customer. Days are whole numbers counted from any one day. */
import type { CustomerHistory } from "./fit";
import { quintileCuts, rfmScores, rfmSegment, type RfmCuts, type RfmScores, type RfmSegment } from "./rfm";

export type Purchase = { customer: string; day: number; amount: number };

/** Purchases of one customer on one day are one purchase. */
function byCustomer(purchases: Iterable<Purchase>): Map<string, Map<number, number>> {
  const customers = new Map<string, Map<number, number>>();
  for (const { customer, day, amount } of purchases) {
    let days = customers.get(customer);
    if (!days) customers.set(customer, (days = new Map()));
    days.set(day, (days.get(day) ?? 0) + amount);
  }
  return customers;
}

/** What everybody did up to and with the day `until`, in weeks; who came later is not among them. */
export function historiesOf(purchases: Iterable<Purchase>, until: number): CustomerHistory[] {
  const seen = [...purchases].filter(({ day }) => day <= until);
  return [...byCustomer(seen).values()].map((days) => {
    const ordered = [...days.keys()].sort((a, b) => a - b);
    const [first = 0] = ordered;
    const repeats = ordered.slice(1);
    const spent = repeats.reduce((sum, day) => sum + (days.get(day) ?? 0), 0);
    return {
      x: repeats.length,
      tx: ((repeats.at(-1) ?? first) - first) / 7,
      T: (until - first) / 7,
      mean: repeats.length ? spent / repeats.length : 0,
    };
  });
}

export type RfmCustomer = { customer: string; days: number; orders: number; spend: number; scores: RfmScores; segment: RfmSegment };

/** Everybody scored among everybody on the day `at`; here each purchase counts. */
export function scoreRfm(purchases: Iterable<Purchase>, at: number): { cuts: RfmCuts; customers: RfmCustomer[] } {
  const facts = new Map<string, { customer: string; last: number; orders: number; spend: number }>();
  for (const { customer, day, amount } of purchases) {
    const known = facts.get(customer) ?? { customer, last: day, orders: 0, spend: 0 };
    facts.set(customer, { customer, last: Math.max(known.last, day), orders: known.orders + 1, spend: known.spend + amount });
  }
  const people = [...facts.values()].map(({ customer, last, orders, spend }) => ({ customer, days: at - last, orders, spend }));
  const cuts = {
    recency: quintileCuts(people.map(({ days }) => days)),
    frequency: quintileCuts(people.map(({ orders }) => orders)),
    monetary: quintileCuts(people.map(({ spend }) => spend)),
  };
  return {
    cuts,
    customers: people.map((one) => {
      const scores = rfmScores(cuts, one);
      return { ...one, scores, segment: rfmSegment(scores) };
    }),
  };
}
