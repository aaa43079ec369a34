/**
 * A rule becomes SQL over `p` (parties) and `m` (customer_metrics): an allow-list of fields and operators, every value
 * bound. A clause about something unknown does not hold; under "none" that has to be said, because NOT NULL is NULL.
 */
import type { Dialect } from "../../db/types";
import type { CompileContext, FactKind, Fragment, SegmentField } from "../customers/segment-field";
import { calendarsOf } from "../customers/calendars";
import { checkRules, fieldInfo, pointer, type Problem, readValues } from "./check";
import { judgeReferences, type KnownSegments } from "./references";
import { type Clause, clausesOf, isGroup, type RuleGroup } from "./rule";

export class SegmentRulesError extends Error {
  override name = "SegmentRulesError";
  constructor(readonly problems: Problem[]) {
    super(`The rules cannot be used: ${problems.map((p) => `${pointer(p.path)} ${p.reason}${p.field ? ` (${[p.field, p.op, p.input].filter(Boolean).join(" ")})` : ""}`).join("; ")}`);
  }
}

/** `segments`: those that the rules ask about, and those that these ask about. */
type Moment = { now: number; dialect: Dialect; /** the company's */ timeZone?: string; /** those that customers live in */ zones?: readonly string[]; segments?: KnownSegments };

/**
 * @returns a condition for WHERE; see `SEGMENT_SOURCE` for the tables it stands on
 * @throws SegmentRulesError for an unknown field or operator or a value of the wrong form, with the path of each
 */
export function compileSegment(registry: readonly SegmentField[], rules: unknown, moment: Moment): Fragment {
  return group(fieldsOf(registry), checked(registry, rules, moment), contextOf(registry, moment), false);
}

export type ClauseQuestion = { clause: Clause; kind: FactKind; /** NULL or false where it does not hold */ verdict: Fragment; fact: Fragment };

/**
 * Every clause of the rules, in the order they stand in, as the condition that `compileSegment` makes of it and the
 * value that it looks at.
 * @throws SegmentRulesError
 */
export function compileClauses(registry: readonly SegmentField[], rules: unknown, moment: Moment): { rules: RuleGroup; questions: ClauseQuestion[] } {
  const fields = fieldsOf(registry);
  const ctx = contextOf(registry, moment);
  const known = checked(registry, rules, moment);
  const questions = clausesOf(known).map((one) => {
    const { field, operator, values } = readClause(fields, one);
    return { clause: one, kind: field.fact.kind, verdict: operator.toSql(values, ctx), fact: field.fact.toSql(values, ctx) };
  });
  return { rules: known, questions };
}

function checked(registry: readonly SegmentField[], rules: unknown, { segments = NO_SEGMENTS }: Pick<Moment, "segments">): RuleGroup {
  const verdict = checkRules(fieldInfo(registry), rules);
  const problems = verdict.ok ? judgeReferences(verdict.rules, segments) : verdict.problems;
  if (!verdict.ok || problems.length) throw new SegmentRulesError(problems);
  return verdict.rules;
}

function contextOf(registry: readonly SegmentField[], moment: Moment): CompileContext {
  const { now, dialect, timeZone = "UTC", zones, segments = NO_SEGMENTS } = moment;
  const ctx: CompileContext = {
    now,
    dialect,
    calendars: calendarsOf({ now, timeZone, zones }),
    // Asked only after `judgeReferences`: every segment is there, and none comes back to itself.
    inSegment: (publicId) => {
      const { sql, params } = group(fieldsOf(registry), checked(registry, segments.get(publicId)?.rules, moment), ctx, true);
      return { sql: `(${sql})`, params };
    },
  };
  return ctx;
}

const NO_SEGMENTS: KnownSegments = new Map();

function fieldsOf(registry: readonly SegmentField[]): Fields {
  return new Map(registry.map((field) => [field.key, field]));
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

function clause(fields: Fields, one: Clause, ctx: CompileContext, negated: boolean): Fragment {
  const { operator, values } = readClause(fields, one);
  const { sql, params } = operator.toSql(values, ctx);
  return { sql: negated ? `coalesce(${sql}, false)` : sql, params };
}

function readClause(fields: Fields, { field: key, op, value }: Clause) {
  const field = fields.get(key);
  const operator = field?.operators.find((o) => o.key === op);
  const read = operator && readValues(operator.inputs, value);
  if (!field || !operator || !read?.ok) throw new Error(`unchecked clause ${key} ${op}`);
  return { field, operator, values: read.values };
}
