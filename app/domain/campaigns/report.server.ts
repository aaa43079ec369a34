/**
 * The figures of a campaign. Each has one definition, as a condition on its deliveries: the number on every screen, the
 * people behind it and the export come from the same condition.
 */
import { and, desc, eq, inArray, lt, sql, type SQL } from "drizzle-orm";

import { countAll, jsonText } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { events, parties } from "../customers/schema";
import { countByState, type StateCounts } from "../deliveries/deliveries.server";
import { WITHHELD_REASONS, type WithheldReason } from "../deliveries/delivery";
import { deliveries } from "../deliveries/schema";
import { orders } from "../orders/schema";

const WAITING = ["planned", "queued", "leased", "handing"] as const;

/** What a figure counts. `withheld:<reason>` is one step of the waterfall. */
export const FIGURES = [
  "all", "waiting", "sent", "delivered", "opened", "opened_by_robots", "opened_unknown", "clicked", "bounced", "unsubscribed",
  "complained", "ordered", "failed", "unknown", "withheld",
] as const;
export type Figure = (typeof FIGURES)[number] | `withheld:${WithheldReason}`;

export function isFigure(text: string): text is Figure {
  return (FIGURES as readonly string[]).includes(text) || WITHHELD_REASONS.some((reason) => text === `withheld:${reason}`);
}

function has(kind: string): SQL {
  return sql`exists (select 1 from events e where e.delivery_id = ${deliveries.id} and e.kind = ${kind})`;
}

function hit(judgement: string): SQL {
  return sql`exists (select 1 from tracking_hits h where h.delivery_id = ${deliveries.id} and h.judgement = ${judgement} and h.judged_at is not null)`;
}

/** The one definition of each figure. */
function condition(figure: Figure): SQL | undefined {
  switch (figure) {
    case "all":
      return undefined;
    case "waiting":
      return inArray(deliveries.state, [...WAITING]);
    case "sent":
      return eq(deliveries.state, "accepted");
    case "delivered":
      return sql`${deliveries.deliveredAt} is not null`;
    case "opened":
      return has("mail_opened");
    case "opened_by_robots":
      return sql`${hit("robot")} and not ${has("mail_opened")}`;
    case "opened_unknown":
      return sql`${hit("unknown")} and not ${hit("robot")} and not ${has("mail_opened")}`;
    case "clicked":
      return has("mail_clicked");
    case "bounced":
      return sql`${deliveries.bounce} is not null`;
    case "unsubscribed":
      return has("mail_unsubscribed");
    case "complained":
      return has("mail_reported_spam");
    case "ordered":
      return sql`exists (select 1 from orders o where o.attributed_delivery_id = ${deliveries.id} and o.status <> 'cancelled')`;
    case "failed":
      return eq(deliveries.state, "failed");
    case "unknown":
      return inArray(deliveries.state, ["unknown", "unconfirmed"]);
    case "withheld":
      return eq(deliveries.state, "withheld");
    default:
      return and(eq(deliveries.state, "withheld"), eq(deliveries.reason, figure.slice("withheld:".length)));
  }
}

export type Report = {
  counts: StateCounts;
  /** Null: the transport does not say what became of its mails. */
  delivered: number | null;
  figures: Record<Exclude<(typeof FIGURES)[number], "delivered">, number>;
  hardBounced: number;
  softBounced: number;
  orders: number;
  revenue: { currency: string; minor: number }[];
};

/** `all` = waiting + sent + failed + unknown + withheld, and withheld is the sum of its reasons. */
export async function reportOf(db: Reader, campaignId: number): Promise<Report> {
  const counts = await countByState(db, campaignId);
  const one = (figure: Figure) => sql<number>`count(case when ${condition(figure) ?? sql`true`} then 1 end)`.mapWith(Number);
  const [row] = await db
    .select({
      opened: one("opened"),
      opened_by_robots: one("opened_by_robots"),
      opened_unknown: one("opened_unknown"),
      clicked: one("clicked"),
      bounced: one("bounced"),
      unsubscribed: one("unsubscribed"),
      complained: one("complained"),
      ordered: one("ordered"),
    })
    .from(deliveries)
    .where(eq(deliveries.campaignId, campaignId));
  const sums = await db
    .select({ currency: orders.currency, minor: sql<number>`sum(${orders.totalMinor})`.mapWith(Number), count: countAll })
    .from(orders)
    .where(and(eq(orders.attributedCampaignId, campaignId), sql`${orders.status} <> 'cancelled'`))
    .groupBy(orders.currency)
    .orderBy(orders.currency);
  const waiting = WAITING.reduce((sum, state) => sum + counts[state], 0);
  return {
    counts,
    delivered: counts.reportsDelivery ? counts.delivered : null,
    figures: {
      ...(row as NonNullable<typeof row>),
      all: counts.total,
      waiting,
      sent: counts.accepted,
      failed: counts.failed,
      unknown: counts.unknown + counts.unconfirmed,
      withheld: counts.withheld,
    },
    hardBounced: counts.hardBounced,
    softBounced: counts.softBounced,
    orders: sums.reduce((sum, one) => sum + one.count, 0),
    revenue: sums.map(({ currency, minor }) => ({ currency, minor })),
  };
}

export type ListFigures = { total: number; sent: number; opened: number; clicked: number; ordered: number; waiting: number };

/** The figures of a list of campaigns, in one read. */
export async function listFigures(db: Reader, campaignIds: number[]): Promise<Map<number, ListFigures>> {
  if (campaignIds.length === 0) return new Map();
  const one = (figure: Figure) => sql<number>`count(case when ${condition(figure)} then 1 end)`.mapWith(Number);
  const rows = await db
    .select({ campaignId: deliveries.campaignId, total: countAll, sent: one("sent"), opened: one("opened"), clicked: one("clicked"), ordered: one("ordered"), waiting: one("waiting") })
    .from(deliveries)
    .where(inArray(deliveries.campaignId, campaignIds))
    .groupBy(deliveries.campaignId);
  return new Map(rows.map(({ campaignId, ...figures }) => [campaignId as number, figures]));
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
    .where(and(eq(deliveries.campaignId, campaignId), condition(figure), page.before ? lt(deliveries.id, page.before) : undefined))
    .orderBy(desc(deliveries.id))
    .limit(page.limit);
  const firsts = await firstResponses(db, rows.map((row) => row.id));
  return rows.map((row) => ({ ...row, openedAt: firsts.get(`${row.id} mail_opened`) ?? null, clickedAt: firsts.get(`${row.id} mail_clicked`) ?? null }));
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

/** How fast the mails leave: those taken in the last minute. @returns mails a second, null when none was */
export async function rateOf(db: Reader, campaignId: number, now: number): Promise<number | null> {
  const [row] = await db
    .select({ count: countAll, first: sql<number | null>`min(${deliveries.acceptedAt})`.mapWith((at) => (at === null ? null : Number(at))) })
    .from(deliveries)
    .where(and(eq(deliveries.campaignId, campaignId), sql`${deliveries.acceptedAt} > ${now - 60_000}`));
  if (!row?.count || row.first === null) return null;
  return row.count / Math.max(1, (now - row.first) / 1000);
}
