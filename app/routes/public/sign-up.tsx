/** `/sign-up`: anybody asks for news. `?topic=offers&topic=…` offers these topics only. The answer is the same for everybody. */
import type { SubmissionResult } from "@conform-to/react";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { SIGN_UP_DAYS, SIGN_UP_WORDING, signUpSchema } from "~/domain/accounts/sign-up";
import { askToSignUp } from "~/domain/accounts/sign-up.server";
import { getCompany } from "~/domain/company/company.server";
import { listTopics } from "~/domain/customers/topics.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { atLeast } from "~/http/session.server";
import { translator } from "~/i18n/messages.server";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { PlainFrame, useFrameData } from "~/ui/frame";
import { Checkbox, Input } from "~/ui/inputs";
import { PageHeader } from "~/ui/page";

/** Longer than the writing takes, so that the time tells nothing. */
const ANSWER_MS = 250;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const asked = new URL(request.url).searchParams.getAll("topic");
  const topics = await listTopics(context.app.db.read, context.locale);
  const offered = topics.filter((topic) => asked.includes(topic.key));
  return { topics: (offered.length > 0 ? offered : topics).map(({ key, name, description }) => ({ key, name, description })) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app, locale, remoteAddress } = context;
  const form = await request.formData();
  const submission = parseForm(form, signUpSchema);
  if (submission.status !== "success") return refuse(submission);
  // People do not see this field; programs fill in what they find.
  if (form.get("website")) return atLeast(ANSWER_MS, Promise.resolve(data({ result: null, asked: true })));
  const { email, name, topic: keys } = submission.value;
  const topicIds = (await listTopics(app.db.read, "en")).filter((topic) => keys.includes(topic.key)).map((topic) => topic.id);
  if (topicIds.length === 0) return refuse(submission, { fields: { topic: ["choose"] } });
  const { name: company } = await getCompany(app.db.read);
  const wording = translator(locale, "signUp")("consent", { company });
  const work = app.db.write((tx) =>
    askToSignUp(tx, by(context), { email, name: name || null, locale, topicIds, wordingVersion: `${SIGN_UP_WORDING}:${locale}`, wording, remoteAddress }),
  );
  const taken = await atLeast(ANSWER_MS, work);
  if (!taken.ok) return refuse(submission, { form: [`too_many_mails:${Math.ceil((taken.retryAt - app.clock()) / 60_000)}`] }, 429);
  return data({ result: null, asked: true });
}

type Answer = { result: SubmissionResult<string[]> | null; asked?: boolean } | undefined;

export default function SignUp() {
  const t = useTranslations("signUp");
  const { companyName: company } = useFrameData();
  const { topics } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as Answer;
  if (answer?.asked)
    return (
      <PlainFrame width="text">
        <PageHeader title={t("asked.title")} />
        <Callout tone="success">{t("asked.text", { days: SIGN_UP_DAYS })}</Callout>
        <p className="mt-4 text-muted">{t("asked.spam")}</p>
      </PlainFrame>
    );
  return (
    <PlainFrame width="text">
      <PageHeader title={t("title", { company })} lead={topics.length > 0 && t("lead")} />
      {topics.length > 0 ? <SignUpForm answer={answer} /> : <p>{t("none")}</p>}
    </PlainFrame>
  );
}

function SignUpForm({ answer }: { answer: Answer }) {
  const t = useTranslations("signUp");
  const { companyName: company } = useFrameData();
  const { topics } = useLoaderData<typeof loader>();
  const [form, fields] = useSchemaForm(signUpSchema, { lastResult: answer?.result });
  return (
    <Form form={form}>
      <FormError form={form} />
      <Field of={fields.email} label={t("email")}>
        <Input type="email" autoComplete="email" inputMode="email" autoCapitalize="none" spellCheck={false} />
      </Field>
      <Field of={fields.name} label={t("name")} optional>
        <Input autoComplete="name" />
      </Field>
      <Fieldset of={fields.topic} legend={t("topics")}>
        {topics.map((topic) => (
          <Checkbox key={topic.key} of={fields.topic} value={topic.key} label={topic.name} help={topic.description || undefined} />
        ))}
      </Fieldset>
      <div hidden>
        <label>
          {t("emptyField")} <input type="text" name="website" autoComplete="off" tabIndex={-1} />
        </label>
      </div>
      <p className="max-w-prose text-sm text-muted">{t("consent", { company })}</p>
      <SubmitButton wide size="lg">
        {t("submit")}
      </SubmitButton>
    </Form>
  );
}
