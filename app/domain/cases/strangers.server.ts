/** Letters of people whom we do not know: staff say whose they are. */
import { and, desc, eq } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { giveWay } from "../correspondence/keeping.server";
import { bareSubject, withoutQuotation } from "../correspondence/reply-text";
import { noteEmail } from "../customers/contact-points.server";
import { findPartyByEmail, findPartyByPublicId } from "../customers/customers.server";
import { findParties, type PartyHit } from "../customers/search.server";
import { findInboundWhole, settleInbound, type InboundMail } from "../deliveries/inbound.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { findOrderByNumber } from "../orders/orders.server";
import { claimStrangersPhotos } from "./attachments.server";
import { lockCase } from "./case-row.server";
import { MESSAGE_LENGTH } from "./complaint";
import { addLetter, openLetter } from "./letters.server";
import { cases } from "./schema";

/** A person's letter that is on nobody's record. */
export function isStrangers({ kind, outcome }: Pick<InboundMail, "kind" | "outcome">): boolean {
  return kind === "message" && outcome === "unknown_sender";
}

const FEW = 6;

/** Who it may be from: what was typed; before anything was, who has the address or the name by now. */
export async function findWriters(db: Reader, mail: Pick<InboundMail, "fromAddress" | "fromName">, typed: string | null): Promise<PartyHit[]> {
  if (typed !== null) {
    const order = await findOrderByNumber(db, typed);
    return findParties(db, typed, { limit: FEW, orIds: order ? [order.partyId] : [] });
  }
  const owner = mail.fromAddress === null ? null : await findPartyByEmail(db, mail.fromAddress);
  const named = await findParties(db, mail.fromName ?? "", { limit: FEW, orIds: owner ? [owner.id] : [] });
  return owner && named.length === 0 ? findParties(db, mail.fromAddress!, { limit: FEW }) : named;
}

/** The cases that a letter can go on: the newest of this customer. */
export async function listCasesToGoOn(db: Reader, partyId: number) {
  return db
    .select({ publicId: cases.publicId, number: cases.number, subject: cases.subject, status: cases.status })
    .from(cases)
    .where(eq(cases.partyId, partyId))
    .orderBy(desc(cases.receivedAt), desc(cases.id))
    .limit(20);
}

export type FileLetterInput = {
  mailPublicId: string;
  partyPublicId: string;
  /** The case that it goes on; null: a new one. */
  casePublicId: string | null;
  /** The address is the customer's too: noted on their record, and the letter is theirs to see. */
  isTheirAddress: boolean;
};
export type FileLetterRefusal = "not_found" | "not_a_letter" | "unknown_customer" | "unknown_case";

/** Files a stranger's letter under a customer. One that is filed already leads to its case. */
export async function fileLetter(tx: Tx, by: By, input: FileLetterInput): Promise<{ ok: true; casePublicId: string } | { ok: false; reason: FileLetterRefusal }> {
  await lockKey(tx, `letter:${input.mailPublicId}`);
  const mail = await findInboundWhole(tx, input.mailPublicId);
  if (!mail) return { ok: false, reason: "not_found" };
  if (mail.caseId !== null) return { ok: true, casePublicId: await publicIdOf(tx, mail.caseId) };
  if (!isStrangers(mail)) return { ok: false, reason: "not_a_letter" };
  const party = await findPartyByPublicId(tx, input.partyPublicId);
  if (!party || party.erasedAt !== null || party.mergedIntoId !== null) return { ok: false, reason: "unknown_customer" };
  const thread = input.casePublicId === null ? null : await findThreadOf(tx, party.id, input.casePublicId);
  if (input.casePublicId !== null && !thread) return { ok: false, reason: "unknown_case" };

  const attachmentIds = await claimStrangersPhotos(tx, mail.id, party.id);
  const letter = {
    owner: party.id, isTheirs: input.isTheirAddress, key: `mail:${mail.contentKey}`, attachmentIds, campaignId: mail.campaignId, receivedAt: mail.receivedAt,
    text: withoutQuotation(mail.text).slice(0, MESSAGE_LENGTH), subject: bareSubject(mail.subject) || mail.fromName || mail.fromAddress || "–",
    mailed: { channel: "email" as const, inboundMailId: mail.id, messageId: mail.messageId, inReplyTo: null, references: null },
  };
  const caseId = thread ? await addLetter(tx, by, thread, letter) : await openLetter(tx, by, letter);
  if (caseId === null) throw new Error(`letter ${mail.id} went on no case`);
  if (input.isTheirAddress && mail.fromAddress !== null) await noteEmail(tx, by, party.id, mail.fromAddress);
  await settleInbound(tx, mail.id, { outcome: "case", caseId, partyId: party.id });
  if (mail.fromAddress !== null) await giveWay(tx, by, { messageId: mail.messageId, from: mail.fromAddress, subject: mail.subject, text: mail.text, at: null }, party.id);
  await recordAudit(tx, by, "fileLetter", { type: "case", id: caseId }, { inboundMailId: mail.id, isTheirAddress: input.isTheirAddress });
  await noteChange(tx, by, "inbound");
  return { ok: true, casePublicId: await publicIdOf(tx, caseId) };
}

async function findThreadOf(tx: Tx, partyId: number, publicId: string) {
  const [row] = await tx.select({ id: cases.id }).from(cases).where(and(eq(cases.publicId, publicId), eq(cases.partyId, partyId)));
  return row ? lockCase(tx, row.id) : null;
}

async function publicIdOf(db: Reader, caseId: number): Promise<string> {
  const [row] = await db.select({ publicId: cases.publicId }).from(cases).where(eq(cases.id, caseId));
  return row!.publicId;
}
