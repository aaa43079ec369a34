import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { Database } from "../../app/db/types";
import { CODE_ATTEMPTS } from "../../app/domain/accounts/account";
import { takePoints } from "../../app/domain/accounts/limits.server";
import { createCustomerLogin, findLoginOf } from "../../app/domain/accounts/logins.server";
import {
  changeOwnPassword, confirmEmailChange, inviteStaffUser, requestEmailChange, requestLoginLink, requestPasswordReset, resetPassword,
  signInByCode, signInByLink,
} from "../../app/domain/accounts/mailed-proof.server";
import { hashPassword, verifyPassword, type PasswordHash } from "../../app/domain/accounts/passwords.server";
import { customerSessions, loginTokens, rateLimits, staffSessions, staffUsers } from "../../app/domain/accounts/schema";
import { hashToken } from "../../app/domain/accounts/secrets.server";
import { resolveSession, startSession } from "../../app/domain/accounts/sessions.server";
import { signInByPassword, type Visitor } from "../../app/domain/accounts/sign-in.server";
import {
  changeStaffRole, createFirstAdministrator, createStaffUser, disableStaffUser, enableStaffUser, issueFirstAdministratorToken,
} from "../../app/domain/accounts/staff.server";
import { findPrimaryEmail } from "../../app/domain/customers/contact-points.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import type { By, StaffRole } from "../../app/domain/journal/actor";
import { hasDatabase, testDatabase } from "../support/database";

const NOW = Date.now();
const HOUR = 3_600_000;
const MINUTE = 60_000;
const secretKey = "0123456789abcdef0123456789abcdef";
const PASSWORD = "nine lives of a cat";
let passwordHash: PasswordHash;

const at = (now: number, staffId?: number): By => ({
  actor: staffId === undefined ? { kind: "system", name: "public" } : { kind: "staff", id: staffId, role: "administrator", name: "Admin", locale: "en" },
  now,
});
const from = (remoteAddress: string, device: string | null = null): Visitor => ({ remoteAddress, userAgent: "test", device, sessionId: null });
const visitor = from("192.0.2.1");

async function aStaffUser(db: Database, email: string, role: StaffRole = "support") {
  const made = await db.write((tx) => createStaffUser(tx, at(NOW), { email, name: email, role, locale: "en", passwordHash }));
  if (!made.ok) throw new Error(made.reason);
  return made;
}

async function aParty(db: Database, email: string) {
  const made = await db.write((tx) => createParty(tx, at(NOW), { kind: "person", givenName: "Ana", familyName: "Ilić", email, locale: "pl", source: "seed" }));
  if (!made.ok) throw new Error(made.reason);
  return made.partyId;
}

/** The secret of the newest mail of a kind, as its reader would take it. */
async function mailed(db: Database, template: string) {
  const rows = await db.read.select().from(deliveries);
  const notice = rows.filter((row) => row.notice?.template === template).at(-1);
  const values = (notice?.notice?.values ?? {}) as { path?: string; code?: string };
  return { to: notice?.address, token: values.path?.split("/").at(-1) ?? "", code: values.code ?? "", count: rows.filter((r) => r.notice?.template === template).length, class: notice?.class, expiresAt: notice?.expiresAt };
}

/** The real thing, with its calls counted. */
const argon2 = vi.hoisted(() => ({ verify: vi.fn<(kept: string, password: string) => Promise<boolean>>() }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  argon2.verify.mockImplementation(real.verify);
  return { ...real, verify: argon2.verify };
});

const race = <T>(n: number, one: (i: number) => Promise<T>) => Promise.all(Array.from({ length: n }, (_, i) => one(i)));

describe.runIf(hasDatabase())("accounts", () => {
  let db: Database;
  beforeEach(async () => {
    provideMailIdentity(secretKey, "Shop <shop@example.com>");
    passwordHash ??= await hashPassword(PASSWORD);
    db = await testDatabase();
  });

  const signInAs = (email: string, password: string, who = visitor, now = NOW) =>
    signInByPassword(db, { audience: "staff", email, password, visitor: who, secretKey, now });

  describe("sessions", () => {
    test("keep the SHA-256 of the id, never the id", async () => {
      const { id } = await aStaffUser(db, "vera@example.com");
      const sessionId = await db.write((tx) => startSession(tx, "staff", { userId: id, userAgent: "x", now: NOW }));
      const rows = await db.read.select().from(staffSessions);
      expect(rows.map((r) => r.id)).toEqual([hashToken(sessionId)]);
      const resolved = await resolveSession(db, "staff", `a=b; rapport_staff=${sessionId}`, false);
      expect(resolved.actor).toMatchObject({ kind: "staff", id, role: "support" });
      // The hash that stands in the table opens nothing.
      expect((await resolveSession(db, "staff", `rapport_staff=${rows[0]?.id}`, false)).actor).toBeNull();
    });

    test("of one population are worth nothing in the other, and need the cookie's right name", async () => {
      const { id } = await aStaffUser(db, "vera@example.com");
      const sessionId = await db.write((tx) => startSession(tx, "staff", { userId: id, userAgent: null, now: NOW }));
      expect((await resolveSession(db, "customer", `rapport_customer=${sessionId}`, false)).actor).toBeNull();
      expect((await resolveSession(db, "staff", `rapport_staff=${sessionId}`, true)).actor).toBeNull();
      expect((await resolveSession(db, "staff", `__Host-rapport_staff=${sessionId}`, true)).actor).not.toBeNull();
    });

    test("end when they have run out, when the account is disabled, and when the role changes", async () => {
      const admin = await aStaffUser(db, "admin@example.com", "administrator");
      const vera = await aStaffUser(db, "vera@example.com");
      const begin = () => db.write((tx) => startSession(tx, "staff", { userId: vera.id, userAgent: null, now: NOW }));
      const alive = async (id: string) => (await resolveSession(db, "staff", `rapport_staff=${id}`, false)).actor !== null;

      const first = await begin();
      await db.write((tx) => changeStaffRole(tx, at(NOW, admin.id), { publicId: vera.publicId, role: "marketer" }));
      // Mutant: without endSessions in changeStaffRole the old session lives on with the new role.
      expect(await alive(first)).toBe(false);

      const second = await begin();
      const unused = await begin();
      expect(await alive(second)).toBe(true);
      await db.write((tx) => disableStaffUser(tx, at(NOW, admin.id), { publicId: vera.publicId }));
      expect(await alive(second)).toBe(false);
      expect(await alive(await begin())).toBe(false);
      // Mutant: without endSessions in disableStaffUser a session that nobody used meanwhile wakes up with the account.
      await db.write((tx) => enableStaffUser(tx, at(NOW, admin.id), { publicId: vera.publicId }));
      expect(await alive(unused)).toBe(false);

      const third = await db.write((tx) => startSession(tx, "staff", { userId: admin.id, userAgent: null, now: NOW }));
      await db.write((tx) => tx.update(staffSessions).set({ expiresAt: Date.now() - 1 }));
      expect(await alive(third)).toBe(false);
      expect(await db.read.select().from(staffSessions).where(eq(staffSessions.id, hashToken(third)))).toEqual([]);
    });

    test("are prolonged half-way through", async () => {
      const { id } = await aStaffUser(db, "vera@example.com");
      const sessionId = await db.write((tx) => startSession(tx, "staff", { userId: id, userAgent: null, now: NOW }));
      await db.write((tx) => tx.update(staffSessions).set({ expiresAt: Date.now() + HOUR }));
      const resolved = await resolveSession(db, "staff", `rapport_staff=${sessionId}`, false);
      expect(resolved.setCookie).toContain(`rapport_staff=${sessionId}; `);
      expect((await db.read.select().from(staffSessions))[0]?.expiresAt).toBeGreaterThan(Date.now() + 100 * HOUR);
    });
  });

  describe("guessing", () => {
    test("is refused after ten wrong passwords for one account, from wherever they come, until the window ends", async () => {
      await aStaffUser(db, "vera@example.com");
      for (let i = 0; i < 10; i++) expect(await signInAs("vera@example.com", "wrong guess", from(`198.51.100.${i}`))).toEqual({ ok: false, reason: "wrong" });
      // Right, but too late: it would tell the guesser that the guess was right.
      expect(await signInAs("vera@example.com", PASSWORD, from("198.51.100.77"))).toMatchObject({ ok: false, reason: "too_many" });
      // Mutant: a window that moves with each try would go on for as long as somebody guesses.
      expect(await signInAs("vera@example.com", "wrong guess", from("198.51.100.77"), NOW + 10 * MINUTE)).toMatchObject({ ok: false, reason: "too_many" });
      // Refused tries do not prolong the window: nobody is locked out for ever.
      expect(await signInAs("vera@example.com", PASSWORD, from("198.51.100.77"), NOW + 15 * MINUTE + 1)).toMatchObject({ ok: true });
    });

    test("does not lock out the owner on a device that has signed in before", async () => {
      await aStaffUser(db, "vera@example.com");
      const before = await signInAs("vera@example.com", PASSWORD);
      if (!before.ok) throw new Error(before.reason);
      for (let i = 0; i < 12; i++) await signInAs("vera@example.com", "wrong guess", from("198.51.100.7"));
      expect(await signInAs("vera@example.com", PASSWORD, from("192.0.2.1"))).toMatchObject({ reason: "too_many" });
      // Mutant: without the device's own counter the owner stays locked out as long as somebody goes on guessing.
      expect(await signInAs("vera@example.com", PASSWORD, from("192.0.2.1", before.device))).toMatchObject({ ok: true });
      // A device of another account, or a made-up one, helps nobody.
      const other = `${before.device.split(".")[0]}.AAAA`;
      expect(await signInAs("vera@example.com", PASSWORD, from("192.0.2.1", other))).toMatchObject({ reason: "too_many" });
    });

    test("is refused for a network that tries many accounts, known or not", async () => {
      for (let i = 0; i < 60; i++) await db.write((tx) => takePoints(tx, [{ key: ["login-network", "203.0.113.5"], points: 60, windowMs: 15 * MINUTE }], NOW));
      expect(await signInAs("nobody@example.com", "wrong guess", from("203.0.113.5"))).toMatchObject({ reason: "too_many" });
      expect(await signInAs("nobody@example.com", "wrong guess", from("203.0.113.6"))).toEqual({ ok: false, reason: "wrong" });
    });

    test("by fifty at once gets no more tries than ten", async () => {
      await aStaffUser(db, "vera@example.com");
      const results = await race(50, () => signInAs("vera@example.com", "wrong guess"));
      // Mutant: counting after the password was verified lets all fifty through.
      expect(results.filter((r) => !r.ok && r.reason === "wrong")).toHaveLength(10);
    });

    test("leaves counters in the database that name nobody", async () => {
      await signInAs("vera@example.com", "wrong guess");
      const rows = await db.read.select().from(rateLimits);
      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toMatch(/vera|192\.0\.2/);
    });

    test("an honest login costs nothing", async () => {
      await aStaffUser(db, "vera@example.com");
      for (let i = 0; i < 12; i++) expect(await signInAs("vera@example.com", PASSWORD)).toMatchObject({ ok: true });
    });
  });

  describe("a password reset", () => {
    const ask = (email: string, now = NOW) => db.write((tx) => requestPasswordReset(tx, at(now), { audience: "staff", email, remoteAddress: "192.0.2.1" }));
    const reset = (token: string, now = NOW) => db.write((tx) => resetPassword(tx, at(now), { audience: "staff", token, passwordHash, visitor, secretKey }));

    test("mails a link of 256 bit that is kept as a hash and runs out after an hour", async () => {
      await aStaffUser(db, "vera@example.com");
      await ask("VERA@example.com");
      const mail = await mailed(db, "password_reset");
      expect(mail).toMatchObject({ to: "vera@example.com", class: "security", expiresAt: NOW + HOUR });
      expect(Buffer.from(mail.token, "base64url")).toHaveLength(32);
      const [row] = await db.read.select().from(loginTokens);
      expect(row).toMatchObject({ tokenHash: hashToken(mail.token), expiresAt: NOW + HOUR, usedAt: null });
      expect(JSON.stringify(row)).not.toContain(mail.token);
      expect(await reset(mail.token, NOW + HOUR)).toEqual({ ok: false, reason: "token" });
      expect(await reset(mail.token, NOW + HOUR - 1)).toMatchObject({ ok: true });
    });

    test("works once under fifty racing requests, and only one session comes of it", async () => {
      await aStaffUser(db, "vera@example.com");
      await ask("vera@example.com");
      const { token } = await mailed(db, "password_reset");
      const results = await race(50, () => reset(token));
      // Mutant: without `usedAt IS NULL` in the WHERE of takeToken all of them succeed.
      expect(results.filter((r) => r.ok)).toHaveLength(1);
      expect(await db.read.select().from(staffSessions)).toHaveLength(1);
    });

    test("ends every session and every other link, keeps the new password, and tells the owner", async () => {
      const { id } = await aStaffUser(db, "vera@example.com");
      const old = await db.write((tx) => startSession(tx, "staff", { userId: id, userAgent: null, now: NOW }));
      await ask("vera@example.com");
      const first = await mailed(db, "password_reset");
      await ask("vera@example.com");
      const second = await mailed(db, "password_reset");
      const changed = await hashPassword("another cat has nine too");
      await db.write((tx) => resetPassword(tx, at(NOW), { audience: "staff", token: second.token, passwordHash: changed, visitor, secretKey }));
      expect((await resolveSession(db, "staff", `rapport_staff=${old}`, false)).actor).toBeNull();
      expect(await reset(first.token)).toEqual({ ok: false, reason: "token" });
      expect(await signInAs("vera@example.com", PASSWORD)).toMatchObject({ ok: false });
      expect(await signInAs("vera@example.com", "another cat has nine too")).toMatchObject({ ok: true });
      expect(await mailed(db, "password_changed")).toMatchObject({ to: "vera@example.com" });
    });

    test("for an address that nobody has takes the same steps and mails nobody", async () => {
      await aStaffUser(db, "vera@example.com");
      expect(await ask("nobody@example.com")).toEqual(await ask("vera@example.com"));
      expect(await db.read.select().from(loginTokens)).toHaveLength(2);
      expect((await mailed(db, "password_reset")).count).toBe(1);
    });

    test("can be asked for five times an hour, whoever asks; the links in the mailbox go on working", async () => {
      await aStaffUser(db, "vera@example.com");
      for (let i = 0; i < 5; i++) expect(await ask("vera@example.com")).toEqual({ ok: true });
      expect(await ask("vera@example.com")).toMatchObject({ ok: false });
      expect(await reset((await mailed(db, "password_reset")).token)).toMatchObject({ ok: true });
    });

    test("of a staff user cannot be used at the customers' door", async () => {
      await aStaffUser(db, "vera@example.com");
      await ask("vera@example.com");
      const { token } = await mailed(db, "password_reset");
      expect(await db.write((tx) => resetPassword(tx, at(NOW), { audience: "customer", token, passwordHash, visitor, secretKey }))).toEqual({ ok: false, reason: "token" });
    });
  });

  test("changing one's own password ends all other sessions and renews one's own", async () => {
    const { id } = await aStaffUser(db, "vera@example.com");
    const olds = await Promise.all([1, 2].map(() => db.write((tx) => startSession(tx, "staff", { userId: id, userAgent: null, now: NOW }))));
    const fresh = await db.write((tx) => changeOwnPassword(tx, at(NOW), { audience: "staff", userId: id, subjectId: id, passwordHash, userAgent: null }));
    const rows = await db.read.select().from(staffSessions);
    expect(rows.map((r) => r.id)).toEqual([hashToken(fresh)]);
    expect(olds).not.toContain(fresh);
  });

  describe("signing in by mail", () => {
    const ask = (email: string, now = NOW) => db.write((tx) => requestLoginLink(tx, at(now), { email, remoteAddress: "192.0.2.1", secretKey }));
    const byLink = (token: string, now = NOW) => db.write((tx) => signInByLink(tx, at(now), { token, visitor, secretKey }));
    const byCode = (tokenHash: string, code: string, now = NOW) => db.write((tx) => signInByCode(tx, at(now), { tokenHash, code, visitor, secretKey }));
    const hashOf = (asked: Awaited<ReturnType<typeof ask>>) => (asked.ok ? asked.tokenHash : "");

    test("makes the login of a customer who has none, once their primary address is proven", async () => {
      const partyId = await aParty(db, "ana@example.com");
      await ask("Ana@Example.com");
      expect(await findLoginOf(db.read, partyId)).toBeNull();
      const { token } = await mailed(db, "login_link");
      expect((await race(50, () => byLink(token))).filter((r) => r.ok)).toHaveLength(1);
      expect(await findLoginOf(db.read, partyId)).toMatchObject({ email: "ana@example.com", passwordHash: null });
      expect(await db.read.select().from(customerSessions)).toHaveLength(1);
    });

    test("by code works in the browser that asked, once, and uses up the link too", async () => {
      await aParty(db, "ana@example.com");
      const tokenHash = hashOf(await ask("ana@example.com"));
      const { token, code } = await mailed(db, "login_link");
      expect(code).toMatch(/^\d{6}$/);
      expect(await byCode(hashToken("another browser"), code)).toEqual({ ok: false, reason: "token" });
      expect(await byCode(tokenHash, code)).toMatchObject({ ok: true });
      expect(await byCode(tokenHash, code)).toEqual({ ok: false, reason: "token" });
      expect(await byLink(token)).toEqual({ ok: false, reason: "token" });
    });

    test("a code dies after five wrong tries, racing ones too; the link in the mail does not", async () => {
      await aParty(db, "ana@example.com");
      const tokenHash = hashOf(await ask("ana@example.com"));
      const { token, code } = await mailed(db, "login_link");
      const wrong = code === "000000" ? "000001" : "000000";
      await race(20, () => byCode(tokenHash, wrong));
      expect((await db.read.select().from(loginTokens))[0]?.codeAttempts).toBe(CODE_ATTEMPTS);
      // Mutant: without the count in the WHERE a code can be tried until it fits.
      expect(await byCode(tokenHash, code)).toEqual({ ok: false, reason: "token" });
      expect(await byLink(token)).toMatchObject({ ok: true });
    });

    test("runs out after an hour", async () => {
      await aParty(db, "ana@example.com");
      const tokenHash = hashOf(await ask("ana@example.com"));
      const { token, code } = await mailed(db, "login_link");
      expect(await byLink(token, NOW + HOUR)).toMatchObject({ ok: false });
      expect(await byCode(tokenHash, code, NOW + HOUR)).toMatchObject({ ok: false });
    });

    test("answers alike for strangers, and a made-up row of theirs opens nothing", async () => {
      const tokenHash = hashOf(await ask("nobody@example.com"));
      expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
      expect((await mailed(db, "login_link")).count).toBe(0);
      for (const code of ["000000", "123456"]) expect(await byCode(tokenHash, code)).toMatchObject({ ok: false });
    });
  });

  describe("a change of e-mail address", () => {
    async function aCustomer(email: string) {
      const partyId = await aParty(db, email);
      await db.write((tx) => createCustomerLogin(tx, at(NOW), { partyId, email }));
      return partyId;
    }
    const ask = (partyId: number, email: string) => db.write((tx) => requestEmailChange(tx, at(NOW), { partyId, email, remoteAddress: "192.0.2.1" }));
    const confirm = (partyId: number, token: string) => db.write((tx) => confirmEmailChange(tx, at(NOW), { partyId, token }));

    test("happens when the link that went to the new address is used by the one who asked; the old address is told", async () => {
      const ana = await aCustomer("ana@example.com");
      const bob = await aCustomer("bob@example.com");
      await ask(ana, "ana.new@example.com");
      const { to, token } = await mailed(db, "verify_email");
      expect(to).toBe("ana.new@example.com");
      expect(await findLoginOf(db.read, ana)).toMatchObject({ email: "ana@example.com" });
      expect(await confirm(bob, token)).toEqual({ ok: false, reason: "token" });
      expect(await confirm(ana, token)).toEqual({ ok: true, email: "ana.new@example.com" });
      expect(await findLoginOf(db.read, ana)).toMatchObject({ email: "ana.new@example.com" });
      expect(await findPrimaryEmail(db.read, ana)).toBe("ana.new@example.com");
      expect(await mailed(db, "email_changed")).toMatchObject({ to: "ana@example.com" });
      expect(await confirm(ana, token)).toEqual({ ok: false, reason: "token" });
    });

    test("to somebody else's address answers alike and mails nobody", async () => {
      const ana = await aCustomer("ana@example.com");
      await aCustomer("bob@example.com");
      expect(await ask(ana, "bob@example.com")).toEqual({ ok: true });
      expect((await mailed(db, "verify_email")).count).toBe(0);
    });

    test("does not let the former address sign in any more", async () => {
      const ana = await aCustomer("ana@example.com");
      await ask(ana, "ana.new@example.com");
      await confirm(ana, (await mailed(db, "verify_email")).token);
      await db.write((tx) => requestLoginLink(tx, at(NOW), { email: "ana@example.com", remoteAddress: "192.0.2.1", secretKey }));
      expect((await mailed(db, "login_link")).count).toBe(0);
    });
  });

  describe("the first administrator", () => {
    const create = (token: string, i = 0) =>
      db.write((tx) => createFirstAdministrator(tx, at(NOW), { token, email: `admin${i}@example.com`, name: "A", locale: "en", passwordHash }));

    test("is made by the console's token, by one of fifty who race", async () => {
      const token = (await db.write((tx) => issueFirstAdministratorToken(tx, at(NOW)))) ?? "";
      expect(await create("made-up")).toEqual({ ok: false, reason: "token" });
      const results = await race(50, (i) => create(token, i));
      expect(results.filter((r) => r.ok)).toHaveLength(1);
      expect(await db.read.select().from(staffUsers)).toHaveLength(1);
      expect(await db.write((tx) => issueFirstAdministratorToken(tx, at(NOW)))).toBeNull();
    });

    test("cannot be made with the token of an earlier start, nor once there are accounts", async () => {
      const first = (await db.write((tx) => issueFirstAdministratorToken(tx, at(NOW)))) ?? "";
      const second = (await db.write((tx) => issueFirstAdministratorToken(tx, at(NOW)))) ?? "";
      expect(await create(first)).toEqual({ ok: false, reason: "token" });
      await aStaffUser(db, "vera@example.com");
      expect(await create(second)).toEqual({ ok: false, reason: "done" });
    });
  });

  describe("the team", () => {
    test("keeps one administrator, also when two demote each other at once", async () => {
      const a = await aStaffUser(db, "a@example.com", "administrator");
      const b = await aStaffUser(db, "b@example.com", "administrator");
      const results = await Promise.all([
        db.write((tx) => changeStaffRole(tx, at(NOW, a.id), { publicId: b.publicId, role: "support" })),
        db.write((tx) => disableStaffUser(tx, at(NOW, b.id), { publicId: a.publicId })),
      ]);
      expect(results.filter((r) => r.ok)).toHaveLength(1);
      expect(results.find((r) => !r.ok)).toEqual({ ok: false, reason: "last_administrator" });
    });

    test("members do not change their own role", async () => {
      const a = await aStaffUser(db, "a@example.com", "administrator");
      expect(await db.write((tx) => changeStaffRole(tx, at(NOW, a.id), { publicId: a.publicId, role: "support" }))).toEqual({ ok: false, reason: "own_account" });
    });

    test("grows by invitation: the link sets the password", async () => {
      const admin = await aStaffUser(db, "admin@example.com", "administrator");
      const invited = await db.write((tx) => inviteStaffUser(tx, at(NOW, admin.id), { email: "New@example.com", name: "N", role: "support", locale: "pl" }));
      expect(invited.ok).toBe(true);
      expect(await signInAs("new@example.com", "")).toMatchObject({ ok: false, reason: "wrong" });
      const { token, to } = await mailed(db, "staff_invitation");
      expect(to).toBe("new@example.com");
      expect(await db.write((tx) => resetPassword(tx, at(NOW + 6 * 24 * HOUR), { audience: "staff", token, passwordHash, visitor, secretKey }))).toMatchObject({ ok: true });
      expect(await signInAs("new@example.com", PASSWORD)).toMatchObject({ ok: true });
      expect(await db.write((tx) => inviteStaffUser(tx, at(NOW, admin.id), { email: "new@example.com", name: "N", role: "support", locale: "pl" }))).toEqual({ ok: false, reason: "email_taken" });
    });
  });

  test("for an account that is not there, has no password or is disabled a hash is verified all the same, as dear as the others", async () => {
    await aStaffUser(db, "vera@example.com");
    await db.write((tx) => createStaffUser(tx, at(NOW), { email: "invited@example.com", name: "Invited", role: "support", locale: "en" }));
    const gone = await aStaffUser(db, "gone@example.com");
    await db.write((tx) => tx.update(staffUsers).set({ disabledAt: NOW }).where(eq(staffUsers.id, gone.id)));
    const dear = (kept: string | undefined) => /^(\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+)\$/.exec(kept ?? "")?.[1];
    for (const email of ["vera@example.com", "nobody@example.com", "invited@example.com", "gone@example.com"]) {
      argon2.verify.mockClear();
      expect(await signInAs(email, "wrong guess")).toEqual({ ok: false, reason: "wrong" });
      // Mutant: a shortcut in verifyPassword for who is not there.
      expect([email, argon2.verify.mock.calls.map(([kept]) => dear(kept))]).toEqual([email, [dear(passwordHash)]]);
    }
  });

  test("a password is verified in its composed form, and never against nobody's hash", async () => {
    const kept = await hashPassword("za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105");
    expect(await verifyPassword(kept, "za\u017co\u0301\u0142c\u0301 ge\u0328s\u0301la\u0328")).toBe(true);
    expect(await verifyPassword(null, "anything at all")).toBe(false);
  });
});
