/**
 * Idempotency keys: what was answered is kept in the transaction of what was done, so that after a crash there are both or
 * neither. A refusal changes nothing and is not kept: the same request may be tried again.
 */
import { createHash } from "node:crypto";

import { and, eq, lt } from "drizzle-orm";

import { tryLockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { apiAnswers } from "./schema";
import { seal, unseal } from "../accounts/sealed.server";

export const KEEP_ANSWERS = 24 * 3_600_000;

export type Keyed = { tokenId: number; key: string; requestHash: string };
export type KeptAnswer = { status: number; location: string | null; body: unknown };

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What makes two requests the same one. */
export function requestHash(method: string, path: string, body: string): string {
  return sha256(JSON.stringify([method, path, body]));
}

export type Claimed = { ok: true; answer: KeptAnswer | null } | { ok: false; reason: "in_flight" | "other_request" };

/** Takes the key for this transaction, or gives the answer that it already has. */
export async function claimKey(tx: Tx, { tokenId, key, requestHash }: Keyed, now: number): Promise<Claimed> {
  const keyHash = sha256(key);
  if (!(await tryLockKey(tx, `idempotency:${tokenId}:${keyHash}`))) return { ok: false, reason: "in_flight" };
  const [kept] = await tx.select().from(apiAnswers).where(and(eq(apiAnswers.tokenId, tokenId), eq(apiAnswers.keyHash, keyHash)));
  if (!kept) return { ok: true, answer: null };
  if (kept.at <= now - KEEP_ANSWERS) {
    await tx.delete(apiAnswers).where(and(eq(apiAnswers.tokenId, tokenId), eq(apiAnswers.keyHash, keyHash)));
    return { ok: true, answer: null };
  }
  if (kept.requestHash !== requestHash) return { ok: false, reason: "other_request" };
  const text = unseal([key], purposeOf(tokenId), kept.sealed);
  if (text === null) throw new Error(`the kept answer ${keyHash} cannot be read`);
  return { ok: true, answer: JSON.parse(text) as KeptAnswer };
}

export async function keepAnswer(tx: Tx, { tokenId, key, requestHash }: Keyed, answer: KeptAnswer, now: number): Promise<void> {
  const sealed = seal(key, purposeOf(tokenId), JSON.stringify(answer));
  await tx.insert(apiAnswers).values({ tokenId, keyHash: sha256(key), requestHash, sealed, at: now });
}

/** @returns how many went */
export async function sweepAnswers(tx: Tx, now: number): Promise<number> {
  const gone = await tx.delete(apiAnswers).where(lt(apiAnswers.at, now - KEEP_ANSWERS)).returning({ tokenId: apiAnswers.tokenId });
  return gone.length;
}

const purposeOf = (tokenId: number) => `answer:${tokenId}`;
