/** Where a customer stands with us, from what was bought and when. Days without an order, then how many orders. */
export const LIFECYCLE_STAGES = ["lead", "first_time", "active", "loyal", "at_risk", "lapsed"] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

export const TIERS = ["standard", "silver", "gold"] as const;

const DAY = 86_400_000;
export const AT_RISK_AFTER = 180 * DAY;
export const LAPSED_AFTER = 365 * DAY;
export const LOYAL_FROM = 5;

export function lifecycleStage(facts: { ordersCount: number; lastOrderAt: number | null }, now: number): LifecycleStage {
  if (facts.ordersCount === 0 || facts.lastOrderAt === null) return "lead";
  const quiet = now - facts.lastOrderAt;
  if (quiet >= LAPSED_AFTER) return "lapsed";
  if (quiet >= AT_RISK_AFTER) return "at_risk";
  if (facts.ordersCount >= LOYAL_FROM) return "loyal";
  return facts.ordersCount === 1 ? "first_time" : "active";
}
