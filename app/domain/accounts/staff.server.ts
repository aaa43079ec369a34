/** The people who work here: their accounts and roles. */
import { and, asc, count, eq, isNull } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import type { By, StaffRole } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { FIRST_ADMINISTRATOR_MS } from "./account";
import type { PasswordHash } from "./passwords.server";
import { staffUsers } from "./schema";
import { endSessions } from "./sessions.server";
import { issueToken, revokeTokens, takeToken } from "./tokens.server";

export type StaffUser = typeof staffUsers.$inferSelect;

/** Everybody with an account, for "assigned to" and the like: those who have left come last. */
export async function listStaffNames(db: Reader): Promise<{ id: number; name: string; role: StaffRole; disabled: boolean }[]> {
  const rows = await db
    .select({ id: staffUsers.id, name: staffUsers.name, role: staffUsers.role, disabledAt: staffUsers.disabledAt })
    .from(staffUsers)
    .orderBy(asc(staffUsers.name), asc(staffUsers.id));
  const names = rows.map(({ disabledAt, ...row }) => ({ ...row, disabled: disabledAt !== null }));
  return [...names.filter((n) => !n.disabled), ...names.filter((n) => n.disabled)];
}

export async function listTeam(db: Reader) {
  const rows = await db
    .select({
      publicId: staffUsers.publicId,
      name: staffUsers.name,
      email: staffUsers.email,
      role: staffUsers.role,
      createdAt: staffUsers.createdAt,
      disabledAt: staffUsers.disabledAt,
      passwordHash: staffUsers.passwordHash,
      id: staffUsers.id,
    })
    .from(staffUsers)
    .orderBy(asc(staffUsers.name), asc(staffUsers.id));
  return rows.map(({ passwordHash, ...row }) => ({ ...row, invited: passwordHash === null }));
}

/** Those who are told when something needs a hand: who can sign in. */
export async function listAdministrators(db: Reader): Promise<Pick<StaffUser, "id" | "name" | "email" | "locale">[]> {
  return db
    .select({ id: staffUsers.id, name: staffUsers.name, email: staffUsers.email, locale: staffUsers.locale })
    .from(staffUsers)
    .where(and(eq(staffUsers.role, "administrator"), isNull(staffUsers.disabledAt)))
    .orderBy(asc(staffUsers.id));
}

export async function findStaffUser(db: Reader, id: number): Promise<StaffUser | null> {
  const [row] = await db.select().from(staffUsers).where(eq(staffUsers.id, id));
  return row ?? null;
}

export async function getStaffUser(db: Reader, id: number): Promise<StaffUser> {
  const user = await findStaffUser(db, id);
  if (!user) throw new Error(`no staff user ${id}`);
  return user;
}

export async function findStaffByPublicId(db: Reader, publicId: string): Promise<StaffUser | null> {
  const [row] = await db.select().from(staffUsers).where(eq(staffUsers.publicId, publicId));
  return row ?? null;
}

export async function findStaffByEmail(db: Reader, email: string): Promise<StaffUser | null> {
  const [row] = await db.select().from(staffUsers).where(eq(staffUsers.email, normalizeEmail(email)));
  return row ?? null;
}

export type NewStaffUser = {
  email: string;
  name: string;
  role: StaffRole;
  locale: string;
  /** From `hashPassword`; without one the person is invited and chooses it. */
  passwordHash?: PasswordHash;
};

export type CreateStaffResult = { ok: true; id: number; publicId: string } | { ok: false; reason: "email_taken" };

export async function createStaffUser(tx: Tx, by: By, input: NewStaffUser): Promise<CreateStaffResult> {
  const [row] = await tx
    .insert(staffUsers)
    .values({
      publicId: uuid(),
      email: normalizeEmail(input.email),
      name: input.name,
      role: input.role,
      locale: input.locale,
      passwordHash: input.passwordHash ?? null,
      createdAt: by.now,
    })
    .onConflictDoNothing({ target: staffUsers.email })
    .returning({ id: staffUsers.id, publicId: staffUsers.publicId });
  if (!row) return { ok: false, reason: "email_taken" };
  await recordAudit(tx, by, "createStaffUser", { type: "staff", id: row.id }, { role: input.role });
  return { ok: true, ...row };
}

type StaffChangeRefusal = { ok: false; reason: "not_found" | "own_account" | "last_administrator" };

/** The new role begins with a new login: all sessions of the account end in the same transaction. */
export async function changeStaffRole(
  tx: Tx,
  by: By,
  input: { publicId: string; role: StaffRole },
): Promise<{ ok: true } | StaffChangeRefusal> {
  const user = await findStaffByPublicId(tx, input.publicId);
  if (!user) return { ok: false, reason: "not_found" };
  if (isSelf(by, user)) return { ok: false, reason: "own_account" };
  if (user.role === input.role) return { ok: true };
  if (user.role === "administrator" && !(await anotherAdministrator(tx, user.id))) return { ok: false, reason: "last_administrator" };
  await tx.update(staffUsers).set({ role: input.role }).where(eq(staffUsers.id, user.id));
  await endSessions(tx, "staff", user.id);
  await recordAudit(tx, by, "changeStaffRole", { type: "staff", id: user.id }, { from: user.role, to: input.role });
  return { ok: true };
}

/** Ends all sessions and open links at once; what the person did stays under their name. */
export async function disableStaffUser(tx: Tx, by: By, input: { publicId: string }): Promise<{ ok: true } | StaffChangeRefusal> {
  const user = await findStaffByPublicId(tx, input.publicId);
  if (!user) return { ok: false, reason: "not_found" };
  if (isSelf(by, user)) return { ok: false, reason: "own_account" };
  if (user.disabledAt !== null) return { ok: true };
  if (user.role === "administrator" && !(await anotherAdministrator(tx, user.id))) return { ok: false, reason: "last_administrator" };
  await tx.update(staffUsers).set({ disabledAt: by.now }).where(eq(staffUsers.id, user.id));
  await endSessions(tx, "staff", user.id);
  await revokeTokens(tx, { audience: "staff", purposes: ["password_reset", "invitation"], subjectId: user.id, now: by.now });
  await recordAudit(tx, by, "disableStaffUser", { type: "staff", id: user.id });
  return { ok: true };
}

export async function enableStaffUser(tx: Tx, by: By, input: { publicId: string }): Promise<{ ok: true } | { ok: false; reason: "not_found" }> {
  const [user] = await tx
    .update(staffUsers)
    .set({ disabledAt: null })
    .where(eq(staffUsers.publicId, input.publicId))
    .returning({ id: staffUsers.id });
  if (!user) return { ok: false, reason: "not_found" };
  await recordAudit(tx, by, "enableStaffUser", { type: "staff", id: user.id });
  return { ok: true };
}

/** Name and language of one's own account. */
export async function changeOwnStaffAccount(tx: Tx, by: By, input: { id: number; name: string; locale: string }): Promise<void> {
  await tx.update(staffUsers).set({ name: input.name, locale: input.locale }).where(eq(staffUsers.id, input.id));
  await recordAudit(tx, by, "changeOwnStaffAccount", { type: "staff", id: input.id });
}

const isSelf = (by: By, user: StaffUser) => by.actor.kind === "staff" && by.actor.id === user.id;

/**
 * Whether somebody else would still administrate. The update locks the administrators' rows on PostgreSQL, so that two
 * who demote each other at the same moment cannot both succeed.
 */
async function anotherAdministrator(tx: Tx, id: number): Promise<boolean> {
  const acting = and(eq(staffUsers.role, "administrator"), isNull(staffUsers.disabledAt));
  await tx.update(staffUsers).set({ role: "administrator" }).where(acting);
  const rows = await tx.select({ id: staffUsers.id }).from(staffUsers).where(acting);
  return rows.some((row) => row.id !== id);
}

/** Whether an installation is still to be set up: nobody has an account. */
export async function needsFirstAdministrator(db: Reader): Promise<boolean> {
  const [row] = await db.select({ n: count() }).from(staffUsers);
  return Number(row?.n ?? 0) === 0;
}

/**
 * The one-time secret that is printed on the console and makes the first administrator; an earlier one dies with it.
 * @returns null when there are accounts already
 */
export async function issueFirstAdministratorToken(tx: Tx, by: By): Promise<string | null> {
  if (!(await needsFirstAdministrator(tx))) return null;
  await revokeTokens(tx, { audience: "staff", purposes: ["first_administrator"], subjectId: null, now: by.now });
  const { token } = await issueToken(tx, {
    purpose: "first_administrator",
    audience: "staff",
    subjectId: null,
    now: by.now,
    lifetimeMs: FIRST_ADMINISTRATOR_MS,
  });
  return token;
}

/** Of any number of racing requests one makes the administrator: taking the token decides. */
export async function createFirstAdministrator(
  tx: Tx,
  by: By,
  input: { token: string; email: string; name: string; locale: string; passwordHash: PasswordHash },
): Promise<{ ok: true; id: number } | { ok: false; reason: "token" | "done" }> {
  if (!(await takeToken(tx, { purpose: "first_administrator", audience: "staff", token: input.token, now: by.now })))
    return { ok: false, reason: (await needsFirstAdministrator(tx)) ? "token" : "done" };
  if (!(await needsFirstAdministrator(tx))) return { ok: false, reason: "done" };
  const { token: _, ...user } = input;
  const made = await createStaffUser(tx, by, { ...user, role: "administrator" });
  return made.ok ? { ok: true, id: made.id } : { ok: false, reason: "done" };
}
