/**
 * Whoever reads the mailbox is the owner: password resets, invitations, login by mailed link or code, and changes of
 * address. Requests take the same steps for addresses that nobody has, so that the answer tells nothing.
 */
import { and, eq, isNull } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { setPrimaryContact } from "../customers/contact-points.server";
import { findParty, findPartyByEmail } from "../customers/customers.server";
import { queueNotice } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { INVITATION_MS, LOGIN_TOKEN_MS, type Audience } from "./account";
import { networkOf, takePoints, type Limit, type Taken } from "./limits.server";
import { findLoginByEmail, findLoginOf, findMailbox, loginForProvenParty, setCustomerPassword } from "./logins.server";
import type { PasswordHash } from "./passwords.server";
import { customerLogins, loginTokens, staffUsers } from "./schema";
import { hashToken } from "./secrets.server";
import { endSessions, startSession } from "./sessions.server";
import { signIn, type SignedIn, type Visitor } from "./sign-in.server";
import { createStaffUser, findStaffByEmail, findStaffByPublicId, findStaffUser, type NewStaffUser } from "./staff.server";
import { findToken, issueToken, issueTokenWithCode, revokeTokens, takeToken, takeTokenByCode, type Purpose } from "./tokens.server";

const HOUR = 60 * 60_000;

/** How often mails can be asked for: for one address, and from one network. */
function mailLimits(kind: Purpose, audience: Audience, email: string, remoteAddress: string): Limit[] {
  return [
    { key: [`mail-${kind}-${audience}`, normalizeEmail(email)], points: 5, windowMs: HOUR },
    { key: ["mail-network", networkOf(remoteAddress)], points: 60, windowMs: HOUR },
  ];
}

/** Mails a link to choose a new password, if there is somebody to mail it to. */
export async function requestPasswordReset(
  tx: Tx,
  by: By,
  input: { audience: Audience; email: string; remoteAddress: string },
): Promise<Taken> {
  const { audience, email } = input;
  const taken = await takePoints(tx, mailLimits("password_reset", audience, email, input.remoteAddress), by.now);
  if (!taken.ok) return taken;
  const to = await findRecipient(tx, audience, email);
  const { token, tokenHash } = await issueToken(tx, {
    purpose: "password_reset",
    audience,
    subjectId: to?.subjectId ?? null,
    now: by.now,
    lifetimeMs: LOGIN_TOKEN_MS,
  });
  if (!to) return taken;
  await queueNotice(tx, by, {
    class: "security",
    to: { address: to.address, name: to.name, ...(audience === "customer" ? { partyId: to.subjectId } : {}) },
    template: "password_reset",
    locale: to.locale,
    values: { name: to.name, path: audience === "staff" ? `/staff/reset/${token}` : `/reset/${token}`, minutes: LOGIN_TOKEN_MS / 60_000 },
    dedupeKey: `password_reset:${tokenHash}`,
    expiresAt: by.now + LOGIN_TOKEN_MS,
  });
  return taken;
}

type Recipient = { subjectId: number; address: string; name: string; locale: string };

async function findRecipient(db: Reader, audience: Audience, email: string): Promise<Recipient | null> {
  if (audience === "staff") {
    const user = await findStaffByEmail(db, email);
    return user && user.disabledAt === null
      ? { subjectId: user.id, address: user.email, name: user.name, locale: user.locale }
      : null;
  }
  const mailbox = await findMailbox(db, email);
  return mailbox && { subjectId: mailbox.partyId, address: mailbox.address, name: mailbox.name, locale: mailbox.locale };
}

/** An invitation leads to the same page as a reset: both end with a password. */
const PASSWORD_PURPOSES = { staff: ["password_reset", "invitation"], customer: ["password_reset"] } as const;

/** Whose password a link would set now, without taking the link. */
export async function findPasswordToken(
  db: Reader,
  input: { audience: Audience; token: string; now: number },
): Promise<{ email: string; invited: boolean } | null> {
  for (const purpose of PASSWORD_PURPOSES[input.audience]) {
    const found = await findToken(db, { ...input, purpose });
    if (!found) continue;
    const email =
      input.audience === "staff"
        ? (await findStaffUser(db, found.subjectId))?.email
        : (await findLoginOf(db, found.subjectId))?.email;
    return { email: email ?? "", invited: purpose === "invitation" };
  }
  return null;
}

/** Sets the password, ends every session and every other link of the account, and signs the owner in. */
export async function resetPassword(
  tx: Tx,
  by: By,
  input: { audience: Audience; token: string; passwordHash: PasswordHash; visitor: Visitor; secretKey: string },
): Promise<SignedIn | { ok: false; reason: "token" }> {
  const { audience } = input;
  const subjectId = await takePasswordToken(tx, by, audience, input.token);
  const account = subjectId === null ? null : await setPassword(tx, by, audience, subjectId, input.passwordHash);
  if (!account) return { ok: false, reason: "token" };
  await endSessions(tx, audience, account.userId);
  await recordAudit(tx, by, "resetPassword", { type: audience === "staff" ? "staff" : "login", id: account.userId });
  return signIn(tx, { ...input, userId: account.userId, email: account.email, now: by.now, way: "reset" });
}

async function takePasswordToken(tx: Tx, by: By, audience: Audience, token: string): Promise<number | null> {
  for (const purpose of PASSWORD_PURPOSES[audience]) {
    const taken = await takeToken(tx, { purpose, audience, token, now: by.now });
    if (taken) return taken.subjectId;
  }
  return null;
}

type Owner = { userId: number; email: string };

/** Keeps the new hash, makes the account's open links worthless and tells the owner by mail. Null: may not sign in. */
async function setPassword(tx: Tx, by: By, audience: Audience, subjectId: number, passwordHash: PasswordHash): Promise<Owner | null> {
  const purposes: Purpose[] = ["password_reset", "invitation", "login_link"];
  await revokeTokens(tx, { audience, purposes, subjectId, now: by.now });
  if (audience === "staff") {
    const [user] = await tx
      .update(staffUsers)
      .set({ passwordHash })
      .where(and(eq(staffUsers.id, subjectId), isNull(staffUsers.disabledAt)))
      .returning({ userId: staffUsers.id, email: staffUsers.email, name: staffUsers.name, locale: staffUsers.locale });
    if (!user) return null;
    await tellPasswordChanged(tx, by, { address: user.email, name: user.name, locale: user.locale, key: `staff:${user.userId}` });
    return { userId: user.userId, email: user.email };
  }
  const login = await loginForProvenParty(tx, by, subjectId);
  const party = await findParty(tx, subjectId);
  if (!login || !party || !(await setCustomerPassword(tx, login.id, passwordHash))) return null;
  await tellPasswordChanged(tx, by, { address: login.email, name: party.name, partyId: party.id, locale: party.locale, key: `login:${login.id}` });
  return { userId: login.id, email: login.email };
}

async function tellPasswordChanged(
  tx: Tx,
  by: By,
  to: { address: string; name: string; partyId?: number; locale: string; key: string },
): Promise<void> {
  const { locale, key, ...recipient } = to;
  await queueNotice(tx, by, {
    class: "security",
    to: recipient,
    template: "password_changed",
    locale,
    values: { name: to.name, at: by.now, path: to.partyId === undefined ? "/staff/forgot" : "/forgot" },
    dedupeKey: `password_changed:${key}:${by.now}`,
    expiresAt: by.now + 7 * 24 * HOUR,
  });
}

/**
 * A new password chosen by somebody who is signed in and has shown the old one (`verifyOwnPassword`). Ends all other
 * sessions; their own goes on under a new id.
 * @returns the new session id, for the cookie
 */
export async function changeOwnPassword(
  tx: Tx,
  by: By,
  input: { audience: Audience; userId: number; subjectId: number; passwordHash: PasswordHash; userAgent: string | null },
): Promise<string> {
  if (!(await setPassword(tx, by, input.audience, input.subjectId, input.passwordHash)))
    throw new Error(`no account ${input.audience} ${input.userId}`);
  await endSessions(tx, input.audience, input.userId);
  await recordAudit(tx, by, "changeOwnPassword", { type: input.audience === "staff" ? "staff" : "login", id: input.userId });
  return startSession(tx, input.audience, { userId: input.userId, userAgent: input.userAgent, now: by.now });
}

/**
 * Mails a link with a code beside it. `tokenHash` goes into a cookie of the browser that asked: only there does the
 * code open anything, so that codes cannot be tried from elsewhere.
 */
export async function requestLoginLink(
  tx: Tx,
  by: By,
  input: { email: string; remoteAddress: string; secretKey: string },
): Promise<{ ok: true; tokenHash: string } | Extract<Taken, { ok: false }>> {
  const taken = await takePoints(tx, mailLimits("login_link", "customer", input.email, input.remoteAddress), by.now);
  if (!taken.ok) return taken;
  const mailbox = await findMailbox(tx, input.email);
  const { token, tokenHash, code } = await issueTokenWithCode(tx, {
    purpose: "login_link",
    audience: "customer",
    subjectId: mailbox?.partyId ?? null,
    now: by.now,
    lifetimeMs: LOGIN_TOKEN_MS,
    secretKey: input.secretKey,
  });
  if (mailbox)
    await queueNotice(tx, by, {
      class: "security",
      to: { address: mailbox.address, name: mailbox.name, partyId: mailbox.partyId },
      template: "login_link",
      locale: mailbox.locale,
      values: { name: mailbox.name, path: `/login/link/${token}`, code, minutes: LOGIN_TOKEN_MS / 60_000 },
      dedupeKey: `login_link:${tokenHash}`,
      expiresAt: by.now + LOGIN_TOKEN_MS,
    });
  return { ok: true, tokenHash };
}

type ProofResult = SignedIn | { ok: false; reason: "token" };

export async function signInByLink(
  tx: Tx,
  by: By,
  input: { token: string; visitor: Visitor; secretKey: string },
): Promise<ProofResult> {
  const taken = await takeToken(tx, { purpose: "login_link", audience: "customer", token: input.token, now: by.now });
  return signInProven(tx, by, taken?.subjectId ?? null, "link", input);
}

export async function signInByCode(
  tx: Tx,
  by: By,
  input: { tokenHash: string; code: string; visitor: Visitor; secretKey: string },
): Promise<ProofResult> {
  const { tokenHash, code, secretKey } = input;
  const taken = await takeTokenByCode(tx, { purpose: "login_link", audience: "customer", tokenHash, code, secretKey, now: by.now });
  return signInProven(tx, by, taken?.subjectId ?? null, "code", input);
}

async function signInProven(
  tx: Tx,
  by: By,
  partyId: number | null,
  way: "link" | "code",
  input: { visitor: Visitor; secretKey: string },
): Promise<ProofResult> {
  const login = partyId === null ? null : await loginForProvenParty(tx, by, partyId);
  if (!login) return { ok: false, reason: "token" };
  const { visitor, secretKey } = input;
  return signIn(tx, { audience: "customer", userId: login.id, email: login.email, visitor, secretKey, now: by.now, way });
}

/** A new colleague: the account waits for the password that the mailed link asks for. */
export async function inviteStaffUser(
  tx: Tx,
  by: By,
  input: Omit<NewStaffUser, "passwordHash">,
): Promise<{ ok: true; publicId: string } | { ok: false; reason: "email_taken" }> {
  const made = await createStaffUser(tx, by, input);
  if (!made.ok) return made;
  await mailInvitation(tx, by, { ...input, id: made.id, email: normalizeEmail(input.email) });
  return { ok: true, publicId: made.publicId };
}

/** Sends the invitation again; the earlier link dies. */
export async function repeatInvitation(tx: Tx, by: By, input: { publicId: string }): Promise<{ ok: true } | { ok: false; reason: "not_found" | "not_invited" }> {
  const user = await findStaffByPublicId(tx, input.publicId);
  if (!user) return { ok: false, reason: "not_found" };
  if (user.passwordHash !== null || user.disabledAt !== null) return { ok: false, reason: "not_invited" };
  await revokeTokens(tx, { audience: "staff", purposes: ["invitation"], subjectId: user.id, now: by.now });
  await mailInvitation(tx, by, user);
  await recordAudit(tx, by, "repeatInvitation", { type: "staff", id: user.id });
  return { ok: true };
}

async function mailInvitation(tx: Tx, by: By, user: { id: number; email: string; name: string; locale: string }): Promise<void> {
  const { token, tokenHash } = await issueToken(tx, {
    purpose: "invitation",
    audience: "staff",
    subjectId: user.id,
    now: by.now,
    lifetimeMs: INVITATION_MS,
  });
  await queueNotice(tx, by, {
    class: "security",
    to: { address: user.email, name: user.name },
    template: "staff_invitation",
    locale: user.locale,
    values: { name: user.name, by: by.actor.name, path: `/staff/reset/${token}`, days: INVITATION_MS / (24 * HOUR) },
    dedupeKey: `staff_invitation:${tokenHash}`,
    expiresAt: by.now + INVITATION_MS,
  });
}

/**
 * A customer wants to be reached, and to sign in, at another address: nothing changes before the link that goes there
 * has been used. For an address that is somebody else's the answer is the same, and no mail leaves.
 */
export async function requestEmailChange(
  tx: Tx,
  by: By,
  input: { partyId: number; email: string; remoteAddress: string },
): Promise<Taken> {
  const taken = await takePoints(tx, mailLimits("verify_email", "customer", String(input.partyId), input.remoteAddress), by.now);
  if (!taken.ok) return taken;
  const party = await findParty(tx, input.partyId);
  if (!party) throw new Error(`no party ${input.partyId}`);
  const newEmail = normalizeEmail(input.email);
  await revokeTokens(tx, { audience: "customer", purposes: ["verify_email"], subjectId: party.id, now: by.now });
  const free = !(await isSomebodyElses(tx, newEmail, party.id));
  const { token, tokenHash } = await issueToken(tx, {
    purpose: "verify_email",
    audience: "customer",
    subjectId: free ? party.id : null,
    now: by.now,
    lifetimeMs: LOGIN_TOKEN_MS,
    newEmail,
  });
  if (free)
    await queueNotice(tx, by, {
      class: "security",
      to: { address: newEmail, name: party.name, partyId: party.id },
      template: "verify_email",
      locale: party.locale,
      values: { name: party.name, path: `/portal/account/email/${token}`, minutes: LOGIN_TOKEN_MS / 60_000 },
      dedupeKey: `verify_email:${tokenHash}`,
      expiresAt: by.now + LOGIN_TOKEN_MS,
    });
  await recordAudit(tx, by, "requestEmailChange", { type: "party", id: party.id });
  return taken;
}

async function isSomebodyElses(db: Reader, email: string, partyId: number): Promise<boolean> {
  const login = await findLoginByEmail(db, email);
  if (login) return login.partyId !== partyId;
  const party = await findPartyByEmail(db, email);
  return party !== null && party.id !== partyId;
}

/** The address that a link would set now, without taking the link. */
export async function findEmailChange(
  db: Reader,
  input: { partyId: number; token: string; now: number },
): Promise<string | null> {
  const found = await findToken(db, { purpose: "verify_email", audience: "customer", token: input.token, now: input.now });
  return found?.subjectId === input.partyId ? newEmailOf(db, input.token) : null;
}

/** The new address is proven: it becomes the primary one and that of the login; the old one is told. */
export async function confirmEmailChange(
  tx: Tx,
  by: By,
  input: { partyId: number; token: string },
): Promise<{ ok: true; email: string } | { ok: false; reason: "token" | "email_taken" }> {
  const taken = await takeToken(tx, { purpose: "verify_email", audience: "customer", token: input.token, now: by.now, subjectId: input.partyId });
  const newEmail = taken && (await newEmailOf(tx, input.token));
  const login = await findLoginOf(tx, input.partyId);
  const party = await findParty(tx, input.partyId);
  if (!newEmail || !login || !party) return { ok: false, reason: "token" };
  if (await isSomebodyElses(tx, newEmail, party.id)) return { ok: false, reason: "email_taken" };
  const set = await setPrimaryContact(tx, by, party.id, { kind: "email", value: newEmail, verifiedAt: by.now });
  if (!set.ok) return { ok: false, reason: "email_taken" };
  await tx.update(customerLogins).set({ email: newEmail }).where(eq(customerLogins.id, login.id));
  await revokeTokens(tx, { audience: "customer", purposes: ["password_reset", "login_link"], subjectId: party.id, now: by.now });
  await recordAudit(tx, by, "confirmEmailChange", { type: "login", id: login.id });
  if (login.email !== newEmail)
    await queueNotice(tx, by, {
      class: "security",
      to: { address: login.email, name: party.name, partyId: party.id },
      template: "email_changed",
      locale: party.locale,
      values: { name: party.name, at: by.now },
      dedupeKey: `email_changed:${login.id}:${by.now}`,
      expiresAt: by.now + 7 * 24 * HOUR,
    });
  return { ok: true, email: newEmail };
}

async function newEmailOf(db: Reader, token: string): Promise<string | null> {
  const [row] = await db.select({ newEmail: loginTokens.newEmail }).from(loginTokens).where(eq(loginTokens.tokenHash, hashToken(token)));
  return row?.newEmail ?? null;
}
