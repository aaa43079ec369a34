import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { RotateCcw } from "lucide-react";
import { useNow, useTranslations } from "use-intl";

import { MessageForm } from "./message-fields";
import { readMessageDraft } from "./message-draft.server";
import { readMessage, type MessageAnswer } from "./message-form.server";
import { Messages } from "./messages";
import { isAcceptedBySilence, isClockRunning, nextStep } from "~/domain/cases/case";
import { customerReply } from "~/domain/cases/messages.server";
import { messageSchema } from "~/domain/cases/complaint";
import { findCaseOf, listMessagesOf } from "~/domain/cases/customer-cases.server";
import { dropDraft } from "~/domain/cases/drafts.server";
import { progressOf } from "~/domain/cases/progress";
import { by, found, requireCustomer } from "~/http/require";
import { DueChip } from "~/ui/badge";
import { Actions, LinkButton, SubmitButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { CaseStatusChip } from "~/ui/case-status";
import { DataList } from "~/ui/data-list";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { Timeline } from "~/ui/timeline";
import { Day, LegalDay } from "~/ui/values";
import { LawZone } from "./law-zone";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const customer = requireCustomer(context);
  const { db, clock } = context.app;
  const { id, ...about } = found(await findCaseOf(db.read, customer.partyId, params.id ?? ""));
  return {
    about,
    messages: await listMessagesOf(db.read, customer.partyId, id),
    draft: await readMessageDraft(db.read, customer, `message:${about.publicId}`),
    justFiled: new URL(request.url).searchParams.has("filed"),
    acceptedByLaw: isAcceptedBySilence(about, clock()),
  };
}

/** The customer's message into the thread. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const customer = requireCustomer(context);
  const about = found(await findCaseOf(context.app.db.read, customer.partyId, params.id ?? ""));
  const page = `/portal/help/${about.publicId}`;
  const key = `message:${about.publicId}` as const;
  const read = await readMessage(request, context, key, messageSchema);
  if (!read.ok) return read.answer ?? redirect(page, 303);
  const sent = await context.app.db.write(async (tx) => {
    const result = await customerReply(tx, by(context), { ...read.value, partyId: customer.partyId, caseId: about.id, attachmentIds: read.attachmentIds });
    if (result.ok) await dropDraft(tx, customer, key);
    return result;
  });
  if (sent.ok) return redirect(`${page}#last`, 303);
  return read.refuse(sent.reason === "closed" ? "case_closed" : "invalid");
}

export default function ShowCase() {
  const { about, messages, draft, justFiled, acceptedByLaw } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as MessageAnswer | undefined;
  const t = useTranslations("help");
  useLive(["me"]);
  const mayReopen = nextStep(about, "reopen").ok;
  const line = about.lines[0];
  return (
    <Page width="wide">
      <PageHeader
        title={about.subject}
        back={{ to: "/portal/help", label: t("title") }}
        status={<CaseStatusChip status={about.status} />}
        meta={
          <>
            <span>
              {t(`types.${about.type}`)} {about.number}
            </span>
            {about.statutoryDueAt !== null && <DueChip dueAt={about.statutoryDueAt} answeredAt={about.answeredAt} />}
          </>
        }
      />
      {justFiled && (
        <Callout tone="success" className="mb-6" title={t(`filed.${about.type}`, { number: about.number })}>
          <p>
            {about.statutoryDueAt === null
              ? t("filed.questionText")
              : t.rich("filed.text", { date: () => <LegalDay endsAt={about.statutoryDueAt!} show="long" className="font-medium" /> })}
          </p>
          {about.statutoryDueAt !== null && <LawZone endsAt={about.statutoryDueAt} />}
        </Callout>
      )}
      <Split asideFirst aside={<Progress />} asideLabel={t("progress")}>
        {acceptedByLaw && about.answeredAt === null && (
          <Callout tone="success" className="mb-6" title={t("accepted.title")}>
            <p>{t("accepted.text")}</p>
          </Callout>
        )}
        {about.decision && <Decision />}
        {about.status === "waiting" && (
          <Callout tone="warn" className="mb-6" title={t("weWait.title")} actions={<LinkButton to="#reply">{t("weWait.answer")}</LinkButton>}>
            <p>{t(isClockRunning(about) ? "weWait.clock" : "weWait.text")}</p>
          </Callout>
        )}
        <Section first title={t("thread")}>
          <Messages messages={messages} />
        </Section>
        {about.status === "closed" ? (
          <Callout className="mt-6" title={t("closed.title")} actions={<LinkButton to="reopen" icon={RotateCcw}>{t("reopen")}</LinkButton>}>
            <p>{t("closed.text")}</p>
          </Callout>
        ) : (
          <Section title={t("reply")} className="scroll-mt-4">
            <div id="reply">
              {/* A new key for each thread length: what was sent leaves the composer empty. */}
              <MessageForm key={messages.filter((message) => message.direction === "in").length} id="message" schema={messageSchema} answer={answer} draft={draft} draftKey={`message:${about.publicId}`} label={t("yourMessage")}>
                <Actions>
                  <SubmitButton size="lg">{t("send")}</SubmitButton>
                  {mayReopen && (
                    <LinkButton to="reopen" variant="quiet" size="lg" icon={RotateCcw}>
                      {t("notContent")}
                    </LinkButton>
                  )}
                </Actions>
              </MessageForm>
            </div>
          </Section>
        )}
        {line && (
          <Section title={t("whatYouToldUs")}>
            <DataList
              items={[
                [t("product"), line.name],
                [t("orderLabel"), <TextLink key="order" to={`/portal/orders/${line.orderPublicId}`}>{line.orderNumber}</TextLink>],
                [t("reason"), `${t(`reasons.${line.reason}`)}${line.quantity > 1 ? ` · ${t("line.pieces", { count: line.quantity })}` : ""}`],
                [t("noticedOn"), line.noticedOn && <Day key="day" day={line.noticedOn} />],
                [t("wantedRemedy"), t(`remedies.${line.wantedRemedy}`)],
              ]}
            />
          </Section>
        )}
      </Split>
    </Page>
  );
}

function Decision() {
  const { about } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const granted = about.lines[0]?.grantedRemedy;
  return (
    <Callout tone={about.decision === "rejected" ? "info" : "success"} className="mb-6" title={t(`decisions.${about.decision!}`)}>
      {granted && <p>{t("granted", { remedy: t(`remedies.${granted}`) })}</p>}
      <p className="text-muted">{t("decisionBelow")}</p>
    </Callout>
  );
}

function Progress() {
  const { about } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  const now = useNow().getTime();
  const steps = progressOf(about).map(({ key, state, at }) => ({
    key,
    state,
    ...(key === "answered" && state === "next" && at !== null ? { when: <LegalDay endsAt={at} /> } : { at }),
    label: key === "answered" && state === "next" && at !== null && at >= now ? t("progressSteps.answerBy") : t(`progressSteps.${key}`),
  }));
  return (
    <section aria-label={t("progress")}>
      <Timeline label={t("progress")} steps={steps} />
    </section>
  );
}
