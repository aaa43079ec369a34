/**
 * Worker step: looks into the mailboxes that staff have connected. Whom a mail is from and to is read first; its words are
 * fetched only when one of them is a customer's address. How far a folder was looked at is written in the transaction of
 * each mail that is kept.
 */
import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import type { AccountSession, MailAccount, MailHead } from "../../mail/mailbox";
import { staffUsers } from "../accounts/schema";
import { normalizeEmail } from "../customers/contact";
import { contactPoints, parties } from "../customers/schema";
import { isDead, OWNER } from "../deliveries/lease-owner.server";
import { readMail } from "../deliveries/returned/read-mail.server";
import { bySystem, type By, type StaffActor } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { keepMail, ownAddresses, type KeepingEnv, type Own } from "./keeping.server";
import { afterFailure } from "./own-mailbox";
import { accountOf, listFolders, type Secrets, type StaffMailbox } from "./own-mailboxes.server";
import { staffMailboxes, staffMailboxFolders } from "./schema";
import { toldFrom } from "./told-mail";

export type OwnReadingApp = {
  db: Database;
  clock: () => number;
  env: KeepingEnv & Secrets;
  openAccount: (account: MailAccount) => Promise<AccountSession>;
  log: { warn(about: object, words: string): void };
};

const EVERY = 60_000;
const LEASE = 120_000;
const AT_ONCE = 200;
const LARGEST = 25 * 1024 * 1024;

/** @returns how many mails were looked at, in one mailbox */
export async function readOwnMailboxes(app: OwnReadingApp): Promise<number> {
  const due = await lease(app);
  if (!due) return 0;
  const { row, staff, account } = due;
  let session: AccountSession | null = null;
  try {
    if (!account) throw Object.assign(new Error("refused: the password was sealed with a key that is not there"), { fault: "refused" });
    session = await app.openAccount(account);
    let seen = 0;
    for (const folder of await listFolders(app.db.read, row.staffId)) seen += await readFolder(app, session, { row, staff, folder });
    await app.db.write(async (tx) => {
      // With more to read it is looked at again at once.
      await change(tx, row, { readAt: seen >= AT_ONCE ? row.readAt : app.clock(), fault: null, words: null, failures: 0, nextTryAt: null, leaseOwner: null, leaseUntil: null });
      if (row.fault !== null || row.readAt === null) await noteChange(tx, bySystem("worker", app.clock()), `staff_mailbox:${row.staffId}`);
    });
    return seen;
  } catch (error) {
    await noteFailure(app, row, error as Error & { fault?: string });
    return 0;
  } finally {
    await session?.close();
  }
}

/** One that is due and that nobody else reads. Of who has left, none is. */
async function lease(app: OwnReadingApp): Promise<{ row: StaffMailbox; staff: StaffActor; account: MailAccount | null } | null> {
  const now = app.clock();
  return app.db.write(async (tx) => {
    const rows = await tx
      .select({ row: staffMailboxes, staff: { id: staffUsers.id, role: staffUsers.role, name: staffUsers.name, locale: staffUsers.locale } })
      .from(staffMailboxes)
      .innerJoin(staffUsers, eq(staffUsers.id, staffMailboxes.staffId))
      .where(
        and(
          isNull(staffMailboxes.pausedAt), isNull(staffUsers.disabledAt),
          or(isNull(staffMailboxes.nextTryAt), sql`${staffMailboxes.nextTryAt} <= ${now}`),
          or(isNull(staffMailboxes.readAt), lt(staffMailboxes.readAt, now - EVERY)),
        ),
      )
      .orderBy(sql`coalesce(${staffMailboxes.readAt}, 0)`, staffMailboxes.staffId)
      .limit(20);
    for (const { row, staff } of rows) {
      const isFree = or(isNull(staffMailboxes.leaseUntil), lt(staffMailboxes.leaseUntil, now), row.leaseOwner !== null && isDead(row.leaseOwner) ? eq(staffMailboxes.leaseOwner, row.leaseOwner) : undefined);
      const won = await tx.update(staffMailboxes).set({ leaseOwner: OWNER, leaseUntil: now + LEASE }).where(and(eq(staffMailboxes.staffId, row.staffId), isFree)).returning({ staffId: staffMailboxes.staffId });
      if (won.length) return { row, staff: { kind: "staff", ...staff }, account: await accountOf(tx, app.env, row) };
    }
    return null;
  });
}

/** Nothing when it was disconnected, or connected anew, meanwhile. */
async function change(tx: Tx, row: StaffMailbox, set: Partial<StaffMailbox>): Promise<boolean> {
  return (await tx.update(staffMailboxes).set(set).where(and(eq(staffMailboxes.staffId, row.staffId), eq(staffMailboxes.connectedAt, row.connectedAt))).returning({ id: staffMailboxes.staffId })).length > 0;
}

type Reading = { row: StaffMailbox; staff: StaffActor; folder: typeof staffMailboxFolders.$inferSelect };

async function readFolder(app: OwnReadingApp, session: AccountSession, reading: Reading): Promise<number> {
  const { row, folder } = reading;
  const { uidValidity } = await session.open(folder.path);
  // Numbered anew: all of it is looked at again, and what is there already is known.
  const from = folder.uidValidity === uidValidity ? folder.lastUid + 1 : 1;
  const uids = (await session.list({ from, since: row.since })).slice(0, AT_ONCE);
  if (uids.length === 0 && folder.uidValidity === uidValidity) return 0;
  const own = await ownAddresses(app.db.read, app.env);
  const heads = uids.length ? await session.heads(uids) : [];
  const known = await customersAmong(app.db, heads, own);
  for (const head of heads) if (head.size <= LARGEST && head.addresses.some((address) => known.has(normalizeEmail(address)))) await keepOne(app, session, reading, { uidValidity, head, own });
  await app.db.write((tx) => passed(tx, reading, uidValidity, uids.at(-1) ?? 0));
  return uids.length;
}

async function customersAmong(db: Database, heads: readonly MailHead[], own: Own): Promise<Set<string>> {
  const addresses = [...new Set(heads.flatMap((head) => head.addresses).filter((address) => !own.has(address)).map(normalizeEmail))];
  const known = new Set<string>();
  for (let at = 0; at < addresses.length; at += 500) {
    const rows = await db.read
      .select({ value: contactPoints.normalizedValue })
      .from(contactPoints)
      .innerJoin(parties, eq(parties.id, contactPoints.partyId))
      .where(and(eq(contactPoints.kind, "email"), inArray(contactPoints.normalizedValue, addresses.slice(at, at + 500)), isNull(parties.mergedIntoId), isNull(parties.erasedAt)));
    for (const { value } of rows) known.add(value);
  }
  return known;
}

async function keepOne(app: OwnReadingApp, session: AccountSession, reading: Reading, { uidValidity, head, own }: { uidValidity: string; head: MailHead; own: Own }): Promise<void> {
  const raw = await session.fetch(head.uid, LARGEST);
  if (!raw) return;
  const now = app.clock();
  const told = toldFrom(await readMail(raw), now);
  // What lies among the sent mails is hers, by whichever of her addresses she wrote it.
  const sender = reading.folder.isSent && told.from ? normalizeEmail(told.from.address) : null;
  const theirs: Own = sender === null ? own : { has: (address) => own.has(address) || normalizeEmail(address) === sender };
  const by: By = { actor: reading.staff, now };
  await app.db.write(async (tx) => {
    if (!(await change(tx, reading.row, { leaseUntil: now + LEASE }))) return;
    await keepMail(tx, by, { told, own: theirs, staffId: reading.row.staffId, door: "mailbox", mayWait: false });
    await passed(tx, reading, uidValidity, head.uid);
  });
}

async function passed(tx: Tx, { row, folder }: Reading, uidValidity: string, uid: number): Promise<void> {
  await tx.update(staffMailboxFolders).set({ uidValidity, lastUid: uid }).where(and(eq(staffMailboxFolders.staffId, row.staffId), eq(staffMailboxFolders.path, folder.path)));
}

/** Said on its owner's page; tried again later and later, and after too often not before they say so. */
async function noteFailure(app: OwnReadingApp, row: StaffMailbox, error: Error & { fault?: string }): Promise<void> {
  const now = app.clock();
  const failures = row.failures + 1;
  const fault = error.fault ?? "broken";
  const { nextTryAt, isPaused } = afterFailure(fault, failures, now);
  app.log.warn({ err: error, failures }, "a staff member's mailbox could not be read");
  await app.db.write(async (tx) => {
    await change(tx, row, { fault, words: error.message.replace(/^\w+: /, "").slice(0, 300), failures, nextTryAt, pausedAt: isPaused ? now : null, leaseOwner: null, leaseUntil: null });
    await noteChange(tx, bySystem("worker", now), `staff_mailbox:${row.staffId}`);
  });
}
