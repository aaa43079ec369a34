/**
 * Recency, frequency, monetary: each scored 1 to 5 by quintiles, 5 the best. Cut points and segments as published in
 * the R package rfm (Hebbali): a cut is the quantile of type 7 (Hyndman & Fan 1996) plus one, and a score reaches from
 * one cut to below the next.
 */
export const RFM_SEGMENTS = [
  "champions", "loyal", "potential_loyalist", "new", "promising", "need_attention", "about_to_sleep", "at_risk", "cannot_lose", "lost", "others",
] as const;
export type RfmSegment = (typeof RFM_SEGMENTS)[number];

export type RfmScores = { recency: number; frequency: number; monetary: number };
/** Four ascending cuts each, between the five scores. */
export type RfmCuts = { recency: number[]; frequency: number[]; monetary: number[] };

type Span = readonly [from: number, to: number];
/** The first that fits is it. */
const RULES: readonly (readonly [RfmSegment, recency: Span, frequency: Span, monetary: Span])[] = [
  ["champions", [4, 5], [4, 5], [4, 5]],
  ["loyal", [2, 5], [3, 5], [3, 5]],
  ["potential_loyalist", [3, 5], [1, 3], [1, 3]],
  ["new", [4, 5], [1, 1], [1, 1]],
  ["promising", [3, 4], [1, 1], [1, 1]],
  ["need_attention", [2, 3], [2, 3], [2, 3]],
  ["about_to_sleep", [2, 3], [1, 2], [1, 2]],
  ["at_risk", [1, 2], [2, 5], [2, 5]],
  ["cannot_lose", [1, 1], [4, 5], [4, 5]],
  ["lost", [1, 2], [1, 2], [1, 2]],
];

export function rfmSegment({ recency, frequency, monetary }: RfmScores): RfmSegment {
  const within = (score: number, [from, to]: Span) => score >= from && score <= to;
  return RULES.find(([, r, f, m]) => within(recency, r) && within(frequency, f) && within(monetary, m))?.[0] ?? "others";
}

/** The quantile of type 7. @param ascending not empty */
export function quantile(ascending: ArrayLike<number>, part: number): number {
  const place = (ascending.length - 1) * part;
  const below = Math.floor(place);
  const low = ascending[below] as number;
  return low + (place - below) * ((ascending[Math.min(below + 1, ascending.length - 1)] as number) - low);
}

/** The four cuts. @param values in any order, not empty; not changed */
export function quintileCuts(values: ArrayLike<number>): number[] {
  const ascending = new Float64Array(values).sort();
  return [0.2, 0.4, 0.6, 0.8].map((part) => quantile(ascending, part) + 1);
}

/** 1 + how many cuts a value reaches. */
export function score(cuts: readonly number[], value: number): number {
  let reached = 1;
  for (const cut of cuts) if (value >= cut) reached += 1;
  return reached;
}

/** @param days since the last order; few are good */
export function rfmScores(cuts: RfmCuts, { days, orders, spend }: { days: number; orders: number; spend: number }): RfmScores {
  return { recency: 6 - score(cuts.recency, days), frequency: score(cuts.frequency, orders), monetary: score(cuts.monetary, spend) };
}
