import type { ActionFunctionArgs } from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { useLocale, useTranslations } from "use-intl";

import { inviteSchema, ROLES } from "~/domain/accounts/account";
import { inviteStaffUser } from "~/domain/accounts/mailed-proof.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), inviteSchema);
  if (submission.status !== "success") return refuse(submission);
  const invited = await context.app.db.write((tx) => inviteStaffUser(tx, by(context), submission.value));
  if (!invited.ok) return refuse(submission, { fields: { email: [invited.reason] } });
  return redirectSaying(context.app, "/staff/settings/team", { key: "team.said.invited", values: { name: submission.value.name } });
}

export default function InviteMember() {
  const t = useTranslations("team");
  const tc = useTranslations("common");
  const [form, fields] = useSchemaForm(inviteSchema, {
    lastResult: useActionData<typeof action>()?.result,
    defaultValue: { locale: useLocale() },
  });
  return (
    <Section first title={t("new.title")} description={t("new.lead")}>
      <Form form={form}>
        <FormError form={form} />
        <Field of={fields.name} label={t("new.name")} help={t("new.nameHelp")}>
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.email} label={t("new.email")}>
          <Input type="email" autoComplete="off" inputMode="email" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Fieldset of={fields.role} legend={t("role")}>
          <RadioGroup
            of={fields.role}
            variant="cards"
            options={ROLES.map((role) => ({ value: role, label: tc(`roles.${role}`), description: t(`duties.${role}`) }))}
          />
        </Fieldset>
        <Field of={fields.locale} label={t("new.language")}>
          <Select options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} />
        </Field>
        <Actions>
          <SubmitButton>{t("new.send")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
