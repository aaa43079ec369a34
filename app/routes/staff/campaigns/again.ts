/** Sending again what did not get through; the route's last word says what: retry (failed) or resend (nobody knows). */
import type { ActionFunctionArgs } from "@remix-run/node";

import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { resendCampaign, retryCampaign } from "~/domain/campaigns/course.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const COMMANDS = { retry: retryCampaign, resend: resendCampaign } as const;

export async function action({ request, params, context }: ActionFunctionArgs) {
  const verb = new URL(request.url).pathname.replace(/\.data$/, "").split("/").at(-1) as keyof typeof COMMANDS;
  const campaign = found(await findCampaign(context.app.db.read, params.id ?? ""));
  const done = await context.app.db.write((tx) => COMMANDS[verb](tx, by(context), campaign.id));
  const back = `/staff/campaigns/${campaign.publicId}`;
  if (!done.ok) return redirectSaying(context.app, back, { key: `campaigns.refusal.${done.reason}`, tone: "error" });
  return redirectSaying(context.app, back, { key: "campaigns.again.done", values: { count: done.mails } });
}
