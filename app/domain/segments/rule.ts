import { z } from "zod";

/** One question about a customer: a field of the registry, an operator, and the value it is held against. */
export type Clause = { field: string; op: string; value?: unknown };
/** A group of clauses and groups: every one holds (all), at least one (any), not one (none). */
export type RuleGroup = { match: "all" | "any" | "none"; rules: (Clause | RuleGroup)[] };

export const MATCHES = ["all", "any", "none"] as const;
/** Deeper or longer than people make them by hand; a limit keeps a file from the shell from exhausting the database. */
export const MAX_DEPTH = 6;
export const MAX_CLAUSES = 200;

export const clauseSchema = z.object({ field: z.string().min(1), op: z.string().min(1), value: z.unknown().optional() });
export const ruleGroupSchema: z.ZodType<RuleGroup> = z.lazy(() =>
  z.object({ match: z.enum(MATCHES), rules: z.array(z.union([ruleGroupSchema, clauseSchema])) }),
);

/** Everybody: a group that asks nothing. */
export const EVERYBODY: RuleGroup = { match: "all", rules: [] };

export const segmentNameSchema = z.string({ error: "required" }).trim().min(1, "required").max(120, "too_long:120");

export function isGroup(rule: Clause | RuleGroup): rule is RuleGroup {
  return "rules" in rule;
}

/** Every clause, in the order they stand in. */
export function clausesOf(rules: RuleGroup): Clause[] {
  return rules.rules.flatMap((rule) => (isGroup(rule) ? clausesOf(rule) : [rule]));
}
