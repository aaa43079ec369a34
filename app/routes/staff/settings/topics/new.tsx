import type { ActionFunctionArgs } from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { newTopicSchema } from "~/domain/customers/topic";
import { createTopic } from "~/domain/customers/topics.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { WordFields } from "../../words";
import { wordsOf } from "../../words.server";

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), newTopicSchema);
  if (submission.status !== "success") return refuse(submission);
  const translations = wordsOf(submission.value, (name, description) => ({ name, description }));
  const made = await context.app.db.write((tx) => createTopic(tx, by(context), { key: submission.value.key, translations }));
  if (!made.ok) return refuse(submission, { fields: { key: ["taken"] } });
  return redirectSaying(context.app, "/staff/settings/topics", { key: "topics.said.created", values: { name: submission.value.en } });
}

export default function NewTopic() {
  const t = useTranslations("topics");
  const tc = useTranslations("common");
  const [form, fields] = useSchemaForm(newTopicSchema, { lastResult: useActionData<typeof action>()?.result });
  return (
    <Section first title={t("new")} description={t("wordsHelp")}>
      <Form form={form} className="max-w-3xl">
        <FormError form={form} />
        <Field of={fields.key} label={t("key")} help={t("keyHelp")} className="max-w-60">
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
        </Field>
        <WordFields fields={fields} label={tc("name")} descriptions={t("description")} />
        <Actions>
          <SubmitButton>{t("create")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
