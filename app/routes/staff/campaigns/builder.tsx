import { Form, Link, useNavigation, useSearchParams } from "@remix-run/react";
import { CircleCheck, CircleDashed, Gauge, OctagonAlert, Pencil, Send, TriangleAlert } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslations } from "use-intl";

import type { Check } from "~/domain/campaigns/campaign";
import type { Finding } from "~/domain/mailings/lint";
import { useFormat } from "~/i18n/format";
import { LOCALE_NAMES } from "~/i18n/locales";
import { Actions, Button, LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Field } from "~/ui/form";
import { Icon } from "~/ui/icon";
import { Input, Select, Textarea } from "~/ui/inputs";
import { useScripted } from "~/ui/scripted";

import { FindingWords } from "../mailings/lint-list";
import { MailFrame } from "../mailings/preview-pane";
import { useTakes } from "../sending/duration";
import type { BuilderData } from "./builder-data.server";
import type { Answer, Head } from "./show";
import { Waterfall } from "./waterfall";

type Props = { head: Head; data: BuilderData; answer: Answer | null };

const FORM = "campaign";

/** Five steps on one page, all of them open. What is chosen is saved at once; before scripts, by a button. */
export function Builder({ head, data, answer }: Props) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { form, save } = useSaveInTurn();
  const scripted = useScripted();
  const ts = useTranslations("speed");
  const takes = useTakes();
  const locked = head.status === "scheduled";
  const errors = answer?.kind === "refused" ? (answer.errors as Record<string, string[]>) : {};
  const contentOpen = data.checks.some((check) => check.key.startsWith("lint_") && check.level !== "green" && !check.waivedBecause);
  return (
    <div className="grid gap-x-10 lg:grid-cols-[10rem_minmax(0,1fr)]">
      <StepList
        steps={[
          ["audience", Boolean(data.segment && data.topicId && data.forecast?.willSend)],
          ["content", Boolean(data.mailing) && !contentOpen],
          ["checks", data.open === 0],
          ["schedule", true],
          ["review", data.open === 0],
        ]}
      />
      <div className="min-w-0">
        {answer?.kind === "conflict" && (
          <Callout tone="warn" focusable title={t("conflict.title")} className="mb-6">
            <p>{t("conflict.body", { when: format.time(answer.updatedAt), yours: nameChoices(answer.yours, data) })}</p>
          </Callout>
        )}
        {data.launchRefusal && (
          <Callout tone="warn" className="mb-6">
            {t("review.refusedSchedule")}
          </Callout>
        )}
        <Form ref={form} id={FORM} method="post" preventScrollReset key={head.version}>
          <input type="hidden" name="version" value={head.version} />
        </Form>

        <Step id="audience" title={t("audience.title")}>
          <div className="grid max-w-3xl gap-5 sm:grid-cols-2">
            <Field name="segment" label={t("audience.segment")} error={errors.segment?.[0]}>
              <Select
                key={`s:${data.segment}`}
                form={FORM}
                defaultValue={data.segment}
                disabled={locked}
                onChange={save}
                placeholder={t("audience.chooseSegment")}
                options={data.segments.map((segment) => ({ value: segment.publicId, label: segment.name }))}
              />
            </Field>
            <Field name="topic" label={t("audience.topic")} help={t("audience.topicHelp")} error={errors.topic?.[0]}>
              <Select
                key={`t:${data.topicId}`}
                form={FORM}
                defaultValue={data.topicId === null ? "" : String(data.topicId)}
                disabled={locked}
                onChange={save}
                placeholder={t("audience.chooseTopic")}
                options={data.topics.map((topic) => ({ value: String(topic.id), label: topic.name }))}
              />
            </Field>
          </div>
          <Actions className="mt-4">
            {!locked && !scripted && <SaveButton>{t("audience.save")}</SaveButton>}
            <LinkButton to="/staff/segments/new" variant="quiet">
              {t("audience.newSegment")}
            </LinkButton>
          </Actions>
          <div className="mt-5" aria-live="polite">
            {data.forecast ? <Waterfall forecast={data.forecast} people={(who) => `/staff/campaigns/${head.publicId}/recipients?who=${who}`} /> : <p className="text-muted">{t("audience.none")}</p>}
          </div>
        </Step>

        <Step id="content" title={t("content.title")}>
          <div className="grid max-w-3xl gap-5 sm:grid-cols-2">
            <Field name="mailing" label={t("content.mailing")} error={errors.mailing?.[0]}>
              <Select
                key={`m:${data.mailing?.publicId}`}
                form={FORM}
                defaultValue={data.mailing?.publicId ?? ""}
                disabled={locked}
                onChange={save}
                placeholder={t("content.choose")}
                options={data.mailings.map((mailing) => ({ value: mailing.publicId, label: mailing.name }))}
              />
            </Field>
          </div>
          <Actions className="mt-4">
            {!locked && !scripted && <SaveButton>{t("audience.save")}</SaveButton>}
            {data.mailing && (
              <LinkButton to={`/staff/mailings/${data.mailing.publicId}`} variant="quiet" icon={Pencil}>
                {t("content.edit")}
              </LinkButton>
            )}
            <LinkButton to="/staff/mailings/new" variant="quiet">
              {t("content.newMailing")}
            </LinkButton>
          </Actions>
          {data.mailing && <ContentPreview mailing={data.mailing} />}
        </Step>

        <Step id="checks" title={t("checks.title")} description={t("checks.help")}>
          <CheckList head={head} checks={data.checks} locked={locked} />
        </Step>

        <Step id="schedule" title={t("schedule.title")}>
          <Schedule head={head} data={data} />
          <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-1">
            {data.forecast && <p>{takes(data.takes)}</p>}
            <LinkButton to={`/staff/campaigns/${head.publicId}/speed`} variant="quiet" icon={Gauge}>
              {ts("own.change")}
            </LinkButton>
          </div>
        </Step>

        <Step id="review" title={t("review.title")}>
          <div className="grid max-w-3xl gap-5">
            <Field name="name" label={t("review.name")} error={errors.name?.[0]}>
              <Input key={`n:${head.name}`} form={FORM} defaultValue={head.name} readOnly={locked} maxLength={120} autoComplete="off" />
            </Field>
            <Field name="goal" label={t("review.goal")} error={errors.goal?.[0]} optional>
              <Textarea key={`g:${head.goal}`} form={FORM} defaultValue={head.goal} readOnly={locked} rows={2} />
            </Field>
            {!locked && (
              <div>
                <SaveButton>{t("review.save")}</SaveButton>
              </div>
            )}
          </div>
          <div className="mt-6 flex flex-wrap items-center gap-3">
            <LaunchButton head={head} data={data} />
            {data.mayApprove && (
              <Form method="post" action={`/staff/campaigns/${head.publicId}/approve`}>
                <SubmitButton variant="secondary" icon={CircleCheck}>
                  {t("review.approve")}
                </SubmitButton>
              </Form>
            )}
          </div>
        </Step>
      </div>
    </div>
  );
}

/**
 * Saves one choice after the other: a choice made while another is on its way waits for the answer, which brings the new
 * version. The fields are keyed by what the server holds, so that a choice not yet saved stays in its field.
 */
function useSaveInTurn() {
  const form = useRef<HTMLFormElement>(null);
  const waiting = useRef(false);
  // Known at once: the next render, which would tell, may come after the next choice.
  const busy = useRef(false);
  const isIdle = useNavigation().state === "idle";
  const submit = () => {
    busy.current = true;
    form.current?.requestSubmit();
  };
  useEffect(() => {
    busy.current = !isIdle;
    if (!isIdle || !waiting.current) return;
    waiting.current = false;
    submit();
  }, [isIdle]);
  const save = () => {
    if (busy.current) waiting.current = true;
    else submit();
  };
  return { form, save };
}

function StepList({ steps }: { steps: ["audience" | "content" | "checks" | "schedule" | "review", boolean][] }) {
  const t = useTranslations("campaigns");
  return (
    <nav aria-label={t("steps.label")} className="mb-6 lg:sticky lg:top-6 lg:self-start">
      <ol className="flex flex-wrap gap-x-4 gap-y-1 lg:flex-col">
        {steps.map(([step, done]) => (
          <li key={step}>
            <a href={`#${step}`} className="flex min-h-8 items-center gap-2 rounded-md text-muted hover:text-ink">
              <Icon of={done ? CircleCheck : CircleDashed} className={done ? "text-green" : ""} />
              {t(`steps.${step}`)}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Step({ id, title, description, children }: { id: string; title: string; description?: string; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="mb-8 scroll-mt-6 border-t border-line pt-6 first-of-type:border-0 first-of-type:pt-0">
      <h2 id={`${id}-title`} className="mb-3 font-heading text-lg font-(--heading-weight)">
        {title}
      </h2>
      {description && <p className="-mt-2 mb-3 text-sm text-muted">{description}</p>}
      {children}
    </section>
  );
}

function SaveButton({ children }: { children: ReactNode }) {
  return (
    <Button type="submit" form={FORM} size="sm">
      {children}
    </Button>
  );
}

function ContentPreview({ mailing }: { mailing: NonNullable<BuilderData["mailing"]> }) {
  const t = useTranslations("campaigns");
  const [query] = useSearchParams();
  const shown = mailing.languages.find((one) => one.locale === query.get("lang")) ?? mailing.languages.toSorted((a, b) => b.count - a.count)[0];
  if (!shown) return null;
  const source = `/staff/mailings/${mailing.publicId}/preview?lang=${shown.locale}&v=${mailing.version}`;
  return (
    <div className="mt-5 grid gap-6 xl:grid-cols-[18rem_minmax(0,44rem)]">
      <ul aria-label={t("content.languages")} className="flex flex-col">
        {mailing.languages.map((one) => (
          <li key={one.locale} className="border-t border-line first:border-0">
            <Link
              to={`?lang=${one.locale}#content`}
              replace
              preventScrollReset
              aria-current={one.locale === shown.locale ? "true" : undefined}
              className="block rounded-md px-2 py-2 hover:bg-hover aria-[current]:bg-hover"
            >
              <span className="flex justify-between gap-3 text-sm text-muted">
                <span>{LOCALE_NAMES[one.locale]}</span>
                <span className="tabular">{t("content.gets", { count: one.count })}</span>
              </span>
              <span className="block font-medium">{one.subject}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="overflow-hidden rounded-lg border border-line">
        <MailFrame src={source} title={t("content.preview")} />
      </div>
    </div>
  );
}

function CheckList({ head, checks, locked }: { head: Head; checks: readonly Check[]; locked: boolean }) {
  return (
    <ul className="flex max-w-3xl flex-col">
      {checks.map((check) => (
        <li key={check.id} className="flex gap-2.5 border-t border-line py-2.5 first:border-0">
          <Icon
            of={check.level === "green" || check.waivedBecause ? CircleCheck : check.level === "blocker" ? OctagonAlert : TriangleAlert}
            className={`mt-0.5 ${check.level === "green" ? "text-green" : check.waivedBecause ? "text-muted" : check.level === "blocker" ? "text-red" : "text-amber"}`}
          />
          <div className="min-w-0 flex-1">
            {check.locale && <span className="text-sm text-muted">{LOCALE_NAMES[check.locale as keyof typeof LOCALE_NAMES]}: </span>}
            <CheckWords check={check} />
            {check.level === "warning" && !locked && <Waiver head={head} check={check} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function CheckWords({ check }: { check: Check }) {
  const t = useTranslations("campaigns");
  if (check.key.startsWith("lint_"))
    return <FindingWords finding={{ rule: check.key.slice(5) as Finding["rule"], field: String(check.values?.field ?? "") || undefined, values: check.values }} />;
  return <span>{t(`check.${check.key}${check.level === "green" ? "" : "_bad"}` as never, check.values as never)}</span>;
}

/** Lets a warning pass, with the reason that will be asked for later. */
function Waiver({ head, check }: { head: Head; check: Check }) {
  const t = useTranslations("campaigns");
  const action = `/staff/campaigns/${head.publicId}/waive`;
  if (check.waivedBecause)
    return (
      <Form method="post" action={action} preventScrollReset className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
        <input type="hidden" name="check" value={check.id} />
        <span>{t("checks.waived", { why: check.waivedBecause })}</span>
        <Button type="submit" name="intent" value="take-back" variant="quiet" size="sm">
          {t("checks.unwaive")}
        </Button>
      </Form>
    );
  return (
    <Form method="post" action={action} preventScrollReset className="mt-1.5 flex flex-wrap items-end gap-2">
      <input type="hidden" name="check" value={check.id} />
      <Field name="why" label={t("checks.why")} hideLabel className="min-w-48 flex-1">
        <Input placeholder={t("checks.why")} maxLength={300} required autoComplete="off" />
      </Field>
      <Button type="submit">{t("checks.waive")}</Button>
    </Form>
  );
}

function Schedule({ head, data }: { head: Head; data: BuilderData }) {
  const t = useTranslations("campaigns");
  const [query] = useSearchParams();
  const format = useFormat();
  const refused = query.get("schedule");
  if (head.status === "scheduled" && head.scheduledAt)
    return <p>{t("schedule.set", { when: format.dateTime(head.scheduledAt) })}</p>;
  return (
    <>
      <p className="mb-3">{t("schedule.now")}</p>
      <Form method="post" action={`/staff/campaigns/${head.publicId}/schedule`} className="flex flex-wrap items-start gap-3">
        <Field name="at" label={t("schedule.at")} help={t("schedule.zone", { zone: data.timeZone.replaceAll("_", " ") })}>
          <Input type="datetime-local" defaultValue={query.get("at") || data.proposedAt} aria-invalid={refused ? true : undefined} />
        </Field>
        <Button type="submit" className="mt-7">
          {t("schedule.submit")}
        </Button>
      </Form>
      {refused && t.has(`schedule.${refused}` as never) && (
        <Callout tone="error" focusable className="mt-3 max-w-xl">
          {t(`schedule.${refused}` as never)}
        </Callout>
      )}
    </>
  );
}

function LaunchButton({ head, data }: { head: Head; data: BuilderData }) {
  const t = useTranslations("campaigns");
  const count = data.forecast?.willSend ?? 0;
  const subject = data.mailing?.languages.find((one) => one.locale === data.mailing?.defaultLocale)?.subject ?? "";
  if (data.open > 0 || count === 0)
    return (
      <p className="flex items-center gap-2 text-muted">
        <Icon of={TriangleAlert} className="text-amber" />
        {t("review.notReady")} <TextLink to="#checks">{t("steps.checks")}</TextLink>
      </p>
    );
  return (
    <ConfirmDialog
      trigger={{ children: t("review.launch"), variant: "primary", icon: Send }}
      title={t("review.launchTitle", { name: head.name })}
      form={
        <Form method="post" action={`/staff/campaigns/${head.publicId}/launch`}>
          <SubmitButton icon={Send}>{t("review.launchDo", { count })}</SubmitButton>
        </Form>
      }
    >
      <p>{t("review.launchBody", { count, subject })}</p>
    </ConfirmDialog>
  );
}

/** What somebody had chosen, in words, when another save came first. */
function nameChoices(yours: Extract<Answer, { kind: "conflict" }>["yours"], data: BuilderData): string {
  return [
    yours.name,
    data.segments.find((one) => one.publicId === yours.segment)?.name,
    data.topics.find((one) => String(one.id) === yours.topic)?.name,
    data.mailings.find((one) => one.publicId === yours.mailing)?.name,
  ]
    .filter(Boolean)
    .join(" · ");
}
