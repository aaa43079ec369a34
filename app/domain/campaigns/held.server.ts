/** What waits while sending is held, by campaign, and what becomes of it when it is released. */
import { and, asc, eq, inArray, isNotNull, lte, sql } from "drizzle-orm";

import { countAll } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { countSystemMailsOfBackup, releaseSending, settleAsUnconfirmed, type Hold } from "../deliveries/hold.server";
import { deliveries } from "../deliveries/schema";
import type { By } from "../journal/actor";
import { unscheduleCampaign } from "./course.server";
import { campaigns } from "./schema";

export type HeldCampaign = {
  id: number;
  publicId: string;
  name: string;
  status: (typeof campaigns.$inferSelect)["status"];
  /** Mails that would leave. */
  waiting: number;
  /** Not launched yet: when it was to be. */
  scheduledAt: number | null;
  /** It was on its way before the database was restored: its mails may have left after the backup was taken. */
  doubtful: boolean;
};

/** The campaigns whose mails a release lets go, those that were under way when the backup was taken first. */
export async function listHeldCampaigns(db: Reader, hold: Hold): Promise<HeldCampaign[]> {
  const waiting = db
    .select({ campaignId: deliveries.campaignId, count: countAll.as("waiting") })
    .from(deliveries)
    .where(and(eq(deliveries.class, "marketing"), inArray(deliveries.state, ["planned", "queued", "leased"])))
    .groupBy(deliveries.campaignId)
    .as("w");
  const rows = await db
    .select({
      id: campaigns.id, publicId: campaigns.publicId, name: campaigns.name, status: campaigns.status,
      launchedAt: campaigns.launchedAt, scheduledAt: campaigns.scheduledAt, waiting: sql<number | null>`w.waiting`,
    })
    .from(campaigns)
    .leftJoin(waiting, eq(waiting.campaignId, campaigns.id))
    .where(inArray(campaigns.status, ["planning", "sending", "paused"]))
    .orderBy(asc(campaigns.launchedAt), asc(campaigns.id));
  const due = await db
    .select({ id: campaigns.id, publicId: campaigns.publicId, name: campaigns.name, status: campaigns.status, scheduledAt: campaigns.scheduledAt })
    .from(campaigns)
    .where(and(eq(campaigns.status, "scheduled"), isNotNull(campaigns.scheduledAt), lte(campaigns.scheduledAt, hold.since)))
    .orderBy(asc(campaigns.scheduledAt));
  const restored = hold.reason === "restored";
  return [
    ...rows.map(({ launchedAt, waiting: count, ...row }) => ({
      ...row, waiting: Number(count ?? 0), scheduledAt: null, doubtful: restored && (launchedAt ?? 0) <= hold.since,
    })),
    ...(restored ? due.map((row) => ({ ...row, waiting: 0, doubtful: true })) : []),
  ].filter((row) => row.waiting > 0 || row.status === "planning" || row.status === "scheduled");
}

export type Settled = { ok: true; unconfirmed: number } | { ok: false; reason: "still_planning" | "not_held" };

/**
 * Releases sending. Of what may have left since the backup was taken, `sendAgain` says what leaves all the same; the
 * rest is counted as unconfirmed, and a campaign that was to start in that time is a draft again.
 */
export async function settleHold(tx: Tx, by: By, hold: Hold, sendAgain: (which: HeldCampaign | "system") => boolean): Promise<Settled> {
  const listed = await listHeldCampaigns(tx, hold);
  const doubtful = listed.filter((campaign) => campaign.doubtful);
  if (doubtful.some((campaign) => campaign.status === "planning" && !sendAgain(campaign))) return { ok: false, reason: "still_planning" };
  if (!(await releaseSending(tx, by, hold.id))) return { ok: false, reason: "not_held" };
  let unconfirmed = 0;
  for (const campaign of doubtful) {
    if (sendAgain(campaign)) continue;
    if (campaign.status === "scheduled") await unscheduleCampaign(tx, by, campaign.id);
    else unconfirmed += await settleAsUnconfirmed(tx, by, { campaignId: campaign.id });
  }
  // Mails whose campaign is not on the list: nobody could say that they shall be sent.
  if (hold.reason === "restored") unconfirmed += await settleAsUnconfirmed(tx, by, { restOf: hold, except: listed.map((campaign) => campaign.id) });
  if (hold.reason === "restored" && !sendAgain("system") && (await countSystemMailsOfBackup(tx, hold)) > 0)
    unconfirmed += await settleAsUnconfirmed(tx, by, { systemMailsOf: hold });
  return { ok: true, unconfirmed };
}
