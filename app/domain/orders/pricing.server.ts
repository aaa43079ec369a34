/** What a line costs on the day it is ordered, and whether it may be ordered at all. */
import type { Tx } from "../../db/types";
import { type Check, checkSelection, type Configuration } from "../products/configuration";
import { findDesignOf } from "../products/designs.server";
import { lineTotal } from "../products/price";
import { getConfigurator } from "../products/configurators.server";
import { findProduct, listProductsById, type ProductSummary } from "../products/products.server";
import type { Selection } from "../products/schema";

export type OrderLineInput = {
  /** One of these names what is ordered. */
  designPublicId?: string;
  sku?: string;
  productId?: number;
  /** Only with a product: what is chosen on it, when it is personalised without a saved design. */
  selection?: Selection;
  quantity: number;
  /** Only taken from staff, imports and the seed; from the portal the price is always ours. */
  unitPrice?: number;
  unitPriceScale?: number;
};

export const MOST_OF_ONE_LINE = 999;

export type PricedLine = {
  product: ProductSummary;
  quantity: number;
  unitPrice: number;
  unitPriceScale: number;
  totalMinor: number;
  designId: number | null;
  selection: Selection | null;
  days: number;
};

export type PricingRefusal = "bad_quantity" | "unknown_product" | "unknown_design" | "not_orderable" | "mixed_currencies";

/** Who orders, and through which door: from the portal only what is offered, at our prices. */
type Buyer = { partyId: number; source: string; locale: string };

type Basket = { ok: true; lines: PricedLine[]; currency: string; linesMinor: number } | { ok: false; reason: PricingRefusal };

/** All of them or none: the first that cannot be ordered says why. At least one line is given. */
export async function priceLines(tx: Tx, buyer: Buyer, inputs: OrderLineInput[]): Promise<Basket> {
  const lines: PricedLine[] = [];
  for (const input of inputs) {
    const priced = await priceLine(tx, buyer, input);
    if (!priced.ok) return priced;
    lines.push(priced.line);
  }
  const { currency } = (lines[0] as PricedLine).product;
  if (lines.some((line) => line.product.currency !== currency)) return { ok: false, reason: "mixed_currencies" };
  return { ok: true, lines, currency, linesMinor: lines.reduce((sum, line) => sum + line.totalMinor, 0) };
}

type Priced = { ok: true; line: PricedLine } | { ok: false; reason: PricingRefusal };

async function priceLine(tx: Tx, { partyId, source, locale }: Buyer, line: OrderLineInput): Promise<Priced> {
  if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > MOST_OF_ONE_LINE) return { ok: false, reason: "bad_quantity" };
  if (line.designPublicId !== undefined) {
    const design = await findDesignOf(tx, partyId, line.designPublicId, locale);
    if (!design || design.isArchived) return { ok: false, reason: "unknown_design" };
    if (!design.review.isOrderable) return { ok: false, reason: "not_orderable" };
    return { ok: true, line: madeLine(design.product, design.config, design.check, line, design.id) };
  }
  const product = line.productId !== undefined
    ? (await listProductsById(tx, [line.productId], locale))[0]
    : await findProduct(tx, line.sku ?? "", locale);
  if (!product) return { ok: false, reason: "unknown_product" };
  if (!product.isActive && source === "portal") return { ok: false, reason: "not_orderable" };
  if (line.selection) {
    const found = await getConfigurator(tx, product.id, locale);
    const check = found && checkSelection(found.config, line.selection);
    if (!found || !check?.isOrderable) return { ok: false, reason: "not_orderable" };
    return { ok: true, line: madeLine(product, found.config, check, line, null) };
  }
  if (product.isPersonalisable && source === "portal") return { ok: false, reason: "not_orderable" };
  return { ok: true, line: plainLine(product, line, source) };
}

function plainLine(product: ProductSummary, line: OrderLineInput, source: string): PricedLine {
  const isGiven = source !== "portal" && line.unitPrice !== undefined;
  const unitPrice = isGiven ? (line.unitPrice as number) : product.price;
  const unitPriceScale = isGiven ? (line.unitPriceScale ?? 2) : product.priceScale;
  const totalMinor = lineTotal(line.quantity, unitPrice, unitPriceScale, product.currency);
  return { product, quantity: line.quantity, unitPrice, unitPriceScale, totalMinor, designId: null, selection: null, days: 0 };
}

function madeLine(product: ProductSummary, config: Configuration, check: Check, line: OrderLineInput, designId: number | null): PricedLine {
  return {
    product,
    quantity: line.quantity,
    unitPrice: check.price,
    unitPriceScale: check.scale,
    totalMinor: lineTotal(line.quantity, check.price, check.scale, check.currency),
    designId,
    selection: check.selection,
    days: daysOf(config, check.selection),
  };
}

/** Days that the chosen values add to the promise, or save. */
function daysOf(config: Configuration, selection: Selection): number {
  return config.options.reduce((days, option) => {
    const value = option.values.find((v) => v.key === selection[option.key]);
    return days + (Number(value?.data.days ?? 0) || 0);
  }, 0);
}
