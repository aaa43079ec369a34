/** The first start without the demo: whoever can read the console makes the first administrator, once. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { setupSchema } from "~/domain/accounts/account";
import { passwordFault } from "~/domain/accounts/password";
import { hashPassword } from "~/domain/accounts/passwords.server";
import { signIn } from "~/domain/accounts/sign-in.server";
import { createFirstAdministrator, needsFirstAdministrator } from "~/domain/accounts/staff.server";
import { getCompany, saveCompany } from "~/domain/company/company.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { signedInHeaders, visitorOf } from "~/http/session.server";
import { SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, PasswordInput } from "~/ui/inputs";
import { SessionFrame } from "./frame";

export async function loader({ request, context }: LoaderFunctionArgs) {
  if (!(await needsFirstAdministrator(context.app.db.read))) throw redirect("/staff/login");
  return {
    token: new URL(request.url).searchParams.get("token") ?? "",
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app, locale } = context;
  const submission = parseForm(await request.formData(), setupSchema);
  if (submission.status !== "success") return refuse(submission);
  const { token, name, email, password, companyName, postalAddress } = submission.value;
  const fault = passwordFault(password, email);
  if (fault) return refuse(submission, { fields: { password: [fault] } });

  const passwordHash = await hashPassword(password);
  const visitor = visitorOf(context, request, "staff");
  const result = await app.db.write(async (tx) => {
    const made = await createFirstAdministrator(tx, by(context), { token, name, email, locale, passwordHash });
    if (!made.ok) return made;
    await saveCompany(tx, by(context), { ...(await getCompany(tx)), name: companyName, postalAddress, supportEmail: email, locale });
    return signIn(tx, { audience: "staff", userId: made.id, email, visitor, secretKey: app.env.SECRET_KEY, now: app.clock(), way: "setup" });
  });
  if (result.ok) return redirectSaying(app, "/staff/settings", { key: "session.setup.done" }, signedInHeaders(app, "staff", result));
  if (result.reason === "done") return redirectSaying(app, "/staff/login", { key: "session.setup.already", tone: "error" });
  return refuse(submission, { fields: { token: ["setup_token"] } });
}

export default function Setup() {
  const t = useTranslations("session");
  const { token } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(setupSchema, { lastResult: useActionData<typeof action>()?.result, defaultValue: { token } });
  return (
    <SessionFrame mood="staff" title={t("setup.title")} lead={t("setup.lead")}>
      <Form form={form}>
        <FormError form={form} />
        <Field of={fields.token} label={t("setup.token")} help={t("setup.tokenHelp")}>
          <Input autoComplete="off" spellCheck={false} autoCapitalize="none" />
        </Field>
        <Fieldset legend={<Part>{t("setup.you")}</Part>} className="gap-5!">
          <Field of={fields.name} label={t("setup.name")}>
            <Input autoComplete="name" />
          </Field>
          <Field of={fields.email} label={t("email")}>
            <Input type="email" autoComplete="username" inputMode="email" autoCapitalize="none" spellCheck={false} />
          </Field>
          <Field of={fields.password} label={t("newPassword")} help={t("newPasswordHelp")}>
            <PasswordInput autoComplete="new-password" />
          </Field>
        </Fieldset>
        <Fieldset legend={<Part>{t("setup.company")}</Part>} className="gap-5!">
          <Field of={fields.companyName} label={t("setup.companyName")} help={t("setup.companyNameHelp")}>
            <Input autoComplete="organization" />
          </Field>
          <Field of={fields.postalAddress} label={t("setup.postalAddress")} help={t("setup.postalAddressHelp")}>
            <Input autoComplete="street-address" />
          </Field>
        </Fieldset>
        <SubmitButton wide size="lg">
          {t("setup.create")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}

function Part({ children }: { children: ReactNode }) {
  return <span className="mt-3 mb-1 block border-t border-line pt-5 text-lg font-semibold">{children}</span>;
}
