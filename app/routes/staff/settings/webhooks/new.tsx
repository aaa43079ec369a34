import { type ActionFunctionArgs, data } from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { webhookSchema } from "~/domain/integrations/webhook";
import { createEndpoint } from "~/domain/integrations/webhooks.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Section } from "~/ui/page";
import { ShownOnce } from "../api/shown-once";
import { EndpointFields } from "./endpoint-fields";

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), webhookSchema);
  if (submission.status !== "success") return refuse(submission);
  const made = await context.app.db.write((tx) => createEndpoint(tx, by(context), context.app.env, submission.value));
  return data({ result: null, made: { ...made, url: submission.value.url } }, { headers: { "Cache-Control": "no-store" } });
}

export default function NewWebhook() {
  const t = useTranslations("webhooks");
  const tc = useTranslations("common");
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(webhookSchema, { lastResult: answer?.result });
  if (answer && "made" in answer)
    return (
      <Section first title={answer.made.url}>
        <ShownOnce label={t("secret")} secret={answer.made.secret}>
          {t("once")}
        </ShownOnce>
        <p className="mt-4">{t("verify")}</p>
        <div className="mt-4">
          <Actions>
            <LinkButton to={`/staff/settings/webhooks/${answer.made.publicId}`} variant="primary">
              {t("kept")}
            </LinkButton>
          </Actions>
        </div>
      </Section>
    );
  return (
    <Section first title={t("new")} description={t("newHelp")}>
      <Form form={form} className="max-w-3xl">
        <FormError form={form} />
        <EndpointFields fields={fields} />
        <Actions>
          <SubmitButton>{t("create")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
