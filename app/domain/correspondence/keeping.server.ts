/** Puts a mail on the timelines of the customers whom it is with: once, however often and by whichever way it comes. */
import { and, eq, inArray, isNull, or, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import { lockKeys } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { getCompany } from "../company/company.server";
import { normalizeEmail } from "../customers/contact";
import { recordEvent } from "../customers/events.server";
import { contactPoints, parties } from "../customers/schema";
import { deliveries, inboundMails } from "../deliveries/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { keysOf } from "./keys";
import { isLogAddress } from "./log-address";
import { keptMailFiles, keptMailKeys, keptMailParties, keptMails, keptMailStaff, staffMailboxes, type DIRECTIONS, type DOORS } from "./schema";
import { plainLine, plainText, type Told } from "./told-mail";

export type KeepingEnv = { MAIL_FROM: string; BOUNCE_ADDRESS?: string | undefined };
export type Direction = (typeof DIRECTIONS)[number];
type KeptMail = typeof keptMails.$inferSelect;

/** Addresses of staff and of the company itself: nobody who has one is a customer here. */
export type Own = { has(address: string): boolean };

export async function ownAddresses(db: Reader, env: KeepingEnv): Promise<Own> {
  const staff = await db.select({ email: staffUsers.email }).from(staffUsers);
  const mailboxes = await db.select({ username: staffMailboxes.username }).from(staffMailboxes);
  const { supportEmail } = await getCompany(db);
  const all = new Set([...staff.map(({ email }) => email), ...mailboxes.map(({ username }) => username).filter((name) => name.includes("@")), env.MAIL_FROM.replace(/^.*<|>.*$/g, ""), env.BOUNCE_ADDRESS ?? "", supportEmail].filter(Boolean).map(normalizeEmail));
  return { has: (address) => all.has(normalizeEmail(address)) || isLogAddress(address, env.BOUNCE_ADDRESS) };
}

export type Concerned = { partyId: number; direction: Direction };

/** Whose timelines it belongs on: everybody who has one of its addresses, primary or not. A mail among staff is nobody's. */
export async function concernedBy(db: Reader, own: Own, { from, recipients, blind }: Pick<Told, "from" | "recipients" | "blind">): Promise<Concerned[]> {
  const isOurs = from !== null && own.has(from.address);
  const writers = from === null || isOurs ? [] : await ownersOf(db, [from.address]);
  const readers = await ownersOf(db, [...recipients, ...blind].map(({ address }) => address).filter((address) => !own.has(address)));
  const found = new Map<number, Direction>(readers.map((partyId) => [partyId, isOurs ? "out" : "copied"]));
  for (const partyId of writers) found.set(partyId, "in");
  return [...found].map(([partyId, direction]) => ({ partyId, direction }));
}

async function ownersOf(db: Reader, addresses: readonly string[]): Promise<number[]> {
  const wanted = [...new Set(addresses.map(normalizeEmail))];
  if (wanted.length === 0) return [];
  const rows = await db
    .select({ partyId: contactPoints.partyId })
    .from(contactPoints)
    .innerJoin(parties, eq(parties.id, contactPoints.partyId))
    .where(and(eq(contactPoints.kind, "email"), inArray(contactPoints.normalizedValue, wanted), isNull(parties.mergedIntoId), isNull(parties.erasedAt)))
    .limit(1000);
  return [...new Set(rows.map(({ partyId }) => partyId))];
}

/** Nobody but staff and the company itself is in it. */
export function isAmongStaff(own: Own, { from, recipients, blind }: Pick<Told, "from" | "recipients" | "blind">): boolean {
  return (from === null || own.has(from.address)) && [...recipients, ...blind].every(({ address }) => own.has(address));
}

export type Keeping = {
  told: Told;
  own: Own;
  staffId: number | null;
  door: (typeof DOORS)[number];
  /** Who it is with, where a person has said so; else by its addresses. */
  concerned?: Concerned[];
  /** Nobody is known: it waits for a person to say whose it is, instead of being dropped. */
  mayWait: boolean;
};
/** among_staff: nobody else is in it; on_record: it stands there as a mail of this system; removed: somebody took it off. */
export type Kept = { ok: true; mailId: number; publicId: string; isNew: boolean; concerned: Concerned[] } | { ok: false; reason: "among_staff" | "on_record" | "removed" | "nobody" };

export async function keepMail(tx: Tx, by: By, { told, own, staffId, door, mayWait, ...given }: Keeping): Promise<Kept> {
  if (!given.concerned && isAmongStaff(own, told)) return { ok: false, reason: "among_staff" };
  const keys = keysOf(told);
  await lockKeys(tx, [...keys.exact, keys.words].map((key) => `kept-mail:${key}`));
  const there = await findKept(tx, told, keys);
  if (there?.removedAt != null) return { ok: false, reason: "removed" };
  const takers = await lettersOf(tx, told.messageId);
  const concerned = given.concerned ?? (await concernedBy(tx, own, told)).filter(({ partyId }) => !takers.has(partyId));
  if (!there && ((await isOurs(tx, told.messageId)) || (takers.size > 0 && (given.concerned || concerned.length === 0)))) return { ok: false, reason: "on_record" };
  if (!there && concerned.length === 0 && !mayWait) return { ok: false, reason: "nobody" };
  const { id, publicId } = there ?? (await insertMail(tx, by, told, keys.words));
  for (const key of keys.exact) await tx.insert(keptMailKeys).values({ key, mailId: id }).onConflictDoNothing();
  if (staffId !== null) await tx.insert(keptMailStaff).values({ mailId: id, staffId, door, at: by.now }).onConflictDoNothing();
  const added = await putOnTimelines(tx, by, { id, at: there?.at ?? told.at }, concerned);
  if (!there || added > 0) await recordAudit(tx, by, "keepMail", { type: "kept_mail", id }, { door, customers: concerned.length });
  return { ok: true, mailId: id, publicId, isNew: !there, concerned };
}

const DAY_AND_MORE = 26 * 3_600_000;

async function findKept(tx: Tx, told: Told, keys: { exact: string[]; words: string }): Promise<KeptMail | null> {
  if (keys.exact.length) {
    const [row] = await tx.select({ mail: keptMails }).from(keptMailKeys).innerJoin(keptMails, eq(keptMails.id, keptMailKeys.mailId)).where(inArray(keptMailKeys.key, keys.exact)).limit(1);
    if (row) return row.mail;
  }
  // What was retold has a time without a zone: the same words by the same writer about then are the same mail.
  const [row] = await tx
    .select()
    .from(keptMails)
    .where(and(eq(keptMails.wordsKey, keys.words), sql`abs(${keptMails.at} - ${told.at}) < ${DAY_AND_MORE}`, told.isRetold ? undefined : eq(keptMails.isRetold, true)))
    .orderBy(sql`abs(${keptMails.at} - ${told.at})`, keptMails.id)
    .limit(1);
  return row ?? null;
}

/** A mail that this system sent stands on the timeline as that. */
async function isOurs(tx: Tx, messageId: string | null): Promise<boolean> {
  if (messageId === null) return false;
  const [sent] = await tx.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.messageId, messageId));
  return sent !== undefined;
}

/** On whose timelines it stands as a letter to us. */
async function lettersOf(tx: Tx, messageId: string | null): Promise<Set<number | null>> {
  if (messageId === null) return new Set();
  const rows = await tx.select({ partyId: inboundMails.partyId }).from(inboundMails).where(and(eq(inboundMails.messageId, messageId), eq(inboundMails.outcome, "case")));
  return new Set(rows.map(({ partyId }) => partyId));
}

async function insertMail(tx: Tx, by: By, told: Told, wordsKey: string): Promise<{ id: number; publicId: string }> {
  const { from, files, blind: _, ...rest } = told;
  const [row] = await tx
    .insert(keptMails)
    .values({ ...rest, publicId: uuid(), wordsKey, fromAddress: from?.address ?? null, fromName: from?.name || null, keptAt: by.now })
    .returning({ id: keptMails.id, publicId: keptMails.publicId });
  for (const { filename, contentType, bytes } of files)
    await tx.insert(keptMailFiles).values({ publicId: uuid(), mailId: row!.id, filename, contentType, size: bytes.byteLength, bytes: Buffer.from(bytes) });
  return row!;
}

const EVENTS = { in: "contact_in", out: "contact_out", copied: "contact_copied" } as const satisfies Record<Direction, string>;

/** What it says stands on the mail alone, and the timeline reads it there: gone from it, it is gone everywhere. */
export async function putOnTimelines(tx: Tx, by: By, mail: { id: number; at: number }, concerned: readonly Concerned[]): Promise<number> {
  let added = 0;
  for (const { partyId, direction } of concerned) {
    const [row] = await tx.insert(keptMailParties).values({ mailId: mail.id, partyId, direction }).onConflictDoNothing().returning({ partyId: keptMailParties.partyId });
    if (!row) continue;
    await recordEvent(tx, by, { partyId, kind: EVENTS[direction], at: mail.at, channel: "email", subject: { type: "kept_mail", id: mail.id }, data: {}, dedupeKey: `kept_mail:${mail.id}:${partyId}` });
    await noteChange(tx, by, `party:${partyId}`);
    added += 1;
  }
  return added;
}

export async function takeOffTimeline(tx: Tx, by: By, mailId: number, partyId: number): Promise<boolean> {
  const gone = await tx.delete(keptMailParties).where(and(eq(keptMailParties.mailId, mailId), eq(keptMailParties.partyId, partyId))).returning({ partyId: keptMailParties.partyId });
  if (gone.length === 0) return false;
  await tx.raw("DELETE FROM events WHERE subject_type = 'kept_mail' AND subject_id = ? AND party_id = ?", [mailId, partyId]);
  await noteChange(tx, by, `party:${partyId}`);
  return true;
}

/** Its words and files are deleted; what it is known by stays. @returns on whose timelines it stood */
export async function emptyMail(tx: Tx, by: By, mailId: number): Promise<number[]> {
  const of = (await tx.delete(keptMailParties).where(eq(keptMailParties.mailId, mailId)).returning({ partyId: keptMailParties.partyId })).map(({ partyId }) => partyId);
  await tx.delete(keptMailFiles).where(eq(keptMailFiles.mailId, mailId));
  await tx.delete(keptMailStaff).where(eq(keptMailStaff.mailId, mailId));
  await tx.update(keptMails).set({ removedAt: by.now, messageId: null, fromAddress: null, fromName: null, recipients: [], subject: "", text: "", html: null }).where(eq(keptMails.id, mailId));
  await tx.raw("DELETE FROM events WHERE subject_type = 'kept_mail' AND subject_id = ?", [mailId]);
  if (of.length) await noteChange(tx, by, ...of.map((partyId) => `party:${partyId}`));
  return of;
}

/**
 * The same mail came to us as a letter too, and stands on the customer's timeline as that: there it gives way. When nobody
 * else has it, it is emptied.
 */
export async function giveWay(tx: Tx, by: By, letter: { messageId: string | null; from: string; subject: string; text: string; /** By its own date, where it is known. */ at: number | null }, partyId: number): Promise<void> {
  const { words } = keysOf({ messageId: null, from: { name: "", address: letter.from }, recipients: [], subject: plainLine(letter.subject, 500), text: plainText(letter.text), at: 0, isRetold: true });
  await lockKeys(tx, [`kept-mail:${words}`]);
  const isSame = or(letter.messageId === null ? undefined : eq(keptMails.messageId, letter.messageId), letter.at === null ? undefined : sql`abs(${keptMails.at} - ${letter.at}) < 1000`);
  if (!isSame) return;
  const [mail] = await tx.select({ id: keptMails.id }).from(keptMails).where(and(eq(keptMails.wordsKey, words), isNull(keptMails.removedAt), isSame)).limit(1);
  if (!mail || !(await takeOffTimeline(tx, by, mail.id, partyId))) return;
  const [other] = await tx.select({ partyId: keptMailParties.partyId }).from(keptMailParties).where(eq(keptMailParties.mailId, mail.id)).limit(1);
  if (!other) await emptyMail(tx, by, mail.id);
  await recordAudit(tx, by, "giveWay", { type: "kept_mail", id: mail.id }, { partyId });
}
