import type { Reader } from "~/db/types";
import { WATERFALL } from "~/domain/campaigns/campaign";
import { findIngredients, type Campaign } from "~/domain/campaigns/campaigns.server";
import { listLinkClicks, listResponses, rateOf, reportOf } from "~/domain/campaigns/report.server";

/** What the page of a launched campaign shows. */
export async function reportData(db: Reader, campaign: Campaign, now: number) {
  const launchedAt = campaign.launchedAt as number;
  const [report, responses, links, rate] = [
    await reportOf(db, campaign.id),
    await listResponses(db, campaign.id, launchedAt, now),
    await listLinkClicks(db, campaign.id),
    await rateOf(db, campaign.id, now),
  ];
  const { segment, mailing } = await findIngredients(db, campaign.id);
  const order: readonly string[] = WATERFALL;
  return {
    segment,
    mailing,
    figures: report.figures,
    delivered: report.delivered,
    hardBounced: report.counts.hardBounced,
    softBounced: report.counts.softBounced,
    orders: report.orders,
    revenue: report.revenue,
    attributionDays: campaign.attributionDays,
    matched: campaign.matchedCount ?? 0,
    withheld: Object.entries(report.counts.withheldReasons)
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => rank(order, a.reason) - rank(order, b.reason)),
    responses,
    links,
    rate,
  };
}

function rank(order: readonly string[], reason: string): number {
  const at = order.indexOf(reason);
  return at < 0 ? order.length : at;
}

export type ReportData = Awaited<ReturnType<typeof reportData>>;
