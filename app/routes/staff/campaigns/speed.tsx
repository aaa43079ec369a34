/** How fast one campaign may leave: chosen before the launch, changed while it is on its way. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { changeSpeed } from "~/domain/campaigns/course.server";
import { getStreamLimits } from "~/domain/deliveries/limits.server";
import { limitsOf, speedSchema, typedOf } from "~/domain/deliveries/throttle";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, found } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Form, FormError, useSchemaForm } from "~/ui/form";
import { Page, PageHeader } from "~/ui/page";

import { SpeedFields } from "../sending/speed-fields";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const campaign = found(await findCampaign(db, params.id ?? ""));
  return { publicId: campaign.publicId, name: campaign.name, limits: await getStreamLimits(db, campaign.id) };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const campaign = found(await findCampaign(context.app.db.read, params.id ?? ""));
  const submission = parseForm(await request.formData(), speedSchema);
  if (submission.status !== "success") return refuse(submission);
  const changed = await context.app.db.write((tx) => changeSpeed(tx, by(context), campaign.id, limitsOf(submission.value)));
  const said = changed.ok ? { key: "speed.own.saved" } : { key: `campaigns.refusal.${changed.reason}`, tone: "error" as const };
  return redirectSaying(context.app, `/staff/campaigns/${campaign.publicId}`, said);
}

export default function Speed() {
  const t = useTranslations("speed");
  const tc = useTranslations("common");
  const { publicId, name, limits } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(speedSchema, { id: "speed", lastResult: useActionData<typeof action>()?.result, defaultValue: typedOf(limits) });
  const back = `/staff/campaigns/${publicId}`;
  return (
    <Page>
      <PageHeader back={{ to: back, label: name }} title={t("own.title")} lead={`${t("own.help")} ${t("none")}`} />
      <Form form={form}>
        <FormError form={form} />
        <SpeedFields fields={fields} />
        <Actions>
          <SubmitButton>{t("own.save")}</SubmitButton>
          <LinkButton to={back}>{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Page>
  );
}
