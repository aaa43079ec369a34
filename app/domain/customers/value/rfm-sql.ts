/** The scores of rfm.ts as SQL over `m` (customer_metrics), to write everybody's at once. */
import { RFM_SEGMENTS, rfmSegment, type RfmCuts } from "./rfm";

const FIVE = [1, 2, 3, 4, 5] as const;

/**
 * @param cuts by currency, as a derivation keeps them; not empty
 * @param begins when a day begins, by its number since 1 January 1970; `today` is such a number
 * @returns a query's columns: r, f, mo; and `segment`, which is over these
 */
export function scoresSql(cuts: Readonly<Record<string, RfmCuts>>, begins: (day: number) => number, today: number): { columns: string; currencies: string; segment: string } {
  const [{ recency, frequency }] = Object.values(cuts) as [RfmCuts];
  // So many whole days ago or more: before the day after that one begins.
  const ago = [...recency].reverse().map((cut, i) => `WHEN m.last_order_at < ${begins(Math.floor(today - cut) + 1)} THEN ${i + 1}`);
  const spend = Object.entries(cuts).map(([currency, { monetary }]) => `WHEN ${quoted(currency)} THEN ${upwards("m.spend_minor", monetary)}`);
  return {
    columns: `CASE ${ago.join(" ")} ELSE 5 END AS r, ${upwards("m.orders_count", frequency)} AS f, CASE m.currency ${spend.join(" ")} END AS mo`,
    currencies: Object.keys(cuts).map(quoted).join(", "),
    segment: SEGMENT,
  };
}

function upwards(column: string, cuts: readonly number[]): string {
  const reached = [...cuts].reverse().map((cut, i) => `WHEN ${column} >= ${cut} THEN ${5 - i}`);
  return `CASE ${reached.join(" ")} ELSE 1 END`;
}

/** Which of the 125 meetings of three scores each segment is made of. */
const SEGMENT = `CASE ${RFM_SEGMENTS.flatMap((segment) => {
  const of = FIVE.flatMap((recency) => FIVE.flatMap((frequency) => FIVE.flatMap((monetary) => (rfmSegment({ recency, frequency, monetary }) === segment ? [recency * 100 + frequency * 10 + monetary] : []))));
  return of.length ? [`WHEN r * 100 + f * 10 + mo IN (${of.join(", ")}) THEN '${segment}'`] : [];
}).join(" ")} END`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
