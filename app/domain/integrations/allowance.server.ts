/**
 * How many requests a token has left in its minute. They are counted in the database, for all web processes together; each
 * takes a block at a time, so that most requests write nothing. What it did not use of a block is lost to the others.
 */
import { takeBlock } from "../accounts/limits.server";
import type { Database } from "../../db/types";
import { apiTokens } from "./schema";
import { eq } from "drizzle-orm";

const WINDOW = 60_000;
const BLOCK = 20;

/** What this process still has of its block. */
type Held = { left: number; remaining: number; endsAt: number };
const held = new WeakMap<Database, Map<number, Held>>();

/** `remaining` counts what is left in the database, too; `resetAt` in ms since the epoch. */
export type Allowed = { ok: boolean; remaining: number; resetAt: number };

export async function takeRequest(db: Database, tokenId: number, perMinute: number, now: number): Promise<Allowed> {
  const mine = held.get(db) ?? new Map<number, Held>();
  held.set(db, mine);
  let block = mine.get(tokenId);
  if (!block || block.endsAt <= now || (block.left === 0 && block.remaining > 0)) {
    block = await nextBlock(db, tokenId, perMinute, now);
    mine.set(tokenId, block);
  }
  if (block.left === 0) return { ok: false, remaining: 0, resetAt: block.endsAt };
  block.left -= 1;
  return { ok: true, remaining: block.left + block.remaining, resetAt: block.endsAt };
}

async function nextBlock(db: Database, tokenId: number, perMinute: number, now: number): Promise<Held> {
  return db.write(async (tx) => {
    const { granted, taken, endsAt } = await takeBlock(tx, { key: ["api", String(tokenId)], points: perMinute, windowMs: WINDOW }, Math.min(BLOCK, perMinute), now);
    await tx.update(apiTokens).set({ lastUsedAt: now }).where(eq(apiTokens.id, tokenId));
    return { left: granted, remaining: Math.max(0, perMinute - taken), endsAt };
  });
}
