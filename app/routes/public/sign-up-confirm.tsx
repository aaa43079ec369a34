/** Behind the mailed link: says what is agreed to, and asks for the one press that counts. */
import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { confirmSignUp, findSignUp } from "~/domain/accounts/sign-up.server";
import { listTopics } from "~/domain/customers/topics.server";
import { by } from "~/http/require";
import { heldHeaders, readHeld } from "~/http/session.server";
import { LinkButton, SubmitButton } from "~/ui/button";
import { Form } from "~/ui/form";
import { PlainFrame } from "~/ui/frame";
import { PageHeader } from "~/ui/page";

const PAGE = "/sign-up/confirm";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const token = readHeld(context, request, "sign_up");
  const asked = token === null ? null : await findSignUp(db, { token, now: context.app.clock() });
  const topics = asked ? await listTopics(db, context.locale) : [];
  return {
    done: asked === null && new URL(request.url).searchParams.has("done"),
    asked: asked && { address: asked.email, wording: asked.wording, topics: topics.filter((topic) => asked.topicIds.includes(topic.id)).map((topic) => topic.name) },
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app, remoteAddress } = context;
  const token = readHeld(context, request, "sign_up") ?? "";
  const confirmed = await app.db.write((tx) => confirmSignUp(tx, by(context), { token, remoteAddress }));
  return redirect(confirmed.ok ? `${PAGE}?done` : PAGE, { status: 303, headers: heldHeaders(app, "sign_up", null) });
}

export default function ConfirmSignUp() {
  const t = useTranslations("signUp");
  const { asked, done } = useLoaderData<typeof loader>();
  if (done)
    return (
      <PlainFrame>
        <PageHeader title={t("confirm.doneTitle")} lead={t("confirm.done")} />
      </PlainFrame>
    );
  if (!asked)
    return (
      <PlainFrame>
        <PageHeader title={t("confirm.deadTitle")} lead={t("confirm.dead")} />
        <LinkButton to="/sign-up" variant="primary" size="lg" wide>
          {t("confirm.again")}
        </LinkButton>
      </PlainFrame>
    );
  return (
    <PlainFrame>
      <PageHeader title={t("confirm.title")} />
      <p className="break-words">{t("confirm.for", { address: asked.address })}</p>
      <ul className="mt-2 list-disc pl-5">
        {asked.topics.map((topic) => (
          <li key={topic}>{topic}</li>
        ))}
      </ul>
      <p className="mt-4 mb-6 text-sm text-muted">{asked.wording}</p>
      <Form>
        <SubmitButton wide size="lg">
          {t("confirm.button")}
        </SubmitButton>
      </Form>
      <p className="mt-4 text-sm text-muted">{t("confirm.rather")}</p>
    </PlainFrame>
  );
}
