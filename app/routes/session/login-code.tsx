/** Signing in by mail: ask for a link and a code; then, in the same browser, type the code. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { codeSchema, emailOnlySchema, safeNext } from "~/domain/accounts/account";
import { requestLoginLink, signInByCode } from "~/domain/accounts/mailed-proof.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { atLeast, heldHeaders, readHeld, signedInHeaders, visitorOf } from "~/http/session.server";
import { Button, SubmitButton, TextLink } from "~/ui/button";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { useFrameData } from "~/ui/frame";
import { Input } from "~/ui/inputs";
import { SessionFrame } from "./frame";
import { entranceLoader, HOME, minutesUntil } from "./password-entrance.server";

/** Longer than either way takes, so that the time does not tell whether a mail was written. */
const ANSWER_MS = 250;

export function loader(args: LoaderFunctionArgs) {
  const { request, context } = args;
  return {
    ...entranceLoader(args, "customer"),
    asked: readHeld(context, request, "login_code") !== null,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  switch (form.get("intent")) {
    case "request":
      return atLeast(ANSWER_MS, ask(form, { request, context }));
    case "code":
      return enter(form, { request, context });
    default:
      return redirect("/login/code", { status: 303, headers: heldHeaders(context.app, "login_code", null) });
  }
}

type Args = Pick<ActionFunctionArgs, "request" | "context">;

async function ask(form: FormData, { context }: Args) {
  const submission = parseForm(form, emailOnlySchema);
  if (submission.status !== "success") return refuse(submission);
  const { email, back } = submission.value;
  const { app, remoteAddress } = context;
  const asked = await app.db.write((tx) =>
    requestLoginLink(tx, by(context), { email, remoteAddress, secretKey: app.env.SECRET_KEY }),
  );
  if (!asked.ok) return refuse(submission, { form: [`too_many_mails:${minutesUntil(asked.retryAt, app.clock())}`] }, 429);
  const onward = safeNext(back, "");
  return redirect(onward ? `/login/code?back=${encodeURIComponent(onward)}` : "/login/code", {
    status: 303,
    headers: heldHeaders(app, "login_code", asked.tokenHash),
  });
}

async function enter(form: FormData, { request, context }: Args) {
  const submission = parseForm(form, codeSchema);
  if (submission.status !== "success") return refuse(submission);
  const { code, back } = submission.value;
  const { app } = context;
  const tokenHash = readHeld(context, request, "login_code") ?? "";
  const result = await app.db.write((tx) =>
    signInByCode(tx, by(context), {
      tokenHash,
      code,
      visitor: visitorOf(context, request, "customer"),
      secretKey: app.env.SECRET_KEY,
    }),
  );
  if (!result.ok) return refuse(submission, { fields: { code: ["code_wrong"] } });
  const headers = signedInHeaders(app, "customer", result);
  for (const [name, value] of heldHeaders(app, "login_code", null)) headers.append(name, value);
  return redirect(safeNext(back, HOME.customer), { status: 303, headers });
}

export default function LoginByMail() {
  return useLoaderData<typeof loader>().asked ? <TypeCode /> : <AskForMail />;
}

function AskForMail() {
  const t = useTranslations("session");
  const { back } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(emailOnlySchema, { id: "ask", lastResult: useActionData<typeof action>()?.result });
  return (
    <SessionFrame mood="portal" title={t("code.title")} lead={t("code.lead")} footer={<TextLink to="/login">{t("code.withPassword")}</TextLink>}>
      <Form form={form}>
        <FormError form={form} />
        <input type="hidden" name="back" value={back} />
        <Field of={fields.email} label={t("email")}>
          <Input type="email" autoComplete="username" inputMode="email" autoCapitalize="none" spellCheck={false} />
        </Field>
        <SubmitButton wide size="lg" name="intent" value="request">
          {t("code.send")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}

function TypeCode() {
  const t = useTranslations("session");
  const { companyName: company } = useFrameData();
  const { back } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(codeSchema, { id: "code", lastResult: useActionData<typeof action>()?.result });
  return (
    <SessionFrame
      mood="portal"
      title={t("code.sentTitle")}
      lead={t("code.sent", { company })}
      footer={
        <>
          <p className="text-muted">{t("code.notHere")}</p>
          <Form className="contents">
            <Button type="submit" name="intent" value="again" size="sm">
              {t("code.other")}
            </Button>
          </Form>
          <TextLink to="/login">{t("code.withPassword")}</TextLink>
        </>
      }
    >
      <Form form={form}>
        <FormError form={form} />
        <input type="hidden" name="back" value={back} />
        <Field of={fields.code} label={t("code.code")}>
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={9} className="tabular max-w-48 text-lg tracking-[0.2em]" />
        </Field>
        <SubmitButton wide size="lg" name="intent" value="code">
          {t("code.enter")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}
