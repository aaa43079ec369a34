import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { webhookSchema } from "~/domain/integrations/webhook";
import { changeEndpoint, findEndpoint } from "~/domain/integrations/webhooks.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, found } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Section } from "~/ui/page";
import { EndpointFields } from "./endpoint-fields";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { publicId, url, description, eventTypes } = found(await findEndpoint(context.app.db.read, params.id ?? ""));
  return { publicId, url, description, types: eventTypes };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { id, publicId } = found(await findEndpoint(context.app.db.read, params.id ?? ""));
  const submission = parseForm(await request.formData(), webhookSchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => changeEndpoint(tx, by(context), id, submission.value));
  return redirectSaying(context.app, `/staff/settings/webhooks/${publicId}`, { key: "webhooks.said.saved" });
}

export default function EditWebhook() {
  const t = useTranslations("webhooks");
  const tc = useTranslations("common");
  const { url, description, types } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(webhookSchema, { lastResult: useActionData<typeof action>()?.result, defaultValue: { url, description, types: types as never } });
  return (
    <Section first title={t("change")}>
      <Form form={form} className="max-w-3xl">
        <FormError form={form} />
        <EndpointFields fields={fields} />
        <Actions>
          <SubmitButton>{tc("save")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
