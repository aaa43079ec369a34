import { useLocale, useTranslations } from "use-intl";

import { type DescribedClause, type DescribedGroup, type DescribedPart, isDescribedGroup } from "~/domain/segments/describe";
import { useFormat } from "~/i18n/format";
import { LOCALE_NAMES, type Locale } from "~/i18n/locales";

/** The words of a value: a country's name, a language, a month, a stage; what the database names comes with its label. */
export function useValueWords(): (field: string, value: string, label?: string) => string {
  const t = useTranslations("customers");
  const own = useTranslations("segments.words");
  const risk = useTranslations("reports.risk.levels");
  const format = useFormat();
  const locale = useLocale();
  return (field, value, label) => {
    switch (field) {
      case "country":
        return format.country(value);
      case "locale":
        return LOCALE_NAMES[value as Locale] ?? value;
      case "birthday_month":
        return new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" }).format(Date.UTC(2026, Number(value) - 1, 15));
      case "kind":
        return t(`partyKinds.${value as "person"}`);
      case "stage":
        return t(`stages.${value as "lead"}`);
      case "rfm_segment":
        return t(`rfm.${value as "new"}`);
      case "churn_risk":
        return risk(value as "low");
      case "tier":
        return t(`tiers.${value as "gold"}`);
      case "complaint_reason":
      case "complaint_decision":
        return own(`${field}.${value}` as "complaint_reason.late");
      default:
        if (label !== undefined && label !== value) return label;
        return t.has(`channels.${value}` as "channels.email") ? t(`channels.${value as "email"}`) : (label ?? value);
    }
  };
}

/** What stands in a field of the builder, as text: names where the registry is newer than the words show as they are. */
export function useFieldName(): (field: string) => string {
  const t = useTranslations("segments");
  return (field) => (t.has(`fields.${field}` as "fields.country") ? t(`fields.${field}` as "fields.country") : field);
}

/** A clause in words: what it asks about, and what is wanted. */
export function useClauseWords(currency: string): (clause: DescribedClause) => { field: string; phrase: string } {
  const t = useTranslations("segments");
  const format = useFormat();
  const locale = useLocale();
  const fieldName = useFieldName();
  const words = useValueWords();
  const or = (parts: string[]) => new Intl.ListFormat(locale, { type: "disjunction" }).format(parts);

  const say = (field: string, part: DescribedPart): string | number => {
    if (part.kind === "number") return part.name === "days" ? Number(part.value) : format.number(Number(part.value));
    if (part.kind === "money") return format.money(Number(part.value), currency);
    if (part.kind === "day") return format.day(String(part.value));
    return or([part.value].flat().map((value, i) => words(field, String(value), part.labels?.[i])));
  };
  return (clause) => {
    const values = Object.fromEntries(clause.parts.map((part) => [part.name, say(clause.field, part)]));
    const what = values.sku ?? values.category ?? "";
    const key = `say.${clause.op}` as "say.in";
    return { field: fieldName(clause.field), phrase: t.has(key) ? t(key, { ...values, what } as never) : clause.op };
  };
}

/** Rules in one line: for lists. */
export function ReadbackLine({ rules, currency }: { rules: DescribedGroup; currency: string }) {
  const t = useTranslations("segments");
  const words = useClauseWords(currency);
  const line = (group: DescribedGroup): string =>
    group.items
      .map((item) => (isDescribedGroup(item) ? t("readback.inline", { match: t(`readback.${item.match}`), items: line(item) }) : t("readback.clause", words(item))))
      .join(t("readback.and"));
  if (!rules.items.length) return <>{t("readback.everybody")}</>;
  return (
    <>
      {rules.match !== "all" && `${t(`readback.${rules.match}`)} `}
      {line(rules)}
    </>
  );
}

/** Rules in plain words, one under the other, groups indented. */
export function Readback({ rules, currency }: { rules: DescribedGroup; currency: string }) {
  const t = useTranslations("segments");
  if (!rules.items.length) return <p>{t("readback.everybody")}</p>;
  return (
    <div>
      <p className="mb-1">{t(rules.match === "all" ? "readback.customersAll" : rules.match === "any" ? "readback.customersAny" : "readback.customersNone")}</p>
      <Items group={rules} currency={currency} />
    </div>
  );
}

function Items({ group, currency }: { group: DescribedGroup; currency: string }) {
  const t = useTranslations("segments");
  const words = useClauseWords(currency);
  return (
    <ul className="ml-4 list-disc space-y-0.5 marker:text-muted">
      {group.items.map((item, index) => {
        if (isDescribedGroup(item))
          return (
            <li key={index}>
              {t(`readback.${item.match}`)}
              <Items group={item} currency={currency} />
            </li>
          );
        const { field, phrase } = words(item);
        return (
          <li key={index}>
            {t("readback.clause", { field, phrase })}
          </li>
        );
      })}
    </ul>
  );
}
