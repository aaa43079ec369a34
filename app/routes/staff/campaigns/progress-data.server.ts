/** How a campaign that is on its way comes along, and what holds it up. */
import type { App } from "~/context.server";
import type { Campaign } from "~/domain/campaigns/campaigns.server";
import { listRestraints } from "~/domain/deliveries/allowance.server";
import { isHeld } from "~/domain/deliveries/hold.server";
import { paceOf } from "~/domain/deliveries/pace.server";
import { findTrouble } from "~/domain/deliveries/transport-state.server";

export async function progressData(app: App, campaign: Campaign, waiting: number) {
  const now = app.clock();
  const hold = await isHeld(app.db.read);
  const trouble = await findTrouble(app.db.read);
  return {
    now,
    ...(await paceOf(app.db.aside, campaign.id, waiting, now)),
    hold: hold && { reason: hold.reason, by: hold.heldBy },
    trouble: trouble && { since: trouble.since, words: trouble.words },
    restraints: campaign.status === "sending" || campaign.status === "planning" ? await listRestraints(app.db.read, campaign.id, now) : [],
  };
}

export type ProgressData = Awaited<ReturnType<typeof progressData>>;
