/** What one version of rules has that another has not, clause by clause. Pure and browser-safe. */
import { type Clause, isGroup, type RuleGroup } from "./rule";

/** `groups`: what the groups around it ask, the outermost (below the rules as a whole) first. */
export type Placed = { clause: Clause; groups: RuleGroup["match"][] };

export type Difference = {
  added: Placed[];
  removed: Placed[];
  /** The same question in the same place, held against something else. */
  changed: { before: Clause; after: Clause; groups: RuleGroup["match"][] }[];
  /** How the rules as a whole go together, where that changed. */
  match: RuleGroup["match"] | null;
};

export function differenceOf(before: RuleGroup, after: RuleGroup): Difference {
  const had = placedIn(before);
  const removed: Placed[] = [];
  const stays = placedIn(after);
  for (const one of had) {
    const at = stays.findIndex((other) => sameText(one, other));
    if (at < 0) removed.push(one);
    else stays.splice(at, 1);
  }
  const changed: Difference["changed"] = [];
  const added = stays.filter((one) => {
    const at = removed.findIndex((other) => other.clause.field === one.clause.field && sameText(other.groups, one.groups));
    if (at < 0) return true;
    changed.push({ before: removed.splice(at, 1)[0]!.clause, after: one.clause, groups: one.groups });
    return false;
  });
  return { added, removed, changed, match: before.match === after.match ? null : after.match };
}

function placedIn(rules: RuleGroup, groups: RuleGroup["match"][] = []): Placed[] {
  return rules.rules.flatMap((rule) => (isGroup(rule) ? placedIn(rule, [...groups, rule.match]) : [{ clause: rule, groups }]));
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
