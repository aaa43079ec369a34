/**
 * Why somebody gets no mail: one table, in the order in which a reason is named. The handover asks it of each mail, the
 * plan of a campaign of a million people at once; so they say the same.
 */
import type { Channel } from "../customers/consents.server";
import type { MailClass, WithheldReason } from "./delivery";

export type RecipientFacts = {
  suppressed: "all" | "marketing" | null;
  erased: boolean;
  consent: boolean;
  openComplaint: boolean;
  pausedByCustomer: boolean;
};

type Against = {
  reason: WithheldReason;
  holds(facts: RecipientFacts, isMarketing: boolean): boolean;
  /**
   * The same of marketing by a channel, over `p` (parties), `m` (customer_metrics) and `g.address_hash`. The list of
   * stopped addresses is of mailboxes: no hash of a telephone or a door stands in it.
   */
  sql(about: { topicId: number; channel: Channel; now: number }): string;
};

export const AGAINST_RECIPIENT: readonly Against[] = [
  { reason: "erased", holds: (facts) => facts.erased, sql: () => "p.erased_at IS NOT NULL" },
  {
    reason: "suppressed",
    holds: ({ suppressed }, isMarketing) => suppressed === "all" || (isMarketing && suppressed === "marketing"),
    sql: () => "EXISTS (SELECT 1 FROM suppressions s WHERE s.address_hash = g.address_hash)",
  },
  {
    reason: "no_consent",
    holds: (facts, isMarketing) => isMarketing && !facts.consent,
    sql: ({ topicId, channel }) =>
      `NOT EXISTS (SELECT 1 FROM consent_states c WHERE c.party_id = p.id AND c.topic_id = ${topicId} AND c.channel = '${channel}' AND c.state = 'granted')`,
  },
  { reason: "open_complaint", holds: (facts, isMarketing) => isMarketing && facts.openComplaint, sql: () => "m.open_complaints > 0" },
  {
    reason: "paused_by_customer",
    holds: (facts, isMarketing) => isMarketing && facts.pausedByCustomer,
    sql: ({ now }) => `p.marketing_paused_until > ${now}`,
  },
];

/** Why a mail may not be handed over at this instant; null when it may. The order tells which reason is named first. */
export function reasonToWithhold(
  facts: RecipientFacts & {
    mailClass: MailClass;
    now: number;
    expiresAt: number | null;
    stream: "running" | "paused" | "cancelled" | "finished" | null;
    /** All sending is held (hold.server.ts). */
    held: boolean;
  },
): WithheldReason | "paused" | null {
  const marketing = facts.mailClass === "marketing";
  if (marketing && (facts.stream === "cancelled" || facts.stream === "finished")) return "cancelled";
  const against = AGAINST_RECIPIENT.find((one) => one.holds(facts, marketing));
  if (against) return against.reason;
  if (facts.expiresAt !== null && facts.expiresAt <= facts.now) return "expired";
  if (facts.held || (marketing && facts.stream === "paused")) return "paused";
  return null;
}
