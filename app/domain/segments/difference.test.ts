import { expect, test } from "vitest";

import { differenceOf } from "./difference";
import type { RuleGroup } from "./rule";

const poles = { field: "country", op: "in", value: ["PL"] };
const serbs = { field: "country", op: "in", value: ["RS"] };
const many = { field: "orders_count", op: "gte", value: 5 };
const none: RuleGroup = { match: "none", rules: [many] };
const all = (...rules: RuleGroup["rules"]): RuleGroup => ({ match: "all", rules });
const NOTHING = { added: [], removed: [], changed: [], match: null };

// Mutants tried: without the groups in the comparison, a clause moved under "none" is no difference.
test.each([
  ["the same", all(poles, many), all(many, poles), NOTHING],
  ["one more", all(poles), all(poles, many), { ...NOTHING, added: [{ clause: many, groups: [] }] }],
  ["one twice, then once", all(poles, poles), all(poles), { ...NOTHING, removed: [{ clause: poles, groups: [] }] }],
  ["another value", all(poles), all(serbs), { ...NOTHING, changed: [{ before: poles, after: serbs, groups: [] }] }],
  ["moved under none", all(many), all(none), { ...NOTHING, added: [{ clause: many, groups: ["none"] }], removed: [{ clause: many, groups: [] }] }],
  ["any for all", all(poles), { match: "any" as const, rules: [poles] }, { ...NOTHING, match: "any" }],
])("the difference between two versions: %s", (_, before, after, expected) => {
  expect(differenceOf(before, after)).toEqual(expected);
});
