/** The options of a product and their values. Every change raises the version of the product's rules. */
import { and, eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import type { OptionKind } from "./configuration";
import { nextPosition } from "./positions.server";
import { raiseRules, type Words } from "./products.server";
import { productOptions, productOptionTranslations, productOptionValues, productOptionValueTranslations, products } from "./schema";

export type NewValue = {
  key: string;
  priceDelta?: number;
  data?: Record<string, string>;
  isDefault?: boolean;
  words: Words<{ label: string }>;
};

export type NewOption = {
  productId: number;
  key: string;
  kind: OptionKind;
  isRequired?: boolean;
  maxLength?: number | null;
  priceDelta?: number;
  words: Words<{ label: string; help?: string }>;
  values?: NewValue[];
};

export type AddOptionResult = { ok: true; optionId: number } | { ok: false; reason: "key_taken" };

/** Adds an option, with its values, at the end. */
export async function addOption(tx: Tx, by: By, input: NewOption): Promise<AddOptionResult> {
  const [added] = await tx
    .insert(productOptions)
    .values({
      productId: input.productId,
      key: input.key,
      kind: input.kind,
      position: await nextPosition(tx, productOptions, eq(productOptions.productId, input.productId)),
      isRequired: input.isRequired ?? true,
      maxLength: input.kind === "text" ? (input.maxLength ?? 20) : null,
      priceDelta: input.priceDelta ?? 0,
    })
    .onConflictDoNothing({ target: [productOptions.productId, productOptions.key] })
    .returning({ id: productOptions.id });
  if (!added) return { ok: false, reason: "key_taken" };
  for (const [locale, own] of Object.entries(input.words))
    if (own?.label.trim())
      await tx.insert(productOptionTranslations).values({ optionId: added.id, locale, label: own.label.trim(), help: own.help?.trim() ?? "" });
  for (const value of input.values ?? []) await insertValue(tx, added.id, value);
  await tx.update(products).set({ isPersonalisable: true }).where(eq(products.id, input.productId));
  await raiseRules(tx, by, input.productId);
  await recordAudit(tx, by, "addOption", { type: "product", id: input.productId }, { option: input.key });
  await noteChange(tx, by, `product:${input.productId}`);
  return { ok: true, optionId: added.id };
}

export type AddOptionValueResult = { ok: true; valueId: number } | { ok: false; reason: "unknown_option" | "key_taken" };

export async function addOptionValue(tx: Tx, by: By, input: NewValue & { productId: number; option: string }): Promise<AddOptionValueResult> {
  const option = await findOption(tx, input.productId, input.option);
  if (!option || option.kind === "text") return { ok: false, reason: "unknown_option" };
  const valueId = await insertValue(tx, option.id, input);
  if (valueId === null) return { ok: false, reason: "key_taken" };
  await raiseRules(tx, by, input.productId);
  await recordAudit(tx, by, "addOptionValue", { type: "product", id: input.productId }, { option: input.option, value: input.key });
  await noteChange(tx, by, `product:${input.productId}`);
  return { ok: true, valueId };
}

async function insertValue(tx: Tx, optionId: number, value: NewValue): Promise<number | null> {
  if (value.isDefault)
    await tx.update(productOptionValues).set({ isDefault: false }).where(eq(productOptionValues.optionId, optionId));
  const [added] = await tx
    .insert(productOptionValues)
    .values({
      optionId,
      key: value.key,
      priceDelta: value.priceDelta ?? 0,
      data: value.data ?? {},
      position: await nextPosition(tx, productOptionValues, eq(productOptionValues.optionId, optionId)),
      isDefault: value.isDefault ?? false,
    })
    .onConflictDoNothing({ target: [productOptionValues.optionId, productOptionValues.key] })
    .returning({ id: productOptionValues.id });
  if (!added) return null;
  for (const [locale, own] of Object.entries(value.words))
    if (own?.label.trim())
      await tx.insert(productOptionValueTranslations).values({ valueId: added.id, locale, label: own.label.trim() });
  return added.id;
}

/** Changes what a value costs, or whether it is offered. Values are never deleted: saved designs name them. */
export async function changeOptionValue(
  tx: Tx,
  by: By,
  input: { productId: number; option: string; value: string; priceDelta?: number; isActive?: boolean },
): Promise<{ ok: true } | { ok: false; reason: "unknown_value" }> {
  const option = await findOption(tx, input.productId, input.option);
  const { priceDelta, isActive } = input;
  const changed = option
    ? await tx
        .update(productOptionValues)
        .set({ ...(priceDelta !== undefined && { priceDelta }), ...(isActive !== undefined && { isActive }) })
        .where(and(eq(productOptionValues.optionId, option.id), eq(productOptionValues.key, input.value)))
        .returning({ id: productOptionValues.id })
    : [];
  if (!changed.length) return { ok: false, reason: "unknown_value" };
  await raiseRules(tx, by, input.productId);
  await recordAudit(tx, by, "changeOptionValue", { type: "product", id: input.productId }, { ...input });
  await noteChange(tx, by, `product:${input.productId}`);
  return { ok: true };
}

async function findOption(db: Reader, productId: number, key: string) {
  const [option] = await db
    .select({ id: productOptions.id, kind: productOptions.kind })
    .from(productOptions)
    .where(and(eq(productOptions.productId, productId), eq(productOptions.key, key)));
  return option ?? null;
}
