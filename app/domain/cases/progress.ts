import type { CaseState } from "./case";

export type ProgressStep = { key: "filed" | "looked_at" | "answered" | "looked_at_again" | "closed"; state: "done" | "current" | "next"; at: number | null };

/** How a case goes its way, for the customer: filed, being looked at, answered, closed; with a second look when reopened. */
export function progressOf(
  of: Pick<CaseState, "status" | "answeredAt" | "statutoryDueAt"> & { receivedAt: number; startedAt: number | null; closedAt: number | null },
): ProgressStep[] {
  const { status, answeredAt, statutoryDueAt } = of;
  const isReopened = answeredAt !== null && (status === "open" || status === "waiting");
  const isOver = status === "answered" || status === "closed";
  return [
    { key: "filed", state: status === "new" ? "current" : "done", at: of.receivedAt },
    { key: "looked_at", state: status === "new" ? "next" : isOver || isReopened ? "done" : "current", at: of.startedAt },
    ...(answeredAt !== null || status !== "closed"
      ? [{ key: "answered" as const, state: answeredAt === null ? ("next" as const) : status === "answered" ? ("current" as const) : ("done" as const), at: answeredAt ?? statutoryDueAt }]
      : []),
    ...(isReopened ? [{ key: "looked_at_again" as const, state: "current" as const, at: null }] : []),
    { key: "closed", state: status === "closed" ? "done" : "next", at: of.closedAt },
  ];
}
