/**
 * What becomes of a case: taken up, assigned, closed, reopened. Filing: filing.server.ts; messages: messages.server.ts;
 * the decision: deciding.server.ts. What a customer reads: customer-cases.server.ts; what staff read: desk.server.ts.
 */
import { and, asc, eq, isNotNull, isNull, lt, ne, or } from "drizzle-orm";

import { lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { staffUsers } from "../accounts/schema";
import { recordEvent } from "../customers/events.server";
import { addComplaintFacts } from "../customers/metrics.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { nextStep, type Refusal } from "./case";
import { dataOf, lockCase, moveCase, noteCase, staffOf, subjectOf, type CaseRow, type Changed } from "./case-row.server";
import { takeFromCustomer, type CustomerMessage, type MessageRefusal } from "./messages.server";
import { cases } from "./schema";

/** `changed`: somebody else changed the case since it was looked at; show both and ask again. */
export type StaffRefusal = Refusal | "not_found" | "changed";
export type Versioned = { caseId: number; /** The version that the person saw. */ version: number };

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
export async function customerReopen(tx: Tx, by: By, input: CustomerMessage): Promise<Changed | { ok: false; reason: MessageRefusal }> {
  const taken = await takeFromCustomer(tx, by, input, "reopen");
  if (!taken.ok) return taken;
  const { found, step } = taken;
  if (!found) return step;
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

async function canTakeCases(db: Reader, staffId: number): Promise<boolean> {
  const [row] = await db.select({ role: staffUsers.role, disabledAt: staffUsers.disabledAt }).from(staffUsers).where(eq(staffUsers.id, staffId));
  return row !== undefined && row.disabledAt === null && row.role !== "marketer";
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
    await lockStops(tx);
    await addComplaintFacts(tx, before.partyId, { open: 1 });
  }
  await recordEvent(tx, by, { partyId: before.partyId, kind: "case_reopened", channel: "portal", subject: subjectOf(before), data: dataOf(before) });
}
