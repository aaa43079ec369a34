/** Products that others tell of: known by their code, told again they change nothing. */
import { v7 } from "uuid";

import { amongIds, amongTexts, insertRows, lockKeys, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChanges, recordAudits } from "../journal/journal.server";
import { rescale } from "./price";
import { groupBy, normalizeSku, pickTranslation } from "./product";
import { listProductsById, listProductWords, type NewProduct, type ProductChange, updateProduct } from "./products.server";
import { products, productTranslations } from "./schema";

/** A product as others tell of it. */
export type GivenProduct = {
  sku: string;
  /** Empty: as it was, or the code. */
  name: string;
  price: number;
  priceScale: number;
  currency: string;
  /** Absent: as it was. */
  category?: string | null;
  isActive?: boolean;
  locale?: string;
};

export type ProductFacts = { sku: string; name: string; price: number; priceScale: number; currency: string; category: string | null; isActive: boolean };
export type ProductPlan = { ok: true; id: number | null; before: ProductFacts | null; after: ProductFacts } | { ok: false; reason: "other_currency" };

/** What telling each of these would do. Codes that differ only in case are one product. */
export async function planProducts(db: Reader, list: readonly GivenProduct[]): Promise<ProductPlan[]> {
  const rows = await db.select().from(products).where(amongTexts(db, products.sku, list.map(({ sku }) => normalizeSku(sku))));
  const bySku = new Map(rows.map((row) => [row.sku, row]));
  const words = await db
    .select({ productId: productTranslations.productId, locale: productTranslations.locale, name: productTranslations.name })
    .from(productTranslations)
    .where(amongIds(db, productTranslations.productId, rows.map(({ id }) => id)));
  const names = groupBy(words, ({ productId }) => productId, (word) => word);
  return list.map((given) => {
    const known = bySku.get(normalizeSku(given.sku));
    // the name that readers of this language see
    const own = known ? (pickTranslation(names.get(known.id) ?? [], given.locale ?? "en")?.name ?? null) : null;
    return planOne(given, known, own);
  });
}

function planOne(given: GivenProduct, known: typeof products.$inferSelect | undefined, own: string | null): ProductPlan {
  const sku = normalizeSku(given.sku);
  if (known && known.currency !== given.currency) return { ok: false, reason: "other_currency" };
  const isSamePrice = known !== undefined && rescale(known.price, known.priceScale, 6) === rescale(given.price, given.priceScale, 6);
  const after: ProductFacts = {
    sku,
    name: given.name.trim() || own || sku,
    price: isSamePrice ? known.price : given.price,
    priceScale: isSamePrice ? known.priceScale : given.priceScale,
    currency: given.currency,
    category: given.category ?? known?.category ?? null,
    isActive: given.isActive ?? known?.isActive ?? true,
  };
  if (!known) return { ok: true, id: null, before: null, after };
  const { price, priceScale, currency, category, isActive } = known;
  return { ok: true, id: known.id, before: { sku, name: own ?? "", price, priceScale, currency, category, isActive }, after };
}

/** These products as others would tell of them. */
export async function productFacts(db: Reader, ids: number[], locale: string): Promise<ProductFacts[]> {
  const list = await listProductsById(db, ids, locale);
  return list
    .toSorted((a, b) => a.id - b.id)
    .map(({ sku, name, price, priceScale, currency, category, isActive }) => ({ sku, name, price, priceScale, currency, category, isActive }));
}

export type UpsertProductResult = { ok: true; productId: number; outcome: "created" | "changed" | "unchanged" } | { ok: false; reason: "other_currency" };

/** Makes the product known by its code, or brings name, price, category and offer up to date. */
export async function upsertProduct(tx: Tx, by: By, given: GivenProduct): Promise<UpsertProductResult> {
  const [done] = await upsertProducts(tx, by, [given]);
  return done as UpsertProductResult;
}

/** As `upsertProduct`, for each of them; no code may stand there twice. */
export async function upsertProducts(tx: Tx, by: By, list: readonly GivenProduct[]): Promise<UpsertProductResult[]> {
  await lockKeys(tx, list.map(({ sku }) => `product:${normalizeSku(sku)}`));
  const plans = await planProducts(tx, list);
  const fresh = list.flatMap((given, i) => (plans[i]?.ok && plans[i].id === null ? [{ facts: plans[i].after, locale: given.locale ?? "en" }] : []));
  const ids = await createAll(tx, by, fresh);
  const results: UpsertProductResult[] = [];
  let next = 0;
  for (const [i, given] of list.entries()) {
    const plan = plans[i] as ProductPlan;
    if (!plan.ok) results.push(plan);
    else if (plan.id === null || !plan.before) results.push({ ok: true, productId: ids[next++] as number, outcome: "created" });
    else results.push({ ok: true, productId: plan.id, outcome: await bringUpToDate(tx, by, plan.id, plan.before, plan.after, given.locale ?? "en") });
  }
  return results;
}

const COLUMNS = {
  id: "int", public_id: "text", sku: "text", category: "text", price: "int", price_scale: "int", currency: "text", is_active: "bool", created_at: "int", updated_at: "int",
} as const;

async function createAll(tx: Tx, by: By, list: readonly { facts: ProductFacts; locale: string }[]): Promise<number[]> {
  if (!list.length) return [];
  const ids = await takeIds(tx, "products", list.length);
  const made = list.map(({ facts, locale }, i) => ({ ...facts, locale, id: ids[i] as number }));
  await insertRows(
    tx,
    "products",
    COLUMNS,
    made.map((one) => [one.id, v7(), one.sku, one.category, one.price, one.priceScale, one.currency, one.isActive, by.now, by.now]),
  );
  await insertRows(tx, "product_translations", { product_id: "int", locale: "text", name: "text", description: "text" }, made.map(({ id, locale, name }) => [id, locale, name, ""]));
  await recordAudits(tx, by, "createProduct", "product", made.map(({ id, sku }) => ({ id, details: { sku } })));
  const withdrawn = made.filter(({ isActive }) => !isActive);
  await recordAudits(tx, by, "updateProduct", "product", withdrawn.map(({ id }) => ({ id, details: { isActive: false } })));
  if (withdrawn.length) await noteChanges(tx, by, withdrawn.map(({ id }) => `product:${id}`));
  return ids;
}

async function bringUpToDate(tx: Tx, by: By, id: number, before: ProductFacts, after: ProductFacts, locale: string): Promise<"changed" | "unchanged"> {
  const change: ProductChange = {
    ...((after.price !== before.price || after.priceScale !== before.priceScale) && { price: after.price, priceScale: after.priceScale }),
    ...(after.category !== before.category && { category: after.category }),
    ...(after.isActive !== before.isActive && { isActive: after.isActive }),
    ...(after.name !== before.name && { words: await keepingDescription(tx, id, { [locale]: { name: after.name } }) }),
  };
  if (!Object.keys(change).length) return "unchanged";
  await updateProduct(tx, by, id, change);
  return "changed";
}

/** A new name leaves what else was written in that language. */
async function keepingDescription(tx: Tx, productId: number, words: Record<string, { name: string }>): Promise<NewProduct["words"]> {
  const known = await listProductWords(tx, productId);
  return Object.fromEntries(Object.entries(words).map(([locale, own]) => [locale, { ...own, description: known[locale]?.description ?? "" }]));
}
