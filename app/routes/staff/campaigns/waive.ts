import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { findCampaign, waiveCheck } from "~/domain/campaigns/campaigns.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await request.formData();
  const campaign = found(await findCampaign(context.app.db.read, params.id ?? ""));
  const checkId = String(form.get("check") ?? "").slice(0, 200);
  const why = form.get("intent") === "take-back" ? "" : String(form.get("why") ?? "");
  const waived = await context.app.db.write((tx) => waiveCheck(tx, by(context), { campaignId: campaign.id, checkId, why }));
  const back = `/staff/campaigns/${campaign.publicId}`;
  if (!waived.ok) return redirectSaying(context.app, back, { key: `campaigns.refusal.${waived.reason}`, tone: "error" });
  return redirect(`${back}#checks`, 303);
}
