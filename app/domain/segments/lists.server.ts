/**
 * Fixed lists: segments of customers that somebody chose. They stand in `segment_members` and change only when somebody
 * adds or removes customers; the rules of such a segment ask for its own list, so that counting, campaigns and clauses know
 * no difference.
 */
import { and, asc, eq, isNull } from "drizzle-orm";

import { givenIds, givenRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import type { SegmentField } from "../customers/segment-field";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { SEGMENT_SOURCE } from "./compile";
import { enter, leave, noteSize, tell } from "./keeping.server";
import { LIST_FIELD } from "./references";
import { segmentMembers, segments, segmentVersions } from "./schema";
import { createSegment, getSegment, type Segment, segmentCondition } from "./segments.server";

const AT_ONCE = 5000;

/** Of addresses and customer numbers: whom they name, and those that name nobody, in the order given. */
export async function findListed(db: Reader, entries: readonly string[]): Promise<{ partyIds: number[]; missing: string[] }> {
  const partyIds = new Set<number>();
  const missing: string[] = [];
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const some = entries.slice(from, from + AT_ONCE);
    const whom = new Map([...(await byEmail(db, some.filter(isAddress))), ...(await byNumber(db, some.filter((one) => !isAddress(one))))]);
    for (const entry of some) {
      const partyId = whom.get(isAddress(entry) ? normalizeEmail(entry) : entry);
      if (partyId === undefined) missing.push(entry);
      else partyIds.add(partyId);
    }
  }
  return { partyIds: [...partyIds], missing };
}

const isAddress = (entry: string) => entry.includes("@");
const STANDING = "p.is_customer = true AND p.erased_at IS NULL AND p.merged_into_id IS NULL";

/** One that stands with several goes to whose main address it is, a person before a company. */
async function byEmail(db: Reader, entries: readonly string[]): Promise<[string, number][]> {
  const rows = await db.raw<{ value: string; id: number }>(
    `SELECT c.normalized_value AS value, p.id FROM ${givenRows(db, { value: "text" })} g
       JOIN contact_points c ON c.kind = 'email' AND c.normalized_value = g.value JOIN parties p ON p.id = c.party_id
     WHERE ${STANDING} ORDER BY CASE WHEN c.is_primary THEN 1 ELSE 0 END, p.kind, p.id DESC`,
    [JSON.stringify(entries.map((one) => [normalizeEmail(one)]))],
  );
  return rows.map(({ value, id }) => [value, id]);
}

async function byNumber(db: Reader, entries: readonly string[]): Promise<[string, number][]> {
  const rows = await db.raw<{ value: string; id: number }>(
    // The number of a record that was merged goes on meaning that customer.
    `SELECT q.number AS value, p.id FROM ${givenRows(db, { value: "text" })} g JOIN parties q ON q.number = g.value
       JOIN parties p ON p.id = coalesce(q.merged_into_id, q.id) WHERE ${STANDING}`,
    [JSON.stringify(entries.map((one) => [one]))],
  );
  return rows.map(({ value, id }) => [value, id]);
}

export async function createList(tx: Tx, by: By, { name, partyIds }: { name: string; partyIds: readonly number[] }): Promise<{ segmentId: number; publicId: string }> {
  const made = await createEmptyList(tx, by, name);
  for (let from = 0; from < partyIds.length; from += AT_ONCE) await enter(tx, made.segmentId, partyIds.slice(from, from + AT_ONCE), by.now);
  await noteSize(tx, made.segmentId, by.now, { came: 0, gone: 0 });
  return made;
}

/** Of those who are in another segment at this instant. @throws SegmentRulesError when its rules no longer work */
export async function createListOfSegment(
  tx: Tx,
  by: By,
  registry: readonly SegmentField[],
  { name, segmentId }: { name: string; segmentId: number },
): Promise<{ segmentId: number; publicId: string }> {
  const { sql, params } = await segmentCondition(tx, registry, (await getSegment(tx, segmentId)).rules, by.now);
  const made = await createEmptyList(tx, by, name);
  await tx.raw(
    `INSERT INTO segment_members (segment_id, party_id, entered_at) SELECT cast(? AS bigint), p.id, cast(? AS bigint) FROM ${SEGMENT_SOURCE} AND ${sql}`,
    [made.segmentId, by.now, ...params],
  );
  await noteSize(tx, made.segmentId, by.now, { came: 0, gone: 0 });
  return made;
}

async function createEmptyList(tx: Tx, by: By, name: string): Promise<{ segmentId: number; publicId: string }> {
  const made = await createSegment(tx, by, { name, rules: { match: "all", rules: [] } });
  // Its rules name itself, and what it is called inside is known only now.
  const rules = { match: "all" as const, rules: [{ field: LIST_FIELD, op: "on_list", value: made.publicId }] };
  await tx.update(segments).set({ rules, isFixed: true }).where(eq(segments.id, made.segmentId));
  await tx.update(segmentVersions).set({ rules }).where(eq(segmentVersions.segmentId, made.segmentId));
  return { segmentId: made.segmentId, publicId: made.publicId };
}

// ── on and off ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type ListChange = { ok: true; changed: number } | { ok: false; reason: "no_list" | "archived" };

/** Customers who are there; who is on the list already stays so. */
export async function addToList(tx: Tx, by: By, segment: Segment, partyIds: readonly number[]): Promise<ListChange> {
  return change(tx, by, segment, "addToList", async () => {
    const entered: number[] = [];
    for (let from = 0; from < partyIds.length; from += AT_ONCE) entered.push(...(await enter(tx, segment.id, await standing(tx, partyIds.slice(from, from + AT_ONCE)), by.now)));
    return { entered, left: [] };
  });
}

export async function removeFromList(tx: Tx, by: By, segment: Segment, partyIds: readonly number[]): Promise<ListChange> {
  return change(tx, by, segment, "removeFromList", async () => {
    const left: number[] = [];
    for (let from = 0; from < partyIds.length; from += AT_ONCE) left.push(...(await leave(tx, segment.id, partyIds.slice(from, from + AT_ONCE), by.now)));
    return { entered: [], left };
  });
}

/** What changed stands on the timelines, in the list's size by day and in the audit; where nothing did, nowhere. */
async function change(tx: Tx, by: By, segment: Segment, command: "addToList" | "removeFromList", work: () => Promise<{ entered: number[]; left: number[] }>): Promise<ListChange> {
  if (!segment.isFixed) return { ok: false, reason: "no_list" };
  if (segment.archivedAt !== null) return { ok: false, reason: "archived" };
  const { entered, left } = await work();
  const changed = entered.length + left.length;
  if (changed === 0) return { ok: true, changed };
  await tell(tx, by, segment, { entered, left });
  await noteSize(tx, segment.id, by.now, { came: entered.length, gone: left.length });
  await recordAudit(tx, by, command, { type: "segment", id: segment.id }, { customers: changed });
  await noteChange(tx, by, "segments", `segment:${segment.id}`);
  return { ok: true, changed };
}

async function standing(tx: Tx, partyIds: readonly number[]): Promise<number[]> {
  const rows = await tx.raw<{ id: number }>(`SELECT p.id FROM parties p WHERE p.id IN ${givenIds(tx)} AND ${STANDING}`, [JSON.stringify(partyIds)]);
  return rows.map(({ id }) => Number(id));
}

export type NamedList = { publicId: string; name: string };

/** The lists that customers can be put on. */
export async function listLists(db: Reader): Promise<NamedList[]> {
  return db.select({ publicId: segments.publicId, name: segments.name }).from(segments).where(and(eq(segments.isFixed, true), isNull(segments.archivedAt))).orderBy(asc(segments.name), asc(segments.id));
}

/** Those that this customer is on now. */
export async function listListsOf(db: Reader, partyId: number): Promise<NamedList[]> {
  return db
    .select({ publicId: segments.publicId, name: segments.name })
    .from(segmentMembers)
    .innerJoin(segments, eq(segments.id, segmentMembers.segmentId))
    .where(and(eq(segmentMembers.partyId, partyId), isNull(segmentMembers.leftAt), eq(segments.isFixed, true), isNull(segments.archivedAt)))
    .orderBy(asc(segments.name), asc(segments.id));
}
