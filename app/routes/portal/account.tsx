import type { SubmissionResult } from "@conform-to/react";
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { emailOnlySchema, ownContactSchema } from "~/domain/accounts/account";
import { getLogin } from "~/domain/accounts/logins.server";
import { requestEmailChange } from "~/domain/accounts/mailed-proof.server";
import { listContactPoints, removePrimaryContact, setPrimaryContact } from "~/domain/customers/contact-points.server";
import { changeProfile, getParty } from "~/domain/customers/customers.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, requireCustomer } from "~/http/require";
import { atLeast, languageHeaders } from "~/http/session.server";
import { useFormat } from "~/i18n/format";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { changePassword, endOneSession, endOtherSessions, ownSecurity } from "../own-account/password-and-sessions.server";
import { PasswordSection, SessionsSection } from "../own-account/password-and-sessions";

const PAGE = "/portal/account";

export async function loader(args: LoaderFunctionArgs) {
  const { partyId, loginId } = requireCustomer(args.context);
  const db = args.context.app.db.read;
  const party = await getParty(db, partyId);
  const points = await listContactPoints(db, partyId);
  const primary = (kind: "phone" | "postal") => points.find((point) => point.kind === kind && point.isPrimary);
  const postal = primary("postal")?.postal;
  return {
    kind: party.kind,
    name: party.name,
    email: (await getLogin(db, loginId)).email,
    contact: {
      givenName: party.givenName ?? "",
      familyName: party.familyName ?? "",
      phone: primary("phone")?.value ?? "",
      locale: party.locale,
      line1: postal?.line1 ?? "",
      line2: postal?.line2 ?? "",
      postcode: postal?.postcode ?? "",
      city: postal?.city ?? "",
      country: postal?.country ?? party.country ?? "",
    },
    ...(await ownSecurity(args, { audience: "customer", userId: loginId })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const { context, request } = args;
  const { partyId, loginId } = requireCustomer(context);
  const { email } = await getLogin(context.app.db.read, loginId);
  const own = { audience: "customer", userId: loginId, subjectId: partyId, email, page: PAGE } as const;
  const form = await request.formData();
  switch (String(form.get("intent"))) {
    case "email":
      return atLeast(250, askForEmailChange(form, args, partyId));
    case "password":
      return changePassword(form, args, own);
    case "end-session":
      return endOneSession(form, args, own);
    case "end-others":
      return endOtherSessions(args, own);
    default:
      return saveContact(form, args, partyId);
  }
}

async function askForEmailChange(form: FormData, { context }: ActionFunctionArgs, partyId: number) {
  const submission = parseForm(form, emailOnlySchema);
  if (submission.status !== "success") return refuse(submission);
  const { app, remoteAddress } = context;
  const { email } = submission.value;
  const asked = await app.db.write((tx) => requestEmailChange(tx, by(context), { partyId, email, remoteAddress }));
  if (!asked.ok) return refuse(submission, { form: [`too_many_mails:${Math.ceil((asked.retryAt - app.clock()) / 60_000)}`] }, 429);
  return redirectSaying(app, PAGE, { key: "account.email.asked" });
}

async function saveContact(form: FormData, { context }: ActionFunctionArgs, partyId: number) {
  const submission = parseForm(form, ownContactSchema);
  if (submission.status !== "success") return refuse(submission);
  const { givenName, familyName, locale, phone, line1, line2, postcode, city, country } = submission.value;
  const { kind } = await getParty(context.app.db.read, partyId);
  if (kind === "person" && !givenName && !familyName) return refuse(submission, { fields: { givenName: ["required"] } });
  const saved = await context.app.db.write(async (tx) => {
    if (phone) {
      const set = await setPrimaryContact(tx, by(context), partyId, { kind: "phone", value: phone });
      if (!set.ok) return set;
    } else await removePrimaryContact(tx, by(context), partyId, "phone");
    await changeProfile(tx, by(context), partyId, { givenName, familyName, locale });
    if (line1)
      await setPrimaryContact(tx, by(context), partyId, {
        kind: "postal",
        postal: { line1, ...(line2 && { line2 }), postcode, city, country },
      });
    else await removePrimaryContact(tx, by(context), partyId, "postal");
    return { ok: true as const };
  });
  if (!saved.ok) return refuse(submission, { fields: { phone: ["phone"] } });
  return redirectSaying(context.app, PAGE, { key: "account.profileSaved" }, languageHeaders(context.app, locale));
}

/** Which of the page's forms the answer is for. */
function intentOf(result: { initialValue?: Record<string, unknown> | null } | undefined): unknown {
  return result?.initialValue?.intent;
}

export default function PortalAccount() {
  const t = useTranslations("account");
  const { email, name, hasPassword, sessions } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>()?.result;
  const forForm = (intent: string) => (intentOf(result) === intent ? result : undefined);
  return (
    <Page width="text">
      <PageHeader title={t("title")} meta={<span>{name}</span>} />
      <ContactSection lastResult={forForm("contact")} />
      <EmailSection email={email} lastResult={forForm("email")} />
      <PasswordSection email={email} hasPassword={hasPassword} lastResult={forForm("password")} />
      <SessionsSection sessions={sessions} />
    </Page>
  );
}

type LastResult = SubmissionResult<string[]> | undefined;

function ContactSection({ lastResult }: { lastResult: LastResult }) {
  const t = useTranslations("account.contact");
  const { kind, contact } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(ownContactSchema, { id: "contact", lastResult, defaultValue: contact });
  return (
    <Section first title={t("title")}>
      <Form form={form} reloadDocument>
        <FormError form={form} />
        {kind === "person" && (
          <div className="grid gap-5 sm:grid-cols-2">
            <Field of={fields.givenName} label={t("givenName")}>
              <Input autoComplete="given-name" />
            </Field>
            <Field of={fields.familyName} label={t("familyName")}>
              <Input autoComplete="family-name" />
            </Field>
          </div>
        )}
        <Field of={fields.phone} label={t("phone")} help={t("phoneHelp")} optional>
          <Input type="tel" autoComplete="tel" />
        </Field>
        <Fieldset legend={t("address")} className="gap-4!">
          <Field of={fields.line1} label={t("line1")}>
            <Input autoComplete="address-line1" />
          </Field>
          <Field of={fields.line2} label={t("line2")} optional>
            <Input autoComplete="address-line2" />
          </Field>
          <div className="grid gap-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <Field of={fields.postcode} label={t("postcode")}>
              <Input autoComplete="postal-code" />
            </Field>
            <Field of={fields.city} label={t("city")}>
              <Input autoComplete="address-level2" />
            </Field>
          </div>
          <Field of={fields.country} label={t("country")}>
            <Select autoComplete="country" placeholder="—" options={useCountries(contact.country)} />
          </Field>
        </Fieldset>
        <Field of={fields.locale} label={useTranslations("account")("language")}>
          <Select options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} />
        </Field>
        <Actions>
          <SubmitButton name="intent" value="contact">
            {t("save")}
          </SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}

const COUNTRIES = ["AT", "BA", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "ME", "MK", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "UA", "US"];

function useCountries(present: string) {
  const format = useFormat();
  const codes = present && !COUNTRIES.includes(present) ? [...COUNTRIES, present] : COUNTRIES;
  return codes
    .map((value) => ({ value, label: format.country(value) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
}

function EmailSection({ email, lastResult }: { email: string; lastResult: LastResult }) {
  const t = useTranslations("account.email");
  const [form, fields] = useSchemaForm(emailOnlySchema, { id: "email", lastResult });
  return (
    <Section title={t("title")} description={t("help")}>
      <p className="mb-4">{t("current", { email })}</p>
      <Form form={form}>
        <FormError form={form} />
        <Field of={fields.email} label={t("new")}>
          <Input type="email" autoComplete="email" inputMode="email" autoCapitalize="none" spellCheck={false} />
        </Field>
        <Actions>
          <SubmitButton variant="secondary" name="intent" value="email">
            {t("ask")}
          </SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}
