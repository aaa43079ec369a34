import type { SubmissionResult } from "@conform-to/react";
import { useTranslations } from "use-intl";

import { emailOnlySchema, newPasswordFormSchema, type Audience } from "~/domain/accounts/account";
import { LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { useFrameData } from "~/ui/frame";
import { Input, PasswordInput } from "~/ui/inputs";
import { SessionFrame } from "./frame";

const DOOR = { staff: { mood: "staff", login: "/staff/login", forgot: "/staff/forgot" }, customer: { mood: "portal", login: "/login", forgot: "/forgot" } } as const;

type Answer = { result: SubmissionResult<string[]> | null; asked?: boolean } | undefined;

export function ForgotPage({ audience, answer }: { audience: Audience; answer: Answer }) {
  const t = useTranslations("session");
  const door = DOOR[audience];
  const [form, fields] = useSchemaForm(emailOnlySchema, { lastResult: answer?.result });
  const back = <TextLink to={door.login}>{t("back")}</TextLink>;
  if (answer?.asked)
    return (
      <SessionFrame mood={door.mood} title={t("reset.askedTitle")} footer={back}>
        <Callout tone="success">{t("reset.asked")}</Callout>
      </SessionFrame>
    );
  return (
    <SessionFrame mood={door.mood} title={t("reset.askTitle")} lead={t("reset.askLead")} footer={back}>
      <Form form={form}>
        <FormError form={form} />
        <Field of={fields.email} label={t("email")}>
          <Input type="email" autoComplete="username" inputMode="email" autoCapitalize="none" spellCheck={false} />
        </Field>
        <SubmitButton wide size="lg">
          {t("reset.ask")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}

export function ResetPage({ audience, account, answer }: { audience: Audience; account: { email: string; invited: boolean } | null; answer: Answer }) {
  const t = useTranslations("session");
  const { companyName: company } = useFrameData();
  const door = DOOR[audience];
  const [form, fields] = useSchemaForm(newPasswordFormSchema, { lastResult: answer?.result });
  const back = <TextLink to={door.login}>{t("back")}</TextLink>;
  if (!account)
    return (
      <SessionFrame mood={door.mood} title={t("reset.deadTitle")} lead={t("reset.dead")} footer={back}>
        {audience === "staff" && <p className="mb-5 text-muted">{t("reset.deadInvited")}</p>}
        <LinkButton to={door.forgot} variant="primary" size="lg" wide>
          {t("reset.ask")}
        </LinkButton>
      </SessionFrame>
    );
  const { email, invited } = account;
  return (
    <SessionFrame
      mood={door.mood}
      title={invited ? t("reset.invitedTitle", { company }) : t("reset.title")}
      lead={invited ? t("reset.invitedLead", { company, email }) : email ? t("reset.lead", { email }) : t("reset.leadNoName")}
      footer={back}
    >
      <Form form={form}>
        <FormError form={form} />
        <input type="text" name="username" defaultValue={email} autoComplete="username" readOnly hidden />
        <Field of={fields.password} label={t("newPassword")} help={t("newPasswordHelp")}>
          <PasswordInput autoComplete="new-password" />
        </Field>
        <SubmitButton wide size="lg">
          {t("reset.save")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}
