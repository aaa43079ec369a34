/**
 * What can be chosen on a product, what it costs, and what does not go together. Pure: the page asks on every stroke,
 * the server asks again before anything is saved or ordered.
 *
 * A choice that conflicts is allowed while editing: it is explained by its rule's reason, and every offered fix is a
 * whole other selection that was found by looking, so that one click mends it.
 */
import type { Selection, SelectionPattern } from "./schema";
import { minorDigits, rescale } from "./price";

export type OptionKind = "choice" | "colour" | "motif" | "text";

export type ConfiguredValue = {
  key: string;
  label: string;
  /** In minor units. */
  priceDelta: number;
  /** What the drawing and the promise need: base, ink, motif, font, size, shape, days. */
  data: Record<string, string>;
  isDefault: boolean;
  /** No longer offered, but known: a saved design may still name it. */
  isActive: boolean;
};

export type ConfiguredOption = {
  key: string;
  kind: OptionKind;
  label: string;
  help: string;
  isRequired: boolean;
  maxLength: number | null;
  /** Text options: what any text costs, in minor units. */
  priceDelta: number;
  values: ConfiguredValue[];
};

export type ConfiguredRule = {
  id: number;
  kind: "requires" | "excludes" | "price";
  when: SelectionPattern;
  then: SelectionPattern;
  /** In minor units. */
  priceDelta: number;
  reason: string;
};

export type Configuration = {
  currency: string;
  /** Integer at `priceScale` decimals. */
  price: number;
  priceScale: number;
  options: ConfiguredOption[];
  rules: ConfiguredRule[];
};

export type SelectionError = {
  option: string;
  reason: "required" | "unknown_value" | "no_longer_offered" | "too_long" | "unprintable";
  /** unprintable: the characters; too_long: the limit. */
  detail?: string;
};

export type Fix = {
  /** option key → its new value; "" takes the option out. */
  changes: Selection;
  selection: Selection;
  /** By how much the unit price changes, at the check's scale. */
  priceChange: number;
};

export type Conflict = { ruleId: number; kind: "requires" | "excludes"; reason: string; options: string[]; fixes: Fix[] };

export type PriceLine = {
  /** base, value:<option>:<value>, text:<option>, rule:<id>: the same over time, so that two prices can be compared. */
  key: string;
  kind: "base" | "value" | "text" | "rule";
  /** Of the option; empty for base and rules. */
  optionLabel: string;
  /** Of the value, or the rule's reason. */
  label: string;
  amount: number;
};

export type Check = {
  /** Tidied: known options only, texts without stray spaces. */
  selection: Selection;
  errors: SelectionError[];
  conflicts: Conflict[];
  /** Unit price at `scale` decimals: the sum of the breakdown. */
  price: number;
  scale: number;
  currency: string;
  breakdown: PriceLine[];
  isOrderable: boolean;
};

/** Checks a selection against the product's options and rules, and prices it. */
export function checkSelection(config: Configuration, given: Selection): Check {
  const selection = tidySelection(config, given);
  const errors = selectionErrors(config, selection);
  const breakdown = priceLines(config, selection);
  const broken = brokenRules(config, selection);
  return {
    selection,
    errors,
    conflicts: broken.map((rule) => ({
      ruleId: rule.id,
      kind: rule.kind as "requires" | "excludes",
      reason: rule.reason,
      options: [...new Set([...Object.keys(rule.when), ...Object.keys(rule.then)])],
      fixes: findFixes(config, selection, rule, broken),
    })),
    price: sum(breakdown),
    scale: scaleOf(config),
    currency: config.currency,
    breakdown,
    isOrderable: errors.length === 0 && broken.length === 0,
  };
}

/** What the page shows first: each option's default, or its first value where one is required. */
export function startSelection(config: Configuration): Selection {
  const selection: Selection = {};
  for (const option of config.options) {
    const offered = option.values.filter((v) => v.isActive);
    const start = offered.find((v) => v.isDefault) ?? (option.isRequired ? offered[0] : undefined);
    if (start) selection[option.key] = start.key;
  }
  return selection;
}

/** By how much the unit price would change, and whether a conflict would appear, if this one value were chosen instead. */
export function weighValue(config: Configuration, check: Check, option: string, value: string): { change: number; conflicts: boolean } {
  const other = tidySelection(config, { ...check.selection, [option]: value });
  const known = new Set(check.conflicts.map((c) => c.ruleId));
  return {
    change: sum(priceLines(config, other)) - check.price,
    conflicts: brokenRules(config, other).some((rule) => !known.has(rule.id)),
  };
}

/** Deltas are minor units: the scale is never coarser than they are. */
function scaleOf(config: Configuration): number {
  return Math.max(config.priceScale, minorDigits(config.currency));
}

// --- what was chosen

function tidySelection(config: Configuration, given: Selection): Selection {
  const selection: Selection = {};
  for (const option of config.options) {
    const value = String(own(given, option.key) ?? "");
    const tidy = option.kind === "text" ? tidyText(value) : value;
    if (tidy !== "") selection[option.key] = tidy;
  }
  return selection;
}

/** An option may be called "constructor": only what was really chosen counts. */
function own(selection: Selection, option: string): string | undefined {
  return Object.hasOwn(selection, option) ? selection[option] : undefined;
}

/** Composed characters, single spaces, none at the ends: what is printed and what is counted. */
export function tidyText(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, " ").trim();
}

function selectionErrors(config: Configuration, selection: Selection): SelectionError[] {
  return config.options.flatMap((option): SelectionError[] => {
    const chosen = own(selection, option.key);
    if (chosen === undefined) return option.isRequired ? [{ option: option.key, reason: "required" }] : [];
    if (option.kind === "text") return textErrors(option, chosen);
    const value = option.values.find((v) => v.key === chosen);
    if (!value) return [{ option: option.key, reason: "unknown_value" }];
    return value.isActive ? [] : [{ option: option.key, reason: "no_longer_offered" }];
  });
}

function textErrors(option: ConfiguredOption, text: string): SelectionError[] {
  const unprintable = unprintableIn(text);
  if (unprintable.length) return [{ option: option.key, reason: "unprintable", detail: unprintable.join(" ") }];
  if (option.maxLength !== null && lengthOf(text) > option.maxLength)
    return [{ option: option.key, reason: "too_long", detail: String(option.maxLength) }];
  return [];
}

const LETTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Characters as a person counts them: š typed as two code points is one. */
export function lengthOf(text: string): number {
  return [...LETTERS.segment(text)].length;
}

/** Our print fonts hold Latin, Cyrillic and Greek letters, digits, punctuation and a few signs; no emoji, no control. */
const PRINTABLE = /^(?:[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}][\u0300-\u036f]*|[0-9 !"#%&'()*+,\-./:;<=>?@[\\\]_{|}~]|[¡¿«»“”„‚‘’–—…·•°№©®™€£$¥½¼¾²³×÷±♥★])$/u;

/** The distinct characters of a text that cannot be printed. */
export function unprintableIn(text: string): string[] {
  return [...new Set([...LETTERS.segment(text)].map((s) => s.segment).filter((c) => !PRINTABLE.test(c)))];
}

// --- rules

/** Whether every entry of the pattern holds. "" stands for nothing chosen, "*" for anything. */
export function matches(pattern: SelectionPattern, selection: Selection): boolean {
  return Object.entries(pattern).every(([option, accepted]) => {
    const chosen = own(selection, option) ?? "";
    return accepted.includes(chosen) || (chosen !== "" && accepted.includes("*"));
  });
}

function isBroken(rule: ConfiguredRule, selection: Selection): boolean {
  if (rule.kind === "price" || !matches(rule.when, selection)) return false;
  return rule.kind === "requires" ? !matches(rule.then, selection) : matches(rule.then, selection);
}

function brokenRules(config: Configuration, selection: Selection): ConfiguredRule[] {
  return config.rules.filter((rule) => isBroken(rule, selection));
}

// --- price

function priceLines(config: Configuration, selection: Selection): PriceLine[] {
  const scale = scaleOf(config);
  const minor = (amount: number) => rescale(amount, minorDigits(config.currency), scale);
  const lines: PriceLine[] = [
    { key: "base", kind: "base", optionLabel: "", label: "", amount: rescale(config.price, config.priceScale, scale) },
  ];
  for (const option of config.options) {
    const chosen = own(selection, option.key);
    if (chosen === undefined) continue;
    if (option.kind === "text") {
      if (option.priceDelta)
        lines.push({ key: `text:${option.key}`, kind: "text", optionLabel: option.label, label: chosen, amount: minor(option.priceDelta) });
      continue;
    }
    const value = option.values.find((v) => v.key === chosen);
    if (value?.priceDelta)
      lines.push({ key: `value:${option.key}:${value.key}`, kind: "value", optionLabel: option.label, label: value.label, amount: minor(value.priceDelta) });
  }
  for (const rule of config.rules)
    if (rule.kind === "price" && rule.priceDelta && matches(rule.when, selection))
      lines.push({ key: `rule:${rule.id}`, kind: "rule", optionLabel: "", label: rule.reason, amount: minor(rule.priceDelta) });
  return lines;
}

function sum(lines: PriceLine[]): number {
  return lines.reduce((total, line) => total + line.amount, 0);
}

// --- fixes

const MOST_FIXES = 3;
const MOST_CHANGES = 4;
/** Selections looked at for one conflict before the search gives up. */
const MOST_LOOKS = 20_000;

/**
 * The smallest changes after which this rule holds and no other rule is newly broken. Breadth first over the options
 * that rules speak of: first all changes of one option, then of two, and so on.
 */
function findFixes(config: Configuration, selection: Selection, rule: ConfiguredRule, broken: ConfiguredRule[]): Fix[] {
  const before = new Set(broken.map((r) => r.id));
  const price = sum(priceLines(config, selection));
  const found: (Fix & { left: number; isDefault: boolean })[] = [];
  let looks = 0;
  const options = changeable(config, rule);

  function look(changes: Selection): void {
    looks++;
    const other = { ...selection };
    for (const [key, value] of Object.entries(changes)) {
      if (value === "") delete other[key];
      else other[key] = value;
    }
    if (isBroken(rule, other)) return;
    const left = brokenRules(config, other);
    if (left.some((r) => !before.has(r.id))) return;
    found.push({
      changes,
      selection: other,
      priceChange: sum(priceLines(config, other)) - price,
      left: left.length,
      isDefault: Object.entries(changes).every(([key, value]) =>
        config.options.find((o) => o.key === key)?.values.some((v) => v.key === value && v.isDefault)),
    });
  }

  function change(from: number, count: number, changes: Selection): void {
    if (looks >= MOST_LOOKS) return;
    if (count === 0) return look(changes);
    for (let i = from; i <= options.length - count; i++) {
      const option = options[i] as ConfiguredOption;
      for (const value of choicesOf(option, own(selection, option.key)))
        change(i + 1, count - 1, { ...changes, [option.key]: value });
    }
  }

  for (let count = 1; count <= Math.min(MOST_CHANGES, options.length) && found.length === 0 && looks < MOST_LOOKS; count++)
    change(0, count, {});

  found.sort((a, b) => a.left - b.left || Number(b.isDefault) - Number(a.isDefault) || Math.abs(a.priceChange) - Math.abs(b.priceChange));
  return spread(found).map(({ changes, selection: mended, priceChange }) => ({ changes, selection: mended, priceChange }));
}

/** Options that some rule speaks of; those of the broken rule first, for they make the most obvious fixes. */
function changeable(config: Configuration, rule: ConfiguredRule): ConfiguredOption[] {
  const named = (r: ConfiguredRule) => [...Object.keys(r.when), ...Object.keys(r.then)];
  const own = new Set(named(rule));
  const all = new Set(config.rules.filter((r) => r.kind !== "price").flatMap(named));
  return config.options
    .filter((o) => all.has(o.key))
    .sort((a, b) => Number(own.has(b.key)) - Number(own.has(a.key)));
}

/** What a fix may put in place of the chosen value. A text can be taken out, but not invented. */
function choicesOf(option: ConfiguredOption, chosen: string | undefined): string[] {
  const offered = option.kind === "text" ? [] : option.values.filter((v) => v.isActive).map((v) => v.key);
  const all = option.isRequired ? offered : [...offered, ""];
  return all.filter((value) => value !== (chosen ?? ""));
}

/** At most three fixes, as different as can be: first the best for each set of options, then the next best. */
function spread<F extends Fix>(fixes: F[]): F[] {
  const groups = new Map<string, F[]>();
  for (const fix of fixes) {
    const key = Object.keys(fix.changes).sort().join(" ");
    groups.set(key, [...(groups.get(key) ?? []), fix]);
  }
  const lists = [...groups.values()];
  const longest = Math.max(0, ...lists.map((l) => l.length));
  const rounds = Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? []));
  return rounds.flat().slice(0, MOST_FIXES);
}

// --- in words

export type ChoiceInWords = { option: string; label: string; value: string; data: Record<string, string> };

/** What was chosen, as people read it, in the product's own order. What has left the catalogue keeps its key. */
export function describeSelection(config: Pick<Configuration, "options">, selection: Selection): ChoiceInWords[] {
  const known = config.options.flatMap((option): ChoiceInWords[] => {
    const chosen = own(selection, option.key);
    if (chosen === undefined) return [];
    const value = option.values.find((v) => v.key === chosen);
    return [{ option: option.key, label: option.label, value: value?.label ?? chosen, data: value?.data ?? {} }];
  });
  const gone = Object.entries(selection).filter(([key]) => !config.options.some((o) => o.key === key));
  return [...known, ...gone.map(([option, value]) => ({ option, label: option, value, data: {} }))];
}

/** The names of a configurator's fields: `o.` and the option's key. */
export const FIELD_PREFIX = "o.";

/** Reads a selection from a form or an address. Null when it says nothing of any option. */
export function readSelection(fields: Iterable<[string, unknown]>): Selection | null {
  const selection: Selection = {};
  let isGiven = false;
  for (const [name, value] of fields) {
    if (!name.startsWith(FIELD_PREFIX) || typeof value !== "string") continue;
    isGiven = true;
    if (value !== "" && value.length <= 500) Object.defineProperty(selection, name.slice(FIELD_PREFIX.length), { value, enumerable: true, configurable: true, writable: true });
  }
  return isGiven ? selection : null;
}

export type { Selection, SelectionPattern } from "./schema";
