/** Mails that staff hand over: on the right timelines, once, and nothing else follows from them. */
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { cases } from "../../app/domain/cases/schema";
import { ownAddresses } from "../../app/domain/correspondence/keeping.server";
import { fileMail, findKeptMail, listKeptMailFiles, listWaitingOf, removeMail } from "../../app/domain/correspondence/kept-mails.server";
import { findLogAddress, makeLogAddress } from "../../app/domain/correspondence/logging.server";
import { keptMails, keptMailParties } from "../../app/domain/correspondence/schema";
import { listContactPoints, noteEmail } from "../../app/domain/customers/contact-points.server";
import { CONTACT_IN, CONTACT_OUT } from "../../app/domain/customers/events";
import { findLastEvent, listTimeline } from "../../app/domain/customers/events.server";
import { deliveries, inboundMails, suppressions } from "../../app/domain/deliveries/schema";
import { listInbound } from "../../app/domain/deliveries/inbound.server";
import type { StaffActor } from "../../app/domain/journal/actor";
import { listAudit } from "../../app/domain/journal/journal.server";
import { mergeParties } from "../../app/domain/doubles/merge.server";
import { erasePerson } from "../../app/domain/privacy/erasure.server";
import { aCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase, TEST_MAIL_FROM } from "../support/database";
import { aBounce, aLetter } from "../support/returned-mail";

const BOUNCES = "bounces@shop.example.com";
const env = { MAIL_FROM: TEST_MAIL_FROM, BOUNCE_ADDRESS: BOUNCES };
const by = at();
const WRITTEN = Date.UTC(2026, 5, 1, 10);

describe.runIf(hasDatabase())("a mail that staff hand over", () => {
  let db: Database;
  let eva: StaffActor;
  let log = "";
  let ana: { partyId: number; publicId: string; email: string };
  let bob: typeof ana;

  const hire = async (email: string, name: string, role: StaffActor["role"]): Promise<StaffActor> => {
    const made = await db.write((tx) => createStaffUser(tx, by, { email, name, role, locale: "en" }));
    if (!made.ok) throw new Error(made.reason);
    await db.write((tx) => makeLogAddress(tx, by, made.id));
    return { kind: "staff", id: made.id, role, name, locale: "en" };
  };
  beforeEach(async () => {
    db = await testDatabase();
    eva = await hire("eva@shop.example.com", "Eva", "marketer");
    log = (await findLogAddress(db.read, eva.id, BOUNCES))!;
    ana = await db.write((tx) => aCustomer(tx, by, { email: "Ana@example.org" }));
    bob = await db.write((tx) => aCustomer(tx, by, { email: "bob@example.org" }));
  });

  const receive = async (raw: Buffer | string, door: "mailbox" | "webhook" = "mailbox", now = by.now) => (await receiveMail({ db, env }, { ...by, now }, { raw: Buffer.from(raw), door })).outcome;
  /** As servers hand on what was in Bcc. */
  const bcc = (letter: Buffer, to = log) => Buffer.concat([Buffer.from(`Delivered-To: ${to}\r\n`), letter]);
  const timeline = async (of = ana) =>
    (await listTimeline(db.read, of.partyId, { limit: 20 })).entries.filter((e) => e.subjectType === "kept_mail").map(({ kind, at: when, channel, actorId }) => ({ kind, at: when, channel, actorId }));
  const mails = () => db.read.select().from(keptMails);
  const nothingElse = async () => {
    expect(await db.read.select().from(cases)).toEqual([]);
    expect(await db.read.select().from(deliveries)).toEqual([]);
    expect(await db.read.select().from(suppressions)).toEqual([]);
  };

  test("written with the address in Bcc stands on each customer's timeline whom it is to, as hers, once", async () => {
    await db.write((tx) => noteEmail(tx, by, bob.partyId, "Bob.private@example.net"));
    const letter = aLetter({ from: "Eva <EVA@shop.example.com>", to: "Ana <ana@EXAMPLE.org>, stranger@example.net, bob.private@example.net", subject: "The cups", text: "They are ready.\r\n\r\nOn Mon, 1 Jun 2026 at 10:00, Ana <ana@example.org> wrote:\r\n> When?", files: [{ name: "offer.pdf", type: "application/pdf", bytes: Buffer.from("%PDF") }] });
    expect(await receive(bcc(letter))).toBe("logged");
    expect(await timeline()).toEqual([{ kind: "contact_out", at: WRITTEN, channel: "email", actorId: eva.id }]);
    expect(await timeline(bob)).toHaveLength(1);
    // The other door, the copy that came to a colleague, what the webhook posts again.
    const colleague = await hire("jan@shop.example.com", "Jan", "support");
    const copy = Buffer.concat([Buffer.from("Received: from a by b\r\n"), letter]);
    expect(await receive(bcc(letter), "webhook")).toBe("logged");
    expect(await receive(bcc(copy, (await findLogAddress(db.read, colleague.id, BOUNCES))!), "webhook")).toBe("refused");
    await db.write((tx) => makeLogAddress(tx, by, eva.id));
    expect(await receive(bcc(letter, (await findLogAddress(db.read, eva.id, BOUNCES))!))).toBe("logged");
    expect(await mails()).toHaveLength(1);
    expect(await timeline()).toHaveLength(1);
    expect(await listKeptMailFiles(db.read, (await mails())[0]!.id)).toMatchObject([{ filename: "offer.pdf", size: 4 }]);
    expect((await mails())[0]!.recipients).toHaveLength(3);
    expect((await findLastEvent(db.read, ana.partyId, CONTACT_OUT))!.at).toBe(WRITTEN);
    await nothingElse();
  });

  test("to a customer who also has our address in Cc: neither the letter nor the copy swallows the other", async () => {
    const letter = aLetter({ from: "ana@example.org", to: `eva@shop.example.com, shop@example.com`, subject: "Question" });
    expect(await receive(letter)).toBe("case");
    // Redirected by a rule of her mailbox: it stands on the record as a letter already.
    expect(await receive(bcc(letter))).toBe("ignored");
    expect(await timeline()).toEqual([]);
    const ours = aLetter({ from: "eva@shop.example.com", to: "ana@example.org, shop@example.com", subject: "Answer" });
    expect(await receive(ours)).toBe("unknown_sender");
    expect(await receive(bcc(ours))).toBe("logged");
    expect(await timeline()).toHaveLength(1);
  });

  const original = () => aLetter({ from: "Ana <ana@example.org>", to: "eva@shop.example.com", subject: "A cup", text: "Do you have it?", messageId: "orig-1@mail.example.org" });
  const attached = (mail: Buffer) => aLetter({ from: "eva@shop.example.com", to: log, subject: "Fwd: A cup", text: "", files: [] }).toString("latin1").replace(/Content-Type: text\/plain[^]*$/, `Content-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\nContent-Type: text/plain\r\n\r\nSee\r\n--f\r\nContent-Type: message/rfc822\r\n\r\n${mail.toString("latin1")}\r\n--f--\r\n`);
  const inline = "FYI\r\n\r\n---------- Forwarded message ---------\r\nFrom: Ana <ana@example.org>\r\nDate: Mon, 1 Jun 2026 at 12:00\r\nSubject: A cup\r\nTo: <eva@shop.example.com>\r\n\r\nDo you have it?\r\n";

  test("forwarded as a file or in its text is the customer's own, of the day on which it was written, and both are one", async () => {
    expect(await receive(aLetter({ from: "eva@shop.example.com", to: log, subject: "Fwd: A cup", text: inline, headers: ["X-A: 1"] }), "mailbox", by.now + 5 * 86_400_000)).toBe("logged");
    expect(await timeline()).toEqual([{ kind: "contact_in", at: WRITTEN, channel: "email", actorId: eva.id }]);
    expect(await receive(attached(original()))).toBe("logged");
    // Also by a rule that redirects: From stays the customer's.
    expect(await receive(bcc(original()))).toBe("logged");
    expect(await mails()).toMatchObject([{ fromAddress: "ana@example.org", subject: "A cup", text: "Do you have it?" }]);
    expect((await findLastEvent(db.read, ana.partyId, CONTACT_IN))!.at).toBe(WRITTEN);
    await nothingElse();
  });

  test("two mails of the same few words are two", async () => {
    for (const [n, date] of [[1, "Mon, 1 Jun 2026 12:00:00 +0200"], [2, "Mon, 1 Jun 2026 12:07:00 +0200"]] as const)
      await receive(bcc(Buffer.from(aLetter({ from: "ana@example.org", text: "Thanks!", messageId: `thanks-${n}@x.example` }).toString().replace(/^Date: .*$/m, `Date: ${date}`))));
    expect(await timeline()).toHaveLength(2);
  });

  /** Mutants: the look at whose From it is, or at whose address it came by, taken out. */
  test.each<[string, () => Promise<Buffer>]>([
    ["an address that nobody has", async () => bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org" }), log.replace(/log-.*@/, `log-${"a".repeat(16)}@`))],
    ["what is no secret at all", async () => bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org" }), log.replace(/log-.*@/, "log-@"))],
    ["a colleague's From by her address", async () => (await hire("jan@shop.example.com", "Jan", "support"), bcc(aLetter({ from: "jan@shop.example.com", to: "ana@example.org" })))],
    ["the address that she had before", async () => (await db.write((tx) => makeLogAddress(tx, by, eva.id)), bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org" })))],
    ["a From that is no address", async () => bcc(aLetter({ from: "=?utf-8?q?eva=0D=0A?=", to: "ana@example.org" }))],
  ])("%s puts nothing anywhere", async (_, made) => {
    expect(await receive(await made())).toBe("refused");
    expect(await mails()).toEqual([]);
    await nothingElse();
  });

  test("a colleague who left hands nothing over", async () => {
    await db.write((tx) => tx.raw("UPDATE staff_users SET disabled_at = 1 WHERE id = ?", [eva.id]));
    expect(await receive(bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org" })))).toBe("refused");
  });

  test("a bounce or a holiday note to that address is neither; a mail among staff is nobody's", async () => {
    await hire("jan@shop.example.com", "Jan", "support");
    expect(await receive(aBounce({ to: log, recipient: ana.email }))).toBe("unfiled");
    expect(await receive(bcc(aLetter({ from: "eva@shop.example.com", to: "jan@shop.example.com, hello@shop.example.com", subject: "Out of office" })))).toBe("unfiled");
    expect(await receive(bcc(aLetter({ from: "eva@shop.example.com", to: "jan@shop.example.com" })))).toBe("ignored");
    expect(await timeline()).toEqual([]);
    await nothingElse();
  });

  test("about nobody known it waits until somebody says whose it is, and the next one finds its way", async () => {
    const letter = (id: string) => aLetter({ from: "eva@shop.example.com", to: "Ana Private <ana.private@example.net>", subject: id, messageId: `${id}@x.example` });
    expect(await receive(bcc(letter("first")))).toBe("unfiled");
    const [waiting] = await listWaitingOf(db.read, eva.id);
    expect((await listInbound(db.read, { onlyOpen: true })).rows).toMatchObject([{ outcome: "unfiled", keptMailId: expect.any(Number) }]);
    const own = await ownAddresses(db.read, env);
    const file = (party: string) => db.write((tx) => fileMail(tx, { ...by, actor: eva }, { mailPublicId: waiting!.publicId, partyPublicId: party, isTheirAddress: true, own }));
    expect(await file("00000000-0000-7000-8000-000000000000")).toEqual({ ok: false, reason: "unknown_customer" });
    expect(await file(ana.publicId)).toEqual({ ok: true });
    expect(await file(ana.publicId)).toEqual({ ok: true });
    expect(await timeline()).toMatchObject([{ kind: "contact_out" }]);
    expect((await listContactPoints(db.read, ana.partyId)).map(({ value }) => value)).toContain("ana.private@example.net");
    expect(await listWaitingOf(db.read, eva.id)).toEqual([]);
    expect((await listInbound(db.read, { onlyOpen: true })).rows).toEqual([]);
    expect(await receive(bcc(letter("second")))).toBe("logged");
  });

  test("taken off the record by its owner it is gone everywhere, and does not come back", async () => {
    const letter = bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org, bob@example.org", subject: "Canary subject", text: "Canary words", files: [{ name: "canary.txt", type: "text/plain", bytes: Buffer.from("canary") }] }));
    await receive(letter);
    const { publicId } = (await mails())[0]!;
    const jan = await hire("jan@shop.example.com", "Jan", "support");
    const remove = (actor: StaffActor) => db.write((tx) => removeMail(tx, { ...by, actor }, publicId));
    expect(await remove(jan)).toEqual({ ok: false, reason: "not_yours" });
    expect(await remove(eva)).toEqual({ ok: true });
    expect(await remove(eva)).toEqual({ ok: false, reason: "not_found" });
    expect([...(await timeline()), ...(await timeline(bob))]).toEqual([]);
    expect(await findLastEvent(db.read, ana.partyId, CONTACT_OUT)).toBeNull();
    expect(await listAudit(db.read, { type: "kept_mail", id: (await mails())[0]!.id })).toMatchObject([{ command: "removeMail", actorId: eva.id }, { command: "keepMail" }]);
    for (const table of ["kept_mails", "kept_mail_files", "inbound_mails", "events", "audit_log"]) expect(JSON.stringify(await db.read.raw(`SELECT * FROM ${table}`))).not.toMatch(/canary/i);
    // By another address of hers it comes as if for the first time.
    await db.write((tx) => makeLogAddress(tx, by, eva.id));
    const again = letter.toString("latin1").replace(log, (await findLogAddress(db.read, eva.id, BOUNCES))!);
    expect(await receive(again)).toBe("ignored");
    expect(await timeline()).toEqual([]);
  });

  test("goes with a customer who is merged, and is emptied with one who is erased", async () => {
    await receive(bcc(aLetter({ from: "eva@shop.example.com", to: "ana@example.org, bob@example.org", subject: "Canary" })));
    await receive(bcc(aLetter({ from: "eva@shop.example.com", to: "bob@example.org", subject: "For Bob" })));
    const merged = await db.write((tx) => mergeParties(tx, by, { survivorId: ana.partyId, mergedId: bob.partyId }));
    expect(merged.ok).toBe(true);
    expect(await timeline()).toHaveLength(3);
    expect((await db.read.select().from(keptMailParties).where(eq(keptMailParties.partyId, ana.partyId)))).toHaveLength(2);
    await db.write((tx) => erasePerson(tx, by, { publicId: ana.publicId, reason: "asked" }));
    expect(JSON.stringify([await mails(), await db.read.select().from(inboundMails)])).not.toMatch(/canary|For Bob|example\.org/i);
    for (const { publicId } of await mails()) expect(await findKeptMail(db.read, publicId)).toBeNull();
  });

  test.each<[string, () => Buffer]>([
    ["thousands of parts", () => Buffer.from(`From: eva@shop.example.com\r\nTo: ana@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(5_000)}--b--\r\n`)],
    ["mails in mails in mails", () => Buffer.from(Array.from({ length: 60 }).reduce<string>((inner) => `From: eva@shop.example.com\r\nTo: ana@example.org\r\nContent-Type: message/rfc822\r\n\r\n${inner}`, "From: x@example.org\r\n\r\nso"))],
    ["a charset that nobody has, and NUL", () => Buffer.concat([Buffer.from("From: eva@shop.example.com\r\nTo: ana@example.org\r\nSubject: =?x-nonsense?q?A=00=0D=0ABcc:_evil=40example.net?=\r\nContent-Type: text/plain; charset=x-nonsense\r\n\r\n"), Buffer.from([0, 255, 254, 128, 0, 237, 160, 128]), Buffer.from("words")])],
    ["headers by the hundred thousand", () => Buffer.from(`From: eva@shop.example.com\r\nTo: ana@example.org\r\n${"X-A: b\r\n".repeat(15_000)}\r\nwords`)],
    ["people by the thousand, and line breaks in their addresses", () => Buffer.from(`From: eva@shop.example.com\r\nTo: ana@example.org, "a\r\n b"@example.org, =?utf-8?q?c=0D=0ARCPT=40example.net?= <d=0a@example.org>, ${Array.from({ length: 3_000 }, (_, n) => `p${n}@example.net`).join(", ")}\r\n\r\nwords`)],
  ])("%s: taken or left, in a moment, and nothing breaks", async (_, made) => {
    expect(await receive(bcc(made()))).toMatch(/logged|unfiled|refused|ignored/);
    for (const mail of await mails()) {
      expect(mail.recipients.length).toBeLessThanOrEqual(100);
      expect(JSON.stringify([mail.subject, mail.recipients, mail.fromName, mail.fromAddress])).not.toMatch(/\\r|\\n|\\u00/);
      expect(mail.text).not.toContain("\0");
    }
    await nothingElse();
  });
});
