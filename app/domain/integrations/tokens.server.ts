/** Tokens: made by an administrator or from the shell, known by their hash, revoked for good. */
import { and, desc, eq, isNull } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { hashToken, makeToken } from "../accounts/secrets.server";
import { staffUsers } from "../accounts/schema";
import { actorId, recordAudit } from "../journal/journal.server";
import type { By } from "../journal/actor";
import { apiTokens } from "./schema";
import { type Scope, TOKEN_PREFIX, tokenState } from "./token";

export type NewToken = { name: string; scopes: readonly Scope[]; /** Ms since the epoch; null: never. */ expiresAt: number | null };

/** @returns the token: the only time that anybody sees it */
export async function createToken(tx: Tx, by: By, input: NewToken): Promise<{ ok: true; publicId: string; token: string }> {
  const token = TOKEN_PREFIX + makeToken();
  const publicId = v7();
  const [row] = await tx
    .insert(apiTokens)
    .values({
      publicId,
      name: input.name,
      tokenHash: hashToken(token),
      ending: token.slice(-4),
      scopes: [...new Set(input.scopes)],
      createdBy: by.actor.kind === "staff" ? actorId(by.actor) : null,
      createdAt: by.now,
      expiresAt: input.expiresAt,
    })
    .returning({ id: apiTokens.id });
  await recordAudit(tx, by, "createToken", { type: "api_token", id: row!.id }, { name: input.name, scopes: input.scopes, expiresAt: input.expiresAt });
  return { ok: true, publicId, token };
}

/** From the next request on it is refused. @returns false when there is no such token in use */
export async function revokeToken(tx: Tx, by: By, publicId: string): Promise<boolean> {
  const [row] = await tx
    .update(apiTokens)
    .set({ revokedAt: by.now })
    .where(and(eq(apiTokens.publicId, publicId), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id, name: apiTokens.name });
  if (!row) return false;
  await recordAudit(tx, by, "revokeToken", { type: "api_token", id: row.id }, { name: row.name });
  return true;
}

export type KnownToken = { id: number; name: string; scopes: Scope[]; createdBy: number | null };

/** The token of a request, if it may still be used. */
export async function findToken(db: Reader, token: string, now: number): Promise<KnownToken | null> {
  if (!token.startsWith(TOKEN_PREFIX) || token.length > 200) return null;
  const [row] = await db.select().from(apiTokens).where(eq(apiTokens.tokenHash, hashToken(token)));
  if (!row || tokenState(row, now) !== "active") return null;
  return { id: row.id, name: row.name, scopes: row.scopes, createdBy: row.createdBy };
}

export type ListedToken = Omit<typeof apiTokens.$inferSelect, "id" | "tokenHash" | "createdBy"> & { creator: string | null };

const listed = {
  publicId: apiTokens.publicId,
  name: apiTokens.name,
  ending: apiTokens.ending,
  scopes: apiTokens.scopes,
  createdAt: apiTokens.createdAt,
  expiresAt: apiTokens.expiresAt,
  revokedAt: apiTokens.revokedAt,
  lastUsedAt: apiTokens.lastUsedAt,
  creator: staffUsers.name,
};

/** Newest first. */
export async function listTokens(db: Reader): Promise<ListedToken[]> {
  return db.select(listed).from(apiTokens).leftJoin(staffUsers, eq(staffUsers.id, apiTokens.createdBy)).orderBy(desc(apiTokens.id)).limit(500);
}

export async function findListedToken(db: Reader, publicId: string): Promise<ListedToken | null> {
  const [row] = await db.select(listed).from(apiTokens).leftJoin(staffUsers, eq(staffUsers.id, apiTokens.createdBy)).where(eq(apiTokens.publicId, publicId));
  return row ?? null;
}

/** Id → name, for those who read what tokens have done. */
export async function listTokenNames(db: Reader): Promise<Map<number, string>> {
  const rows = await db.select({ id: apiTokens.id, name: apiTokens.name }).from(apiTokens);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
