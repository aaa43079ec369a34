/**
 * How many mails a claim may take now. The limits are kept by counters in the database, which are read and written in
 * the claim's own transaction: several workers share them, and a restart forgets nothing. A mail counts from its claim.
 */
import { and, eq, gt, lt, or, sql } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { dayIn } from "../company/calendar";
import { getCompany } from "../company/company.server";
import type { Lane } from "./lane";
import { getSendingLimits, listStreamLimits } from "./limits.server";
import { sendUsage } from "./schema";
import { bucketOf, LANE_WINDOW, roomIn, stepFor, STEPS, warmUpToday, type SendingLimits, type SlidingWindow, type StreamLimits } from "./throttle";

const SECOND = 1000;
const DAY = 86_400_000;

/** A limit that leaves no room now, and when it does again. */
export type Restraint =
  | { kind: "rate"; limit: number; ms: number; nextAt: number; own: boolean }
  | { kind: "window"; limit: number; ms: number; nextAt: number; own: boolean }
  | { kind: "lane"; lane: Lane; limit: number; ms: number; nextAt: number }
  | { kind: "warm_up"; limit: number; nextAt: number };

type Limits = { all: SendingLimits; own: Map<number, StreamLimits> };

/** What was claimed: a campaign's mails, or (null) system mails, by lane. */
export type Claimed = { campaignId: number | null; lane: string; count: number };

export type Allowance = {
  /** How many of this campaign's mails of this lane may be claimed now; without them, of all together. */
  room(campaignId?: number, lane?: string): number;
  /** Takes what was claimed off what is left. */
  spend(claimed: Claimed): void;
  /** Counts all that was spent. To be called before the transaction ends. */
  close(): Promise<void>;
  /** When there is room again for what found none; null: nothing was short of room. */
  nextAt: number | null;
};

/** @returns null where nothing is limited: then a claim costs two look-ups more, and writes nothing. */
export async function openAllowance(tx: Tx, now: number): Promise<Allowance | null> {
  const limits = { all: await getSendingLimits(tx), own: await listStreamLimits(tx) };
  if (!isLimited(limits)) return null;
  await lockKey(tx, "send_usage");
  const { rooms, restraints } = await measure(tx, limits, now);
  const spent: Claimed[] = [];
  const scopesOf = (campaignId?: number | null, lane?: string) => ["all", campaignId != null && campaignScope(campaignId), lane && laneScope(lane)].filter((scope) => typeof scope === "string");
  return {
    room: (campaignId, lane) => Math.max(0, Math.min(...scopesOf(campaignId, lane).map((scope) => rooms.get(scope) ?? Infinity))),
    spend(claimed) {
      spent.push(claimed);
      for (const scope of scopesOf(claimed.campaignId, claimed.lane)) if (rooms.has(scope)) rooms.set(scope, (rooms.get(scope) as number) - claimed.count);
    },
    close: () => writeUsage(tx, limits, now, spent),
    nextAt: restraints.length ? Math.min(...restraints.map((one) => one.nextAt)) : null,
  };
}

/** What was claimed but never begun counts for nothing: a relay that does not answer uses no limit up. */
export async function returnUnused(tx: Tx, claims: readonly { campaignId: number | null; lane: string; claimedAt: number }[]): Promise<void> {
  const counts = new Map<string, { scope: string; claimedAt: number; count: number }>();
  for (const { campaignId, lane, claimedAt } of claims)
    for (const scope of ["all", campaignId !== null && campaignScope(campaignId), lane && laneScope(lane)]) {
      if (typeof scope !== "string" || scope === "") continue;
      const kept = counts.get(`${scope} ${claimedAt}`) ?? { scope, claimedAt, count: 0 };
      kept.count += 1;
      counts.set(`${scope} ${claimedAt}`, kept);
    }
  for (const { scope, claimedAt, count } of counts.values())
    await tx
      .update(sendUsage)
      .set({ count: sql`${sendUsage.count} - ${count}` })
      .where(and(eq(sendUsage.scope, scope), or(...STEPS.map(({ step }) => and(eq(sendUsage.step, step), eq(sendUsage.bucketAt, bucketOf(claimedAt, step)))))));
}

/** The limits that stand in this campaign's way now, the longest first. */
export async function listRestraints(db: Reader, campaignId: number, now: number): Promise<Restraint[]> {
  const limits = { all: await getSendingLimits(db), own: await listStreamLimits(db) };
  if (!isLimited(limits)) return [];
  const { restraints } = await measure(db, limits, now, campaignId);
  return restraints.toSorted((a, b) => b.nextAt - a.nextAt);
}

/** Drops what no window reaches back to. @returns how many rows */
export async function sweepUsage(tx: Tx, now: number): Promise<number> {
  const gone = await tx
    .delete(sendUsage)
    .where(or(...STEPS.map(({ step, keep }) => and(eq(sendUsage.step, step), lt(sendUsage.bucketAt, now - keep)))))
    .returning({ scope: sendUsage.scope });
  return gone.length;
}

const campaignScope = (campaignId: number) => `campaign:${campaignId}`;
const laneScope = (lane: string) => `lane:${lane}`;

function isLimited({ all, own }: Limits): boolean {
  return Boolean(all.perSecond || all.window || all.warmUp) || Object.keys(all.lanes).length > 0 || own.size > 0;
}

/** What every limit leaves. `only`: of the campaigns, look at this one. */
async function measure(db: Reader, { all, own }: Limits, now: number, only?: number) {
  const rooms = new Map<string, number>();
  const restraints: Restraint[] = [];
  const tighten = (scope: string, room: number) => rooms.set(scope, Math.min(rooms.get(scope) ?? Infinity, room));

  const ask = async (scope: string, { perSecond, window }: StreamLimits, isOwn: boolean) => {
    const windows: [kind: "rate" | "window", window: SlidingWindow | null][] = [["rate", perSecond ? { limit: perSecond, ms: SECOND } : null], ["window", window]];
    for (const [kind, one] of windows) {
      if (!one) continue;
      const { room, nextAt } = await roomOf(db, scope, one, now);
      tighten(scope, room);
      if (nextAt !== null) restraints.push({ kind, ...one, nextAt, own: isOwn });
    }
  };
  await ask("all", all, false);
  for (const [campaignId, limits] of own) if (only === undefined || only === campaignId) await ask(campaignScope(campaignId), limits, true);

  for (const [lane, limit] of Object.entries(all.lanes) as [Lane, number][]) {
    const window = { limit, ms: LANE_WINDOW };
    const { room, nextAt } = await roomOf(db, laneScope(lane), window, now);
    tighten(laneScope(lane), room);
    if (nextAt !== null) restraints.push({ kind: "lane", lane, ...window, nextAt });
  }

  if (all.warmUp) {
    const { timeZone } = await getCompany(db);
    const today = warmUpToday(all.warmUp, dayIn(timeZone, now), timeZone);
    if (today) {
      const room = Math.max(0, today.count - (await usedSince(db, today.begins)));
      tighten("all", room);
      if (room === 0) restraints.push({ kind: "warm_up", limit: today.count, nextAt: today.ends });
    }
  }
  return { rooms, restraints };
}

async function roomOf(db: Reader, scope: string, window: SlidingWindow, now: number) {
  const step = stepFor(window.ms);
  const used = await db
    .select({ at: sendUsage.bucketAt, count: sendUsage.count })
    .from(sendUsage)
    .where(and(eq(sendUsage.scope, scope), eq(sendUsage.step, step), gt(sendUsage.bucketAt, now - window.ms - step)))
    .orderBy(sendUsage.bucketAt);
  return roomIn(window, used, step, now);
}

/** Everything that left since an instant of the last day. */
async function usedSince(db: Reader, since: number): Promise<number> {
  const [row] = await db
    .select({ used: sql<number>`coalesce(sum(${sendUsage.count}), 0)`.mapWith(Number) })
    .from(sendUsage)
    .where(and(eq(sendUsage.scope, "all"), eq(sendUsage.step, stepFor(DAY)), sql`${sendUsage.bucketAt} >= ${since}`));
  return row?.used ?? 0;
}

async function writeUsage(tx: Tx, { all, own }: Limits, now: number, claimed: readonly Claimed[]): Promise<void> {
  const counts = new Map<string, { scope: string; step: number; bucketAt: number; count: number }>();
  const add = (scope: string, count: number, { perSecond, window }: { perSecond: boolean; window: boolean }) => {
    // A window is counted in both coarse steps: a longer one set later finds what was used already.
    for (const { step } of STEPS) {
      if (step === 10 ? !perSecond : !window) continue;
      const key = `${scope} ${step}`;
      const kept = counts.get(key) ?? { scope, step, bucketAt: bucketOf(now, step), count: 0 };
      kept.count += count;
      counts.set(key, kept);
    }
  };
  for (const { campaignId, lane, count } of claimed) {
    if (count <= 0) continue;
    add("all", count, { perSecond: all.perSecond !== null, window: all.window !== null || all.warmUp !== null });
    const limits = campaignId === null ? undefined : own.get(campaignId);
    if (limits && campaignId !== null) add(campaignScope(campaignId), count, { perSecond: limits.perSecond !== null, window: limits.window !== null });
    if (all.lanes[lane as Lane]) add(laneScope(lane), count, { perSecond: false, window: true });
  }
  if (counts.size === 0) return;
  await tx
    .insert(sendUsage)
    .values([...counts.values()])
    .onConflictDoUpdate({ target: [sendUsage.scope, sendUsage.step, sendUsage.bucketAt], set: { count: sql`${sendUsage.count} + excluded.count` } });
}
