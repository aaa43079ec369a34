import { inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { orders } from "./schema";

/** What a link to each of these orders needs, by our own ids. */
export async function listOrderRefs(db: Reader, ids: readonly number[]): Promise<Map<number, { publicId: string; number: string }>> {
  if (!ids.length) return new Map();
  const rows = await db
    .select({ id: orders.id, publicId: orders.publicId, number: orders.number })
    .from(orders)
    .where(inArray(orders.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, ...ref }) => [id, ref]));
}
