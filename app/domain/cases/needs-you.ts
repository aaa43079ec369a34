import { isAcceptedBySilence, isClockRunning, type CaseState } from "./case";

const DAY = 86_400_000;

/** What of a case asks for the customer's attention: a reply is wanted, the law has decided, the answer has come, or it is nearly due. */
export type CaseNeed = "reply" | "accepted_by_law" | "answered" | "due_soon";

export type CaseForCustomer = CaseState & { lastCustomerAt: number | null; lastStaffAt: number | null };

export function needOf(of: CaseForCustomer, now: number): CaseNeed | null {
  if (of.status === "closed") return null;
  if (of.status === "waiting") return "reply";
  if (isClockRunning(of) && isAcceptedBySilence(of, now)) return "accepted_by_law";
  const lastWordIsOurs = of.lastStaffAt !== null && of.lastStaffAt > (of.lastCustomerAt ?? 0);
  if (of.status === "answered" && lastWordIsOurs && now - of.lastStaffAt! < 14 * DAY) return "answered";
  return isClockRunning(of) && of.statutoryDueAt! - now <= 3 * DAY ? "due_soon" : null;
}

const ORDER: readonly CaseNeed[] = ["reply", "accepted_by_law", "answered", "due_soon"];

/** The cases that need the customer, the most pressing first. */
export function listNeeds<Case extends CaseForCustomer>(cases: readonly Case[], now: number): { about: Case; need: CaseNeed }[] {
  return cases
    .flatMap((about) => {
      const need = needOf(about, now);
      return need ? [{ about, need }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.need) - ORDER.indexOf(b.need) || (a.about.statutoryDueAt ?? Infinity) - (b.about.statutoryDueAt ?? Infinity));
}
