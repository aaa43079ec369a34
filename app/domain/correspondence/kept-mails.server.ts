/** Mails on timelines, as staff read them; putting one on a customer's record, and taking one off. */
import { and, asc, desc, eq, inArray, isNull, notExists, sql } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { noteEmail } from "../customers/contact-points.server";
import { findPartyByPublicId } from "../customers/customers.server";
import { parties } from "../customers/schema";
import { settleHandedOver } from "../deliveries/inbound.server";
import type { By, StaffActor } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { concernedBy, emptyMail, putOnTimelines, takeOffTimeline, type Own } from "./keeping.server";
import { withoutQuotation } from "./reply-text";
import { keptMailFiles, keptMailParties, keptMails, keptMailStaff } from "./schema";

export type KeptMailRef = { publicId: string; subject: string; excerpt: string };

const EXCERPT = 400;

/** What a timeline says of them. */
export async function listKeptMailRefs(db: Reader, ids: readonly number[]): Promise<Map<number, KeptMailRef>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: keptMails.id, publicId: keptMails.publicId, subject: keptMails.subject, text: sql<string>`substr(${keptMails.text}, 1, 4000)` })
    .from(keptMails)
    .where(and(inArray(keptMails.id, [...new Set(ids)]), isNull(keptMails.removedAt)));
  return new Map(rows.map(({ id, text, ...row }) => [id, { ...row, excerpt: shortened(withoutQuotation(text)) }]));
}

function shortened(text: string): string {
  return text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT).replace(/\s+\S*$/, "")} …`;
}

/** Null when there is none, or none any more. */
export async function findKeptMail(db: Reader, publicId: string) {
  const [mail] = await db
    .select({
      id: keptMails.id, publicId: keptMails.publicId, fromAddress: keptMails.fromAddress, fromName: keptMails.fromName, recipients: keptMails.recipients, subject: keptMails.subject,
      text: keptMails.text, isInHtml: sql<number>`CASE WHEN ${keptMails.html} IS NULL THEN 0 ELSE 1 END`, at: keptMails.at, keptAt: keptMails.keptAt, isRetold: keptMails.isRetold, filesLeftOut: keptMails.filesLeftOut,
    })
    .from(keptMails)
    .where(and(eq(keptMails.publicId, publicId), isNull(keptMails.removedAt)));
  return mail ? { ...mail, isInHtml: Number(mail.isInHtml) === 1 } : null;
}

export async function listKeptMailCustomers(db: Reader, mailId: number) {
  return db
    .select({ partyId: parties.id, publicId: parties.publicId, name: parties.name, direction: keptMailParties.direction })
    .from(keptMailParties)
    .innerJoin(parties, eq(parties.id, keptMailParties.partyId))
    .where(eq(keptMailParties.mailId, mailId))
    .orderBy(asc(parties.name), asc(parties.id));
}

export async function listKeptMailStaff(db: Reader, mailId: number) {
  return db
    .select({ staffId: keptMailStaff.staffId, name: staffUsers.name, door: keptMailStaff.door, at: keptMailStaff.at })
    .from(keptMailStaff)
    .innerJoin(staffUsers, eq(staffUsers.id, keptMailStaff.staffId))
    .where(eq(keptMailStaff.mailId, mailId))
    .orderBy(asc(keptMailStaff.at), asc(keptMailStaff.staffId));
}

export async function listKeptMailFiles(db: Reader, mailId: number) {
  return db
    .select({ publicId: keptMailFiles.publicId, filename: keptMailFiles.filename, size: keptMailFiles.size })
    .from(keptMailFiles)
    .where(eq(keptMailFiles.mailId, mailId))
    .orderBy(asc(keptMailFiles.id));
}

export async function findKeptFile(db: Reader, mailId: number, filePublicId: string) {
  const [file] = await db
    .select({ filename: keptMailFiles.filename, bytes: keptMailFiles.bytes })
    .from(keptMailFiles)
    .where(and(eq(keptMailFiles.publicId, filePublicId), eq(keptMailFiles.mailId, mailId)));
  return file ?? null;
}

export async function findKeptHtml(db: Reader, mailId: number): Promise<string | null> {
  const [mail] = await db.select({ html: keptMails.html }).from(keptMails).where(eq(keptMails.id, mailId));
  return mail?.html ?? null;
}

/** For pages that know a mail by its row: of those that came in. */
export async function listKeptMailPaths(db: Reader, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.select({ id: keptMails.id, publicId: keptMails.publicId }).from(keptMails).where(and(inArray(keptMails.id, [...ids]), isNull(keptMails.removedAt)));
  return new Map(rows.map(({ id, publicId }) => [id, publicId]));
}

/** Mails that a staff member handed over and that are on nobody's record yet, newest first. */
export async function listWaitingOf(db: Reader, staffId: number) {
  return db
    .select({ publicId: keptMails.publicId, subject: keptMails.subject, at: keptMails.at })
    .from(keptMailStaff)
    .innerJoin(keptMails, eq(keptMails.id, keptMailStaff.mailId))
    .where(
      and(
        eq(keptMailStaff.staffId, staffId), isNull(keptMails.removedAt),
        notExists(db.select({ one: sql`1` }).from(keptMailParties).where(eq(keptMailParties.mailId, keptMails.id))),
      ),
    )
    .orderBy(desc(keptMails.at), desc(keptMails.id))
    .limit(20);
}

/** On a customer's timeline anybody of staff reads it; while it waits, whose mail it is, and who looks after what came in. */
export async function mayRead(db: Reader, actor: Pick<StaffActor, "id" | "role">, mailId: number): Promise<boolean> {
  if (actor.role !== "marketer") return true;
  const [onRecord] = await db.select({ partyId: keptMailParties.partyId }).from(keptMailParties).where(eq(keptMailParties.mailId, mailId)).limit(1);
  return onRecord !== undefined || (await isTheirs(db, actor, mailId));
}

async function isTheirs(db: Reader, { id }: Pick<StaffActor, "id">, mailId: number): Promise<boolean> {
  const [own] = await db.select({ staffId: keptMailStaff.staffId }).from(keptMailStaff).where(and(eq(keptMailStaff.mailId, mailId), eq(keptMailStaff.staffId, id)));
  return own !== undefined;
}

/** Whose mail it is, and administrators: of what was private nothing may stay because its owner has left. */
export async function mayRemove(db: Reader, actor: Pick<StaffActor, "id" | "role">, mailId: number): Promise<boolean> {
  return actor.role === "administrator" || (await isTheirs(db, actor, mailId));
}

/**
 * Takes it off every record: its words and files are deleted, and what it is known by stays as hashes, so that it does not
 * come back by another way.
 */
export async function removeMail(tx: Tx, by: By & { actor: StaffActor }, publicId: string): Promise<{ ok: true } | { ok: false; reason: "not_found" | "not_yours" }> {
  const mail = await findKeptMail(tx, publicId);
  if (!mail) return { ok: false, reason: "not_found" };
  if (!(await mayRemove(tx, by.actor, mail.id))) return { ok: false, reason: "not_yours" };
  const of = await emptyMail(tx, by, mail.id);
  await settleHandedOver(tx, mail.id, "removed");
  await recordAudit(tx, by, "removeMail", { type: "kept_mail", id: mail.id }, { customers: of });
  await noteChange(tx, by, "inbound");
  return { ok: true };
}

export type FileMailInput = { mailPublicId: string; partyPublicId: string; /** The address is noted on the record. */ isTheirAddress: boolean; own: Own };

/** Puts it on one customer's record because a person says so, whatever its addresses are. */
export async function fileMail(tx: Tx, by: By, input: FileMailInput): Promise<{ ok: true } | { ok: false; reason: "not_found" | "unknown_customer" }> {
  const mail = await findKeptMail(tx, input.mailPublicId);
  if (!mail) return { ok: false, reason: "not_found" };
  const party = await findPartyByPublicId(tx, input.partyPublicId);
  if (!party || party.erasedAt !== null || party.mergedIntoId !== null) return { ok: false, reason: "unknown_customer" };
  const isOurs = mail.fromAddress !== null && input.own.has(mail.fromAddress);
  await putOnTimelines(tx, by, mail, [{ partyId: party.id, direction: isOurs ? "out" : "in" }]);
  const theirs = strangerIn(mail, input.own);
  if (input.isTheirAddress && theirs !== null) await noteEmail(tx, by, party.id, theirs);
  await settleHandedOver(tx, mail.id, "logged");
  await recordAudit(tx, by, "fileMail", { type: "kept_mail", id: mail.id }, { partyId: party.id, isTheirAddress: input.isTheirAddress });
  await noteChange(tx, by, "inbound");
  return { ok: true };
}

/**
 * Takes it off the record of one customer on whom somebody put it by mistake. Whoever wrote or got it by an address of theirs
 * stays: the address is what would have to be corrected.
 */
export async function takeOffMail(tx: Tx, by: By, input: { mailPublicId: string; partyPublicId: string; own: Own }): Promise<{ ok: true } | { ok: false; reason: "not_found" | "by_address" }> {
  const mail = await findKeptMail(tx, input.mailPublicId);
  const party = mail && (await findPartyByPublicId(tx, input.partyPublicId));
  if (!mail || !party) return { ok: false, reason: "not_found" };
  if ((await listNamed(tx, mail, input.own)).has(party.id)) return { ok: false, reason: "by_address" };
  if (!(await takeOffTimeline(tx, by, mail.id, party.id))) return { ok: false, reason: "not_found" };
  await recordAudit(tx, by, "takeOffMail", { type: "kept_mail", id: mail.id }, { partyId: party.id });
  await noteChange(tx, by, "inbound");
  return { ok: true };
}

/** Whose address stands in it. */
export async function listNamed(db: Reader, mail: { fromAddress: string | null; fromName: string | null; recipients: { name: string; address: string }[] }, own: Own): Promise<Set<number>> {
  const from = mail.fromAddress === null ? null : { name: mail.fromName ?? "", address: mail.fromAddress };
  return new Set((await concernedBy(db, own, { from, recipients: mail.recipients, blind: [] })).map(({ partyId }) => partyId));
}

/** The address of whom the mail is with: its writer, or of ours its first reader who is not of ours. */
export function strangerIn(mail: { fromAddress: string | null; recipients: { address: string }[] }, own: Own): string | null {
  if (mail.fromAddress !== null && !own.has(mail.fromAddress)) return mail.fromAddress;
  return mail.recipients.find(({ address }) => !own.has(address))?.address ?? null;
}
