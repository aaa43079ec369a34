import { Form, Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { type DraftGroup, rulesOf } from "~/domain/segments/builder";
import type { FieldInfo } from "~/domain/segments/check";
import { describeRules, type Options } from "~/domain/segments/describe";
import type { RuleGroup } from "~/domain/segments/rule";
import { useFormat } from "~/i18n/format";
import { Actions, Button, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Section, Split } from "~/ui/page";
import { useScripted } from "~/ui/scripted";
import { Money } from "~/ui/values";
import type { Counted, FirstAnswer } from "./ask.server";
import { RuleBuilder } from "./builder";
import { type Live, useLiveCount } from "./live-count";
import { minorDigits } from "./minor-digits";
import { Readback, useFieldName } from "./readback";

export type SegmentFormData = {
  name: string;
  draft: DraftGroup;
  version: number;
  /** What the server counted for this draft. */
  answer: FirstAnswer;
};

/** Name, rules, and beside them who is in it now. Works by plain posts until scripts run. */
export function SegmentForm({
  start,
  fields,
  options,
  currency,
  nameError,
  submitted,
  submit,
  self,
  children,
}: {
  start: SegmentFormData;
  fields: readonly FieldInfo[];
  options: Options;
  currency: string;
  nameError?: string;
  /** Whether somebody has tried to save: only then is unfinished work marked as wrong. */
  submitted: boolean;
  submit: string;
  /** The segment that is being changed: it cannot ask about itself. */
  self?: string;
  /** Further buttons beside Save. */
  children?: React.ReactNode;
}) {
  const t = useTranslations("segments");
  const fieldName = useFieldName();
  const scripted = useScripted();
  const [draft, setDraft] = useState(start.draft);
  const digits = minorDigits(currency);
  const rules = rulesOf(draft, fields, digits);
  const live = useLiveCount(rules, start.answer, scripted, self);
  const problems = live.answer.ok ? [] : live.answer.problems;
  const shown = submitted ? problems : problems.filter((p) => p.reason !== "value_missing" && p.reason !== "empty_group");
  return (
    <Form method="post" noValidate>
      {/* Enter in a field presses the first button of a form: this one, which only shows the page again. */}
      <button type="submit" name="intent" value="refresh" tabIndex={-1} aria-hidden className="sr-only" onClick={(event) => scripted && event.preventDefault()} />
      <input type="hidden" name="version" value={start.version} />
      <Split aside={<Who live={live} rules={rules} fields={fields} options={options} currency={currency} scripted={scripted} />} asideLabel={t("live.title")}>
        <Field name="name" label={t("name")} error={nameError} required className="mb-6 max-w-md">
          <Input defaultValue={start.name} placeholder={t("namePlaceholder")} autoComplete="off" maxLength={120} />
        </Field>
        <Section first title={t("rules")}>
          {submitted && problems.length > 0 && (
            <Callout tone="error" title={t("problems.title")} focusable className="mb-4">
              <ul>
                {problems.map((problem) => {
                  const why = t(`problems.${problem.reason}`);
                  return <li key={`${problem.path.join(".")} ${problem.input ?? ""} ${problem.reason}`}>{problem.field ? t("problems.of", { field: fieldName(problem.field), why }) : why}</li>;
                })}
              </ul>
            </Callout>
          )}
          <RuleBuilder draft={draft} onChange={setDraft} fields={fields} options={options} currency={currency} problems={shown} scripted={scripted} />
        </Section>
        <Actions className="mt-8">
          <SubmitButton name="intent" value="save">
            {submit}
          </SubmitButton>
          {children}
        </Actions>
      </Split>
    </Form>
  );
}

function Who({
  live,
  rules,
  fields,
  options,
  currency,
  scripted,
}: {
  live: Live;
  rules: RuleGroup;
  fields: readonly FieldInfo[];
  options: Options;
  currency: string;
  scripted: boolean;
}) {
  const t = useTranslations("segments");
  const { answer } = live;
  return (
    <div className="lg:sticky lg:top-6">
      <h2 className="mb-2 font-heading text-lg font-(--heading-weight)">{t("live.title")}</h2>
      <LiveCount live={live} />
      {!scripted && (
        <Button type="submit" name="intent" value="refresh" size="sm" className="mt-3">
          {t("live.recount")}
        </Button>
      )}
      <h3 className="mt-6 mb-1.5 text-sm font-medium text-muted">{t("readback.title")}</h3>
      <Readback rules={describeRules(rules, fields, options)} currency={currency} />
      <Sample answer={answer} />
    </div>
  );
}

/** What is known: the answer, or while it is being counted the one before. */
function countedOf(answer: Extract<FirstAnswer, { ok: true }>): Counted | null {
  return "counting" in answer ? answer.last : answer;
}

/** The count as it is known, and that a newer one is on its way. */
export function LiveCount({ live: { answer, asking, failed } }: { live: Live }) {
  const t = useTranslations("segments");
  return (
    <div aria-live="polite" aria-busy={asking} className={cx("transition-opacity duration-150", asking && "opacity-60")}>
      <Count answer={answer} />
      {answer.ok && "counting" in answer && !failed && <p className="mt-1 text-sm text-muted">{t("live.counting")}</p>}
      {failed && <p className="mt-1 text-sm text-red">{t("live.failed")}</p>}
    </div>
  );
}

function Count({ answer }: { answer: FirstAnswer }) {
  const t = useTranslations("segments");
  const format = useFormat();
  if (!answer.ok) return <p className="text-muted">{t("live.waiting")}</p>;
  const counted = countedOf(answer);
  if (!counted) return null;
  return (
    <>
      <p>
        <span className="tabular text-2xl font-semibold tracking-[-0.02em]">{format.number(counted.count)}</span>{" "}
        {t("live.count", { count: counted.count })}
      </p>
      <p className="text-sm text-muted">
        {counted.count === 0
          ? t("live.nobody")
          : t("live.of", { share: format.percent(counted.total ? counted.count / counted.total : 0), total: format.number(counted.total) })}
      </p>
    </>
  );
}

export function Sample({ answer }: { answer: FirstAnswer }) {
  const t = useTranslations("segments");
  const format = useFormat();
  const rows = (answer.ok && countedOf(answer)?.sample) || [];
  if (!rows.length) return null;
  return (
    <>
      <h3 className="mt-6 mb-1.5 text-sm font-medium text-muted">{t("live.sample")}</h3>
      <ul className="flex flex-col">
        {rows.map((row) => (
          <li key={row.publicId} className="border-t border-line py-1.5 first:border-0">
            <Link to={`/staff/customers/${row.publicId}`} className="block truncate hover:text-pine hover:underline" target="_blank" rel="noopener">
              {row.name}
            </Link>
            <span className="block text-sm text-muted">
              {row.country ? `${format.country(row.country)} · ` : ""}
              {row.ordersCount ? t("live.orders", { count: row.ordersCount }) : t("live.noOrders")}
              {row.ordersCount ? (
                <>
                  {" · "}
                  <Money minor={row.spendMinor} currency={row.currency} />
                </>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
