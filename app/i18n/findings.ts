import { useTranslations } from "use-intl";

import { useFormat } from "./format";

export type FindingValues = Record<string, string | number>;

/** What a look at the mail settings found, as a sentence; instants are told in the reader's way. */
export function useFindingWords(): (finding: { key: string; values: FindingValues }) => string {
  const t = useTranslations("mailSettings.findings") as unknown as (key: string, values: FindingValues) => string;
  const format = useFormat();
  return ({ key, values }) => t(key, { ...values, ...told(values, format) });
}

/** `until` and `from` are days, `at` is an instant; ms since the epoch. */
export function told(values: FindingValues, format: { date(at: number): string; dateTime(at: number): string }): FindingValues {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value !== "number" ? [] : name === "until" || name === "from" ? [[name, format.date(value)]] : name === "at" ? [[name, format.dateTime(value)]] : [],
    ),
  );
}
