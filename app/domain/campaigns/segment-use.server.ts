import { and, asc, desc, eq, inArray, isNotNull } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { campaigns } from "./schema";

export type SegmentUse = { publicId: string; name: string; launchedAt: number | null };

/** The campaign that used each of these segments last: launched ones first, then those being prepared. */
export async function listLastUses(db: Reader, segmentIds: readonly number[]): Promise<Map<number, SegmentUse>> {
  if (!segmentIds.length) return new Map();
  const rows = await db
    .select({ segmentId: campaigns.segmentId, publicId: campaigns.publicId, name: campaigns.name, launchedAt: campaigns.launchedAt })
    .from(campaigns)
    .where(inArray(campaigns.segmentId, [...segmentIds]))
    .orderBy(desc(campaigns.launchedAt), desc(campaigns.id));
  const last = new Map<number, SegmentUse>();
  for (const { segmentId, ...use } of rows) {
    const held = segmentId === null ? undefined : last.get(segmentId);
    if (segmentId !== null && (!held || (held.launchedAt ?? 0) < (use.launchedAt ?? 0))) last.set(segmentId, use);
  }
  return last;
}

/** The campaigns that are still to be launched with this segment. */
export async function listWaitingUses(db: Reader, segmentId: number): Promise<{ publicId: string; name: string }[]> {
  return db
    .select({ publicId: campaigns.publicId, name: campaigns.name })
    .from(campaigns)
    .where(and(eq(campaigns.segmentId, segmentId), inArray(campaigns.status, ["draft", "approved", "scheduled"])))
    .orderBy(asc(campaigns.name), asc(campaigns.id));
}

/** The campaigns that were launched with this segment, and with which version of it. */
export async function listLaunchedUses(db: Reader, segmentId: number): Promise<{ publicId: string; name: string; version: number }[]> {
  const rows = await db
    .select({ publicId: campaigns.publicId, name: campaigns.name, version: campaigns.segmentVersion })
    .from(campaigns)
    .where(and(eq(campaigns.segmentId, segmentId), isNotNull(campaigns.segmentVersion)))
    .orderBy(desc(campaigns.launchedAt), desc(campaigns.id));
  return rows.flatMap(({ version, ...use }) => (version === null ? [] : [{ ...use, version }]));
}
