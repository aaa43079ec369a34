/** What stands in the books of others is told by its number, and may be told again. Pure. */

export type Outcome = "created" | "changed" | "unchanged";

/** What telling it would do: how it is now (null: not there) and how it would be. Writes and previews go by the same. */
export type Plan<Facts, Reason extends string> = { ok: true; id: number | null; before: Facts | null; after: Facts } | { ok: false; reason: Reason };

export function outcomeOf<Facts extends object>(before: Facts | null, after: Facts): Outcome {
  if (!before) return "created";
  return (Object.keys(after) as (keyof Facts)[]).every((key) => before[key] === after[key]) ? "unchanged" : "changed";
}

export function isAmount(minor: number): boolean {
  return Number.isSafeInteger(minor) && minor !== 0 && Math.abs(minor) <= 1e14;
}

/** Of things that are told together, those that share a key stand in different rounds, in their order. @returns places in the list */
export function roundsOf(keys: readonly (readonly string[])[]): number[][] {
  const rounds: number[][] = [];
  const next = new Map<string, number>();
  for (const [i, own] of keys.entries()) {
    const round = Math.max(0, ...own.map((key) => next.get(key) ?? 0));
    for (const key of own) next.set(key, round + 1);
    (rounds[round] ??= []).push(i);
  }
  return rounds;
}
