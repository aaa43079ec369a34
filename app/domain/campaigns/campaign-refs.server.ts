import { inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { campaigns } from "./schema";

/** What naming each of these campaigns needs, by our own ids. */
export async function listCampaignRefs(db: Reader, ids: readonly number[]): Promise<Map<number, { publicId: string; name: string }>> {
  if (!ids.length) return new Map();
  const rows = await db
    .select({ id: campaigns.id, publicId: campaigns.publicId, name: campaigns.name })
    .from(campaigns)
    .where(inArray(campaigns.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, ...ref }) => [id, ref]));
}
