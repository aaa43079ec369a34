/**
 * Every mail that comes in, by mailbox or webhook, goes through this door once: a report changes its delivery, what a
 * person writes goes into a case, and what is neither is kept where staff see it. Nothing is ever answered from here.
 */
import { createHash } from "node:crypto";

import { eq } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import { takePoints } from "../accounts/limits.server";
import { getCompany } from "../company/company.server";
import { normalizeEmail } from "../customers/contact";
import { giveWay } from "../correspondence/keeping.server";
import { logTokenIn } from "../correspondence/log-address";
import { logHandedOver, readHandedOver, type HandedOver } from "../correspondence/logging.server";
import { bareSubject, withoutQuotation } from "../correspondence/reply-text";
import { toldFrom } from "../correspondence/told-mail";
import { findPartyByEmail, type Party } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import type { DeliveryRow } from "../deliveries/deliveries.server";
import { hashAddress } from "../deliveries/identity.server";
import { findCaseAnswering, findInboundByKey, keepInbound, settleInbound, type InboundOutcome, type NewInbound } from "../deliveries/inbound.server";
import { classify, type Verdict } from "../deliveries/returned/classify";
import { findDeliveryAbout } from "../deliveries/returned/find-delivery.server";
import { headerOf, type IncomingMail } from "../deliveries/returned/incoming-mail";
import { readMail } from "../deliveries/returned/read-mail.server";
import { takeReturned } from "../deliveries/returned/take-returned.server";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { keepPhoto, strandPhotos } from "./attachments.server";
import { lockCase, type CaseRow } from "./case-row.server";
import { MESSAGE_LENGTH, PHOTOS_PER_MESSAGE } from "./complaint";
import { addLetter, openLetter, type Letter } from "./letters.server";
import { takePhoto, type Photo } from "./photo.server";
import { interactions } from "./schema";

export type ReceivingApp = { db: Database; env: { MAIL_FROM: string; BOUNCE_ADDRESS?: string | undefined } };
export type Arrived = { raw: Uint8Array; door: NewInbound["door"] };
export type Received = { outcome: InboundOutcome; isNew: boolean };

/** @param also what is to be written in the same transaction, whether the mail is new or not: how far a mailbox was read */
export async function receiveMail(app: ReceivingApp, by: By, { raw, door }: Arrived, also?: (tx: Tx) => Promise<void>): Promise<Received> {
  const mail = await readMail(raw);
  const verdict = classify(mail);
  const logToken = logTokenIn(mail, app.env.BOUNCE_ADDRESS);
  const handedOver = logToken === null ? null : { token: logToken, ...(await readHandedOver(mail, by.now)) };
  // The same mail may also have been sent to us: as a letter it is taken for itself.
  const contentKey = handedOver ? `log:${handedOver.token.slice(0, 64)}:${contentKeyOf(mail)}` : contentKeyOf(mail);
  // Outside the transaction: pictures take their time, and the writer has others to serve.
  const photos = verdict.kind === "message" && !handedOver ? await photosOf(mail) : [];
  return app.db.write(async (tx) => {
    await lockKey(tx, `inbound:${contentKey}`);
    const there = await findInboundByKey(tx, contentKey);
    const received: Received = there ? { outcome: there.outcome, isNew: false } : { outcome: await take(tx, by, app, { mail, verdict, contentKey, door, photos, handedOver }), isNew: true };
    await also?.(tx);
    return received;
  });
}

/** A mail that could not be taken: said on the list of what came in, so that nobody waits for it in vain. */
export async function keepAside(tx: Tx, by: By, about: { contentKey: string; door: NewInbound["door"]; subject: string; from: string | null; outcome: "too_big" | "failed" }): Promise<void> {
  if (await findInboundByKey(tx, about.contentKey)) return;
  const { from, ...rest } = about;
  await keepInbound(tx, { ...rest, fromAddress: from, fromName: null, messageId: null, kind: "unread", text: "", files: [], isProved: false, deliveryId: null, campaignId: null, partyId: null, caseId: null, receivedAt: by.now });
  await noteChange(tx, by, "inbound");
}

type Taking = { mail: IncomingMail; verdict: Verdict; contentKey: string; door: NewInbound["door"]; photos: Photo[]; handedOver: (HandedOver & { token: string }) | null };

async function take(tx: Tx, by: By, app: ReceivingApp, given: Taking): Promise<InboundOutcome> {
  const { mail, verdict, contentKey, door } = given;
  const entry: NewInbound = {
    contentKey, door, messageId: mail.messageId, fromAddress: mail.from?.address.slice(0, 320) ?? null, fromName: mail.from?.name.slice(0, 200) || null,
    subject: mail.subject.slice(0, 500), kind: verdict.kind, outcome: "ignored", text: mail.text, files: fileNames(mail), isProved: false,
    deliveryId: null, campaignId: null, partyId: null, caseId: null, receivedAt: by.now,
  };
  await noteChange(tx, by, "inbound");
  if (given.handedOver) return takeHandedOver(tx, by, app, given.handedOver, entry);
  if (verdict.kind !== "message") {
    const row = await takeReturned(tx, by, { contentKey, verdict, bounceAddress: app.env.BOUNCE_ADDRESS });
    const outcome = row ? "recorded" : verdict.kind === "auto-reply" ? "ignored" : "unmatched";
    await keepInbound(tx, { ...entry, outcome, ...about(row), isProved: row !== null, text: verdict.kind === "auto-reply" ? "" : entry.text });
    return outcome;
  }
  if (await isOurOwn(tx, app, mail)) {
    await keepInbound(tx, { ...entry, outcome: "ignored" });
    return "ignored";
  }
  return takeLetter(tx, by, app, given, entry);
}

/** Whatever it is: nothing of it opens a case, is answered, or counts as a bounce. What it says is kept in its own place. */
async function takeHandedOver(tx: Tx, by: By, app: ReceivingApp, handedOver: HandedOver & { token: string }, entry: NewInbound): Promise<InboundOutcome> {
  const { outcome, mailId } = await logHandedOver(tx, by, app.env, handedOver.token, handedOver);
  await keepInbound(tx, { ...entry, kind: "message", outcome, text: "", files: [], isProved: outcome !== "refused", keptMailId: mailId });
  return outcome;
}

function about(row: DeliveryRow | null): Pick<NewInbound, "deliveryId" | "campaignId" | "partyId"> {
  return { deliveryId: row?.id ?? null, campaignId: row?.campaignId ?? null, partyId: row?.partyId ?? null };
}

/** From ourselves, or from the empty sender that only machines use (RFC 5321 4.5.5): nobody waits for an answer. */
async function isOurOwn(tx: Tx, app: ReceivingApp, mail: IncomingMail): Promise<boolean> {
  if (/^\s*<\s*>\s*$/.test(headerOf(mail, "return-path")) || mail.from === null) return true;
  const { supportEmail } = await getCompany(tx);
  const own = [app.env.MAIL_FROM.replace(/^.*<|>.*$/g, ""), app.env.BOUNCE_ADDRESS ?? "", supportEmail].filter(Boolean).map(normalizeEmail);
  return own.includes(normalizeEmail(mail.from.address));
}

// ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

async function takeLetter(tx: Tx, by: By, app: ReceivingApp, { mail, verdict, contentKey, photos }: Taking, entry: NewInbound): Promise<InboundOutcome> {
  const from = mail.from!.address;
  const found = await findDeliveryAbout(tx, verdict.about, { bounceAddress: app.env.BOUNCE_ADDRESS, recipient: null, now: by.now });
  const row = found?.row ?? null;
  const thread = await findThread(tx, mail, row);
  const sender = await findPartyByEmail(tx, from);
  const isRecipients = row !== null && row.addressHash === hashAddress(from);
  const owner = ownerOf({ thread, row, sender, isRecipients });
  if (owner === null) {
    const inboundMailId = await keepInbound(tx, { ...entry, outcome: "unknown_sender", ...about(row) });
    await keepStrangersPhotos(tx, by, inboundMailId, photos);
    return "unknown_sender";
  }
  const isTheirs = isRecipients || sender?.id === owner;
  const isProved = isTheirs && (isRecipients || thread !== null);
  const inboundMailId = await keepInbound(tx, { ...entry, outcome: "case", ...about(row), partyId: owner, isProved });
  const letter: Letter = {
    owner, isTheirs, key: `mail:${contentKey}`, text: withoutQuotation(mail.text).slice(0, MESSAGE_LENGTH), subject: bareSubject(mail.subject) || row?.subject || mail.messageId || "–",
    campaignId: row?.campaignId ?? null, attachmentIds: await keepPhotos(tx, by, owner, photos),
    mailed: { channel: "email", inboundMailId, messageId: mail.messageId, inReplyTo: mail.answersTo[0] ?? null, references: mail.answersTo.join(" ").slice(0, 4000) || null },
  };
  const caseId = thread && thread.partyId === owner ? await addLetter(tx, by, thread, letter, mayOpen) : await openLetter(tx, by, letter, mayOpen);
  if (caseId === null) {
    await strandPhotos(tx, letter.attachmentIds, inboundMailId);
    await settleInbound(tx, inboundMailId, { outcome: "unknown_sender" });
    return "unknown_sender";
  }
  await settleInbound(tx, inboundMailId, { caseId });
  const { messageId, subject, text, at } = toldFrom(mail, by.now);
  await giveWay(tx, by, { messageId, from, subject, text, at }, owner);
  if (isRecipients && row) await tellReplied(tx, by, row, contentKey);
  return "case";
}

/** How many cases one address can open in a day by mail: a loop of machines must not fill the desk. */
const CASES_A_DAY = 20;

async function mayOpen(tx: Tx, by: By, owner: number): Promise<boolean> {
  return (await takePoints(tx, [{ key: ["mailed_cases_a_day", String(owner)], points: CASES_A_DAY, windowMs: 86_400_000 }], by.now)).ok;
}

/** For as many strangers' photos as this there is room in a day. They go with the letter, should staff file it. */
const STRANGERS_PHOTOS_A_DAY = 100;

async function keepStrangersPhotos(tx: Tx, by: By, inboundMailId: number, photos: readonly Photo[]): Promise<void> {
  for (const photo of photos) {
    if (!(await takePoints(tx, [{ key: ["strangers_photos_a_day"], points: STRANGERS_PHOTOS_A_DAY, windowMs: 86_400_000 }], by.now)).ok) return;
    await keepPhoto(tx, by, { partyId: null, inboundMailId, photo });
  }
}

async function keepPhotos(tx: Tx, by: By, partyId: number, photos: readonly Photo[]): Promise<string[]> {
  const kept: string[] = [];
  for (const photo of photos) kept.push((await keepPhoto(tx, by, { partyId, photo })).publicId);
  return kept;
}

/**
 * On whose record it goes. Somebody else whom we know writes for themselves; somebody unknown who holds a customer's mail
 * goes to that customer's case, marked; a stranger without any goes nowhere.
 */
function ownerOf({ thread, row, sender, isRecipients }: { thread: CaseRow | null; row: DeliveryRow | null; sender: Party | null; isRecipients: boolean }): number | null {
  if (isRecipients) return row?.partyId ?? sender?.id ?? null;
  return sender?.id ?? thread?.partyId ?? row?.partyId ?? null;
}

/** The case that it goes on: of the mail that it answers, or of the mail that we answered with. */
async function findThread(tx: Tx, mail: IncomingMail, row: DeliveryRow | null): Promise<CaseRow | null> {
  for (const messageId of mail.answersTo) {
    const [said] = await tx.select({ caseId: interactions.caseId }).from(interactions).where(eq(interactions.messageId, messageId)).limit(1);
    if (said?.caseId) return lockCase(tx, said.caseId);
  }
  if (!row) return null;
  if (row.subjectType === "case" && row.subjectId !== null) return lockCase(tx, row.subjectId);
  const answering = await findCaseAnswering(tx, row.id);
  return answering === null ? null : lockCase(tx, answering);
}

/** Counted once per marketing mail, and only when its recipient wrote. It also says that the mail had been handed over. */
async function tellReplied(tx: Tx, by: By, row: DeliveryRow, contentKey: string): Promise<void> {
  if (row.partyId === null) return;
  await takeReturned(tx, by, { contentKey, verdict: { kind: "auto-reply", effect: "ignore", recipients: [], about: { messageIds: [row.messageId], addresses: [], envelopeId: null } }, bounceAddress: undefined });
  if (row.class !== "marketing") return;
  await recordEvent(tx, by, {
    partyId: row.partyId, kind: "mail_replied", channel: "email", subject: { type: "delivery", id: row.id }, campaignId: row.campaignId, deliveryId: row.id,
    data: { class: row.class, ...(row.subject && { subject: row.subject }) }, dedupeKey: `replied:${row.id}`,
  });
  if (row.campaignId !== null) await noteChange(tx, by, `campaign:${row.campaignId}`);
}

// ── its parts ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Over what its writer made: servers add lines above, and the same mail may come by two doors. */
function contentKeyOf(mail: IncomingMail): string {
  const hash = createHash("sha256");
  for (const text of [mail.messageId, mail.from?.address, headerOf(mail, "date"), mail.subject, mail.text, mail.html]) hash.update(`${text?.length ?? -1}:${text ?? ""}\n`);
  for (const { type, filename, bytes } of mail.parts) hash.update(`${type}:${filename}:${bytes.byteLength}\n`).update(bytes);
  // Without a Message-ID two mails of the same words may both be meant: what servers added tells them apart.
  if (mail.messageId === null) hash.update(mail.headers.map(({ name, value }) => `${name}:${value}`).join("\n"));
  return hash.digest("base64url");
}

const PHOTO = /^image\//;

async function photosOf(mail: IncomingMail): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const part of mail.parts.filter(({ type }) => PHOTO.test(type))) {
    if (photos.length === PHOTOS_PER_MESSAGE) break;
    const taken = await takePhoto({ name: part.filename ?? "photo", bytes: part.bytes });
    if (taken.ok) photos.push(taken.photo);
  }
  return photos;
}

function fileNames(mail: IncomingMail): string[] {
  return mail.parts
    .filter(({ type }) => !PHOTO.test(type))
    .map(({ filename, type }) => (filename ?? type).replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 200))
    .slice(0, 50);
}
