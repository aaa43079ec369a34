import type { RequestActor } from "./context";
import type { StaffRole } from "../domain/journal/actor";

const MARKETING: readonly StaffRole[] = ["administrator", "marketer", "manager"];
const SUPPORT: readonly StaffRole[] = ["administrator", "support", "manager"];
const STAFF: readonly StaffRole[] = ["administrator", "marketer", "support", "manager"];

/** Which staff may follow which kind of topic; what is not here, nobody follows. */
const STAFF_TOPICS: Record<string, readonly StaffRole[]> = {
  party: STAFF,
  order: STAFF,
  orders: STAFF,
  desk: SUPPORT,
  case: SUPPORT,
  inbound: SUPPORT,
  campaign: MARKETING,
  campaigns: MARKETING,
  segment: MARKETING,
  segments: MARKETING,
  mailing: MARKETING,
  mailings: MARKETING,
  product: STAFF,
  products: STAFF,
  import: STAFF,
  imports: STAFF,
  outbox: STAFF,
  sending: STAFF,
};

const MOST_TOPICS = 20;

/**
 * What of the topics asked for this actor may follow, in the change log's own words. A customer asks for `me` and gets
 * their own party: every change of their cases, orders and designs is noted on it.
 */
export function permittedTopics(actor: RequestActor, asked: readonly string[]): string[] {
  const topics = [...new Set(asked)].slice(0, MOST_TOPICS);
  if (actor.kind === "customer") return topics.includes("me") ? [`party:${actor.partyId}`] : [];
  if (actor.kind !== "staff") return [];
  return topics.filter((topic) => {
    const kind = /^([a-z]+)(:\d{1,15})?$/.exec(topic)?.[1];
    return kind !== undefined && Object.hasOwn(STAFF_TOPICS, kind) && STAFF_TOPICS[kind]!.includes(actor.role);
  });
}
