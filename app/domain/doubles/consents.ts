/** What counts of consent when two records are one. Pure. */
import type { StateBefore } from "./schema";

const RANK = { pending: 0, granted: 1, withdrawn: 2 } as const;

/**
 * By topic and channel the one that allows less: what either of them withdrew stays withdrawn, and nobody becomes one
 * who agreed by being merged. Of two that say the same, the survivor's stands.
 * @returns the states that the survivor must get, because the other's allow less or the survivor said nothing
 */
export function takenOver(survivor: readonly StateBefore[], merged: readonly StateBefore[]): StateBefore[] {
  return merged.filter((theirs) => {
    const own = survivor.find((one) => isSame(one, theirs));
    return !own || RANK[theirs.state] > RANK[own.state];
  });
}

export function isSame(a: Pick<StateBefore, "topicId" | "channel">, b: Pick<StateBefore, "topicId" | "channel">): boolean {
  return a.topicId === b.topicId && a.channel === b.channel;
}
