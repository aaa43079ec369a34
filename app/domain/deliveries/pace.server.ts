/** How fast a campaign's mails come to their end, and why some wait. */
import { and, eq, gt, isNotNull, sql } from "drizzle-orm";

import { countAll } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { dayIn } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { LANES, type Lane } from "./lane";
import { getSendingLimits, getStreamLimits } from "./limits.server";
import { deliveries, sendUsage } from "./schema";
import { bucketOf, durationOf } from "./throttle";

const SECOND = 1000;
/** The rate is that of the last half minute. */
const MEASURED = 30 * SECOND;
const scopeOf = (campaignId: number) => `ended:${campaignId}`;

/** Keeps how many mails of each campaign ended since the last note. Called about once a second by each sender. */
export async function noteEnded(tx: Tx, now: number, ended: ReadonlyMap<number, number>): Promise<void> {
  if (ended.size === 0) return;
  await tx
    .insert(sendUsage)
    .values([...ended].map(([campaignId, count]) => ({ scope: scopeOf(campaignId), step: SECOND, bucketAt: bucketOf(now, SECOND), count })))
    .onConflictDoUpdate({ target: [sendUsage.scope, sendUsage.step, sendUsage.bucketAt], set: { count: sql`${sendUsage.count} + excluded.count` } });
}

/** Mails a second over the last half minute; null when none has ended in it. */
export async function rateOf(db: Reader, campaignId: number, now: number): Promise<number | null> {
  const [row] = await db
    .select({ count: sql<number>`sum(${sendUsage.count})`.mapWith(Number), first: sql<number>`min(${sendUsage.bucketAt})`.mapWith(Number) })
    .from(sendUsage)
    .where(and(eq(sendUsage.scope, scopeOf(campaignId)), eq(sendUsage.step, SECOND), gt(sendUsage.bucketAt, now - MEASURED)));
  if (!row?.count) return null;
  return row.count / Math.max(1, (now - row.first) / SECOND);
}

export type Pace = {
  /** Mails a second. */
  rate: number | null;
  /** About how long the waiting ones still take, by the rate and by the limits; null when nothing says so. */
  leftMs: number | null;
  /** Put off by their servers, and when the next of them is tried again. */
  deferred: { count: number; nextAt: number } | null;
};

export async function paceOf(db: Reader, campaignId: number, waiting: number, now: number): Promise<Pace> {
  const rate = await rateOf(db, campaignId, now);
  const { timeZone } = await getCompany(db);
  const load = { total: waiting, lanes: await countQueuedByLane(db, campaignId) };
  const limited = durationOf(load, await getStreamLimits(db, campaignId), await getSendingLimits(db), dayIn(timeZone, now));
  const measured = rate ? (waiting / rate) * SECOND : null;
  return {
    rate,
    leftMs: waiting === 0 || (measured === null && limited === null) ? null : Math.max(measured ?? 0, limited?.ms ?? 0),
    deferred: await findDeferred(db, campaignId, now),
  };
}

async function countQueuedByLane(db: Reader, campaignId: number): Promise<Partial<Record<Lane, number>>> {
  const rows = await db
    .select({ lane: deliveries.lane, count: countAll })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaignId), sql`state = 'queued'`))
    .groupBy(deliveries.lane);
  return Object.fromEntries(rows.filter((row) => (LANES as string[]).includes(row.lane)).map((row) => [row.lane, row.count]));
}

async function findDeferred(db: Reader, campaignId: number, now: number) {
  const [row] = await db
    .select({ count: countAll, nextAt: sql<number>`min(${deliveries.notBefore})`.mapWith(Number) })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaignId), sql`state = 'queued'`, isNotNull(deliveries.deferredSince), gt(deliveries.notBefore, now)));
  return row?.count ? { count: row.count, nextAt: row.nextAt } : null;
}
