import type { SubmissionResult } from "@conform-to/react";
import { useTranslations } from "use-intl";

import { MOST_TRIES, ownMailboxSchema, type AsideReason, type MailboxFault } from "~/domain/correspondence/own-mailbox";
import { useFormat } from "~/i18n/format";
import { Actions, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, PasswordInput, Select } from "~/ui/inputs";
import { useLive } from "~/ui/live";
import { Section } from "~/ui/page";
import { DateTime } from "~/ui/values";

type Mailbox = {
  host: string; port: number; username: string; since: number; readAt: number | null; fault: string | null; words: string | null; pausedAt: number | null; nextTryAt: number | null;
  folders: { path: string; isSent: boolean }[];
  asides: { count: number; shown: { path: string; uid: number; reason: string; words: string | null; writtenAt: number | null; size: number | null }[] };
};
type Props = { staffId: number; mailbox: Mailbox | null; email: string; lastResult: SubmissionResult<string[]> | undefined };

/** One's own mailbox: what is read of it and what never is stands above the form. */
export function OwnMailboxSection({ staffId, mailbox, email, lastResult }: Props) {
  const t = useTranslations("correspondence.own");
  useLive([`staff_mailbox:${staffId}`]);
  return (
    <Section title={t("title")} description={t("help")}>
      <p className="mb-4 max-w-prose text-sm text-muted">{t("private")}</p>
      {mailbox ? <Connected mailbox={mailbox} /> : <ConnectForm email={email} lastResult={lastResult} />}
    </Section>
  );
}

function Connected({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations("correspondence.own");
  return (
    <div className="flex max-w-xl flex-col gap-4">
      {mailbox.fault !== null && (
        <Callout tone={mailbox.pausedAt === null ? "warn" : "error"} title={t(mailbox.pausedAt === null ? "failing" : "paused")}>
          <p className="break-words">{t(`faults.${mailbox.fault as MailboxFault}`)}</p>
          {mailbox.words && <p className="mt-1 font-mono text-sm break-words">{mailbox.words}</p>}
          {mailbox.pausedAt === null && mailbox.nextTryAt !== null && (
            <p className="mt-1 text-sm">
              {t("nextTry")} <DateTime at={mailbox.nextTryAt} show="time" />
            </p>
          )}
        </Callout>
      )}
      <DataList
        items={[
          [t("mailbox"), <span key="user" className="break-all">{mailbox.username}</span>],
          [t("server"), <span key="host" className="break-all">{`${mailbox.host}:${mailbox.port}`}</span>],
          [t("folders"), mailbox.folders.map(({ path }) => path).join(", ")],
          [t("since"), <DateTime key="since" at={mailbox.since} />],
          [t("read"), mailbox.readAt === null ? t("notYet") : <DateTime key="read" at={mailbox.readAt} show="dateTime" />],
        ]}
      />
      <p className="text-sm text-muted">{t("earlier")}</p>
      {!mailbox.folders.some(({ isSent }) => isSent) && <p className="text-sm text-muted">{t("noSent")}</p>}
      {mailbox.asides.count > 0 && <Asides {...mailbox.asides} />}
      <Form>
        <Actions>
          {mailbox.pausedAt !== null && (
            <SubmitButton name="intent" value="mailbox-resume">
              {t("resume")}
            </SubmitButton>
          )}
          <SubmitButton variant="secondary" name="intent" value="mailbox-disconnect">
            {t("disconnect")}
          </SubmitButton>
        </Actions>
        <p className="text-sm text-muted">{t("disconnectHelp")}</p>
      </Form>
    </div>
  );
}

/** Mails that could not be kept: their owner finds them by folder and time, and may put them on a timeline as files. */
function Asides({ count, shown }: Mailbox["asides"]) {
  const t = useTranslations("correspondence.own.asides");
  const format = useFormat();
  return (
    <Callout tone="warn" title={t("title", { count })}>
      <p>{t("help", { count, tries: MOST_TRIES })}</p>
      <ul className="mt-2 flex flex-col gap-2">
        {shown.map((one) => (
          <li key={`${one.path} ${one.uid}`}>
            <span className="font-medium break-words">{one.path}</span>
            {one.writtenAt !== null && (
              <>
                {", "}
                <DateTime at={one.writtenAt} show="dateTime" />
              </>
            )}
            {one.size !== null && <span className="text-muted">{`, ${t("size", { mb: format.number(Math.round(one.size / 104_857.6) / 10) })}`}</span>}
            <span className="block text-sm">{t(`reasons.${one.reason as AsideReason}`)}</span>
            {one.words && <span className="block font-mono text-sm break-words text-muted">{one.words}</span>}
          </li>
        ))}
      </ul>
      {count > shown.length && <p className="mt-2 text-sm">{t("more", { count: count - shown.length })}</p>}
      <Form className="mt-3">
        <div>
          <SubmitButton variant="secondary" name="intent" value="mailbox-asides">
            {t("again")}
          </SubmitButton>
        </div>
      </Form>
    </Callout>
  );
}

function ConnectForm({ email, lastResult }: { email: string; lastResult: SubmissionResult<string[]> | undefined }) {
  const t = useTranslations("correspondence.own");
  const [form, fields] = useSchemaForm(ownMailboxSchema, { id: "mailbox", lastResult, defaultValue: { username: email, port: 993, security: "tls", days: 30 } });
  return (
    <Form form={form}>
      <FormError form={form} />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field of={fields.username} label={t("username")} className="sm:col-span-2">
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.password} label={t("password")} help={t("passwordHelp")} className="sm:col-span-2">
          <PasswordInput autoComplete="off" />
        </Field>
        <Field of={fields.host} label={t("host")} help={t("hostHelp")} className="sm:col-span-2">
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.security} label={t("security")}>
          <Select options={[{ value: "tls", label: "TLS" }, { value: "starttls", label: "STARTTLS" }]} />
        </Field>
        <Field of={fields.port} label={t("port")}>
          <Input type="number" inputMode="numeric" />
        </Field>
        <Field of={fields.days} label={t("days")} help={t("daysHelp")} className="sm:col-span-2">
          <Input type="number" inputMode="numeric" />
        </Field>
      </div>
      <Actions>
        <SubmitButton variant="secondary" name="intent" value="mailbox">
          {t("connect")}
        </SubmitButton>
      </Actions>
    </Form>
  );
}
