/**
 * A rule becomes SQL over `m` (customer_metrics) and, where it reads it, `p` (parties): an allow-list of fields and
 * operators, every value bound. A clause about something unknown does not hold; under "none" that has to be said, because
 * NOT NULL is NULL.
 */
import type { Dialect } from "../../db/types";
import { type CompileContext, type FactKind, type Fragment, not, type SegmentField } from "../customers/segment-field";
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

/** `segments`: those that the rules ask about, and those that these ask about. `ofAll`: asked of all customers at once. */
type Moment = { now: number; dialect: Dialect; /** the company's */ timeZone?: string; /** those that customers live in */ zones?: readonly string[]; segments?: KnownSegments; ofAll?: boolean };

/**
 * @returns a condition for WHERE; see `sourceOf` for the tables it stands on
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
    return { clause: one, kind: field.fact.kind, verdict: ofCustomer(operator.toSql(values, ctx)), fact: ofCustomer(field.fact.toSql(values, ctx)) };
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
  const { now, dialect, timeZone = "UTC", zones, segments = NO_SEGMENTS, ofAll = false } = moment;
  const ctx: CompileContext = {
    now,
    dialect,
    ofAll,
    calendars: calendarsOf({ now, timeZone, zones }),
    // Asked only after `judgeReferences`: every segment is there, and none comes back to itself.
    inSegment: (publicId) => {
      const { sql, ...rest } = group(fieldsOf(registry), checked(registry, segments.get(publicId)?.rules, moment), ctx, true);
      return { sql: `(${sql})`, ...rest };
    },
  };
  return ctx;
}

const NO_SEGMENTS: KnownSegments = new Map();

function fieldsOf(registry: readonly SegmentField[]): Fields {
  return new Map(registry.map((field) => [field.key, field]));
}

/**
 * Whom segments speak of: customers that are still there, with their facts (`m`) and their party (`p`). Where conditions are
 * put behind it, see `sourceOf`.
 */
export const SEGMENT_SOURCE = "customer_metrics m JOIN parties p ON p.id = m.party_id WHERE m.is_current = true";

/**
 * The same, for these conditions: parties are looked up only where one of them reads a party. What is asked of one figure
 * alone is answered by that figure's index; anything else reads the table once from end to end. SQLite has to be told: it
 * would take the index of one clause, and look every row of it up.
 */
export function sourceOf(dialect: Dialect, condition: Fragment): string {
  const index = indexFor(condition.sql);
  return sourceBy(dialect, index ? `INDEXED BY ${index}` : "NOT INDEXED", condition.sql);
}

/** The same, to be asked of a stretch of customers by their numbers. @param read what is read beside the condition */
export function stretchOf(dialect: Dialect, condition: Fragment, read = ""): string {
  return sourceBy(dialect, "NOT INDEXED", `${condition.sql} ${read}`);
}

function sourceBy(dialect: Dialect, hint: string, text: string): string {
  return `customer_metrics m${dialect === "sqlite" ? ` ${hint}` : ""}${READS_PARTY.test(text) ? " JOIN parties p ON p.id = m.party_id" : ""} WHERE m.is_current = true`;
}

const READS_PARTY = /\bp\.\w/;

function indexFor(condition: string): string | undefined {
  const columns = new Set([...condition.matchAll(/\bm\.(\w+)/g)].map(([, column]) => column as string));
  // Looked up only for the hours in which a day has begun for some and not for others.
  columns.delete("time_zone");
  const [only] = columns;
  return columns.size === 1 && !READS_PARTY.test(condition) ? FIGURE_INDEXES[only as string] : undefined;
}

/** Of the figures that have one: customer, still there or not, and the figure are all that stands in it. */
export const FIGURE_INDEXES: Record<string, string> = Object.fromEntries(
  Object.entries({
    orders: "orders_count", spend: "spend_minor", first_order: "first_order_at", last_order: "last_order_at", due: "due_at", opened: "last_opened_at", clicked: "last_clicked_at",
    complaints: "complaints_count", open_complaints: "open_complaints", rfm: "rfm_segment", country: "country", stage: "lifecycle_stage", since: "customer_since",
  }).map(([name, column]) => [column, `customer_metrics_${name}`]),
);

type Fields = ReadonlyMap<string, SegmentField>;

/** `negated`: somewhere above stands "none", so that unknown must become false here. */
function group(fields: Fields, { match, rules }: RuleGroup, ctx: CompileContext, negated: boolean): Fragment {
  if (rules.length === 0) return { sql: "true", params: [] };
  const inner = negated || match === "none";
  const parts = rules.map((rule) => (isGroup(rule) ? group(fields, rule, ctx, inner) : clause(fields, rule, ctx, inner)));
  const [only] = parts;
  if (parts.length === 1 && only?.among) return match === "none" ? not(only) : only;
  const joined = parts.map((part) => part.sql).join(match === "all" ? " AND " : " OR ");
  return { sql: match === "none" ? `NOT (${joined})` : `(${joined})`, params: parts.flatMap((part) => part.params) };
}

function clause(fields: Fields, one: Clause, ctx: CompileContext, negated: boolean): Fragment {
  const { operator, values } = readClause(fields, one);
  const asked = ofCustomer(operator.toSql(values, ctx));
  if (asked.among) return asked;
  const { sql, params } = asked;
  return { sql: negated ? `coalesce(${sql}, false)` : sql, params };
}

/** Who wrote `p.id` meant the customer: that needs no party. */
function ofCustomer({ sql, ...rest }: Fragment): Fragment {
  return { sql: sql.replaceAll(/\bp\.id\b/g, "m.party_id"), ...rest };
}

function readClause(fields: Fields, { field: key, op, value }: Clause) {
  const field = fields.get(key);
  const operator = field?.operators.find((o) => o.key === op);
  const read = operator && readValues(operator.inputs, value);
  if (!field || !operator || !read?.ok) throw new Error(`unchecked clause ${key} ${op}`);
  return { field, operator, values: read.values };
}
