/** The catalogue: products, their options, values and rules. All of it is data; nothing here knows a mug from a shirt. */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import type { Configuration, ConfiguredRule, OptionKind } from "./configuration";
import { normalizeSku, pickTranslation } from "./product";
import {
  productOptions, productOptionTranslations, productOptionValues, productOptionValueTranslations, productRules,
  productRuleTranslations, products, productTranslations, type SelectionPattern,
} from "./schema";

// --- reads

export type ProductSummary = {
  id: number;
  publicId: string;
  sku: string;
  name: string;
  description: string;
  category: string | null;
  price: number;
  priceScale: number;
  currency: string;
  isPersonalisable: boolean;
  artwork: string | null;
  rulesVersion: number;
  isActive: boolean;
};

const summary = {
  id: products.id,
  publicId: products.publicId,
  sku: products.sku,
  category: products.category,
  price: products.price,
  priceScale: products.priceScale,
  currency: products.currency,
  isPersonalisable: products.isPersonalisable,
  artwork: products.artwork,
  rulesVersion: products.rulesVersion,
  isActive: products.isActive,
};

export type ProductFilter = {
  isPersonalisable?: boolean;
  /** Only what is offered now, unless told otherwise. */
  withInactive?: boolean;
  /** Part of a code or a name. */
  search?: string;
  category?: string;
  limit?: number;
  offset?: number;
};

/** Products by position, then code. */
export async function listProducts(db: Reader, locale: string, filter: ProductFilter = {}): Promise<ProductSummary[]> {
  const rows = await db
    .select(summary)
    .from(products)
    .where(
      and(
        filter.withInactive ? undefined : eq(products.isActive, true),
        filter.isPersonalisable === undefined ? undefined : eq(products.isPersonalisable, filter.isPersonalisable),
        filter.category === undefined ? undefined : eq(products.category, filter.category),
        filter.search ? matchesSearch(filter.search) : undefined,
      ),
    )
    .orderBy(asc(products.position), asc(products.sku))
    .limit(filter.limit ?? 500)
    .offset(filter.offset ?? 0);
  return named(db, rows, locale);
}

/** LIKE folds case only for ASCII on SQLite: names are compared as typed and in lower case. */
function matchesSearch(text: string) {
  const like = (value: string) => `%${value.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
  return sql`(${products.sku} like ${like(normalizeSku(text))} escape '\\' or exists (
    select 1 from ${productTranslations} where ${productTranslations.productId} = ${products.id}
    and (lower(${productTranslations.name}) like ${like(text.toLowerCase())} escape '\\' or ${productTranslations.name} like ${like(text)} escape '\\')))`;
}

/** By its code (in any case) or its public id. Inactive products are found too. */
export async function findProduct(db: Reader, skuOrPublicId: string, locale: string): Promise<ProductSummary | null> {
  const rows = await db
    .select(summary)
    .from(products)
    .where(sql`${products.sku} = ${normalizeSku(skuOrPublicId)} or ${products.publicId} = ${skuOrPublicId}`)
    .limit(1);
  const [product] = await named(db, rows, locale);
  return product ?? null;
}

export async function listProductsById(db: Reader, ids: number[], locale: string): Promise<ProductSummary[]> {
  if (!ids.length) return [];
  return named(db, await db.select(summary).from(products).where(inArray(products.id, ids)), locale);
}

async function named(db: Reader, rows: Omit<ProductSummary, "name" | "description">[], locale: string): Promise<ProductSummary[]> {
  if (!rows.length) return [];
  const words = await db
    .select()
    .from(productTranslations)
    .where(inArray(productTranslations.productId, rows.map((r) => r.id)));
  const byProduct = groupBy(words, (w) => w.productId);
  return rows.map((row) => {
    const own = pickTranslation(byProduct.get(row.id) ?? [], locale);
    return { ...row, name: own?.name ?? row.sku, description: own?.description ?? "" };
  });
}

/** Everything that the configurator shows and checks, in one language. Null when there is no such product. */
export async function getConfigurator(
  db: Reader,
  productId: number,
  locale: string,
): Promise<{ product: ProductSummary; config: Configuration } | null> {
  const [product] = await listProductsById(db, [productId], locale);
  if (!product) return null;
  const catalogue = await readOptions(db, [productId], locale);
  return { product, config: configurationOf(product, catalogue.get(productId)) };
}

/** The same for several products at once. */
export async function listConfigurators(
  db: Reader,
  productIds: number[],
  locale: string,
): Promise<Map<number, { product: ProductSummary; config: Configuration }>> {
  const found = await listProductsById(db, productIds, locale);
  const catalogue = await readOptions(db, found.map((p) => p.id), locale);
  return new Map(found.map((product) => [product.id, { product, config: configurationOf(product, catalogue.get(product.id)) }]));
}

type Parts = Pick<Configuration, "options" | "rules">;

function configurationOf(product: ProductSummary, parts: Parts = { options: [], rules: [] }): Configuration {
  return { currency: product.currency, price: product.price, priceScale: product.priceScale, ...parts };
}

async function readOptions(db: Reader, productIds: number[], locale: string): Promise<Map<number, Parts>> {
  if (!productIds.length) return new Map();
  const options = await db
    .select()
    .from(productOptions)
    .where(inArray(productOptions.productId, productIds))
    .orderBy(asc(productOptions.position), asc(productOptions.id));
  const rules = await db
    .select()
    .from(productRules)
    .where(inArray(productRules.productId, productIds))
    .orderBy(asc(productRules.position), asc(productRules.id));
  const optionIds = options.map((o) => o.id);
  const values = !optionIds.length
    ? []
    : await db
        .select()
        .from(productOptionValues)
        .where(inArray(productOptionValues.optionId, optionIds))
        .orderBy(asc(productOptionValues.position), asc(productOptionValues.id));
  const optionWords = await wordsOf(optionIds, (ids) =>
    db.select().from(productOptionTranslations).where(inArray(productOptionTranslations.optionId, ids)));
  const valueWords = await wordsOf(values.map((v) => v.id), (ids) =>
    db.select().from(productOptionValueTranslations).where(inArray(productOptionValueTranslations.valueId, ids)));
  const ruleWords = await wordsOf(rules.map((r) => r.id), (ids) =>
    db.select().from(productRuleTranslations).where(inArray(productRuleTranslations.ruleId, ids)));

  const wordsOfOption = groupBy(optionWords, (w) => w.optionId);
  const wordsOfValue = groupBy(valueWords, (w) => w.valueId);
  const wordsOfRule = groupBy(ruleWords, (w) => w.ruleId);
  const valuesOf = groupBy(values, (v) => v.optionId);
  const parts = new Map<number, Parts>(productIds.map((id) => [id, { options: [], rules: [] }]));
  for (const option of options) {
    const words = pickTranslation(wordsOfOption.get(option.id) ?? [], locale);
    parts.get(option.productId)?.options.push({
      key: option.key,
      kind: option.kind,
      label: words?.label ?? option.key,
      help: words?.help ?? "",
      isRequired: option.isRequired,
      maxLength: option.maxLength,
      priceDelta: option.priceDelta,
      values: (valuesOf.get(option.id) ?? []).map((value) => ({
        key: value.key,
        label: pickTranslation(wordsOfValue.get(value.id) ?? [], locale)?.label ?? value.key,
        priceDelta: value.priceDelta,
        data: value.data,
        isDefault: value.isDefault,
        isActive: value.isActive,
      })),
    });
  }
  for (const rule of rules)
    parts.get(rule.productId)?.rules.push({
      id: rule.id,
      kind: rule.kind,
      when: rule.when,
      then: rule.then,
      priceDelta: rule.priceDelta,
      reason: pickTranslation(wordsOfRule.get(rule.id) ?? [], locale)?.reason ?? "",
    } satisfies ConfiguredRule);
  return parts;
}

async function wordsOf<Row>(ids: number[], read: (ids: number[]) => Promise<Row[]>): Promise<Row[]> {
  return ids.length ? read(ids) : [];
}

// --- commands

/** Language → words; at least one. */
export type Words<T> = Partial<Record<string, T>>;

export type NewProduct = {
  sku: string;
  price: number;
  priceScale?: number;
  currency: string;
  category?: string | null;
  isPersonalisable?: boolean;
  artwork?: string | null;
  position?: number;
  words: Words<{ name: string; description?: string }>;
};

export type CreateProductResult = { ok: true; productId: number; publicId: string } | { ok: false; reason: "sku_taken" };

export async function createProduct(tx: Tx, by: By, input: NewProduct): Promise<CreateProductResult> {
  const sku = normalizeSku(input.sku);
  const publicId = v7();
  const [added] = await tx
    .insert(products)
    .values({
      publicId,
      sku,
      category: input.category ?? null,
      price: input.price,
      priceScale: input.priceScale ?? 2,
      currency: input.currency,
      isPersonalisable: input.isPersonalisable ?? false,
      artwork: input.artwork ?? null,
      position: input.position ?? 0,
      createdAt: by.now,
      updatedAt: by.now,
    })
    .onConflictDoNothing({ target: products.sku })
    .returning({ id: products.id });
  if (!added) return { ok: false, reason: "sku_taken" };
  await writeProductWords(tx, added.id, input.words);
  await recordAudit(tx, by, "createProduct", { type: "product", id: added.id }, { sku });
  return { ok: true, productId: added.id, publicId };
}

async function writeProductWords(tx: Tx, productId: number, words: NewProduct["words"]): Promise<void> {
  for (const [locale, own] of Object.entries(words)) {
    if (!own?.name.trim()) continue;
    const set = { name: own.name.trim(), description: own.description?.trim() ?? "" };
    await tx
      .insert(productTranslations)
      .values({ productId, locale, ...set })
      .onConflictDoUpdate({ target: [productTranslations.productId, productTranslations.locale], set });
  }
}

export type ProductChange = Partial<Pick<NewProduct, "price" | "priceScale" | "category" | "artwork" | "isPersonalisable" | "words">> & {
  isActive?: boolean;
};

/** Changes what is given, and leaves the rest. A new price is a change that saved designs are told of. */
export async function updateProduct(tx: Tx, by: By, productId: number, change: ProductChange): Promise<void> {
  const { words, ...columns } = change;
  await tx.update(products).set({ ...columns, updatedAt: by.now }).where(eq(products.id, productId));
  if (words) await writeProductWords(tx, productId, words);
  if (change.price !== undefined || change.priceScale !== undefined) await raiseRules(tx, by, productId);
  await recordAudit(tx, by, "updateProduct", { type: "product", id: productId }, columns);
  await noteChange(tx, by, `product:${productId}`);
}

export type UpsertedProduct = { productId: number; created: boolean };

/**
 * For imports: makes the product known by its code, or brings name, price and category up to date. Codes that differ
 * only in case are one product. An empty name leaves the known one.
 */
export async function upsertProduct(
  tx: Tx,
  by: By,
  input: { sku: string; name: string; price: number; priceScale: number; currency: string; category?: string | null; locale?: string },
): Promise<UpsertedProduct> {
  const sku = normalizeSku(input.sku);
  const [known] = await tx
    .select({ id: products.id, price: products.price, priceScale: products.priceScale, currency: products.currency, category: products.category })
    .from(products)
    .where(eq(products.sku, sku));
  const locale = input.locale ?? "en";
  const words = { [locale]: { name: input.name } };
  if (!known) {
    const made = await createProduct(tx, by, { ...input, sku, words: input.name.trim() ? words : { [locale]: { name: sku } } });
    if (!made.ok) throw new Error(`product ${sku} appeared during its own import`);
    return { productId: made.productId, created: true };
  }
  const change: ProductChange = {};
  if (known.price !== input.price || known.priceScale !== input.priceScale) {
    change.price = input.price;
    change.priceScale = input.priceScale;
  }
  if (input.category != null && known.category !== input.category) change.category = input.category;
  const [own] = await tx
    .select({ name: productTranslations.name })
    .from(productTranslations)
    .where(and(eq(productTranslations.productId, known.id), eq(productTranslations.locale, locale)));
  if (input.name.trim() && own?.name !== input.name.trim()) change.words = words;
  if (Object.keys(change).length) await updateProduct(tx, by, known.id, change);
  return { productId: known.id, created: false };
}

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

/** The words of a product in every language it has, for editing. */
export async function listProductWords(db: Reader, productId: number): Promise<Words<{ name: string; description: string }>> {
  const rows = await db.select().from(productTranslations).where(eq(productTranslations.productId, productId));
  return Object.fromEntries(rows.map(({ locale, name, description }) => [locale, { name, description }]));
}

function groupBy<Row>(rows: Row[], key: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

async function findOption(db: Reader, productId: number, key: string) {
  const [option] = await db
    .select({ id: productOptions.id, kind: productOptions.kind })
    .from(productOptions)
    .where(and(eq(productOptions.productId, productId), eq(productOptions.key, key)));
  return option ?? null;
}

async function raiseRules(tx: Tx, by: By, productId: number): Promise<void> {
  await tx
    .update(products)
    .set({ rulesVersion: sql`${products.rulesVersion} + 1`, updatedAt: by.now })
    .where(eq(products.id, productId));
}

type Positioned = typeof productOptions | typeof productOptionValues | typeof productRules;

async function nextPosition(tx: Tx, positioned: Positioned, where: ReturnType<typeof eq>): Promise<number> {
  const [row] = await tx
    .select({ last: sql<number | null>`max(${positioned.position})`.mapWith((n) => (n === null ? null : Number(n))) })
    .from(positioned)
    .where(where);
  return (row?.last ?? -1) + 1;
}
