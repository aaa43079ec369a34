/** Before a launch: what it needs, and the checks. Then the launch itself. */
import { and, eq, inArray } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { getCompany } from "../company/company.server";
import type { SegmentField } from "../customers/segment-field";
import { newestPartyId } from "../customers/customers.server";
import { listTopics } from "../customers/topics.server";
import { setStream } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import type { Compiled } from "../mailings/compile.server";
import { findTemplate } from "../mailings/library.server";
import { lintMailing, type EmptyValues } from "../mailings/lint";
import { MAIL_LOCALES } from "../mailings/mailing";
import { compileMailing, freezeRevision, getMailing, senderOf, type MailingWithContents } from "../mailings/mailings.server";
import { freezeRules } from "../segments/references.server";
import { getSegment } from "../segments/segments.server";
import type { AudiencePlan } from "./audience.server";
import { type Forecast, forecastAudience } from "./forecast.server";
import { mayDo, standing, statusesThatMay, type Check } from "./campaign";
import { allowed, getCampaign, roleOf, type Campaign } from "./campaigns.server";
import { campaignRevisions, campaigns } from "./schema";

/** What a launch needs, gathered and compiled outside a transaction. */
export type Preparation = {
  campaign: Campaign;
  mailing: MailingWithContents | null;
  compiled: Compiled[];
  plan: AudiencePlan | null;
  /** It has a topic, and one that has not been put away. */
  hasTopic: boolean;
  /** The postal address that the law wants under every mailing has been filled in. */
  hasSender: boolean;
};

/** Reads what the campaign consists of and compiles every written language. */
export async function prepareLaunch(db: Reader, registry: readonly SegmentField[], campaignId: number, now: number): Promise<Preparation> {
  const campaign = await getCampaign(db, campaignId);
  const mailing = campaign.mailingId === null ? null : await getMailing(db, campaign.mailingId);
  const company = await getCompany(db);
  const compiled = mailing ? await compileMailing(mailing, senderOf(company)) : [];
  return {
    campaign,
    mailing,
    compiled,
    plan: await planOf(db, registry, campaign, mailing, now),
    hasTopic: await isTopicInUse(db, campaign.topicId),
    hasSender: company.postalAddress !== "",
  };
}

async function isTopicInUse(db: Reader, topicId: number | null): Promise<boolean> {
  return (await listTopics(db, "en")).some((topic) => topic.id === topicId);
}

async function planOf(
  db: Reader,
  registry: readonly SegmentField[],
  campaign: Campaign,
  mailing: MailingWithContents | null,
  now: number,
): Promise<AudiencePlan | null> {
  const rules = campaign.frozenRules ?? (campaign.segmentId === null ? null : (await getSegment(db, campaign.segmentId)).rules);
  if (!rules) return null;
  const written = MAIL_LOCALES.filter((locale) => mailing?.contents[locale]);
  return { registry, rules, topicId: campaign.topicId, channel: campaign.channel, written, defaultLocale: mailing?.defaultLocale ?? "en", now: campaign.launchedAt ?? now, until: campaign.planUntil };
}

/** The list before a launch: all of it green, or let pass with a reason. */
export function checksOf(preparation: Preparation, forecast: Forecast | null): Check[] {
  const { campaign, mailing, compiled } = preparation;
  const checks: Check[] = [];
  const add = (check: Omit<Check, "id"> & { id?: string }) => {
    const id = check.id ?? [check.key, check.locale].filter(Boolean).join(":");
    const waivedBecause = check.level === "warning" ? campaign.waivers?.[id] : undefined;
    checks.push({ ...check, id, ...(waivedBecause && { waivedBecause }) });
  };
  add({ key: "segment", level: campaign.segmentId === null ? "blocker" : "green" });
  add({ key: "topic", level: !preparation.hasTopic ? "blocker" : "green" });
  add({ key: "mailing", level: mailing ? "green" : "blocker" });
  add({ key: "sender", level: preparation.hasSender ? "green" : "blocker" });
  if (forecast)
    add({ key: "audience", level: forecast.willSend > 0 ? "green" : "blocker", values: { count: forecast.willSend } });
  if (!mailing) return checks;

  if (!mailing.contents[mailing.defaultLocale]) add({ key: "default_language", level: "blocker", locale: mailing.defaultLocale });
  const fields = findTemplate(mailing.templateKey)?.fields ?? [];
  const empty: EmptyValues = forecast?.empty ?? {};
  const findings = compiled.flatMap((one) => lintMailing(one, fields, empty));
  for (const finding of findings)
    add({
      key: `lint_${finding.rule}`,
      id: ["lint", finding.rule, finding.locale, finding.field, finding.values?.tag].filter(Boolean).join(":"),
      level: finding.level,
      locale: finding.locale,
      values: { ...finding.values, ...(finding.field && { field: finding.field }) },
    });
  if (findings.length === 0) add({ key: "content", level: "green" });
  return checks;
}

export type LaunchRefusal =
  | "wrong_status" | "wrong_role" | "already_launched" | "no_segment" | "no_mailing" | "no_topic" | "not_written" | "has_problems" | "changed_meanwhile";

/**
 * Starts a campaign: freezes a revision per language and the rules, and opens its stream. The rows are planned by the
 * worker's step `planDue`. Of two people who press the button, one wins.
 */
export async function launchCampaign(
  tx: Tx,
  by: By,
  preparation: Pick<Preparation, "campaign" | "mailing" | "compiled">,
): Promise<{ ok: true } | { ok: false; reason: LaunchRefusal }> {
  const campaignId = preparation.campaign.id;
  const current = await getCampaign(tx, campaignId);
  const may = allowed(by, "launch", current.status);
  if (!may.ok) return { ok: false, reason: current.launchedAt ? "already_launched" : may.reason };
  if (current.segmentId === null) return { ok: false, reason: "no_segment" };
  if (!(await isTopicInUse(tx, current.topicId))) return { ok: false, reason: "no_topic" };
  if (current.mailingId === null || !preparation.mailing) return { ok: false, reason: "no_mailing" };
  if (current.version !== preparation.campaign.version) return { ok: false, reason: "changed_meanwhile" };
  if (!preparation.compiled.some((one) => one.locale === preparation.mailing?.defaultLocale)) return { ok: false, reason: "not_written" };

  const segment = await getSegment(tx, current.segmentId);
  const won = await tx
    .update(campaigns)
    .set({
      status: "planning",
      frozenRules: await freezeRules(tx, segment.rules),
      segmentVersion: segment.version,
      launchedAt: by.now,
      launchedBy: by.actor.kind === "staff" ? actorId(by.actor) : null,
      planCursor: 0,
      planUntil: await newestPartyId(tx),
      matchedCount: 0,
      launchRefusal: null,
      updatedAt: by.now,
    })
    .where(and(eq(campaigns.id, campaignId), inArray(campaigns.status, statusesThatMay("launch"))))
    .returning({ id: campaigns.id });
  if (won.length === 0) return { ok: false, reason: "already_launched" };
  const frozen = await freezeAll(tx, by, current.mailingId, preparation.compiled);
  if (!frozen.ok) throw new LaunchRefused(frozen.reason);
  await tx.insert(campaignRevisions).values(frozen.revisions.map((revision) => ({ campaignId, ...revision })));
  await setStream(tx, by, campaignId, "running");
  await recordAudit(tx, by, "launchCampaign", { type: "campaign", id: campaignId }, { revisions: frozen.revisions.map((r) => r.revisionId) });
  await noteChange(tx, by, `campaign:${campaignId}`, "campaigns");
  return { ok: true };
}

/** Thrown inside the transaction so that nothing of the launch stays; `launch` turns it into a refusal. */
class LaunchRefused extends Error {
  override name = "LaunchRefused";
  constructor(readonly reason: LaunchRefusal) {
    super(reason);
  }
}

async function freezeAll(tx: Tx, by: By, mailingId: number, compiled: readonly Compiled[]) {
  const revisions: { locale: string; revisionId: number }[] = [];
  for (const one of compiled) {
    const frozen = await freezeRevision(tx, by, mailingId, one);
    if (!frozen.ok) return frozen;
    revisions.push({ locale: one.locale, revisionId: frozen.revisionId });
  }
  return { ok: true as const, revisions };
}

/**
 * Launch as a page, the worker and the shell ask for it: prepares outside, launches in one transaction. A person is
 * held back by everything that is not green or let pass; the worker, which was told so long before, only by what
 * cannot be sent at all.
 */
export async function launch(
  app: { db: { read: Reader; aside: Reader; write<T>(work: (tx: Tx) => Promise<T>): Promise<T> }; fields: readonly SegmentField[] },
  by: By,
  campaignId: number,
): Promise<{ ok: true } | { ok: false; reason: LaunchRefusal } | { ok: false; reason: "checks"; checks: Check[] }> {
  const preparation = await prepareLaunch(app.db.read, app.fields, campaignId, by.now);
  if (preparation.mailing && preparation.plan && mayDo("launch", preparation.campaign.status, roleOf(by)).ok) {
    const isPerson = by.actor.kind === "staff";
    const checks = checksOf(preparation, isPerson ? await forecastAudience(app.db.aside, preparation.plan) : null);
    const held = isPerson ? standing(checks) : checks.filter((check) => check.level === "blocker");
    if (held.length > 0) return { ok: false, reason: "checks", checks: held };
  }
  try {
    return await app.db.write((tx) => launchCampaign(tx, by, preparation));
  } catch (error) {
    if (error instanceof LaunchRefused) return { ok: false, reason: error.reason };
    throw error;
  }
}
