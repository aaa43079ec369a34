import type { SubmissionResult } from "@conform-to/react";
import { useTranslations } from "use-intl";

import { changePasswordSchema } from "~/domain/accounts/account";
import type { SessionRow } from "~/domain/accounts/sessions.server";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { PasswordInput } from "~/ui/inputs";
import { Section } from "~/ui/page";

export function PasswordSection({ email, hasPassword, lastResult }: { email: string; hasPassword: boolean; lastResult?: SubmissionResult<string[]> }) {
  const t = useTranslations("account.password");
  const [form, fields] = useSchemaForm(changePasswordSchema, { id: "password", lastResult });
  return (
    <Section title={t("title")} description={hasPassword ? t("help") : t("none")}>
      <Form form={form}>
        <FormError form={form} />
        <input type="text" name="username" defaultValue={email} autoComplete="username" readOnly hidden />
        {hasPassword && (
          <Field of={fields.currentPassword} label={t("current")}>
            <PasswordInput autoComplete="current-password" required />
          </Field>
        )}
        <Field of={fields.password} label={t("new")} help={t("newHelp")}>
          <PasswordInput autoComplete="new-password" />
        </Field>
        <Actions>
          <SubmitButton variant="secondary" name="intent" value="password">
            {hasPassword ? t("save") : t("set")}
          </SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}

export function SessionsSection({ sessions }: { sessions: readonly SessionRow[] }) {
  const t = useTranslations("account.sessions");
  const format = useFormat();
  const nameOf = ({ browser, system }: SessionRow) =>
    browser && system ? t("on", { browser, system }) : (browser ?? system ?? t("unknown"));
  return (
    <Section title={t("title")} description={t("help")}>
      <ul className="max-w-xl border-y border-line">
        {sessions.map((session) => (
          <li key={session.handle} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line py-2.5 not-first:border-t">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium">{nameOf(session)}</span>
                {session.current && <Badge tone="pine">{t("this")}</Badge>}
              </p>
              <p className="text-sm text-muted">{t("since", { at: format.dateTime(session.createdAt) })}</p>
            </div>
            {!session.current && (
              <Form className="contents">
                <input type="hidden" name="handle" value={session.handle} />
                <SubmitButton variant="secondary" size="sm" name="intent" value="end-session" aria-label={t("endNamed", { device: nameOf(session) })}>
                  {t("end")}
                </SubmitButton>
              </Form>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Form className="mt-3">
          <Actions>
            <SubmitButton variant="danger-quiet" name="intent" value="end-others">
              {t("endOthers")}
            </SubmitButton>
          </Actions>
        </Form>
      )}
    </Section>
  );
}
