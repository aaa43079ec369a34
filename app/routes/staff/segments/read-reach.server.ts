import type { AppLoadContext } from "@remix-run/node";

import { type AudiencePlan, REACHING } from "~/domain/campaigns/audience.server";
import { forecastAudience } from "~/domain/campaigns/forecast.server";
import { WATERFALL, type WaterfallReason } from "~/domain/campaigns/campaign";
import type { Channel } from "~/domain/customers/consents.server";
import { listTopics } from "~/domain/customers/topics.server";
import { SegmentRulesError } from "~/domain/segments/compile";
import type { RuleGroup } from "~/domain/segments/rule";
import { requireStaff } from "~/http/require";
import { inTurn, Replaced, wholeReader } from "./counting.server";

type Waterfall = { matched: number; willSend: number; withheld: { reason: WaterfallReason; count: number }[] };

/** `found` null: nothing was asked, or the rules no longer work. */
export type Reach = { topics: { key: string; name: string }[]; channels: readonly Channel[]; topic: string; channel: Channel; found: Waterfall | null };

type Wanted = { topics: Reach["topics"]; topic: string; channel: Channel; plan: AudiencePlan | null };

/** `?topic=` and `?channel=`: what mail from this segment would be about, and by which way. */
export async function readWanted({ app, locale }: AppLoadContext, rules: RuleGroup, params: URLSearchParams): Promise<Wanted> {
  const topics = await listTopics(app.db.read, locale);
  const topic = topics.find(({ key }) => key === params.get("topic"));
  const channel = REACHING.find((one) => one === params.get("channel")) ?? "email";
  const plan = topic ? { registry: app.fields, rules, topicId: topic.id, channel, written: [], defaultLocale: "en" as const, now: app.clock(), until: null } : null;
  return { topics: topics.map(({ key, name }) => ({ key, name })), topic: topic?.key ?? "", channel, plan };
}

/**
 * The campaign's own forecast: what it would say of this segment, topic and channel now. Given up when the request ends, or
 * when the same member of staff asks it anew.
 */
export async function readReach(context: AppLoadContext, { publicId, rules }: { publicId: string; rules: RuleGroup }, request: Request): Promise<Reach> {
  const { plan, ...wanted } = await readWanted(context, rules, new URL(request.url).searchParams);
  return { ...wanted, channels: REACHING, found: plan && (await inTurn(`reach ${requireStaff(context).id} ${publicId}`, request.signal, (signal) => reckon(context, plan, signal))) };
}

async function reckon({ app }: AppLoadContext, plan: AudiencePlan, signal: AbortSignal): Promise<Waterfall | null> {
  try {
    const { matched, willSend, withheld } = await forecastAudience(await wholeReader(app, signal), plan);
    return { matched, willSend, withheld: WATERFALL.flatMap((reason) => (withheld[reason] ? [{ reason, count: withheld[reason] }] : [])) };
  } catch (error) {
    if (error instanceof SegmentRulesError || error instanceof Replaced) return null;
    throw error;
  }
}
