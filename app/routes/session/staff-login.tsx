import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { needsFirstAdministrator } from "~/domain/accounts/staff.server";
import { TextLink } from "~/ui/button";
import { useFrameData } from "~/ui/frame";
import { SessionFrame } from "./frame";
import { entranceLoader, passwordEntrance } from "./password-entrance.server";
import { PasswordForm } from "./password-form";

export async function loader(args: LoaderFunctionArgs) {
  const { back } = entranceLoader(args, "staff");
  if (await needsFirstAdministrator(args.context.app.db.read)) throw redirect("/setup");
  return { back };
}
export const action = (args: ActionFunctionArgs) => passwordEntrance(args, "staff");

export default function StaffLogin() {
  const t = useTranslations("session");
  const { companyName: company } = useFrameData();
  const { back } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>()?.result;
  return (
    <SessionFrame
      mood="staff"
      title={t("staff.title")}
      lead={t("staff.lead", { company })}
      footer={<TextLink to="/login">{t("staff.customerDoor")}</TextLink>}
    >
      <PasswordForm back={back} forgot="/staff/forgot" result={result} />
    </SessionFrame>
  );
}
