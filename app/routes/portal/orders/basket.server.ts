/** What is about to be ordered, as the address says: a design, a product, or all that an earlier order had. */
import type { Reader } from "~/db/types";
import { promisedBy } from "~/domain/orders/order";
import { findOrderOf } from "~/domain/orders/orders.server";
import type { OrderLineInput } from "~/domain/orders/pricing.server";
import { checkSelection, describeSelection, type Check, type Configuration } from "~/domain/products/configuration";
import { findDesignOf } from "~/domain/products/designs.server";
import { listConfigurators } from "~/domain/products/configurators.server";
import { findProduct, type ProductSummary } from "~/domain/products/products.server";
import { rescale } from "~/domain/products/price";
import { lookOf, type Look } from "~/ui/artwork/look";

export type BasketLine = {
  name: string;
  artwork: string | null;
  look: Look | null;
  choices: { label: string; value: string }[];
  unitPrice: number;
  scale: number;
  currency: string;
  quantity: number;
  /** At `scale`: what it cost when it was saved or last ordered, if that was something else. */
  wasPrice: number | null;
  isOrderable: boolean;
  /** Where what is wrong can be mended. */
  mendAt: string | null;
  days: number;
  isMade: boolean;
  /** How placeOrder is told of it; quantity apart. */
  input: Omit<OrderLineInput, "quantity">;
};

export async function readBasket(db: Reader, partyId: number, url: URL, locale: string): Promise<BasketLine[] | null> {
  const design = url.searchParams.get("design");
  const sku = url.searchParams.get("sku");
  const again = url.searchParams.get("again");
  if (design !== null) return designLine(db, partyId, design, locale);
  if (sku !== null) return stockLine(db, sku, locale);
  if (again !== null) return linesOfOrder(db, partyId, again, locale);
  return null;
}

async function designLine(db: Reader, partyId: number, publicId: string, locale: string): Promise<BasketLine[] | null> {
  const design = await findDesignOf(db, partyId, publicId, locale);
  if (!design || design.isArchived) return null;
  const { review } = design;
  return [
    {
      ...madeLine(design.product, design.config, design.check),
      name: design.name,
      quantity: 1,
      wasPrice: review.oldPrice === review.newPrice ? null : rescale(review.oldPrice, review.scale, design.check.scale),
      isOrderable: review.isOrderable,
      mendAt: `/portal/designs/${design.publicId}`,
      input: { designPublicId: design.publicId },
    },
  ];
}

async function stockLine(db: Reader, sku: string, locale: string): Promise<BasketLine[] | null> {
  const product = await findProduct(db, sku, locale);
  if (!product?.isActive || product.isPersonalisable) return null;
  return [{ ...plainLine(product), quantity: 1, wasPrice: null }];
}

async function linesOfOrder(db: Reader, partyId: number, publicId: string, locale: string): Promise<BasketLine[] | null> {
  const order = await findOrderOf(db, partyId, publicId);
  if (!order) return null;
  const known = await listConfigurators(db, [...new Set(order.lines.flatMap((l) => l.productId ?? []))], locale);
  return order.lines.flatMap((line): BasketLine[] => {
    const found = line.productId === null ? undefined : known.get(line.productId);
    if (!found) return [];
    const now = line.selection
      ? { ...madeLine(found.product, found.config, checkSelection(found.config, line.selection)), input: { productId: found.product.id, selection: line.selection } }
      : plainLine(found.product);
    const before = rescale(line.unitPrice, line.unitPriceScale, now.scale);
    return [{ ...now, quantity: Math.max(1, line.quantity), wasPrice: before === now.unitPrice ? null : before }];
  });
}

type Bare = Omit<BasketLine, "quantity" | "wasPrice">;

function madeLine(product: ProductSummary, config: Configuration, check: Check): Bare {
  return {
    name: product.name,
    artwork: product.artwork,
    look: lookOf(config, check.selection),
    choices: describeSelection(config, check.selection).map(({ label, value }) => ({ label, value })),
    unitPrice: check.price,
    scale: check.scale,
    currency: check.currency,
    isOrderable: product.isActive && check.isOrderable,
    mendAt: product.isActive ? `/portal/designs/new/${encodeURIComponent(product.sku.toLowerCase())}?${new URLSearchParams(Object.entries(check.selection).map(([k, v]) => [`o.${k}`, v]))}` : null,
    days: config.options.reduce((n, o) => n + (Number(o.values.find((v) => v.key === check.selection[o.key])?.data.days ?? 0) || 0), 0),
    isMade: true,
    input: {},
  };
}

function plainLine(product: ProductSummary): Bare {
  return {
    name: product.name,
    artwork: product.artwork,
    look: null,
    choices: [],
    unitPrice: product.price,
    scale: product.priceScale,
    currency: product.currency,
    isOrderable: product.isActive && !product.isPersonalisable,
    mendAt: null,
    days: 0,
    isMade: false,
    input: { productId: product.id },
  };
}

/** By when it would come if it were ordered now. */
export function expectedOf(lines: BasketLine[], now: number): number | null {
  const orderable = lines.filter((l) => l.isOrderable);
  return orderable.length ? promisedBy(now, orderable) : null;
}
