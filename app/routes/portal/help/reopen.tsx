import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { MessageForm } from "./message-fields";
import { readMessageDraft } from "./message-draft.server";
import { readMessage, type MessageAnswer } from "./message-form.server";
import { nextStep } from "~/domain/cases/case";
import { customerReopen } from "~/domain/cases/cases.server";
import { messageSchema } from "~/domain/cases/complaint";
import { findCaseOf } from "~/domain/cases/customer-cases.server";
import { dropDraft } from "~/domain/cases/drafts.server";
import { by, found, requireCustomer } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Page, PageHeader } from "~/ui/page";

/** The customer is not content with the answer, or it happened again: they say why, and the case is open again. */
export async function loader({ params, context }: LoaderFunctionArgs) {
  const customer = requireCustomer(context);
  const { db } = context.app;
  const about = found(await findCaseOf(db.read, customer.partyId, params.id ?? ""));
  if (!nextStep(about, "reopen").ok) throw redirect(`/portal/help/${about.publicId}`);
  return { number: about.number, publicId: about.publicId, draft: await readMessageDraft(db.read, customer, `message:${about.publicId}`) };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const about = found(await findCaseOf(context.app.db.read, customer.partyId, params.id ?? ""));
  const key = `message:${about.publicId}` as const;
  const read = await readMessage(request, context, key, messageSchema);
  if (!read.ok) return read.answer ?? redirect(`/portal/help/${about.publicId}/reopen`, 303);
  const reopened = await context.app.db.write(async (tx) => {
    const result = await customerReopen(tx, by(context), { ...read.value, partyId: customer.partyId, caseId: about.id, attachmentIds: read.attachmentIds });
    if (result.ok) await dropDraft(tx, customer, key);
    return result;
  });
  if (reopened.ok || reopened.reason === "not_closed") return redirect(`/portal/help/${about.publicId}`, 303);
  return read.refuse("invalid");
}

export default function Reopen() {
  const { number, publicId, draft } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as MessageAnswer | undefined;
  const t = useTranslations("help");
  return (
    <Page width="text">
      <PageHeader title={t("reopenTitle", { number })} back={{ to: `/portal/help/${publicId}`, label: number }} lead={t("reopenLead")} />
      <MessageForm id="reopen" schema={messageSchema} answer={answer} draft={draft} draftKey={`message:${publicId}`} label={t("reopenWhy")}>
        <Actions>
          <SubmitButton size="lg">{t("reopen")}</SubmitButton>
          <LinkButton to={`/portal/help/${publicId}`} variant="quiet" size="lg">
            {t("later")}
          </LinkButton>
        </Actions>
      </MessageForm>
    </Page>
  );
}
