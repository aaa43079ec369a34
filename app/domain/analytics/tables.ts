/** The figures of a report as plain tables, the first row their columns: for files and the shell. */
import { CHURN_RISKS } from "./churn";
import type { Step } from "./cohorts";
import { TENURES, type Loyalty } from "./loyalty";
import type { Period } from "./period";

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
