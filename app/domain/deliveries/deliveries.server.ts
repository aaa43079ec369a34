/** The outbox: every mail that is to leave. Commands put mails in; sending.server.ts takes them out. */
import { and, desc, eq, inArray, lt, ne, sql } from "drizzle-orm";
import { v7 } from "uuid";

import { countAll, likeLiteral, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit, type Subject } from "../journal/journal.server";
import { WITHHELD_OR_IN_DOUBT, type DeliveryState, type MailClass } from "./delivery";
import { hashAddress, messageIdFor } from "./identity.server";
import { deliveries, handovers, providerEvents, sendStreams } from "./schema";
import type { Attempt } from "./story";

// ── commands: into the outbox ───────────────────────────────────────────────────────────────────────────────────────

export type NoticeInput = {
  class: "transactional" | "security";
  to: { address: string; name?: string | null; partyId?: number | null };
  /** Which system mail this is: a kind that `words` of mail.server.ts knows. */
  template: string;
  locale: string;
  /** Raw values: numbers, instants, names, paths. They are put into words when the mail is made. */
  values: Record<string, unknown>;
  /** The same fact told twice makes one mail. */
  dedupeKey: string;
  subject?: Subject;
  notBefore?: number;
  expiresAt?: number;
};

/** Puts one system mail into the outbox. Told again with the same key, it names the mail that is already there. */
export async function queueNotice(tx: Tx, by: By, input: NoticeInput): Promise<{ deliveryId: number }> {
  const publicId = v7();
  const dedupeKey = `notice:${input.dedupeKey}`;
  const [added] = await tx
    .insert(deliveries)
    .values({
      publicId,
      dedupeKey,
      messageId: messageIdFor(publicId),
      class: input.class,
      partyId: input.to.partyId ?? null,
      address: input.to.address.trim(),
      addressHash: hashAddress(input.to.address),
      recipientName: input.to.name ?? null,
      locale: input.locale,
      notice: { template: input.template, locale: input.locale, values: input.values },
      subjectType: input.subject?.type ?? null,
      subjectId: input.subject?.id ?? null,
      state: "queued",
      notBefore: input.notBefore ?? by.now,
      expiresAt: input.expiresAt ?? null,
      createdAt: by.now,
    })
    .onConflictDoNothing({ target: deliveries.dedupeKey })
    .returning({ id: deliveries.id });
  if (added) return { deliveryId: added.id };
  const [there] = await tx.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.dedupeKey, dedupeKey));
  return { deliveryId: (there as { id: number }).id };
}

/** Sends one frozen revision to one address, to look at. The subject says that it is a test. */
export async function queueTestMail(
  tx: Tx,
  by: By,
  input: { to: { address: string; name?: string | null }; locale: string; revisionId: number; mergeValues: Record<string, unknown> },
): Promise<{ deliveryId: number; publicId: string }> {
  const publicId = v7();
  const [added] = await tx
    .insert(deliveries)
    .values({
      publicId,
      dedupeKey: `test:${publicId}`,
      messageId: messageIdFor(publicId),
      class: "transactional",
      address: input.to.address.trim(),
      addressHash: hashAddress(input.to.address),
      recipientName: input.to.name ?? null,
      locale: input.locale,
      revisionId: input.revisionId,
      mergeValues: input.mergeValues,
      state: "queued",
      notBefore: by.now,
      expiresAt: by.now + 3_600_000,
      createdAt: by.now,
    })
    .returning({ id: deliveries.id });
  await recordAudit(tx, by, "queueTestMail", { type: "delivery", id: added!.id }, { revisionId: input.revisionId });
  return { deliveryId: added!.id, publicId };
}

/** Opens, holds or ends the flow of one campaign's mails. Ending withholds what has not left yet. */
export async function setStream(
  tx: Tx,
  by: By,
  campaignId: number,
  state: "running" | "paused" | "cancelled" | "finished",
): Promise<void> {
  if (state !== "running") await lockStops(tx);
  await tx
    .insert(sendStreams)
    .values({ campaignId, state, updatedAt: by.now })
    .onConflictDoUpdate({ target: sendStreams.campaignId, set: { state, updatedAt: by.now } });
  if (state === "cancelled")
    await tx
      .update(deliveries)
      .set({ state: sql.raw(WITHHELD_OR_IN_DOUBT), reason: "cancelled", finishedAt: by.now })
      .where(and(eq(deliveries.campaignId, campaignId), inArray(deliveries.state, ["planned", "queued"])));
  await recordAudit(tx, by, "setStream", { type: "campaign", id: campaignId }, { state });
  await noteChange(tx, by, `campaign:${campaignId}`);
}

// ── reads ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type StateCounts = Record<DeliveryState, number> & {
  total: number;
  delivered: number;
  hardBounced: number;
  softBounced: number;
  withheldReasons: Record<string, number>;
  failedReasons: Record<string, number>;
  /** Whether the transport that took these mails tells what became of them. */
  reportsDelivery: boolean;
};

/** As people are told it: a leased mail whose handover has begun is `handing`. */
const isHanding = sql`exists (
  select 1 from handovers h where h.delivery_id = deliveries.id and h.attempt = deliveries.attempt and h.intent_at is not null)`;
const shownState = sql<DeliveryState>`case when deliveries.state = 'leased' and ${isHanding} then 'handing' else deliveries.state end`;

/**
 * What became of one campaign's mails. The states add up to `total`. Each of the parts is counted in an index alone: a
 * page that follows a send of a million asks every second.
 */
export async function countByState(db: Reader, campaignId: number): Promise<StateCounts> {
  const counts: StateCounts = {
    planned: 0, withheld: 0, queued: 0, leased: 0, handing: 0, accepted: 0, failed: 0, unknown: 0, unconfirmed: 0,
    total: 0, delivered: 0, hardBounced: 0, softBounced: 0, withheldReasons: {}, failedReasons: {}, reportsDelivery: false,
  };
  const ofCampaign = eq(deliveries.campaignId, campaignId);
  for (const { state, count } of await db.select({ state: deliveries.state, count: countAll }).from(deliveries).where(ofCampaign).groupBy(deliveries.state)) {
    counts[state] += count;
    counts.total += count;
  }
  if (counts.leased > 0) {
    // Mails go on between two looks: what was counted here adds up to the total all the same.
    counts.handing = Math.min(counts.leased, await countInFlight(db, campaignId));
    counts.leased -= counts.handing;
  }
  const reasons = db.select({ reason: deliveries.reason, count: countAll }).from(deliveries);
  for (const { reason, count } of await reasons.where(and(ofCampaign, sql`state = 'withheld'`)).groupBy(deliveries.reason))
    if (reason) counts.withheldReasons[reason] = count;
  const failures = db.select({ reason: deliveries.reason, count: countAll }).from(deliveries);
  if (counts.failed > 0)
    for (const { reason, count } of await failures.where(and(ofCampaign, eq(deliveries.state, "failed"))).groupBy(deliveries.reason))
      if (reason) counts.failedReasons[reason] = count;
  const bounces = db.select({ bounce: deliveries.bounce, count: countAll }).from(deliveries);
  for (const { bounce, count } of await bounces.where(and(ofCampaign, sql`bounce IS NOT NULL`)).groupBy(deliveries.bounce))
    counts[bounce === "hard" ? "hardBounced" : "softBounced"] = count;
  const [delivered] = await db.select({ count: countAll }).from(deliveries).where(and(ofCampaign, sql`delivered_at IS NOT NULL`));
  counts.delivered = delivered?.count ?? 0;
  counts.reportsDelivery = counts.delivered > 0 || (await lastProvider(db, campaignId)) === "sendgrid";
  return counts;
}

/** How many of a campaign's mails are with a server at this instant: they come to their end, whatever is decided now. */
export async function countInFlight(db: Reader, campaignId: number): Promise<number> {
  const [row] = await db.raw<{ n: number }>(
    `SELECT count(*) AS n FROM deliveries d JOIN handovers h ON h.delivery_id = d.id AND h.attempt = d.attempt AND h.intent_at IS NOT NULL
     WHERE d.campaign_id = ? AND d.state = 'leased'`,
    [campaignId],
  );
  return Number(row?.n ?? 0);
}

/** By which way the newest of a campaign's mails left. */
async function lastProvider(db: Reader, campaignId: number): Promise<string | null> {
  const [row] = await db
    .select({ provider: deliveries.provider })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaignId), eq(deliveries.state, "accepted")))
    .orderBy(desc(deliveries.id))
    .limit(1);
  return row?.provider ?? null;
}

export type OutboxFilter = {
  state?: DeliveryState;
  class?: MailClass;
  q?: string;
  campaignId?: number;
  beforeId?: number;
  /** Only administrators see mails that let somebody sign in. */
  withSecurity: boolean;
};

const PAGE = 50;

/** The newest mails, 50 a page; `older` is the `beforeId` of the page that follows. */
export async function listOutbox(db: Reader, filter: OutboxFilter) {
  return db
    .select({
      id: deliveries.id,
      publicId: deliveries.publicId,
      class: deliveries.class,
      address: deliveries.address,
      recipientName: deliveries.recipientName,
      locale: deliveries.locale,
      subject: deliveries.subject,
      template: deliveries.notice,
      campaignId: deliveries.campaignId,
      revisionId: deliveries.revisionId,
      state: shownState,
      reason: deliveries.reason,
      words: deliveries.words,
      createdAt: deliveries.createdAt,
      acceptedAt: deliveries.acceptedAt,
    })
    .from(deliveries)
    .where(
      and(
        filter.state ? and(eq(deliveries.state, filter.state === "handing" ? "leased" : filter.state), eq(shownState, filter.state)) : undefined,
        filter.class ? eq(deliveries.class, filter.class) : undefined,
        filter.withSecurity ? undefined : ne(deliveries.class, "security"),
        filter.campaignId ? eq(deliveries.campaignId, filter.campaignId) : undefined,
        filter.q ? sql`lower(${deliveries.address}) like ${`%${likeLiteral(filter.q.toLowerCase())}%`} escape '\\'` : undefined,
        filter.beforeId ? lt(deliveries.id, filter.beforeId) : undefined,
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(PAGE + 1)
    .then((rows) => ({
      rows: rows.slice(0, PAGE).map(({ template, ...row }) => ({ ...row, template: template?.template ?? null })),
      older: rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null,
    }));
}

export type DeliveryRow = typeof deliveries.$inferSelect;

export async function findDelivery(db: Reader, publicId: string): Promise<DeliveryRow | null> {
  const [row] = await db.select().from(deliveries).where(eq(deliveries.publicId, publicId));
  return row ?? null;
}

export async function findDeliveryById(db: Reader, id: number): Promise<DeliveryRow | null> {
  const [row] = await db.select().from(deliveries).where(eq(deliveries.id, id));
  return row ?? null;
}

/** Every mail that a customer was sent, newest first, 50 a page. Security mails (codes, resets) are not shown. */
export async function listMailsOf(db: Reader, partyId: number, beforeId?: number) {
  const rows = await db
    .select({
      id: deliveries.id, publicId: deliveries.publicId, class: deliveries.class, subject: deliveries.subject,
      address: deliveries.address, acceptedAt: deliveries.acceptedAt,
    })
    .from(deliveries)
    .where(and(sentTo(partyId), beforeId ? lt(deliveries.id, beforeId) : undefined))
    .orderBy(desc(deliveries.id))
    .limit(PAGE + 1);
  return { rows: rows.slice(0, PAGE), older: rows.length > PAGE ? (rows[PAGE - 1]?.id ?? null) : null };
}

/** One mail that this customer was sent; null when it is somebody else's. */
export async function findMailOf(db: Reader, partyId: number, publicId: string): Promise<DeliveryRow | null> {
  const [row] = await db.select().from(deliveries).where(and(sentTo(partyId), eq(deliveries.publicId, publicId)));
  return row ?? null;
}

function sentTo(partyId: number) {
  return and(
    eq(deliveries.partyId, partyId),
    inArray(deliveries.state, ["accepted", "unknown", "unconfirmed"]),
    inArray(deliveries.class, ["marketing", "transactional"]),
  );
}

/** Each attempt to hand one mail over, with how it ended. */
export async function listAttempts(db: Reader, deliveryId: number): Promise<Attempt[]> {
  return db
    .select({ attempt: handovers.attempt, intentAt: handovers.intentAt, endedAt: handovers.endedAt, outcome: handovers.outcome, code: handovers.code, words: handovers.words })
    .from(handovers)
    .where(eq(handovers.deliveryId, deliveryId))
    .orderBy(handovers.attempt);
}

export async function listProviderEvents(db: Reader, deliveryId: number) {
  return db
    .select({ id: providerEvents.eventId, type: providerEvents.type, at: providerEvents.at })
    .from(providerEvents)
    .where(eq(providerEvents.deliveryId, deliveryId))
    .orderBy(providerEvents.at, providerEvents.eventId)
    .limit(100);
}
