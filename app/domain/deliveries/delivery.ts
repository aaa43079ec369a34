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

export const FAILED_REASONS = ["refused", "gave_up", "unusable"] as const;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BACKOFF = [1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 1 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR];

/** Marketing and transactional mail is tried for about two days (RFC 5321 4.5.4.1 asks for 4–5; a campaign is old by then). */
export const MAX_ATTEMPTS: Record<MailClass, number> = { marketing: 11, transactional: 13, security: 4 };

/** When a mail that a server put off is tried again; null when it has been tried often enough. `attempt` counts from 0. */
export function nextAttemptAt(mailClass: MailClass, attempt: number, now: number): number | null {
  if (attempt + 1 >= MAX_ATTEMPTS[mailClass]) return null;
  return now + (BACKOFF[Math.min(attempt, BACKOFF.length - 1)] as number);
}

/** An unanswered order or complaint mail is sent once more, with the same Message-ID. */
export const RESEND_TRANSACTIONAL_AFTER = 10 * MINUTE;
/** An unanswered mail that no event explained within this time stays `unconfirmed`. */
export const UNCONFIRMED_AFTER = 25 * HOUR;
/** A worker that has not renewed its lease for this long is taken for dead. */
export const LEASE_TIME = 2 * MINUTE;

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
}): WithheldReason | "paused" | null {
  const marketing = facts.mailClass === "marketing";
  if (marketing && (facts.stream === "cancelled" || facts.stream === "finished")) return "cancelled";
  if (facts.erased) return "erased";
  if (facts.suppressed === "all" || (marketing && facts.suppressed === "marketing")) return "suppressed";
  if (marketing && !facts.consent) return "no_consent";
  if (marketing && facts.openComplaint) return "open_complaint";
  if (marketing && facts.pausedByCustomer) return "paused_by_customer";
  if (facts.expiresAt !== null && facts.expiresAt <= facts.now) return "expired";
  if (marketing && facts.stream === "paused") return "paused";
  return null;
}
