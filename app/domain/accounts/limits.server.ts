/**
 * Counters that hold back guessing and flooding. They live in the database, so that a restart or a second web process
 * does not give the guesser a new start. One upsert takes a point, so that racing requests cannot pass together.
 *
 * (rate-limiter-flexible's stores want a driver handle of their own: on SQLite that is a second writing connection,
 * which stops the event loop whenever a transaction is open on the first.)
 */
import { createHash } from "node:crypto";

import { and, eq, gt, gte, lte, sql } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { rateLimits } from "./schema";

export type Limit = {
  /** What is counted, and for whom: hashed before it is kept, so that the table lists no addresses. */
  key: readonly [kind: string, ...who: string[]];
  points: number;
  /** How many points one try takes; 1 if not said. */
  cost?: number;
  /** The window begins with the first point and does not move: refused tries cannot prolong it. */
  windowMs: number;
};

export type Taken = { ok: true } | { ok: false; retryAt: number };

const TAKE = `INSERT INTO rate_limits (key, points, expires_at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  points = CASE WHEN rate_limits.expires_at <= ? THEN excluded.points ELSE rate_limits.points + excluded.points END,
  expires_at = CASE WHEN rate_limits.expires_at <= ? THEN ? ELSE rate_limits.expires_at END
RETURNING points, expires_at`;

/** Takes the points of each limit. Refused as soon as one of them is used up; `retryAt` is the latest end of those. */
export async function takePoints(tx: Tx, limits: readonly Limit[], now: number): Promise<Taken> {
  let retryAt = 0;
  for (const limit of limits) {
    const expiresAt = now + limit.windowMs;
    const [row] = await tx.raw<{ points: number; expires_at: number }>(TAKE, [keyOf(limit), limit.cost ?? 1, expiresAt, now, now, expiresAt]);
    if (row && Number(row.points) > limit.points) retryAt = Math.max(retryAt, Number(row.expires_at));
  }
  return retryAt ? { ok: false, retryAt } : { ok: true };
}

/** Takes up to `size` points at once. @returns how many there were to take, and how many are taken in all */
export async function takeBlock(tx: Tx, limit: Limit, size: number, now: number): Promise<{ granted: number; taken: number; endsAt: number }> {
  const expiresAt = now + limit.windowMs;
  const [row] = await tx.raw<{ points: number; expires_at: number }>(TAKE, [keyOf(limit), size, expiresAt, now, now, expiresAt]);
  const taken = Number(row!.points);
  return { granted: Math.min(size, Math.max(0, size - (taken - limit.points))), taken, endsAt: Number(row!.expires_at) };
}

/** Gives the points back: the try turned out to be honest. */
export async function giveBackPoints(tx: Tx, limits: readonly Limit[], now: number): Promise<void> {
  for (const limit of limits)
    await tx
      .update(rateLimits)
      .set({ points: sql`${rateLimits.points} - ${limit.cost ?? 1}` })
      .where(and(eq(rateLimits.key, keyOf(limit)), gte(rateLimits.points, limit.cost ?? 1), gt(rateLimits.expiresAt, now)));
}

/** @returns how many counters had run out and were dropped */
export async function sweepLimits(tx: Tx, now: number): Promise<number> {
  return (await tx.delete(rateLimits).where(lte(rateLimits.expiresAt, now)).returning({ key: rateLimits.key })).length;
}

function keyOf({ key: [kind, ...who] }: Limit): string {
  return `${kind}:${createHash("sha256").update(JSON.stringify(who)).digest("hex").slice(0, 32)}`;
}

/** The part of a visitor's address that one household or office shares: all of IPv4, the first 64 bits of IPv6. */
export function networkOf(remoteAddress: string): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups.slice(0, 4).map((g) => g.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
