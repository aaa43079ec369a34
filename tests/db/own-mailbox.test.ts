/** Staff members' own mailboxes on a real Dovecot: each mail with a customer once, nothing else of them, whatever breaks. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { tryAsidesAgain } from "../../app/domain/correspondence/asides.server";
import { afterFailure } from "../../app/domain/correspondence/own-mailbox";
import { connectMailbox, disconnectMailbox, findMailbox, resumeMailbox } from "../../app/domain/correspondence/own-mailboxes.server";
import { readOwnMailboxes, type OwnReadingApp } from "../../app/domain/correspondence/reading.server";
import { findLogAddress, makeLogAddress } from "../../app/domain/correspondence/logging.server";
import { keptMails, staffMailboxes } from "../../app/domain/correspondence/schema";
import { listTimeline } from "../../app/domain/customers/events.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import type { StaffActor } from "../../app/domain/journal/actor";
import { databaseDialect } from "../../app/env.server";
import type { AccountSession, MailAccount } from "../../app/mail/mailbox";
import { openMailAccount } from "../../app/outgoing/mail-account.server";
import { listOf } from "../../app/outgoing/reach";
import { aCustomer, aMailedCustomer, at } from "../support/factories";
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
    ana = await db.write((tx) => aCustomer(tx, at(now - 120_000), { email: "ana@example.org" }));
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

  /** Mutants: own-mailbox-aside, own-mailbox-dead-connection in tests/mutants.mjs. */
  test("mails that cannot be kept are set aside with the reason, and hold up none of the others; their owner's word tries them again", async () => {
    await connect(eva);
    const all = ["Poison", "Garbled", "Nonsense", "Withheld", "Huge", "Healthy"];
    for (const subject of all) dovecot.deliver(theirs(subject));
    const uid = (subject: string) => all.indexOf(subject) + first;
    let first = 1;
    const broken = (session: AccountSession): AccountSession => ({
      ...session,
      // The server's account of one is skipped by the parser, that of another breaks it; both can be read by their lines, but for one.
      heads: async (uids) => {
        if (uids.includes(uid("Nonsense"))) throw Object.assign(new Error("broken: no sense"), { name: "MailboxError", fault: "broken" });
        return (await session.heads(uids)).filter((head) => head.uid !== uid("Garbled")).map((head) => (head.uid === uid("Huge") ? { ...head, size: 26 * 1024 * 1024 } : head));
      },
      headsByLines: (uids) => (uids.includes(uid("Nonsense")) ? Promise.reject(Object.assign(new Error("broken: no sense"), { name: "MailboxError" })) : session.headsByLines(uids)),
      fetch: (one, limit) => (one === uid("Withheld") ? Promise.reject(Object.assign(new Error("broken: not available"), { name: "MailboxError" })) : session.fetch(one, limit)),
    });
    const refusing: Database = { ...db, write: (work) => db.write(async (tx) => {
      const done = await work(tx);
      if ((await tx.raw("SELECT 1 FROM kept_mails WHERE subject = 'Poison'")).length) throw Object.assign(new Error("Failed query: insert … Canary words"), { cause: new Error("value too long") });
      return done;
    }) };
    const session = await openMailAccount(account(), HERE);
    await session.open("INBOX");
    first = (await session.list({ from: 1, since: 0 }))[0]!;
    await session.close();
    const given = { db: refusing, openAccount: async (one: MailAccount) => broken(await openMailAccount(one, HERE)) };
    await read(given);
    expect(await subjects()).toEqual(["Garbled", "Healthy"]);
    expect((await findMailbox(db.read, eva.id))!.asides.shown).toMatchObject([{ reason: "too_big", words: null, size: 26 * 1024 * 1024, writtenAt: Date.UTC(2026, 5, 1, 10) }]);
    for (let n = 0; n < 4; n += 1) await read(given);
    const seen = (await findMailbox(db.read, eva.id))!;
    expect(seen).toMatchObject({ fault: null, pausedAt: null, asides: { count: 4 } });
    expect(seen.asides.shown.map(({ reason, words }) => [reason, words]).toSorted()).toEqual([["too_big", null], ["unreadable", "no sense"], ["unreadable", "not available"], ["unwritable", "value too long"]]);
    expect(JSON.stringify(await db.read.raw("SELECT * FROM staff_mailbox_asides"))).not.toMatch(/ana@|canary/i);
    // Repaired: what was beyond us is taken, and nothing is left over.
    await db.write((tx) => tryAsidesAgain(tx, at(now), eva.id));
    await read();
    expect((await findMailbox(db.read, eva.id))!.asides.count).toBe(0);
    expect((await subjects()).toSorted()).toEqual(all.toSorted());
    expect(await timeline()).toHaveLength(6);
  });

  once("a connection that breaks is no mail's fault", async () => {
    await connect(eva);
    dovecot.deliver(theirs("Question"));
    const gone = () => Promise.reject(Object.assign(new Error("broken: gone"), { name: "MailboxError", fault: "broken" }));
    for (let n = 0; n < 3; n += 1) {
      now += 3_600_000;
      await readOwnMailboxes(app({ openAccount: async (one) => {
        const session = await openMailAccount(one, HERE);
        let isDead = false;
        return { ...session, open: (path) => (isDead ? gone() : session.open(path)), fetch: () => ((isDead = true), gone()) };
      } }));
    }
    expect(await findMailbox(db.read, eva.id)).toMatchObject({ fault: "broken", asides: { count: 0 } });
    expect(await db.read.raw("SELECT * FROM staff_mailbox_asides")).toEqual([]);
    now += 3_600_000;
    await read();
    expect(await subjects()).toEqual(["Question"]);
  });

  test("whom one's own mail names in Bcc alone has it too, and nobody is told of them", async () => {
    await connect(eva);
    const bob = await db.write((tx) => aCustomer(tx, at(now), { email: "bob@example.org" }));
    dovecot.deliver(aLetter({ from: "Eva <eva.sales@office.example.com>", to: "undisclosed-recipients:;", subject: "Open day", headers: ["Bcc: Ana <ana@example.org>, bob@example.org, mother@family.example"] }), "Sent");
    await read();
    expect(await timeline()).toEqual(["contact_out"]);
    expect((await listTimeline(db.read, bob.partyId, { limit: 5 })).entries.filter((e) => e.subjectType === "kept_mail").map(({ kind }) => kind)).toEqual(["contact_out"]);
    const [mail] = await db.read.select().from(keptMails);
    expect(mail).toMatchObject({ subject: "Open day", recipients: [] });
    expect(JSON.stringify(mail)).not.toMatch(/bob@|mother/);
  });

  /** Mutant: own-mailbox-earlier. */
  test("mails with somebody who becomes a customer later are found then, and no others", async () => {
    await connect(eva);
    const from = (who: string, subject: string) => aLetter({ from: who, to: "eva@office.example.com", subject });
    dovecot.deliver(from("Cara <CARA@example.net>", "Before"));
    dovecot.deliver(from("notcara@example.net", "Somebody else"));
    dovecot.deliver(privat);
    dovecot.deliver(aLetter({ from: "eva.sales@office.example.com", to: "x@y.example", subject: "In copy", headers: ["Cc: cara@example.net"] }), "Sent");
    await read();
    expect(await subjects()).toEqual([]);
    const cara = await db.write((tx) => aCustomer(tx, at(now), { email: "cara@example.net" }));
    now += 120_000;
    await read();
    await read();
    expect((await subjects()).toSorted()).toEqual(["Before", "In copy"]);
    expect(fetched).toBe(2);
    expect((await listTimeline(db.read, cara.partyId, { limit: 5 })).entries.filter((e) => e.subjectType === "kept_mail").map(({ kind }) => kind).toSorted()).toEqual(["contact_in", "contact_out"]);
    // Many at once, as an import brings them: everything is looked through anew.
    await db.write(async (tx) => {
      const [{ id }] = (await tx.raw<{ id: number }>("SELECT max(id) AS id FROM parties")) as [{ id: number }];
      for (let n = 0; n < 501; n += 1) await tx.raw("INSERT INTO contact_points (party_id, kind, value, normalized_value, is_primary, source, created_at) VALUES (?, 'email', ?, ?, false, 'import', ?)", [id, `many${n}@example.net`, n === 500 ? "notcara@example.net" : `many${n}@example.net`, now - 120_000]);
    });
    await read();
    await read();
    expect((await subjects()).toSorted()).toEqual(["Before", "In copy", "Somebody else"]);
    expect(await timeline()).toEqual([]);
  });

  /** Mutant: the look for what gives way taken out of takeLetter. */
  test("read from one's own mailbox and by the system's, it stands once, as the letter; another customer's copy stays", async () => {
    await connect(eva);
    const bob = await db.write((tx) => aCustomer(tx, at(now), { email: "bob@example.org" }));
    const both = aLetter({ from: "ana@example.org", to: "eva@office.example.com, shop@example.com", subject: "To both", messageId: "both@x.example" });
    const copied = aLetter({ from: "ana@example.org", to: "eva@office.example.com, shop@example.com, bob@example.org", subject: "Copied", messageId: "copied@x.example" });
    dovecot.deliver(both);
    dovecot.deliver(copied);
    await read();
    expect(await timeline()).toHaveLength(2);
    for (const raw of [both, copied]) expect((await receiveMail(app(), at(now), { raw, door: "mailbox" })).outcome).toBe("case");
    expect(await timeline()).toEqual([]);
    expect((await listTimeline(db.read, bob.partyId, { limit: 5 })).entries.filter((e) => e.subjectType === "kept_mail")).toHaveLength(1);
    expect((await subjects()).toSorted()).toEqual(["", "Copied"]);
    // The other way round, and by a colleague's mailbox.
    const late = aLetter({ from: "ana@example.org", to: "eva@office.example.com, shop@example.com", subject: "Late" });
    await receiveMail(app(), at(now), { raw: late, door: "mailbox" });
    dovecot.deliver(late);
    await connect(await hire("jan@shop.example.com"), { user: "jan@office.example.com" });
    await read();
    await read();
    expect(await timeline()).toEqual([]);
    // What this system sent, copied among somebody's sent mails.
    const mailed = await aMailedCustomer(db, at(now));
    const [sent] = await db.read.select({ messageId: deliveries.messageId }).from(deliveries).where(eq(deliveries.id, mailed.deliveryId));
    dovecot.deliver(aLetter({ from: "eva.sales@office.example.com", to: mailed.email, subject: "Ours", messageId: sent!.messageId }), "Sent");
    await read();
    await read();
    expect(await subjects()).not.toContain("Ours");
    expect((await listTimeline(db.read, ana.partyId, { limit: 50 })).entries.filter(({ kind }) => kind === "case_filed" || kind === "case_message_in")).toHaveLength(3);
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
