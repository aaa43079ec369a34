import { data, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { campaignSchema, isLaunched } from "~/domain/campaigns/campaign";
import { findCampaign, resolveChoices, saveCampaign } from "~/domain/campaigns/campaigns.server";
import { parseForm } from "~/http/forms";
import { redirectSaying } from "~/http/flash.server";
import { by, found, requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { useLive, useLookAgain } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";

import { Builder } from "./builder";
import { builderData } from "./builder-data.server";
import { CampaignChip } from "./campaign-chip";
import { CourseButtons } from "./course-buttons";
import { Report } from "./report";
import { reportData } from "./report-data.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const campaign = found(await findCampaign(app.db.read, params.id ?? ""));
  const { id, publicId, name, goal, status, version, scheduledAt, launchedAt, finishedAt } = campaign;
  const head = { id, publicId, name, goal, status, version, scheduledAt, launchedAt, finishedAt };
  if (isLaunched(status) && launchedAt !== null)
    return { head, builder: null, report: await reportData(app, campaign) };
  return { head, builder: await builderData(app, campaign, context.locale, requireStaff(context).role, request.signal), report: null };
}

/** Saves what was chosen in the builder. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { db } = context.app;
  const campaign = found(await findCampaign(db.read, params.id ?? ""));
  const form = await request.formData();
  const submission = parseForm(form, campaignSchema);
  if (submission.status !== "success") return data({ kind: "refused" as const, errors: submission.error ?? {} }, 400);
  const { name, goal, topic, ...choices } = submission.value;
  const chosen = await resolveChoices(db.read, choices);
  const saved = await db.write((tx) =>
    saveCampaign(tx, by(context), { campaignId: campaign.id, version: Number(form.get("version")), name, goal, topicId: topic ?? null, ...chosen }),
  );
  const back = `/staff/campaigns/${campaign.publicId}`;
  if (saved.ok) return redirectSaying(context.app, back, { key: "campaigns.course.saved" });
  if (saved.reason !== "changed_meanwhile") return redirectSaying(context.app, back, { key: `campaigns.refusal.${saved.reason}`, tone: "error" });
  return data({ kind: "conflict" as const, updatedAt: saved.current.updatedAt, yours: { name, goal, ...choices, topic: topic ? String(topic) : "" } }, 409);
}

export default function CampaignPage() {
  const t = useTranslations("campaigns");
  const { head, builder, report } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const format = useFormat();
  useLive([`campaign:${head.id}`, "sending"]);
  useLookAgain(report?.lookAgainIn ?? null);
  return (
    <Page>
      <PageHeader
        back={{ to: "/staff/campaigns", label: t("title") }}
        title={head.name}
        status={<CampaignChip status={head.status} />}
        meta={
          <>
            {report?.segment && (
              <span>
                {t("audience.segment")}: <TextLink to={`/staff/segments/${report.segment.publicId}`}>{report.segment.name}</TextLink>
                {report.segmentVersion !== null && (
                  <>
                    {", "}
                    <TextLink to={`/staff/segments/${report.segment.publicId}/versions#v${report.segmentVersion}`}>{t("audience.version", { version: report.segmentVersion })}</TextLink>
                  </>
                )}
              </span>
            )}
            {report?.mailing && (
              <span>
                {t("content.mailing")}: <TextLink to={`/staff/mailings/${report.mailing.publicId}`}>{report.mailing.name}</TextLink>
              </span>
            )}
            {head.goal && <span>{t("report.goal", { goal: head.goal })}</span>}
            {head.status === "scheduled" && head.scheduledAt && <span>{t("schedule.set", { when: format.dateTime(head.scheduledAt) })}</span>}
            {head.launchedAt && <span>{t("report.launched", { when: format.dateTime(head.launchedAt) })}</span>}
            {head.finishedAt && <span>{t("report.finished", { when: format.dateTime(head.finishedAt) })}</span>}
          </>
        }
        actions={<CourseButtons head={head} waiting={report?.figures.waiting ?? 0} />}
      />
      {builder && <Builder head={head} data={builder} answer={answer ?? null} />}
      {report && <Report head={head} data={report} />}
    </Page>
  );
}

export type Head = ReturnType<typeof useLoaderData<typeof loader>>["head"];
export type Answer = NonNullable<ReturnType<typeof useActionData<typeof action>>>;
