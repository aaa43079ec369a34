/** A rule as something that can be put into words: labels looked up, nothing left to know about the registry. */
import type { Input, InputValue, Option } from "../customers/segment-field";
import { type FieldInfo, readValues } from "./check";
import { type Clause, isGroup, type RuleGroup } from "./rule";

export type DescribedPart = { name: string; kind: Input["kind"]; value: InputValue; /** Of choices: their labels, where the database has them. */ labels?: string[] };
export type DescribedClause = { field: string; op: string; parts: DescribedPart[] };
export type DescribedGroup = { match: RuleGroup["match"]; items: (DescribedGroup | DescribedClause)[] };

/** field → input → options, as loaded for the reader's language. */
export type Options = Record<string, Record<string, Option[]>>;

/** Clauses that cannot be asked (any more) are left out. */
export function describeRules(rules: RuleGroup, fields: readonly FieldInfo[], options: Options = {}): DescribedGroup {
  return {
    match: rules.match,
    items: rules.rules.flatMap((rule) => (isGroup(rule) ? describeRules(rule, fields, options) : (describeClause(rule, fields, options) ?? []))),
  };
}

/** null: it cannot be asked. */
export function describeClause(clause: Clause, fields: readonly FieldInfo[], options: Options = {}): DescribedClause | null {
  const operator = fields.find((f) => f.key === clause.field)?.operators.find((o) => o.key === clause.op);
  const read = operator && readValues(operator.inputs, clause.value);
  if (!operator || !read?.ok) return null;
  return {
    field: clause.field,
    op: clause.op,
    parts: operator.inputs.map((input) => {
      const value = read.values[input.name]!;
      const known = options[clause.field]?.[input.name];
      const labels = known && [value].flat().map((one) => known.find((option) => option.value === one)?.label ?? String(one));
      return { name: input.name, kind: input.kind, value, ...(labels && { labels }) };
    }),
  };
}

export function isDescribedGroup(item: DescribedGroup | DescribedClause): item is DescribedGroup {
  return "items" in item;
}
