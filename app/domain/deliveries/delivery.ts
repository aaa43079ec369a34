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
  return code >= 500 && /(?<![\d.])5\.1\.(1|2|3|6|10)(?![\d.]*\d)/.test(words);
}

/** What a final refusal says, as far as it says anything: it decides whether another try makes sense. */
export const REFUSALS = ["no_mailbox", "mailbox_full", "blocked", "refused"] as const;
export type RefusalReason = (typeof REFUSALS)[number];

export const FAILED_REASONS = [...REFUSALS, "gave_up", "dropped"] as const;
export type FailedReason = (typeof FAILED_REASONS)[number];

export function isRefusal(reason: string | null): reason is RefusalReason {
  return (REFUSALS as readonly (string | null)[]).includes(reason);
}

/**
 * Reads a refusal by its enhanced status (RFC 3463), else by its code, else by its words: 5.1.x there is no such
 * address, 5.2.2 it is full, 5.7.x and the like it is not wanted now or from us.
 */
export function reasonOfRefusal(code: number, words: string): RefusalReason {
  const status = /(?:^|[\s#(-])([45]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(words)?.[1] ?? "";
  if (isUnknownMailbox(code, words) || /^[45]\.1\./.test(status)) return "no_mailbox";
  if (/^[45]\.2\.2$/.test(status) || (!status && (code === 552 || /mailbox (is )?full|over ?quota|quota exceeded/i.test(words)))) return "mailbox_full";
  if (/^[45]\.[347]\./.test(status)) return "blocked";
  if (/block|spam|policy|reputation|black ?list|deny ?list|rate limit|too many|temporar|try again/i.test(words)) return "blocked";
  return /user unknown|unknown user|no such (user|mailbox|address)|does not exist|user not found/i.test(words) ? "no_mailbox" : "refused";
}

/**
 * What becomes of a queued or leased mail that may not leave, in SQL: of one that was put back because nobody knew
 * whether it had arrived, nobody knows it now either.
 */
export const WITHHELD_OR_IN_DOUBT = "CASE WHEN deliveries.reason = 'resent' THEN 'unconfirmed' ELSE 'withheld' END";

/** Refusals that another try may overcome. Never: there is no such mailbox, the provider dropped it, it cannot be written. */
export const WORTH_RETRYING = ["gave_up", "blocked", "mailbox_full"] as const;

export function isWorthRetrying(reason: string | undefined): boolean {
  return (WORTH_RETRYING as readonly (string | undefined)[]).includes(reason);
}

/** How long a mail that was put back in the queue by hand is tried. */
export const RETRY_FOR = 48 * HOUR;

/** Before this long after the handover an answer may still come by itself. */
export const DOUBTFUL_AFTER = 10 * MINUTE;

/** An unanswered order or complaint mail is sent once more, with the same Message-ID. */
export const RESEND_TRANSACTIONAL_AFTER = 10 * MINUTE;
/** An unanswered mail that no event explained within this time stays `unconfirmed`. */
export const UNCONFIRMED_AFTER = 25 * HOUR;
/** How long a claimed mail may wait for its turn, and a handed one for its answer, before its worker is taken for dead. */
export const LEASE_TIME = 5 * MINUTE;
