/** The catalogue: products with their words and prices. All of it is data; nothing here knows a mug from a shirt. */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { v7 } from "uuid";

import { givenIds, givenTexts, lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { rescale } from "./price";
import { normalizeSku, pickTranslation, pickWords } from "./product";
import { products, productTranslations } from "./schema";

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

export type ProductName = { id: number; name: string };

/** Code → product, for many codes at once, as `normalizeSku` writes them. */
export async function findProductNames(db: Reader, skus: readonly string[], locale: string): Promise<Map<string, ProductName>> {
  if (!skus.length) return new Map();
  const rows = await db.raw<{ id: number; sku: string }>(`SELECT id, sku FROM products WHERE sku IN ${givenTexts(db)}`, [JSON.stringify(skus)]);
  const words = await db.raw<{ productId: number; locale: string; name: string }>(
    `SELECT product_id AS "productId", locale, name FROM product_translations WHERE product_id IN ${givenIds(db)}`,
    [JSON.stringify(rows.map(({ id }) => id))],
  );
  const own = pickWords(words, (w) => w.productId, locale);
  return new Map(rows.map(({ id, sku }) => [sku, { id, name: own.get(id)?.name ?? sku }]));
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
  const own = pickWords(words, (w) => w.productId, locale);
  return rows.map((row) => ({ ...row, name: own.get(row.id)?.name ?? row.sku, description: own.get(row.id)?.description ?? "" }));
}

/** The words of a product in every language it has, for editing. */
export async function listProductWords(db: Reader, productId: number): Promise<Words<{ name: string; description: string }>> {
  const rows = await db.select().from(productTranslations).where(eq(productTranslations.productId, productId));
  return Object.fromEntries(rows.map(({ locale, name, description }) => [locale, { name, description }]));
}

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

/** What telling this product would do. Codes that differ only in case are one product. */
export async function planProduct(db: Reader, given: GivenProduct): Promise<ProductPlan> {
  const sku = normalizeSku(given.sku);
  const [known] = await db.select().from(products).where(eq(products.sku, sku));
  if (known && known.currency !== given.currency) return { ok: false, reason: "other_currency" };
  const name = given.name.trim();
  const isSamePrice = known !== undefined && rescale(known.price, known.priceScale, 6) === rescale(given.price, given.priceScale, 6);
  const own = known ? await nameIn(db, known.id, given.locale ?? "en") : null;
  const after: ProductFacts = {
    sku,
    name: name || own || sku,
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

/** The name that readers of this language see. */
async function nameIn(db: Reader, productId: number, locale: string): Promise<string | null> {
  const rows = await db
    .select({ locale: productTranslations.locale, name: productTranslations.name })
    .from(productTranslations)
    .where(eq(productTranslations.productId, productId));
  return pickTranslation(rows, locale)?.name ?? null;
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
  await lockKey(tx, `product:${normalizeSku(given.sku)}`);
  const plan = await planProduct(tx, given);
  if (!plan.ok) return plan;
  const { id, before, after } = plan;
  const words = { [given.locale ?? "en"]: { name: after.name } };
  if (id === null || !before) {
    const made = await createProduct(tx, by, { ...after, words });
    if (!made.ok) throw new Error(`product ${after.sku} appeared during its own import`);
    if (!after.isActive) await updateProduct(tx, by, made.productId, { isActive: false });
    return { ok: true, productId: made.productId, outcome: "created" };
  }
  const change: ProductChange = {
    ...((after.price !== before.price || after.priceScale !== before.priceScale) && { price: after.price, priceScale: after.priceScale }),
    ...(after.category !== before.category && { category: after.category }),
    ...(after.isActive !== before.isActive && { isActive: after.isActive }),
    ...(after.name !== before.name && { words: await keepingDescription(tx, id, words) }),
  };
  if (!Object.keys(change).length) return { ok: true, productId: id, outcome: "unchanged" };
  await updateProduct(tx, by, id, change);
  return { ok: true, productId: id, outcome: "changed" };
}

/** A new name leaves what else was written in that language. */
async function keepingDescription(tx: Tx, productId: number, words: Record<string, { name: string }>): Promise<NewProduct["words"]> {
  const known = await listProductWords(tx, productId);
  return Object.fromEntries(Object.entries(words).map(([locale, own]) => [locale, { ...own, description: known[locale]?.description ?? "" }]));
}

/** What was chosen before is looked at anew: every change of price, options, values or rules calls it. */
export async function raiseRules(tx: Tx, by: By, productId: number): Promise<void> {
  await tx
    .update(products)
    .set({ rulesVersion: sql`${products.rulesVersion} + 1`, updatedAt: by.now })
    .where(eq(products.id, productId));
}
