import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { data } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useLocale, useTranslations } from "use-intl";

import { companySchema } from "~/domain/company/company";
import { getCompany, saveCompany } from "~/domain/company/company.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Actions, SubmitButton } from "~/ui/button";
import { Flash } from "~/ui/flash";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";

export async function loader({ context }: LoaderFunctionArgs) {
  const company = await getCompany(context.app.db.read);
  return { company, zones: timeZones(company.timeZone) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), companySchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => saveCompany(tx, by(context), submission.value));
  return data({ result: null, savedAt: context.app.clock() });
}

const CURRENCIES = ["EUR", "PLN", "RSD", "GBP", "USD", "CZK", "HUF", "SEK", "DKK", "NOK", "CHF", "RON", "BGN", "BAM", "UAH"];
const COUNTRIES = ["PL", "RS", "AT", "BA", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "ME", "MK", "NL", "NO", "PT", "RO", "SE", "SI", "SK", "UA", "US"];

export default function CompanySettings() {
  const t = useTranslations("settings");
  const tc = useTranslations("common");
  const { company, zones } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(companySchema, { lastResult: answer?.result, defaultValue: company });
  const savedAt = answer && "savedAt" in answer ? answer.savedAt : undefined;
  return (
    <>
      <Form form={form} className="max-w-3xl gap-0">
        <FormError form={form} />
        <Section first title={t("company.identity")} description={t("company.identityHelp")}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field of={fields.name} label={t("company.name")} help={t("company.nameHelp")}>
              <Input autoComplete="organization" />
            </Field>
            <Field of={fields.legalName} label={t("company.legalName")} optional required={false}>
              <Input />
            </Field>
            <Field of={fields.postalAddress} label={t("company.postalAddress")} help={t("company.postalAddressHelp")} className="sm:col-span-2">
              <Input autoComplete="street-address" />
            </Field>
          </div>
        </Section>
        <Section title={t("company.reach")} description={t("company.reachHelp")}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field of={fields.supportEmail} label={t("company.supportEmail")}>
              <Input type="email" />
            </Field>
            <Field of={fields.supportPhone} label={t("company.supportPhone")} optional required={false}>
              <Input type="tel" />
            </Field>
            <Field of={fields.website} label={t("company.website")} optional required={false} className="sm:col-span-2">
              <Input type="url" placeholder="https://" />
            </Field>
          </div>
        </Section>
        <Section title={t("company.defaults")} description={t("company.defaultsHelp")}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field of={fields.country} label={tc("country")} help={t("company.countryHelp")}>
              <Select options={useCountries(company.country)} />
            </Field>
            <Field of={fields.locale} label={tc("language")} help={t("company.languageHelp")}>
              <Select options={LOCALES.map((locale) => ({ value: locale, label: LOCALE_NAMES[locale] }))} />
            </Field>
            <Field of={fields.currency} label={t("company.currency")} help={t("company.currencyHelp")}>
              <Select options={useCurrencies(company.currency)} />
            </Field>
            <Field of={fields.timeZone} label={tc("timeZone")} help={t("company.timeZoneHelp")}>
              <Select options={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))} />
            </Field>
          </div>
        </Section>
        <Actions className="mt-8">
          <SubmitButton>{tc("save")}</SubmitButton>
        </Actions>
      </Form>
      {savedAt && <Flash id={savedAt}>{t("company.saved")}</Flash>}
    </>
  );
}

function useCountries(current: string) {
  const format = useFormat();
  const locale = useLocale();
  return [...new Set([current, ...COUNTRIES])]
    .map((code) => ({ value: code, label: format.country(code) }))
    .toSorted((a, b) => a.label.localeCompare(b.label, locale));
}

function useCurrencies(current: string) {
  const names = new Intl.DisplayNames(useLocale(), { type: "currency" });
  return [...new Set([current, ...CURRENCIES])].map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

/** Asked of the server only: browsers know other lists. */
function timeZones(current: string): string[] {
  return [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone.startsWith("Europe/") || zone.startsWith("America/"))])].toSorted();
}
