import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  checkSelection, lengthOf, startSelection, unprintableIn, weighValue,
  type Configuration, type ConfiguredOption, type ConfiguredRule,
} from "./configuration";
import type { Selection } from "./schema";

function value(key: string, priceDelta = 0, extra: Partial<ConfiguredOption["values"][number]> = {}) {
  return { key, label: key, priceDelta, data: {}, isDefault: false, isActive: true, ...extra };
}

function option(key: string, values: ReturnType<typeof value>[], extra: Partial<ConfiguredOption> = {}): ConfiguredOption {
  return { key, kind: "choice", label: key, help: "", isRequired: true, maxLength: null, priceDelta: 0, values, ...extra };
}

const mug: Configuration = {
  currency: "EUR",
  price: 12500,
  priceScale: 3,
  options: [
    option("colour", [value("white", 0, { isDefault: true }), value("black", 150), value("rose", 100, { isActive: false })]),
    option("print", [value("ink", 0, { isDefault: true }), value("gold", 200)]),
    option("text", [], { kind: "text", isRequired: false, maxLength: 8, priceDelta: 300 }),
    option("delivery", [value("standard", 0, { isDefault: true }), value("express", 600)]),
  ],
  rules: [
    { id: 1, kind: "requires", when: { print: ["gold"] }, then: { colour: ["black"] }, priceDelta: 0, reason: "Gold shows only on black." },
    { id: 2, kind: "excludes", when: { print: ["gold"] }, then: { delivery: ["express"] }, priceDelta: 0, reason: "Gold dries for two days." },
    { id: 3, kind: "price", when: { print: ["gold"], text: ["*"] }, then: {}, priceDelta: -50, reason: "Gold text together" },
  ],
};

describe("price", () => {
  test("starts at the base and says what each choice adds, at the product's own scale", () => {
    const check = checkSelection(mug, { colour: "black", print: "gold", text: "Ana", delivery: "standard" });
    expect(check).toMatchObject({ price: 12500 + 1500 + 2000 + 3000 - 500, scale: 3, isOrderable: true });
    expect(check.breakdown.map((l) => [l.key, l.amount])).toEqual([
      ["base", 12500], ["value:colour:black", 1500], ["value:print:gold", 2000], ["text:text", 3000], ["rule:3", -500],
    ]);
  });

  test("weighs each other value against the chosen one", () => {
    const check = checkSelection(mug, startSelection(mug));
    expect(weighValue(mug, check, "colour", "black")).toEqual({ change: 1500, conflicts: false });
    expect(weighValue(mug, check, "print", "gold")).toEqual({ change: 2000, conflicts: true });
  });
});

describe("conflicts", () => {
  test("are explained, and mended by changing either side", () => {
    const { conflicts, isOrderable } = checkSelection(mug, { colour: "white", print: "gold", delivery: "standard" });
    expect(isOrderable).toBe(false);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]?.reason).toBe("Gold shows only on black.");
    expect(conflicts[0]?.fixes.map((f) => [f.changes, f.priceChange])).toEqual([[{ print: "ink" }, -2000], [{ colour: "black" }, 1500]]);
  });

  test("a fix that mends all stands before one that leaves another conflict", () => {
    const { conflicts } = checkSelection(mug, { colour: "white", print: "gold", delivery: "express" });
    expect(conflicts.map((c) => c.ruleId)).toEqual([1, 2]);
    for (const conflict of conflicts) expect(conflict.fixes[0]?.changes).toEqual({ print: "ink" });
  });

  test("a text that a rule wants cannot be invented: the other side is changed", () => {
    const config: Configuration = {
      ...mug,
      rules: [{ id: 9, kind: "requires", when: { print: ["gold"] }, then: { text: ["*"] }, priceDelta: 0, reason: "Gold is for texts." }],
    };
    const [conflict] = checkSelection(config, { ...startSelection(config), print: "gold" }).conflicts;
    expect(conflict?.fixes.map((f) => f.changes)).toEqual([{ print: "ink" }]);
  });
});

describe("what was chosen", () => {
  test.each<[Selection, string, string]>([
    [{ print: "ink", delivery: "standard" }, "colour", "required"],
    [{ colour: "green", print: "ink", delivery: "standard" }, "colour", "unknown_value"],
    [{ colour: "rose", print: "ink", delivery: "standard" }, "colour", "no_longer_offered"],
    [{ ...startSelection(mug), text: "Aleksandra" }, "text", "too_long"],
    [{ ...startSelection(mug), text: "Ana 🎉" }, "text", "unprintable"],
    [{ ...startSelection(mug), text: "a\u202eb" }, "text", "unprintable"],
  ])("%j: %s is %s", (selection, key, reason) => {
    const check = checkSelection(mug, selection);
    expect(check.errors).toMatchObject([{ option: key, reason }]);
    expect(check.isOrderable).toBe(false);
  });

  test("texts are tidied, unknown options dropped, nothing is read from the prototype", () => {
    const check = checkSelection(mug, { ...startSelection(mug), text: "  Ana \n Marija ", other: "x" });
    expect(check.selection.text).toBe("Ana Marija");
    expect(check.selection).not.toHaveProperty("other");
    const odd = { ...mug, options: [option("constructor", [value("a")])], rules: [] };
    expect(checkSelection(odd, {}).errors).toEqual([{ option: "constructor", reason: "required" }]);
  });

  test.each([
    ["Łódź, Đorđe & Ђорђе – 50 %!", []],
    ["Zo\u0308e", []],
    ["♥ №1", []],
    ["日本", ["日", "本"]],
    ["tab\tend", ["\t"]],
    ["👨‍👩‍👧", ["👨‍👩‍👧"]],
  ])("of %j cannot be printed: %j", (text, expected) => {
    expect(unprintableIn(text)).toEqual(expected);
  });

  test("a letter of two code points counts once", () => expect(lengthOf("s\u030cs\u030c")).toBe(2));
});

// --- laws

const keys = ["a", "b", "c", "d"];
const values = ["1", "2", "3"];
const pattern = fc.dictionary(fc.constantFrom(...keys), fc.uniqueArray(fc.constantFrom("", "*", ...values), { minLength: 1, maxLength: 3 }), { minKeys: 1, maxKeys: 2 });

const configuration: fc.Arbitrary<Configuration> = fc.record({
  currency: fc.constantFrom("EUR", "JPY", "KWD"),
  price: fc.integer({ min: 0, max: 1_000_000 }),
  priceScale: fc.integer({ min: 0, max: 4 }),
  options: fc.tuple(...keys.map((key) =>
    fc.record({
      isRequired: fc.boolean(),
      deltas: fc.array(fc.integer({ min: -500, max: 5_000 }), { minLength: 3, maxLength: 3 }),
      active: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      isText: fc.boolean(),
    }).map(({ isRequired, deltas, active, isText }) =>
      isText
        ? option(key, [], { kind: "text", isRequired, maxLength: 10, priceDelta: deltas[0] as number })
        : option(key, values.map((v, i) => value(v, deltas[i], { isActive: active[i] as boolean })), { isRequired })),
  )),
  rules: fc.array(
    fc.record({ kind: fc.constantFrom("requires" as const, "excludes" as const, "price" as const), when: pattern, then: pattern, priceDelta: fc.integer({ min: -900, max: 900 }) }),
    { maxLength: 6 },
  ).map((rules) => rules.map((rule, i): ConfiguredRule => ({ ...rule, id: i + 1, reason: `rule ${i + 1}` }))),
});
const selection: fc.Arbitrary<Selection> = fc.dictionary(fc.constantFrom(...keys, "stranger"), fc.constantFrom("", ...values, "text", "  x  "));

describe("laws", () => {
  test("the price is the sum of its breakdown", () => {
    fc.assert(fc.property(configuration, selection, (config, chosen) => {
      const check = checkSelection(config, chosen);
      expect(check.price).toBe(check.breakdown.reduce((n, line) => n + line.amount, 0));
    }));
  });

  test("a fix resolves its conflict, breaks no other rule, and says its price change", () => {
    fc.assert(fc.property(configuration, selection, (config, chosen) => {
      const check = checkSelection(config, chosen);
      const known = new Set(check.conflicts.map((c) => c.ruleId));
      for (const conflict of check.conflicts)
        for (const fix of conflict.fixes) {
          const after = checkSelection(config, fix.selection);
          expect(after.conflicts.map((c) => c.ruleId)).not.toContain(conflict.ruleId);
          expect(after.conflicts.every((c) => known.has(c.ruleId))).toBe(true);
          expect(after.price - check.price).toBe(fix.priceChange);
          expect(after.errors.length).toBeLessThanOrEqual(check.errors.length);
          expect(checkSelection(config, { ...check.selection, ...fix.changes }).selection).toEqual(after.selection);
        }
    }), { numRuns: 500 });
  });

  test("where one change of one option would mend a conflict, a fix is offered", () => {
    fc.assert(fc.property(configuration, selection, (config, chosen) => {
      const check = checkSelection(config, chosen);
      for (const conflict of check.conflicts) {
        const mendable = config.options.some((o) =>
          o.values.filter((v) => v.isActive).some((v) => {
            const after = checkSelection(config, { ...check.selection, [o.key]: v.key });
            return after.conflicts.every((c) => c.ruleId !== conflict.ruleId && check.conflicts.some((b) => b.ruleId === c.ruleId));
          }));
        if (mendable) expect(conflict.fixes.length).toBeGreaterThan(0);
      }
    }));
  });

  test("the order of choosing does not matter", () => {
    fc.assert(fc.property(configuration, selection, fc.infiniteStream(fc.nat()), (config, chosen, dice) => {
      const entries = Object.entries(chosen);
      const shuffled = entries.map((e) => [dice.next().value as number, e] as const).sort((x, y) => x[0] - y[0]).map(([, e]) => e);
      expect(checkSelection(config, Object.fromEntries(shuffled))).toEqual(checkSelection(config, chosen));
    }));
  });

  test("checking what was checked changes nothing", () => {
    fc.assert(fc.property(configuration, selection, (config, chosen) => {
      const once = checkSelection(config, chosen);
      expect(checkSelection(config, once.selection)).toEqual(once);
    }));
  });
});
