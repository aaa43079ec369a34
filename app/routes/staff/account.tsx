import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { ownStaffAccountSchema } from "~/domain/accounts/account";
import { changeOwnStaffAccount, getStaffUser } from "~/domain/accounts/staff.server";
import { listWaitingOf } from "~/domain/correspondence/kept-mails.server";
import { findLogAddress, makeLogAddress } from "~/domain/correspondence/logging.server";
import { findMailbox } from "~/domain/correspondence/own-mailboxes.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by, requireStaff } from "~/http/require";
import { languageHeaders } from "~/http/session.server";
import { LOCALE_NAMES, LOCALES } from "~/i18n/locales";
import { Badge } from "~/ui/badge";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { LogAddressSection } from "./mails/log-address";
import { OwnMailboxSection } from "./mails/own-mailbox";
import { connectOwn, disconnectOwn, resumeOwn, tryAsidesOfOwn } from "./mails/own-mailbox.server";
import { changePassword, endOneSession, endOtherSessions, ownSecurity } from "../own-account/password-and-sessions.server";
import { PasswordSection, SessionsSection } from "../own-account/password-and-sessions";

const PAGE = "/staff/account";

export async function loader(args: LoaderFunctionArgs) {
  const { id } = requireStaff(args.context);
  const { db, env } = args.context.app;
  const { name, email, locale, role } = await getStaffUser(db.read, id);
  const log = { address: await findLogAddress(db.read, id, env.BOUNCE_ADDRESS), mayHave: env.BOUNCE_ADDRESS !== undefined, waiting: await listWaitingOf(db.read, id) };
  return { id, name, email, locale, role, log, mailbox: await findMailbox(db.read, id), ...(await ownSecurity(args, { audience: "staff", userId: id })) };
}

export async function action(args: ActionFunctionArgs) {
  const { context, request } = args;
  const { id } = requireStaff(context);
  const form = await request.formData();
  const { email } = await getStaffUser(context.app.db.read, id);
  const own = { audience: "staff", userId: id, subjectId: id, email, page: PAGE } as const;
  const intent = String(form.get("intent"));
  switch (intent) {
    case "password":
      return changePassword(form, args, own);
    case "end-session":
      return endOneSession(form, args, own);
    case "end-others":
      return endOtherSessions(args, own);
    case "log-address":
      return renewLogAddress(args, id);
    case "mailbox":
      return connectOwn(context, id, form);
    case "mailbox-disconnect":
      return disconnectOwn(context, id);
    case "mailbox-resume":
      return resumeOwn(context, id);
    case "mailbox-asides":
      return tryAsidesOfOwn(context, id);
    default:
      return saveProfile(form, args, id);
  }
}

async function saveProfile(form: FormData, { context }: ActionFunctionArgs, id: number) {
  const submission = parseForm(form, ownStaffAccountSchema);
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => changeOwnStaffAccount(tx, by(context), { id, ...submission.value }));
  return redirectSaying(context.app, PAGE, { key: "account.profileSaved" }, languageHeaders(context.app, submission.value.locale));
}

async function renewLogAddress({ context }: ActionFunctionArgs, id: number) {
  await context.app.db.write((tx) => makeLogAddress(tx, by(context), id));
  return redirectSaying(context.app, PAGE, { key: "correspondence.bcc.made" });
}

export default function StaffAccount() {
  const t = useTranslations("account");
  const tc = useTranslations("common");
  const { id, email, name, locale, role, log, mailbox, hasPassword, sessions } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>()?.result;
  const asked = result?.initialValue && "intent" in result.initialValue ? result.initialValue.intent : null;
  const of = (intent: string) => (asked === intent ? result : undefined);
  const [form, fields] = useSchemaForm(ownStaffAccountSchema, {
    id: "profile",
    lastResult: asked === "password" || asked === "mailbox" ? undefined : result,
    defaultValue: { name, locale },
  });
  return (
    <Page width="text">
      <PageHeader
        title={t("title")}
        meta={
          <>
            <span>{email}</span>
            <Badge>{tc(`roles.${role}`)}</Badge>
          </>
        }
      />
      <Section first title={t("you")}>
        <Form form={form} reloadDocument>
          <FormError form={form} />
          <Field of={fields.name} label={t("name")}>
            <Input autoComplete="name" />
          </Field>
          <Field of={fields.locale} label={t("language")}>
            <Select options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))} />
          </Field>
          <Actions>
            <SubmitButton name="intent" value="profile">
              {tc("save")}
            </SubmitButton>
          </Actions>
        </Form>
      </Section>
      <LogAddressSection {...log} />
      <OwnMailboxSection staffId={id} mailbox={mailbox} email={email} lastResult={of("mailbox")} />
      <PasswordSection email={email} hasPassword={hasPassword} lastResult={of("password")} />
      <SessionsSection sessions={sessions} />
    </Page>
  );
}
