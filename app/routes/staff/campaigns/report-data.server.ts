import type { App } from "~/context.server";
import type { Database, Reader } from "~/db/types";
import { isUnderWay, WATERFALL } from "~/domain/campaigns/campaign";
import { findIngredients, type Campaign } from "~/domain/campaigns/campaigns.server";
import { figuresOfStates } from "~/domain/campaigns/figures.server";
import { listLinkClicks, listResponses, reportOf } from "~/domain/campaigns/report.server";
import { countAgain } from "~/domain/deliveries/again.server";
import { countByState } from "~/domain/deliveries/deliveries.server";

import { progressData } from "./progress-data.server";

/** What the page of a launched campaign shows. */
export async function reportData(app: App, campaign: Campaign) {
  const counts = await countByState(app.db.aside, campaign.id);
  const states = figuresOfStates(counts);
  const { responses, lookAgainIn } = await responsesOf(app.db, campaign, app.clock());
  const { segment, segmentVersion, mailing } = await findIngredients(app.db.read, campaign.id);
  const order: readonly string[] = WATERFALL;
  const isRunning = isUnderWay(campaign.status) || states.waiting > 0;
  return {
    segment,
    segmentVersion,
    mailing,
    figures: { ...responses.figures, ...states },
    delivered: counts.reportsDelivery ? counts.delivered : null,
    hardBounced: counts.hardBounced,
    softBounced: counts.softBounced,
    orders: responses.orders,
    revenue: responses.revenue,
    attributionDays: campaign.attributionDays,
    matched: campaign.matchedCount ?? 0,
    withheld: Object.entries(counts.withheldReasons)
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => rank(order, a.reason) - rank(order, b.reason)),
    responses: responses.steps,
    links: responses.links,
    again: await countAgain(app.db.aside, campaign.id, app.clock()),
    progress: isRunning ? await progressData(app, campaign, states.waiting) : null,
    /** In so many ms the page asks again by itself: figures that are counted rarely, and times that pass. */
    lookAgainIn: isRunning ? Math.min(lookAgainIn ?? LOOK_AGAIN, LOOK_AGAIN) : lookAgainIn,
  };
}

const LOOK_AGAIN = 5_000;

type Responses = Awaited<ReturnType<typeof readResponses>>;
type Kept = { responses: Responses; at: number; tookMs: number };
const kept = new WeakMap<Database, Map<number, Kept>>();

/**
 * What people did. While a campaign is on its way its page asks every second: what takes long to count is counted again
 * only when five times as long has passed, so that it never takes more than a fifth of one processor.
 */
async function responsesOf(db: Database, campaign: Campaign, now: number): Promise<{ responses: Responses; lookAgainIn: number | null }> {
  let ofDatabase = kept.get(db);
  if (!ofDatabase) kept.set(db, (ofDatabase = new Map()));
  const known = ofDatabase.get(campaign.id);
  const age = known ? performance.now() - known.at : Infinity;
  if (known && isUnderWay(campaign.status) && age < 5 * known.tookMs) return { responses: known.responses, lookAgainIn: Math.ceil(5 * known.tookMs - age) };
  const started = performance.now();
  const responses = await readResponses(db.aside, campaign, now);
  if (ofDatabase.size >= 100) ofDatabase.clear();
  ofDatabase.set(campaign.id, { responses, at: performance.now(), tookMs: performance.now() - started });
  return { responses, lookAgainIn: null };
}

async function readResponses(db: Reader, campaign: Campaign, now: number) {
  const { figures, orders, revenue } = await reportOf(db, campaign.id);
  return { figures, orders, revenue, steps: await listResponses(db, campaign.id, campaign.launchedAt as number, now), links: await listLinkClicks(db, campaign.id) };
}

function rank(order: readonly string[], reason: string): number {
  const at = order.indexOf(reason);
  return at < 0 ? order.length : at;
}

export type ReportData = Awaited<ReturnType<typeof reportData>>;
