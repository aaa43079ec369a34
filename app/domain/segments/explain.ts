/**
 * Why somebody is in a segment or not: the tree of the rules again, with what each clause saw and whether it held. The
 * verdict of a clause is the database's, by the very condition that counts and campaigns ask with; what groups make of
 * it is said here. Pure and browser-safe.
 */
import type { FactKind } from "../customers/segment-field";
import { SEGMENT_FIELD } from "./references";
import { type Clause, isGroup, type RuleGroup } from "./rule";

/** What stood in the record. `value` null: unknown, or never. `currency` of money. */
export type Fact = { kind: FactKind; value: string | number | null; currency?: string };
export type Answer = { holds: boolean; fact: Fact };

/** `inner`: of a clause that asks about another segment, the rules of that one. */
export type ExplainedClause = Clause & Answer & { inner?: ExplainedGroup };
export type ExplainedGroup = { match: RuleGroup["match"]; holds: boolean; rules: (ExplainedClause | ExplainedGroup)[] };

/** `answers`: one per clause, in the order of `clausesOf`. `inner`: the segments that clauses ask about, by id. */
export function explainRules(rules: RuleGroup, answers: readonly Answer[], inner: ReadonlyMap<string, ExplainedGroup>): ExplainedGroup {
  let next = 0;
  const group = ({ match, rules: some }: RuleGroup): ExplainedGroup => {
    const explained = some.map((rule) => (isGroup(rule) ? group(rule) : clause(rule)));
    return { match, holds: groupHolds(match, explained), rules: explained };
  };
  const clause = (one: Clause): ExplainedClause => {
    const answer = answers[next];
    next += 1;
    if (!answer) throw new Error(`no answer to ${one.field} ${one.op}`);
    const asked = one.field === SEGMENT_FIELD ? inner.get(String(one.value)) : undefined;
    return { ...one, ...answer, ...(asked && { inner: asked }) };
  };
  return group(rules);
}

/** A group that asks nothing holds for everybody. */
function groupHolds(match: RuleGroup["match"], rules: readonly { holds: boolean }[]): boolean {
  if (rules.length === 0) return true;
  if (match === "all") return rules.every((rule) => rule.holds);
  return rules.some((rule) => rule.holds) === (match === "any");
}

export function isExplainedGroup(rule: ExplainedClause | ExplainedGroup): rule is ExplainedGroup {
  return "rules" in rule;
}
