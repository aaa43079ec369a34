import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Archive } from "lucide-react";
import { useTranslations } from "use-intl";

import { customFieldSchema } from "~/domain/customers/custom-field";
import { findCustomField, nameIn, renameCustomField } from "~/domain/customers/custom-fields.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Actions, SubmitButton, TextLink } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Section } from "~/ui/page";
import { filledOf, WordFields } from "../../words";
import { OptionFields } from "./options";
import { fieldWords } from "./words.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const field = found(await findCustomField(context.app.db.read, params.key ?? ""));
  const lines = (locale: string) => field.options.map(({ words }) => words[locale]?.name ?? words.en?.name ?? "").join("\n");
  return {
    key: field.key, type: field.type, archivedAt: field.archivedAt, name: nameIn(field, context.locale), words: field.words,
    options: { optionsEn: lines("en"), optionsPl: lines("pl"), optionsSrLatn: lines("sr-Latn"), optionsSrCyrl: lines("sr-Cyrl") },
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const field = found(await findCustomField(context.app.db.read, params.key ?? ""));
  const submission = parseForm(await request.formData(), customFieldSchema);
  if (submission.status !== "success") return refuse(submission);
  const { words, options } = fieldWords(submission.value);
  const saved = await context.app.db.write((tx) => renameCustomField(tx, by(context), field, words, options));
  if (!saved.ok) return refuse(submission, { fields: { optionsEn: ["options_stay"] } });
  return redirectSaying(context.app, "/staff/settings/fields", { key: "record.fields.said.saved" });
}

export default function OwnField() {
  const t = useTranslations("record.fields");
  const tc = useTranslations("common");
  const field = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(customFieldSchema, { lastResult: useActionData<typeof action>()?.result, defaultValue: { ...filledOf(field.words), ...field.options } });
  return (
    <>
      <TextLink to="/staff/settings/fields" className="text-sm">
        {t("title")}
      </TextLink>
      <Section first title={field.name} description={t(`types.${field.type}`)} className="mt-2">
        <Form form={form} className="max-w-3xl">
          <FormError form={form} />
          <WordFields fields={fields} label={tc("name")} descriptions={t("description")} />
          {field.type === "choice" && <OptionFields fields={fields} help={t("optionsStay")} />}
          <Actions>
            <SubmitButton>{tc("save")}</SubmitButton>
          </Actions>
        </Form>
      </Section>
      <Use archivedAt={field.archivedAt} />
    </>
  );
}

function Use({ archivedAt }: { archivedAt: number | null }) {
  const t = useTranslations("record.fields");
  const format = useFormat();
  if (archivedAt !== null)
    return (
      <Section title={t("putAway")} description={t("restoreHelp", { at: format.date(archivedAt) })}>
        <Form action="restore">
          <Actions>
            <SubmitButton variant="secondary">{t("restore")}</SubmitButton>
          </Actions>
        </Form>
      </Section>
    );
  return (
    <Section title={t("use")} description={t("useHelp")}>
      <ConfirmDialog
        trigger={{ children: t("archive"), variant: "danger-quiet", icon: Archive }}
        title={t("archiveTitle")}
        form={
          <Form action="archive" className="contents">
            <SubmitButton variant="danger">{t("archive")}</SubmitButton>
          </Form>
        }
      >
        <p>{t("archiveWhat")}</p>
      </ConfirmDialog>
    </Section>
  );
}
