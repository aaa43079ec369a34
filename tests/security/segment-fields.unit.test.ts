/** Segments from the outside: what is asked becomes SQL by the registry alone, and what it is held against is bound. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { segmentFields as analyticsFields } from "../../app/domain/analytics/segment-fields";
import { segmentFields as campaignFields } from "../../app/domain/campaigns/segment-fields";
import { segmentFields as caseFields } from "../../app/domain/cases/segment-fields";
import { segmentFields as customerFields } from "../../app/domain/customers/segment-fields";
import type { Input } from "../../app/domain/customers/segment-field";
import { segmentFields as orderFields } from "../../app/domain/orders/segment-fields";
import { writeValue } from "../../app/domain/segments/check";
import { compileSegment, SegmentRulesError } from "../../app/domain/segments/compile";
import { segmentFields as segmentsFields } from "../../app/domain/segments/segment-fields";

const registry = [...customerFields, ...orderFields, ...campaignFields, ...caseFields, ...analyticsFields, ...segmentsFields];
const SPY = `x' OR 1=1 --" \${p} \\ %`;
const segments = new Map([[SPY, { rules: { match: "all" as const, rules: [] }, archived: false }], ["plain", { rules: { match: "all" as const, rules: [] }, archived: false }]]);
const compile = (rule: unknown) => compileSegment(registry, { match: "none", rules: [rule] }, { now: 1e12, dialect: "sqlite", timeZone: "Europe/Warsaw", zones: [SPY, "UTC"], segments });

function valueOf(input: Input, text: string): string | number | string[] {
  switch (input.kind) {
    case "choices":
      return input.of === "loaded" ? [text] : [input.of[0]!];
    case "choice":
      return input.of === "loaded" ? text : input.of[0]!;
    case "text":
      return text;
    case "number":
      return Math.max(1, input.min);
    case "money":
      return 1;
    case "day":
      return "2026-05-01";
  }
}

// Mutant tried: a value put into the text of any clause (the category of bought_category) is found here.
test.each(registry.flatMap((field) => field.operators.map((op) => [field.key, op.key, op] as const)))("%s %s: the statement is the same whatever is asked", (field, op, { inputs }) => {
  const asked = (text: string) => compile(inputs.length ? { field, op, value: writeValue(inputs, Object.fromEntries(inputs.map((input) => [input.name, valueOf(input, text)]))) } : { field, op });
  const [spied, plain] = [asked(SPY), asked("plain")];
  expect(spied.sql).toBe(plain.sql);
  expect(spied.sql).not.toContain("1=1");
  expect(spied.params).toHaveLength(plain.params.length);
  // The whole of it: what is bound stands for every ? there is.
  expect(spied.sql.split("?").length - 1).toBe(spied.params.length);
});

const odd = fc.oneof(
  fc.constantFrom<unknown>("__proto__", "constructor", "toString", "p.id", "1; DROP TABLE parties", "", "country ", null, undefined, 1, [], {}, ["country"], { toString: "country" }),
  fc.string(),
  fc.anything({ maxDepth: 2 }),
);

test("fields, operators and values that nobody offers are refused at their place, never asked", () => {
  fc.assert(
    fc.property(fc.constantFrom(...registry), odd, odd, fc.integer({ min: 0, max: 2 }), (field, one, other, wrong) => {
      const operator = field.operators[0]!;
      if (wrong === 2 && operator.inputs.length === 0) return;
      const rule = wrong === 0 ? { field: one, op: operator.key, value: other } : wrong === 1 ? { field: field.key, op: one, value: other } : { field: field.key, op: operator.key, value: one };
      if (registry.some((known) => known.key === rule.field && known.operators.some((k) => k.key === rule.op)) && wrong < 2) return;
      try {
        const { sql } = compile(rule);
        // What was taken was a value of the right form, and bound.
        expect(wrong).toBe(2);
        if (typeof one === "string" && one.length > 8) expect(sql).not.toContain(one);
      } catch (error) {
        expect(error).toBeInstanceOf(SegmentRulesError);
      }
    }),
    { numRuns: 600, seed: 7 },
  );
});
