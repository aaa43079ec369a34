import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Archive } from "lucide-react";
import { useLocale, useTranslations } from "use-intl";

import { topicSchema } from "~/domain/customers/topic";
import { countAgreed, findTopic, renameTopic } from "~/domain/customers/topics.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, found } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { Actions, SubmitButton, TextLink } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Section } from "~/ui/page";
import { filledOf, WordFields } from "../../words";
import { wordsOf } from "../../words.server";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const { id, ...topic } = found(await findTopic(db, params.key ?? ""));
  return { ...topic, agreed: (await countAgreed(db)).get(id) ?? 0 };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { id } = found(await findTopic(context.app.db.read, params.key ?? ""));
  const submission = parseForm(await request.formData(), topicSchema);
  if (submission.status !== "success") return refuse(submission);
  const words = wordsOf(submission.value, (name, description) => ({ name, description }));
  await context.app.db.write((tx) => renameTopic(tx, by(context), id, words));
  return redirectSaying(context.app, "/staff/settings/topics", { key: "topics.said.saved" });
}

export default function Topic() {
  const t = useTranslations("topics");
  const tc = useTranslations("common");
  const locale = useLocale();
  const topic = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(topicSchema, { lastResult: useActionData<typeof action>()?.result, defaultValue: filledOf(topic.words) });
  return (
    <>
      <TextLink to="/staff/settings/topics" className="text-sm">
        {t("title")}
      </TextLink>
      <Section first title={topic.words[locale]?.name ?? topic.words.en?.name ?? topic.key} description={t("wordsHelp")} className="mt-2">
        <Form form={form} className="max-w-3xl">
          <FormError form={form} />
          <WordFields fields={fields} label={tc("name")} descriptions={t("description")} />
          <Actions>
            <SubmitButton>{tc("save")}</SubmitButton>
          </Actions>
        </Form>
      </Section>
      <Use {...topic} />
    </>
  );
}

function Use({ archivedAt, agreed }: { archivedAt: number | null; agreed: number }) {
  const t = useTranslations("topics");
  const format = useFormat();
  if (archivedAt !== null)
    return (
      <Section title={t("putAway")} description={t("restoreHelp", { at: format.date(archivedAt), count: agreed })}>
        <Form action="restore">
          <Actions>
            <SubmitButton variant="secondary">{t("restore")}</SubmitButton>
          </Actions>
        </Form>
      </Section>
    );
  return (
    <Section title={t("use")} description={t("useHelp", { count: agreed })}>
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
