/**
 * The commands of the desk and of the customers who write to it. What a customer reads: customer-cases.server.ts; what
 * staff read: desk.server.ts. Internal notes have a write path of their own (`addNote`): no parameter of any other
 * command can make a message internal, or a note public.
 */
import { and, asc, eq, isNotNull, isNull, lt, ne, or } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { getCompany } from "../company/company.server";
import { findPrimaryEmail, getParty } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import { addComplaintFacts } from "../customers/metrics.server";
import { queueNotice } from "../deliveries/deliveries.server";
import { stopLog } from "../deliveries/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { orderLines, orders } from "../orders/schema";
import { answerDueAt, dayIn } from "./answer-clock";
import { arePending, attachPhotos } from "./attachments.server";
import { nextStep, possibleDecisions, type CaseStatus, type Decision, type Refusal, type Remedy } from "./case";
import { refuseComplaint, type Complaint } from "./complaint";
import { caseLines, cases, interactions } from "./schema";

type CaseRow = typeof cases.$inferSelect;

export type Filed = { ok: true; caseId: number; publicId: string; number: string; statutoryDueAt: number | null };

export type ComplaintInput = Omit<Complaint, "attachmentIds" | "noticedOn"> & {
  partyId: number;
  orderLinePublicId: string;
  /** `YYYY-MM-DD`, null when not said. */
  noticedOn?: string | null | undefined;
  attachmentIds?: readonly string[];
  /** Made with the form: the same form sent twice files one complaint. */
  submissionKey: string;
  locale: string;
};
export type ComplaintRefusal = "unknown_line" | "order_cancelled" | "quantity_too_big" | "noticed_in_future" | "unknown_photo";

/** A customer complains about a line of one of their orders. The clock starts, marketing to them stops. */
export async function fileComplaint(tx: Tx, by: By, input: ComplaintInput): Promise<Filed | { ok: false; reason: ComplaintRefusal }> {
  await lockKey(tx, `submission:${input.submissionKey}`);
  const there = await findFiled(tx, input.partyId, input.submissionKey);
  if (there) return there;
  const line = await findLine(tx, input.partyId, input.orderLinePublicId);
  if (!line) return { ok: false, reason: "unknown_line" };
  if (line.orderStatus === "cancelled") return { ok: false, reason: "order_cancelled" };
  const { timeZone } = await getCompany(tx);
  const wrong = refuseComplaint({ quantity: input.quantity, noticedOn: input.noticedOn ?? undefined }, line, by.now, timeZone);
  if (wrong) return { ok: false, reason: wrong.field === "quantity" ? "quantity_too_big" : "noticed_in_future" };
  if (!(await arePending(tx, { partyId: input.partyId }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };

  const statutoryDueAt = answerDueAt(by.now, timeZone);
  const filed = await openCase(tx, by, { type: "complaint", partyId: input.partyId, orderId: line.orderId, subject: line.name, locale: input.locale, statutoryDueAt });
  await tx.insert(caseLines).values({
    caseId: filed.id,
    orderLineId: line.id,
    quantity: input.quantity,
    reason: input.reason,
    noticedOn: input.noticedOn ?? null,
    wantedRemedy: input.wantedRemedy,
  });
  await addInteraction(tx, by, filed, { direction: "in", visibility: "public", body: input.description, submissionKey: input.submissionKey, attachmentIds: input.attachmentIds });
  await addComplaintFacts(tx, input.partyId, { filed: 1, open: 1 });
  await stopMarketing(tx, by, input.partyId);
  await recordEvent(tx, by, {
    partyId: input.partyId,
    kind: "case_filed",
    channel: "portal",
    subject: { type: "case", id: filed.id },
    data: { number: filed.number, subject: line.name, reason: input.reason, statutoryDueAt },
  });
  await tellCustomer(tx, by, filed, "complaint_received", filed.publicId, {
    reason: input.reason,
    quantity: input.quantity,
    noticedOn: input.noticedOn ?? null,
    description: input.description,
    wantedRemedy: input.wantedRemedy,
    orderNumber: line.orderNumber,
    receivedAt: by.now,
    dueDay: dayIn(timeZone, statutoryDueAt),
  });
  await recordAudit(tx, by, "fileComplaint", { type: "case", id: filed.id }, { orderLineId: line.id, reason: input.reason });
  await noteCase(tx, by, filed);
  return { ok: true, caseId: filed.id, publicId: filed.publicId, number: filed.number, statutoryDueAt };
}

export type QuestionInput = { partyId: number; subject: string; message: string; attachmentIds?: readonly string[]; submissionKey: string; locale: string };

/** A customer asks something that is no complaint. No statutory clock runs. */
export async function askQuestion(tx: Tx, by: By, input: QuestionInput): Promise<Filed | { ok: false; reason: "unknown_photo" }> {
  await lockKey(tx, `submission:${input.submissionKey}`);
  const there = await findFiled(tx, input.partyId, input.submissionKey);
  if (there) return there;
  if (!(await arePending(tx, { partyId: input.partyId }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };
  const filed = await openCase(tx, by, { type: "question", partyId: input.partyId, orderId: null, subject: input.subject, locale: input.locale, statutoryDueAt: null });
  await addInteraction(tx, by, filed, { direction: "in", visibility: "public", body: input.message, submissionKey: input.submissionKey, attachmentIds: input.attachmentIds });
  await recordEvent(tx, by, {
    partyId: input.partyId,
    kind: "case_filed",
    channel: "portal",
    subject: { type: "case", id: filed.id },
    data: { number: filed.number, subject: input.subject },
  });
  await tellCustomer(tx, by, filed, "question_received", filed.publicId, { message: input.message });
  await recordAudit(tx, by, "askQuestion", { type: "case", id: filed.id });
  await noteCase(tx, by, filed);
  return { ok: true, caseId: filed.id, publicId: filed.publicId, number: filed.number, statutoryDueAt: null };
}

export type Changed = { ok: true; status: CaseStatus };
export type MessageRefusal = Refusal | "not_found" | "unknown_photo";

/** The customer writes into the thread of their own case. */
export async function customerReply(
  tx: Tx,
  by: By,
  input: { partyId: number; caseId: number; message: string; attachmentIds?: readonly string[]; submissionKey: string },
): Promise<Changed | { ok: false; reason: MessageRefusal }> {
  const found = await lockCase(tx, input.caseId);
  if (!found || found.partyId !== input.partyId) return { ok: false, reason: "not_found" };
  if (await isSent(tx, input.submissionKey)) return { ok: true, status: found.status };
  const step = nextStep(found, "write");
  if (!step.ok) return step;
  if (!(await arePending(tx, { partyId: input.partyId }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };
  await addInteraction(tx, by, found, { direction: "in", visibility: "public", body: input.message, submissionKey: input.submissionKey, attachmentIds: input.attachmentIds });
  await moveCase(tx, by, found, { status: step.status, lastCustomerAt: by.now });
  await recordEvent(tx, by, { partyId: found.partyId, kind: "case_message_in", channel: "portal", subject: subjectOf(found), data: dataOf(found) });
  await recordAudit(tx, by, "customerReply", subjectOf(found));
  await noteCase(tx, by, found);
  return step;
}

export type StaffMessage = {
  caseId: number;
  message: string;
  attachmentIds?: readonly string[];
  submissionKey: string;
  /** Who wrote it, where the actor is no staff member (seed). */
  staffId?: number;
};

/** A reply to the customer: shown in the portal and sent by mail. */
export async function replyToCase(
  tx: Tx,
  by: By,
  input: StaffMessage & { waitForCustomer?: boolean },
): Promise<Changed | { ok: false; reason: MessageRefusal }> {
  const found = await lockCase(tx, input.caseId);
  if (!found) return { ok: false, reason: "not_found" };
  if (await isSent(tx, input.submissionKey)) return { ok: true, status: found.status };
  const step = nextStep(found, input.waitForCustomer ? "ask" : "inform");
  if (!step.ok) return step;
  if (!(await arePending(tx, { partyId: found.partyId, caseId: found.id }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };
  const sent = await addInteraction(tx, by, found, {
    direction: "out",
    visibility: "public",
    body: input.message,
    submissionKey: input.submissionKey,
    authorStaffId: staffOf(by, input),
    attachmentIds: input.attachmentIds,
  });
  await recordEvent(tx, by, { partyId: found.partyId, kind: "case_message_out", channel: "portal", subject: subjectOf(found), data: dataOf(found) });
  await moveCase(tx, by, found, {
    status: step.status,
    lastStaffAt: by.now,
    assigneeId: found.assigneeId ?? staffOf(by, input),
    answeredAt: found.type === "question" && step.status === "answered" ? by.now : found.answeredAt,
  });
  await tellCustomer(tx, by, found, "case_reply", sent.publicId, { message: input.message, waits: input.waitForCustomer ?? false });
  await recordAudit(tx, by, "replyToCase", subjectOf(found));
  await noteCase(tx, by, found);
  return step;
}

/** A note between staff. It goes nowhere else: no mail, no event on the customer's record, no change of state. */
export async function addNote(tx: Tx, by: By, input: StaffMessage): Promise<{ ok: true } | { ok: false; reason: "not_found" | "unknown_photo" }> {
  const found = await lockCase(tx, input.caseId);
  if (!found) return { ok: false, reason: "not_found" };
  if (await isSent(tx, input.submissionKey)) return { ok: true };
  if (!(await arePending(tx, { partyId: found.partyId, caseId: found.id }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };
  await addInteraction(tx, by, found, {
    direction: "out",
    visibility: "internal",
    body: input.message,
    submissionKey: input.submissionKey,
    authorStaffId: staffOf(by, input),
    attachmentIds: input.attachmentIds,
  });
  await recordAudit(tx, by, "addNote", subjectOf(found));
  await noteChange(tx, by, `case:${found.id}`, "desk");
  return { ok: true };
}

/** `changed`: somebody else changed the case since it was looked at; show both and ask again. */
export type StaffRefusal = Refusal | "not_found" | "changed";
type Versioned = { caseId: number; /** The version that the person saw. */ version: number };

export async function startWork(tx: Tx, by: By, input: Versioned): Promise<Changed | { ok: false; reason: StaffRefusal }> {
  return changeCase(tx, by, "startWork", input, (found) => {
    const step = nextStep(found, "startWork");
    return step.ok ? { ok: true, change: { status: step.status, assigneeId: found.assigneeId ?? staffOf(by) } } : step;
  });
}

/** @param input.assigneeId null: nobody */
export async function assignCase(
  tx: Tx,
  by: By,
  input: Versioned & { assigneeId: number | null },
): Promise<Changed | { ok: false; reason: StaffRefusal | "unknown_assignee" }> {
  if (input.assigneeId !== null && !(await canTakeCases(tx, input.assigneeId))) return { ok: false, reason: "unknown_assignee" };
  return changeCase(tx, by, "assignCase", input, () => ({ ok: true, change: { assigneeId: input.assigneeId } }), { assigneeId: input.assigneeId });
}

export type DecideInput = Versioned & {
  decision: Decision;
  /** What is granted; null with a rejection. */
  grantedRemedy: Remedy | null;
  message: string;
  submissionKey: string;
  staffId?: number;
};
export type DecideRefusal = StaffRefusal | "accepted_by_law";

/** The answer to a complaint, with its reasons. The first answer stops the clock; after the term only an acceptance is one. */
export async function decideCase(tx: Tx, by: By, input: DecideInput): Promise<Changed | { ok: false; reason: DecideRefusal }> {
  const found = await lockCase(tx, input.caseId);
  if (!found) return { ok: false, reason: "not_found" };
  if (await isSent(tx, input.submissionKey)) return { ok: true, status: found.status };
  if (found.version !== input.version) return { ok: false, reason: "changed" };
  const step = nextStep(found, "decide");
  if (!step.ok) return step;
  if (!possibleDecisions(found, by.now).includes(input.decision)) return { ok: false, reason: "accepted_by_law" };
  const grantedRemedy = input.decision === "rejected" ? null : input.grantedRemedy;
  const answer = await addInteraction(tx, by, found, {
    direction: "out",
    visibility: "public",
    body: input.message,
    submissionKey: input.submissionKey,
    authorStaffId: staffOf(by, input),
    outcome: input.decision,
  });
  await tx.update(caseLines).set({ grantedRemedy }).where(eq(caseLines.caseId, found.id));
  await moveCase(tx, by, found, {
    status: step.status,
    decision: input.decision,
    answeredAt: found.answeredAt ?? by.now,
    lastStaffAt: by.now,
    assigneeId: found.assigneeId ?? staffOf(by, input),
  });
  await recordEvent(tx, by, {
    partyId: found.partyId,
    kind: "case_decided",
    channel: "portal",
    subject: subjectOf(found),
    data: { ...dataOf(found), decision: input.decision, ...(grantedRemedy && { remedy: grantedRemedy }) },
  });
  await tellCustomer(tx, by, found, "case_decided", answer.publicId, { decision: input.decision, grantedRemedy, message: input.message });
  await recordAudit(tx, by, "decideCase", subjectOf(found), { decision: input.decision, grantedRemedy });
  await noteCase(tx, by, found);
  return step;
}

/** Settled. Marketing to the customer may go on, if no other complaint of theirs is open. */
export async function closeCase(tx: Tx, by: By, input: Versioned): Promise<Changed | { ok: false; reason: StaffRefusal }> {
  const closed = await changeCase(tx, by, "closeCase", input, (found) => {
    const step = nextStep(found, "close");
    return step.ok ? { ok: true, change: { status: step.status, closedAt: by.now } } : step;
  });
  if (closed.ok) await afterClosing(tx, by, input.caseId);
  return closed;
}

/** By staff, with the version they saw. */
export async function reopenCase(tx: Tx, by: By, input: Versioned): Promise<Changed | { ok: false; reason: StaffRefusal }> {
  const before = await lockCase(tx, input.caseId);
  const reopened = await changeCase(tx, by, "reopenCase", input, (found) => {
    const step = nextStep(found, "reopen");
    return step.ok ? { ok: true, change: { status: step.status, closedAt: null } } : step;
  });
  if (before && reopened.ok) await afterReopening(tx, by, before);
  return reopened;
}

/** By the customer, who says why: they are not content with the answer, or it happened again. */
export async function customerReopen(
  tx: Tx,
  by: By,
  input: { partyId: number; caseId: number; message: string; attachmentIds?: readonly string[]; submissionKey: string },
): Promise<Changed | { ok: false; reason: MessageRefusal }> {
  const found = await lockCase(tx, input.caseId);
  if (!found || found.partyId !== input.partyId) return { ok: false, reason: "not_found" };
  if (await isSent(tx, input.submissionKey)) return { ok: true, status: found.status };
  const step = nextStep(found, "reopen");
  if (!step.ok) return step;
  if (!(await arePending(tx, { partyId: input.partyId }, input.attachmentIds ?? []))) return { ok: false, reason: "unknown_photo" };
  await addInteraction(tx, by, found, { direction: "in", visibility: "public", body: input.message, submissionKey: input.submissionKey, attachmentIds: input.attachmentIds });
  await moveCase(tx, by, found, { status: step.status, closedAt: null, lastCustomerAt: by.now });
  await recordAudit(tx, by, "customerReopen", subjectOf(found));
  await afterReopening(tx, by, found);
  await noteCase(tx, by, found);
  return step;
}

/**
 * Worker step: closes what was answered `before` that time and has stood still since, so that marketing does not stay
 * stopped because nobody pressed a button.
 * @returns how many
 */
export async function closeSettled(tx: Tx, by: By, before: number, limit: number): Promise<number> {
  const settled = await tx
    .select({ id: cases.id, version: cases.version })
    .from(cases)
    .where(
      and(
        eq(cases.status, "answered"),
        lt(cases.answeredAt, before),
        or(isNull(cases.lastStaffAt), lt(cases.lastStaffAt, before)),
        or(isNull(cases.lastCustomerAt), lt(cases.lastCustomerAt, before)),
        // What the customer said last is not settled until somebody has read it.
        or(isNull(cases.lastCustomerAt), lt(cases.lastCustomerAt, cases.lastStaffAt)),
        or(ne(cases.type, "complaint"), isNotNull(cases.decision)),
      ),
    )
    .orderBy(asc(cases.id))
    .limit(limit);
  let closed = 0;
  for (const { id, version } of settled) if ((await closeCase(tx, by, { caseId: id, version })).ok) closed++;
  return closed;
}

// ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The line with its order, only if the order is this party's. */
async function findLine(db: Reader, partyId: number, linePublicId: string) {
  const [line] = await db
    .select({ id: orderLines.id, name: orderLines.name, quantity: orderLines.quantity, orderId: orders.id, orderNumber: orders.number, orderStatus: orders.status })
    .from(orderLines)
    .innerJoin(orders, eq(orders.id, orderLines.orderId))
    .where(and(eq(orderLines.publicId, linePublicId), eq(orders.partyId, partyId)));
  return line ?? null;
}

async function findFiled(db: Reader, partyId: number, submissionKey: string): Promise<Filed | null> {
  const [row] = await db
    .select({ caseId: cases.id, publicId: cases.publicId, number: cases.number, statutoryDueAt: cases.statutoryDueAt })
    .from(interactions)
    .innerJoin(cases, eq(cases.id, interactions.caseId))
    .where(and(eq(interactions.submissionKey, submissionKey), eq(cases.partyId, partyId)));
  return row ? { ok: true, ...row } : null;
}

async function isSent(db: Reader, submissionKey: string): Promise<boolean> {
  const rows = await db.select({ id: interactions.id }).from(interactions).where(eq(interactions.submissionKey, submissionKey));
  return rows.length > 0;
}

async function canTakeCases(db: Reader, staffId: number): Promise<boolean> {
  const [row] = await db.select({ role: staffUsers.role, disabledAt: staffUsers.disabledAt }).from(staffUsers).where(eq(staffUsers.id, staffId));
  return row !== undefined && row.disabledAt === null && row.role !== "marketer";
}

/** One change of one case at a time; the row as it is now. */
async function lockCase(tx: Tx, caseId: number): Promise<CaseRow | null> {
  await lockKey(tx, `case:${caseId}`);
  const [row] = await tx.select().from(cases).where(eq(cases.id, caseId));
  return row ?? null;
}

async function openCase(
  tx: Tx,
  by: By,
  input: Pick<CaseRow, "type" | "partyId" | "orderId" | "subject" | "locale" | "statutoryDueAt">,
): Promise<CaseRow> {
  const publicId = v7();
  const [row] = await tx
    .insert(cases)
    .values({ ...input, publicId, number: publicId, status: "new", receivedAt: by.now, lastCustomerAt: by.now })
    .returning();
  const number = `C-${1000 + row!.id}`;
  await tx.update(cases).set({ number }).where(eq(cases.id, row!.id));
  return { ...row!, number };
}

type NewInteraction = {
  direction: "in" | "out";
  visibility: "public" | "internal";
  body: string;
  submissionKey: string;
  authorStaffId?: number | null;
  attachmentIds?: readonly string[] | undefined;
  outcome?: string;
};

async function addInteraction(tx: Tx, by: By, on: CaseRow, input: NewInteraction): Promise<{ id: number; publicId: string }> {
  const { attachmentIds = [], ...message } = input;
  const publicId = v7();
  const [row] = await tx
    .insert(interactions)
    .values({ ...message, publicId, partyId: on.partyId, caseId: on.id, channel: "portal", at: by.now })
    .returning({ id: interactions.id });
  await attachPhotos(tx, {
    partyId: on.partyId,
    caseId: on.id,
    interactionId: row!.id,
    visibility: input.visibility,
    publicIds: attachmentIds,
    fromStaff: input.direction === "out",
  });
  return { id: row!.id, publicId };
}

/** Raises the version with every change. */
async function moveCase(tx: Tx, by: By, from: CaseRow, change: Partial<CaseRow>): Promise<void> {
  const isStarted = (change.status ?? from.status) !== "new";
  const startedAt = from.startedAt ?? (isStarted ? by.now : null);
  await tx.update(cases).set({ ...change, startedAt, version: from.version + 1 }).where(eq(cases.id, from.id));
}

/** A change of state by staff: refused against an older version than the one that stands. */
async function changeCase(
  tx: Tx,
  by: By,
  command: string,
  input: Versioned,
  decide: (found: CaseRow) => { ok: true; change: Partial<CaseRow> } | { ok: false; reason: Refusal },
  details: Record<string, unknown> = {},
): Promise<Changed | { ok: false; reason: StaffRefusal }> {
  const found = await lockCase(tx, input.caseId);
  if (!found) return { ok: false, reason: "not_found" };
  if (found.version !== input.version) return { ok: false, reason: "changed" };
  const decided = decide(found);
  if (!decided.ok) return decided;
  await moveCase(tx, by, found, decided.change);
  await recordAudit(tx, by, command, subjectOf(found), details);
  await noteCase(tx, by, found);
  return { ok: true, status: decided.change.status ?? found.status };
}

async function afterClosing(tx: Tx, by: By, caseId: number): Promise<void> {
  const [closed] = await tx.select().from(cases).where(eq(cases.id, caseId));
  if (closed!.type === "complaint") await addComplaintFacts(tx, closed!.partyId, { open: -1 });
  await recordEvent(tx, by, { partyId: closed!.partyId, kind: "case_closed", subject: subjectOf(closed!), data: dataOf(closed!) });
}

async function afterReopening(tx: Tx, by: By, before: CaseRow): Promise<void> {
  if (before.type === "complaint" && before.status === "closed") {
    await addComplaintFacts(tx, before.partyId, { open: 1 });
    await stopMarketing(tx, by, before.partyId);
  }
  await recordEvent(tx, by, { partyId: before.partyId, kind: "case_reopened", channel: "portal", subject: subjectOf(before), data: dataOf(before) });
}

/** What is on its way to them stops too: mails look here between their claim and their handover. */
async function stopMarketing(tx: Tx, by: By, partyId: number): Promise<void> {
  await lockStops(tx);
  await tx.insert(stopLog).values({ at: by.now, kind: "complaint_opened", partyId });
}

/**
 * The copy on a durable medium (Consumer Rights Act art. 7a(3), art. 2(4)): a mail that says all, not only that there is
 * something to read. Nobody is told of what a demo seed or an import writes about the past.
 */
async function tellCustomer(tx: Tx, by: By, about: CaseRow, template: string, occurrence: string, values: Record<string, unknown>): Promise<void> {
  if (by.actor.kind === "system" && (by.actor.name === "seed" || by.actor.name === "import")) return;
  const address = await findPrimaryEmail(tx, about.partyId);
  if (!address) return;
  const { name } = await getParty(tx, about.partyId);
  await queueNotice(tx, by, {
    class: "transactional",
    to: { address, name, partyId: about.partyId },
    template,
    locale: about.locale,
    values: { number: about.number, subject: about.subject, path: `/portal/help/${about.publicId}`, ...values },
    dedupeKey: `${template}:${occurrence}`,
    subject: subjectOf(about),
  });
}

async function noteCase(tx: Tx, by: By, changed: CaseRow): Promise<void> {
  await noteChange(tx, by, `case:${changed.id}`, `party:${changed.partyId}`, "desk");
}

function staffOf(by: By, input: { staffId?: number } = {}): number | null {
  return by.actor.kind === "staff" ? by.actor.id : (input.staffId ?? null);
}

const subjectOf = (about: CaseRow) => ({ type: "case", id: about.id });
const dataOf = (about: CaseRow) => ({ number: about.number, subject: about.subject });
