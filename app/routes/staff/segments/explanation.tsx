import { Check, X } from "lucide-react";
import { useTranslations } from "use-intl";

import type { FieldInfo } from "~/domain/segments/check";
import { describeClause, type Options } from "~/domain/segments/describe";
import { type ExplainedClause, type ExplainedGroup, type Fact, isExplainedGroup } from "~/domain/segments/explain";
import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { Icon } from "~/ui/icon";
import { useClauseWords, useValueWords } from "./readback";

/** `customer`: the public id of whom it speaks. */
type Words = { customer: string; fields: readonly FieldInfo[]; options: Options; currency: string };

/** The rules one by one with what stands in the record: did each hold, and what do the groups make of it. */
export function Explanation({ explained, ...words }: { explained: ExplainedGroup } & Words) {
  const t = useTranslations("segments");
  if (!explained.rules.length) return <p className="text-muted">{t("readback.everybody")}</p>;
  return (
    <div>
      <p className="mb-1">{t(`group.${explained.match}`)}:</p>
      <Rules rules={explained.rules} {...words} />
    </div>
  );
}

function Rules({ rules, ...words }: { rules: ExplainedGroup["rules"] } & Words) {
  const t = useTranslations("segments");
  return (
    <ul className="space-y-2">
      {rules.map((rule, index) => (
        <li key={index} className="flex items-start gap-2">
          <Verdict holds={rule.holds} />
          {isExplainedGroup(rule) ? (
            <div className="min-w-0">
              <p className="mb-1.5">{t(`group.${rule.match}`)}:</p>
              <Rules rules={rule.rules} {...words} />
            </div>
          ) : (
            <ExplainedRule rule={rule} {...words} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Verdict({ holds }: { holds: boolean }) {
  const t = useTranslations("segments");
  return (
    <span className={holds ? "mt-1 text-pine" : "mt-1 text-muted"}>
      <Icon of={holds ? Check : X} />
      <span className="sr-only">{t(holds ? "explain.yes" : "explain.no")} </span>
    </span>
  );
}

function ExplainedRule({ rule, customer, fields, options, currency }: { rule: ExplainedClause } & Words) {
  const t = useTranslations("segments");
  const words = useClauseWords(currency);
  const saw = useFactWords(options);
  const described = describeClause(rule, fields, options);
  const { field, phrase } = described ? words(described) : { field: rule.field, phrase: rule.op };
  return (
    <div className="min-w-0">
      <p>{t("explain.fact", { field, fact: saw(rule.field, rule.fact) })}</p>
      <p className="text-sm text-muted">
        {t("explain.wanted", { phrase })}
        {rule.field === "segment" && (
          <>
            {" · "}
            <TextLink to={`/staff/segments/${String(rule.value)}?customer=${customer}#check`}>{t("explain.why")}</TextLink>
          </>
        )}
      </p>
      {rule.inner && rule.inner.rules.length > 0 && (
        <div className="mt-1.5 border-l-2 border-line pl-3">
          <p className="mb-1.5">{t(`group.${rule.inner.match}`)}:</p>
          <Rules rules={rule.inner.rules} customer={customer} fields={fields} options={options} currency={currency} />
        </div>
      )}
    </div>
  );
}

/** What stands in the record, as people say it; nothing there has words of its own. */
function useFactWords(options: Options): (field: string, fact: Fact) => string {
  const t = useTranslations("segments");
  const format = useFormat();
  const words = useValueWords();
  return (field, { kind, value, currency }) => {
    if (value === null) {
      const own = `explain.noneOf.${field}` as "explain.noneOf.consent";
      return t.has(own) ? t(own) : t(kind === "instant" ? "explain.never" : "explain.unknownFact");
    }
    if (field === "segment" || field === "list") return t(`explain.segment.${value as "in"}`);
    if (field === "campaign") return t(`explain.campaign.${value as "got"}`);
    if (field === "consent") return t(`explain.consent.${value as "granted"}`);
    switch (kind) {
      case "number":
        return format.number(Number(value));
      case "money":
        return format.money(Number(value), currency ?? "EUR");
      case "instant":
        return t(field === "marketing_paused" ? "explain.until" : field === "overdue" ? "explain.expected" : "explain.at", { date: format.date(Number(value)) });
      case "word":
        return words(field, String(value), options[field]?.values?.find((one) => one.value === value)?.label);
      case "text":
        return String(value);
    }
  };
}
