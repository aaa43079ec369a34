import type { ActionFunctionArgs } from "@remix-run/node";

import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { launch } from "~/domain/campaigns/launching.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ params, context }: ActionFunctionArgs) {
  const campaign = found(await findCampaign(context.app.db.read, params.id ?? ""));
  const launched = await launch(context.app, by(context), campaign.id);
  const back = `/staff/campaigns/${campaign.publicId}`;
  if (!launched.ok) return redirectSaying(context.app, back, { key: `campaigns.refusal.${launched.reason}`, tone: "error" });
  return redirectSaying(context.app, back, { key: "campaigns.review.launched" });
}
