/** Habits of one customer, from their own orders as they are now, and what goes with a product, from the last report. */
import { getCompany } from "../company/company.server";
import { givenIds } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { listProductsById, type ProductSummary } from "../products/products.server";
import { figuresOf, type PairFigures } from "./affinity";
import { ownHabits, type OwnHabits } from "./habits";
import { readCustomers } from "./purchases.server";
import { wallClock } from "./wall-clock";
import { wishesOf, type Partner } from "./wishes";

type PartnerRow = { product_id: number; partner_id: number; together: number; product_orders: number; partner_orders: number; orders: number; partner_again: number };

/** Of each product the ones that are bought with it. */
async function listPartners(db: Reader, productIds: readonly number[]): Promise<Partner[]> {
  const rows = await db.raw<PartnerRow>(
    `SELECT product_id, partner_id, together, product_orders, partner_orders, orders, partner_again FROM product_pairs WHERE product_id IN ${givenIds(db)} ORDER BY product_id, together DESC, partner_id`,
    [JSON.stringify(productIds)],
  );
  return rows.map((row) => ({ productId: row.product_id, partnerId: row.partner_id, together: row.together, one: row.product_orders, other: row.partner_orders, orders: row.orders, partnerAgain: row.partner_again }));
}

export type BoughtTogether = Pick<ProductSummary, "publicId" | "name"> & PairFigures & { together: number };

/** What is offered still and bought with this product more often than by chance, the surest first. */
export async function listBoughtTogether(db: Reader, productId: number, locale: string): Promise<BoughtTogether[]> {
  const partners = await listPartners(db, [productId]);
  const products = await offeredOf(db, partners.map(({ partnerId }) => partnerId), locale);
  return partners.flatMap((partner) => {
    const product = products.get(partner.partnerId);
    return product ? [{ publicId: product.publicId, name: product.name, together: partner.together, ...figuresOf(partner) }] : [];
  });
}

export type CustomerHabits = { own: OwnHabits; currency: string; wishes: { publicId: string; name: string; becauseOf: string; confidence: number }[] };

/** Null: they have ordered nothing. */
export async function readHabitsOf(db: Reader, partyId: number, locale: string, now: number): Promise<CustomerHabits | null> {
  const { currency, timeZone } = await getCompany(db);
  const [customer] = await readCustomers(db, { after: partyId - 1, upTo: partyId, asOf: now, timeZone });
  if (!customer) return null;
  const bought = new Set(customer.orders.flatMap(({ lines }) => lines.flatMap(({ productId }) => productId ?? [])));
  const partners = await listPartners(db, [...bought]);
  const known = await listProductsById(db, [...new Set(partners.flatMap(({ productId, partnerId }) => [productId, partnerId]))], locale);
  const products = new Map(known.map((product) => [product.id, product]));
  const offered = new Set(known.flatMap(({ id, isActive }) => (isActive ? [id] : [])));
  const wishes = wishesOf(partners, bought, offered).map(({ productId, becauseOf, confidence }) => {
    const { publicId, name } = products.get(productId)!;
    return { publicId, name, becauseOf: products.get(becauseOf)!.name, confidence };
  });
  return { own: ownHabits(customer, currency, wallClock(customer.zone)), currency, wishes };
}

async function offeredOf(db: Reader, ids: number[], locale: string): Promise<Map<number, ProductSummary>> {
  const products = await listProductsById(db, ids, locale);
  return new Map(products.filter(({ isActive }) => isActive).map((product) => [product.id, product]));
}
