/** The catalogue: products with their words and prices. All of it is data; nothing here knows a mug from a shirt. */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { v7 } from "uuid";

import { givenIds, givenTexts } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { normalizeSku, pickWords } from "./product";
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

/** What was chosen before is looked at anew: every change of price, options, values or rules calls it. */
export async function raiseRules(tx: Tx, by: By, productId: number): Promise<void> {
  await tx
    .update(products)
    .set({ rulesVersion: sql`${products.rulesVersion} + 1`, updatedAt: by.now })
    .where(eq(products.id, productId));
}
