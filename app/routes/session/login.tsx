import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { LinkButton, TextLink } from "~/ui/button";
import { SessionFrame } from "./frame";
import { entranceLoader, passwordEntrance } from "./password-entrance.server";
import { PasswordForm } from "./password-form";

export const loader = (args: LoaderFunctionArgs) => entranceLoader(args, "customer");
export const action = (args: ActionFunctionArgs) => passwordEntrance(args, "customer");

export default function Login() {
  const t = useTranslations("session");
  const { back } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>()?.result;
  return (
    <SessionFrame
      mood="portal"
      title={t("customer.title")}
      lead={t("customer.lead")}
      footer={<TextLink to="/staff/login">{t("customer.staffDoor")}</TextLink>}
    >
      <PasswordForm back={back} forgot="/forgot" result={result} />
      <div className="mt-8 border-t border-line pt-6">
        <LinkButton to={back ? `/login/code?back=${encodeURIComponent(back)}` : "/login/code"} wide size="lg">
          {t("customer.byMail")}
        </LinkButton>
        <p className="mt-2 text-sm text-muted">{t("customer.byMailHelp")}</p>
      </div>
    </SessionFrame>
  );
}
