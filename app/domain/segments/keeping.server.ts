/**
 * Keeps who is in each segment: rounds over all customers, a stretch of ids at a time, each a step that may be killed.
 * What a stretch comes to is asked aside, as a set difference; the transaction writes the differences only.
 */
import { createHash } from "node:crypto";

import { eq } from "drizzle-orm";

import { givenIds } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { dayIn } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { lastPartyId } from "../customers/derived.server";
import { recordEvents } from "../customers/events.server";
import type { SegmentField } from "../customers/segment-field";
import { type By, bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { SegmentRulesError, stretchOf } from "./compile";
import { freezeRules } from "./references.server";
import { segmentKeeping } from "./schema";
import { getSegment, type Segment, segmentCondition } from "./segments.server";

type KeepingApp = { db: Database; fields: readonly SegmentField[]; clock: () => number };
export type Keeping = typeof segmentKeeping.$inferSelect;

/** So many ids a step: a transaction stays short also when everybody enters at once. */
const STRETCH = 20_000;
/** A round is followed by a pause of so many times as long as it took: keeping costs half a percent of a core a segment. */
const PAUSES = 200;
const SHORTEST = 60_000;
const LONGEST = 6 * 3_600_000;
const RULES_BROKEN = 3_600_000;

/** A step of the worker. @returns 0 when no segment is due */
export async function keepDue(app: KeepingApp): Promise<number> {
  const [due] = await app.db.read.raw<{ id: number }>(
    `SELECT s.id FROM segments s LEFT JOIN segment_keeping k ON k.segment_id = s.id
     WHERE s.archived_at IS NULL AND s.is_fixed = false AND (k.segment_id IS NULL OR k.round_at IS NOT NULL OR k.next_at <= ?)
     ORDER BY CASE WHEN k.round_at IS NULL THEN 1 ELSE 0 END, coalesce(k.next_at, 0), s.id LIMIT 1`,
    [app.clock()],
  );
  if (!due) return 0;
  await keepStep(app, due.id);
  return 1;
}

/** A whole round for one segment, now. */
export async function keepSegment(app: KeepingApp, segmentId: number, stretch = STRETCH): Promise<void> {
  do await keepStep(app, segmentId, stretch);
  while ((await findKeeping(app.db.read, segmentId))?.roundAt !== null);
}

export async function findKeeping(db: Reader, segmentId: number): Promise<Keeping | null> {
  const [row] = await db.select().from(segmentKeeping).where(eq(segmentKeeping.segmentId, segmentId));
  return row ?? null;
}

async function keepStep(app: KeepingApp, segmentId: number, stretch = STRETCH): Promise<void> {
  const started = performance.now();
  const segment = await getSegment(app.db.read, segmentId);
  const mark = await markOf(app.db.read, segment);
  const round = await findKeeping(app.db.read, segmentId);
  // The rules were saved while a round was under way: it begins anew, so that all are judged by the same ones.
  if (!round || round.roundAt === null || round.roundMark !== mark) return app.db.write((tx) => beginRound(tx, segmentId, mark, app.clock()));
  const upTo = round.afterPartyId + stretch;
  try {
    const changes = await findChanges(app, segment, round, upTo);
    const isLast = upTo >= (await lastPartyId(app.db.read));
    await app.db.write((tx) => writeStretch(tx, segment, round, { ...changes, upTo, isLast, spentMs: Math.ceil(performance.now() - started) }));
  } catch (error) {
    if (!(error instanceof SegmentRulesError)) throw error;
    await app.db.write((tx) => tx.update(segmentKeeping).set({ roundAt: null, nextAt: app.clock() + RULES_BROKEN }).where(eq(segmentKeeping.segmentId, segmentId)));
  }
}

async function markOf(db: Reader, { rules }: Segment): Promise<string> {
  return createHash("sha256").update(JSON.stringify(await freezeRules(db, rules))).digest("base64url").slice(0, 22);
}

async function beginRound(tx: Tx, segmentId: number, mark: string, now: number): Promise<void> {
  const begun = { roundAt: now, roundMark: mark, afterPartyId: 0, enteredCount: 0, leftCount: 0, spentMs: 0 };
  await tx.insert(segmentKeeping).values({ segmentId, nextAt: now, ...begun }).onConflictDoUpdate({ target: segmentKeeping.segmentId, set: begun });
}

type Changes = { entered: number[]; left: number[] };

async function findChanges({ db, fields }: KeepingApp, segment: Segment, { roundAt, afterPartyId }: Keeping, upTo: number): Promise<Changes> {
  const where = await segmentCondition(db.aside, fields, segment.rules, roundAt!);
  const rows = await db.aside.raw<{ id: number; is_in: number }>(
    `WITH found AS MATERIALIZED (SELECT m.party_id AS id FROM ${stretchOf(db.aside.speaks, where)} AND m.party_id > ? AND m.party_id <= ? AND ${where.sql}),
          kept AS MATERIALIZED (SELECT party_id AS id FROM segment_members WHERE segment_id = ? AND left_at IS NULL AND party_id > ? AND party_id <= ?)
     SELECT id, 1 AS is_in FROM (SELECT id FROM found EXCEPT SELECT id FROM kept) came
     UNION ALL SELECT id, 0 AS is_in FROM (SELECT id FROM kept EXCEPT SELECT id FROM found) went`,
    [afterPartyId, upTo, ...where.params, segment.id, afterPartyId, upTo],
  );
  const ids = (isIn: number) => rows.filter((row) => Number(row.is_in) === isIn).map((row) => row.id);
  return { entered: ids(1), left: ids(0) };
}

type Stretch = Changes & { upTo: number; isLast: boolean; spentMs: number };

/** Of two workers at the same stretch, the first one's cursor makes the second write nothing. */
async function writeStretch(tx: Tx, segment: Segment, round: Keeping, { entered, left, upTo, isLast, spentMs }: Stretch): Promise<void> {
  const at = round.roundAt!;
  const moved = await tx.raw(
    `UPDATE segment_keeping SET after_party_id = ?, entered_count = entered_count + ?, left_count = left_count + ?, spent_ms = spent_ms + ?
     WHERE segment_id = ? AND round_at = ? AND round_mark = ? AND after_party_id = ? RETURNING segment_id`,
    [upTo, entered.length, left.length, spentMs, segment.id, at, round.roundMark, round.afterPartyId],
  );
  if (!moved.length) return;
  const by = bySystem("worker", at);
  if (entered.length) await enter(tx, segment.id, entered, at);
  if (left.length) await leave(tx, segment.id, left, at);
  // Who was in when keeping began did not enter then, and other rules are nothing that happened to a customer.
  if (round.since !== null && round.mark === round.roundMark) await tell(tx, by, segment, { entered, left });
  if (isLast) await endRound(tx, by, segment.id);
}

/** @returns those who were not in before */
export async function enter(tx: Tx, segmentId: number, partyIds: readonly number[], at: number): Promise<number[]> {
  const rows = await tx.raw<{ id: number }>(
    `INSERT INTO segment_members (segment_id, party_id, entered_at)
     SELECT cast(? AS bigint), g.value, cast(? AS bigint) FROM ${givenIds(tx)} g WHERE true ON CONFLICT DO NOTHING RETURNING party_id AS id`,
    [segmentId, at, JSON.stringify(partyIds)],
  );
  return rows.map(({ id }) => Number(id));
}

/** @returns those who were in */
export async function leave(tx: Tx, segmentId: number, partyIds: readonly number[], at: number): Promise<number[]> {
  const rows = await tx.raw<{ id: number }>(
    `UPDATE segment_members SET left_at = ? WHERE segment_id = ? AND left_at IS NULL AND party_id IN ${givenIds(tx)} RETURNING party_id AS id`,
    [at, segmentId, JSON.stringify(partyIds)],
  );
  return rows.map(({ id }) => Number(id));
}

/** How many are in at the end of this day, and how many came and went on it. */
export async function noteSize(tx: Tx, segmentId: number, at: number, { came, gone }: { came: number; gone: number }): Promise<void> {
  const { timeZone } = await getCompany(tx);
  const [size] = await tx.raw<{ n: number }>("SELECT cast(count(*) AS bigint) AS n FROM segment_members WHERE segment_id = ? AND left_at IS NULL", [segmentId]);
  await tx.raw(
    `INSERT INTO segment_sizes (segment_id, day, size, entered_count, left_count) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (segment_id, day) DO UPDATE SET size = excluded.size, entered_count = segment_sizes.entered_count + excluded.entered_count,
       left_count = segment_sizes.left_count + excluded.left_count`,
    [segmentId, dayIn(timeZone, at), Number(size!.n), came, gone],
  );
}

/** On the timelines of those who are still there (an erased or merged record left, too, but has no timeline to tell it). */
export async function tell(tx: Tx, by: By, { id, publicId, name }: Segment, { entered, left }: Changes): Promise<void> {
  const gone = left.length
    ? await tx.raw<{ id: number }>(`SELECT id FROM parties WHERE id IN ${givenIds(tx)} AND (erased_at IS NOT NULL OR merged_into_id IS NOT NULL)`, [JSON.stringify(left)])
    : [];
  const without = new Set(gone.map((row) => row.id));
  const event = (kind: "segment_entered" | "segment_left") => (partyId: number) =>
    ({ partyId, kind, at: by.now, subject: { type: "segment", id }, data: { name, segment: publicId }, dedupeKey: `${kind}:${id}:${partyId}:${by.now}` }) as const;
  await recordEvents(tx, by, [...entered.map(event("segment_entered")), ...left.filter((partyId) => !without.has(partyId)).map(event("segment_left"))]);
}

async function endRound(tx: Tx, by: By, segmentId: number): Promise<void> {
  const at = by.now;
  const [ended] = await tx.raw<{ entered: number; gone: number; first: number | null }>(
    `UPDATE segment_keeping SET since = coalesce(since, ?), as_of = ?, mark = round_mark, round_at = NULL,
       next_at = ? + CASE WHEN spent_ms * ${PAUSES} < ${SHORTEST} THEN ${SHORTEST} WHEN spent_ms * ${PAUSES} > ${LONGEST} THEN ${LONGEST} ELSE spent_ms * ${PAUSES} END
     WHERE segment_id = ? RETURNING entered_count AS entered, left_count AS gone, CASE WHEN since = as_of THEN 1 END AS first`,
    [at, at, at, segmentId],
  );
  // Who was there from the beginning did not come on that day.
  const came = ended!.first ? 0 : Number(ended!.entered);
  await noteSize(tx, segmentId, at, { came, gone: Number(ended!.gone) });
  if (came || Number(ended!.gone) || ended!.first) await noteChange(tx, by, `segment:${segmentId}`);
}
