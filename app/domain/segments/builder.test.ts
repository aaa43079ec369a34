import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { choiceField, instantField, numberField, operator, fragment, type SegmentField } from "../customers/segment-field";
import { applyIntent, draftOf, type DraftGroup, isDraftGroup, readDraft, readIntent, rulesOf, writePath } from "./builder";
import { fieldInfo } from "./check";
import type { RuleGroup } from "./rule";

const registry: SegmentField[] = [
  choiceField({ key: "tier", group: "profile", column: "p.tier", of: ["silver", "gold"] }),
  numberField({ key: "orders", group: "orders", column: "m.orders_count" }),
  numberField({ key: "spend", group: "orders", column: "m.spend_minor", kind: "money" }),
  instantField({ key: "last_order", group: "orders", column: "m.last_order_at", nullable: true }),
  {
    key: "bought",
    group: "orders",
    fact: { kind: "number", toSql: () => fragment("1") },
    operators: [operator("within", [{ kind: "text", name: "sku", maxLength: 10 }, { kind: "number", name: "days", min: 1, max: 99 }], (v) => fragment("?", v.sku))],
  },
];
const fields = fieldInfo(registry);

const rules: RuleGroup = {
  match: "all",
  rules: [
    { field: "tier", op: "in", value: ["silver", "gold"] },
    {
      match: "any",
      rules: [
        { field: "spend", op: "gte", value: 10050 },
        { match: "none", rules: [{ field: "last_order", op: "never" }] },
        { field: "spend", op: "between", value: { from: 1, to: 200 } },
      ],
    },
    { field: "bought", op: "within", value: { sku: "MUG", days: 30 } },
  ],
};

/** The form that the page renders of a draft, as a browser posts it. */
function formOf(draft: DraftGroup): FormData {
  const form = new FormData();
  const visit = (rule: DraftGroup["rules"][number], path: number[]) => {
    const at = writePath(path);
    if (isDraftGroup(rule)) {
      form.append(`match:${at}`, rule.match);
      rule.rules.forEach((inner, i) => visit(inner, [...path, i]));
      return;
    }
    form.append(`field:${at}`, rule.field);
    form.append(`op:${at}`, rule.op);
    for (const [name, values] of Object.entries(rule.values)) for (const value of values) form.append(`value:${at}:${name}`, value);
  };
  visit(draft, []);
  return form;
}

describe("a draft", () => {
  it("goes to the form and back without loss", () => {
    const draft = draftOf(rules, fields);
    expect(rulesOf(draft, fields)).toEqual(rules);
    expect(rulesOf(readDraft(formOf(draft), fields), fields)).toEqual(rules);
  });

  it("shows money in units of the currency, and reads it with comma or point", () => {
    const draft = draftOf({ match: "all", rules: [{ field: "spend", op: "gte", value: 10050 }] }, fields);
    expect((draft.rules[0] as { values: object }).values).toEqual({ number: ["100.50"] });
    for (const [written, minor] of [["99,5", 9950], ["1 200", 120000], ["7.005", 701], ["x", "x"]] as const) {
      const changed = applyIntent(draft, { do: "value", path: [0], input: "number", value: [written] }, fields);
      expect(rulesOf(changed, fields).rules[0]).toMatchObject({ value: minor });
    }
    const yen = draftOf({ match: "all", rules: [{ field: "spend", op: "gte", value: 500 }] }, fields, 0);
    expect(rulesOf(yen, fields, 0).rules[0]).toMatchObject({ value: 500 });
  });

  it("leaves out what is not filled in, so that the check can ask for it", () => {
    const draft = applyIntent(draftOf({ match: "all", rules: [] }, fields), { do: "add-clause", path: [], field: "bought" }, fields);
    expect(rulesOf(draft, fields)).toEqual({ match: "all", rules: [{ field: "bought", op: "within", value: { sku: undefined, days: undefined } }] });
  });
});

describe("applyIntent", () => {
  const start = draftOf(rules, fields);

  it("adds a clause of the chosen field at the end of its group", () => {
    const next = applyIntent(start, { do: "add-clause", path: [1, 1], field: "orders" }, fields);
    expect(rulesOf(next, fields).rules[1]).toMatchObject({ rules: [{}, { match: "none", rules: [{ field: "last_order" }, { field: "orders", op: "gte" }] }, {}] });
  });

  it("adds a group that asks the other way round, but not deeper than rules may go", () => {
    expect(applyIntent(start, { do: "add-group", path: [] }, fields).rules.at(-1)).toMatchObject({ match: "any", rules: [] });
    expect(applyIntent(start, { do: "add-group", path: [1] }, fields).rules[1]).toMatchObject({ rules: [{}, {}, {}, { match: "all" }] });
    let deep = draftOf({ match: "all", rules: [] }, fields);
    for (let i = 0; i < 9; i += 1) deep = applyIntent(deep, { do: "add-group", path: Array.from({ length: i }, () => 0) }, fields);
    const depth = (rule: DraftGroup): number => 1 + Math.max(0, ...rule.rules.filter(isDraftGroup).map(depth));
    expect(depth(deep)).toBe(6);
  });

  it("removes a clause, and a group with all in it; the root stays", () => {
    expect(rulesOf(applyIntent(start, { do: "remove", path: [1] }, fields), fields).rules).toHaveLength(2);
    expect(rulesOf(applyIntent(start, { do: "remove", path: [1, 0] }, fields), fields).rules[1]).toMatchObject({ rules: [{ match: "none" }, { field: "spend" }] });
    expect(applyIntent(start, { do: "remove", path: [] }, fields)).toEqual(start);
  });

  it("keeps what was filled in when only the operator changes and asks for the same", () => {
    const next = applyIntent(start, { do: "op", path: [0], op: "not_in" }, fields);
    expect(rulesOf(next, fields).rules[0]).toEqual({ field: "tier", op: "not_in", value: ["silver", "gold"] });
    const other = applyIntent(start, { do: "op", path: [1, 0], op: "between" }, fields);
    expect((other.rules[1] as DraftGroup).rules[0]).toMatchObject({ op: "between", values: {} });
  });

  it("begins anew when the field changes", () => {
    expect(applyIntent(start, { do: "field", path: [0], field: "orders" }, fields).rules[0]).toMatchObject({ field: "orders", op: "gte", values: {} });
    expect(applyIntent(start, { do: "field", path: [0], field: "nothing" }, fields)).toEqual(start);
  });

  it("gives each rule an id of its own, for ever", () => {
    const anIntent = fc.oneof(
      fc.record({ do: fc.constant("add-clause" as const), path: fc.constantFrom([], [1], [1, 1]), field: fc.constantFrom("tier", "spend") }),
      fc.record({ do: fc.constant("add-group" as const), path: fc.constantFrom([], [1], [0], [9]) }),
      fc.record({ do: fc.constant("remove" as const), path: fc.constantFrom([0], [1], [1, 0], [7, 7]) }),
    );
    fc.assert(
      fc.property(fc.array(anIntent, { maxLength: 12 }), (intents) => {
        const end = intents.reduce((draft, intent) => applyIntent(draft, intent, fields), start);
        const ids: number[] = [];
        const visit = (rule: DraftGroup["rules"][number]) => {
          ids.push(rule.id);
          if (isDraftGroup(rule)) rule.rules.forEach(visit);
        };
        visit(end);
        expect(new Set(ids).size).toBe(ids.length);
        expect(rulesOf(readDraft(formOf(end), fields), fields)).toEqual(rulesOf(end, fields));
      }),
    );
  });
});

describe("a posted form", () => {
  it("gets the first operator when the field was changed without scripts", () => {
    const form = formOf(draftOf({ match: "all", rules: [{ field: "tier", op: "in", value: ["gold"] }] }, fields));
    form.set("field:0", "orders");
    expect(readDraft(form, fields).rules).toMatchObject([{ field: "orders", op: "gte", values: { number: [] } }]);
  });

  it.each([
    ["add-clause:", { do: "add-clause", path: [], field: "spend" }],
    ["add-group:1.0", { do: "add-group", path: [1, 0] }],
    ["remove:2", { do: "remove", path: [2] }],
    ["save", null],
    ["remove:x", null],
  ])("knows the button %s", (intent, expected) => {
    const form = new FormData();
    form.set("intent", intent);
    form.set("add:", "spend");
    expect(readIntent(form)).toEqual(expected);
  });

  it("that is nonsense is everybody", () => {
    expect(rulesOf(readDraft(new FormData(), fields), fields)).toEqual({ match: "all", rules: [] });
  });
});
