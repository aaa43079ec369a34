/**
 * How a room counts its facts of customers again, from its own rows. The rooms contribute as they contribute segment
 * fields; the shell puts them together and holds the result against what is kept.
 */
import type { Reader } from "../../db/types";
import type { CustomerMetrics } from "./metrics.server";

export type Facts = Partial<CustomerMetrics>;

export type Recount = {
  /** What stands for a customer of whom there is no row. */
  nothing: Facts;
  /** The customers with a number in (after, upTo]; those without a row are left out. */
  count: (db: Reader, after: number, upTo: number) => Promise<Map<number, Facts>>;
};

export function byCustomer<Row extends { party_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.party_id);
    if (group) group.push(row);
    else groups.set(row.party_id, [row]);
  }
  return groups;
}
