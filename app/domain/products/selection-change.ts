/** What has changed on a product since a design was saved, said line by line. */
import type { Check, Configuration, PriceLine } from "./configuration";
import { rescale } from "./price";
import type { PriceSnapshot, Selection } from "./schema";

export type DesignChange =
  /** A line of the breakdown costs something else now. Amounts at `scale`. */
  | { kind: "price"; line: PriceLine; from: number; to: number }
  /** A line that the selection had is gone, or has appeared, without the customer's doing. */
  | { kind: "line_gone"; line: PriceLine; from: number; to: 0 }
  | { kind: "line_new"; line: PriceLine; from: 0; to: number }
  | { kind: "value_gone"; optionLabel: string; label: string }
  | { kind: "option_gone"; option: string }
  | { kind: "option_new"; optionLabel: string }
  | { kind: "conflict"; reason: string };

export type DesignReview = {
  changes: DesignChange[];
  /** Of all amounts here. */
  scale: number;
  oldPrice: number;
  newPrice: number;
  isOrderable: boolean;
};

export function snapshotOf(check: Check): PriceSnapshot {
  return { scale: check.scale, price: check.price, lines: check.breakdown };
}

/** Compares a saved design with the product as it is today. `check` is the saved selection checked against it. */
export function reviewDesign(config: Configuration, saved: { selection: Selection; snapshot: PriceSnapshot }, check: Check): DesignReview {
  const scale = Math.max(saved.snapshot.scale, check.scale);
  const oldLines = atScale(saved.snapshot.lines, saved.snapshot.scale, scale);
  const newLines = atScale(check.breakdown, check.scale, scale);
  return {
    changes: [...valueChanges(config, saved.selection, check), ...priceChanges(oldLines, newLines), ...conflictChanges(check)],
    scale,
    oldPrice: rescale(saved.snapshot.price, saved.snapshot.scale, scale),
    newPrice: rescale(check.price, check.scale, scale),
    isOrderable: check.isOrderable,
  };
}

function atScale(lines: PriceLine[], from: number, to: number): Map<string, PriceLine> {
  return new Map(lines.map((line) => [line.key, { ...line, amount: rescale(line.amount, from, to) }]));
}

function priceChanges(before: Map<string, PriceLine>, after: Map<string, PriceLine>): DesignChange[] {
  const changes: DesignChange[] = [];
  for (const [key, line] of before) {
    const now = after.get(key);
    if (!now) changes.push({ kind: "line_gone", line, from: line.amount, to: 0 });
    else if (now.amount !== line.amount) changes.push({ kind: "price", line: now, from: line.amount, to: now.amount });
  }
  for (const [key, line] of after) if (!before.has(key)) changes.push({ kind: "line_new", line, from: 0, to: line.amount });
  return changes;
}

function valueChanges(config: Configuration, saved: Selection, check: Check): DesignChange[] {
  const gone = Object.keys(saved)
    .filter((key) => !config.options.some((o) => o.key === key))
    .map((option): DesignChange => ({ kind: "option_gone", option }));
  const wrong = check.errors.flatMap((error): DesignChange[] => {
    const option = config.options.find((o) => o.key === error.option);
    if (!option) return [];
    if (error.reason === "required") return [{ kind: "option_new", optionLabel: option.label }];
    if (error.reason !== "no_longer_offered" && error.reason !== "unknown_value") return [];
    const chosen = saved[option.key] ?? "";
    return [{ kind: "value_gone", optionLabel: option.label, label: option.values.find((v) => v.key === chosen)?.label ?? chosen }];
  });
  return [...gone, ...wrong];
}

function conflictChanges(check: Check): DesignChange[] {
  return check.conflicts.map((c) => ({ kind: "conflict", reason: c.reason }));
}
