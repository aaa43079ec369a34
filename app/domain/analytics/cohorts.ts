/** Customers by the month or quarter of their first order, and how many of them ordered in each one after it. */
import { DAY } from "./period";
import type { CountedOrder } from "./purchase";

export const STEPS = ["month", "quarter"] as const;
export type Step = (typeof STEPS)[number];
const MONTHS: Record<Step, number> = { month: 1, quarter: 3 };
/** Rows kept: three years of months, ten of quarters. */
const MOST: Record<Step, number> = { month: 36, quarter: 40 };

export type Cohort = {
  /** The first day of the month or quarter, `YYYY-MM-DD`. */
  start: string;
  customers: number;
  /** How many ordered in it, in the next, …, up to the one that is not over yet. The first number is all of them. */
  active: number[];
};

/** The oldest first. Months and quarters without new customers stand among them, with none. */
export type Cohorts = Record<Step, Cohort[]>;

/** Months since the year 0. */
type Month = number;

export class CohortTally {
  private readonly tallies: { step: Step; last: number; rows: Map<number, number[]> }[];
  private readonly months = new Map<number, Month>();

  constructor(today: number) {
    this.tallies = STEPS.map((step) => ({ step, last: this.indexOf(today, step), rows: new Map() }));
  }

  add(orders: readonly CountedOrder[]): void {
    for (const { step, rows } of this.tallies) {
      const first = this.indexOf(orders[0]!.day, step);
      let row = rows.get(first);
      if (!row) rows.set(first, (row = []));
      let before = -1;
      for (const { day } of orders) {
        const after = this.indexOf(day, step) - first;
        if (after === before) continue;
        row[after] = (row[after] ?? 0) + 1;
        before = after;
      }
    }
  }

  private indexOf(day: number, step: Step): number {
    let month = this.months.get(day);
    if (month === undefined) {
      const date = new Date(day * DAY);
      this.months.set(day, (month = date.getUTCFullYear() * 12 + date.getUTCMonth()));
    }
    return Math.floor(month / MONTHS[step]);
  }

  result(): Cohorts {
    const of = (step: Step): Cohort[] => {
      const { last, rows } = this.tallies.find((one) => one.step === step)!;
      if (rows.size === 0) return [];
      const first = Math.max([...rows.keys()].reduce((least, one) => Math.min(least, one)), last - MOST[step] + 1);
      return Array.from({ length: last - first + 1 }, (_, i) => {
        const row = rows.get(first + i) ?? [];
        return { start: startOf(first + i, step), customers: row[0] ?? 0, active: Array.from({ length: last - first - i + 1 }, (_, n) => row[n] ?? 0) };
      });
    };
    return { month: of("month"), quarter: of("quarter") };
  }
}

function startOf(index: number, step: Step): string {
  const month = index * MONTHS[step];
  return new Date(Date.UTC(Math.floor(month / 12), month % 12)).toISOString().slice(0, 10);
}

/** The first day of the month or quarter that is `steps` after the one that begins so. */
export function stepAfter(start: string, step: Step, steps: number): string {
  const date = new Date(`${start}T00:00:00Z`);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps * MONTHS[step])).toISOString().slice(0, 10);
}

/**
 * The share of all customers of these cohorts who ordered so many months or quarters after their first order, of those
 * cohorts only for which that one is over. Empty cells count for nothing: an average of customers, not of months.
 */
export function retention(cohorts: readonly Cohort[]): { after: number; customers: number; active: number }[] {
  const longest = Math.max(0, ...cohorts.map(({ active }) => active.length - 1));
  return Array.from({ length: longest }, (_, after) => {
    const over = cohorts.filter(({ active }) => active.length - 1 > after);
    const sum = (of: (cohort: Cohort) => number) => over.reduce((all, one) => all + of(one), 0);
    return { after, customers: sum(({ customers }) => customers), active: sum(({ active }) => active[after] ?? 0) };
  }).filter(({ customers }) => customers > 0);
}
