/** The lines of orders: what was ordered, as it was then. */
import { and, asc, eq, inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { describeSelection } from "../products/configuration";
import { listConfigurators } from "../products/configurators.server";
import type { Selection } from "../products/schema";
import type { OrderStatus } from "./order";
import { orderLines, orders } from "./schema";

export type OrderLine = {
  id: number;
  publicId: string;
  orderId: number;
  productId: number | null;
  sku: string;
  name: string;
  quantity: number;
  unitPrice: number;
  unitPriceScale: number;
  totalMinor: number;
  designId: number | null;
  selection: Selection | null;
  withdrawalExempt: boolean;
};

const line = {
  id: orderLines.id,
  publicId: orderLines.publicId,
  orderId: orderLines.orderId,
  productId: orderLines.productId,
  sku: orderLines.sku,
  name: orderLines.name,
  quantity: orderLines.quantity,
  unitPrice: orderLines.unitPrice,
  unitPriceScale: orderLines.unitPriceScale,
  totalMinor: orderLines.totalMinor,
  designId: orderLines.designId,
  selection: orderLines.selection,
  withdrawalExempt: orderLines.withdrawalExempt,
};

export type OrderLineWithOrder = OrderLine & {
  order: { id: number; publicId: string; number: string; status: OrderStatus; currency: string; placedAt: number; deliveredAt: number | null };
};

/** One line with its order; null when it is not this customer's. */
export async function findOrderLineOf(db: Reader, partyId: number, linePublicId: string): Promise<OrderLineWithOrder | null> {
  const [row] = await db
    .select({
      ...line,
      order: {
        id: orders.id,
        publicId: orders.publicId,
        number: orders.number,
        status: orders.status,
        currency: orders.currency,
        placedAt: orders.placedAt,
        deliveredAt: orders.deliveredAt,
      },
    })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orderLines.publicId, linePublicId), eq(orders.partyId, partyId)));
  return row ?? null;
}

export async function listLines(db: Reader, orderIds: number[]): Promise<OrderLine[]> {
  if (!orderIds.length) return [];
  return db.select(line).from(orderLines).where(inArray(orderLines.orderId, orderIds)).orderBy(asc(orderLines.orderId), asc(orderLines.position));
}

/** The configurators of the lines' products, by product: what a line's selection means in words and pictures. */
export async function listConfiguratorsOf(db: Reader, lines: Pick<OrderLine, "productId">[], locale: string) {
  return listConfigurators(db, [...new Set(lines.flatMap((l) => l.productId ?? []))], locale);
}

/** What was chosen on each line that was made to order, in one line of words. */
export async function choicesOf(db: Reader, lines: OrderLine[], locale: string): Promise<Map<number, string>> {
  const made = lines.filter((l) => l.selection);
  const known = await listConfiguratorsOf(db, made, locale);
  return new Map(
    made.flatMap((l) => {
      const found = known.get(l.productId ?? 0);
      return found ? [[l.id, describeSelection(found.config, l.selection ?? {}).map((c) => c.value).join(" · ")]] : [];
    }),
  );
}
