/** The rules of a campaign: its states, who may do what in which of them, and why somebody gets no mail. */
import { z } from "zod";

import type { WithheldReason } from "../deliveries/delivery";
import type { StaffRole } from "../journal/actor";
import type { CAMPAIGN_STATUSES } from "./schema";

export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

export const CAMPAIGN_VERBS = ["edit", "approve", "launch", "schedule", "unschedule", "pause", "resume", "cancel", "pace", "again"] as const;
export type CampaignVerb = (typeof CAMPAIGN_VERBS)[number];

/** draft → approved → scheduled → planning → sending → finished; paused and cancelled on the way. */
const ALLOWED: Record<CampaignVerb, { from: readonly CampaignStatus[]; roles: readonly StaffRole[] }> = {
  edit: { from: ["draft", "approved"], roles: ["administrator", "marketer", "manager"] },
  approve: { from: ["draft"], roles: ["administrator", "manager"] },
  launch: { from: ["draft", "approved", "scheduled"], roles: ["administrator", "marketer", "manager"] },
  schedule: { from: ["draft", "approved"], roles: ["administrator", "marketer", "manager"] },
  unschedule: { from: ["scheduled"], roles: ["administrator", "marketer", "manager"] },
  pause: { from: ["planning", "sending"], roles: ["administrator", "marketer", "manager"] },
  resume: { from: ["paused"], roles: ["administrator", "marketer", "manager"] },
  cancel: { from: ["scheduled", "planning", "sending", "paused"], roles: ["administrator", "marketer", "manager"] },
  again: { from: ["sending", "paused", "finished"], roles: ["administrator", "marketer", "manager"] },
  pace: { from: ["draft", "approved", "scheduled", "planning", "sending", "paused"], roles: ["administrator", "marketer", "manager"] },
};

/** Whether this verb is possible now for this role. The system (worker, shell, seed) has every role. */
export function mayDo(
  verb: CampaignVerb,
  status: CampaignStatus,
  role: StaffRole | "system",
): { ok: true } | { ok: false; reason: "wrong_status" | "wrong_role" } {
  const { from, roles } = ALLOWED[verb];
  if (role !== "system" && !roles.includes(role)) return { ok: false, reason: "wrong_role" };
  if (!from.includes(status)) return { ok: false, reason: "wrong_status" };
  return { ok: true };
}

export function statusesThatMay(verb: CampaignVerb): CampaignStatus[] {
  return [...ALLOWED[verb].from];
}

export function isUnderWay(status: CampaignStatus): boolean {
  return status === "planning" || status === "sending" || status === "paused";
}

/** Its mails have been planned, at least in part: there is a ledger to look at. */
export function isLaunched(status: CampaignStatus): boolean {
  return isUnderWay(status) || status === "finished" || status === "cancelled";
}

/** The order of the waterfall: each step takes its people out before the next is asked. */
export const WATERFALL = [
  "no_address", "erased", "suppressed", "no_consent", "open_complaint", "paused_by_customer", "duplicate_address",
] as const satisfies readonly WithheldReason[];
export type WaterfallReason = (typeof WATERFALL)[number];

/** The language in which somebody is written to: their own, the other script of it, else the mailing's default. */
export function chooseLocale<L extends string>(own: string, written: readonly L[], fallback: L): L {
  const find = (locale: string) => written.find((candidate) => candidate === locale);
  const sibling = own === "sr-Cyrl" ? "sr-Latn" : own === "sr-Latn" ? "sr-Cyrl" : "";
  return find(own) ?? find(sibling) ?? fallback;
}

export const campaignSchema = z.object({
  name: z.string({ error: "required" }).trim().min(1, "required").max(120, "too_long"),
  goal: z.string().trim().max(500, "too_long").default(""),
  /** Public ids; empty while not chosen yet. */
  segment: z.string().max(60).default(""),
  mailing: z.string().max(60).default(""),
  topic: z.coerce.number().int().positive().optional(),
});

export const newCampaignSchema = campaignSchema.pick({ name: true, goal: true });

/** Mails of a campaign are given up when they could not leave within this time. */
export const EXPIRES_AFTER = 7 * 86_400_000;

// ── checks before a launch ──────────────────────────────────────────────────────────────────────────────────────────

export type CheckLevel = "green" | "warning" | "blocker";
export type Check = {
  /** Message `campaigns.check.<key>`; with the language where the check is made per language. */
  key: string;
  id: string;
  level: CheckLevel;
  locale?: string;
  values?: Record<string, string | number>;
  waivedBecause?: string;
};

/** What still stands in the way: blockers, and warnings that nobody let pass. */
export function standing(checks: readonly Check[]): Check[] {
  return checks.filter((check) => check.level === "blocker" || (check.level === "warning" && !check.waivedBecause));
}
