/** What a person may ask about their own data: a copy, or that it goes. Afterwards the receipt stands here. */
import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Download } from "lucide-react";
import { useTranslations } from "use-intl";
import type { SubmissionResult } from "@conform-to/react";

import { erase, findReceipt } from "~/domain/privacy/erasure.server";
import { eraseSchema } from "~/domain/privacy/erase-form";
import { parseForm, refuse } from "~/http/forms";
import { by, requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { LinkButton, SubmitButton } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Checkbox, Input } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { customerAsked } from "./asked.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const { role } = requireStaff(context);
  const party = await customerAsked(db, request, params.id);
  return {
    party: { publicId: party.publicId, name: party.name },
    receipt: party.erasedAt === null ? null : await findReceipt(db, party.id),
    erased: party.erasedAt !== null,
    may: role === "administrator" || role === "manager",
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const party = await customerAsked(context.app.db.read, request, params.id);
  const submission = parseForm(await request.formData(), eraseSchema);
  if (submission.status !== "success") return refuse(submission);
  await erase(context.app, by(context), { publicId: party.publicId, reason: submission.value.reason });
  return redirect(`/staff/customers/${party.publicId}/data`, 303);
}

export default function PersonalData() {
  const t = useTranslations("customers");
  const { party, erased, may } = useLoaderData<typeof loader>();
  return (
    <Page width="text">
      <PageHeader
        title={t("personal.title", { name: party.name })}
        back={erased ? { to: "/staff/customers", label: t("title") } : { to: `/staff/customers/${party.publicId}`, label: party.name }}
      />
      {erased ? <ReceiptShown /> : may ? <Rights /> : <p>{t("personal.onlyOthers")}</p>}
    </Page>
  );
}

function ReceiptShown() {
  const t = useTranslations("customers");
  const format = useFormat();
  const { party, receipt } = useLoaderData<typeof loader>();
  const items: [string, string | number][] = receipt
    ? [
        [t("personal.reason"), receipt.reason],
        [t("personal.person"), receipt.person],
        [t("personal.marks"), format.number(receipt.marks)],
        [t("personal.rows"), Object.entries(receipt.tables).map(([table, rows]) => `${table} ${rows}`).join(", ")],
      ]
    : [];
  return (
    <Section first title={receipt ? t("personal.erased", { at: format.dateTime(receipt.erasedAt) }) : t("personal.receipt")}>
      <DataList items={items} />
      <div className="mt-4">
        <LinkButton to={`/staff/customers/${party.publicId}/consents`}>{t("proof.link")}</LinkButton>
      </div>
    </Section>
  );
}

function Rights() {
  const t = useTranslations("customers");
  const { party } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as { result?: SubmissionResult<string[]> } | undefined;
  const [form, fields] = useSchemaForm(eraseSchema, { lastResult: answer?.result });
  return (
    <>
      <Section first title={t("personal.export")} description={t("personal.exportHelp")}>
        <div className="flex flex-wrap gap-2">
          <LinkButton to={`/staff/customers/${party.publicId}/data.json`} icon={Download} reloadDocument>
            {t("personal.file")}
          </LinkButton>
          <LinkButton to={`/staff/customers/${party.publicId}/consents`}>{t("proof.link")}</LinkButton>
        </div>
      </Section>
      <Section title={t("personal.erase")} description={t("personal.eraseHelp")}>
        <Form form={form}>
          <FormError form={form} />
          <Field of={fields.reason} label={t("personal.reason")} help={t("personal.reasonHelp")}>
            <Input />
          </Field>
          <Checkbox of={fields.sure} label={t("personal.sure")} />
          <div>
            <SubmitButton variant="danger">{t("personal.button")}</SubmitButton>
          </div>
        </Form>
      </Section>
    </>
  );
}
