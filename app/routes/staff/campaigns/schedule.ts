import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { forecastAudience } from "~/domain/campaigns/forecast.server";
import { standing } from "~/domain/campaigns/campaign";
import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { scheduleCampaign } from "~/domain/campaigns/course.server";
import { checksOf, prepareLaunch } from "~/domain/campaigns/launching.server";
import { instantOf } from "~/domain/company/local-time";
import { getCompany } from "~/domain/company/company.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const typed = String((await request.formData()).get("at") ?? "");
  const campaign = found(await findCampaign(app.db.read, params.id ?? ""));
  const back = `/staff/campaigns/${campaign.publicId}`;
  const refuse = (reason: string) => redirect(`${back}?schedule=${reason}&at=${encodeURIComponent(typed)}#schedule`, 303);

  const at = instantOf(typed, (await getCompany(app.db.read)).timeZone);
  if (at === null) return refuse("bad");
  const preparation = await prepareLaunch(app.db.read, app.fields, campaign.id, app.clock());
  const forecast = preparation.plan && (await forecastAudience(app.db.aside, preparation.plan));
  if (standing(checksOf(preparation, forecast)).length > 0) return refuse("open_checks");
  const scheduled = await app.db.write((tx) => scheduleCampaign(tx, by(context), { campaignId: campaign.id, at }));
  if (scheduled.ok) return redirectSaying(app, back, { key: "campaigns.course.scheduled" });
  if (scheduled.reason === "in_the_past" || scheduled.reason === "incomplete") return refuse(scheduled.reason);
  return redirectSaying(app, back, { key: `campaigns.refusal.${scheduled.reason}`, tone: "error" });
}
