/** One step in the course of a campaign; the route's last word is the verb: pause, resume, cancel, approve, unschedule. */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { approveCampaign, cancelCampaign, pauseCampaign, resumeCampaign, unscheduleCampaign } from "~/domain/campaigns/course.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const STEPS = {
  approve: { run: approveCampaign, said: "campaigns.review.approved" },
  unschedule: { run: unscheduleCampaign, said: "campaigns.course.unscheduled" },
  pause: { run: pauseCampaign, said: "campaigns.course.paused" },
  resume: { run: resumeCampaign, said: "campaigns.course.resumed" },
  cancel: { run: cancelCampaign, said: "campaigns.course.cancelled" },
} as const;

export async function action({ request, params, context }: ActionFunctionArgs) {
  const verb = new URL(request.url).pathname.replace(/\.data$/, "").split("/").at(-1) as keyof typeof STEPS;
  const campaign = found(await findCampaign(context.app.db.read, params.id ?? ""));
  const step = STEPS[verb];
  const turned = await context.app.db.write((tx) => step.run(tx, by(context), campaign.id));
  const back = `/staff/campaigns/${campaign.publicId}`;
  if (!turned.ok) return redirectSaying(context.app, back, { key: `campaigns.refusal.${turned.reason}`, tone: "error" });
  const inFlight = turned.inFlight ?? 0;
  return redirectSaying(context.app, back, inFlight > 0 ? { key: `${step.said}InFlight`, values: { count: inFlight } } : { key: step.said });
}
