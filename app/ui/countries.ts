import { useMemo } from "react";
import { useLocale } from "use-intl";

import { useFormat } from "../i18n/format";

/** Countries for a list, named and sorted in the reader's language. */
export function useCountryOptions(codes: readonly string[]): { value: string; label: string }[] {
  const format = useFormat();
  const locale = useLocale();
  return useMemo(
    () =>
      [...new Set(codes)]
        .map((code) => ({ value: code, label: format.country(code) }))
        .toSorted((a, b) => a.label.localeCompare(b.label, locale)),
    [codes, format, locale],
  );
}
