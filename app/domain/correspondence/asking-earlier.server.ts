/**
 * Somebody becomes a customer, or an address of theirs becomes known: mails with them may lie in mailboxes that were looked
 * through before. Each mailbox is asked for each new address, as far back as its owner chose.
 */
import { and, asc, eq, gt, lte } from "drizzle-orm";

import type { Reader } from "../../db/types";
import type { AccountSession } from "../../mail/mailbox";
import type { StaffActor } from "../journal/actor";
import { contactPoints, parties } from "../customers/schema";
import { ownAddresses } from "./keeping.server";
import { changeMailbox, highestContact, listFolders, type StaffMailbox } from "./own-mailboxes.server";
import { AT_ONCE, LEASE, takeMails, type FolderApp } from "./reading-folder.server";
import { staffMailboxFolders } from "./schema";

const ADDRESSES_AT_ONCE = 20;
/** An import brought them: looking through everything again is quicker than asking for each. */
const MANY = 500;

export async function askForEarlier(app: FolderApp, session: AccountSession, { row, staff }: { row: StaffMailbox; staff: StaffActor }): Promise<void> {
  const added = await addedSince(app.db.read, row.askedUpTo, app.clock());
  if (added.length === 0) return;
  if (added.length > MANY) return lookThroughAgain(app, row);
  const own = await ownAddresses(app.db.read, app.env);
  for (const { id, value, isGone } of added.slice(0, ADDRESSES_AT_ONCE)) {
    if (!isGone && !own.has(value)) for (const folder of await listFolders(app.db.read, row.staffId)) await askFolder(app, session, { row, staff, folder }, value);
    await app.db.write((tx) => changeMailbox(tx, row, { askedUpTo: id, leaseUntil: app.clock() + LEASE }));
  }
}

async function askFolder(app: FolderApp, session: AccountSession, reading: Parameters<typeof takeMails>[2], address: string): Promise<void> {
  const { row, folder } = reading;
  const { uidValidity } = await session.open(folder.path);
  // Numbered anew: all of it is going to be looked through anyway.
  if (folder.uidValidity !== uidValidity || folder.lastUid === 0) return;
  const uids = await session.search({ address, upTo: folder.lastUid, since: row.since });
  for (let from = 0; from < uids.length; from += AT_ONCE) await takeMails(app, session, reading, { uidValidity, uids: uids.slice(from, from + AT_ONCE), isNew: false });
}

async function addedSince(db: Reader, after: number, now: number) {
  const upTo = await highestContact(db, after, now);
  const rows = await db
    .select({ id: contactPoints.id, value: contactPoints.value, mergedIntoId: parties.mergedIntoId, erasedAt: parties.erasedAt })
    .from(contactPoints)
    .innerJoin(parties, eq(parties.id, contactPoints.partyId))
    .where(and(gt(contactPoints.id, after), lte(contactPoints.id, upTo), eq(contactPoints.kind, "email")))
    .orderBy(asc(contactPoints.id))
    .limit(MANY + 1);
  return rows.map(({ id, value, mergedIntoId, erasedAt }) => ({ id, value, isGone: mergedIntoId !== null || erasedAt !== null }));
}

async function lookThroughAgain(app: FolderApp, row: StaffMailbox): Promise<void> {
  await app.db.write(async (tx) => {
    const askedUpTo = await highestContact(tx, row.askedUpTo, app.clock());
    if (!(await changeMailbox(tx, row, { askedUpTo }))) return;
    await tx.update(staffMailboxFolders).set({ lastUid: 0 }).where(eq(staffMailboxFolders.staffId, row.staffId));
  });
}
