/** Short words that staff put on records, to find them by and to make segments of. */
import { and, asc, eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { recordEvent } from "./events.server";
import { saidBy } from "./facts.server";
import { partyTags, tags } from "./schema";
import { foldForSearch } from "./search";

export type Tag = { key: string; name: string };
export type PartyTag = Tag & { source: string; actorId: number | null; at: number };

export async function listTags(db: Reader): Promise<Tag[]> {
  return db.select({ key: tags.key, name: tags.name }).from(tags).orderBy(asc(tags.key)).limit(1000);
}

export async function listTagsOf(db: Reader, partyId: number): Promise<PartyTag[]> {
  return db
    .select({ key: tags.key, name: tags.name, source: partyTags.source, actorId: partyTags.actorId, at: partyTags.at })
    .from(partyTags)
    .innerJoin(tags, eq(tags.id, partyTags.tagId))
    .where(eq(partyTags.partyId, partyId))
    .orderBy(asc(tags.key));
}

/** A tag that was never used before is made. @returns false when it is there already, or is no word at all */
export async function addTag(tx: Tx, by: By, partyId: number, name: string): Promise<boolean> {
  const key = foldForSearch(name);
  if (!key) return false;
  await tx.insert(tags).values({ key, name: name.trim(), createdAt: by.now }).onConflictDoNothing();
  const [tag] = await tx.select().from(tags).where(eq(tags.key, key));
  const added = await tx
    .insert(partyTags)
    .values({ partyId, tagId: tag!.id, ...saidBy(by), at: by.now })
    .onConflictDoNothing()
    .returning({ id: partyTags.tagId });
  if (added.length === 0) return false;
  await recordEvent(tx, by, { partyId, kind: "tag_added", data: { name: tag!.name } });
  await recordAudit(tx, by, "addTag", { type: "party", id: partyId }, { tag: tag!.id });
  await noteChange(tx, by, `party:${partyId}`);
  return true;
}

/** @returns false when it was not there */
export async function removeTag(tx: Tx, by: By, partyId: number, key: string): Promise<boolean> {
  const [tag] = await tx.select().from(tags).where(eq(tags.key, key));
  const removed = tag ? await tx.delete(partyTags).where(and(eq(partyTags.partyId, partyId), eq(partyTags.tagId, tag.id))).returning({ id: partyTags.tagId }) : [];
  if (!tag || removed.length === 0) return false;
  await recordEvent(tx, by, { partyId, kind: "tag_removed", data: { name: tag.name } });
  await recordAudit(tx, by, "removeTag", { type: "party", id: partyId }, { tag: tag.id });
  await noteChange(tx, by, `party:${partyId}`);
  return true;
}
