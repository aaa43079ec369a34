/** What comes in by mail, from its raw bytes to the rows that follow. */
import { desc, eq } from "drizzle-orm";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { listStrangersPhotos } from "../../app/domain/cases/attachments.server";
import { listCasesOf } from "../../app/domain/cases/customer-cases.server";
import { listThread } from "../../app/domain/cases/desk.server";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { replyToCase } from "../../app/domain/cases/messages.server";
import { cases } from "../../app/domain/cases/schema";
import { fileLetter, type FileLetterInput } from "../../app/domain/cases/strangers.server";
import { reportOf } from "../../app/domain/campaigns/report.server";
import { listContactPoints } from "../../app/domain/customers/contact-points.server";
import { findParty } from "../../app/domain/customers/customers.server";
import { events, parties } from "../../app/domain/customers/schema";
import { listInbound } from "../../app/domain/deliveries/inbound.server";
import { returnPathFor } from "../../app/domain/deliveries/return-path.server";
import { deliveries, inboundMails, providerEvents, suppressions } from "../../app/domain/deliveries/schema";
import { listAudit } from "../../app/domain/journal/journal.server";
import { aCustomer, aMailedCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase, TEST_MAIL_FROM } from "../support/database";
import { aBounce, aComplaint, aLetter } from "../support/returned-mail";

const BOUNCES = "bounces@shop.example.com";
const by = at();

describe.runIf(hasDatabase())("a mail that comes in", () => {
  let db: Database;
  let mailed: Awaited<ReturnType<typeof aMailedCustomer>> & { messageId: string };

  beforeEach(async () => {
    db = await testDatabase();
    const made = await aMailedCustomer(db, by);
    const [row] = await db.read.select({ messageId: deliveries.messageId }).from(deliveries).where(eq(deliveries.id, made.deliveryId));
    mailed = { ...made, messageId: row!.messageId };
  });

  const receive = async (raw: Buffer, { now = by.now, plain = false } = {}) =>
    (await receiveMail({ db, env: { MAIL_FROM: TEST_MAIL_FROM, BOUNCE_ADDRESS: plain ? undefined : BOUNCES } }, { ...by, now }, { raw, door: "mailbox" })).outcome;
  const delivery = async () => (await db.read.select().from(deliveries).where(eq(deliveries.id, mailed.deliveryId)))[0]!;
  const suppressed = async () => (await db.read.select().from(suppressions)).map(({ scope, reason, address }) => ({ scope, reason, address }));
  const kinds = async (partyId = mailed.partyId) => (await db.read.select({ kind: events.kind }).from(events).where(eq(events.partyId, partyId))).map(({ kind }) => kind).filter((kind) => /bounced|spam|replied|case/.test(kind));
  const allCases = () => db.read.select().from(cases);
  const verp = () => returnPathFor(mailed.deliveryId, BOUNCES);

  test.each<[string, () => Buffer]>([
    ["its return path", () => aBounce({ to: verp(), recipient: mailed.email })],
    ["its return path in capitals", () => aBounce({ to: verp().toUpperCase(), recipient: mailed.email })],
    ["its Message-ID", () => aBounce({ about: mailed.messageId, recipient: mailed.email })],
    ["its envelope's id", () => aBounce({ envelopeId: mailed.deliveryPublicId.replace("-", "+2D"), recipient: mailed.email })],
  ])("an unknown user known by %s: bounced for good, suppressed, on the record", async (_, made) => {
    expect(await receive(made())).toBe("recorded");
    expect(await delivery()).toMatchObject({ state: "accepted", bounce: "hard", bouncedAt: by.now });
    expect(await suppressed()).toEqual([{ scope: "all", reason: "hard_bounce", address: mailed.email }]);
    expect(await kinds()).toEqual(["mail_bounced"]);
    expect(JSON.stringify(await db.read.select().from(providerEvents))).not.toContain(mailed.email);
  });

  test.each<[string, () => Buffer, object]>([
    ["a full mailbox", () => aBounce({ to: verp(), recipient: mailed.email, status: "5.2.2", diagnostic: "smtp; 552 5.2.2 Mailbox full" }), { bounce: "soft" }],
    ["a blocked sender", () => aBounce({ to: verp(), recipient: mailed.email, status: "5.7.1", diagnostic: "smtp; 550 5.7.1 blocked" }), { bounce: "soft" }],
    ["a delay", () => aBounce({ to: verp(), recipient: mailed.email, status: "4.1.1", action: "delayed" }), { bounce: null }],
    ["a report of success", () => aBounce({ to: verp(), recipient: mailed.email, status: "2.0.0", action: "delivered", diagnostic: "smtp; 250 ok" }), { bounce: null, deliveredAt: by.now }],
    ["a holiday note", () => aLetter({ from: mailed.email, to: verp(), subject: "Out of office: News", text: "550 5.1.1 user unknown, mailbox full", inReplyTo: mailed.messageId }), { bounce: null }],
  ])("%s suppresses nobody and opens nothing", async (_, made, expected) => {
    expect(await receive(made())).toBe("recorded");
    expect(await delivery()).toMatchObject(expected);
    expect(await suppressed()).toEqual([]);
    expect(await allCases()).toEqual([]);
  });

  test("a complaint stops marketing, and only that", async () => {
    expect(await receive(aComplaint({ about: mailed.messageId }))).toBe("recorded");
    expect(await suppressed()).toEqual([{ scope: "marketing", reason: "spam_report", address: mailed.email }]);
    expect(await kinds()).toEqual(["mail_reported_spam"]);
  });

  test("any word about a mail ends the doubt whether it left", async () => {
    await db.write((tx) => tx.update(deliveries).set({ state: "unknown", acceptedAt: null, provider: null }).where(eq(deliveries.id, mailed.deliveryId)));
    await receive(aLetter({ from: mailed.email, subject: "Automatic reply: News", inReplyTo: mailed.messageId }));
    expect(await delivery()).toMatchObject({ state: "accepted", provider: "smtp", bounce: null });
  });

  test("a bounce that anybody could have written suppresses nobody where return paths are in use", async () => {
    const forged = aBounce({ to: BOUNCES, recipient: mailed.email });
    expect(await receive(forged)).toBe("recorded");
    expect(await delivery()).toMatchObject({ bounce: "soft" });
    expect(await suppressed()).toEqual([]);
    expect(await receive(aBounce({ to: BOUNCES, recipient: "nobody@example.org" }))).toBe("unmatched");
    expect(await receive(aBounce({ recipient: mailed.email }), { plain: true })).toBe("recorded");
    expect(await suppressed()).toHaveLength(1);
  });

  test("the same mail by either door, in any number, counts once", async () => {
    const letter = aLetter({ from: mailed.email, inReplyTo: mailed.messageId });
    expect(await receive(letter)).toBe("case");
    const again = Buffer.concat([Buffer.from("Received: from elsewhere.example\r\nDelivered-To: shop@example.com\r\n"), letter]);
    await Promise.all([receive(again), receive(again), receive(letter)]);
    expect(await allCases()).toHaveLength(1);
    expect(await listThread(db.read, (await allCases())[0]!.id)).toHaveLength(1);
    expect((await listInbound(db.read, { onlyOpen: false })).rows).toHaveLength(1);
  });

  test("an answer to a campaign becomes a case with that campaign, and counts as replied", async () => {
    const text = "Do you have it in blue?\r\n\r\nOn Mon, 1 Jun 2026 at 10:00, Shop <shop@example.com> wrote:\r\n> News of the week";
    expect(await receive(aLetter({ from: `Anna <${mailed.email.toUpperCase()}>`, subject: "Re: RE: News", text, inReplyTo: mailed.messageId }))).toBe("case");
    const [opened] = await allCases();
    expect(opened).toMatchObject({ partyId: mailed.partyId, campaignId: mailed.campaignId, type: "question", status: "new", subject: "News" });
    const [said] = await listThread(db.read, opened!.id);
    expect(said).toMatchObject({ body: "Do you have it in blue?", channel: "email", direction: "in", visibility: "public", isProved: true });
    expect(await kinds()).toEqual(["case_filed", "mail_replied"]);
    expect((await reportOf(db.read, mailed.campaignId)).figures.replied).toBe(1);
    // Nothing is answered by itself.
    expect(await db.read.select().from(deliveries)).toHaveLength(1);
    const [kept] = (await db.read.raw<{ text: string }>("SELECT text FROM inbound_mails"));
    expect(kept!.text).toContain("> News of the week");
  });

  test("the next answers go to the same case, also to what staff wrote, and reopen it", async () => {
    await receive(aLetter({ from: mailed.email, inReplyTo: mailed.messageId, messageId: "first@mail.example.org" }));
    const [opened] = await allCases();
    const staff = await db.write((tx) => createStaffUser(tx, by, { email: "eva@example.com", name: "Eva", role: "support", locale: "en" }));
    if (!staff.ok) throw new Error(staff.reason);
    await db.write((tx) => replyToCase(tx, { actor: { kind: "staff", id: staff.id, role: "support", name: "Eva", locale: "en" }, now: by.now + 1 }, { caseId: opened!.id, message: "Yes, we do.", submissionKey: "staff-1" }));
    await receive(aLetter({ from: mailed.email, text: "Two", inReplyTo: "first@mail.example.org" }));
    await receive(aLetter({ from: mailed.email, text: "Three", inReplyTo: mailed.messageId }));
    const ours = (await db.read.select().from(deliveries)).find(({ subjectType }) => subjectType === "case");
    await receive(aLetter({ from: mailed.email, text: "To yours", inReplyTo: ours?.messageId ?? "there is no mail of ours" }));
    await db.write((tx) => tx.update(cases).set({ status: "closed", closedAt: by.now }).where(eq(cases.id, opened!.id)));
    await receive(aLetter({ from: mailed.email, text: "Four", inReplyTo: mailed.messageId }));
    expect(await allCases()).toHaveLength(1);
    expect((await listThread(db.read, opened!.id)).filter(({ direction }) => direction === "in").map(({ body }) => body)).toEqual(["Do you have it in blue?", "Two", "Three", "To yours", "Four"]);
    expect((await allCases())[0]).toMatchObject({ status: "open", closedAt: null });
    expect((await kinds()).filter((kind) => kind === "mail_replied")).toHaveLength(1);
  });

  test("an answer from an address that is nobody's is marked, and the customer does not see it", async () => {
    expect(await receive(aLetter({ from: "anna.at.work@example.net", inReplyTo: mailed.messageId }))).toBe("case");
    const [opened] = await allCases();
    expect(opened).toMatchObject({ partyId: mailed.partyId });
    expect(await listThread(db.read, opened!.id)).toMatchObject([{ visibility: "internal", isProved: false, sender: "anna.at.work@example.net" }]);
    expect(await listCasesOf(db.read, mailed.partyId)).toEqual([]);
    expect(await kinds()).toEqual(["case_filed"]);
    await receive(aLetter({ from: mailed.email, text: "It was me", inReplyTo: mailed.messageId }));
    expect((await listCasesOf(db.read, mailed.partyId)).length).toBe(1);
  });

  test("another customer who answers a mail that was passed on speaks for themselves", async () => {
    const other = await db.write((tx) => aCustomer(tx, by));
    expect(await receive(aLetter({ from: other.email, inReplyTo: mailed.messageId }))).toBe("case");
    expect(await allCases()).toMatchObject([{ partyId: other.partyId, campaignId: mailed.campaignId }]);
    expect(await kinds(mailed.partyId)).toEqual([]);
  });

  test("a customer who writes of their own accord gets a case; a stranger stands on the list", async () => {
    expect(await receive(aLetter({ from: mailed.email, subject: "Opening hours?" }))).toBe("case");
    expect(await allCases()).toMatchObject([{ partyId: mailed.partyId, campaignId: null, subject: "Opening hours?" }]);
    expect(await receive(aLetter({ from: "stranger@example.net", subject: "Partnership" }))).toBe("unknown_sender");
    expect((await listInbound(db.read, { onlyOpen: true })).rows).toMatchObject([{ fromAddress: "stranger@example.net", outcome: "unknown_sender" }]);
  });

  test("photos come by the photo's way; other files are named", async () => {
    const jpeg = await sharp({ create: { width: 20, height: 20, channels: 3, background: "#808080" } }).jpeg().toBuffer();
    const files = [
      { name: "crack.jpg", type: "image/jpeg", bytes: jpeg },
      { name: "not-really.jpg", type: "image/jpeg", bytes: Buffer.from("<script>alert(1)</script>") },
      { name: "invoice.pdf", type: "application/pdf", bytes: Buffer.from("%PDF-1.4") },
    ];
    await receive(aLetter({ from: mailed.email, inReplyTo: mailed.messageId, files }));
    const [said] = await listThread(db.read, (await allCases())[0]!.id);
    expect(said!.photos.map(({ filename }) => filename)).toEqual(["crack.jpg"]);
    expect(said!.files).toEqual(["invoice.pdf"]);
  });

  test("our own mails, the empty sender and bounces about bounces lead to nothing", async () => {
    expect(await receive(aLetter({ from: "shop@example.com", inReplyTo: mailed.messageId }))).toBe("ignored");
    expect(await receive(aLetter({ from: mailed.email, headers: ["Return-Path: <>"], inReplyTo: mailed.messageId }))).toBe("ignored");
    expect(await receive(aBounce({ to: BOUNCES, recipient: BOUNCES, about: "bounce-1@mx.example.net" }))).toBe("unmatched");
    expect(await allCases()).toEqual([]);
    expect(await suppressed()).toEqual([]);
    expect(await db.read.select().from(deliveries)).toHaveLength(1);
  });

  test("signs that no database takes are left out, wherever they stand", async () => {
    const nul = "\u0000";
    const raw = aLetter({ from: `A${nul}nna <${mailed.email}>`, subject: `Re: N${nul}ews`, text: `In${nul} blue?`, messageId: `n${nul}ul@mail.example.org`, inReplyTo: mailed.messageId, files: [{ name: `in${nul}voice.pdf`, type: "application/pdf", bytes: Buffer.from("%PDF") }] });
    expect(await receive(raw)).toBe("case");
    expect(await receive(Buffer.from(`From: MAILER-DAEMON@mx.example.net\r\nSubject: fail${nul}ure\r\n\r\n<an${nul}na@example.org>: 550 ${nul} no\r\n`))).toBe("unmatched");
  });

  test("one address cannot fill the desk", async () => {
    for (let n = 0; n < 22; n += 1) await receive(aLetter({ from: mailed.email, subject: `Question ${n}` }));
    expect(await allCases()).toHaveLength(20);
    expect((await listInbound(db.read, { onlyOpen: true })).rows).toHaveLength(2);
  });

  describe("a stranger's letter", () => {
    const eva = { actor: { kind: "staff" as const, id: 1, role: "support" as const, name: "Eva", locale: "en" }, now: by.now + 3_600_000 };
    const STRANGER = "anna.private@mail.example.org";
    const jpeg = () => sharp({ create: { width: 20, height: 20, channels: 3, background: "#808080" } }).jpeg().toBuffer();
    const lastMail = async () => (await db.read.select().from(inboundMails).orderBy(desc(inboundMails.id)).limit(1))[0]!;
    const file = async (given: Partial<FileLetterInput> = {}) =>
      db.write(async (tx) => fileLetter(tx, eva, { mailPublicId: (await lastMail()).publicId, partyPublicId: (await findParty(tx, mailed.partyId))!.publicId, casePublicId: null, isTheirAddress: true, ...given }));
    const addresses = async () => (await listContactPoints(db.read, mailed.partyId)).filter(({ kind }) => kind === "email").map(({ value, isPrimary, verifiedAt }) => ({ value, isPrimary, verifiedAt }));

    test("goes under the customer whom staff choose, with its photos and the day it came; the address only stands beside", async () => {
      const files = [{ name: "crack.jpg", type: "image/jpeg", bytes: await jpeg() }];
      expect(await receive(aLetter({ from: `Anna <${STRANGER}>`, subject: "Broken", text: "It broke.", files }))).toBe("unknown_sender");
      expect(await listStrangersPhotos(db.read, (await lastMail()).id)).toMatchObject([{ filename: "crack.jpg" }]);
      const [filed, again] = [await file(), await file()];
      expect(again).toEqual(filed);
      expect(await allCases()).toMatchObject([{ partyId: mailed.partyId, subject: "Broken", receivedAt: by.now }]);
      const [said] = await listThread(db.read, (await allCases())[0]!.id);
      expect(said).toMatchObject({ body: "It broke.", visibility: "public", isProved: false, at: by.now, photos: [{ filename: "crack.jpg" }] });
      expect(await listStrangersPhotos(db.read, (await lastMail()).id)).toEqual([]);
      // Mutant: as the primary one, and whoever writes a letter could sign in by it.
      expect(await addresses()).toEqual([{ value: mailed.email, isPrimary: true, verifiedAt: null }, { value: STRANGER, isPrimary: false, verifiedAt: null }]);
      expect((await listInbound(db.read, { onlyOpen: true })).rows).toEqual([]);
      expect((await listAudit(db.read, { type: "case", id: (await allCases())[0]!.id })).map((row) => row.command)).toContain("fileLetter");
      // The next one finds its way, and nothing was answered by itself.
      expect(await receive(aLetter({ from: STRANGER, subject: "And another thing" }))).toBe("case");
      expect(await db.read.select().from(deliveries)).toHaveLength(1);
    });

    test("of somebody else's words the customer sees nothing, on a new case or on one of theirs", async () => {
      await receive(aLetter({ from: STRANGER, subject: "On behalf of Anna" }));
      expect((await file({ isTheirAddress: false })).ok).toBe(true);
      expect(await listCasesOf(db.read, mailed.partyId)).toEqual([]);
      expect(await addresses()).toHaveLength(1);
      const [opened] = await allCases();
      await receive(aLetter({ from: STRANGER, subject: "More" }));
      expect(await file({ isTheirAddress: false, casePublicId: opened!.publicId })).toEqual({ ok: true, casePublicId: opened!.publicId });
      expect((await listThread(db.read, opened!.id)).map(({ visibility }) => visibility)).toEqual(["internal", "internal"]);
    });

    test("does not go on another customer's case, onto an erased record, or anywhere when it is none", async () => {
      await receive(aLetter({ from: mailed.email }));
      const [theirs] = await allCases();
      const other = await findParty(db.read, (await db.write((tx) => aCustomer(tx, by))).partyId);
      await receive(aLetter({ from: STRANGER }));
      expect(await file({ partyPublicId: other!.publicId, casePublicId: theirs!.publicId })).toEqual({ ok: false, reason: "unknown_case" });
      await db.write((tx) => tx.update(parties).set({ erasedAt: by.now }).where(eq(parties.id, other!.id)));
      expect(await file({ partyPublicId: other!.publicId })).toEqual({ ok: false, reason: "unknown_customer" });
      await receive(aBounce({ to: BOUNCES, recipient: "nobody@example.org" }));
      expect(await file()).toEqual({ ok: false, reason: "not_a_letter" });
      expect(await allCases()).toHaveLength(1);
    });
  });

  test("nothing goes onto an erased record", async () => {
    await db.write((tx) => tx.update(parties).set({ erasedAt: by.now }).where(eq(parties.id, mailed.partyId)));
    expect(await receive(aLetter({ from: mailed.email, inReplyTo: mailed.messageId }))).toBe("unknown_sender");
    expect(await allCases()).toEqual([]);
  });
});
