import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { MessageForm } from "./message-fields";
import { readMessageDraft } from "./message-draft.server";
import { readMessage, type MessageAnswer } from "./message-form.server";
import { askQuestion } from "~/domain/cases/filing.server";
import { questionSchema } from "~/domain/cases/complaint";
import { dropDraft } from "~/domain/cases/drafts.server";
import { by, requireCustomer } from "~/http/require";
import { Actions, LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";

/** A question that is no complaint. */
export async function loader({ context }: LoaderFunctionArgs) {
  return { draft: await readMessageDraft(context.app.db.read, requireCustomer(context), "question:new") };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const read = await readMessage(request, context, "question:new", questionSchema);
  if (!read.ok) return read.answer ?? redirect("/portal/help/ask", 303);
  const asked = await context.app.db.write(async (tx) => {
    const result = await askQuestion(tx, by(context), { ...read.value, attachmentIds: read.attachmentIds, partyId: customer.partyId, locale: context.locale });
    if (result.ok) await dropDraft(tx, customer, "question:new");
    return result;
  });
  return asked.ok ? redirect(`/portal/help/${asked.publicId}?filed=1`, 303) : read.refuse("invalid");
}

export default function Ask() {
  const { draft } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as MessageAnswer | undefined;
  const t = useTranslations("help");
  return (
    <Page width="text">
      <PageHeader
        title={t("askTitle")}
        back={{ to: "/portal/help", label: t("title") }}
        lead={t.rich("askLead", { link: (text) => <TextLink to="/portal/help/new">{text}</TextLink> })}
      />
      <MessageForm
        id="ask"
        schema={questionSchema}
        answer={answer}
        draft={draft}
        draftKey="question:new"
        label={t("yourQuestion")}
        before={(fields) => (
          <Field of={fields.subject} label={t("subject")}>
            <Input />
          </Field>
        )}
      >
        <Actions>
          <SubmitButton size="lg">{t("sendQuestion")}</SubmitButton>
          <LinkButton to="/portal/help" variant="quiet" size="lg">
            {t("later")}
          </LinkButton>
        </Actions>
      </MessageForm>
    </Page>
  );
}
