/** Staff members' own mailboxes: connected, shown, disconnected. */
import { and, asc, eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { AccountFolder, AccountSession, MailAccount, MailboxFault } from "../../mail/mailbox";
import { seal, unseal } from "../accounts/sealed.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { listAsides } from "./asides.server";
import { staffMailboxAsides, staffMailboxes, staffMailboxFolders } from "./schema";

export type Secrets = { SECRET_KEY: string; SECRET_KEY_OLD: readonly string[] };
export type StaffMailbox = typeof staffMailboxes.$inferSelect;

const purposeOf = (staffId: number) => `mailbox of staff ${staffId}`;

/** Signs in, and opens each folder that would be read. */
export async function tryAccount(open: (account: MailAccount) => Promise<AccountSession>, account: MailAccount): Promise<{ ok: true; folders: AccountFolder[] } | { ok: false; fault: MailboxFault }> {
  let session: AccountSession | null = null;
  try {
    session = await open(account);
    const folders = await session.folders();
    for (const { path } of folders) await session.open(path);
    return { ok: true, folders };
  } catch (error) {
    const { name, fault } = error as { name?: string; fault?: MailboxFault };
    if (name !== "MailboxError" || !fault) throw error;
    return { ok: false, fault };
  } finally {
    await session?.close();
  }
}

/** After it was tried. The one before is let go of, and how far it was read. */
export async function connectMailbox(tx: Tx, by: By, secrets: Secrets, input: { staffId: number; account: MailAccount; folders: readonly AccountFolder[]; since: number }): Promise<void> {
  const { staffId, account, folders, since } = input;
  await forget(tx, staffId);
  const { host, port, secure, user: username, password } = account;
  const askedUpTo = await highestContact(tx, 0, by.now);
  await tx.insert(staffMailboxes).values({ staffId, host, port, secure, username, since, sealedPassword: sealedFor(secrets, staffId, password), connectedAt: by.now, askedUpTo });
  for (const { path, isSent } of folders) await tx.insert(staffMailboxFolders).values({ staffId, path, isSent });
  await recordAudit(tx, by, "connectMailbox", { type: "staff", id: staffId }, { folders: folders.length });
  await noteChange(tx, by, `staff_mailbox:${staffId}`);
}

/** The password is deleted, and how far it was read. What stands on timelines stays. */
export async function disconnectMailbox(tx: Tx, by: By, staffId: number): Promise<boolean> {
  if (!(await forget(tx, staffId))) return false;
  await recordAudit(tx, by, "disconnectMailbox", { type: "staff", id: staffId });
  await noteChange(tx, by, `staff_mailbox:${staffId}`);
  return true;
}

async function forget(tx: Tx, staffId: number): Promise<boolean> {
  await tx.delete(staffMailboxAsides).where(eq(staffMailboxAsides.staffId, staffId));
  await tx.delete(staffMailboxFolders).where(eq(staffMailboxFolders.staffId, staffId));
  return (await tx.delete(staffMailboxes).where(eq(staffMailboxes.staffId, staffId)).returning({ staffId: staffMailboxes.staffId })).length > 0;
}

/** A lower number may come after a higher one: until every transaction that began before has ended, a row is not settled. */
const SETTLED = 60_000;

/** The highest number of contact points beneath which none is to come any more. */
export async function highestContact(db: Reader, after: number, now: number): Promise<number> {
  const [row] = await db.raw<{ highest: number | null; unsettled: number | null }>(
    "SELECT (SELECT max(id) FROM contact_points) AS highest, (SELECT min(id) FROM contact_points WHERE id > ? AND created_at > ?) AS unsettled",
    [after, now - SETTLED],
  );
  return Math.max(after, row?.unsettled ? Number(row.unsettled) - 1 : Number(row?.highest ?? 0));
}

/** Nothing when it was disconnected, or connected anew, meanwhile. */
export async function changeMailbox(tx: Tx, row: StaffMailbox, set: Partial<StaffMailbox>): Promise<boolean> {
  return (await tx.update(staffMailboxes).set(set).where(and(eq(staffMailboxes.staffId, row.staffId), eq(staffMailboxes.connectedAt, row.connectedAt))).returning({ id: staffMailboxes.staffId })).length > 0;
}

/** It is tried again at once, after it was paused. */
export async function resumeMailbox(tx: Tx, by: By, staffId: number): Promise<boolean> {
  const [row] = await tx
    .update(staffMailboxes)
    .set({ pausedAt: null, failures: 0, nextTryAt: null, readAt: null })
    .where(eq(staffMailboxes.staffId, staffId))
    .returning({ staffId: staffMailboxes.staffId });
  if (!row) return false;
  await recordAudit(tx, by, "resumeMailbox", { type: "staff", id: staffId });
  await noteChange(tx, by, `staff_mailbox:${staffId}`);
  return true;
}

/** As its owner sees it: without the password. */
export async function findMailbox(db: Reader, staffId: number) {
  const [row] = await db
    .select({
      host: staffMailboxes.host, port: staffMailboxes.port, username: staffMailboxes.username, since: staffMailboxes.since, readAt: staffMailboxes.readAt, fault: staffMailboxes.fault, words: staffMailboxes.words,
      pausedAt: staffMailboxes.pausedAt, nextTryAt: staffMailboxes.nextTryAt,
    })
    .from(staffMailboxes)
    .where(eq(staffMailboxes.staffId, staffId));
  if (!row) return null;
  const folders = await listFolders(db, staffId);
  return { ...row, folders: folders.map(({ path, isSent }) => ({ path, isSent })), asides: await listAsides(db, staffId) };
}

export async function listFolders(db: Reader, staffId: number) {
  return db.select().from(staffMailboxFolders).where(eq(staffMailboxFolders.staffId, staffId)).orderBy(asc(staffMailboxFolders.isSent), asc(staffMailboxFolders.path));
}

function sealedFor({ SECRET_KEY }: Secrets, staffId: number, password: string): string {
  return seal(SECRET_KEY, purposeOf(staffId), password).toString("base64");
}

/** What opens it; null when it was sealed with a key that is lost. Of a former key it is sealed anew. */
export async function accountOf(tx: Tx, secrets: Secrets, row: StaffMailbox): Promise<MailAccount | null> {
  const sealed = Buffer.from(row.sealedPassword, "base64");
  const { host, port, secure, username: user } = row;
  const current = unseal([secrets.SECRET_KEY], purposeOf(row.staffId), sealed);
  if (current !== null) return { host, port, secure, user, password: current };
  const former = unseal(secrets.SECRET_KEY_OLD, purposeOf(row.staffId), sealed);
  if (former === null) return null;
  await tx
    .update(staffMailboxes)
    .set({ sealedPassword: sealedFor(secrets, row.staffId, former) })
    .where(and(eq(staffMailboxes.staffId, row.staffId), eq(staffMailboxes.sealedPassword, row.sealedPassword)));
  return { host, port, secure, user, password: former };
}
