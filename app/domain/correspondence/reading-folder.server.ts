/**
 * One folder of a staff member's own mailbox. Whom a mail is from and to is read first; its words are fetched only when one
 * of them is a customer's address. How far it was looked at is written in the transaction of each mail that is kept.
 */
import { and, eq, inArray, isNull, lt, ne, or } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import type { AccountSession, MailHead } from "../../mail/mailbox";
import { isEmail, normalizeEmail } from "../customers/contact";
import { contactPoints, parties } from "../customers/schema";
import { readMail } from "../deliveries/returned/read-mail.server";
import type { By, StaffActor } from "../journal/actor";
import { dropAside, dropRenumbered, listToTryAgain, noteAside } from "./asides.server";
import { keepMail, ownAddresses, type KeepingEnv, type Own } from "./keeping.server";
import type { AsideReason } from "./own-mailbox";
import { changeMailbox, type StaffMailbox } from "./own-mailboxes.server";
import { staffMailboxFolders } from "./schema";
import { toldFrom } from "./told-mail";

export type FolderApp = { db: Database; clock: () => number; env: KeepingEnv; log: { warn(about: object, words: string): void } };
export type Folder = typeof staffMailboxFolders.$inferSelect;
export type Reading = { row: StaffMailbox; staff: StaffActor; folder: Folder };

export const LEASE = 120_000;
export const AT_ONCE = 200;
const LARGEST = 25 * 1024 * 1024;

/** @returns how many mails were looked at */
export async function readFolder(app: FolderApp, session: AccountSession, reading: Reading): Promise<number> {
  const { row, folder } = reading;
  const { uidValidity } = await session.open(folder.path);
  // Numbered anew: all of it is looked at again, and what is there already is known.
  const from = folder.uidValidity === uidValidity ? folder.lastUid + 1 : 1;
  if (folder.uidValidity !== uidValidity) await app.db.write((tx) => dropRenumbered(tx, { ...folder, uidValidity }));
  const again = await listToTryAgain(app.db.read, { ...folder, uidValidity });
  const uids = (await session.list({ from, since: row.since })).slice(0, AT_ONCE);
  if (again.length) await takeMails(app, session, reading, { uidValidity, uids: again, isNew: false });
  if (uids.length === 0 && folder.uidValidity === uidValidity) return 0;
  await takeMails(app, session, reading, { uidValidity, uids, isNew: true });
  await app.db.write((tx) => passed(tx, folder, uidValidity, uids.at(-1) ?? 0));
  return uids.length;
}

/** isNew: how far the folder was looked at moves on with them. */
type Some = { uidValidity: string; uids: readonly number[]; isNew: boolean };

/** Keeps those of them that are with a customer. One that cannot be kept holds up none of the others. */
export async function takeMails(app: FolderApp, session: AccountSession, reading: Reading, { uidValidity, uids, isNew }: Some): Promise<void> {
  const own = await ownAddresses(app.db.read, app.env);
  const heads = await readHeads(session, reading.folder.path, uids);
  const known = await customersAmong(app.db, heads.read, own);
  const place = (uid: number) => ({ staffId: reading.row.staffId, path: reading.folder.path, uidValidity, uid });
  const setAside = (uid: number, about: Parameters<typeof noteAside>[3]) =>
    app.db.write(async (tx) => {
      // Not of a mailbox that was disconnected, or connected anew, meanwhile.
      if (await changeMailbox(tx, reading.row, { leaseUntil: app.clock() + LEASE })) await noteAside(tx, app.clock(), place(uid), about);
    });
  for (const { uid, error } of heads.unread) await setAside(uid, { reason: "unreadable", error });
  for (const head of heads.read) {
    if (!head.addresses.some((address) => known.has(normalizeEmail(address)))) continue;
    if (head.size > LARGEST) {
      await setAside(head.uid, { reason: "too_big", head });
      continue;
    }
    try {
      await keepOne(app, session, reading, { uidValidity, head, own, isNew });
    } catch (error) {
      const reason: AsideReason = (error as Error).name === "MailboxError" ? "unreadable" : "unwritable";
      // Is it the whole connection? Then this throws, and no mail is to blame.
      if (reason === "unreadable") await session.open(reading.folder.path);
      app.log.warn({ staffId: reading.row.staffId, uid: head.uid, reason }, "a mail of a staff member's mailbox could not be kept");
      await setAside(head.uid, { reason, error, head });
    }
  }
  // Gone from the folder meanwhile, or nobody's: there is nothing to try again.
  if (!isNew) for (const uid of uids) if (!heads.unread.some((one) => one.uid === uid) && !heads.read.some((head) => head.uid === uid && head.addresses.some((address) => known.has(normalizeEmail(address))))) await app.db.write((tx) => dropAside(tx, place(uid)));
}

type Heads = { read: MailHead[]; unread: { uid: number; error: unknown }[] };

/** Where the server's account of some makes no sense, their own lines are read; a few of many are found by halving. */
async function readHeads(session: AccountSession, path: string, uids: readonly number[]): Promise<Heads> {
  if (uids.length === 0) return { read: [], unread: [] };
  try {
    const heads = await session.heads(uids).catch(async (error: unknown) => {
      await session.open(path);
      if (uids.length > 1) throw error;
      return [];
    });
    const missing = uids.filter((uid) => !heads.some((head) => head.uid === uid));
    const read = missing.length ? [...heads, ...(await session.headsByLines(missing))] : heads;
    return { read: read.map(withRealAddresses).toSorted((a, b) => a.uid - b.uid), unread: [] };
  } catch (error) {
    await session.open(path);
    if (uids.length === 1) return { read: [], unread: [{ uid: uids[0]!, error }] };
    const half = Math.ceil(uids.length / 2);
    const parts = [await readHeads(session, path, uids.slice(0, half)), await readHeads(session, path, uids.slice(half))];
    return { read: parts.flatMap(({ read }) => read), unread: parts.flatMap(({ unread }) => unread) };
  }
}

/** A head may say anything; only addresses are asked for in the database. */
function withRealAddresses(head: MailHead): MailHead {
  return { ...head, addresses: head.addresses.filter(isEmail) };
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

type One = { uidValidity: string; head: MailHead; own: Own; isNew: boolean };

async function keepOne(app: FolderApp, session: AccountSession, { row, staff, folder }: Reading, { uidValidity, head, own, isNew }: One): Promise<void> {
  const raw = await session.fetch(head.uid, LARGEST);
  if (!raw) return isNew ? undefined : app.db.write((tx) => dropAside(tx, { staffId: row.staffId, path: folder.path, uidValidity, uid: head.uid }));
  const now = app.clock();
  const told = toldFrom(await readMail(raw), now);
  // What lies among the sent mails is hers, by whichever of her addresses she wrote it.
  const sender = folder.isSent && told.from ? normalizeEmail(told.from.address) : null;
  const theirs: Own = sender === null ? own : { has: (address) => own.has(address) || normalizeEmail(address) === sender };
  const by: By = { actor: staff, now };
  await app.db.write(async (tx) => {
    if (!(await changeMailbox(tx, row, { leaseUntil: now + LEASE }))) return;
    await keepMail(tx, by, { told, own: theirs, staffId: row.staffId, door: "mailbox", mayWait: false });
    if (isNew) await passed(tx, folder, uidValidity, head.uid);
    await dropAside(tx, { staffId: row.staffId, path: folder.path, uidValidity, uid: head.uid });
  });
}

/** Never back, except where the numbers are new ones. */
async function passed(tx: Tx, { staffId, path }: Folder, uidValidity: string, uid: number): Promise<void> {
  const isFurther = or(isNull(staffMailboxFolders.uidValidity), ne(staffMailboxFolders.uidValidity, uidValidity), lt(staffMailboxFolders.lastUid, uid));
  await tx.update(staffMailboxFolders).set({ uidValidity, lastUid: uid }).where(and(eq(staffMailboxFolders.staffId, staffId), eq(staffMailboxFolders.path, path), isFurther));
}
