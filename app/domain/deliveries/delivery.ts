/** The rules of one outgoing mail: its states, what each answer leads to, and when to try again. */
import type { DELIVERY_STATES } from "./schema";

export type DeliveryState = (typeof DELIVERY_STATES)[number];
export type MailClass = "marketing" | "transactional" | "security";

/** Nothing will be done with these by itself. */
export const TERMINAL_STATES = ["withheld", "accepted", "failed", "unknown", "unconfirmed"] as const;

export const WITHHELD_REASONS = [
  "suppressed", "no_address", "no_consent", "open_complaint", "paused_by_customer", "erased", "cancelled", "expired",
  "no_language", "duplicate_address", "hold_out", "limit_reached",
] as const;
export type WithheldReason = (typeof WITHHELD_REASONS)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long a mail that servers put off is tried (RFC 5321 4.5.4.1: days; a code that nobody can use any more: minutes). */
const TRY_FOR: Record<MailClass, number> = { marketing: 48 * HOUR, transactional: 96 * HOUR, security: HOUR };

/**
 * When a mail that a server put off is tried again: it waits half as long as it has been waiting, from one minute to
 * four hours. Null when it has been tried long enough.
 */
export function nextAttemptAt(mailClass: MailClass, deferredSince: number, now: number): number | null {
  const waited = Math.max(0, now - deferredSince);
  if (waited >= TRY_FOR[mailClass]) return null;
  return now + Math.min(4 * HOUR, Math.max(MINUTE, waited / 2));
}

/** No relay to talk to: nothing is wrong with the mail, so it keeps its place and is looked at again soon. */
export const RETRY_RELAY_AFTER = 20_000;

/** Whether a refusal says that there is no such mailbox (RFC 3463 5.1.x): only that puts an address on the list. */
export function isUnknownMailbox(code: number, words: string): boolean {
  return code >= 500 && /\b5\.1\.(1|2|3|6|10)\b/.test(words);
}

/** An unanswered order or complaint mail is sent once more, with the same Message-ID. */
export const RESEND_TRANSACTIONAL_AFTER = 10 * MINUTE;
/** An unanswered mail that no event explained within this time stays `unconfirmed`. */
export const UNCONFIRMED_AFTER = 25 * HOUR;
/** How long a claimed mail may wait for its turn, and a handed one for its answer, before its worker is taken for dead. */
export const LEASE_TIME = 5 * MINUTE;

/** Why a mail may not be handed over at this instant; null when it may. The order tells which reason is named first. */
export function reasonToWithhold(facts: {
  mailClass: MailClass;
  now: number;
  expiresAt: number | null;
  stream: "running" | "paused" | "cancelled" | "finished" | null;
  suppressed: "all" | "marketing" | null;
  erased: boolean;
  consent: boolean;
  openComplaint: boolean;
  pausedByCustomer: boolean;
  /** All sending is held (hold.server.ts). */
  held: boolean;
}): WithheldReason | "paused" | null {
  const marketing = facts.mailClass === "marketing";
  if (marketing && (facts.stream === "cancelled" || facts.stream === "finished")) return "cancelled";
  if (facts.erased) return "erased";
  if (facts.suppressed === "all" || (marketing && facts.suppressed === "marketing")) return "suppressed";
  if (marketing && !facts.consent) return "no_consent";
  if (marketing && facts.openComplaint) return "open_complaint";
  if (marketing && facts.pausedByCustomer) return "paused_by_customer";
  if (facts.expiresAt !== null && facts.expiresAt <= facts.now) return "expired";
  if (facts.held || (marketing && facts.stream === "paused")) return "paused";
  return null;
}
