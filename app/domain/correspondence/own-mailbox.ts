/** A staff member's own mailbox, as its owner sets it up. Pure. */
import { z } from "zod";

export type { MailboxFault } from "../../mail/mailbox";

const DAY = 86_400_000;
/** How far back one may look. */
export const MOST_DAYS = 730;

export const ownMailboxSchema = z.object({
  host: z.string({ error: "required" }).trim().toLowerCase().min(1, "required").max(253, "too_long:253").regex(/^[\p{L}\p{N}.:-]+$/u, "invalid"),
  port: z.coerce.number({ error: "required" }).int("invalid").min(1, "invalid").max(65_535, "invalid"),
  security: z.enum(["tls", "starttls"], "choose"),
  username: z.string({ error: "required" }).trim().min(1, "required").max(320, "too_long:320").regex(/^[^\p{Cc}]+$/u, "invalid"),
  password: z.string({ error: "required" }).min(1, "required").max(1000, "too_long:1000").regex(/^[^\p{Cc}]+$/u, "invalid"),
  days: z.coerce.number({ error: "required" }).int("invalid").min(0, "invalid").max(MOST_DAYS, "invalid"),
});

export function sinceOf(days: number, now: number): number {
  return now - days * DAY;
}

const LONGEST_PAUSE = 15 * 60_000;

/** What follows from a failure. Refused passwords are tried three times: more would lock the account at its server. */
export function afterFailure(fault: string, failures: number, now: number): { nextTryAt: number; isPaused: boolean } {
  const isPaused = fault === "blocked" || failures >= (fault === "refused" ? 3 : 20);
  return { nextTryAt: now + Math.min(LONGEST_PAUSE, 60_000 * 2 ** Math.min(failures - 1, 10)), isPaused };
}

/** too_big: larger than is fetched; unreadable: the server does not hand it out; unwritable: the database does not take it. */
export type AsideReason = "too_big" | "unreadable" | "unwritable";

/** So often a mail is tried before it is set aside. */
export const MOST_TRIES = 3;
