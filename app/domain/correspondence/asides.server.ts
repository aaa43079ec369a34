/** Mails of staff members' mailboxes that could not be kept: tried a few times, then set aside with the reason. */
import { and, asc, eq, gte, lt, ne, sql } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { MailHead } from "../../mail/mailbox";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { MOST_TRIES, type AsideReason } from "./own-mailbox";
import { staffMailboxAsides } from "./schema";

type Place = Pick<typeof staffMailboxAsides.$inferSelect, "staffId" | "path" | "uidValidity" | "uid">;

const SHOWN = 20;

/** One that is too large is so tomorrow as well; of others it is tried again. */
export async function noteAside(tx: Tx, now: number, place: Place, about: { reason: AsideReason; error?: unknown; head?: MailHead }): Promise<void> {
  const { reason, error, head } = about;
  const said = { reason, words: error === undefined ? null : wordsOf(error), writtenAt: head?.writtenAt ?? null, size: head?.size ?? null };
  await tx
    .insert(staffMailboxAsides)
    .values({ ...place, ...said, tries: reason === "too_big" ? MOST_TRIES : 1 })
    .onConflictDoUpdate({ target: [staffMailboxAsides.staffId, staffMailboxAsides.path, staffMailboxAsides.uidValidity, staffMailboxAsides.uid], set: { ...said, tries: sql`${staffMailboxAsides.tries} + 1` } });
  await noteChange(tx, bySystem("worker", now), `staff_mailbox:${place.staffId}`);
}

/** Of the database the words beneath alone: around them it repeats what was to be written. */
function wordsOf(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: Error };
  const words = cause?.message ?? (/^Failed query/.test(message) ? name : message.replace(/^\w+: /, ""));
  return words.split("\n")[0]!.slice(0, 200);
}

export async function dropAside(tx: Tx, place: Place): Promise<void> {
  await tx.delete(staffMailboxAsides).where(at(place));
}

/** By their numbers nobody finds them any more; they are found again when the folder is looked through. */
export async function dropRenumbered(tx: Tx, { staffId, path, uidValidity }: Omit<Place, "uid">): Promise<void> {
  await tx.delete(staffMailboxAsides).where(and(eq(staffMailboxAsides.staffId, staffId), eq(staffMailboxAsides.path, path), ne(staffMailboxAsides.uidValidity, uidValidity)));
}

function at({ staffId, path, uidValidity, uid }: Place) {
  return and(eq(staffMailboxAsides.staffId, staffId), eq(staffMailboxAsides.path, path), eq(staffMailboxAsides.uidValidity, uidValidity), eq(staffMailboxAsides.uid, uid));
}

/** Numbers of those that have not been tried often enough. */
export async function listToTryAgain(db: Reader, { staffId, path, uidValidity }: Omit<Place, "uid">): Promise<number[]> {
  const rows = await db
    .select({ uid: staffMailboxAsides.uid })
    .from(staffMailboxAsides)
    .where(and(eq(staffMailboxAsides.staffId, staffId), eq(staffMailboxAsides.path, path), eq(staffMailboxAsides.uidValidity, uidValidity), lt(staffMailboxAsides.tries, MOST_TRIES)))
    .orderBy(asc(staffMailboxAsides.uid))
    .limit(50);
  return rows.map(({ uid }) => uid);
}

/** What its owner sees of them, newest first. */
export async function listAsides(db: Reader, staffId: number) {
  const isAside = and(eq(staffMailboxAsides.staffId, staffId), gte(staffMailboxAsides.tries, MOST_TRIES));
  const all = await db
    .select({ path: staffMailboxAsides.path, uid: staffMailboxAsides.uid, reason: staffMailboxAsides.reason, words: staffMailboxAsides.words, writtenAt: staffMailboxAsides.writtenAt, size: staffMailboxAsides.size })
    .from(staffMailboxAsides)
    .where(isAside)
    .orderBy(sql`${staffMailboxAsides.writtenAt} DESC`, asc(staffMailboxAsides.path), asc(staffMailboxAsides.uid))
    .limit(SHOWN);
  const [count] = await db.select({ n: sql<number>`count(*)` }).from(staffMailboxAsides).where(isAside);
  return { count: Number(count?.n ?? 0), shown: all };
}

/** Their owner's word tries them all again. */
export async function tryAsidesAgain(tx: Tx, by: By, staffId: number): Promise<void> {
  await tx.update(staffMailboxAsides).set({ tries: 0 }).where(eq(staffMailboxAsides.staffId, staffId));
  await recordAudit(tx, by, "tryAsidesAgain", { type: "staff", id: staffId });
  await noteChange(tx, by, `staff_mailbox:${staffId}`);
}
