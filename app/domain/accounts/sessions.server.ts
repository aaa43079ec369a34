/**
 * Sessions of two populations that never mix: two Lucia instances, two tables, two cookies. The session id lives only
 * in its cookie; the tables keep its SHA-256, so that a copy of the database opens nothing.
 */
import { and, desc, eq, gt, lte, ne, sql } from "drizzle-orm";
import { Lucia, TimeSpan, generateIdFromEntropySize, type Adapter } from "lucia";

import type { Database, Reader, Tx } from "../../db/types";
import { parties } from "../customers/schema";
import type { By, CustomerActor, StaffActor } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { describeDevice, type Audience } from "./account";
import { customerLogins, customerSessions, staffSessions, staffUsers } from "./schema";
import { hashToken } from "./secrets.server";

type SessionActor = StaffActor | CustomerActor;

declare module "lucia" {
  interface Register {
    Lucia: Lucia<Record<never, never>, { actor: SessionActor }>;
    UserId: number;
    DatabaseUserAttributes: { actor: SessionActor };
    DatabaseSessionAttributes: { createdAt: number; userAgent: string | null };
  }
}

/** Half-way through, a session that is in use is prolonged. */
const LIFETIME = { staff: new TimeSpan(7, "d"), customer: new TimeSpan(30, "d") } as const;

/** Where the adapter reads and writes: the database, or the transaction that a command runs in. */
type Store = { read: Reader; write<T>(work: (tx: Tx) => Promise<T>): Promise<T> };

const within = (tx: Tx): Store => ({ read: tx, write: (work) => work(tx) });

const cookieName = (audience: Audience, secure: boolean) => `${secure ? "__Host-" : ""}rapport_${audience}`;

function luciaFor(audience: Audience, store: Store, secure = false) {
  return new Lucia(sessionAdapter(audience, store), {
    sessionExpiresIn: LIFETIME[audience],
    sessionCookie: { name: cookieName(audience, secure), attributes: { secure, sameSite: "lax", path: "/" } },
    getUserAttributes: ({ actor }) => ({ actor }),
  });
}

function sessionAdapter(audience: Audience, store: Store): Adapter {
  const sessions = tableOf(audience);
  return {
    async getSessionAndUser(sessionId) {
      const found = await findSession(store.read, audience, hashToken(sessionId));
      if (!found) return [null, null];
      const { userId, expiresAt, createdAt, userAgent, actor } = found;
      return [
        { id: sessionId, userId, expiresAt: new Date(expiresAt), attributes: { createdAt, userAgent } },
        actor && { id: userId, attributes: { actor } },
      ];
    },
    async getUserSessions() {
      // Lucia would hand out ids; only their hashes are known here. Use `listSessions`.
      throw new Error("session ids are not kept");
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      await store.write((tx) =>
        tx.insert(sessions).values({ id: hashToken(id), userId, expiresAt: expiresAt.getTime(), ...attributes }),
      );
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      await store.write((tx) =>
        tx.update(sessions).set({ expiresAt: expiresAt.getTime() }).where(eq(sessions.id, hashToken(sessionId))),
      );
    },
    async deleteSession(sessionId) {
      await store.write((tx) => tx.delete(sessions).where(eq(sessions.id, hashToken(sessionId))));
    },
    async deleteUserSessions(userId) {
      await store.write((tx) => tx.delete(sessions).where(eq(sessions.userId, userId)));
    },
    async deleteExpiredSessions() {
      await store.write((tx) => tx.delete(sessions).where(lte(sessions.expiresAt, Date.now())));
    },
  };
}

const tableOf = (audience: Audience) => (audience === "staff" ? staffSessions : customerSessions);

/** Whose login it is; of a record that was merged, the one that it was merged into. */
export const ownerOfLogin = sql`(select coalesce(o.merged_into_id, o.id) from parties o where o.id = ${customerLogins.partyId})`;

/** A session and who it belongs to; `actor` is null when the account has been disabled since. */
async function findSession(db: Reader, audience: Audience, sessionHash: string) {
  if (audience === "staff") {
    const [row] = await db
      .select({ session: staffSessions, role: staffUsers.role, name: staffUsers.name, locale: staffUsers.locale, disabledAt: staffUsers.disabledAt })
      .from(staffSessions)
      .innerJoin(staffUsers, eq(staffUsers.id, staffSessions.userId))
      .where(eq(staffSessions.id, sessionHash));
    if (!row) return null;
    const { session, role, name, locale, disabledAt } = row;
    const actor: StaffActor = { kind: "staff", id: session.userId, role, name, locale };
    return { ...session, actor: disabledAt === null ? actor : null };
  }
  const [row] = await db
    .select({ session: customerSessions, partyId: parties.id, disabledAt: customerLogins.disabledAt, name: parties.name, locale: parties.locale, erasedAt: parties.erasedAt })
    .from(customerSessions)
    .innerJoin(customerLogins, eq(customerLogins.id, customerSessions.userId))
    .innerJoin(parties, eq(parties.id, ownerOfLogin))
    .where(eq(customerSessions.id, sessionHash));
  if (!row) return null;
  const { session, partyId, disabledAt, name, locale, erasedAt } = row;
  const actor: CustomerActor = { kind: "customer", loginId: session.userId, partyId, name, locale };
  return { ...session, actor: disabledAt === null && erasedAt === null ? actor : null };
}

export type Resolved = {
  actor: SessionActor | null;
  sessionId: string | null;
  /** To send with the answer: the session was prolonged, or the cookie is worth nothing any more. */
  setCookie: string | null;
};

/** Who a request's cookies speak for, in one of the two populations. */
export async function resolveSession(
  db: Database,
  audience: Audience,
  cookieHeader: string | null | undefined,
  secure: boolean,
): Promise<Resolved> {
  const sessionId = readSessionId(cookieHeader, audience, secure);
  if (!sessionId) return { actor: null, sessionId: null, setCookie: null };
  const lucia = luciaFor(audience, db, secure);
  const { session, user } = await lucia.validateSession(sessionId);
  if (!session) return { actor: null, sessionId: null, setCookie: lucia.createBlankSessionCookie().serialize() };
  return {
    actor: user.actor,
    sessionId,
    setCookie: session.fresh ? lucia.createSessionCookie(sessionId).serialize() : null,
  };
}

export function readSessionId(cookieHeader: string | null | undefined, audience: Audience, secure: boolean): string | null {
  return readCookie(cookieHeader, cookieName(audience, secure));
}

/** @returns the cookie's value, or null; anything that is no plain value of ours counts as absent */
export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) {
      const value = part.slice(at + 1).trim();
      return /^[\w.~-]{1,400}$/.test(value) ? value : null;
    }
  }
  return null;
}

/** The `Set-Cookie` that carries a session, or takes it away when there is none. */
export function sessionCookie(audience: Audience, sessionId: string | null, secure: boolean): string {
  const name = cookieName(audience, secure);
  const age = sessionId ? LIFETIME[audience].seconds() : 0;
  return `${name}=${sessionId ?? ""}; HttpOnly; Max-Age=${age}; Path=/; SameSite=Lax${secure ? "; Secure" : ""}`;
}

/**
 * A new session; the one that the browser came with is ended, so that an id planted before the login is worth nothing.
 * @returns the session id, for the cookie
 */
export async function startSession(
  tx: Tx,
  audience: Audience,
  input: { userId: number; userAgent: string | null; replaces?: string | null; now: number },
): Promise<string> {
  if (input.replaces) await endSession(tx, audience, input.replaces);
  const session = await luciaFor(audience, within(tx)).createSession(
    input.userId,
    { createdAt: input.now, userAgent: input.userAgent?.slice(0, 300) ?? null },
    { sessionId: generateIdFromEntropySize(32) },
  );
  return session.id;
}

/** Ends the session that somebody is in: they log out. */
export async function endSession(tx: Tx, audience: Audience, sessionId: string): Promise<void> {
  await luciaFor(audience, within(tx)).invalidateSession(sessionId);
}

/** Ends all sessions of an account, but the one that is kept. */
export async function endSessions(tx: Tx, audience: Audience, userId: number, keep?: string | null): Promise<void> {
  const sessions = tableOf(audience);
  await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), keep ? ne(sessions.id, hashToken(keep)) : undefined));
}

export type SessionRow = {
  /** Names the session towards its owner; neither the id nor the hash can be found from it. */
  handle: string;
  createdAt: number;
  browser: string | null;
  system: string | null;
  current: boolean;
};

export async function listSessions(db: Reader, audience: Audience, userId: number, currentId: string | null): Promise<SessionRow[]> {
  const sessions = tableOf(audience);
  const current = currentId && hashToken(currentId);
  const rows = await db
    .select({ id: sessions.id, createdAt: sessions.createdAt, userAgent: sessions.userAgent })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, Date.now())))
    .orderBy(desc(sessions.createdAt), sessions.id)
    .limit(50);
  return rows.map(({ id, createdAt, userAgent }) => ({
    handle: handleOf(id),
    createdAt,
    ...describeDevice(userAgent),
    current: id === current,
  }));
}

export async function countSessions(db: Reader, audience: Audience, userId: number): Promise<number> {
  const sessions = tableOf(audience);
  return db.$count(sessions, and(eq(sessions.userId, userId), gt(sessions.expiresAt, Date.now())));
}

/** Ends one of somebody's own sessions. @returns whether there was such a session */
export async function revokeSession(
  tx: Tx,
  by: By,
  input: { audience: Audience; userId: number; handle: string },
): Promise<boolean> {
  const sessions = tableOf(input.audience);
  const rows = await tx.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, input.userId));
  const found = rows.find(({ id }) => handleOf(id) === input.handle);
  if (!found) return false;
  await tx.delete(sessions).where(eq(sessions.id, found.id));
  await recordAudit(tx, by, "revokeSession", { type: accountType(input.audience), id: input.userId });
  return true;
}

export const accountType = (audience: Audience) => (audience === "staff" ? "staff" : "login");

const handleOf = (sessionHash: string) => hashToken(`handle:${sessionHash}`).slice(0, 20);

/** Worker step. @returns how many sessions had run out and were dropped */
export async function sweepSessions(tx: Tx): Promise<number> {
  let count = 0;
  for (const sessions of [staffSessions, customerSessions])
    count += (await tx.delete(sessions).where(lte(sessions.expiresAt, Date.now())).returning({ id: sessions.id })).length;
  return count;
}
