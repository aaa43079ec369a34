/**
 * Rules while they are being written: what stands in each field of the form, complete or not. The page keeps it in its
 * state, and without scripts it goes to and fro in the names of the form's fields; both change it by `applyIntent`.
 * Pure and browser-safe.
 *
 * Names: `match:<path>` of a group, `field:<path>`, `op:<path>` and `value:<path>:<input>` of a clause, `add:<path>` the
 * field to add. A path is the indexes from the root: "" the root, "1", "1.0".
 */
import type { Input, InputValue } from "../customers/segment-field";
import { type FieldInfo, writeValue } from "./check";
import { type Clause, isGroup, MATCHES, MAX_DEPTH, type RuleGroup } from "./rule";

export type DraftClause = { id: number; field: string; op: string; values: Record<string, string[]> };
export type DraftGroup = { id: number; match: RuleGroup["match"]; rules: (DraftClause | DraftGroup)[] };
export type DraftRule = DraftClause | DraftGroup;

/** What a button of the builder asks for. */
export type Intent =
  | { do: "add-clause"; path: readonly number[]; field: string }
  | { do: "add-group"; path: readonly number[] }
  | { do: "remove"; path: readonly number[] }
  | { do: "match"; path: readonly number[]; match: RuleGroup["match"] }
  | { do: "field"; path: readonly number[]; field: string }
  | { do: "op"; path: readonly number[]; op: string }
  | { do: "value"; path: readonly number[]; input: string; value: string[] };

export function isDraftGroup(rule: DraftRule): rule is DraftGroup {
  return "rules" in rule;
}

export function draftOf(rules: RuleGroup, fields: readonly FieldInfo[], digits = 2): DraftGroup {
  const next = counter();
  const group = ({ match, rules: inner }: RuleGroup): DraftGroup => ({
    id: next(),
    match,
    rules: inner.map((rule) => (isGroup(rule) ? group(rule) : clause(rule))),
  });
  const clause = ({ field, op, value }: Clause): DraftClause => {
    const inputs = inputsOf(fields, field, op);
    const values = inputs.length === 1 ? { [inputs[0]!.name]: value } : ((value ?? {}) as Record<string, unknown>);
    return { id: next(), field, op, values: Object.fromEntries(inputs.map((input) => [input.name, typed(input, values[input.name], digits)])) };
  };
  return group(rules);
}

/** The rules as far as they are filled in: to be checked like anything else. Money is typed in units of the currency. */
export function rulesOf(draft: DraftGroup, fields: readonly FieldInfo[], digits = 2): RuleGroup {
  return {
    match: draft.match,
    rules: draft.rules.map((rule) => {
      if (isDraftGroup(rule)) return rulesOf(rule, fields, digits);
      const inputs = inputsOf(fields, rule.field, rule.op);
      const values = Object.fromEntries(inputs.map((input) => [input.name, meant(input, rule.values[input.name] ?? [], digits)]));
      const clause: Clause = { field: rule.field, op: rule.op };
      return inputs.length ? { ...clause, value: writeValue(inputs, values as Record<string, InputValue>) } : clause;
    }),
  };
}

function typed(input: Input, value: unknown, digits: number): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(String);
  if (input.kind === "money") return [(Number(value) / 10 ** digits).toFixed(digits)];
  return [String(value)];
}

function meant(input: Input, values: readonly string[], digits: number): unknown {
  if (input.kind === "choices") return values.filter(Boolean);
  const text = (values[0] ?? "").trim();
  if (text === "") return undefined;
  if (input.kind === "number") return /^\d+$/.test(text) ? Number(text) : text;
  if (input.kind === "money") {
    const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** digits) : text;
  }
  return text;
}

export function applyIntent(draft: DraftGroup, intent: Intent, fields: readonly FieldInfo[]): DraftGroup {
  switch (intent.do) {
    case "add-clause":
      return changeGroup(draft, intent.path, (group) => {
        const field = fields.find((f) => f.key === intent.field) ?? fields[0];
        if (!field) return group;
        return { ...group, rules: [...group.rules, { id: newId(draft), field: field.key, op: field.operators[0]?.key ?? "", values: {} }] };
      });
    case "add-group":
      return changeGroup(draft, intent.path, (group) => {
        if (intent.path.length >= MAX_DEPTH - 1) return group;
        return { ...group, rules: [...group.rules, { id: newId(draft), match: group.match === "all" ? "any" : "all", rules: [] }] };
      });
    case "remove": {
      const at = intent.path.at(-1);
      if (at === undefined) return draft;
      return changeGroup(draft, intent.path.slice(0, -1), (group) => ({ ...group, rules: group.rules.toSpliced(at, 1) }));
    }
    case "match":
      return changeGroup(draft, intent.path, (group) => ({ ...group, match: intent.match }));
    case "field":
      return changeClause(draft, intent.path, (clause) => {
        const field = fields.find((f) => f.key === intent.field);
        if (!field || field.key === clause.field) return clause;
        // The operator stays where the new field has it too; what was filled in rarely means the same.
        const op = field.operators.find((o) => o.key === clause.op)?.key ?? field.operators[0]?.key ?? "";
        return { ...clause, field: field.key, op, values: {} };
      });
    case "op":
      return changeClause(draft, intent.path, (clause) => {
        const inputs = inputsOf(fields, clause.field, intent.op);
        const before = inputsOf(fields, clause.field, clause.op);
        const kept = inputs.filter((input) => before.some((b) => b.name === input.name && b.kind === input.kind));
        return { ...clause, op: intent.op, values: Object.fromEntries(kept.map((i) => [i.name, clause.values[i.name] ?? []])) };
      });
    case "value":
      return changeClause(draft, intent.path, (clause) => ({ ...clause, values: { ...clause.values, [intent.input]: intent.value } }));
  }
}

/** What a posted form holds. A clause whose operator is not one of its field's (the field was changed) gets the first. */
export function readDraft(form: FormData, fields: readonly FieldInfo[]): DraftGroup {
  const next = counter();
  const group = (path: string, depth: number): DraftGroup => {
    const match = MATCHES.find((m) => m === form.get(`match:${path}`)) ?? "all";
    const rules: DraftRule[] = [];
    const id = next();
    for (let i = 0; ; i += 1) {
      const at = path === "" ? String(i) : `${path}.${i}`;
      if (form.has(`field:${at}`)) rules.push(clause(at));
      else if (form.has(`match:${at}`) && depth < MAX_DEPTH) rules.push(group(at, depth + 1));
      else break;
    }
    return { id, match, rules };
  };
  const clause = (path: string): DraftClause => {
    const key = String(form.get(`field:${path}`));
    const field = fields.find((f) => f.key === key);
    const op = field?.operators.find((o) => o.key === form.get(`op:${path}`)) ?? field?.operators[0];
    const values = (op?.inputs ?? []).map((input) => [input.name, form.getAll(`value:${path}:${input.name}`).map(String)] as const);
    return { id: next(), field: key, op: op?.key ?? "", values: Object.fromEntries(values) };
  };
  return group("", 1);
}

/** The intent of a pressed button (`name="intent"`): "add-clause:<path>", "add-group:<path>", "remove:<path>"; else null. */
export function readIntent(form: FormData): Intent | null {
  const match = /^(add-clause|add-group|remove):([\d.]*)$/.exec(String(form.get("intent") ?? ""));
  if (!match) return null;
  const [, what, at = ""] = match;
  const path = readPath(at);
  if (what === "add-clause") return { do: "add-clause", path, field: String(form.get(`add:${at}`) ?? "") };
  return { do: what as "add-group" | "remove", path };
}

export function writePath(path: readonly number[]): string {
  return path.join(".");
}

function readPath(text: string): number[] {
  return text === "" ? [] : text.split(".").map(Number);
}

export function inputsOf(fields: readonly FieldInfo[], field: string, op: string): readonly Input[] {
  return fields.find((f) => f.key === field)?.operators.find((o) => o.key === op)?.inputs ?? [];
}

function changeGroup(draft: DraftGroup, path: readonly number[], change: (group: DraftGroup) => DraftGroup): DraftGroup {
  const [at, ...rest] = path;
  if (at === undefined) return change(draft);
  const inner = draft.rules[at];
  if (!inner || !isDraftGroup(inner)) return draft;
  return { ...draft, rules: draft.rules.with(at, changeGroup(inner, rest, change)) };
}

function changeClause(draft: DraftGroup, path: readonly number[], change: (clause: DraftClause) => DraftClause): DraftGroup {
  const at = path.at(-1);
  return changeGroup(draft, path.slice(0, -1), (group) => {
    const clause = at === undefined ? undefined : group.rules[at];
    return at !== undefined && clause && !isDraftGroup(clause) ? { ...group, rules: group.rules.with(at, change(clause)) } : group;
  });
}

/** Ids keep React's elements (and the focus) with their clause when others come and go; they mean nothing else. */
function newId(draft: DraftGroup): number {
  const highest = (rule: DraftRule): number => (isDraftGroup(rule) ? Math.max(rule.id, ...rule.rules.map(highest)) : rule.id);
  return highest(draft) + 1;
}

function counter(): () => number {
  let n = 0;
  return () => {
    n += 1;
    return n;
  };
}
