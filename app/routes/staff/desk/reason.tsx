import { useTranslations } from "use-intl";

import type { CaseStatus } from "~/domain/cases/case";
import type { QueueReason } from "~/domain/cases/queue";
import { useFormat } from "~/i18n/format";

/**
 * Why a case stands where it stands: its risk, the customer's value, how long they wait, and the floor where it decided.
 * `withoutDue`: a DueChip beside it says the risk already.
 */
export function Reason({ reason, currency, of, withoutDue = false }: { reason: QueueReason; currency: string; of: { status: CaseStatus; answeredAt: number | null }; withoutDue?: boolean }) {
  const t = useTranslations("desk");
  const format = useFormat();
  const { risk, daysLeft, waitingDays, spendMinor, byFloor } = reason;
  const parts = of.status === "closed"
    ? [t("reason.value", { money: format.money(spendMinor, currency) })]
    : [
        ...(risk === "overdue"
          ? [t("reason.overdue")]
          : withoutDue
            ? []
            : [daysLeft !== null ? t("reason.due", { days: daysLeft }) : t(of.answeredAt === null ? "reason.noDeadline" : "reason.answered")]),
        spendMinor > 0 ? t("reason.value", { money: format.money(spendMinor, currency) }) : t("reason.noValue"),
        ...(waitingDays !== null ? [t("reason.waiting", { days: waitingDays })] : of.status === "waiting" ? [t("reason.weWait")] : []),
        ...(byFloor ? [t("reason.floor")] : []),
      ];
  return <>{parts.join(" · ")}</>;
}
