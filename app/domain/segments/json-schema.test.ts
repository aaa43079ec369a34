import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { segmentFields as customerFields } from "../customers/segment-fields";
import { checkRules, fieldInfo } from "./check";
import { rulesJsonSchema } from "./json-schema";

it("docs/segment-rules.md shows rules that the schema of the customers' room knows", () => {
  const [, example = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync("docs/segment-rules.md", "utf8")) ?? [];
  const checked = checkRules(fieldInfo(customerFields), JSON.parse(example));
  // bought_product is the orders' room's field.
  expect(checked.ok ? [] : checked.problems.map((p) => [p.reason, p.field])).toEqual([["unknown_field", "bought_product"]]);
});

it("the schema lists each field with each of its operators", () => {
  const schema = rulesJsonSchema(fieldInfo(customerFields)) as { $defs: { clause: { anyOf: { properties: { field: { const: string }; op: { const: string } } }[] } } };
  const listed = schema.$defs.clause.anyOf.map((c) => `${c.properties.field.const} ${c.properties.op.const}`);
  expect(listed).toEqual(customerFields.flatMap((f) => f.operators.map((o) => `${f.key} ${o.key}`)));
});
