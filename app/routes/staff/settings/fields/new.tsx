import type { ActionFunctionArgs } from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { newCustomFieldSchema } from "~/domain/customers/custom-field";
import { FIELD_TYPES } from "~/domain/customers/custom-field-type";
import { createCustomField } from "~/domain/customers/custom-fields.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { WordFields } from "../../words";
import { OptionFields } from "./options";
import { fieldWords } from "./words.server";

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), newCustomFieldSchema);
  if (submission.status !== "success") return refuse(submission);
  const { key, type, en } = submission.value;
  const made = await context.app.db.write((tx) => createCustomField(tx, by(context), { key, type, ...fieldWords(submission.value) }));
  if (!made.ok) return refuse(submission, { fields: { key: ["taken"] } });
  return redirectSaying(context.app, "/staff/settings/fields", { key: "record.fields.said.created", values: { name: en } });
}

export default function NewField() {
  const t = useTranslations("record.fields");
  const tc = useTranslations("common");
  const [form, fields] = useSchemaForm(newCustomFieldSchema, { lastResult: useActionData<typeof action>()?.result, defaultValue: { type: "text" } });
  return (
    <Section first title={t("new")} description={t("wordsHelp")}>
      <Form form={form} className="group/field max-w-3xl">
        <FormError form={form} />
        <Field of={fields.key} label={t("key")} help={t("keyHelp")} className="max-w-60">
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
        </Field>
        <Fieldset of={fields.type} legend={t("type")}>
          <RadioGroup of={fields.type} columns={2} options={FIELD_TYPES.map((type) => ({ value: type, label: t(`types.${type}`) }))} />
        </Fieldset>
        <WordFields fields={fields} label={tc("name")} descriptions={t("description")} />
        <div className="hidden group-has-[[value=choice]:checked]/field:block">
          <OptionFields fields={fields} help={t("optionsHelp")} />
        </div>
        <Actions>
          <SubmitButton>{t("create")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
