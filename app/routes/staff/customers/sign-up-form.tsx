/** Where staff find the link of the public form, and the code for their own website. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { ClipboardPen } from "lucide-react";
import { useTranslations } from "use-intl";

import { SIGN_UP_WORDING } from "~/domain/accounts/sign-up";
import { listTopics } from "~/domain/customers/topics.server";
import { Button, LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Field, Fieldset } from "~/ui/form";
import { useFrameData } from "~/ui/frame";
import { Checkbox, Input, Textarea } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { db, env } = context.app;
  const asked = new URL(request.url).searchParams.getAll("topic");
  const topics = (await listTopics(db.read, context.locale)).map(({ key, name, description }) => ({ key, name, description, ticked: asked.includes(key) }));
  const query = new URLSearchParams(topics.filter((topic) => topic.ticked).map((topic) => ["topic", topic.key]));
  const address = `${env.APP_URL}/sign-up${query.size > 0 ? `?${query}` : ""}`;
  return { topics, address };
}

export default function SignUpFormPage() {
  const t = useTranslations("signUp");
  const { companyName: company } = useFrameData();
  const { topics, address } = useLoaderData<typeof loader>();
  const head = <PageHeader title={t("staff.title")} back={{ to: "/staff/customers", label: t("staff.back") }} lead={t("staff.lead")} />;
  if (topics.length === 0)
    return (
      <Page width="text">
        {head}
        <EmptyState icon={ClipboardPen} title={t("staff.none")} action={<LinkButton to="/staff/settings/topics/new">{t("staff.newTopic")}</LinkButton>} />
      </Page>
    );
  const code = `<a href="${address.replaceAll("&", "&amp;")}">${t("staff.codeText")}</a>`;
  return (
    <Page width="text">
      {head}
      <Section first title={t("staff.offered")} description={t("staff.offeredHelp")}>
        <Form method="get" className="flex flex-col gap-4">
          <Fieldset legend={t("staff.offered")} hideLegend>
            {topics.map((topic) => (
              <Checkbox key={topic.key} name="topic" value={topic.key} defaultChecked={topic.ticked} label={topic.name} help={topic.description || undefined} />
            ))}
          </Fieldset>
          <div>
            <Button type="submit">{t("staff.show")}</Button>
          </div>
        </Form>
      </Section>
      <Section title={t("staff.link")} actions={<LinkButton to={new URL(address).pathname + new URL(address).search}>{t("staff.look")}</LinkButton>}>
        <div className="flex max-w-xl flex-col gap-5">
          <Field label={t("staff.address")}>
            <Input readOnly value={address} />
          </Field>
          <Field label={t("staff.code")} help={`${t("consent", { company })} (${SIGN_UP_WORDING})`}>
            <Textarea readOnly rows={3} value={code} className="font-mono text-sm" />
          </Field>
        </div>
      </Section>
    </Page>
  );
}
