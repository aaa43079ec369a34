/** The last step of a change of address: the link was opened, the customer is signed in, and confirms. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { confirmEmailChange, findEmailChange } from "~/domain/accounts/mailed-proof.server";
import { redirectSaying } from "~/http/flash.server";
import { by, requireCustomer } from "~/http/require";
import { heldHeaders, readHeld } from "~/http/session.server";
import { LinkButton, SubmitButton } from "~/ui/button";
import { Form } from "~/ui/form";
import { Page, PageHeader } from "~/ui/page";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const token = readHeld(context, request, "verify_email") ?? "";
  const { app } = context;
  return { newEmail: await findEmailChange(app.db.read, { partyId, token, now: app.clock() }) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const token = readHeld(context, request, "verify_email") ?? "";
  const { app } = context;
  const result = await app.db.write((tx) => confirmEmailChange(tx, by(context), { partyId, token }));
  const dropLink = heldHeaders(app, "verify_email", null);
  if (result.ok) return redirectSaying(app, "/portal/account", { key: "account.email.done" }, dropLink);
  const key = result.reason === "token" ? "account.email.deadTitle" : "account.email.taken";
  return redirectSaying(app, "/portal/account", { key, tone: "error" }, dropLink);
}

export default function ConfirmEmail() {
  const t = useTranslations("account.email");
  const { newEmail } = useLoaderData<typeof loader>();
  const toAccount = { to: "/portal/account", label: t("toAccount") };
  if (!newEmail)
    return (
      <Page width="narrow">
        <PageHeader back={toAccount} title={t("deadTitle")} lead={t("dead")} />
        <LinkButton to="/portal/account" variant="primary" size="lg" wide="phone">
          {t("toAccount")}
        </LinkButton>
      </Page>
    );
  return (
    <Page width="narrow">
      <PageHeader back={toAccount} title={t("confirmTitle")} lead={t("confirmLead")} />
      <p className="mb-6 text-lg font-medium break-words">{newEmail}</p>
      <Form>
        <SubmitButton size="lg" wide="phone">
          {t("confirm")}
        </SubmitButton>
      </Form>
    </Page>
  );
}
