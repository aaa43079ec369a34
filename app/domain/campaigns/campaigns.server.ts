/**
 * The door of campaigns: reading them, and writing a draft. Launching: launching.server.ts; what becomes of one then:
 * course.server.ts, planning.server.ts; its figures: report.server.ts.
 */
import { and, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { findMailing } from "../mailings/mailings.server";
import { mailings } from "../mailings/schema";
import { segments } from "../segments/schema";
import { findSegment } from "../segments/segments.server";
import { mayDo, statusesThatMay, type CampaignStatus, type CampaignVerb } from "./campaign";
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

/** What a campaign was made of, by name. */
export async function findIngredients(db: Reader, campaignId: number) {
  const [row] = await db
    .select({ segment: { publicId: segments.publicId, name: segments.name }, segmentVersion: campaigns.segmentVersion, mailing: { publicId: mailings.publicId, name: mailings.name } })
    .from(campaigns)
    .leftJoin(segments, eq(segments.id, campaigns.segmentId))
    .leftJoin(mailings, eq(mailings.id, campaigns.mailingId))
    .where(eq(campaigns.id, campaignId));
  return row ?? { segment: null, segmentVersion: null, mailing: null };
}

/** The campaigns that use this mailing, newest first. */
export async function listCampaignsOfMailing(db: Reader, mailingId: number) {
  return db
    .select({ publicId: campaigns.publicId, name: campaigns.name, status: campaigns.status, launchedAt: campaigns.launchedAt })
    .from(campaigns)
    .where(eq(campaigns.mailingId, mailingId))
    .orderBy(desc(campaigns.id))
    .limit(20);
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

export function roleOf({ actor }: By) {
  return actor.kind === "staff" ? actor.role : "system";
}

/** Whether the one who acts may do this to a campaign of that status. */
export function allowed(by: By, verb: CampaignVerb, status: CampaignStatus) {
  return mayDo(verb, status, roleOf(by));
}
