import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { signInSchema } from "~/domain/accounts/account";
import { needsFirstAdministrator } from "~/domain/accounts/staff.server";
import { SubmitButton, TextLink } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { useFrameData } from "~/ui/frame";
import { Input, PasswordInput } from "~/ui/inputs";
import { SessionFrame } from "./frame";
import { entranceLoader, passwordEntrance } from "./password-entrance.server";

export async function loader(args: LoaderFunctionArgs) {
  const { back } = entranceLoader(args, "staff");
  if (await needsFirstAdministrator(args.context.app.db.read)) throw redirect("/setup");
  return { back };
}
export const action = (args: ActionFunctionArgs) => passwordEntrance(args, "staff");

export default function StaffLogin() {
  const t = useTranslations("session");
  const { companyName: company } = useFrameData();
  const { back } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(signInSchema, { lastResult: useActionData<typeof action>()?.result });
  return (
    <SessionFrame
      mood="staff"
      title={t("staff.title")}
      lead={t("staff.lead", { company })}
      footer={<TextLink to="/login">{t("staff.customerDoor")}</TextLink>}
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
          <TextLink to="/staff/forgot">{t("forgot")}</TextLink>
        </p>
      </Form>
    </SessionFrame>
  );
}
