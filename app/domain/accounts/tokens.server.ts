/**
 * Single-use secrets that go out by mail or on the console: 256 bit, kept as SHA-256, good for an hour (invitations
 * for a week). The guard that makes them single-use stands in the WHERE of the update that takes them.
 */
import { and, eq, gt, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { CODE_ATTEMPTS, type Audience } from "./account";
import { loginTokens } from "./schema";
import { equalSecrets, hashCode, hashToken, makeCode, makeToken } from "./secrets.server";

export type Purpose = (typeof loginTokens.$inferSelect)["purpose"];

type Issue = {
  purpose: Purpose;
  audience: Audience;
  /** staff: the user; customer: the party (a login is made when it is first used), or the contact point to verify. */
  subjectId: number | null;
  now: number;
  lifetimeMs: number;
  newEmail?: string;
};

/** The token for the link, and its hash, which names the row. */
export async function issueToken(tx: Tx, input: Issue): Promise<{ token: string; tokenHash: string }> {
  const token = makeToken();
  const tokenHash = hashToken(token);
  await tx.insert(loginTokens).values({ ...rowOf(input), tokenHash });
  return { token, tokenHash };
}

/** A token with a six-digit code beside it, for those who read their mail on another device. */
export async function issueTokenWithCode(tx: Tx, input: Issue & { secretKey: string }): Promise<{ token: string; tokenHash: string; code: string }> {
  const token = makeToken();
  const tokenHash = hashToken(token);
  const code = makeCode();
  await tx.insert(loginTokens).values({ ...rowOf(input), tokenHash, codeHash: hashCode(input.secretKey, tokenHash, code) });
  return { token, tokenHash, code };
}

function rowOf({ purpose, audience, subjectId, now, lifetimeMs, newEmail }: Issue) {
  return { purpose, audience, subjectId, newEmail: newEmail ?? null, createdAt: now, expiresAt: now + lifetimeMs };
}

type Wanted = { purpose: Purpose; audience: Audience; token: string; now: number };

/** Whether the token would be taken now. Opening its page takes nothing: mail scanners open links. */
export async function findToken(db: Reader, { purpose, audience, token, now }: Wanted): Promise<{ subjectId: number } | null> {
  const [row] = await db
    .select({ subjectId: loginTokens.subjectId })
    .from(loginTokens)
    .where(and(eq(loginTokens.tokenHash, hashToken(token)), usable(purpose, audience, now)));
  return row && row.subjectId !== null ? { subjectId: row.subjectId } : null;
}

/**
 * Takes the token: of any number of racing requests one gets it.
 * @param subjectId where only this subject may take it
 * @returns whom it was issued for, or null
 */
export async function takeToken(
  tx: Tx,
  { purpose, audience, token, now, subjectId }: Wanted & { subjectId?: number },
): Promise<{ subjectId: number | null } | null> {
  const [row] = await tx
    .update(loginTokens)
    .set({ usedAt: now })
    .where(
      and(
        eq(loginTokens.tokenHash, hashToken(token)),
        usable(purpose, audience, now),
        subjectId === undefined ? undefined : eq(loginTokens.subjectId, subjectId),
      ),
    )
    .returning({ subjectId: loginTokens.subjectId });
  return row ?? null;
}

/**
 * Takes a token by its code. Every try is counted before the code is looked at; after `CODE_ATTEMPTS` the code is dead
 * (the link is not, so nobody can lock the owner out this way).
 */
export async function takeTokenByCode(
  tx: Tx,
  input: { purpose: Purpose; audience: Audience; tokenHash: string; code: string; secretKey: string; now: number },
): Promise<{ subjectId: number } | null> {
  const [row] = await tx
    .update(loginTokens)
    .set({ codeAttempts: sql`${loginTokens.codeAttempts} + 1` })
    .where(
      and(
        eq(loginTokens.tokenHash, input.tokenHash),
        usable(input.purpose, input.audience, input.now),
        lt(loginTokens.codeAttempts, CODE_ATTEMPTS),
      ),
    )
    .returning({ id: loginTokens.id, subjectId: loginTokens.subjectId, codeHash: loginTokens.codeHash });
  if (!row?.codeHash || row.subjectId === null) return null;
  if (!equalSecrets(row.codeHash, hashCode(input.secretKey, input.tokenHash, input.code))) return null;
  await tx.update(loginTokens).set({ usedAt: input.now }).where(eq(loginTokens.id, row.id));
  return { subjectId: row.subjectId };
}

function usable(purpose: Purpose, audience: Audience, now: number) {
  return and(
    eq(loginTokens.purpose, purpose),
    eq(loginTokens.audience, audience),
    isNull(loginTokens.usedAt),
    gt(loginTokens.expiresAt, now),
  );
}

/** Makes all open tokens of somebody worthless: the password was changed, the account disabled. */
export async function revokeTokens(
  tx: Tx,
  input: { audience: Audience; purposes: Purpose[]; subjectId: number | null; now: number },
): Promise<void> {
  await tx
    .update(loginTokens)
    .set({ usedAt: input.now })
    .where(
      and(
        eq(loginTokens.audience, input.audience),
        inArray(loginTokens.purpose, input.purposes),
        input.subjectId === null ? isNull(loginTokens.subjectId) : eq(loginTokens.subjectId, input.subjectId),
        isNull(loginTokens.usedAt),
      ),
    );
}

/** Worker step. Used and expired tokens are kept for a day, then dropped. @returns how many */
export async function sweepTokens(tx: Tx, now: number): Promise<number> {
  const old = now - 24 * 60 * 60_000;
  const gone = await tx
    .delete(loginTokens)
    .where(or(lte(loginTokens.expiresAt, old), lte(loginTokens.usedAt, old)))
    .returning({ id: loginTokens.id });
  return gone.length;
}
