/** Who was in a segment on a past day, and how its size went: read from the membership that rounds keep. */
import { and, asc, eq, gte } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { dayIn, endOfDay, isDay, startOfDay } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { findKeeping } from "./keeping.server";
import { segmentSizes } from "./schema";
import type { Segment } from "./segments.server";

export type DayReason = "not_kept" | "not_a_day" | "before" | "after";
/** `at`: the end of that day. `refused` says since when (until when) membership is known. */
export type KnownDay = { ok: true; day: string; at: number } | { ok: false; day: string; reason: DayReason; since: number | null; asOf: number | null };

type Asked = Pick<Segment, "id" | "isFixed" | "createdAt">;

/** A fixed list is known from when it was made on, as of whenever one asks. */
export async function findKept(db: Reader, { id, isFixed, createdAt }: Asked, now: number): Promise<{ since: number | null; asOf: number | null }> {
  if (isFixed) return { since: createdAt, asOf: now };
  const { since = null, asOf = null } = (await findKeeping(db, id)) ?? {};
  return { since, asOf };
}

/** Whether membership is known for a day of the company's calendar. */
export async function findKnownDay(db: Reader, segment: Asked, day: string, now: number): Promise<KnownDay> {
  const { since, asOf } = await findKept(db, segment, now);
  const refuse = (reason: DayReason): KnownDay => ({ ok: false, day, reason, since, asOf });
  if (!isDay(day)) return refuse("not_a_day");
  if (since === null || asOf === null) return refuse("not_kept");
  const { timeZone } = await getCompany(db);
  const at = endOfDay(day, timeZone);
  if (at <= since) return refuse("before");
  return startOfDay(day, timeZone) > asOf ? refuse("after") : { ok: true, day, at };
}

/** The last day of the company's calendar for which membership is known; "" when it is for none. */
export async function findLastDay(db: Reader, segment: Asked, now: number): Promise<string> {
  const { asOf } = await findKept(db, segment, now);
  return asOf === null ? "" : dayIn((await getCompany(db)).timeZone, asOf);
}

/** In at the end of the day: entered before it, and not left before it. */
const THEN = "FROM segment_members k JOIN parties p ON p.id = k.party_id WHERE k.segment_id = ? AND k.entered_at < ? AND (k.left_at IS NULL OR k.left_at >= ?)";

export async function countMembersThen(db: Reader, segmentId: number, at: number): Promise<number> {
  const [row] = await db.raw<{ n: number }>(
    "SELECT cast(count(*) AS bigint) AS n FROM segment_members k WHERE k.segment_id = ? AND k.entered_at < ? AND (k.left_at IS NULL OR k.left_at >= ?)",
    [segmentId, at, at],
  );
  return Number(row!.n);
}

export type MemberRow = { id: number; publicId: string; name: string; number: string | null; enteredAt: number; leftAt: number | null };
const MEMBER = `SELECT p.id, p.public_id AS "publicId", p.name, p.number, k.entered_at AS "enteredAt", k.left_at AS "leftAt"`;

/** By id; `leftAt`: they are not in any more. */
export function listMembersThen(db: Reader, segmentId: number, at: number, { afterId, limit }: { afterId: number; limit: number }): Promise<MemberRow[]> {
  return db.raw<MemberRow>(`${MEMBER} ${THEN} AND k.party_id > ? ORDER BY k.party_id LIMIT ?`, [segmentId, at, at, afterId, limit]);
}

/** A few of them, spread over all, the same ones each time. */
export function sampleMembersThen(db: Reader, segmentId: number, at: number, limit: number): Promise<MemberRow[]> {
  return db.raw<MemberRow>(`${MEMBER} ${THEN} ORDER BY (k.party_id * 48271) % 65521, k.party_id LIMIT ?`, [segmentId, at, at, limit]);
}

export type Size = Pick<typeof segmentSizes.$inferSelect, "day" | "size" | "enteredCount" | "leftCount">;

/** By day, from the day of `from` on; days on which no round ended are not there. */
export async function listSizes(db: Reader, segmentId: number, from: number): Promise<Size[]> {
  const { timeZone } = await getCompany(db);
  return db
    .select({ day: segmentSizes.day, size: segmentSizes.size, enteredCount: segmentSizes.enteredCount, leftCount: segmentSizes.leftCount })
    .from(segmentSizes)
    .where(and(eq(segmentSizes.segmentId, segmentId), gte(segmentSizes.day, dayIn(timeZone, from))))
    .orderBy(asc(segmentSizes.day));
}

/** How many were in each segment when it was looked at last. */
export async function listLastSizes(db: Reader): Promise<Map<number, number>> {
  const rows = await db.raw<{ id: number; size: number }>(
    `SELECT s.segment_id AS id, s.size FROM segment_sizes s JOIN (SELECT segment_id, max(day) AS day FROM segment_sizes GROUP BY segment_id) l ON l.segment_id = s.segment_id AND l.day = s.day`,
  );
  return new Map(rows.map(({ id, size }) => [id, Number(size)]));
}
