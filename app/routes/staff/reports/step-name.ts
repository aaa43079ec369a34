import { useLocale } from "use-intl";

import type { Step } from "~/domain/analytics/cohorts";

/** A month or a quarter by its first day: "Mar 2026", "Q1 2026". */
export function useStepName(step: Step): (start: string) => string {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { timeZone: "UTC", month: "short", year: "numeric" });
  return (start) => {
    const [year, month] = start.split("-").map(Number);
    return step === "quarter" ? `Q${Math.floor(((month ?? 1) - 1) / 3) + 1} ${year}` : format.format(Date.parse(`${start}T00:00:00Z`));
  };
}
