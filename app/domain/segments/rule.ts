import { z } from "zod";

/** One question about a customer: a field of the registry, an operator, and the value it is held against. */
export type Clause = { field: string; op: string; value?: unknown };
/** A group of clauses and groups: every one holds (all), at least one (any), not one (none). */
export type RuleGroup = { match: "all" | "any" | "none"; rules: (Clause | RuleGroup)[] };

export const clauseSchema = z.object({ field: z.string().min(1), op: z.string().min(1), value: z.unknown().optional() });
export const ruleGroupSchema: z.ZodType<RuleGroup> = z.lazy(() =>
  z.object({ match: z.enum(["all", "any", "none"]), rules: z.array(z.union([ruleGroupSchema, clauseSchema])) }),
);
