/** The door of campaigns: a segment, a mailing and a topic, sent once. Planning: planning.server.ts; figures: report.server.ts. */
import { and, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { getCompany } from "../company/company.server";
import type { SegmentField } from "../customers/segment-field";
import { listTopics } from "../customers/topics.server";
import { setStream } from "../deliveries/deliveries.server";
import type { By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import type { Compiled } from "../mailings/compile.server";
import { findTemplate } from "../mailings/library.server";
import { lintMailing, type EmptyValues } from "../mailings/lint";
import { MAIL_LOCALES } from "../mailings/mailing";
import { compileMailing, findMailing, freezeRevision, getMailing, senderOf, type MailingWithContents } from "../mailings/mailings.server";
import { mailings } from "../mailings/schema";
import { findSegment, getSegment } from "../segments/segments.server";
import { segments } from "../segments/schema";
import { forecastAudience, type AudiencePlan, type Forecast } from "./audience.server";
import { mayDo, standing, statusesThatMay, type CampaignStatus, type CampaignVerb, type Check } from "./campaign";
import { campaignRevisions, campaigns } from "./schema";

export type Campaign = typeof campaigns.$inferSelect;

export async function findCampaign(db: Reader, publicId: string): Promise<Campaign | null> {
  const [row] = await db.select().from(campaigns).where(eq(campaigns.publicId, publicId));
  return row ?? null;
}

export async function getCampaign(db: Reader, id: number): Promise<Campaign> {
  const [row] = await db.select().from(campaigns).where(eq(campaigns.id, id));
  if (!row) throw new Error(`no campaign ${id}`);
  return row;
}

export type CampaignListRow = Pick<
  Campaign,
  "id" | "publicId" | "name" | "status" | "updatedAt" | "launchedAt" | "scheduledAt" | "finishedAt" | "matchedCount" | "mailingId"
> & { segmentName: string | null; mailingName: string | null };

/** Newest change first; `before` is the last row of the page shown. */
export async function listCampaigns(
  db: Reader,
  page: { before?: { updatedAt: number; id: number }; limit: number; status?: CampaignStatus },
): Promise<CampaignListRow[]> {
  const { before, limit, status } = page;
  return db
    .select({
      id: campaigns.id,
      publicId: campaigns.publicId,
      name: campaigns.name,
      status: campaigns.status,
      updatedAt: campaigns.updatedAt,
      launchedAt: campaigns.launchedAt,
      scheduledAt: campaigns.scheduledAt,
      finishedAt: campaigns.finishedAt,
      matchedCount: campaigns.matchedCount,
      segmentName: segments.name,
      mailingId: campaigns.mailingId,
      mailingName: mailings.name,
    })
    .from(campaigns)
    .leftJoin(segments, eq(segments.id, campaigns.segmentId))
    .leftJoin(mailings, eq(mailings.id, campaigns.mailingId))
    .where(
      and(
        status && eq(campaigns.status, status),
        before && or(lt(campaigns.updatedAt, before.updatedAt), and(eq(campaigns.updatedAt, before.updatedAt), lt(campaigns.id, before.id))),
      ),
    )
    .orderBy(desc(campaigns.updatedAt), desc(campaigns.id))
    .limit(limit);
}

/** The campaigns that use this mailing, newest first. */
/** What a campaign was made of, by name. */
export async function findIngredients(db: Reader, campaignId: number) {
  const [row] = await db
    .select({ segment: { publicId: segments.publicId, name: segments.name }, mailing: { publicId: mailings.publicId, name: mailings.name } })
    .from(campaigns)
    .leftJoin(segments, eq(segments.id, campaigns.segmentId))
    .leftJoin(mailings, eq(mailings.id, campaigns.mailingId))
    .where(eq(campaigns.id, campaignId));
  return row ?? { segment: null, mailing: null };
}

export async function listCampaignsOfMailing(db: Reader, mailingId: number) {
  return db
    .select({ publicId: campaigns.publicId, name: campaigns.name, status: campaigns.status, launchedAt: campaigns.launchedAt })
    .from(campaigns)
    .where(eq(campaigns.mailingId, mailingId))
    .orderBy(desc(campaigns.id))
    .limit(20);
}

// ── commands: writing it ────────────────────────────────────────────────────────────────────────────────────────────

export async function createCampaign(
  tx: Tx,
  by: By,
  input: { name: string; goal?: string; segmentId?: number | null; mailingId?: number | null; topicId?: number | null; attributionDays?: number },
): Promise<{ ok: true; campaignId: number; publicId: string }> {
  const publicId = v7();
  const [made] = await tx
    .insert(campaigns)
    .values({
      publicId,
      name: input.name,
      goal: input.goal ?? "",
      status: "draft",
      segmentId: input.segmentId ?? null,
      mailingId: input.mailingId ?? null,
      topicId: input.topicId ?? null,
      attributionDays: input.attributionDays ?? 7,
      createdBy: by.actor.kind === "staff" ? by.actor.id : null,
      createdAt: by.now,
      updatedAt: by.now,
    })
    .returning({ id: campaigns.id });
  const campaignId = (made as { id: number }).id;
  await recordAudit(tx, by, "createCampaign", { type: "campaign", id: campaignId }, { name: input.name });
  await noteChange(tx, by, "campaigns");
  return { ok: true, campaignId, publicId };
}

type Refused = { ok: false; reason: "wrong_status" | "wrong_role" };

/** Saves what was chosen. An approved campaign is a draft again: it was approved as it stood. */
export async function saveCampaign(
  tx: Tx,
  by: By,
  input: { campaignId: number; version: number; name: string; goal: string; segmentId: number | null; mailingId: number | null; topicId: number | null },
): Promise<{ ok: true; version: number } | Refused | { ok: false; reason: "changed_meanwhile"; current: Campaign }> {
  const current = await getCampaign(tx, input.campaignId);
  const may = allowed(by, "edit", current.status);
  if (!may.ok) return may;
  const { campaignId, version, ...values } = input;
  const saved = await tx
    .update(campaigns)
    .set({ ...values, status: "draft", version: version + 1, updatedAt: by.now, launchRefusal: null })
    .where(and(eq(campaigns.id, campaignId), eq(campaigns.version, version), inArray(campaigns.status, statusesThatMay("edit"))))
    .returning({ version: campaigns.version });
  if (saved.length === 0) return { ok: false, reason: "changed_meanwhile", current: await getCampaign(tx, campaignId) };
  await recordAudit(tx, by, "saveCampaign", { type: "campaign", id: campaignId }, { ...values, version: version + 1 });
  await noteChange(tx, by, `campaign:${campaignId}`, "campaigns");
  return { ok: true, version: version + 1 };
}

/** Lets a warning of the checks pass, for a reason; an empty reason takes that back. */
export async function waiveCheck(tx: Tx, by: By, input: { campaignId: number; checkId: string; why: string }): Promise<{ ok: true } | Refused> {
  const current = await getCampaign(tx, input.campaignId);
  const may = allowed(by, "edit", current.status);
  if (!may.ok) return may;
  const { [input.checkId]: _, ...others } = current.waivers ?? {};
  const why = input.why.trim().slice(0, 300);
  const waivers = why ? { ...others, [input.checkId]: why } : others;
  await tx.update(campaigns).set({ waivers, updatedAt: by.now }).where(eq(campaigns.id, input.campaignId));
  await recordAudit(tx, by, "waiveCheck", { type: "campaign", id: input.campaignId }, { check: input.checkId, why });
  await noteChange(tx, by, `campaign:${input.campaignId}`);
  return { ok: true };
}

// ── checks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

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
  return { registry, rules, topicId: campaign.topicId, written, defaultLocale: mailing?.defaultLocale ?? "en", now: campaign.launchedAt ?? now };
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

// ── commands: its course ────────────────────────────────────────────────────────────────────────────────────────────

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

  const won = await tx
    .update(campaigns)
    .set({
      status: "planning",
      frozenRules: (await getSegment(tx, current.segmentId)).rules,
      launchedAt: by.now,
      launchedBy: by.actor.kind === "staff" ? actorId(by.actor) : null,
      planCursor: 0,
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
  app: { db: { read: Reader; write<T>(work: (tx: Tx) => Promise<T>): Promise<T> }; fields: readonly SegmentField[] },
  by: By,
  campaignId: number,
): Promise<{ ok: true } | { ok: false; reason: LaunchRefusal } | { ok: false; reason: "checks"; checks: Check[] }> {
  const preparation = await prepareLaunch(app.db.read, app.fields, campaignId, by.now);
  if (preparation.mailing && preparation.plan && mayDo("launch", preparation.campaign.status, roleOf(by)).ok) {
    const isPerson = by.actor.kind === "staff";
    const checks = checksOf(preparation, isPerson ? await forecastAudience(app.db.read, preparation.plan) : null);
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

export type CourseResult = { ok: true } | { ok: false; reason: "wrong_status" | "wrong_role" | "in_the_past" | "incomplete" };

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
  if (turned.ok) await setStream(tx, by, campaignId, "paused");
  return turned;
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
  if (turned.ok && status !== "scheduled") await setStream(tx, by, campaignId, "cancelled");
  return turned;
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

function roleOf({ actor }: By) {
  return actor.kind === "staff" ? actor.role : "system";
}

function allowed(by: By, verb: CampaignVerb, status: CampaignStatus) {
  return mayDo(verb, status, roleOf(by));
}

/** Puts public ids of the form into the ids of the rows; what does not exist is not chosen. */
export async function resolveChoices(db: Reader, input: { segment: string; mailing: string }): Promise<{ segmentId: number | null; mailingId: number | null }> {
  const segment = input.segment ? await findSegment(db, input.segment) : null;
  const mailing = input.mailing ? await findMailing(db, input.mailing) : null;
  return { segmentId: segment?.id ?? null, mailingId: mailing?.id ?? null };
}

/** The language → revision table of a launched campaign. */
export async function listCampaignRevisions(db: Reader, campaignId: number): Promise<{ locale: string; revisionId: number }[]> {
  return db
    .select({ locale: campaignRevisions.locale, revisionId: campaignRevisions.revisionId })
    .from(campaignRevisions)
    .where(eq(campaignRevisions.campaignId, campaignId))
    .orderBy(sql`${campaignRevisions.locale}`);
}
