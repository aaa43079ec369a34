/** What came of a campaign: the report and the people behind each of its figures (figures.server.ts defines them). */
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";

import { countAll, jsonText } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { events, parties } from "../customers/schema";
import { countByState, type StateCounts } from "../deliveries/deliveries.server";
import { deliveries } from "../deliveries/schema";
import { orders } from "../orders/schema";
import { condition, countResponses, figuresOfStates, scopeOf, statesOf, type Figure, type ResponseFigures } from "./figures.server";

export type Report = {
  counts: StateCounts;
  /** Null: the transport does not say what became of its mails. */
  delivered: number | null;
  figures: ReturnType<typeof figuresOfStates> & ResponseFigures;
  orders: number;
  revenue: { currency: string; minor: number }[];
};

/** `all` = waiting + sent + failed + unknown + withheld, and withheld is the sum of its reasons. */
export async function reportOf(db: Reader, campaignId: number): Promise<Report> {
  const counts = await countByState(db, campaignId);
  const sums = await db
    .select({ currency: orders.currency, minor: sql<number>`sum(${orders.totalMinor})`.mapWith(Number), count: countAll })
    .from(orders)
    .where(and(eq(orders.attributedCampaignId, campaignId), sql`${orders.status} <> 'cancelled'`))
    .groupBy(orders.currency)
    .orderBy(orders.currency);
  return {
    counts,
    delivered: counts.reportsDelivery ? counts.delivered : null,
    figures: { ...figuresOfStates(counts), ...(await countResponses(db, campaignId)) },
    orders: sums.reduce((sum, one) => sum + one.count, 0),
    revenue: sums.map(({ currency, minor }) => ({ currency, minor })),
  };
}

export type Recipient = {
  id: number;
  publicId: string;
  partyPublicId: string | null;
  name: string | null;
  address: string;
  locale: string;
  state: (typeof deliveries.$inferSelect)["state"];
  reason: string | null;
  code: number | null;
  words: string | null;
  acceptedAt: number | null;
  openedAt: number | null;
  clickedAt: number | null;
};

/** The people behind a figure, newest row first; `before` is the id of the last row of the page shown. */
export async function listRecipients(
  db: Reader,
  campaignId: number,
  figure: Figure,
  page: { before?: number | undefined; limit: number },
): Promise<Recipient[]> {
  const ids = await pageOf(db, campaignId, figure, page);
  if (ids.length === 0) return [];
  const rows = await db
    .select({
      id: deliveries.id,
      publicId: deliveries.publicId,
      partyPublicId: parties.publicId,
      name: deliveries.recipientName,
      address: deliveries.address,
      locale: deliveries.locale,
      state: deliveries.state,
      reason: deliveries.reason,
      code: deliveries.code,
      words: deliveries.words,
      acceptedAt: deliveries.acceptedAt,
    })
    .from(deliveries)
    .leftJoin(parties, eq(parties.id, deliveries.partyId))
    .where(inArray(deliveries.id, ids))
    .orderBy(desc(deliveries.id));
  const firsts = await firstResponses(db, ids);
  return rows.map((row) => ({ ...row, openedAt: firsts.get(`${row.id} mail_opened`) ?? null, clickedAt: firsts.get(`${row.id} mail_clicked`) ?? null }));
}

/** The ids of one page. Of a figure made of states, the newest of each state are merged: nothing is sorted. */
async function pageOf(db: Reader, campaignId: number, figure: Figure, { before, limit }: { before?: number | undefined; limit: number }): Promise<number[]> {
  const states = statesOf(figure);
  if (!states) {
    const rows = await db
      .select({ id: deliveries.id })
      .from(deliveries)
      .where(and(condition(figure, await scopeOf(db, campaignId)), before ? lt(deliveries.id, before) : undefined))
      .orderBy(desc(deliveries.id))
      .limit(limit);
    return rows.map((row) => row.id);
  }
  const newest = "SELECT id FROM (SELECT id FROM deliveries WHERE campaign_id = ? AND state = ? AND id < ? ORDER BY id DESC LIMIT ?) newest";
  const rows = await db.raw<{ id: number }>(
    `${states.map(() => newest).join(" UNION ALL ")} ORDER BY id DESC LIMIT ?`,
    [...states.flatMap((state) => [campaignId, state, before ?? Number.MAX_SAFE_INTEGER, limit]), limit],
  );
  return rows.map((row) => Number(row.id));
}

/** When each mail was first opened and clicked, by "id kind". Of the rows shown only: beside each row of the whole campaign it takes seconds. */
async function firstResponses(db: Reader, deliveryIds: number[]): Promise<Map<string, number>> {
  if (deliveryIds.length === 0) return new Map();
  const rows = await db
    .select({ deliveryId: events.deliveryId, kind: events.kind, at: sql<number>`min(${events.at})`.mapWith(Number) })
    .from(events)
    .where(and(inArray(events.deliveryId, deliveryIds), inArray(events.kind, ["mail_opened", "mail_clicked"])))
    .groupBy(events.deliveryId, events.kind);
  return new Map(rows.map(({ deliveryId, kind, at }) => [`${deliveryId} ${kind}`, at]));
}

/** How often each link was followed by people: mails, not clicks. */
export async function listLinkClicks(db: Reader, campaignId: number): Promise<{ url: string; label: string; mails: number }[]> {
  const url = jsonText(db, events.data, "url");
  const label = jsonText(db, events.data, "label");
  const mails = sql<number>`count(distinct ${events.deliveryId})`.mapWith(Number);
  const rows = await db
    .select({ url, label, mails })
    .from(events)
    .where(and(eq(events.campaignId, campaignId), eq(events.kind, "mail_clicked")))
    .groupBy(url, label)
    .orderBy(desc(mails))
    .limit(30);
  return rows.map((row) => ({ url: row.url ?? "", label: row.label ?? "", mails: row.mails }));
}

const HOUR = 3_600_000;

export type Response = { at: number; opened: number; clicked: number };

/** First opens and clicks by the hour after the launch, by the day where it goes on for long. Empty stretches are there as zeros. */
export async function listResponses(db: Reader, campaignId: number, launchedAt: number, now: number): Promise<{ stepMs: number; steps: Response[] }> {
  const [range] = await db
    .select({ last: sql<number | null>`max(${events.at})`.mapWith((at) => (at === null ? null : Number(at))) })
    .from(events)
    .where(and(eq(events.campaignId, campaignId), inArray(events.kind, ["mail_opened", "mail_clicked"])));
  if (!range?.last) return { stepMs: HOUR, steps: [] };
  const until = Math.min(range.last, now, launchedAt + 60 * 24 * HOUR);
  const stepMs = until - launchedAt > 72 * HOUR ? 24 * HOUR : HOUR;
  const rows = await db.raw<{ kind: string; step: number | string; n: number | string }>(
    `SELECT kind, step, cast(count(*) AS bigint) AS n FROM (
       SELECT e.kind AS kind, cast((min(e.at) - ?) / ? AS bigint) AS step FROM events e
       WHERE e.campaign_id = ? AND e.kind IN ('mail_opened', 'mail_clicked') AND e.at >= ? AND e.at <= ?
       GROUP BY e.kind, e.delivery_id) first GROUP BY kind, step`,
    [launchedAt, stepMs, campaignId, launchedAt, until],
  );
  const steps: Response[] = Array.from({ length: Math.floor((until - launchedAt) / stepMs) + 1 }, (_, n) => ({
    at: launchedAt + n * stepMs,
    opened: 0,
    clicked: 0,
  }));
  for (const row of rows) {
    const step = steps[Number(row.step)];
    if (step) step[row.kind === "mail_opened" ? "opened" : "clicked"] = Number(row.n);
  }
  return { stepMs, steps };
}
