import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { getCompany } from "~/domain/company/company.server";
import { listTemplates } from "~/domain/mailings/library.server";
import { MAIL_LOCALES, newMailingSchema } from "~/domain/mailings/mailing";
import { createMailing } from "~/domain/mailings/mailings.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { LOCALE_NAMES } from "~/i18n/locales";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";

export async function loader({ context }: LoaderFunctionArgs) {
  const company = await getCompany(context.app.db.read);
  return { templates: listTemplates().map(({ key }) => key), locale: company.locale, previewLocale: context.locale };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), newMailingSchema);
  if (submission.status !== "success") return refuse(submission);
  const made = await context.app.db.write((tx) => createMailing(tx, by(context), submission.value));
  if (!made.ok) return refuse(submission, { fields: { templateKey: ["choose"] } });
  return redirect(`/staff/mailings/${made.publicId}`, 303);
}

export default function NewMailing() {
  const t = useTranslations("mailings");
  const { templates, locale, previewLocale } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(newMailingSchema, {
    lastResult: answer?.result,
    defaultValue: { defaultLocale: locale, templateKey: templates[0] },
  });
  return (
    <Page width="wide">
      <PageHeader back={{ to: "/staff/mailings", label: t("title") }} title={t("create.title")} lead={t("create.lead")} />
      <Form form={form} className="max-w-none!">
        <FormError form={form} />
        <div className="grid max-w-3xl gap-5 sm:grid-cols-2">
          <Field of={fields.name} label={t("create.name")} help={t("create.nameHelp")}>
            <Input autoComplete="off" />
          </Field>
          <Field of={fields.defaultLocale} label={t("create.language")} help={t("create.languageHelp")}>
            <Select options={MAIL_LOCALES.map((one) => ({ value: one, label: LOCALE_NAMES[one] }))} />
          </Field>
        </div>
        <Fieldset of={fields.templateKey} legend={t("create.template")}>
          <div className="grid gap-4 sm:grid-cols-[repeat(auto-fill,18rem)]">
            {templates.map((key, index) => (
              <TemplateChoice key={key} template={key} locale={previewLocale} isFirst={index === 0} initial={fields.templateKey.initialValue} />
            ))}
          </div>
        </Fieldset>
        <Actions>
          <SubmitButton>{t("create.submit")}</SubmitButton>
        </Actions>
      </Form>
    </Page>
  );
}

/** A template by its picture: the mail itself, made small. */
function TemplateChoice({ template, locale, isFirst, initial }: { template: string; locale: string; isFirst: boolean; initial: string | undefined }) {
  const t = useTranslations("mailings");
  const id = `template-${template}`;
  const name = t(`template.${template}.name` as never);
  return (
    <div className="relative rounded-lg border border-line bg-paper has-checked:border-pine has-checked:ring-2 has-checked:ring-pine has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-pine">
      <div className="h-72 overflow-hidden rounded-t-lg border-b border-line bg-sunken" aria-hidden>
        <iframe
          src={`/staff/mailings/templates/${template}?locale=${locale}`}
          title={t("create.picture", { name })}
          sandbox=""
          loading="lazy"
          tabIndex={-1}
          className="pointer-events-none h-[40rem] w-[40rem] origin-top-left scale-[0.45] border-0"
        />
      </div>
      <div className="flex gap-2.5 p-3">
        <input type="radio" name="templateKey" id={id} value={template} defaultChecked={initial ? initial === template : isFirst} className="mt-0.5 size-4 shrink-0 accent-pine" aria-describedby={`${id}-help`} />
        <div>
          <label htmlFor={id} className="font-medium after:absolute after:inset-0">
            {name}
          </label>
          <p id={`${id}-help`} className="text-sm text-muted">
            {t(`template.${template}.body` as never)}
          </p>
        </div>
      </div>
    </div>
  );
}
