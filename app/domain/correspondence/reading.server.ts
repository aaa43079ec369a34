/** Worker step: looks into the mailboxes that staff have connected, one at a time. */
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";

import type { AccountSession, MailAccount } from "../../mail/mailbox";
import { staffUsers } from "../accounts/schema";
import { isDead, OWNER } from "../deliveries/lease-owner.server";
import { bySystem, type StaffActor } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { askForEarlier } from "./asking-earlier.server";
import { afterFailure } from "./own-mailbox";
import { accountOf, changeMailbox, listFolders, type Secrets, type StaffMailbox } from "./own-mailboxes.server";
import { AT_ONCE, LEASE, readFolder, type FolderApp } from "./reading-folder.server";
import { staffMailboxes } from "./schema";

export type OwnReadingApp = FolderApp & { env: Secrets; openAccount: (account: MailAccount) => Promise<AccountSession> };

const EVERY = 60_000;

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
    await askForEarlier(app, session, { row, staff });
    await app.db.write(async (tx) => {
      // With more to read it is looked at again at once.
      await changeMailbox(tx, row, { readAt: seen >= AT_ONCE ? row.readAt : app.clock(), fault: null, words: null, failures: 0, nextTryAt: null, leaseOwner: null, leaseUntil: null });
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

/** Said on its owner's page; tried again later and later, and after too often not before they say so. */
async function noteFailure(app: OwnReadingApp, row: StaffMailbox, error: Error & { fault?: string }): Promise<void> {
  const now = app.clock();
  const failures = row.failures + 1;
  const fault = error.fault ?? "broken";
  const { nextTryAt, isPaused } = afterFailure(fault, failures, now);
  app.log.warn({ err: error, failures }, "a staff member's mailbox could not be read");
  await app.db.write(async (tx) => {
    await changeMailbox(tx, row, { fault, words: error.message.replace(/^\w+: /, "").slice(0, 300), failures, nextTryAt, pausedAt: isPaused ? now : null, leaseOwner: null, leaseUntil: null });
    await noteChange(tx, bySystem("worker", now), `staff_mailbox:${row.staffId}`);
  });
}
