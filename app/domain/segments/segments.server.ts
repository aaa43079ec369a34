/** Segments: questions about customers, kept by name. The door of the room. */
import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { getCompany } from "../company/company.server";
import type { Among, Fragment, SegmentField } from "../customers/segment-field";
import type { By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import { checkRules, fieldInfo, type Problem } from "./check";
import { compileSegment, SEGMENT_SOURCE, SegmentRulesError, sourceOf, stretchOf } from "./compile";
import type { Options } from "./describe";
import { findReferenceProblems, listUsers, loadReferences } from "./references.server";
import type { RuleGroup } from "./rule";
import { segmentKeeping, segments } from "./schema";
import { keepVersion } from "./versions.server";

export type Segment = typeof segments.$inferSelect;
type Registry = readonly SegmentField[];

/** How many customers the rules hold for at `now`. @throws SegmentRulesError */
export async function countSegment(db: Reader, registry: Registry, rules: unknown, now: number): Promise<number> {
  const { sql, params } = await segmentCount(db, registry, rules, now);
  const [row] = await db.raw<{ n: number }>(sql, params);
  return Number(row?.n ?? 0);
}

/** The query for that: one row, `n`. @throws SegmentRulesError */
export async function segmentCount(db: Reader, registry: Registry, rules: unknown, now: number): Promise<Fragment> {
  const where = await ofAll(db, registry, rules, now);
  if (where.among) return countAmong(where.among);
  return { sql: `SELECT cast(count(*) AS bigint) AS n FROM ${sourceOf(db.speaks, where)} AND ${where.sql}`, params: where.params };
}

/**
 * Whom its rows name, less those who are no longer there: these are few, and are looked for among an index of them instead
 * of everybody in the table.
 */
function countAmong({ customers, params, isOnce, not, isThere }: Among): Fragment {
  const found = isThere
    ? `SELECT cast((SELECT count(*) FROM (${customers}) r) - (SELECT count(*) FROM ${GONE} AND ${isThere}) AS bigint) AS n`
    : `SELECT cast(count(${isOnce ? "*" : "DISTINCT r.party_id"}) AS bigint) AS n FROM (${customers}) r WHERE r.party_id NOT IN (SELECT g.party_id FROM ${GONE})`;
  return { sql: not ? `SELECT (${EVERYBODY}) - (${found}) AS n` : found, params: isThere ? [...params, ...params] : params };
}

const GONE = "customer_metrics g WHERE g.is_current = false";
export const EVERYBODY = "SELECT cast(count(*) AS bigint) AS n FROM customer_metrics m WHERE m.is_current = true";

/** The customers of whom segments speak at all. */
export async function countCustomers(db: Reader): Promise<number> {
  const [row] = await db.raw<{ n: number }>(EVERYBODY);
  return Number(row?.n ?? 0);
}

/**
 * A query for those the rules hold for, by id, after `afterId` and up to `upTo` (null: all).
 * @param columns of `p` (parties) and `m` (customer_metrics)
 * @throws SegmentRulesError
 */
export async function segmentPage(
  db: Reader,
  registry: Registry,
  rules: unknown,
  now: number,
  { columns, afterId, upTo = null, limit }: { columns: string; afterId: number; upTo?: number | null; limit: number },
): Promise<Fragment> {
  const where = await segmentCondition(db, registry, rules, now);
  return {
    sql: `SELECT ${columns} FROM ${stretchOf(db.speaks, where, columns)} AND m.party_id > ? AND m.party_id <= ? AND ${where.sql} ORDER BY m.party_id LIMIT ?`,
    params: [afterId, upTo ?? Number.MAX_SAFE_INTEGER, ...where.params, limit],
  };
}

/**
 * Whom the rules hold for, as a query for `id`: everybody at once, and to be looked up by number. `upTo`: nobody with a
 * greater one. @throws SegmentRulesError
 */
export async function segmentSources(db: Reader, registry: Registry, rules: unknown, now: number, upTo: number | null): Promise<{ all: Fragment; few: Fragment }> {
  const [all, few] = [await ofAll(db, registry, rules, now), await segmentCondition(db, registry, rules, now)];
  const query = (source: string, { sql, params }: Fragment): Fragment => ({ sql: `SELECT m.party_id AS id FROM ${source} AND ${sql} AND m.party_id <= ?`, params: [...params, upTo ?? Number.MAX_SAFE_INTEGER] });
  return { all: query(sourceOf(db.speaks, all), all), few: query(stretchOf(db.speaks, few), few) };
}

/** The next of those the rules hold for, by id. @throws SegmentRulesError */
export async function listSegmentPartyIds(db: Reader, registry: Registry, rules: unknown, now: number, page: { afterId: number; limit: number }): Promise<number[]> {
  const { sql: text, params } = await segmentPage(db, registry, rules, now, { columns: "m.party_id AS id", ...page });
  return (await db.raw<{ id: number }>(text, params)).map((row) => row.id);
}

export type SampleRow = {
  publicId: string;
  name: string;
  country: string | null;
  lifecycleStage: string;
  ordersCount: number;
  spendMinor: number;
  currency: string;
  lastOrderAt: number | null;
};

/** A few of them, spread over all (not the first ones), the same ones each time. @throws SegmentRulesError */
export async function sampleSegment(db: Reader, registry: Registry, rules: unknown, now: number, limit = 8): Promise<SampleRow[]> {
  const { sql, params } = await segmentSample(db, registry, rules, now, limit);
  return db.raw<SampleRow>(sql, params);
}

/** The query for that, of SampleRow. @throws SegmentRulesError */
export async function segmentSample(db: Reader, registry: Registry, rules: unknown, now: number, limit = 8): Promise<Fragment> {
  const where = await ofAll(db, registry, rules, now);
  const spread = (id: string) => `(${id} * 48271) % 65521, ${id}`;
  return {
    sql: `SELECT p.public_id AS "publicId", p.name AS name, p.country AS country, p.lifecycle_stage AS "lifecycleStage",
            m.orders_count AS "ordersCount", m.spend_minor AS "spendMinor", m.currency AS currency, m.last_order_at AS "lastOrderAt"
     FROM (SELECT m.party_id FROM ${sourceOf(db.speaks, where)} AND ${where.sql} ORDER BY ${spread("m.party_id")} LIMIT ?) s
     JOIN parties p ON p.id = s.party_id JOIN customer_metrics m ON m.party_id = s.party_id ORDER BY ${spread("s.party_id")}`,
    params: [...where.params, limit],
  };
}

/** Whether the rules hold for this one customer. @throws SegmentRulesError */
export async function isInSegment(db: Reader, registry: Registry, rules: unknown, now: number, partyId: number): Promise<boolean> {
  const { sql: where, params } = await segmentCondition(db, registry, rules, now);
  const rows = await db.raw(`SELECT m.party_id FROM ${SEGMENT_SOURCE} AND m.party_id = ? AND ${where}`, [partyId, ...params]);
  return rows.length > 0;
}

async function ofAll(db: Reader, registry: Registry, rules: unknown, now: number): Promise<Fragment> {
  return compileSegment(registry, rules, { ...(await momentOf(db, registry, rules, now)), ofAll: true });
}

/** A condition over SEGMENT_SOURCE, to be asked of some customers by their numbers. @throws SegmentRulesError */
export async function segmentCondition(db: Reader, registry: Registry, rules: unknown, now: number): Promise<Fragment> {
  return compileSegment(registry, rules, await momentOf(db, registry, rules, now));
}

/** What rules are compiled with: the time, the calendars that customers live by, and the segments that they ask about. */
export async function momentOf(db: Reader, registry: Registry, rules: unknown, now: number) {
  const [{ timeZone }, zones] = await Promise.all([getCompany(db), listZones(db)]);
  const known = checkRules(fieldInfo(registry), rules).ok ? await loadReferences(db, rules as RuleGroup) : undefined;
  return { now, dialect: db.speaks, timeZone, zones, segments: known };
}

/** The zones that occur: from one to the next by the index, so that a million customers cost as many looks as there are zones. */
async function listZones(db: Reader): Promise<string[]> {
  const rows = await db.raw<{ zone: string }>(
    `WITH RECURSIVE z(zone) AS (
       SELECT min(time_zone) FROM parties
       UNION ALL SELECT (SELECT min(p.time_zone) FROM parties p WHERE p.time_zone > z.zone) FROM z WHERE z.zone IS NOT NULL)
     SELECT zone FROM z WHERE zone IS NOT NULL`,
  );
  return rows.map((row) => row.zone);
}

/** What the lists of the builder offer, in the reader's language. */
export async function loadOptions(db: Reader, registry: Registry, locale: string): Promise<Options> {
  const loaded = await Promise.all(registry.map(async (field) => [field.key, await field.loadOptions?.(db, locale)] as const));
  return Object.fromEntries(loaded.flatMap(([key, options]) => (options ? [[key, options]] : [])));
}

export async function listSegments(db: Reader, { archived = false }: { archived?: boolean } = {}): Promise<Segment[]> {
  return db
    .select()
    .from(segments)
    .where(archived ? isNotNull(segments.archivedAt) : isNull(segments.archivedAt))
    .orderBy(asc(sql`lower(${segments.name})`), asc(segments.id));
}

export async function findSegment(db: Reader, publicId: string): Promise<Segment | null> {
  const [row] = await db.select().from(segments).where(eq(segments.publicId, publicId));
  return row ?? null;
}

export async function getSegment(db: Reader, id: number): Promise<Segment> {
  const [row] = await db.select().from(segments).where(eq(segments.id, id));
  if (!row) throw new Error(`no segment ${id}`);
  return row;
}

/** References are judged and written by one at a time: two saves could close a circle that neither sees. */
const REFERENCES = "segment references";

/** `rules` have passed `checkSegment`. @throws SegmentRulesError when a segment that they ask about went meanwhile */
export async function createSegment(
  tx: Tx,
  by: By,
  { name, rules }: { name: string; rules: RuleGroup },
): Promise<{ ok: true; segmentId: number; publicId: string }> {
  const publicId = uuid();
  await lockKey(tx, REFERENCES);
  const problems = await findReferenceProblems(tx, rules);
  if (problems.length) throw new SegmentRulesError(problems);
  const [row] = await tx
    .insert(segments)
    .values({
      publicId, name, rules, createdBy: by.actor.kind === "staff" ? actorId(by.actor) : null, createdAt: by.now, updatedAt: by.now,
    })
    .returning({ id: segments.id });
  await keepVersion(tx, by, { segmentId: row!.id, version: 1, name, rules });
  await recordAudit(tx, by, "createSegment", { type: "segment", id: row!.id }, { name });
  await noteChange(tx, by, "segments");
  return { ok: true, segmentId: row!.id, publicId };
}

export type SaveSegmentResult = { ok: true; version: number } | { ok: false; reason: "changed_meanwhile"; theirs: Segment } | { ok: false; reason: "bad_rules"; problems: Problem[] };

/** `version`: the one that the writer looked at; a segment that was saved since is not written over. */
export async function saveSegment(
  tx: Tx,
  by: By,
  { segmentId, version, name, rules }: { segmentId: number; version: number; name: string; rules: RuleGroup },
): Promise<SaveSegmentResult> {
  await lockKey(tx, REFERENCES);
  const problems = await findReferenceProblems(tx, rules, (await getSegment(tx, segmentId)).publicId);
  if (problems.length) return { ok: false, reason: "bad_rules", problems };
  const [saved] = await tx
    .update(segments)
    .set({ name, rules, version: version + 1, updatedAt: by.now })
    .where(and(eq(segments.id, segmentId), eq(segments.version, version)))
    .returning({ version: segments.version });
  if (!saved) return { ok: false, reason: "changed_meanwhile", theirs: await getSegment(tx, segmentId) };
  await keepVersion(tx, by, { segmentId, version: saved.version, name, rules });
  await recordAudit(tx, by, "saveSegment", { type: "segment", id: segmentId }, { name, version: saved.version, rules });
  await noteChange(tx, by, "segments", `segment:${segmentId}`);
  return { ok: true, version: saved.version };
}

export type ArchiveResult = { ok: true } | { ok: false; reason: "used"; by: { publicId: string; name: string }[] };

/**
 * Puts a segment away, or (with false) brings it back. It is never deleted: campaigns that used it still show it. One
 * that others ask about stays.
 */
export async function archiveSegment(tx: Tx, by: By, segmentId: number, archived = true): Promise<ArchiveResult> {
  await lockKey(tx, REFERENCES);
  const users = archived ? await listUsers(tx, (await getSegment(tx, segmentId)).publicId) : [];
  if (users.length) return { ok: false, reason: "used", by: users };
  await tx.update(segments).set({ archivedAt: archived ? by.now : null }).where(eq(segments.id, segmentId));
  // A round that was under way then would judge by an instant long past.
  if (!archived) await tx.update(segmentKeeping).set({ roundAt: null, nextAt: by.now }).where(eq(segmentKeeping.segmentId, segmentId));
  await recordAudit(tx, by, archived ? "archiveSegment" : "restoreSegment", { type: "segment", id: segmentId });
  await noteChange(tx, by, "segments", `segment:${segmentId}`);
  return { ok: true };
}
