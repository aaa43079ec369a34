import { inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { deliveries } from "./schema";

/** What a link to each of these mails needs, by our own ids. */
export async function listDeliveryRefs(db: Reader, ids: readonly number[]): Promise<Map<number, { publicId: string }>> {
  if (!ids.length) return new Map();
  const rows = await db.select({ id: deliveries.id, publicId: deliveries.publicId }).from(deliveries).where(inArray(deliveries.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, publicId }) => [id, { publicId }]));
}
