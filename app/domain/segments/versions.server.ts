/** The versions of a segment: what stood in it after each save. */
import { and, desc, eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { actorId } from "../journal/journal.server";
import { segmentVersions } from "./schema";

export type Version = typeof segmentVersions.$inferSelect;

export async function keepVersion(tx: Tx, by: By, version: Pick<Version, "segmentId" | "version" | "name" | "rules">): Promise<void> {
  await tx.insert(segmentVersions).values({ ...version, savedBy: by.actor.kind === "staff" ? actorId(by.actor) : null, savedAt: by.now });
}

/** The newest first. */
export async function listVersions(db: Reader, segmentId: number): Promise<Version[]> {
  return db.select().from(segmentVersions).where(eq(segmentVersions.segmentId, segmentId)).orderBy(desc(segmentVersions.version));
}

export async function findVersion(db: Reader, segmentId: number, version: number): Promise<Version | null> {
  const [row] = await db.select().from(segmentVersions).where(and(eq(segmentVersions.segmentId, segmentId), eq(segmentVersions.version, version)));
  return row ?? null;
}
