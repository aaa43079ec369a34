/** The course of a campaign: approved, scheduled, paused, resumed, cancelled. */
import { and, eq, inArray } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { resendDoubtful, retryFailed } from "../deliveries/again.server";
import { countInFlight, setStream } from "../deliveries/deliveries.server";
import { saveStreamLimits } from "../deliveries/limits.server";
import type { StreamLimits } from "../deliveries/throttle";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { statusesThatMay, type CampaignVerb } from "./campaign";
import { allowed, getCampaign, type Campaign } from "./campaigns.server";
import { campaigns } from "./schema";

export type CourseResult = { ok: true; inFlight?: number } | { ok: false; reason: "wrong_status" | "wrong_role" | "in_the_past" | "incomplete" };

export async function approveCampaign(tx: Tx, by: By, campaignId: number): Promise<CourseResult> {
  return turn(tx, by, campaignId, "approve", { status: "approved" });
}

/** Launches by itself at `at` (ms since the epoch), when the worker comes by. */
export async function scheduleCampaign(tx: Tx, by: By, input: { campaignId: number; at: number }): Promise<CourseResult> {
  const { segmentId, mailingId, topicId } = await getCampaign(tx, input.campaignId);
  if (input.at <= by.now) return { ok: false, reason: "in_the_past" };
  if (segmentId === null || mailingId === null || topicId === null) return { ok: false, reason: "incomplete" };
  return turn(tx, by, input.campaignId, "schedule", { status: "scheduled", scheduledAt: input.at, launchRefusal: null });
}

export async function unscheduleCampaign(tx: Tx, by: By, campaignId: number): Promise<CourseResult> {
  return turn(tx, by, campaignId, "unschedule", { status: "draft", scheduledAt: null });
}

/** Nothing more leaves from this instant; what is with the mail server already cannot be called back. */
export async function pauseCampaign(tx: Tx, by: By, campaignId: number): Promise<CourseResult> {
  const turned = await turn(tx, by, campaignId, "pause", { status: "paused" });
  if (!turned.ok) return turned;
  await setStream(tx, by, campaignId, "paused");
  return { ok: true, inFlight: await countInFlight(tx, campaignId) };
}

/** Goes on where it stopped: planning finds nothing left to plan and passes on to sending by itself. */
export async function resumeCampaign(tx: Tx, by: By, campaignId: number): Promise<CourseResult> {
  const turned = await turn(tx, by, campaignId, "resume", { status: "planning" });
  if (turned.ok) await setStream(tx, by, campaignId, "running");
  return turned;
}

/** Ends it for good: what has not left is withheld as cancelled. */
export async function cancelCampaign(tx: Tx, by: By, campaignId: number): Promise<CourseResult> {
  const { status } = await getCampaign(tx, campaignId);
  const turned = await turn(tx, by, campaignId, "cancel", { status: "cancelled", finishedAt: by.now });
  if (!turned.ok || status === "scheduled") return turned;
  await setStream(tx, by, campaignId, "cancelled");
  return { ok: true, inFlight: await countInFlight(tx, campaignId) };
}

export type AgainResult = { ok: true; mails: number } | { ok: false; reason: "wrong_status" | "wrong_role" | "nothing_left" };

/** Puts back what failed for reasons worth another try. A finished campaign is sending again. */
export async function retryCampaign(tx: Tx, by: By, campaignId: number): Promise<AgainResult> {
  return sendAgain(tx, by, campaignId, retryFailed);
}

/** Puts back those of whom nobody knows whether they got it: they may get it twice. */
export async function resendCampaign(tx: Tx, by: By, campaignId: number): Promise<AgainResult> {
  return sendAgain(tx, by, campaignId, resendDoubtful);
}

async function sendAgain(tx: Tx, by: By, campaignId: number, putBack: typeof retryFailed): Promise<AgainResult> {
  const { status } = await getCampaign(tx, campaignId);
  const may = allowed(by, "again", status);
  if (!may.ok) return may;
  const mails = await putBack(tx, by, campaignId);
  if (mails === 0) return { ok: false, reason: "nothing_left" };
  if (status === "finished") {
    await tx.update(campaigns).set({ status: "sending", finishedAt: null, updatedAt: by.now }).where(eq(campaigns.id, campaignId));
    await setStream(tx, by, campaignId, "running");
    await noteChange(tx, by, "campaigns");
  }
  return { ok: true, mails };
}

/** How fast it may leave, from the next mail on. */
export async function changeSpeed(tx: Tx, by: By, campaignId: number, limits: StreamLimits): Promise<CourseResult> {
  const may = allowed(by, "pace", (await getCampaign(tx, campaignId)).status);
  if (!may.ok) return may;
  await saveStreamLimits(tx, by, campaignId, limits);
  return { ok: true };
}

/** One step of the course, guarded in the WHERE: of two at once, one finds the state gone. */
async function turn(tx: Tx, by: By, campaignId: number, verb: CampaignVerb, to: Partial<Campaign>): Promise<CourseResult> {
  const current = await getCampaign(tx, campaignId);
  const may = allowed(by, verb, current.status);
  if (!may.ok) return may;
  const turned = await tx
    .update(campaigns)
    .set({ ...to, updatedAt: by.now })
    .where(and(eq(campaigns.id, campaignId), inArray(campaigns.status, statusesThatMay(verb))))
    .returning({ id: campaigns.id });
  if (turned.length === 0) return { ok: false, reason: "wrong_status" };
  await recordAudit(tx, by, `${verb}Campaign`, { type: "campaign", id: campaignId }, { from: current.status, to: to.status });
  await noteChange(tx, by, `campaign:${campaignId}`, "campaigns");
  return { ok: true };
}
