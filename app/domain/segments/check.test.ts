import { describe, expect, it } from "vitest";

import type { SegmentField } from "../customers/segment-field";
import { choiceField, instantField, numberField, operator, fragment } from "../customers/segment-field";
import { checkRules, fieldInfo, pointer } from "./check";
import { compileSegment, SegmentRulesError } from "./compile";
import { MAX_CLAUSES, type RuleGroup } from "./rule";

const registry: SegmentField[] = [
  choiceField({ key: "tier", group: "profile", column: "p.tier", of: ["silver", "gold"] }),
  choiceField({ key: "country", group: "profile", column: "p.country", of: "loaded", nullable: true }),
  numberField({ key: "orders_count", group: "orders", column: "m.orders_count" }),
  numberField({ key: "spend", group: "orders", column: "m.spend_minor", kind: "money" }),
  instantField({ key: "last_order_at", group: "orders", column: "m.last_order_at", nullable: true }),
  {
    key: "bought",
    group: "orders",
    fact: { kind: "number", toSql: () => fragment("1") },
    operators: [
      operator("within", [{ kind: "text", name: "sku", maxLength: 10 }, { kind: "number", name: "days", min: 1, max: 99 }], (v) =>
        fragment("x = ? AND y = ?", v.sku, v.days),
      ),
    ],
  },
];
const fields = fieldInfo(registry);
const all = (...rules: unknown[]) => ({ match: "all", rules });

describe("checkRules", () => {
  it("accepts what the registry lists, and keeps nothing else of it", () => {
    const rules = all(
      { field: "tier", op: "in", value: ["gold", "gold"], note: "x" },
      { match: "none", name: "y", rules: [{ field: "bought", op: "within", value: { sku: " MUG ", days: 3, more: 1 } }] },
      { field: "country", op: "unknown", value: "left over" },
    );
    expect(checkRules(fields, rules)).toEqual({
      ok: true,
      rules: all(
        { field: "tier", op: "in", value: ["gold"] },
        { match: "none", rules: [{ field: "bought", op: "within", value: { sku: "MUG", days: 3 } }] },
        { field: "country", op: "unknown" },
      ),
    });
  });

  it.each([
    ["nothing", null, "not_a_rule", "/"],
    ["a list", [], "not_a_rule", "/"],
    ["another word for match", { match: "some", rules: [] }, "not_a_rule", "/"],
    ["a clause as the root", { field: "tier", op: "in", value: ["gold"] }, "not_a_rule", "/"],
    ["a clause without operator", all({ field: "tier" }), "not_a_rule", "/rules/0"],
    ["an unknown field", all({ field: "tier", op: "in", value: ["gold"] }, { field: "password", op: "in", value: ["x"] }), "unknown_field", "/rules/1"],
    ["a field of Object's own", all({ field: "constructor", op: "in", value: ["x"] }), "unknown_field", "/rules/0"],
    ["an operator of another field", all({ field: "tier", op: "gte", value: 1 }), "unknown_operator", "/rules/0"],
    ["a bad clause deep inside", all(all(all({ field: "tier", op: "like", value: "%" }))), "unknown_operator", "/rules/0/rules/0/rules/0"],
    ["an empty group", all(all()), "empty_group", "/rules/0"],
    ["no value", all({ field: "tier", op: "in" }), "value_missing", "/rules/0"],
    ["an empty list", all({ field: "tier", op: "in", value: [] }), "value_missing", "/rules/0"],
    ["half a value", all({ field: "bought", op: "within", value: { sku: "MUG" } }), "value_missing", "/rules/0"],
    ["a word that is not listed", all({ field: "tier", op: "in", value: ["bronze"] }), "value_wrong", "/rules/0"],
    ["SQL for a word", all({ field: "country", op: "in", value: [{ raw: "1) OR (1=1" }] }), "value_wrong", "/rules/0"],
    ["text for a number", all({ field: "orders_count", op: "gte", value: "1" }), "value_wrong", "/rules/0"],
    ["a fraction", all({ field: "orders_count", op: "gte", value: 1.5 }), "value_wrong", "/rules/0"],
    ["less than nothing", all({ field: "spend", op: "gte", value: -1 }), "value_wrong", "/rules/0"],
    ["from after to", all({ field: "spend", op: "between", value: { from: 2, to: 1 } }), "value_wrong", "/rules/0"],
    ["a day that does not exist", all({ field: "last_order_at", op: "since", value: "2026-02-30" }), "value_wrong", "/rules/0"],
    ["no days", all({ field: "last_order_at", op: "within_days", value: 0 }), "value_wrong", "/rules/0"],
    ["six groups in each other", all(all(all(all(all(all(all({ field: "tier", op: "in", value: ["gold"] }))))))), "too_deep", "/rules/0/rules/0/rules/0/rules/0/rules/0/rules/0"],
    [
      "too many clauses",
      all(...Array.from({ length: MAX_CLAUSES + 2 }, () => ({ field: "country", op: "known" }))),
      "too_many",
      `/rules/${MAX_CLAUSES}`,
    ],
  ])("refuses %s, and says where", (_, rules, reason, where) => {
    const checked = checkRules(fields, rules);
    expect(checked.ok ? [] : checked.problems.map((p) => [p.reason, pointer(p.path)])).toEqual([[reason, where]]);
    expect(() => compileSegment(registry, rules, { now: 0, dialect: "sqlite" })).toThrow(SegmentRulesError);
  });

  it("names every bad clause, not the first alone", () => {
    const checked = checkRules(fields, all({ field: "a", op: "x" }, { field: "tier", op: "in", value: ["gold"] }, all({ field: "tier", op: "y" })));
    expect(checked.ok ? [] : checked.problems.map((p) => p.path)).toEqual([[0], [2, 0]]);
  });
});

describe("compileSegment", () => {
  const compile = (rules: unknown) => compileSegment(registry, rules, { now: 100 * 86_400_000, dialect: "sqlite", timeZone: "Europe/Warsaw" });

  it("binds every value, whatever it says", () => {
    const evil = "') OR 1=1; DROP TABLE parties; --";
    expect(compile(all({ field: "country", op: "in", value: [evil, "PL"] }))).toEqual({ sql: "(p.country IN (?, ?))", params: [evil, "PL"] });
  });

  it("says unknown is false where it is negated, and only there: an index serves the rest", () => {
    const rules = {
      match: "all",
      rules: [
        { field: "orders_count", op: "gte", value: 3 },
        { match: "none", rules: [{ field: "last_order_at", op: "within_days", value: 1 }] },
      ],
    } satisfies RuleGroup;
    expect(compile(rules)).toEqual({
      sql: "(m.orders_count >= ? AND NOT (coalesce(m.last_order_at >= ?, false)))",
      params: [3, 99 * 86_400_000],
    });
  });

  it("takes days of the company's calendar", () => {
    expect(compile(all({ field: "last_order_at", op: "between_days", value: { from: "2026-03-29", to: "2026-03-29" } })).params).toEqual([
      Date.parse("2026-03-28T23:00:00Z"), Date.parse("2026-03-29T22:00:00Z"),
    ]);
  });

  it("asks nothing for everybody", () => {
    expect(compile(all())).toEqual({ sql: "true", params: [] });
  });
});
