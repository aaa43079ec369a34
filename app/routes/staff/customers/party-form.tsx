import type { SubmissionResult } from "@conform-to/react";
import { useLocale, useTranslations } from "use-intl";

import { COUNTRIES, partyFormSchema } from "~/domain/customers/party";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { useCountryOptions } from "~/ui/countries";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Checkbox, Input, RadioGroup, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";

export type PartyFormValues = Partial<Record<keyof (typeof partyFormSchema)["_zod"]["input"], string | number | undefined | null>>;

/** The whole record of a person or company. `seen` (in the values) is the version that the form shows. */
export function PartyForm({
  values,
  companies,
  lastResult,
  submit,
  cancel,
  fixedKind = false,
}: {
  values: PartyFormValues;
  companies: readonly { publicId: string; name: string }[];
  lastResult?: SubmissionResult<string[]> | null;
  submit: string;
  cancel: string;
  /** A person does not become a company. */
  fixedKind?: boolean;
}) {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const locale = useLocale();
  const [form, fields] = useSchemaForm(partyFormSchema, {
    id: "party",
    lastResult,
    defaultValue: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === undefined || value === null ? undefined : String(value)])),
  });
  const countries = useCountryOptions(COUNTRIES);
  const isCompany = values.kind === "company";
  // What a person has and a company has not goes by the choice itself, so that it works before scripts.
  const ofPerson = fixedKind ? undefined : "group-has-[[value=company]:checked]/party:hidden";
  const ofCompany = fixedKind ? undefined : "group-has-[[value=person]:checked]/party:hidden";
  return (
    <Form form={form} className="group/party max-w-3xl gap-0">
      <FormError form={form} />
      {values.seen !== undefined && <input type="hidden" name={fields.seen.name} value={String(values.seen ?? "")} />}
      <Section first title={t("form.kind")}>
        <div className="grid gap-5 sm:grid-cols-2">
          {fixedKind ? (
            <input type="hidden" name={fields.kind.name} value={String(values.kind)} />
          ) : (
            <Fieldset of={fields.kind} legend={t("form.kind")} hideLegend className="sm:col-span-2">
              <RadioGroup
                of={fields.kind}
                columns={2}
                options={[
                  { value: "person", label: t("partyKinds.person") },
                  { value: "company", label: t("partyKinds.company") },
                ]}
              />
            </Fieldset>
          )}
          {!(fixedKind && isCompany) && (
            <>
              <Field of={fields.givenName} label={t("form.givenName")} className={ofPerson}>
                <Input autoComplete="off" />
              </Field>
              <Field of={fields.familyName} label={t("form.familyName")} className={ofPerson}>
                <Input autoComplete="off" />
              </Field>
            </>
          )}
          {!(fixedKind && !isCompany) && (
            <Field of={fields.companyName} label={t("form.companyName")} className={ofCompany}>
              <Input autoComplete="off" />
            </Field>
          )}
          {!(fixedKind && isCompany) && (
            <Field of={fields.company} label={t("form.belongsTo")} optional required={false} className={ofPerson}>
              <Select placeholder={t("form.noCompany")} options={companies.map((c) => ({ value: c.publicId, label: c.name }))} />
            </Field>
          )}
          <Field of={fields.number} label={t("form.number")} help={t("form.numberHelp")} optional required={false}>
            <Input autoComplete="off" />
          </Field>
          <Fieldset of={fields.isCustomer} legend={t("form.role")} className="sm:col-span-2">
            <Checkbox of={fields.isCustomer} label={t("form.isCustomer")} />
            <Checkbox of={fields.isSupplier} label={t("form.isSupplier")} />
          </Fieldset>
        </div>
      </Section>
      <Section title={t("form.reach")}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field of={fields.email} label={tc("email")} optional required={false}>
            <Input type="email" autoComplete="off" />
          </Field>
          <Field of={fields.phone} label={tc("phone")} help={t("form.phoneHelp")} optional required={false}>
            <Input type="tel" autoComplete="off" />
          </Field>
          <Field of={fields.line1} label={t("form.line1")} optional required={false}>
            <Input autoComplete="off" />
          </Field>
          <Field of={fields.line2} label={t("form.line2")} optional required={false}>
            <Input autoComplete="off" />
          </Field>
          <div className="grid grid-cols-[8rem_1fr] gap-5">
            <Field of={fields.postcode} label={t("form.postcode")}>
              <Input autoComplete="off" />
            </Field>
            <Field of={fields.city} label={t("form.city")}>
              <Input autoComplete="off" />
            </Field>
          </div>
          <Field of={fields.country} label={tc("country")}>
            <Select placeholder={t("form.noCountry")} options={countries} />
          </Field>
        </div>
      </Section>
      <Section title={t("form.about")}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field of={fields.locale} label={t("form.locale")}>
            <Select options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} />
          </Field>
          {!(fixedKind && isCompany) && (
            <Field of={fields.birthday} label={t("form.birthday")} optional required={false} className={ofPerson}>
              <Input type="date" lang={locale} />
            </Field>
          )}
        </div>
      </Section>
      <Actions className="mt-8">
        <SubmitButton>{submit}</SubmitButton>
        <LinkButton to={cancel}>{tc("cancel")}</LinkButton>
      </Actions>
    </Form>
  );
}
