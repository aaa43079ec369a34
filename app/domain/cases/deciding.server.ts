/** The answer to a complaint. */
import { eq } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { nextStep, possibleDecisions, type Decision, type Remedy } from "./case";
import { tellCustomer } from "./case-notices.server";
import { dataOf, lockCase, moveCase, noteCase, staffOf, subjectOf, type Changed } from "./case-row.server";
import type { StaffRefusal, Versioned } from "./cases.server";
import { caseLines } from "./schema";
import { addInteraction, isSent } from "./thread.server";

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
