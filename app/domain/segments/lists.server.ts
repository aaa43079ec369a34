/**
 * Fixed lists: segments of customers that somebody chose. They stand in `segment_members` and never change by themselves;
 * the rules of such a segment ask for its own list, so that counting, campaigns and clauses know no difference.
 */
import { eq } from "drizzle-orm";

import { givenRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import type { SegmentField } from "../customers/segment-field";
import type { By } from "../journal/actor";
import { SEGMENT_SOURCE } from "./compile";
import { enter } from "./keeping.server";
import { LIST_FIELD } from "./references";
import { segments, segmentVersions } from "./schema";
import { createSegment, getSegment, segmentCondition } from "./segments.server";

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
    `SELECT p.number AS value, p.id FROM ${givenRows(db, { value: "text" })} g JOIN parties p ON p.number = g.value WHERE ${STANDING}`,
    [JSON.stringify(entries.map((one) => [one]))],
  );
  return rows.map(({ value, id }) => [value, id]);
}

export async function createList(tx: Tx, by: By, { name, partyIds }: { name: string; partyIds: readonly number[] }): Promise<{ segmentId: number; publicId: string }> {
  const made = await createEmptyList(tx, by, name);
  for (let from = 0; from < partyIds.length; from += AT_ONCE) await enter(tx, made.segmentId, partyIds.slice(from, from + AT_ONCE), by.now);
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
