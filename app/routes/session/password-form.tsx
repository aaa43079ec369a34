/** What both entrances ask for: an address and a password. */
import type { SubmissionResult } from "@conform-to/react";
import { useTranslations } from "use-intl";

import { signInSchema } from "~/domain/accounts/account";
import { SubmitButton, TextLink } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, PasswordInput } from "~/ui/inputs";

/** `back`: where they wanted to go. */
export function PasswordForm({ back, forgot, result }: { back: string; forgot: string; result: SubmissionResult<string[]> | undefined }) {
  const t = useTranslations("session");
  const [form, fields] = useSchemaForm(signInSchema, { lastResult: result });
  return (
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
        <TextLink to={forgot}>{t("forgot")}</TextLink>
      </p>
    </Form>
  );
}
