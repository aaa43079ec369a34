import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";

/** Who said something, and when, in a line. */
export function useSaid(): (said: { source: string; by: string | null; at: number }) => string {
  const t = useTranslations("record");
  const format = useFormat();
  return ({ source, by, at }) => {
    const known = t.has(`sources.${source}` as "sources.staff") ? t(`sources.${source}` as "sources.staff") : source;
    return t("from", { source: by ? t("sources.staffBy", { name: by }) : known, date: format.date(at) });
  };
}

/** How somebody agreed, by the source of a statement of consent; what has no name of ours is shown as it is. */
export function useConsentSource(): (source: string) => string {
  const t = useTranslations("customers");
  return (source) => {
    const key = `consent.sources.${source as "phone"}` as const;
    return t.has(key) ? t(key) : source;
  };
}
