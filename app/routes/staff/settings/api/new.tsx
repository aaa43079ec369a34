import { type ActionFunctionArgs, data } from "@remix-run/node";
import { useActionData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { EXPIRIES, newTokenSchema, RESOURCES, SCOPES } from "~/domain/integrations/token";
import { createToken } from "~/domain/integrations/tokens.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Checkbox, Input, Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { ShownOnce } from "./shown-once";

const DAY = 86_400_000;

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), newTokenSchema);
  if (submission.status !== "success") return refuse(submission);
  const { name, scopes, expires } = submission.value;
  const made = by(context);
  const expiresAt = expires === "never" ? null : made.now + Number(expires) * DAY;
  const { token } = await context.app.db.write((tx) => createToken(tx, made, { name, scopes, expiresAt }));
  return data({ result: null, made: { name, token } }, { headers: { "Cache-Control": "no-store" } });
}

export default function NewToken() {
  const t = useTranslations("api");
  const answer = useActionData<typeof action>();
  if (answer && "made" in answer)
    return (
      <Section first title={answer.made.name}>
        <ShownOnce label={t("token")} secret={answer.made.token}>
          {t("once")}
        </ShownOnce>
        <p className="mt-4">{t("howTo")}</p>
        <pre className="mt-2 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm">Authorization: Bearer {answer.made.token.slice(0, 12)}…</pre>
        <div className="mt-4">
          <Actions>
            <LinkButton to="/staff/settings/api" variant="primary">
              {t("kept")}
            </LinkButton>
          </Actions>
        </div>
      </Section>
    );
  return <NewTokenForm />;
}

function NewTokenForm() {
  const t = useTranslations("api");
  const tc = useTranslations("common");
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(newTokenSchema, { lastResult: answer?.result, defaultValue: { expires: "365" } });
  return (
    <Section first title={t("new")} description={t("newHelp")}>
      <Form form={form} className="max-w-3xl">
        <FormError form={form} />
        <Field of={fields.name} label={t("name")} help={t("nameHelp")} className="max-w-96">
          <Input autoComplete="off" />
        </Field>
        <Fieldset of={fields.scopes} legend={t("rights")}>
          <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
            {RESOURCES.map((resource) => (
              <div key={resource} role="group" aria-label={t(`resources.${resource}`)}>
                <p className="font-medium">{t(`resources.${resource}`)}</p>
                <div className="flex gap-5">
                  {SCOPES.filter((scope) => scope.startsWith(`${resource}:`)).map((scope) => (
                    <Checkbox key={scope} of={fields.scopes} value={scope} label={t(scope.endsWith(":read") ? "read" : "write")} />
                  ))}
                </div>
              </div>
            ))}
          </div>
        </Fieldset>
        <Field of={fields.expires} label={t("expires")} className="max-w-60">
          <Select options={EXPIRIES.map((value) => ({ value, label: value === "never" ? t("neverExpires") : t("days", { days: Number(value) }) }))} />
        </Field>
        <Actions>
          <SubmitButton>{t("create")}</SubmitButton>
          <LinkButton to="..">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Section>
  );
}
