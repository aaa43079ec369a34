import { useRouteLoaderData } from "@remix-run/react";
import { useMemo } from "react";
import { useLocale, useTimeZone } from "use-intl";

import { formatter, type Format } from "../i18n/format";

/** The zone of the company's seat: terms of law run on its calendar, whoever reads of them. */
export function useCompanyZone(): string {
  const own = useTimeZone() ?? "UTC";
  return (useRouteLoaderData("root") as { companyTimeZone?: string } | undefined)?.companyTimeZone ?? own;
}

export function useCompanyFormat(): Format {
  const locale = useLocale();
  const timeZone = useCompanyZone();
  return useMemo(() => formatter(locale, timeZone), [locale, timeZone]);
}
