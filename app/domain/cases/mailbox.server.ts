/**
 * Worker step: reads the mailbox where bounces and answers arrive. How far it has been read is written in the
 * transaction of each mail, so that a death between any two steps loses and doubles nothing.
 */
import { and, eq, isNull, lt, or } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import type { Mailbox, MailboxMail, MailboxSession } from "../../mail/mailbox";
import { isDead, OWNER } from "../deliveries/lease-owner.server";
import { headerOf, readHeaderLines } from "../deliveries/returned/incoming-mail";
import { mailboxes } from "../deliveries/schema";
import { bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { keepAside, receiveMail, type ReceivingApp } from "./incoming.server";

export type ReadingApp = ReceivingApp & { clock: () => number; mailbox: Mailbox | null; log: { error(about: object, words: string): void; warn(about: object, words: string): void } };

const LARGEST = 25 * 1024 * 1024;
const AT_ONCE = 50;
const LEASE = 120_000;
const LONGEST_PAUSE = 15 * 60_000;
/** How far back mails are looked at again when the server has numbered them anew. */
const TWICE = 2 * 86_400_000;

type Cursor = typeof mailboxes.$inferSelect;

/** @returns how many mails were new */
export async function readMailbox(app: ReadingApp): Promise<number> {
  const { mailbox } = app;
  if (!mailbox) return 0;
  const cursor = await lease(app.db, mailbox.name, app.clock());
  if (!cursor) return 0;
  let session: MailboxSession | null = null;
  try {
    session = await mailbox.open();
    const taken = await readOn(app, mailbox.name, session, cursor);
    await app.db.write((tx) => change(tx, mailbox.name, { readAt: app.clock(), error: null, errorAt: null, failures: 0, nextTryAt: null, leaseOwner: null, leaseUntil: null }));
    if (cursor.error !== null) await app.db.write((tx) => noteChange(tx, bySystem("worker", app.clock()), "inbound"));
    return taken;
  } catch (error) {
    await noteFailure(app, mailbox.name, cursor, error as Error);
    return 0;
  } finally {
    await session?.close();
  }
}

/** One worker reads it at a time; whose process is dead has no claim. Null: another one reads, or it is not yet time again. */
async function lease(db: Database, name: string, now: number): Promise<Cursor | null> {
  return db.write(async (tx) => {
    await tx.insert(mailboxes).values({ name }).onConflictDoNothing();
    const [row] = await tx.select().from(mailboxes).where(eq(mailboxes.name, name));
    if (!row || (row.nextTryAt !== null && row.nextTryAt > now)) return null;
    const isFree = or(isNull(mailboxes.leaseUntil), lt(mailboxes.leaseUntil, now), row.leaseOwner !== null && isDead(row.leaseOwner) ? eq(mailboxes.leaseOwner, row.leaseOwner) : undefined);
    const won = await tx.update(mailboxes).set({ leaseOwner: OWNER, leaseUntil: now + LEASE }).where(and(eq(mailboxes.name, name), isFree)).returning({ name: mailboxes.name });
    return won.length ? row : null;
  });
}

async function change(tx: Tx, name: string, set: Partial<Cursor>): Promise<void> {
  await tx.update(mailboxes).set(set).where(eq(mailboxes.name, name));
}

async function readOn(app: ReadingApp, name: string, session: MailboxSession, before: Cursor): Promise<number> {
  const cursor = await settleCursor(app, name, session, before);
  const inBacklog = cursor.lastUid < cursor.backlogUntil;
  const uids = inBacklog
    ? await session.list({ from: cursor.lastUid + 1, to: cursor.backlogUntil, unreadOr: { since: cursor.takenSince } })
    : await session.list({ from: cursor.lastUid + 1, to: null });
  let taken = 0;
  for (const uid of uids.slice(0, AT_ONCE)) if (await takeOne(app, name, session, uid)) taken += 1;
  if (inBacklog && uids.length <= AT_ONCE) {
    await app.db.write((tx) => change(tx, name, { lastUid: cursor.backlogUntil }));
    return taken + 1;
  }
  return taken;
}

/** At the first look, and when the server has numbered its mails anew, what lies there is looked at as a backlog. */
async function settleCursor(app: ReadingApp, name: string, { uidValidity, uidNext }: MailboxSession, before: Cursor): Promise<Cursor> {
  if (before.uidValidity === uidValidity) return before;
  const anew = { uidValidity, lastUid: 0, backlogUntil: uidNext - 1, takenSince: before.readAt === null ? null : before.readAt - TWICE };
  await app.db.write((tx) => change(tx, name, anew));
  return { ...before, ...anew };
}

async function takeOne(app: ReadingApp, name: string, session: MailboxSession, uid: number): Promise<boolean> {
  const mail = await session.fetch(uid, LARGEST);
  const now = app.clock();
  const passed = (tx: Tx) => change(tx, name, { lastUid: uid, leaseUntil: now + LEASE });
  if (!mail) {
    await app.db.write(passed);
    return false;
  }
  const isNew = await receiveOrKeepAside(app, name, session.uidValidity, mail, passed);
  await session.mark(uid);
  return isNew;
}

/** What fails three times is kept aside by name: one mail must not hold up those behind it. It stays in the mailbox. */
async function receiveOrKeepAside(app: ReadingApp, name: string, uidValidity: string, mail: MailboxMail, passed: (tx: Tx) => Promise<void>): Promise<boolean> {
  const by = bySystem("worker", app.clock());
  if (mail.isWhole)
    for (let attempt = 1; attempt <= 3; attempt += 1)
      try {
        return (await receiveMail(app, by, { raw: mail.raw, door: "mailbox" }, passed)).isNew;
      } catch (error) {
        app.log.error({ err: error, uid: mail.uid, attempt }, "a mail could not be taken");
      }
  const headers = readHeaderLines(Buffer.from(mail.raw.subarray(0, 64 * 1024)).toString("latin1"));
  const from = /[^\s<>"]+@[^\s<>"]+/.exec(headerOf({ headers }, "from"))?.[0] ?? null;
  const aside = { contentKey: `${name}/${uidValidity}/${mail.uid}`, door: "mailbox" as const, subject: headerOf({ headers }, "subject").slice(0, 500), from, outcome: mail.isWhole ? ("failed" as const) : ("too_big" as const) };
  await app.db.write(async (tx) => {
    await keepAside(tx, by, aside);
    await passed(tx);
  });
  return true;
}

/** Said where staff and the doctor read it; tried again later and later, so that nothing else waits for it. */
async function noteFailure(app: ReadingApp, name: string, cursor: Cursor, error: Error): Promise<void> {
  const now = app.clock();
  const failures = cursor.failures + 1;
  app.log.warn({ err: error, failures }, "the mailbox could not be read");
  await app.db.write(async (tx) => {
    await change(tx, name, { error: error.message.slice(0, 500), errorAt: now, failures, nextTryAt: now + Math.min(LONGEST_PAUSE, 5_000 * 2 ** Math.min(failures, 10)), leaseOwner: null, leaseUntil: null });
    await noteChange(tx, bySystem("worker", now), "inbound");
  });
}
