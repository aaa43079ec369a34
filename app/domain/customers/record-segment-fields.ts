/** What segments can ask about tags and about the fields that the company made for itself. */
import type { Reader } from "../../db/types";
import type { FieldType } from "./custom-field-type";
import { findCustomField, listCustomFields, nameIn } from "./custom-fields.server";
import { among, type CompileContext, type FieldProblem, fact, fragment, type Input, type InputValue, marks, not, operator, type Option, type SegmentField } from "./segment-field";
import { foldForSearch } from "./search";
import { listTags } from "./tags.server";

const TAGGED = "FROM party_tags x JOIN tags t ON t.id = x.tag_id WHERE";
const tagged = (values: readonly string[], ctx: CompileContext) => among(ctx, "x.party_id", `${TAGGED} t.key IN (${marks(values)})`, ...values);
const chosenTags = { kind: "choices", name: "values", of: "loaded" } as const;

const VALUE = "FROM custom_values v WHERE v.field_id = (SELECT f.id FROM custom_fields f WHERE f.key = ?)";
const which = { kind: "choice", name: "field", of: "loaded" } as const satisfies Input;
const day = <const N extends string>(name: N) => ({ kind: "day", name }) as const;
const number = <const N extends string>(name: N) => ({ kind: "number", name, min: -1_000_000_000, max: 1_000_000_000 }) as const;

const valued = (ctx: CompileContext, condition: string, ...params: (string | number)[]) => among(ctx, "v.party_id", `${VALUE}${condition}`, ...params);
const known = [
  operator("field_known", [which], ({ field }, ctx) => valued(ctx, "", field)),
  operator("field_unknown", [which], ({ field }, ctx) => not(valued(ctx, "", field))),
];

function customField(type: FieldType, operators: SegmentField["operators"], column: "text_value" | "number_value" = "text_value"): SegmentField {
  const kind = type === "number" ? "number" : type === "text" || type === "day" ? "text" : "word";
  return {
    key: `custom_${type}`,
    group: "custom",
    operators: [...operators, ...known],
    fact: fact<{ field: string }>(kind, ({ field }) => fragment(`(SELECT v.${column} ${VALUE} AND v.party_id = m.party_id)`, field)),
    loadOptions: async (db, locale) => ({ field: (await ofType(db, type)).map((one): Option => ({ value: one.key, label: nameIn(one, locale) })) }),
    check: (db, { field }) => problemOf(db, type, "field", String(field)),
  };
}

async function ofType(db: Reader, type: FieldType) {
  return (await listCustomFields(db)).filter((field) => field.type === type);
}

async function problemOf(db: Reader, type: FieldType, input: string, key: string): Promise<FieldProblem | null> {
  const field = await findCustomField(db, key);
  if (field?.type !== type) return { input, reason: "custom_gone" };
  return field.archivedAt === null ? null : { input, reason: "custom_archived" };
}

/** A choice's options stand in one list, each as `field:option`: a rule chooses among those of one field or of several. */
const pairs = { kind: "choices", name: "values", of: "loaded" } as const;
const CHOSEN = "FROM custom_values v JOIN custom_fields f ON f.id = v.field_id WHERE f.type = 'choice'";
/** Each pair by the index of a field's values. */
const anyOf = (values: readonly string[], ctx: CompileContext) => {
  const pair = "(v.field_id = (SELECT f.id FROM custom_fields f WHERE f.key = ? AND f.type = 'choice') AND v.text_value = ?)";
  return among(ctx, "v.party_id", `FROM custom_values v WHERE (${values.map(() => pair).join(" OR ")})`, ...values.flatMap((value) => [value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1)]));
};

async function choiceProblem(db: Reader, values: Record<string, InputValue>): Promise<FieldProblem | null> {
  for (const pair of [values.values ?? []].flat()) {
    const [key = "", option] = String(pair).split(":");
    const problem = await problemOf(db, "choice", "values", key);
    if (problem) return problem;
    if (!(await findCustomField(db, key))?.options.some((one) => one.key === option)) return { input: "values", reason: "custom_gone" };
  }
  return null;
}

export const recordFields: SegmentField[] = [
  {
    key: "tag",
    group: "profile",
    operators: [
      operator("has_tag", [chosenTags], ({ values }, ctx) => tagged(values, ctx)),
      operator("has_no_tag", [chosenTags], ({ values }, ctx) => not(tagged(values, ctx))),
    ],
    fact: fact("text", () => fragment(`(SELECT min(t.name) ${TAGGED} x.party_id = m.party_id)`)),
    loadOptions: async (db) => ({ values: (await listTags(db)).map(({ key, name }): Option => ({ value: key, label: name })) }),
  },
  customField("text", [
    operator("field_contains", [which, { kind: "text", name: "text", maxLength: 100 }], ({ field, text }, ctx) =>
      valued(ctx, " AND v.folded_value LIKE ? ESCAPE '\\'", field, `%${foldForSearch(text).replace(/[\\%_]/g, "\\$&")}%`),
    ),
  ]),
  customField(
    "number",
    [
      operator("field_gte", [which, number("number")], (v, ctx) => valued(ctx, " AND v.number_value >= ?", v.field, v.number)),
      operator("field_lte", [which, number("number")], (v, ctx) => valued(ctx, " AND v.number_value <= ?", v.field, v.number)),
      operator("field_eq", [which, number("number")], (v, ctx) => valued(ctx, " AND v.number_value = ?", v.field, v.number)),
      operator("field_between", [which, number("from"), number("to")], (v, ctx) => valued(ctx, " AND v.number_value BETWEEN ? AND ?", v.field, v.from, v.to)),
    ],
    "number_value",
  ),
  customField("day", [
    operator("field_since", [which, day("day")], (v, ctx) => valued(ctx, " AND v.text_value >= ?", v.field, v.day)),
    operator("field_before", [which, day("day")], (v, ctx) => valued(ctx, " AND v.text_value < ?", v.field, v.day)),
    operator("field_between_days", [which, day("from"), day("to")], (v, ctx) => valued(ctx, " AND v.text_value BETWEEN ? AND ?", v.field, v.from, v.to)),
  ]),
  {
    key: "custom_choice",
    group: "custom",
    operators: [operator("has_choice", [pairs], ({ values }, ctx) => anyOf(values, ctx)), operator("has_no_choice", [pairs], ({ values }, ctx) => not(anyOf(values, ctx)))],
    fact: fact<{ values: string[] }>("word", ({ values }) => {
      const keys = [...new Set(values.map((pair) => pair.split(":")[0] ?? ""))];
      return fragment(`(SELECT min(f.key || ':' || v.text_value) ${CHOSEN} AND v.party_id = m.party_id AND f.key IN (${marks(keys)}))`, ...keys);
    }),
    loadOptions: async (db, locale) => ({
      values: (await ofType(db, "choice")).flatMap((field) =>
        field.options.map((option): Option => ({ value: `${field.key}:${option.key}`, label: `${nameIn(field, locale)}: ${nameIn(option, locale)}` })),
      ),
    }),
    check: choiceProblem,
  },
  customField("yes_no", [
    operator("field_yes", [which], ({ field }, ctx) => valued(ctx, " AND v.text_value = 'yes'", field)),
    operator("field_no", [which], ({ field }, ctx) => valued(ctx, " AND v.text_value = 'no'", field)),
  ]),
];
