/** The figures of a report as plain tables, the first row their columns: for files and the shell. */
import { CHURN_RISKS } from "./churn";
import type { Step } from "./cohorts";
import { figuresOf, type Pair } from "./affinity";
import { INTERVALS, UNITS, type Habits } from "./habits";
import { TENURES, type Loyalty } from "./loyalty";
import type { Compared, Period } from "./period";

export type Row = readonly (string | number | null)[];

export const LOYALTY_TABLES = ["cohorts", "repeat", "risk", "chances", "tenure"] as const;
export type LoyaltyTable = (typeof LOYALTY_TABLES)[number];

export function loyaltyTable(loyalty: Loyalty, table: LoyaltyTable, { step, period }: { step: Step; period: Period }): Row[] {
  const { now } = loyalty.standing;
  const before = period === "all" ? null : loyalty.standing.before[period];
  switch (table) {
    case "cohorts": {
      const cohorts = loyalty.cohorts[step];
      const longest = Math.max(0, ...cohorts.map(({ active }) => active.length - 1));
      return [
        ["first_order_from", "customers", ...Array.from({ length: longest }, (_, i) => `${step}_${i + 1}`)],
        ...cohorts.map(({ start, customers, active }) => [start, customers, ...Array.from({ length: longest }, (_, i) => active[i + 1] ?? null)]),
      ];
    }
    case "repeat": {
      const found = loyalty.within[period];
      return [
        ["within_days", "customers", "ordered_again", "customers_before", "ordered_again_before"],
        ...found.now.map(({ days, customers, again }, i) => [days, customers, again, found.before?.[i]?.customers ?? null, found.before?.[i]?.again ?? null]),
      ];
    }
    case "risk": {
      const { risk } = now;
      return [
        ["risk", "customers", "year_minor", "customers_before", "year_minor_before"],
        ...(risk ? [...CHURN_RISKS, "once" as const].map((one) => [one, risk[one].customers, risk[one].yearMinor, before?.risk?.[one].customers ?? null, before?.risk?.[one].yearMinor ?? null]) : []),
      ];
    }
    case "chances":
      return [["chance_from", "customers"], ...(now.risk?.tenths ?? []).map((n, i) => [i / 10, n])];
    case "tenure": {
      const [is, was] = [now.tenure.buckets, before?.tenure.buckets];
      return [
        ["days_from", "customers", "active", "customers_before", "active_before"],
        ...TENURES.map((days, i) => [days, is.all[i] ?? 0, is.active[i] ?? 0, was?.all[i] ?? null, was?.active[i] ?? null]),
      ];
    }
  }
}

export const HABIT_TABLES = ["intervals", "baskets", "units", "categories", "hours"] as const;
export type HabitTable = (typeof HABIT_TABLES)[number];

export function habitTable({ now, before }: Compared<Habits>, table: HabitTable): Row[] {
  switch (table) {
    case "intervals":
      return [["days_from", "purchases", "purchases_before"], ...INTERVALS.map((days, i) => [days, now.interval.buckets[i] ?? 0, before?.interval.buckets[i] ?? null])];
    case "units":
      return [["units_from", "orders", "orders_before"], ...UNITS.map((units, i) => [units, now.units.buckets[i] ?? 0, before?.units.buckets[i] ?? null])];
    case "baskets":
      return [
        ["figure", "orders", "mean", "median", "mean_before", "median_before"],
        ...(["lines", "units", "value", "interval"] as const).map((one) => [one === "value" ? "value_minor" : one, now[one].count, now[one].mean, now[one].median, before?.[one].mean ?? null, before?.[one].median ?? null]),
      ];
    case "categories":
      return [["category", "orders", "customers", "spend_minor"], ...now.categories.map(({ category, orders, customers, spendMinor }) => [category, orders, customers, spendMinor])];
    case "hours":
      return [["weekday", ...Array.from({ length: 24 }, (_, hour) => `hour_${hour}`)], ...now.hours.map((day, weekday) => [weekday + 1, ...day])];
  }
}

/** @param nameOf what stands for an item */
export function pairTable<Item>(pairs: readonly Pair<Item>[], nameOf: (item: Item) => string): Row[] {
  return [
    ["one", "other", "together", "orders_with_one", "orders_with_other", "orders", "support", "confidence", "lift", "extra", "chance"],
    ...pairs.map((pair) => {
      const { support, confidence, lift, extra } = figuresOf(pair);
      return [nameOf(pair.item), nameOf(pair.partner), pair.together, pair.one, pair.other, pair.orders, support, confidence, lift, extra, pair.chance];
    }),
  ];
}
