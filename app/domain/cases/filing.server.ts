/** Filing: a customer complains about a line of an order, or asks something. */
import { and, eq } from "drizzle-orm";
import { v7 } from "uuid";

import { lockKey, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { dayIn } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { getParty } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import { addComplaintFacts } from "../customers/metrics.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { orderLines, orders } from "../orders/schema";
import { answerDueAt } from "./answer-clock";
import { arePending } from "./attachments.server";
import { tellCustomer } from "./case-notices.server";
import { noteCase, type CaseRow } from "./case-row.server";
import { refuseComplaint, type Complaint } from "./complaint";
import { caseLines, cases, interactions } from "./schema";
import { addInteraction, type Mailed } from "./thread.server";

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
  // They noticed it on a day of their own calendar; the term runs on the company's.
  const { timeZone: own } = await getParty(tx, input.partyId);
  const wrong = refuseComplaint({ quantity: input.quantity, noticedOn: input.noticedOn ?? undefined }, line, by.now, own);
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
  await lockStops(tx);
  await addComplaintFacts(tx, input.partyId, { filed: 1, open: 1 });
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

export type MailedQuestionInput = Omit<QuestionInput, "attachmentIds"> & {
  attachmentIds: readonly string[];
  mailed: Mailed;
  campaignId: number | null;
  /** False: it came from an address that is not theirs. They do not see it before somebody has looked. */
  isTheirs: boolean;
  /** When it came; now when left out. */
  receivedAt?: number;
};

/**
 * A mail that belongs to no case yet, as a question. No mail answers it by itself: who wrote may be a machine, or not
 * the one who is named.
 */
export async function fileMailedQuestion(tx: Tx, by: By, input: MailedQuestionInput): Promise<Filed> {
  const { partyId, subject, locale, campaignId } = input;
  const filed = await openCase(tx, by, { type: "question", partyId, orderId: null, campaignId, subject, locale, statutoryDueAt: null, receivedAt: input.receivedAt });
  const { message: body, submissionKey, attachmentIds } = input;
  await addInteraction(tx, by, filed, { at: input.receivedAt, direction: "in", visibility: input.isTheirs ? "public" : "internal", body, submissionKey, attachmentIds, ...input.mailed });
  await recordEvent(tx, by, { partyId, kind: "case_filed", channel: "email", subject: { type: "case", id: filed.id }, campaignId, data: { number: filed.number, subject } });
  await recordAudit(tx, by, "fileMailedQuestion", { type: "case", id: filed.id }, { inboundMailId: input.mailed.inboundMailId });
  await noteCase(tx, by, filed);
  return { ok: true, caseId: filed.id, publicId: filed.publicId, number: filed.number, statutoryDueAt: null };
}

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

async function openCase(
  tx: Tx,
  by: By,
  input: Pick<CaseRow, "type" | "partyId" | "orderId" | "subject" | "locale" | "statutoryDueAt"> & { campaignId?: number | null; receivedAt?: number | undefined },
): Promise<CaseRow> {
  const publicId = v7();
  const receivedAt = input.receivedAt ?? by.now;
  const [row] = await tx
    .insert(cases)
    .values({ ...input, publicId, number: publicId, status: "new", receivedAt, lastCustomerAt: receivedAt })
    .returning();
  const number = `C-${1000 + row!.id}`;
  await tx.update(cases).set({ number }).where(eq(cases.id, row!.id));
  return { ...row!, number };
}
