/** What the worker does for campaigns: launches what is due, plans rows in restartable chunks, and notices the end. */
import { and, asc, eq, inArray, lte, notExists, sql } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import type { SegmentField } from "../customers/segment-field";
import { setStream } from "../deliveries/deliveries.server";
import { enqueueMarketing, type Mails } from "../deliveries/enqueue.server";
import { isHeld } from "../deliveries/hold.server";
import { deliveries } from "../deliveries/schema";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { isMailLocale, type MailLocale } from "../mailings/mailing";
import { getMailing } from "../mailings/mailings.server";
import { nextPeople, topicNames, type Chunk } from "./audience.server";
import { EXPIRES_AFTER } from "./campaign";
import { getCampaign, listCampaignRevisions, type Campaign } from "./campaigns.server";
import { launch } from "./launching.server";
import { campaigns } from "./schema";

export type PlanningApp = { db: Database; clock: () => number; fields: readonly SegmentField[] };


/**
 * Launches campaigns whose time has come, but none while sending is held. One that cannot start is a draft again and
 * says why. @returns how many were due
 */
export async function launchDue(app: PlanningApp): Promise<number> {
  if (await isHeld(app.db.read)) return 0;
  const now = app.clock();
  const due = await app.db.read
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(and(eq(campaigns.status, "scheduled"), lte(campaigns.scheduledAt, now)))
    .orderBy(asc(campaigns.scheduledAt))
    .limit(5);
  const by: By = bySystem("worker", now);
  const faults: unknown[] = [];
  for (const { id } of due)
    try {
      const launched = await launch(app, by, id);
      if (!launched.ok) await app.db.write((tx) => backToDraft(tx, by, id, launched.reason));
    } catch (error) {
      // It must not hold up those behind it.
      faults.push(error);
    }
  if (faults.length) throw faults[0];
  return due.length;
}

async function backToDraft(tx: Tx, by: By, campaignId: number, reason: string): Promise<void> {
  const turned = await tx
    .update(campaigns)
    .set({ status: "draft", launchRefusal: reason, updatedAt: by.now })
    .where(and(eq(campaigns.id, campaignId), eq(campaigns.status, "scheduled")))
    .returning({ id: campaigns.id });
  if (turned.length === 0) return;
  await recordAudit(tx, by, "refuseScheduledLaunch", { type: "campaign", id: campaignId }, { reason });
  await noteChange(tx, by, `campaign:${campaignId}`, "campaigns");
}

/** People planned in one transaction: the more there are, the fewer pages are written twice; others wait so long to write. */
const CHUNK = 10_000;

/** Plans the next people of one campaign that is being planned. @returns how many were looked at; 0 when nothing is to plan */
export async function planDue(app: PlanningApp, limit = CHUNK): Promise<number> {
  const due = await app.db.read
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(eq(campaigns.status, "planning"))
    .orderBy(asc(campaigns.launchedAt), asc(campaigns.id))
    .limit(20);
  const faults: unknown[] = [];
  for (const { id } of due)
    try {
      const planned = await app.db.write((tx) => planNext(tx, bySystem("worker", app.clock()), app.fields, id, limit));
      if (planned) return planned;
    } catch (error) {
      if (!(error instanceof Overtaken)) faults.push(error);
    }
  if (faults.length) throw faults[0];
  return 0;
}

/** Another worker planned the same people, or somebody pressed pause: none of this chunk may stay, or people are counted twice. */
class Overtaken extends Error {
  override name = "Overtaken";
}

/** One chunk in one transaction: rows and cursor move together, or not at all. */
async function planNext(tx: Tx, by: By, fields: readonly SegmentField[], campaignId: number, limit: number): Promise<number> {
  const campaign = await getCampaign(tx, campaignId);
  if (campaign.status !== "planning" || !campaign.frozenRules || campaign.mailingId === null || campaign.topicId === null) return 0;
  const revisions = new Map<MailLocale, number>();
  for (const { locale, revisionId } of await listCampaignRevisions(tx, campaignId)) if (isMailLocale(locale)) revisions.set(locale, revisionId);
  const { defaultLocale } = await getMailing(tx, campaign.mailingId);
  const written = [...revisions.keys()];
  const plan = {
    registry: fields,
    rules: campaign.frozenRules,
    topicId: campaign.topicId, channel: campaign.channel,
    written,
    defaultLocale,
    now: campaign.launchedAt ?? by.now,
    until: campaign.planUntil,
  };
  const chunk = await nextPeople(tx, plan, campaign.planCursor, limit, await topicNames(tx, campaign.topicId, written));
  if (chunk.count) await enqueueMarketing(tx, by, mailsOf(campaign, chunk, revisions));
  const moved = await tx
    .update(campaigns)
    .set({
      planCursor: chunk.last ?? campaign.planCursor,
      matchedCount: (campaign.matchedCount ?? 0) + chunk.count,
      ...(chunk.isEnd && { status: "sending" as const }),
    })
    .where(and(eq(campaigns.id, campaignId), eq(campaigns.status, "planning"), eq(campaigns.planCursor, campaign.planCursor)))
    .returning({ id: campaigns.id });
  if (moved.length === 0) throw new Overtaken();
  await noteChange(tx, by, `campaign:${campaignId}`);
  return Math.max(1, chunk.count);
}

function mailsOf(campaign: Campaign, { people, count }: Chunk, revisions: ReadonlyMap<MailLocale, number>): Mails {
  const launchedAt = campaign.launchedAt as number;
  const revision = [...revisions].map(([locale, id]) => `WHEN '${locale}' THEN ${id}`).join(" ");
  return {
    sql: `SELECT mail_id AS public_id, ${campaign.id} AS campaign_id, ${campaign.topicId} AS topic_id, CASE locale ${revision} END AS revision_id, party_id,
            coalesce(address, '') AS address, coalesce(address_hash, 'party-' || party_id) AS address_hash, lane, name AS recipient_name, locale, merge_values,
            ${launchedAt} AS not_before, ${launchedAt + EXPIRES_AFTER} AS expires_at, reason
          FROM (${people.sql}) people`,
    params: people.params,
    count,
  };
}

/** A campaign is finished when every row has come to its end. @returns how many were */
export async function finishDue(app: PlanningApp): Promise<number> {
  const open = app.db.read
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaigns.id), inArray(deliveries.state, ["planned", "queued", "leased", "handing"])));
  const done = await app.db.read
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(and(eq(campaigns.status, "sending"), notExists(open)))
    .limit(20);
  for (const { id } of done) await app.db.write((tx) => finish(tx, bySystem("worker", app.clock()), id));
  return done.length;
}

async function finish(tx: Tx, by: By, campaignId: number): Promise<void> {
  const [open] = await tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaignId), inArray(deliveries.state, ["planned", "queued", "leased", "handing"])))
    .limit(1);
  if (open) return;
  const turned = await tx
    .update(campaigns)
    .set({ status: "finished", finishedAt: by.now, updatedAt: by.now })
    .where(and(eq(campaigns.id, campaignId), eq(campaigns.status, "sending")))
    .returning({ id: sql<number>`${campaigns.id}` });
  if (turned.length === 0) return;
  await setStream(tx, by, campaignId, "finished");
  await recordAudit(tx, by, "finishCampaign", { type: "campaign", id: campaignId });
  await noteChange(tx, by, `campaign:${campaignId}`, "campaigns");
}
