/** Whether a rule can be asked at all: known fields and operators, values of the right form. Pure; used on both sides. */
import type { Input, InputValue, Operator, SegmentField } from "../customers/segment-field";
import { isDay } from "../company/calendar";
import { type Clause, MATCHES, MAX_CLAUSES, MAX_DEPTH, type RuleGroup } from "./rule";

/** What a page needs to know of a field: everything but how it becomes SQL. */
export type FieldInfo = Pick<SegmentField, "key" | "group"> & { operators: readonly Pick<Operator, "key" | "inputs">[] };

export type ProblemReason =
  | "not_a_rule" | "unknown_field" | "unknown_operator" | "value_missing" | "value_wrong" | "empty_group" | "too_deep" | "too_many"
  | "segment_gone" | "segment_archived" | "segment_cycle" | "segment_too_deep" | "used_too_deep"
  | "custom_gone" | "custom_archived";

/** `path`: the indexes that lead from the root to the bad clause or group; `input`: which part of its value. */
export type Problem = { path: number[]; reason: ProblemReason; field?: string; op?: string; input?: string };

export type Checked = { ok: true; rules: RuleGroup } | { ok: false; problems: Problem[] };

export function fieldInfo(fields: readonly SegmentField[]): FieldInfo[] {
  return fields.map(({ key, group, operators }) => ({ key, group, operators: operators.map((o) => ({ key: o.key, inputs: o.inputs })) }));
}

/** Checks anything that claims to be a rule (a form, a file). The result holds nothing that was not asked for. */
export function checkRules(fields: readonly FieldInfo[], given: unknown): Checked {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const problems: Problem[] = [];
  let clauses = 0;

  function group(value: unknown, path: number[]): RuleGroup | null {
    if (!isRecord(value) || !Array.isArray(value.rules) || !MATCHES.includes(value.match as never)) return bad({ path, reason: "not_a_rule" });
    if (path.length >= MAX_DEPTH) return bad({ path, reason: "too_deep" });
    if (value.rules.length === 0 && path.length > 0) return bad({ path, reason: "empty_group" });
    const rules = value.rules.map((rule, i) => (isRecord(rule) && "rules" in rule ? group(rule, [...path, i]) : clause(rule, [...path, i])));
    return { match: value.match as RuleGroup["match"], rules: rules.filter((rule) => rule !== null) };
  }

  function clause(value: unknown, path: number[]): Clause | null {
    clauses += 1;
    if (clauses > MAX_CLAUSES) return clauses === MAX_CLAUSES + 1 ? bad({ path, reason: "too_many" }) : null;
    if (!isRecord(value) || typeof value.field !== "string" || typeof value.op !== "string") return bad({ path, reason: "not_a_rule" });
    const field = byKey.get(value.field);
    if (!field) return bad({ path, reason: "unknown_field", field: value.field });
    const operator = field.operators.find((o) => o.key === value.op);
    if (!operator) return bad({ path, reason: "unknown_operator", field: field.key, op: value.op });
    const read = readValues(operator.inputs, value.value);
    if (!read.ok) return bad({ path, reason: read.reason, field: field.key, op: operator.key, input: read.input });
    return operator.inputs.length ? { field: field.key, op: operator.key, value: writeValue(operator.inputs, read.values) } : { field: field.key, op: operator.key };
  }

  function bad(problem: Problem): null {
    problems.push(problem);
    return null;
  }

  const rules = group(given, []);
  return rules && problems.length === 0 ? { ok: true, rules } : { ok: false, problems };
}

export type ReadValues =
  | { ok: true; values: Record<string, InputValue> }
  | { ok: false; reason: "value_missing" | "value_wrong"; input: string };

/** A clause's value, by the names of its inputs: bare when there is one, an object when there are several. */
export function readValues(inputs: readonly Input[], value: unknown): ReadValues {
  const values: Record<string, InputValue> = {};
  for (const input of inputs) {
    const part = inputs.length === 1 ? value : isRecord(value) ? value[input.name] : undefined;
    if (part === undefined || part === null || part === "") return { ok: false, reason: "value_missing", input: input.name };
    if (input.kind === "choices" && Array.isArray(part) && part.length === 0) return { ok: false, reason: "value_missing", input: input.name };
    const read = readPart(input, part);
    if (read === null) return { ok: false, reason: "value_wrong", input: input.name };
    values[input.name] = read;
  }
  const { from, to } = values;
  if (from !== undefined && to !== undefined && from > to) return { ok: false, reason: "value_wrong", input: "to" };
  return { ok: true, values };
}

export function writeValue(inputs: readonly Input[], values: Record<string, InputValue>): unknown {
  const [only] = inputs;
  return inputs.length === 1 && only ? values[only.name] : values;
}

function readPart(input: Input, part: unknown): InputValue | null {
  switch (input.kind) {
    case "choices": {
      if (!Array.isArray(part) || part.length > 200) return null;
      const chosen = [...new Set(part)];
      return chosen.every((one) => isChoice(input.of, one)) ? (chosen as string[]) : null;
    }
    case "choice":
      return isChoice(input.of, part) ? (part as string) : null;
    case "text":
      return typeof part === "string" && part.trim() !== "" && part.length <= input.maxLength ? part.trim() : null;
    case "number":
      return Number.isSafeInteger(part) && (part as number) >= input.min && (part as number) <= input.max ? (part as number) : null;
    case "money":
      return Number.isSafeInteger(part) && (part as number) >= 0 ? (part as number) : null;
    case "day":
      return typeof part === "string" && isDay(part) ? part : null;
  }
}

function isChoice(of: readonly string[] | "loaded", one: unknown): boolean {
  if (typeof one !== "string" || one === "" || one.length > 200) return false;
  return of === "loaded" || of.includes(one);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as people and JSON Pointers (RFC 6901) write it: /rules/0/rules/2. */
export function pointer(path: readonly number[]): string {
  return path.map((i) => `/rules/${i}`).join("") || "/";
}
