/** What an answer of SendGrid means for the mails that were asked for. Pure. */
import type { Outcome } from "../transport";

export type Ended = Exclude<Outcome, { kind: "withdrawn" }>;

/** @param providerId the id in X-Message-Id, when there is one */
export function outcomeOf(status: number, body: unknown, providerId: string | null): Ended {
  const words = `${status} ${errorsIn(body).map((e) => e.message).join("; ").slice(0, 500)}`.trim();
  if (status >= 200 && status < 300) return { kind: "accepted", code: status, words: `${status} Accepted: queued by SendGrid`, providerId };
  if (status === 408 || status === 429) return { kind: "deferred", code: status, words };
  if (isAboutTheMail(status)) return { kind: "refused", code: status, words };
  // A key that is not taken, a wrong address of the API: nothing is wrong with the mail.
  if (status < 500) return { kind: "unreachable", words };
  return { kind: "unknown", words };
}

/** Nothing was taken, and what was asked for is why. */
export function isAboutTheMail(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

/** Which of the recipients of a refused request it names, each with its words; null when it does not say. */
export function namedRecipients(body: unknown, count: number): Map<number, string> | null {
  const named = new Map<number, string>();
  for (const { field, message } of errorsIn(body)) {
    const index = Number(/^personalizations\.(\d+)\./.exec(field)?.[1] ?? Number.NaN);
    if (!(index < count)) return null;
    named.set(index, message);
  }
  return named.size ? named : null;
}

export function errorsIn(body: unknown): { message: string; field: string }[] {
  const errors = (body as { errors?: unknown } | null | undefined)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.map((e: { message?: unknown; field?: unknown } | null) => ({ message: String(e?.message ?? ""), field: String(e?.field ?? "") }));
}

const MOST_REST = 60_000;

/** For how long nothing more shall be asked, in ms: Retry-After says seconds, X-RateLimit-Reset an instant in seconds. */
export function restAfter(headers: Record<string, string | string[] | undefined>, now: number): number {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Number.isFinite(reset) ? reset * 1000 - now : 1000;
  return Math.min(MOST_REST, Math.max(1000, wait));
}
