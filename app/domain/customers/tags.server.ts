/** Short words that staff put on records, to find them by and to make segments of. */
import { and, asc, eq } from "drizzle-orm";

import { givenIds, givenTexts, insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit, recordAudits } from "../journal/journal.server";
import { recordEvent, recordEvents } from "./events.server";
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

/** The tags of each of these, by their keys. */
export async function readTagsOf(db: Reader, partyIds: readonly number[]): Promise<Map<number, Tag[]>> {
  const byParty = new Map<number, Tag[]>();
  if (!partyIds.length) return byParty;
  const rows = await db.raw<Tag & { party_id: number }>(
    `SELECT x.party_id, t.key, t.name FROM party_tags x JOIN tags t ON t.id = x.tag_id WHERE x.party_id IN ${givenIds(db)} ORDER BY t.key`,
    [JSON.stringify([...new Set(partyIds)])],
  );
  for (const { party_id, key, name } of rows) byParty.set(party_id, [...(byParty.get(party_id) ?? []), { key, name }]);
  return byParty;
}

/** A tag that was never used before is made. @returns false when it is there already, or is no word at all */
export async function addTag(tx: Tx, by: By, partyId: number, name: string): Promise<boolean> {
  if ((await addTags(tx, by, [{ partyId, names: [name] }])) === 0) return false;
  await noteChange(tx, by, `party:${partyId}`);
  return true;
}

/** As `addTag`, for many. @returns how many were not there */
export async function addTags(tx: Tx, by: By, list: readonly { partyId: number; names: readonly string[] }[]): Promise<number> {
  const wanted = new Map(list.flatMap(({ names }) => names.map((name) => [foldForSearch(name), name.trim()] as const)).toReversed());
  wanted.delete("");
  if (!wanted.size) return 0;
  await insertRows(tx, "tags", { key: "text", name: "text", created_at: "int" }, [...wanted].toReversed().map(([key, name]) => [key, name, by.now]), "ON CONFLICT (key) DO NOTHING");
  const known = await tx.raw<{ id: number; key: string; name: string }>(`SELECT id, key, name FROM tags WHERE key IN ${givenTexts(tx)}`, [JSON.stringify([...wanted.keys()])]);
  const byKey = new Map(known.map((tag) => [tag.key, tag]));
  const there = await readTagsOf(tx, list.map(({ partyId }) => partyId));
  const added = list.flatMap(({ partyId, names }) => {
    const own = new Set(there.get(partyId)?.map(({ key }) => key));
    const fresh = [...new Set(names.map(foldForSearch))].filter((key) => key && !own.has(key));
    return fresh.map((key) => ({ partyId, tag: byKey.get(key)! }));
  });
  const { source, actorId } = saidBy(by);
  await insertRows(
    tx,
    "party_tags",
    { party_id: "int", tag_id: "int", source: "text", actor_id: "int", at: "int" },
    added.map(({ partyId, tag }) => [partyId, tag.id, source, actorId, by.now]),
    "ON CONFLICT (party_id, tag_id) DO NOTHING",
  );
  await recordEvents(tx, by, added.map(({ partyId, tag }) => ({ partyId, kind: "tag_added" as const, data: { name: tag.name } })));
  await recordAudits(tx, by, "addTag", "party", added.map(({ partyId, tag }) => ({ id: partyId, details: { tag: tag.id } })));
  return added.length;
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
