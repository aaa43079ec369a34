import { useTranslations } from "use-intl";

import type { CaseStatus } from "../domain/cases/case";
import { type State, StatusChip } from "./badge";

const STATES: Record<CaseStatus, State> = { new: "waiting", open: "active", waiting: "paused", answered: "good", closed: "done" };

/** How far a case is, in the customer's words or in those of the desk. */
export function CaseStatusChip({ status, forStaff = false }: { status: CaseStatus; forStaff?: boolean }) {
  const t = useTranslations(forStaff ? "desk" : "help");
  return <StatusChip state={STATES[status]}>{t(`status.${status}`)}</StatusChip>;
}
