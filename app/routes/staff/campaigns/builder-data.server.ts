/** What the builder of a campaign shows: the choices, the audience as it stands, the checks. */
import type { App } from "~/context.server";
import { forecastAudience } from "~/domain/campaigns/forecast.server";
import { mayDo, standing, WATERFALL } from "~/domain/campaigns/campaign";
import type { Campaign } from "~/domain/campaigns/campaigns.server";
import { checksOf, prepareLaunch } from "~/domain/campaigns/launching.server";
import { localOf } from "~/domain/company/local-time";
import { getCompany } from "~/domain/company/company.server";
import { getSendingLimits, getStreamLimits } from "~/domain/deliveries/limits.server";
import { durationOf } from "~/domain/deliveries/throttle";
import { dayIn } from "~/domain/company/calendar";
import { listTopics } from "~/domain/customers/topics.server";
import type { StaffRole } from "~/domain/journal/actor";
import { MAIL_LOCALES } from "~/domain/mailings/mailing";
import { fillLine, sampleCustomer } from "~/domain/mailings/merge-tags";
import { listMailings } from "~/domain/mailings/mailings.server";
import { listSegments } from "~/domain/segments/segments.server";
import { wholeReader } from "../segments/counting.server";

export async function builderData(app: App, campaign: Campaign, locale: string, role: StaffRole, wanted: AbortSignal) {
  const db = app.db.read;
  const now = app.clock();
  const [segments, mailings, topics, company, preparation] = [
    await listSegments(db),
    await listMailings(db, { limit: 200 }),
    await listTopics(db, locale),
    await getCompany(db),
    await prepareLaunch(db, app.fields, campaign.id, now),
  ];
  const { mailing, plan } = preparation;
  const forecast = plan && campaign.topicId !== null ? await forecastAudience(await wholeReader(app, wanted), plan) : null;
  const checks = checksOf(preparation, forecast);
  return {
    segments: segments.map(({ publicId, name }) => ({ publicId, name })),
    segment: segments.find((one) => one.id === campaign.segmentId)?.publicId ?? "",
    mailings: mailings.map(({ publicId, name }) => ({ publicId, name })),
    mailing: mailing && {
      publicId: mailing.publicId,
      name: mailing.name,
      version: mailing.version,
      defaultLocale: mailing.defaultLocale,
      languages: MAIL_LOCALES.flatMap((one) => {
        const content = mailing.contents[one];
        return content ? [{ locale: one, subject: fillLine(content.subject, { customer: sampleCustomer(one), company: { name: company.name, support_email: company.supportEmail }, topic: { name: topics.find((topic) => topic.id === campaign.topicId)?.name ?? "" } }), count: forecast?.byLocale[one] ?? 0 }] : [];
      }),
    },
    topics: topics.map(({ id, name }) => ({ id, name })),
    topicId: campaign.topicId,
    forecast: forecast && {
      matched: forecast.matched,
      willSend: forecast.willSend,
      withheld: WATERFALL.flatMap((reason) => (forecast.withheld[reason] ? [{ reason, count: forecast.withheld[reason] }] : [])),
    },
    checks,
    open: standing(checks).length,
    takes: forecast && durationOf({ total: forecast.willSend, lanes: forecast.byLane }, await getStreamLimits(db, campaign.id), await getSendingLimits(db), dayIn(company.timeZone, now)),
    mayApprove: mayDo("approve", campaign.status, role).ok,
    launchRefusal: campaign.launchRefusal,
    timeZone: company.timeZone,
    /** Proposed: tomorrow at nine. */
    proposedAt: `${localOf(now + 86_400_000, company.timeZone).slice(0, 10)}T09:00`,
  };
}

export type BuilderData = Awaited<ReturnType<typeof builderData>>;
