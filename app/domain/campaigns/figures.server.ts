/**
 * The figures of a campaign. Each has one definition, as a condition on its deliveries: the number on every screen, the
 * people behind it and the export come from the same condition.
 *
 * The conditions start from what is few (the opens, the clicks), never from every mail of the campaign: they are asked
 * of campaigns of a million mails while these leave.
 */
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";

import { countAll } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { countByState, type StateCounts } from "../deliveries/deliveries.server";
import { FAILED_REASONS, WITHHELD_REASONS, type DeliveryState, type FailedReason, type WithheldReason } from "../deliveries/delivery";
import { deliveries } from "../deliveries/schema";

/** What a figure counts. `withheld:<reason>` is one step of the waterfall, `failed:<reason>` one way to fail. */
export const FIGURES = [
  "all", "waiting", "sent", "delivered", "opened", "opened_by_robots", "opened_unknown", "clicked", "replied", "bounced", "unsubscribed",
  "complained", "ordered", "failed", "unknown", "withheld",
] as const;
export type Figure = (typeof FIGURES)[number] | `withheld:${WithheldReason}` | `failed:${FailedReason}`;

export function isFigure(text: string): text is Figure {
  return (FIGURES as readonly string[]).includes(text) || WITHHELD_REASONS.some((reason) => text === `withheld:${reason}`) || FAILED_REASONS.some((reason) => text === `failed:${reason}`);
}

/** Those that are nothing but states of the outbox. Every delivery is in exactly one of them. */
const STATES: Partial<Record<Figure, readonly DeliveryState[]>> = {
  waiting: ["planned", "queued", "leased", "handing"],
  sent: ["accepted"],
  failed: ["failed"],
  unknown: ["unknown", "unconfirmed"],
  withheld: ["withheld"],
};
const EVERY_STATE = Object.values(STATES).flat();

/** The states that make up a figure; null where more than the state decides. */
export function statesOf(figure: Figure): readonly DeliveryState[] | null {
  return figure === "all" ? EVERY_STATE : (STATES[figure] ?? null);
}

/** A campaign, and between which ids its handed over mails lie: hits do not know their campaign. */
export type FigureScope = { campaignId: number; first: number; last: number };

export async function scopeOf(db: Reader, campaignId: number): Promise<FigureScope> {
  const edge = (end: "min" | "max", state: string) => `SELECT ${end}(id) AS id FROM deliveries WHERE campaign_id = ${Math.trunc(campaignId)} AND state = '${state}'`;
  const over = (end: "min" | "max") => `(SELECT ${end}(id) FROM (${["accepted", "unknown", "unconfirmed", "failed"].map((state) => edge(end, state)).join(" UNION ALL ")}) ends)`;
  const [row] = await db.raw<{ first: number | null; last: number | null }>(`SELECT ${over("min")} AS first, ${over("max")} AS last`);
  return { campaignId, first: row?.first ?? 0, last: row?.last ?? -1 };
}

/** The one definition of each figure. */
export function condition(figure: Figure, scope: FigureScope): SQL | undefined {
  const { campaignId, first, last } = scope;
  const its = eq(deliveries.campaignId, campaignId);
  const told = (kind: string) => sql`${deliveries.id} in (select e.delivery_id from events e where e.campaign_id = ${campaignId} and e.kind = ${kind} and e.delivery_id is not null)`;
  const hit = (judgement: string) =>
    sql`${deliveries.id} in (select h.delivery_id from tracking_hits h where h.delivery_id between ${first} and ${last} and h.judgement = ${judgement} and h.judged_at is not null)`;
  switch (figure) {
    case "all":
      return its;
    case "delivered":
      return and(its, sql`delivered_at IS NOT NULL`);
    case "bounced":
      return and(its, sql`bounce IS NOT NULL`);
    case "opened":
      return and(its, told("mail_opened"));
    case "opened_by_robots":
      return and(its, hit("robot"), sql`not ${told("mail_opened")}`);
    case "opened_unknown":
      return and(its, hit("unknown"), sql`not ${hit("robot")}`, sql`not ${told("mail_opened")}`);
    case "clicked":
      return and(its, told("mail_clicked"));
    case "replied":
      return and(its, told("mail_replied"));
    case "unsubscribed":
      return and(its, told("mail_unsubscribed"));
    case "complained":
      return and(its, told("mail_reported_spam"));
    case "ordered":
      return and(its, sql`${deliveries.id} in (select o.attributed_delivery_id from orders o where o.attributed_campaign_id = ${campaignId} and o.status <> 'cancelled' and o.attributed_delivery_id is not null)`);
    case "waiting":
    case "sent":
    case "failed":
    case "unknown":
    case "withheld":
      return and(its, inArray(deliveries.state, [...(STATES[figure] as readonly DeliveryState[])]));
    default: {
      const [state, reason] = figure.split(":") as ["withheld" | "failed", string];
      return and(its, state === "withheld" ? sql`state = 'withheld'` : eq(deliveries.state, "failed"), eq(deliveries.reason, reason));
    }
  }
}

/** What people did: counted from what they did. */
const RESPONSES = ["opened", "opened_by_robots", "opened_unknown", "clicked", "replied", "unsubscribed", "complained", "ordered"] as const;
export type ResponseFigures = Record<(typeof RESPONSES)[number], number>;

export async function countResponses<Asked extends (typeof RESPONSES)[number] = (typeof RESPONSES)[number]>(
  db: Reader,
  campaignId: number,
  asked: readonly Asked[] = RESPONSES as unknown as readonly Asked[],
): Promise<Record<Asked, number>> {
  const scope = await scopeOf(db, campaignId);
  const counted: Partial<Record<Asked, number>> = {};
  for (const figure of asked) {
    const [row] = await db.select({ count: countAll }).from(deliveries).where(condition(figure, scope));
    counted[figure] = row?.count ?? 0;
  }
  return counted as Record<Asked, number>;
}

/** The states as figures: `all` is the sum of the others. */
export function figuresOfStates(counts: StateCounts) {
  const sum = (figure: Figure) => (statesOf(figure) ?? []).reduce((total, state) => total + counts[state], 0);
  return { all: counts.total, waiting: sum("waiting"), sent: sum("sent"), failed: sum("failed"), unknown: sum("unknown"), withheld: sum("withheld"), bounced: counts.hardBounced + counts.softBounced };
}

export type ListFigures = { total: number; sent: number; opened: number; clicked: number; ordered: number; waiting: number };

/** The figures of a list of campaigns; one without mails is not in it. */
export async function listFigures(db: Reader, campaignIds: readonly number[]): Promise<Map<number, ListFigures>> {
  const found = new Map<number, ListFigures>();
  for (const campaignId of campaignIds) {
    const { all, sent, waiting } = figuresOfStates(await countByState(db, campaignId));
    if (all === 0) continue;
    found.set(campaignId, { total: all, sent, waiting, ...(await countResponses(db, campaignId, ["opened", "clicked", "ordered"])) });
  }
  return found;
}
