/**
 * Segments that stand as a clause in other segments: may they? Pure. A chain of them is bounded, and so is what it
 * comes to when everything is written out, because one question to the database holds it all.
 */
import type { Problem, ProblemReason } from "./check";
import { type Clause, clausesOf, isGroup, type RuleGroup } from "./rule";

export const SEGMENT_FIELD = "segment";
/** Asks for the members of a fixed list themselves; of each such list the rules are this one clause. */
export const LIST_FIELD = "list";
/** A → B → C → D: four in all. */
export const MAX_CHAIN = 4;
const MAX_WRITTEN_OUT = 400;

export type KeptRules = { rules: RuleGroup; archived: boolean };
/** By public id. */
export type KnownSegments = ReadonlyMap<string, KeptRules>;

/** The public ids of the segments that these rules ask about. */
export function referencesOf(rules: RuleGroup): string[] {
  return [...new Set(clausesOf(rules).flatMap((clause) => referenceOf(clause) ?? []))];
}

function referenceOf({ field, value }: Clause): string | null {
  return field === SEGMENT_FIELD && typeof value === "string" ? value : null;
}

/**
 * What is wrong with the references of `rules`, each at its clause.
 * @param self the segment that the rules are to be saved as: it may not come back to itself
 * @param saving an archived segment is not to be chosen; where it is used already it still answers
 */
export function judgeReferences(rules: RuleGroup, known: KnownSegments, { self, saving = false }: { self?: string; saving?: boolean } = {}): Problem[] {
  const problems: Problem[] = [];
  let writtenOut = 0;
  const visit = (group: RuleGroup, path: number[]): void => {
    for (const [i, rule] of group.rules.entries()) {
      const at = [...path, i];
      if (isGroup(rule)) visit(rule, at);
      else {
        const id = referenceOf(rule);
        const reason = id === null ? null : saving && known.get(id)?.archived ? "segment_archived" : follow(id, known, self === undefined ? [] : [self], (n) => (writtenOut += n));
        if (reason) problems.push({ path: at, reason, field: rule.field, op: rule.op, input: SEGMENT_FIELD });
      }
    }
  };
  visit(rules, []);
  return problems;
}

/** `trail`: the segments on the way here. */
function follow(id: string, known: KnownSegments, trail: readonly string[], count: (clauses: number) => number): ProblemReason | null {
  if (trail.includes(id)) return "segment_cycle";
  const kept = known.get(id);
  if (!kept) return "segment_gone";
  const way = [...trail, id];
  if (way.length > MAX_CHAIN) return "segment_too_deep";
  const clauses = clausesOf(kept.rules);
  if (count(clauses.length) > MAX_WRITTEN_OUT) return "too_many";
  for (const clause of clauses) {
    const next = referenceOf(clause);
    const reason = next === null ? null : follow(next, known, way, count);
    if (reason) return reason;
  }
  return null;
}

/** Those that ask about this segment, themselves or by way of others. */
export function usersOf(id: string, known: KnownSegments): string[] {
  const found = new Set<string>();
  const add = (wanted: string): void => {
    for (const [user, { rules }] of known)
      if (!found.has(user) && referencesOf(rules).includes(wanted)) {
        found.add(user);
        add(user);
      }
  };
  add(id);
  return [...found];
}
