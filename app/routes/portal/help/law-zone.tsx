import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { useCompanyFormat } from "~/ui/company-zone";

/** Whose calendar the days of the term are counted by; and, to who lives by another clock, when that day ends for them. */
export function LawZone({ endsAt }: { endsAt: number }) {
  const t = useTranslations("help");
  const own = useFormat();
  const isAbroad = own.dateTime(endsAt) !== useCompanyFormat().dateTime(endsAt);
  return (
    <p className="mt-1 text-sm text-muted">
      {t("law.calendar")}
      {isAbroad && ` ${t("law.abroad", { at: own.instant(endsAt + 1) })}`}
    </p>
  );
}
