import { redirect, type ActionFunctionArgs } from "@remix-run/node";
import { useActionData, useSearchParams } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { newCampaignSchema } from "~/domain/campaigns/campaign";
import { createCampaign, resolveChoices } from "~/domain/campaigns/campaigns.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Textarea } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";

/** Nothing to read: who may see it is asked where there is a loader (http/guard.server.ts). */
export const loader = () => null;

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  const submission = parseForm(form, newCampaignSchema);
  if (submission.status !== "success") return refuse(submission);
  const chosen = await resolveChoices(context.app.db.read, { segment: String(form.get("segment") ?? ""), mailing: String(form.get("mailing") ?? "") });
  const made = await context.app.db.write((tx) => createCampaign(tx, by(context), { ...submission.value, ...chosen }));
  return redirect(`/staff/campaigns/${made.publicId}`, 303);
}

export default function NewCampaign() {
  const t = useTranslations("campaigns");
  const answer = useActionData<typeof action>();
  const [query] = useSearchParams();
  const [form, fields] = useSchemaForm(newCampaignSchema, { lastResult: answer?.result });
  return (
    <Page width="text">
      <PageHeader back={{ to: "/staff/campaigns", label: t("title") }} title={t("create.title")} lead={t("create.lead")} />
      <Form form={form}>
        <FormError form={form} />
        {/* Chosen where one came from: a mailing or a segment. */}
        <input type="hidden" name="mailing" value={query.get("mailing") ?? ""} />
        <input type="hidden" name="segment" value={query.get("segment") ?? ""} />
        <Field of={fields.name} label={t("create.name")}>
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.goal} label={t("create.goal")} help={t("create.goalHelp")} optional required={false}>
          <Textarea rows={2} />
        </Field>
        <Actions>
          <SubmitButton>{t("create.submit")}</SubmitButton>
        </Actions>
      </Form>
    </Page>
  );
}
