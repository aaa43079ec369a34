/** Staff members' own mailboxes on a real Dovecot: each mail with a customer once, nothing else of them, whatever breaks. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { afterFailure } from "../../app/domain/correspondence/own-mailbox";
import { connectMailbox, disconnectMailbox, findMailbox, resumeMailbox } from "../../app/domain/correspondence/own-mailboxes.server";
import { readOwnMailboxes, type OwnReadingApp } from "../../app/domain/correspondence/reading.server";
import { findLogAddress, makeLogAddress } from "../../app/domain/correspondence/logging.server";
import { keptMails, staffMailboxes } from "../../app/domain/correspondence/schema";
import { listTimeline } from "../../app/domain/customers/events.server";
import type { StaffActor } from "../../app/domain/journal/actor";
import { databaseDialect } from "../../app/env.server";
import type { AccountSession, MailAccount } from "../../app/mail/mailbox";
import { openMailAccount } from "../../app/outgoing/mail-account.server";
import { listOf } from "../../app/outgoing/reach";
import { aCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase, TEST_MAIL_FROM, TEST_SECRET } from "../support/database";
import { hasDovecot, startDovecot, type Dovecot } from "../support/dovecot";
import { aLetter } from "../support/returned-mail";

const once = databaseDialect() === "sqlite" ? test : (Object.assign(() => undefined, { each: () => () => undefined }) as unknown as typeof test);
const HERE = listOf(["127.0.0.0/8"]);
const OLD_SECRET = "former-secret-former-secret-former-secret";

describe.runIf(hasDatabase() && hasDovecot())("a staff member's own mailbox", () => {
  let dovecot: Dovecot;
  let db: Database;
  let now = 0;
  let eva: StaffActor;
  let ana: { partyId: number };
  let secrets = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] as string[] };
  let fetched = 0;

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());

  const account = (given: Partial<MailAccount> = {}): MailAccount => ({ host: "127.0.0.1", port: dovecot.port, secure: false, user: "eva@office.example.com", password: dovecot.password, ...given });
  const counting = (session: AccountSession): AccountSession => ({ ...session, fetch: (uid, limit) => ((fetched += 1), session.fetch(uid, limit)) });
  const app = (given: Partial<OwnReadingApp> = {}): OwnReadingApp => ({
    db, clock: () => now, env: { MAIL_FROM: TEST_MAIL_FROM, BOUNCE_ADDRESS: "bounces@shop.example.com", ...secrets }, openAccount: async (one) => counting(await openMailAccount(one, HERE)), log: { warn: () => undefined }, ...given,
  });
  const connect = async (of: StaffActor, given: Partial<MailAccount> = {}) => {
    const session = await openMailAccount(account(), HERE);
    const folders = await session.folders();
    await session.close();
    await db.write((tx) => connectMailbox(tx, { actor: of, now }, secrets, { staffId: of.id, account: account(given), folders, since: now - 400 * 86_400_000 }));
    return folders;
  };
  const read = async (given: Partial<OwnReadingApp> = {}) => {
    now += 120_000;
    await readOwnMailboxes(app(given));
  };
  const hire = async (email: string): Promise<StaffActor> => {
    const made = await db.write((tx) => createStaffUser(tx, at(now), { email, name: email, role: "marketer", locale: "en" }));
    if (!made.ok) throw new Error(made.reason);
    return { kind: "staff", id: made.id, role: "marketer", name: email, locale: "en" };
  };
  const subjects = async () => (await db.read.select({ subject: keptMails.subject }).from(keptMails).orderBy(keptMails.id)).map(({ subject }) => subject);
  const timeline = async () => (await listTimeline(db.read, ana.partyId, { limit: 50 })).entries.filter((e) => e.subjectType === "kept_mail").map(({ kind }) => kind).toSorted();

  beforeEach(async () => {
    db = await testDatabase();
    now = Date.now();
    fetched = 0;
    secrets = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] };
    eva = await hire("eva@shop.example.com");
    ana = await db.write((tx) => aCustomer(tx, at(now), { email: "ana@example.org" }));
    dovecot.empty();
  });

  const theirs = (subject: string) => aLetter({ from: "Ana <ANA@example.org>", to: "eva@office.example.com", subject, messageId: `${subject.replace(/\W/g, "")}@x.example` });
  const ours = (subject: string) => aLetter({ from: "Eva <eva.sales@office.example.com>", to: "ana@example.org", subject, messageId: `${subject.replace(/\W/g, "")}@x.example` });
  const privat = aLetter({ from: "mother@family.example", to: "eva@office.example.com", subject: "Canary dinner", text: "Canary soup" });

  test("inbox and sent mails are found by what the server says; mails with customers stand once, private ones are not even fetched", async () => {
    expect(await connect(eva)).toEqual([{ path: "INBOX", isSent: false }, { path: "Sent", isSent: true }]);
    dovecot.deliver(theirs("Question"));
    dovecot.deliver(privat);
    dovecot.deliver(ours("Answer"), "Sent");
    dovecot.deliver(aLetter({ from: "eva.sales@office.example.com", to: "mother@family.example", subject: "Canary thanks" }), "Sent");
    await read();
    await read();
    expect(await subjects()).toEqual(["Question", "Answer"]);
    expect(await timeline()).toEqual(["contact_in", "contact_out"]);
    expect(fetched).toBe(2);
    expect(dovecot.count()).toEqual({ all: 2, seen: 0 });
    for (const table of ["kept_mails", "inbound_mails", "events", "staff_mailboxes", "staff_mailbox_folders", "audit_log"]) {
      const rows = JSON.stringify(await db.read.raw(`SELECT * FROM ${table}`));
      expect(rows).not.toMatch(/canary|mother/i);
      expect(rows).not.toContain(dovecot.password);
    }
    // The same by Bcc, and by a colleague's mailbox.
    await db.write((tx) => makeLogAddress(tx, at(now), eva.id));
    const log = (await findLogAddress(db.read, eva.id, "bounces@shop.example.com"))!;
    await receiveMail(app(), at(now), { raw: Buffer.concat([Buffer.from(`Delivered-To: ${log}\r\n`), theirs("Question")]), door: "mailbox" });
    await connect(await hire("jan@shop.example.com"), { user: "jan@office.example.com" });
    await read();
    expect(await timeline()).toHaveLength(2);
    expect(await findMailbox(db.read, eva.id)).toMatchObject({ fault: null, readAt: expect.any(Number) });
  });

  once("numbered anew by its server, nothing is doubled and nothing missed", async () => {
    await connect(eva);
    dovecot.deliver(theirs("One"));
    dovecot.deliver(theirs("Gone"));
    await read();
    // What comes now gets a number that was given before.
    dovecot.empty();
    dovecot.deliver(theirs("Two"));
    dovecot.renumber();
    await read();
    expect(await subjects()).toContain("Two");
    dovecot.deliver(theirs("Three"));
    await read();
    expect((await subjects()).toSorted()).toEqual(["Gone", "One", "Three", "Two"]);
  });

  /** Mutant: how far it was read written before the mail is: what was being fetched is lost. */
  test("killed between fetching and writing, at each mail, nothing is lost or doubled", async () => {
    await connect(eva);
    for (const n of [1, 2, 3, 4]) dovecot.deliver(theirs(`Mail ${n}`));
    for (let dead = 0; dead < 4; dead += 1) {
      let left = dead;
      const dying: Database = { ...db, write: (work) => db.write(async (tx) => {
        const done = await work(tx);
        const [row] = await tx.raw<{ n: number }>("SELECT count(*) AS n FROM kept_mails");
        if (Number(row!.n) > dead && left-- <= 0) throw new Error("killed");
        return done;
      }) };
      await readOwnMailboxes(app({ db: dying })).catch(() => undefined);
      // Its lease is a dead process's.
      await db.write((tx) => tx.update(staffMailboxes).set({ leaseUntil: 0, nextTryAt: null, pausedAt: null }));
      now += 120_000;
    }
    await read();
    await read();
    expect((await subjects()).toSorted()).toEqual(["Mail 1", "Mail 2", "Mail 3", "Mail 4"]);
    expect(await timeline()).toHaveLength(4);
  });

  test("a password that is refused three times pauses it, said by name; its owner's word tries again", async () => {
    await connect(eva, { password: "wrong" });
    for (let n = 0; n < 5; n += 1) {
      now += 3_600_000;
      await readOwnMailboxes(app());
    }
    expect(await findMailbox(db.read, eva.id)).toMatchObject({ fault: "refused", pausedAt: expect.any(Number) });
    const [row] = await db.read.select().from(staffMailboxes);
    expect(row!.failures).toBe(3);
    await db.write((tx) => resumeMailbox(tx, at(now), eva.id));
    await read();
    expect((await db.read.select().from(staffMailboxes))[0]!.failures).toBe(1);
  });

  test("sealed with a former key it is read, and sealed anew; disconnected, nothing of it stays", async () => {
    secrets = { SECRET_KEY: OLD_SECRET, SECRET_KEY_OLD: [] };
    await connect(eva);
    secrets = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [OLD_SECRET] };
    dovecot.deliver(theirs("Question"));
    await read();
    expect(await subjects()).toEqual(["Question"]);
    secrets = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] };
    dovecot.deliver(theirs("Another"));
    await read();
    expect(await subjects()).toEqual(["Question", "Another"]);
    expect(await db.write((tx) => disconnectMailbox(tx, at(now), eva.id))).toBe(true);
    expect([...(await db.read.raw("SELECT * FROM staff_mailboxes")), ...(await db.read.raw("SELECT * FROM staff_mailbox_folders"))]).toEqual([]);
    expect(await timeline()).toHaveLength(2);
    dovecot.deliver(theirs("Later"));
    await read();
    expect(await timeline()).toHaveLength(2);
  });

  once("of who has left nothing is read", async () => {
    await connect(eva);
    dovecot.deliver(theirs("Question"));
    await db.write((tx) => tx.raw("UPDATE staff_users SET disabled_at = 1"));
    await read();
    expect(await subjects()).toEqual([]);
  });

  /** Mutant: the look at the addresses taken out opens the Dovecot of this machine. */
  once.each<[string, Partial<MailAccount>, string[]]>([
    ["this machine", {}, []],
    ["a name of this machine", { host: "mail.evil.example" }, ["127.0.0.1"]],
    ["a name with one inner address among others", { host: "mail.evil.example" }, ["93.184.216.34", "10.0.0.5"]],
    ["this machine in IPv6's clothes", { host: "::ffff:127.0.0.1" }, []],
  ])("%s is not called unless it is let in", async (_, given, answers) => {
    const lookup = (async () => answers.map((address) => ({ address, family: 4 }))) as never;
    await expect(openMailAccount(account(given), listOf([]), lookup)).rejects.toMatchObject({ fault: "blocked" });
  });

  once("other failures wait longer and longer, and pause at last", () => {
    const pauses = Array.from({ length: 20 }, (_, n) => afterFailure("unreachable", n + 1, 0));
    expect(pauses.map(({ nextTryAt }) => nextTryAt / 60_000).slice(0, 6)).toEqual([1, 2, 4, 8, 15, 15]);
    expect(pauses.findIndex(({ isPaused }) => isPaused)).toBe(19);
    expect(afterFailure("blocked", 1, 0).isPaused).toBe(true);
  });
});
