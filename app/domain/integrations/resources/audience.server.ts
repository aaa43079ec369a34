/** Consents, segments, campaigns, deliveries and cases, as the API shows them. */
import { and, asc, eq, inArray } from "drizzle-orm";

import type { Reader } from "../../../db/types";
import { campaigns } from "../../campaigns/schema";
import { cases, interactions } from "../../cases/schema";
import { consents, topics, topicTranslations } from "../../customers/schema";
import { deliveries } from "../../deliveries/schema";
import { mailings } from "../../mailings/schema";
import { orders } from "../../orders/schema";
import { segments } from "../../segments/schema";
import type { CampaignShape, CaseShape, ConsentShape, DeliveryShape, SegmentShape, TopicShape } from "./audience";
import { type Condition, inOrder, type Source } from "./listing.server";
import { publicIdsOf } from "./parties.server";
import { time, timeOrNull } from "./shape";

export const CONSENTS: Source = { table: "consents", subject: "consent", createdAt: "at" };
export const TOPICS: Source = { table: "topics", subject: "topic" };
export const SEGMENTS: Source = { table: "segments", subject: "segment", createdAt: "created_at" };
export const MAILINGS: Source = { table: "mailings", subject: "mailing", where: "mailings.archived_at IS NULL" };
export const CAMPAIGNS: Source = { table: "campaigns", subject: "campaign", createdAt: "created_at" };
export const DELIVERIES: Source = { table: "deliveries", subject: "delivery", createdAt: "created_at", changedBy: mailsChangedSince };
export const CASES: Source = { table: "cases", subject: "case", createdAt: "received_at" };

type Ids = readonly number[];

/** Whatever happens to a mail happens within this. */
const MAIL_SETTLES = 60 * 86_400_000;

/** A mail has no row of the journal. Of those old enough to be settled none is looked at: ids grow as time does. */
async function mailsChangedSince(db: Reader, since: number): Promise<Condition> {
  let [low, high] = [0, Number((await db.raw<{ id: number | null }>("SELECT max(id) AS id FROM deliveries"))[0]?.id ?? 0)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await db.raw<{ id: number; at: number }>("SELECT id, created_at AS at FROM deliveries WHERE id > ? ORDER BY id LIMIT 1", [middle]);
    if (row && Number(row.at) < since - MAIL_SETTLES) low = Number(row.id);
    else high = middle;
  }
  const moments = ["created_at", "handed_at", "accepted_at", "delivered_at", "bounced_at", "finished_at"];
  return { sql: `deliveries.id > ? AND (${moments.map((moment) => `deliveries.${moment} >= ?`).join(" OR ")})`, params: [low, ...moments.map(() => since)] };
}

export async function readConsents(db: Reader, ids: Ids): Promise<ConsentShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(consents).where(inArray(consents.id, [...ids]));
  const keys = new Map((await db.select({ id: topics.id, key: topics.key }).from(topics)).map(({ id, key }) => [id, key]));
  const parties = await publicIdsOf(db, rows.map((row) => row.partyId));
  return inOrder(ids, rows).map((row) => ({
    party_id: parties.get(row.partyId) as string,
    topic: keys.get(row.topicId) as string,
    channel: row.channel,
    state: row.state,
    legal_basis: row.legalBasis,
    wording_version: row.wordingVersion,
    wording: row.wording,
    source: row.source,
    at: time(row.at),
  }));
}

export async function readTopics(db: Reader, ids: Ids): Promise<TopicShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(topics).where(inArray(topics.id, [...ids]));
  const said = await db.select().from(topicTranslations).where(inArray(topicTranslations.topicId, [...ids]));
  const wordsOf = (id: number) => Object.fromEntries(said.filter(({ topicId }) => topicId === id).map(({ locale, name, description }) => [locale, { name, description }]));
  return inOrder(ids, rows).map(({ id, key, archivedAt }) => ({ key, is_archived: archivedAt !== null, words: wordsOf(id) }));
}

export async function readSegments(db: Reader, ids: Ids): Promise<SegmentShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(segments).where(inArray(segments.id, [...ids]));
  return inOrder(ids, rows).map((row) => ({
    id: row.publicId,
    name: row.name,
    rules: row.rules,
    is_fixed: row.isFixed,
    version: row.version,
    is_archived: row.archivedAt !== null,
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
  }));
}

export async function readCampaigns(db: Reader, ids: Ids): Promise<CampaignShape[]> {
  if (!ids.length) return [];
  const rows = await db
    .select({ id: campaigns.id, campaign: campaigns, segment: segments.publicId, mailing: mailings.publicId, topic: topics.key })
    .from(campaigns)
    .leftJoin(segments, eq(segments.id, campaigns.segmentId))
    .leftJoin(mailings, eq(mailings.id, campaigns.mailingId))
    .leftJoin(topics, eq(topics.id, campaigns.topicId))
    .where(inArray(campaigns.id, [...ids]));
  return inOrder(ids, rows).map(({ campaign: row, segment, mailing, topic }) => ({
    id: row.publicId,
    name: row.name,
    goal: row.goal,
    status: row.status,
    segment_id: segment,
    mailing_id: mailing,
    topic,
    matched: row.matchedCount,
    scheduled_at: timeOrNull(row.scheduledAt),
    launched_at: timeOrNull(row.launchedAt),
    finished_at: timeOrNull(row.finishedAt),
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
  }));
}

export async function readDeliveries(db: Reader, ids: Ids): Promise<DeliveryShape[]> {
  if (!ids.length) return [];
  const rows = await db
    .select({ id: deliveries.id, delivery: deliveries, campaign: campaigns.publicId })
    .from(deliveries)
    .leftJoin(campaigns, eq(campaigns.id, deliveries.campaignId))
    .where(inArray(deliveries.id, [...ids]));
  const parties = await publicIdsOf(db, rows.flatMap((row) => row.delivery.partyId ?? []));
  return inOrder(ids, rows).map(({ delivery: row, campaign }) => ({
    id: row.publicId,
    class: row.class,
    party_id: parties.get(row.partyId ?? 0) ?? null,
    campaign_id: campaign,
    subject: row.subject,
    locale: row.locale,
    state: row.state,
    reason: row.reason,
    code: row.code,
    bounce: row.bounce,
    created_at: time(row.createdAt),
    accepted_at: timeOrNull(row.acceptedAt),
    delivered_at: timeOrNull(row.deliveredAt),
    bounced_at: timeOrNull(row.bouncedAt),
  }));
}

/** With what was said between customer and staff; never what staff note among themselves. */
export async function readCases(db: Reader, ids: Ids): Promise<CaseShape[]> {
  if (!ids.length) return [];
  const rows = await db
    .select({ id: cases.id, one: cases, order: orders.publicId })
    .from(cases)
    .leftJoin(orders, eq(orders.id, cases.orderId))
    .where(inArray(cases.id, [...ids]));
  const said = await db
    .select({ caseId: interactions.caseId, direction: interactions.direction, channel: interactions.channel, body: interactions.body, at: interactions.at })
    .from(interactions)
    .where(and(inArray(interactions.caseId, [...ids]), eq(interactions.visibility, "public")))
    .orderBy(asc(interactions.at), asc(interactions.id));
  const parties = await publicIdsOf(db, rows.map((row) => row.one.partyId));
  return inOrder(ids, rows).map(({ one: row, order }) => ({
    id: row.publicId,
    number: row.number,
    type: row.type,
    status: row.status,
    party_id: parties.get(row.partyId) as string,
    order_id: order,
    subject: row.subject,
    decision: row.decision,
    received_at: time(row.receivedAt),
    due_at: timeOrNull(row.statutoryDueAt),
    answered_at: timeOrNull(row.answeredAt),
    closed_at: timeOrNull(row.closedAt),
    messages: said.filter(({ caseId }) => caseId === row.id).map(({ direction, channel, body, at }) => ({ direction, channel, body, at: time(at) })),
  }));
}
