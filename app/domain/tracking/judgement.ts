/**
 * Person or robot: the judgement on one open or click. It looks at facts that are kept, so that it can be made again
 * when the rule gets better. Its result says which part of the rule decided.
 */
import { isbot } from "isbot";

export type Judgement = "person" | "robot" | "unknown";

export type HitFacts = { kind: "open" | "click"; linkPosition: number | null; at: number; method: string; userAgent: string };

/** Raised when the rule changes. */
export const RULE_VERSION = 1;

/** Nobody reads a mail this soon after it was handed over; gateways that look into mails do. */
const READING_TIME = 2000;
/** Within this time of one another, clicks on this many different links are a machine's. */
const SWEEP = 1000;
const SWEPT_LINKS = 3;

/** A hit is judged only when the hits that could stand beside it are in. */
export const SETTLED_AFTER = 2000;

/** Large mailbox providers fetch pictures for the person who reads, and hide where that person is. */
const READERS_PROXY = /GoogleImageProxy|YahooMailProxy/i;

/**
 * @param near all clicks of the same delivery (this one may be among them)
 * @param links how many links the mail has
 */
export function judgeHit(
  hit: HitFacts,
  { handedAt, near, links }: { handedAt: number | null; near: readonly HitFacts[]; links: number },
): { judgement: Judgement; rule: string } {
  const robot = (rule: string) => ({ judgement: "robot" as const, rule });
  const agent = hit.userAgent.trim();
  if (hit.method === "HEAD") return robot("head");
  if (hit.kind === "open" && READERS_PROXY.test(agent)) return { judgement: "person", rule: "proxy" };
  if (agent === "") return robot("no_agent");
  // Apple Mail Privacy Protection loads every picture, read or not, under exactly this name.
  if (hit.kind === "open" && agent === "Mozilla/5.0") return { judgement: "unknown", rule: "apple_privacy" };
  if (isbot(agent)) return robot("agent");
  if (handedAt !== null && hit.at - handedAt < READING_TIME) return robot("too_soon");
  if (hit.kind === "click" && isSweep(hit, near, links)) return robot("all_links");
  return { judgement: "person", rule: "plain" };
}

function isSweep(hit: HitFacts, near: readonly HitFacts[], links: number): boolean {
  const positions = new Set(
    near.filter((other) => other.kind === "click" && Math.abs(other.at - hit.at) <= SWEEP).map((other) => other.linkPosition),
  );
  positions.add(hit.linkPosition);
  return positions.size >= 2 && positions.size >= Math.min(SWEPT_LINKS, links);
}

/** @param hits of one mail, the oldest first @returns of those that are asked for in this order, the clicks that could count beside them */
export function clicksNear<Hit extends HitFacts>(hits: readonly Hit[]): (hit: Hit) => readonly Hit[] {
  const clicks = hits.filter((hit) => hit.kind === "click");
  let from = 0;
  let to = 0;
  return (hit) => {
    while (from < clicks.length && (clicks[from] as Hit).at < hit.at - SWEEP) from += 1;
    while (to < clicks.length && (clicks[to] as Hit).at <= hit.at + SWEEP) to += 1;
    return clicks.slice(from, to);
  };
}
