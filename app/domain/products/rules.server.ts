/** What a choice requires, excludes or costs. */
import { and, eq } from "drizzle-orm";

import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { readOptions } from "./configurators.server";
import { nextPosition } from "./positions.server";
import { raiseRules, type Words } from "./products.server";
import { productRules, productRuleTranslations, type SelectionPattern } from "./schema";

export type NewRule = {
  productId: number;
  kind: "requires" | "excludes" | "price";
  when: SelectionPattern;
  then?: SelectionPattern;
  priceDelta?: number;
  words: Words<{ reason: string }>;
};

export type AddRuleResult = { ok: true; ruleId: number } | { ok: false; reason: "unknown_option" | "unknown_value" };

/** Adds a rule; it may only speak of options and values that the product has. */
export async function addRule(tx: Tx, by: By, input: NewRule): Promise<AddRuleResult> {
  const then = input.kind === "price" ? {} : (input.then ?? {});
  const known = await readOptions(tx, [input.productId], "en");
  const options = known.get(input.productId)?.options ?? [];
  for (const [key, accepted] of [...Object.entries(input.when), ...Object.entries(then)]) {
    const option = options.find((o) => o.key === key);
    if (!option) return { ok: false, reason: "unknown_option" };
    const isKnown = (v: string) => v === "" || v === "*" || option.values.some((own) => own.key === v);
    if (!accepted.length || !accepted.every(isKnown)) return { ok: false, reason: "unknown_value" };
  }
  const [added] = await tx
    .insert(productRules)
    .values({
      productId: input.productId,
      kind: input.kind,
      when: input.when,
      then,
      priceDelta: input.kind === "price" ? (input.priceDelta ?? 0) : 0,
      position: await nextPosition(tx, productRules, eq(productRules.productId, input.productId)),
    })
    .returning({ id: productRules.id });
  const { id } = added as { id: number };
  for (const [locale, own] of Object.entries(input.words))
    if (own?.reason.trim()) await tx.insert(productRuleTranslations).values({ ruleId: id, locale, reason: own.reason.trim() });
  await raiseRules(tx, by, input.productId);
  await recordAudit(tx, by, "addRule", { type: "product", id: input.productId }, { rule: id, kind: input.kind });
  await noteChange(tx, by, `product:${input.productId}`);
  return { ok: true, ruleId: id };
}

export async function removeRule(tx: Tx, by: By, productId: number, ruleId: number): Promise<{ ok: true } | { ok: false; reason: "unknown_rule" }> {
  const [own] = await tx
    .select({ id: productRules.id })
    .from(productRules)
    .where(and(eq(productRules.id, ruleId), eq(productRules.productId, productId)));
  if (!own) return { ok: false, reason: "unknown_rule" };
  await tx.delete(productRuleTranslations).where(eq(productRuleTranslations.ruleId, ruleId));
  await tx.delete(productRules).where(eq(productRules.id, ruleId));
  await raiseRules(tx, by, productId);
  await recordAudit(tx, by, "removeRule", { type: "product", id: productId }, { rule: ruleId });
  await noteChange(tx, by, `product:${productId}`);
  return { ok: true };
}
