/** The whole story of one mail, in the order of time, out of what the rooms keep of it. Pure. */
import type { DeliveryState } from "./delivery";

export type Attempt = { attempt: number; intentAt: number | null; endedAt: number | null; outcome: "refused" | "deferred" | "unreachable" | "unknown" | null; code: number | null; words: string | null };
export type StoryHit = { kind: "open" | "click"; at: number; judgement: "person" | "robot" | "unknown"; linkPosition: number | null; userAgent: string };
export type StoryEvent = { kind: string; at: number; data: Record<string, unknown> };

export type StoryMail = {
  state: DeliveryState;
  reason: string | null;
  attempt: number;
  createdAt: number;
  notBefore: number;
  handedAt: number | null;
  acceptedAt: number | null;
  finishedAt: number | null;
  deliveredAt: number | null;
  bouncedAt: number | null;
  bounce: "hard" | "soft" | null;
  code: number | null;
  words: string | null;
};

export type Chapter = {
  at: number;
  kind:
    | "planned" | "withheld" | "handed" | "refused" | "deferred" | "unreachable" | "unknown" | "accepted" | "failed" | "unconfirmed" | "waiting"
    | "delivered" | "bounced" | "opened" | "clicked" | "unsubscribed" | "reported_spam" | "replied" | "ordered";
  /** Which attempt, from 1. */
  attempt?: number;
  reason?: string;
  code?: number;
  words?: string;
  bounce?: "hard" | "soft";
  judgement?: StoryHit["judgement"];
  link?: number;
  detail?: string;
};

const EVENT_CHAPTERS: Record<string, Chapter["kind"]> = {
  mail_unsubscribed: "unsubscribed", mail_reported_spam: "reported_spam", mail_replied: "replied", order_placed: "ordered",
};

/** At the same instant, what led to the other comes first. */
const ORDER: readonly Chapter["kind"][] = ["planned", "handed", "refused", "deferred", "unreachable", "unknown", "accepted", "failed", "withheld", "unconfirmed", "delivered", "bounced"];

export function storyOf(mail: StoryMail, attempts: readonly Attempt[], hits: readonly StoryHit[], events: readonly StoryEvent[]): Chapter[] {
  const chapters: Chapter[] = [{ at: mail.createdAt, kind: "planned" }];
  for (const { attempt, intentAt, endedAt, outcome, code, words } of attempts) {
    if (intentAt !== null) chapters.push({ at: intentAt, kind: "handed", attempt: attempt + 1 });
    if (endedAt !== null && outcome) chapters.push({ at: endedAt, kind: outcome, attempt: attempt + 1, ...said(code, words) });
  }
  const { state, reason, finishedAt } = mail;
  const isTold = attempts.some((one) => one.attempt === mail.attempt && one.outcome !== null);
  if (mail.acceptedAt !== null) chapters.push({ at: mail.acceptedAt, kind: "accepted", ...said(mail.code, mail.words) });
  if (state === "withheld" && finishedAt !== null) chapters.push({ at: finishedAt, kind: "withheld", ...(reason && { reason }) });
  if (state === "failed" && finishedAt !== null) chapters.push({ at: finishedAt, kind: "failed", ...(reason && { reason }), ...(!isTold && said(mail.code, mail.words)) });
  if (state === "unknown" && finishedAt !== null && !isTold) chapters.push({ at: finishedAt, kind: "unknown", ...said(null, mail.words) });
  if (state === "unconfirmed" && finishedAt !== null) chapters.push({ at: finishedAt, kind: "unconfirmed", ...(reason && { reason }) });
  if (mail.deliveredAt !== null) chapters.push({ at: mail.deliveredAt, kind: "delivered" });
  if (mail.bouncedAt !== null && mail.bounce) {
    const words = events.find((event) => event.kind === "mail_bounced")?.data.reason;
    chapters.push({ at: mail.bouncedAt, kind: "bounced", bounce: mail.bounce, ...(typeof words === "string" && words && { words }) });
  }
  for (const { kind, at, judgement, linkPosition, userAgent } of hits)
    chapters.push({ at, kind: kind === "open" ? "opened" : "clicked", judgement, detail: userAgent, ...(linkPosition !== null && { link: linkPosition + 1 }) });
  for (const { kind, at, data } of events) {
    const chapter = EVENT_CHAPTERS[kind];
    if (chapter) chapters.push({ at, kind: chapter, ...(typeof data.number === "string" && { detail: data.number }) });
  }
  if (state === "queued") chapters.push({ at: mail.notBefore, kind: "waiting" });
  return chapters.toSorted((a, b) => a.at - b.at || rank(a) - rank(b));
}

function rank({ kind }: Chapter): number {
  const at = ORDER.indexOf(kind);
  return at < 0 ? ORDER.length : at;
}

function said(code: number | null, words: string | null): Pick<Chapter, "code" | "words"> {
  return { ...(code !== null && { code }), ...(words && { words }) };
}
