import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { signInSchema } from "~/domain/accounts/account";
import { LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, PasswordInput } from "~/ui/inputs";
import { SessionFrame } from "./frame";
import { entranceLoader, passwordEntrance } from "./password-entrance.server";

export const loader = (args: LoaderFunctionArgs) => entranceLoader(args, "customer");
export const action = (args: ActionFunctionArgs) => passwordEntrance(args, "customer");

export default function Login() {
  const t = useTranslations("session");
  const { back } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(signInSchema, { lastResult: useActionData<typeof action>()?.result });
  return (
    <SessionFrame
      mood="portal"
      title={t("customer.title")}
      lead={t("customer.lead")}
      footer={<TextLink to="/staff/login">{t("customer.staffDoor")}</TextLink>}
    >
      <Form form={form}>
        <FormError form={form} />
        <input type="hidden" name="back" value={back} />
        <Field of={fields.email} label={t("email")}>
          <Input type="email" autoComplete="username" inputMode="email" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field of={fields.password} label={t("password")}>
          <PasswordInput autoComplete="current-password" />
        </Field>
        <SubmitButton wide size="lg">
          {t("signIn")}
        </SubmitButton>
        <p>
          <TextLink to="/forgot">{t("forgot")}</TextLink>
        </p>
      </Form>
      <div className="mt-8 border-t border-line pt-6">
        <LinkButton to={back ? `/login/code?back=${encodeURIComponent(back)}` : "/login/code"} wide size="lg">
          {t("customer.byMail")}
        </LinkButton>
        <p className="mt-2 text-sm text-muted">{t("customer.byMailHelp")}</p>
      </div>
    </SessionFrame>
  );
}
