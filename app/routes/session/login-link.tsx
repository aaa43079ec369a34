import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { signInByLink } from "~/domain/accounts/mailed-proof.server";
import { findToken } from "~/domain/accounts/tokens.server";
import { by } from "~/http/require";
import { heldHeaders, readHeld, signedInHeaders, visitorOf } from "~/http/session.server";
import { LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Form } from "~/ui/form";
import { useFrameData } from "~/ui/frame";
import { SessionFrame } from "./frame";
import { HOME } from "./password-entrance.server";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const token = readHeld(context, request, "login_link");
  const now = context.app.clock();
  const alive = token !== null && (await findToken(context.app.db.read, { purpose: "login_link", audience: "customer", token, now })) !== null;
  if (!alive && context.actor.kind === "customer") throw redirect(HOME.customer);
  return { alive };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { app } = context;
  const token = readHeld(context, request, "login_link") ?? "";
  const visitor = visitorOf(context, request, "customer");
  const result = await app.db.write((tx) => signInByLink(tx, by(context), { token, visitor, secretKey: app.env.SECRET_KEY }));
  const dropLink = heldHeaders(app, "login_link", null);
  if (!result.ok) return redirect("/login/link", { status: 303, headers: dropLink });
  const headers = signedInHeaders(app, "customer", result);
  for (const [name, value] of dropLink) headers.append(name, value);
  return redirect(HOME.customer, { status: 303, headers });
}

export default function LoginByLink() {
  const t = useTranslations("session");
  const { companyName: company } = useFrameData();
  if (!useLoaderData<typeof loader>().alive)
    return (
      <SessionFrame mood="portal" title={t("link.deadTitle")} lead={t("link.dead")} footer={<TextLink to="/login">{t("code.withPassword")}</TextLink>}>
        <LinkButton to="/login/code" variant="primary" size="lg" wide>
          {t("link.again")}
        </LinkButton>
      </SessionFrame>
    );
  return (
    <SessionFrame mood="portal" title={t("link.title")} lead={t("link.lead", { company })}>
      <Form>
        <SubmitButton wide size="lg">
          {t("link.enter")}
        </SubmitButton>
      </Form>
    </SessionFrame>
  );
}
