/**
 * What people write into the thread of a case. Internal notes have a write path of their own (`addNote`): no parameter
 * of any other command can make a message internal, or a note public.
 */
import type { Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { arePending } from "./attachments.server";
import { nextStep, type Refusal } from "./case";
import { tellCustomer } from "./case-notices.server";
import { dataOf, lockCase, moveCase, noteCase, staffOf, subjectOf, type CaseRow, type Changed } from "./case-row.server";
import { addInteraction, isSent, type Mailed } from "./thread.server";

export type MessageRefusal = Refusal | "not_found" | "unknown_photo";

export type CustomerMessage = { partyId: number; caseId: number; message: string; attachmentIds?: readonly string[]; submissionKey: string; /** When it came as a mail. */ mailed?: Mailed };

type Taken = { ok: true; found: CaseRow; step: Changed } | { ok: true; found: null; step: Changed } | { ok: false; reason: MessageRefusal };

/**
 * Puts what a customer writes into the thread of their own case, where the case may take this step. A form that was
 * sent before is known by its key: `found` is null then, and nothing is left to do.
 */
export async function takeFromCustomer(tx: Tx, by: By, input: CustomerMessage, verb: "write" | "reopen"): Promise<Taken> {
  const { partyId, caseId, message, attachmentIds = [], submissionKey } = input;
  const found = await lockCase(tx, caseId);
  if (!found || found.partyId !== partyId) return { ok: false, reason: "not_found" };
  if (await isSent(tx, submissionKey)) return { ok: true, found: null, step: { ok: true, status: found.status } };
  const step = nextStep(found, verb);
  if (!step.ok) return step;
  if (!(await arePending(tx, { partyId }, attachmentIds))) return { ok: false, reason: "unknown_photo" };
  await addInteraction(tx, by, found, { direction: "in", visibility: "public", body: message, submissionKey, attachmentIds, ...input.mailed });
  return { ok: true, found, step };
}

/** The customer writes into the thread of their own case. */
export async function customerReply(tx: Tx, by: By, input: CustomerMessage): Promise<Changed | { ok: false; reason: MessageRefusal }> {
  const taken = await takeFromCustomer(tx, by, input, "write");
  if (!taken.ok) return taken;
  const { found, step } = taken;
  if (!found) return step;
  await moveCase(tx, by, found, { status: step.status, lastCustomerAt: by.now });
  await recordEvent(tx, by, { partyId: found.partyId, kind: "case_message_in", channel: input.mailed?.channel ?? "portal", subject: subjectOf(found), data: dataOf(found) });
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
