/**
 * Signing in by password, for both populations. What an outsider can see (answer, time, counters) is the same whether
 * the account exists or not.
 */
import { eq } from "drizzle-orm";

import type { Database, Reader, Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import { parties } from "../customers/schema";
import type { Actor, By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import type { Audience } from "./account";
import { findLoginByEmail } from "./logins.server";
import { giveBackPoints, networkOf, takePoints, type Limit } from "./limits.server";
import { verifyPassword } from "./passwords.server";
import { customerLogins } from "./schema";
import { equalSecrets, makeToken, sign } from "./secrets.server";
import { accountType, ownerOfLogin, startSession } from "./sessions.server";
import { findStaffByEmail, findStaffUser } from "./staff.server";

const QUARTER = 15 * 60_000;

/** Where a request comes from. */
export type Visitor = {
  remoteAddress: string;
  userAgent: string | null;
  /** The device cookie of this population, if the browser has one. */
  device: string | null;
  /** The session the browser came with: it ends with the login. */
  sessionId: string | null;
};

type Attempt = { audience: Audience; email: string; password: string; visitor: Visitor; secretKey: string; now: number };

export type SignedIn = { ok: true; sessionId: string; device: string };
export type SignInResult = SignedIn | { ok: false; reason: "wrong" } | { ok: false; reason: "too_many"; retryAt: number };

/**
 * Not a command on a transaction: the password is verified (some 20 ms) between the two that count and sign in.
 * A point is taken before the password is looked at and given back when it was right, so that racing guesses cannot
 * slip past the count.
 */
export async function signInByPassword(db: Database, attempt: Attempt): Promise<SignInResult> {
  const { audience, email, now } = attempt;
  const limits = loginLimits(attempt);
  const taken = await db.write((tx) => takePoints(tx, limits, now));
  if (!taken.ok) return { ok: false, reason: "too_many", retryAt: taken.retryAt };

  const account = await findAccount(db.read, audience, email);
  const usable = account?.disabledAt === null ? account : null;
  if (!(await verifyPassword(usable?.passwordHash ?? null, attempt.password)) || !usable) return { ok: false, reason: "wrong" };

  return db.write(async (tx) => {
    await giveBackPoints(tx, limits, now);
    return signIn(tx, { ...attempt, userId: usable.id, way: "password" });
  });
}

/**
 * Whether somebody who is signed in knows their password: asked before it is changed. An account without one has
 * nothing to show.
 */
export async function verifyOwnPassword(
  db: Database,
  input: { audience: Audience; userId: number; password: string; now: number },
): Promise<{ ok: true } | { ok: false; reason: "wrong" } | { ok: false; reason: "too_many"; retryAt: number }> {
  const { audience, userId, now } = input;
  const limits: Limit[] = [{ key: [`own-password-${audience}`, String(userId)], points: 10, windowMs: QUARTER }];
  const kept = await findOwnPasswordHash(db.read, audience, userId);
  if (kept === null) return { ok: true };
  const taken = await db.write((tx) => takePoints(tx, limits, now));
  if (!taken.ok) return { ok: false, reason: "too_many", retryAt: taken.retryAt };
  if (!(await verifyPassword(kept, input.password))) return { ok: false, reason: "wrong" };
  await db.write((tx) => giveBackPoints(tx, limits, now));
  return { ok: true };
}

async function findOwnPasswordHash(db: Reader, audience: Audience, userId: number): Promise<string | null> {
  if (audience === "staff") return (await findStaffUser(db, userId))?.passwordHash ?? null;
  const [row] = await db.select({ hash: customerLogins.passwordHash }).from(customerLogins).where(eq(customerLogins.id, userId));
  return row?.hash ?? null;
}

export async function hasPassword(db: Reader, audience: Audience, userId: number): Promise<boolean> {
  return (await findOwnPasswordHash(db, audience, userId)) !== null;
}

/**
 * Wrong passwords are counted by account and by network. An account alone could then be kept locked by a stranger for
 * ever; so a browser that has signed in to it before carries a device cookie and is counted by itself (OWASP, "Device
 * cookies"), and a reset by mail gives such a cookie to an owner on a new device.
 */
function loginLimits({ audience, email, visitor, secretKey }: Attempt): Limit[] {
  const device = knownDevice(secretKey, audience, email, visitor.device);
  return [
    device
      ? { key: [`login-device-${audience}`, device], points: 10, windowMs: QUARTER }
      : { key: [`login-account-${audience}`, email], points: 10, windowMs: QUARTER },
    { key: ["login-network", networkOf(visitor.remoteAddress)], points: 60, windowMs: QUARTER },
  ];
}

/** A cookie value that says: this browser has signed in to this account. It opens nothing by itself. */
function makeDevice(secretKey: string, audience: Audience, email: string): string {
  const nonce = makeToken();
  return `${nonce}.${sign(secretKey, `device:${audience}:${email}:${nonce}`)}`;
}

/** @returns the device's name among the counters, or null when the cookie is not of this account */
function knownDevice(secretKey: string, audience: Audience, email: string, cookie: string | null): string | null {
  const [nonce, signature] = cookie?.split(".") ?? [];
  if (!nonce || !signature) return null;
  return equalSecrets(signature, sign(secretKey, `device:${audience}:${email}:${nonce}`)) ? nonce : null;
}

type Account = { id: number; passwordHash: string | null; disabledAt: number | null };

async function findAccount(db: Reader, audience: Audience, email: string): Promise<Account | null> {
  return audience === "staff" ? findStaffByEmail(db, email) : findLoginByEmail(db, email);
}

/** The end of every way in: a new session, the audit row, and a device that is known from now on. */
export async function signIn(
  tx: Tx,
  input: {
    audience: Audience;
    userId: number;
    email: string;
    visitor: Visitor;
    secretKey: string;
    now: number;
    way: "password" | "link" | "code" | "reset" | "setup";
  },
): Promise<SignedIn> {
  const { audience, userId, visitor, now } = input;
  const by: By = { actor: await actorOf(tx, audience, userId), now };
  const sessionId = await startSession(tx, audience, {
    userId,
    userAgent: visitor.userAgent,
    replaces: visitor.sessionId,
    now,
  });
  await recordAudit(tx, by, "signIn", { type: accountType(audience), id: userId }, { way: input.way });
  if (by.actor.kind === "customer") {
    const { partyId } = by.actor;
    const day = new Date(now).toISOString().slice(0, 10);
    await recordEvent(tx, by, { partyId, kind: "portal_visit", dedupeKey: `portal_visit:${partyId}:${day}` });
  }
  return { ok: true, sessionId, device: makeDevice(input.secretKey, audience, input.email) };
}

async function actorOf(db: Reader, audience: Audience, userId: number): Promise<Actor> {
  if (audience === "staff") {
    const user = await findStaffUser(db, userId);
    if (!user) throw new Error(`no staff user ${userId}`);
    return { kind: "staff", id: user.id, role: user.role, name: user.name, locale: user.locale };
  }
  const [row] = await db
    .select({ partyId: parties.id, name: parties.name, locale: parties.locale })
    .from(customerLogins)
    .innerJoin(parties, eq(parties.id, ownerOfLogin))
    .where(eq(customerLogins.id, userId));
  if (!row) throw new Error(`no customer login ${userId}`);
  return { kind: "customer", loginId: userId, ...row };
}
