/** What a case can be, and which step may follow which. Browser-safe; schema.ts builds its columns from these lists. */

export const CASE_TYPES = ["complaint", "question"] as const;
/**
 * new: filed, nobody has looked; open: being worked on; waiting: the customer was asked something;
 * answered: the decision (complaint) or the answer (question) was given; closed: settled.
 */
export const CASE_STATUSES = ["new", "open", "waiting", "answered", "closed"] as const;
export const DECISIONS = ["accepted", "partly_accepted", "rejected"] as const;
export const REMEDIES = ["repair", "replacement", "price_reduction", "refund"] as const;
export const COMPLAINT_REASONS = ["damaged", "misprinted", "wrong_item", "missing", "poor_quality", "late", "other"] as const;

export type CaseType = (typeof CASE_TYPES)[number];
export type CaseStatus = (typeof CASE_STATUSES)[number];
export type Decision = (typeof DECISIONS)[number];
export type Remedy = (typeof REMEDIES)[number];
export type ComplaintReason = (typeof COMPLAINT_REASONS)[number];

/** What the rules need to know of a case. Instants in ms since the epoch. */
export type CaseState = {
  type: CaseType;
  status: CaseStatus;
  decision: Decision | null;
  statutoryDueAt: number | null;
  answeredAt: number | null;
};

/**
 * - startWork: somebody on the desk takes it up.
 * - ask: a reply to the customer that waits for an answer. inform: one that does not.
 * - write: a message from the customer.
 * - decide: the answer to a complaint (a question is answered by `inform`).
 */
export const VERBS = ["startWork", "ask", "inform", "write", "decide", "close", "reopen"] as const;
export type Verb = (typeof VERBS)[number];

export type Refusal = "closed" | "not_closed" | "already_started" | "not_a_complaint" | "already_answered" | "undecided";

export type Step = { ok: true; status: CaseStatus } | { ok: false; reason: Refusal };

/** May this verb follow, and in which status does it leave the case? */
export function nextStep(state: CaseState, verb: Verb): Step {
  if (verb === "reopen") return state.status === "answered" || state.status === "closed" ? to("open") : refuse("not_closed");
  if (state.status === "closed") return refuse("closed");
  switch (verb) {
    case "startWork":
      return state.status === "new" ? to("open") : refuse("already_started");
    case "ask":
      return to(state.status === "answered" ? "answered" : "waiting");
    case "inform":
      if (state.type === "question") return to("answered");
      return to(state.status === "answered" ? "answered" : "open");
    case "write":
      // What has not been looked at stays new; an answered complaint stays answered: "thank you" reopens nothing.
      if (state.status === "waiting") return to("open");
      return to(state.type === "question" && state.status === "answered" ? "open" : state.status);
    case "decide":
      if (state.type !== "complaint") return refuse("not_a_complaint");
      return state.status === "answered" ? refuse("already_answered") : to("answered");
    case "close":
      return state.type === "complaint" && state.decision === null ? refuse("undecided") : to("closed");
  }
}

/**
 * Whether the law has already decided: no answer within the term means that the complaint was accepted
 * (Consumer Rights Act art. 7a(2)).
 */
export function isAcceptedBySilence(state: CaseState, now: number): boolean {
  return state.statutoryDueAt !== null && now > state.statutoryDueAt && (state.answeredAt === null || state.answeredAt > state.statutoryDueAt);
}

/** The decisions still open: after the term only the one that the law has made. */
export function possibleDecisions(state: CaseState, now: number): readonly Decision[] {
  return isAcceptedBySilence(state, now) ? ["accepted"] : DECISIONS;
}

/** An answer is still owed: the clock runs. The first answer stops it for good; a reopened case does not start it again. */
export function isClockRunning(state: CaseState): boolean {
  return state.statutoryDueAt !== null && state.answeredAt === null && state.status !== "closed";
}

function to(status: CaseStatus): Step {
  return { ok: true, status };
}

function refuse(reason: Refusal): Step {
  return { ok: false, reason };
}
