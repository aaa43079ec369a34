/** What can be chosen on a product, in one language: its options, their values, and the rules between them. */
import { asc, inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import type { Configuration, ConfiguredRule } from "./configuration";
import { groupBy, pickWords } from "./product";
import { listProductsById, type ProductSummary } from "./products.server";
import {
  productOptions, productOptionTranslations, productOptionValues, productOptionValueTranslations, productRules, productRuleTranslations,
} from "./schema";

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

/** The options and rules of products, in one language, by product. */
export async function readOptions(db: Reader, productIds: number[], locale: string): Promise<Map<number, Parts>> {
  if (!productIds.length) return new Map();
  const options = await listOptions(db, productIds, locale);
  const rules = await listRules(db, productIds, locale);
  return new Map(productIds.map((id) => [id, { options: options.get(id) ?? [], rules: rules.get(id) ?? [] }]));
}

async function listOptions(db: Reader, productIds: number[], locale: string): Promise<Map<number, Configuration["options"]>> {
  const options = await db
    .select()
    .from(productOptions)
    .where(inArray(productOptions.productId, productIds))
    .orderBy(asc(productOptions.position), asc(productOptions.id));
  if (!options.length) return new Map();
  const ids = options.map((o) => o.id);
  const words = await db.select().from(productOptionTranslations).where(inArray(productOptionTranslations.optionId, ids));
  const wordsOf = pickWords(words, (w) => w.optionId, locale);
  const valuesOf = await listValues(db, ids, locale);
  return groupBy(options, (o) => o.productId, (option) => ({
    key: option.key,
    kind: option.kind,
    label: wordsOf.get(option.id)?.label ?? option.key,
    help: wordsOf.get(option.id)?.help ?? "",
    isRequired: option.isRequired,
    maxLength: option.maxLength,
    priceDelta: option.priceDelta,
    values: valuesOf.get(option.id) ?? [],
  }));
}

async function listValues(db: Reader, optionIds: number[], locale: string): Promise<Map<number, Configuration["options"][number]["values"]>> {
  const values = await db
    .select()
    .from(productOptionValues)
    .where(inArray(productOptionValues.optionId, optionIds))
    .orderBy(asc(productOptionValues.position), asc(productOptionValues.id));
  if (!values.length) return new Map();
  const ids = values.map((v) => v.id);
  const words = await db.select().from(productOptionValueTranslations).where(inArray(productOptionValueTranslations.valueId, ids));
  const wordsOf = pickWords(words, (w) => w.valueId, locale);
  return groupBy(values, (v) => v.optionId, (value) => ({
    key: value.key,
    label: wordsOf.get(value.id)?.label ?? value.key,
    priceDelta: value.priceDelta,
    data: value.data,
    isDefault: value.isDefault,
    isActive: value.isActive,
  }));
}

async function listRules(db: Reader, productIds: number[], locale: string): Promise<Map<number, ConfiguredRule[]>> {
  const rules = await db
    .select()
    .from(productRules)
    .where(inArray(productRules.productId, productIds))
    .orderBy(asc(productRules.position), asc(productRules.id));
  if (!rules.length) return new Map();
  const words = await db.select().from(productRuleTranslations).where(inArray(productRuleTranslations.ruleId, rules.map((r) => r.id)));
  const wordsOf = pickWords(words, (w) => w.ruleId, locale);
  return groupBy(rules, (r) => r.productId, ({ id, kind, when, then, priceDelta }) => ({
    id, kind, when, then, priceDelta, reason: wordsOf.get(id)?.reason ?? "",
  }));
}
