/** The commands of the desk and what both sides read of them, on both dialects. */
import { eq, sql } from "drizzle-orm";
import sharp from "sharp";
import { v7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";

import type { Database, Tx } from "../../app/db/types";
import { staffUsers } from "../../app/domain/accounts/schema";
import { findPhotoForCustomer, findPhotoForStaff, keepPhoto, sweepPendingPhotos } from "../../app/domain/cases/attachments.server";
import { assignCase, closeCase, closeSettled, customerReopen, reopenCase, startWork } from "../../app/domain/cases/cases.server";
import { decideCase } from "../../app/domain/cases/deciding.server";
import { askQuestion, fileComplaint, type ComplaintInput } from "../../app/domain/cases/filing.server";
import { addNote, customerReply, replyToCase } from "../../app/domain/cases/messages.server";
import { findCaseOf, listCasesOf, listMessagesOf } from "../../app/domain/cases/customer-cases.server";
import { countDesk, findDeskCase, listQueue, listThread, readCustomerBeside } from "../../app/domain/cases/desk.server";
import { dropDraft, findDraft, keepDraft } from "../../app/domain/cases/drafts.server";
import { takePhoto } from "../../app/domain/cases/photo.server";
import { attachmentBlobs, cases } from "../../app/domain/cases/schema";
import { auditLog, changeLog } from "../../app/domain/journal/schema";
import { customerMetrics, events } from "../../app/domain/customers/schema";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { deliveries, stopLog } from "../../app/domain/deliveries/schema";
import type { By } from "../../app/domain/journal/actor";
import { orderLines, orders } from "../../app/domain/orders/schema";
import { aCustomer } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const DAY = 86_400_000;
const NOW = Date.parse("2026-10-14T09:00:00Z");
const DUE = Date.parse("2026-10-28T22:59:59.999Z");
const worker: By = { actor: { kind: "system", name: "worker" }, now: NOW };

beforeAll(() => provideMailIdentity("test-secret-test-secret-test-secret!", "desk@example.com"));

const it = test.runIf(hasDatabase());

/** A customer with one order of two mugs, a colleague at the desk, and nothing else. */
async function scene(db: Database) {
  return db.write(async (tx) => {
    const customer = await aCustomer(tx, worker, { locale: "pl" });
    const line = await anOrderLine(tx, customer.partyId);
    const staffId = await aColleague(tx);
    return { ...customer, ...line, staffId, customer: customerBy(customer.partyId), staff: staffBy(staffId) };
  });
}

async function anOrderLine(tx: Tx, partyId: number) {
  const publicId = v7();
  const [order] = await tx
    .insert(orders)
    .values({ publicId, number: publicId, partyId, status: "delivered", source: "test", currency: "EUR", linesMinor: 2400, totalMinor: 2400, placedAt: NOW - 9 * DAY, deliveredAt: NOW - 4 * DAY, createdAt: NOW - 9 * DAY })
    .returning({ id: orders.id });
  const linePublicId = v7();
  await tx.insert(orderLines).values({ publicId: linePublicId, orderId: order!.id, position: 1, sku: "MUG", name: "Mug Summit", quantity: 2, unitPrice: 1200, totalMinor: 2400 });
  return { linePublicId, orderId: order!.id };
}

async function aColleague(tx: Tx, role: "support" | "marketer" = "support", name = "Marta Zielińska"): Promise<number> {
  const [row] = await tx.insert(staffUsers).values({ publicId: v7(), email: `${v7()}@example.com`, name, role, createdAt: NOW }).returning({ id: staffUsers.id });
  return row!.id;
}

const customerBy = (partyId: number) => (now = NOW): By => ({ actor: { kind: "customer", loginId: 1, partyId, name: "Anna", locale: "pl" }, now });
const staffBy = (id: number) => (now = NOW): By => ({ actor: { kind: "staff", id, role: "support", name: "Marta", locale: "en" }, now });

const complaint = (s: { partyId: number; linePublicId: string }, more: Partial<ComplaintInput> = {}): ComplaintInput => ({
  partyId: s.partyId, orderLinePublicId: s.linePublicId, reason: "damaged", quantity: 1, noticedOn: "2026-10-13", description: "Ucho odpadło.",
  wantedRemedy: "replacement", submissionKey: v7(), locale: "pl", ...more,
});

async function filed(db: Database) {
  const s = await scene(db);
  const result = await db.write((tx) => fileComplaint(tx, s.customer(), complaint(s)));
  if (!result.ok) throw new Error(result.reason);
  return { ...s, ...result };
}

const photoOf = async (colour: string) => {
  const taken = await takePhoto({ name: "mug.png", bytes: await sharp({ create: { width: 9, height: 9, channels: 3, background: colour } }).png().toBuffer() });
  if (!taken.ok) throw new Error(taken.reason);
  return taken.photo;
};

const mailsOf = (db: Database) => db.read.select({ notice: deliveries.notice, address: deliveries.address, class: deliveries.class }).from(deliveries).orderBy(deliveries.id);
const metricsOf = async (db: Database, partyId: number) =>
  (await db.read.select({ all: customerMetrics.complaintsCount, open: customerMetrics.openComplaints }).from(customerMetrics).where(eq(customerMetrics.partyId, partyId)))[0];
const versionOf = async (db: Database, caseId: number) => (await db.read.select({ version: cases.version }).from(cases).where(eq(cases.id, caseId)))[0]!.version;

describe("a complaint that is filed", () => {
  it("starts the clock, counts on the customer's record, stops marketing and is acknowledged by mail", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    expect(s.number).toMatch(/^C-\d{4,}$/);
    expect(s.statutoryDueAt).toBe(DUE);
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 1 });
    expect(await db.read.select({ kind: stopLog.kind, partyId: stopLog.partyId }).from(stopLog)).toEqual([{ kind: "complaint_opened", partyId: s.partyId }]);
    const [mail] = await mailsOf(db);
    expect(mail).toMatchObject({ address: s.email, class: "transactional", notice: { template: "complaint_received", locale: "pl" } });
    expect(mail!.notice!.values).toMatchObject({ number: s.number, description: "Ucho odpadło.", dueDay: "2026-10-28", wantedRemedy: "replacement", path: `/portal/help/${s.publicId}` });
    const [event] = await db.read.select({ kind: events.kind, data: events.data }).from(events).where(eq(events.kind, "case_filed"));
    expect(event).toMatchObject({ kind: "case_filed", data: { number: s.number, statutoryDueAt: DUE } });
    const topics = (await db.read.select({ topic: changeLog.topic }).from(changeLog)).map((row) => row.topic);
    expect(topics).toEqual(expect.arrayContaining([`case:${s.caseId}`, `party:${s.partyId}`, "desk"]));
  });

  // Mutant: without the look for the submission key there are two cases, or a unique key throws.
  it("twice by the same form is one complaint, with one mail", async () => {
    const db = await testDatabase();
    const s = await scene(db);
    const input = complaint(s);
    const results = await Promise.all([1, 2, 3].map(() => db.write((tx) => fileComplaint(tx, s.customer(), input))));
    expect(new Set(results.map((r) => r.ok && r.publicId)).size).toBe(1);
    expect(await listCasesOf(db.read, s.partyId)).toHaveLength(1);
    expect(await mailsOf(db)).toHaveLength(1);
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 1 });
  });

  // Mutant: without the party in findLine's WHERE the stranger's complaint is taken.
  it("about somebody else's line, a cancelled order, too many pieces or tomorrow is refused and leaves nothing", async () => {
    const db = await testDatabase();
    const s = await scene(db);
    const stranger = await db.write((tx) => aCustomer(tx, worker));
    const refused = async (input: ComplaintInput) => {
      const result = await db.write((tx) => fileComplaint(tx, s.customer(), input));
      return result.ok ? "taken" : result.reason;
    };
    expect(await refused(complaint({ ...s, partyId: stranger.partyId }))).toBe("unknown_line");
    expect(await refused(complaint(s, { quantity: 3 }))).toBe("quantity_too_big");
    expect(await refused(complaint(s, { noticedOn: "2026-10-15" }))).toBe("noticed_in_future");
    expect(await refused(complaint(s, { attachmentIds: [v7()] }))).toBe("unknown_photo");
    await db.write((tx) => tx.update(orders).set({ status: "cancelled" }).where(eq(orders.id, s.orderId)));
    expect(await refused(complaint(s))).toBe("order_cancelled");
    expect(await db.read.select().from(cases)).toEqual([]);
    expect(await mailsOf(db)).toEqual([]);
  });

  it("takes its own photos along, never another customer's", async () => {
    const db = await testDatabase();
    const s = await scene(db);
    const stranger = await db.write((tx) => aCustomer(tx, worker));
    const mine = await db.write(async (tx) => keepPhoto(tx, s.customer(), { partyId: s.partyId, photo: await photoOf("#f00") }));
    const theirs = await db.write(async (tx) => keepPhoto(tx, worker, { partyId: stranger.partyId, photo: await photoOf("#00f") }));
    const stolen = await db.write((tx) => fileComplaint(tx, s.customer(), complaint(s, { attachmentIds: [theirs.publicId] })));
    expect(stolen).toEqual({ ok: false, reason: "unknown_photo" });
    const ok = await db.write((tx) => fileComplaint(tx, s.customer(), complaint(s, { attachmentIds: [mine.publicId] })));
    if (!ok.ok) throw new Error(ok.reason);
    const [message] = await listMessagesOf(db.read, s.partyId, ok.caseId);
    expect(message!.photos).toEqual([{ publicId: mine.publicId, filename: "mug.jpg" }]);
    expect(await findPhotoForCustomer(db.read, s.partyId, mine.publicId)).toMatchObject({ contentType: "image/jpeg" });
    // Mutant: without the party in forCustomer this opens.
    expect(await findPhotoForCustomer(db.read, stranger.partyId, mine.publicId)).toBeNull();
    expect(await findPhotoForStaff(db.read, mine.publicId)).not.toBeNull();
    expect(await findPhotoForStaff(db.read, theirs.publicId)).toBeNull();
  });
});

describe("the thread", () => {
  it("goes both ways: the reply is mailed, the customer's answer brings the case back", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    expect(await db.write((tx) => startWork(tx, s.staff(), { caseId: s.caseId, version: 1 }))).toEqual({ ok: true, status: "open" });
    const key = v7();
    const reply = { caseId: s.caseId, message: "Które ucho?", waitForCustomer: true, submissionKey: key };
    expect(await db.write((tx) => replyToCase(tx, s.staff(NOW + 1), reply))).toEqual({ ok: true, status: "waiting" });
    expect(await db.write((tx) => replyToCase(tx, s.staff(NOW + 2), reply))).toEqual({ ok: true, status: "waiting" });
    expect((await mailsOf(db)).map((m) => m.notice!.template)).toEqual(["complaint_received", "case_reply"]);
    expect((await mailsOf(db))[1]!.notice!.values).toMatchObject({ message: "Które ucho?" });
    const answer = { partyId: s.partyId, caseId: s.caseId, message: "Lewe.", submissionKey: v7() };
    expect(await db.write((tx) => customerReply(tx, s.customer(NOW + 3), answer))).toEqual({ ok: true, status: "open" });
    expect(await db.write((tx) => customerReply(tx, s.customer(NOW + 4), answer))).toEqual({ ok: true, status: "open" });
    expect((await listMessagesOf(db.read, s.partyId, s.caseId)).map((m) => [m.direction, m.body, m.author])).toEqual([
      ["in", "Ucho odpadło.", null],
      ["out", "Które ucho?", "Marta"],
      ["in", "Lewe.", null],
    ]);
  });

  it("is closed to other customers", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const stranger = await db.write((tx) => aCustomer(tx, worker));
    const message = { partyId: stranger.partyId, caseId: s.caseId, message: "x", submissionKey: v7() };
    expect(await db.write((tx) => customerReply(tx, customerBy(stranger.partyId)(), message))).toEqual({ ok: false, reason: "not_found" });
    expect(await db.write((tx) => customerReopen(tx, customerBy(stranger.partyId)(), message))).toEqual({ ok: false, reason: "not_found" });
    expect(await findCaseOf(db.read, stranger.partyId, s.publicId)).toBeNull();
    expect(await listMessagesOf(db.read, stranger.partyId, s.caseId)).toEqual([]);
    expect(await listThread(db.read, s.caseId)).toHaveLength(1);
  });

  // Mutant: without visibility in listMessagesOf (or forCustomer) the canary comes out.
  it("never lets an internal note out: no customer read, no mail, no event holds it", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const canary = "CANARY-internal-7f3a";
    const photo = await db.write(async (tx) => keepPhoto(tx, s.staff(), { partyId: s.partyId, caseId: s.caseId, visibility: "internal", photo: await photoOf("#0f0") }));
    // Staff attach a photo before the note is sent: the customer cannot open it then, nor after.
    expect(await findPhotoForCustomer(db.read, s.partyId, photo.publicId)).toBeNull();
    expect(await db.write((tx) => addNote(tx, s.staff(), { caseId: s.caseId, message: canary, attachmentIds: [photo.publicId], submissionKey: v7() }))).toEqual({ ok: true });
    await db.write((tx) => replyToCase(tx, s.staff(NOW + 1), { caseId: s.caseId, message: "Publicznie", submissionKey: v7() }));
    await db.write(async (tx) => decideCase(tx, s.staff(NOW + 2), { caseId: s.caseId, version: 2, decision: "accepted", grantedRemedy: "refund", message: "Zwrot", submissionKey: v7() }));

    const everything = JSON.stringify([
      await listCasesOf(db.read, s.partyId),
      await findCaseOf(db.read, s.partyId, s.publicId),
      await listMessagesOf(db.read, s.partyId, s.caseId),
      await db.read.select().from(deliveries),
      await db.read.select().from(events),
      await db.read.select().from(auditLog),
    ]);
    expect(everything).not.toContain(canary);
    expect(everything).not.toContain(photo.publicId);
    expect(await findPhotoForCustomer(db.read, s.partyId, photo.publicId)).toBeNull();
    expect((await listThread(db.read, s.caseId)).map((entry) => entry.visibility)).toEqual(["public", "internal", "public", "public"]);
    expect((await mailsOf(db)).map((m) => m.notice!.template)).toEqual(["complaint_received", "case_reply", "case_decided"]);
  });

  it("of a note leaves state, version and the customer's waiting as they were", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const before = await findDeskCase(db.read, s.publicId);
    await db.write((tx) => addNote(tx, s.staff(NOW + DAY), { caseId: s.caseId, message: "n", submissionKey: v7() }));
    expect(await findDeskCase(db.read, s.publicId)).toEqual(before);
  });
});

describe("the decision", () => {
  const decide = (caseId: number, version: number, more: object = {}) => ({
    caseId, version, decision: "partly_accepted" as const, grantedRemedy: "price_reduction" as const, message: "Obniżka.", submissionKey: v7(), ...more,
  });

  it("stops the clock at the first answer, grants what it says, and is mailed", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    expect(await db.write((tx) => decideCase(tx, s.staff(NOW + DAY), decide(s.caseId, 1)))).toEqual({ ok: true, status: "answered" });
    const found = await findCaseOf(db.read, s.partyId, s.publicId);
    expect(found).toMatchObject({ status: "answered", decision: "partly_accepted", answeredAt: NOW + DAY });
    expect(found!.lines[0]).toMatchObject({ wantedRemedy: "replacement", grantedRemedy: "price_reduction" });
    expect((await mailsOf(db))[1]!.notice).toMatchObject({ template: "case_decided", values: { decision: "partly_accepted", grantedRemedy: "price_reduction", message: "Obniżka." } });
    // Reopened and decided anew: the first answer's time stands.
    await db.write((tx) => customerReopen(tx, s.customer(NOW + 2 * DAY), { partyId: s.partyId, caseId: s.caseId, message: "Za mało", submissionKey: v7() }));
    const version = await versionOf(db, s.caseId);
    await db.write((tx) => decideCase(tx, s.staff(NOW + 3 * DAY), decide(s.caseId, version, { decision: "accepted", grantedRemedy: "refund" })));
    expect(await findCaseOf(db.read, s.partyId, s.publicId)).toMatchObject({ decision: "accepted", answeredAt: NOW + DAY });
  });

  it("after the last instant can only be the one that the law has made", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const late = s.staff(DUE + 1);
    expect(await db.write((tx) => decideCase(tx, late, decide(s.caseId, 1, { decision: "rejected", grantedRemedy: null })))).toEqual({ ok: false, reason: "accepted_by_law" });
    expect(await db.write((tx) => decideCase(tx, late, decide(s.caseId, 1, { decision: "accepted", grantedRemedy: "replacement" })))).toMatchObject({ ok: true });
  });

  // Mutant: without the version's look the second writer wins silently.
  it("against an older version is refused and changes nothing", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    await db.write((tx) => customerReply(tx, s.customer(), { partyId: s.partyId, caseId: s.caseId, message: "I jeszcze talerz", submissionKey: v7() }));
    expect(await db.write((tx) => decideCase(tx, s.staff(), decide(s.caseId, 1)))).toEqual({ ok: false, reason: "changed" });
    const results = await Promise.all([1, 2].map(() => db.write((tx) => decideCase(tx, s.staff(), decide(s.caseId, 2)))));
    expect(results.filter((r) => r.ok)).toHaveLength(1);
    expect(await mailsOf(db)).toHaveLength(2);
  });
});

describe("closing and reopening", () => {
  it("counts open complaints down and up, and stops marketing again", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    expect(await db.write((tx) => closeCase(tx, s.staff(), { caseId: s.caseId, version: 1 }))).toEqual({ ok: false, reason: "undecided" });
    await db.write((tx) => decideCase(tx, s.staff(), { caseId: s.caseId, version: 1, decision: "rejected", grantedRemedy: null, message: "Nie", submissionKey: v7() }));
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 1 });
    expect(await db.write((tx) => closeCase(tx, s.staff(), { caseId: s.caseId, version: 2 }))).toEqual({ ok: true, status: "closed" });
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 0 });
    expect(await db.write((tx) => customerReply(tx, s.customer(), { partyId: s.partyId, caseId: s.caseId, message: "x", submissionKey: v7() }))).toEqual({ ok: false, reason: "closed" });
    expect(await db.write((tx) => reopenCase(tx, s.staff(), { caseId: s.caseId, version: 3 }))).toEqual({ ok: true, status: "open" });
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 1 });
    expect(await db.read.select({ kind: stopLog.kind }).from(stopLog)).toHaveLength(2);
  });

  it("closes what was answered long ago, but not what the customer has answered since", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    await db.write((tx) => decideCase(tx, s.staff(), { caseId: s.caseId, version: 1, decision: "rejected", grantedRemedy: null, message: "Nie", submissionKey: v7() }));
    await db.write((tx) => customerReply(tx, s.customer(NOW + 1), { partyId: s.partyId, caseId: s.caseId, message: "Dlaczego?", submissionKey: v7() }));
    const later: By = { ...worker, now: NOW + 20 * DAY };
    expect(await db.write((tx) => closeSettled(tx, later, NOW + 6 * DAY, 10))).toBe(0);
    await db.write((tx) => replyToCase(tx, s.staff(NOW + 2), { caseId: s.caseId, message: "Bo tak.", submissionKey: v7() }));
    expect(await db.write((tx) => closeSettled(tx, later, NOW + 6 * DAY, 10))).toBe(1);
    expect(await metricsOf(db, s.partyId)).toEqual({ all: 1, open: 0 });
  });
});

test.runIf(hasDatabase())("a question has no clock and is answered by a reply", async () => {
  const db = await testDatabase();
  const s = await scene(db);
  const asked = await db.write((tx) => askQuestion(tx, s.customer(), { partyId: s.partyId, subject: "Kiedy?", message: "Kiedy wysyłka?", submissionKey: v7(), locale: "pl" }));
  if (!asked.ok) throw new Error(asked.reason);
  expect(asked.statutoryDueAt).toBeNull();
  expect(await metricsOf(db, s.partyId)).toEqual({ all: 0, open: 0 });
  expect(await db.write((tx) => replyToCase(tx, s.staff(), { caseId: asked.caseId, message: "Jutro", submissionKey: v7() }))).toEqual({ ok: true, status: "answered" });
  expect(await db.write((tx) => closeCase(tx, s.staff(), { caseId: asked.caseId, version: 2 }))).toEqual({ ok: true, status: "closed" });
  expect(await metricsOf(db, s.partyId)).toEqual({ all: 0, open: 0 });
});

describe("the desk", () => {
  it("shows the queue by view, with the reason, and counts it", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const rich = await db.write(async (tx) => {
      const customer = await aCustomer(tx, worker);
      await tx.update(customerMetrics).set({ spendMinor: 99_000 }).where(eq(customerMetrics.partyId, customer.partyId));
      const { linePublicId } = await anOrderLine(tx, customer.partyId);
      return fileComplaint(tx, customerBy(customer.partyId)(), complaint({ ...customer, linePublicId }));
    });
    if (!rich.ok) throw new Error(rich.reason);
    const queue = (view: "all" | "mine" | "unassigned" | "waiting" | "closed") => listQueue(db.read, { view, staffId: s.staffId, now: NOW, zone: "Europe/Warsaw" });
    expect((await queue("all")).rows.map(({ row, reason }) => [row.number, reason.spendMinor])).toEqual([[rich.number, 99_000], [s.number, 0]]);
    expect(await db.write((tx) => assignCase(tx, s.staff(), { caseId: s.caseId, version: 1, assigneeId: s.staffId }))).toMatchObject({ ok: true });
    expect((await queue("mine")).rows.map(({ row }) => row.number)).toEqual([s.number]);
    expect((await queue("unassigned")).counts).toEqual({ all: 2, mine: 1, unassigned: 1, waiting: 0 });
    expect((await queue("closed")).rows).toEqual([]);
    expect(await countDesk(db.read, { staffId: s.staffId, now: NOW, zone: "Europe/Warsaw" })).toEqual({ overdue: 0, today: 0, soon: 0, mine: 1, all: 2 });
    expect(await countDesk(db.read, { staffId: s.staffId, now: DUE + 1, zone: "Europe/Warsaw" })).toMatchObject({ overdue: 2 });
  });

  it("gives a case to nobody who may not work on it", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const marketer = await db.write((tx) => aColleague(tx, "marketer"));
    expect(await db.write((tx) => assignCase(tx, s.staff(), { caseId: s.caseId, version: 1, assigneeId: marketer }))).toEqual({ ok: false, reason: "unknown_assignee" });
  });

  it("shows the customer beside the case", async () => {
    const db = await testDatabase();
    const s = await filed(db);
    const beside = await readCustomerBeside(db.read, s.partyId, s.caseId, NOW);
    expect(beside).toMatchObject({ openComplaints: 1, marketingStopped: true, pausedByCustomer: null, otherCases: [] });
    expect(beside.lastOrders).toHaveLength(1);
  });
});

describe("drafts and photos that are not sent", () => {
  it("are kept per owner, replaced and dropped", async () => {
    const db = await testDatabase();
    const s = await scene(db);
    const owner = s.customer().actor as never;
    await db.write((tx) => keepDraft(tx, owner, "complaint:1", { description: "a" }, NOW));
    await db.write((tx) => keepDraft(tx, owner, "complaint:1", { description: "b" }, NOW + 1));
    expect(await findDraft(db.read, owner, "complaint:1")).toEqual({ description: "b" });
    expect(await findDraft(db.read, s.staff().actor as never, "complaint:1")).toBeNull();
    await db.write((tx) => dropDraft(tx, owner, "complaint:1"));
    expect(await findDraft(db.read, owner, "complaint:1")).toBeNull();
  });

  it("are swept with their bytes, unless a sent photo has the same", async () => {
    const db = await testDatabase();
    const s = await scene(db);
    const [kept, loose] = [await photoOf("#111"), await photoOf("#eee")];
    await db.write(async (tx) => {
      const sent = await keepPhoto(tx, s.customer(), { partyId: s.partyId, photo: kept });
      await fileComplaint(tx, s.customer(), complaint(s, { attachmentIds: [sent.publicId] }));
      await keepPhoto(tx, s.customer(), { partyId: s.partyId, photo: kept });
      await keepPhoto(tx, s.customer(), { partyId: s.partyId, photo: loose });
    });
    expect(await db.write((tx) => sweepPendingPhotos(tx, NOW + 1))).toBe(2);
    expect(await db.read.select({ sha256: attachmentBlobs.sha256 }).from(attachmentBlobs)).toEqual([{ sha256: kept.sha256 }]);
  });
});

it("each command leaves its audit row", async () => {
  const db = await testDatabase();
  const s = await filed(db);
  await db.write((tx) => startWork(tx, s.staff(), { caseId: s.caseId, version: 1 }));
  await db.write((tx) => addNote(tx, s.staff(), { caseId: s.caseId, message: "n", submissionKey: v7() }));
  const commands = await db.read.select({ command: auditLog.command, kind: auditLog.actorKind }).from(auditLog).where(sql`${auditLog.subjectType} = 'case'`).orderBy(auditLog.id);
  expect(commands).toEqual([{ command: "fileComplaint", kind: "customer" }, { command: "startWork", kind: "staff" }, { command: "addNote", kind: "staff" }]);
});
