/**
 * A rule becomes SQL over `p` (parties) and `m` (customer_metrics): an allow-list of fields and operators, every value
 * bound. A clause about something unknown does not hold; under "none" that has to be said, because NOT NULL is NULL.
 */
import type { Dialect } from "../../db/types";
import type { CompileContext, Fragment, SegmentField } from "../customers/segment-field";
import { endOfDay, startOfDay } from "../company/calendar";
import { checkRules, fieldInfo, pointer, type Problem, readValues } from "./check";
import { type Clause, isGroup, type RuleGroup } from "./rule";

export class SegmentRulesError extends Error {
  override name = "SegmentRulesError";
  constructor(readonly problems: Problem[]) {
    super(`The rules cannot be used: ${problems.map((p) => `${pointer(p.path)} ${p.reason}${p.field ? ` (${[p.field, p.op, p.input].filter(Boolean).join(" ")})` : ""}`).join("; ")}`);
  }
}

/**
 * @returns a condition for WHERE; see `segmentSource` for the tables it stands on
 * @throws SegmentRulesError for an unknown field or operator or a value of the wrong form, with the path of each
 */
export function compileSegment(
  registry: readonly SegmentField[],
  rules: unknown,
  { now, dialect, timeZone = "UTC" }: { now: number; dialect: Dialect; timeZone?: string },
): Fragment {
  const checked = checkRules(fieldInfo(registry), rules);
  if (!checked.ok) throw new SegmentRulesError(checked.problems);
  const ctx: CompileContext = {
    now,
    dialect,
    startOfDay: (day) => startOfDay(day, timeZone),
    endOfDay: (day) => endOfDay(day, timeZone),
  };
  return group(new Map(registry.map((field) => [field.key, field])), checked.rules, ctx, false);
}

/** Whom segments speak of: customers that are still there, with their facts. */
export const SEGMENT_SOURCE =
  "parties p JOIN customer_metrics m ON m.party_id = p.id WHERE p.is_customer = true AND p.merged_into_id IS NULL AND p.erased_at IS NULL";

type Fields = ReadonlyMap<string, SegmentField>;

/** `negated`: somewhere above stands "none", so that unknown must become false here. */
function group(fields: Fields, { match, rules }: RuleGroup, ctx: CompileContext, negated: boolean): Fragment {
  if (rules.length === 0) return { sql: "true", params: [] };
  const inner = negated || match === "none";
  const parts = rules.map((rule) => (isGroup(rule) ? group(fields, rule, ctx, inner) : clause(fields, rule, ctx, inner)));
  const joined = parts.map((part) => part.sql).join(match === "all" ? " AND " : " OR ");
  return { sql: match === "none" ? `NOT (${joined})` : `(${joined})`, params: parts.flatMap((part) => part.params) };
}

function clause(fields: Fields, { field, op, value }: Clause, ctx: CompileContext, negated: boolean): Fragment {
  const operator = fields.get(field)?.operators.find((o) => o.key === op);
  const read = operator && readValues(operator.inputs, value);
  if (!operator || !read?.ok) throw new Error(`unchecked clause ${field} ${op}`);
  const { sql, params } = operator.toSql(read.values, ctx);
  return { sql: negated ? `coalesce(${sql}, false)` : sql, params };
}
