/**
 * What each rule means, said again in plain TypeScript over plain objects: no SQL, no shared code with the compiler.
 * The fuzz test holds the two against each other.
 */
import type { Clause, RuleGroup } from "../../app/domain/segments/rule";

export type Model = {
  id: number;
  name: string;
  email: string | null;
  country: string | null;
  locale: string;
  kind: string;
  stage: string;
  tier: string;
  createdAt: number;
  birthday: string | null;
  pausedUntil: number | null;
  consents: { topic: string; channel: string; state: string }[];
  lastOpenedAt: number | null;
  lastClickedAt: number | null;
  lastMailedAt: number | null;
  mailsAccepted: number;
  mailsOpened: number;
  mailsClicked: number;
  ordersCount: number;
  spend: number;
  firstOrderAt: number | null;
  lastOrderAt: number | null;
  rfmSegment: string | null;
  recencyScore: number | null;
  frequencyScore: number | null;
  monetaryScore: number | null;
  valueMinor: number | null;
  expectedOrders: number | null;
  pAlive: number | null;
  openComplaints: number;
  complaintsCount: number;
  /** Of the campaigns "spring" and "autumn". */
  mails: { campaign: string; did: ("got" | "opened" | "clicked")[] }[];
  orders: { placedAt: number; cancelled: boolean; skus: { sku: string; category: string | null }[] }[];
};

const DAY = 24 * 60 * 60 * 1000;

/** `dayStart`: the first instant of a day of the company's calendar. */
export type Moment = { now: number; dayStart: (day: string) => number };

/** Segments that the generated rules ask about: unknown facts under none, one in another, two deep. */
export const KEPT_SEGMENTS: Record<string, RuleGroup> = {
  poles: { match: "all", rules: [{ field: "country", op: "in", value: ["PL"] }] },
  quiet: { match: "none", rules: [{ field: "last_opened_at", op: "within_days", value: 30 }, { field: "segment", op: "in_segment", value: "poles" }] },
  either: { match: "any", rules: [{ field: "segment", op: "not_in_segment", value: "quiet" }, { field: "last_order_at", op: "within_days", value: 30 }] },
  everybody: { match: "all", rules: [] },
};

export function holds(rule: RuleGroup | Clause, who: Model, when: Moment): boolean {
  if ("rules" in rule) {
    if (rule.rules.length === 0) return true;
    const held = rule.rules.map((one) => holds(one, who, when));
    return rule.match === "all" ? held.every(Boolean) : rule.match === "any" ? held.some(Boolean) : !held.some(Boolean);
  }
  return clauseHolds(rule, who, when);
}

function clauseHolds({ field, op, value }: Clause, who: Model, when: Moment): boolean {
  const v = value as never;
  switch (field) {
    case "country":
      return choice(op, v, who.country);
    case "locale":
      return choice(op, v, who.locale);
    case "kind":
      return choice(op, v, who.kind);
    case "stage":
      return choice(op, v, who.stage);
    case "tier":
      return choice(op, v, who.tier);
    case "birthday_month":
      return choice(op, v, who.birthday ? (who.birthday.split("-")[1] ?? null) : null);
    case "created_at":
      return instant(op, v, who.createdAt, when);
    case "name":
      return `${who.name} ${who.email ?? ""}`.toLowerCase().includes((value as string).toLowerCase());
    case "email":
      return (who.email !== null) === (op === "known");
    case "consent": {
      const { topic, channel } = value as { topic: string; channel: string };
      const state = who.consents.find((c) => c.topic === topic && c.channel === channel)?.state ?? null;
      if (op === "not_granted") return state !== "granted";
      if (op === "never_asked") return state === null;
      return state === op;
    }
    case "marketing_paused":
      return (who.pausedUntil !== null && who.pausedUntil > when.now) === (op === "yes");
    case "last_opened_at":
      return instant(op, v, who.lastOpenedAt, when);
    case "last_clicked_at":
      return instant(op, v, who.lastClickedAt, when);
    case "last_mailed_at":
      return instant(op, v, who.lastMailedAt, when);
    case "first_order_at":
      return instant(op, v, who.firstOrderAt, when);
    case "last_order_at":
      return instant(op, v, who.lastOrderAt, when);
    case "mails_accepted":
      return number(op, v, who.mailsAccepted);
    case "mails_opened":
      return number(op, v, who.mailsOpened);
    case "mails_clicked":
      return number(op, v, who.mailsClicked);
    case "orders_count":
      return number(op, v, who.ordersCount);
    case "spend":
      return number(op, v, who.spend);
    case "rfm_segment":
      return choice(op, v, who.rfmSegment);
    case "recency_score":
      return number(op, v, who.recencyScore);
    case "frequency_score":
      return number(op, v, who.frequencyScore);
    case "monetary_score":
      return number(op, v, who.monetaryScore);
    case "value_12m":
      return number(op, v, who.valueMinor);
    case "expected_orders_12m":
      return number(op, v, who.expectedOrders);
    case "p_alive_percent":
      return number(op, v, who.pAlive === null ? null : who.pAlive * 100);
    case "open_complaints":
      return number(op, v, who.openComplaints);
    case "complaints_count":
      return number(op, v, who.complaintsCount);
    case "bought_product":
      return bought(op, value, who, when, (line, wanted) => line.sku === wanted.toUpperCase());
    case "bought_category":
      return bought(op, value, who, when, (line, wanted) => line.category === wanted);
    case "orders_in_days": {
      const { number: n, days } = value as { number: number; days: number };
      return number(op.replace("count_", ""), n as never, since(who, days, when).length);
    }
    case "campaign":
      return mailed(who, value).includes(op.replace("not_", "") as "got") !== op.startsWith("not_");
    case "segment":
      return holds(KEPT_SEGMENTS[v as string]!, who, when) === (op === "in_segment");
    default:
      throw new Error(`nobody has said what ${field} means`);
  }
}

/** What a clause sees of somebody: the explanation has to say the same. */
export function factOf({ field, value }: Clause, who: Model, when: Moment): string | number | null {
  switch (field) {
    case "p_alive_percent":
      return who.pAlive === null ? null : who.pAlive * 100;
    case "birthday_month":
      return who.birthday ? (who.birthday.split("-")[1] ?? null) : null;
    case "name":
      return `${who.name} ${who.email ?? ""}`.trim().toLowerCase();
    case "consent": {
      const { topic, channel } = value as { topic: string; channel: string };
      return who.consents.find((c) => c.topic === topic && c.channel === channel)?.state ?? null;
    }
    case "bought_product":
      return lastBought(who, (line) => line.sku === askedFor(value).toUpperCase());
    case "bought_category":
      return lastBought(who, (line) => line.category === askedFor(value));
    case "campaign":
      return (["clicked", "opened", "got"] as const).find((one) => mailed(who, value).includes(one)) ?? null;
    case "segment":
      return holds(KEPT_SEGMENTS[value as string]!, who, when) ? "in" : "out";
    case "orders_in_days":
      return since(who, (value as { days: number }).days, when).length;
    default:
      return who[PLAIN[field as keyof typeof PLAIN]];
  }
}

/** Fields that look at one thing as it stands. */
const PLAIN = {
  country: "country", locale: "locale", kind: "kind", stage: "stage", tier: "tier", created_at: "createdAt", email: "email", marketing_paused: "pausedUntil",
  last_opened_at: "lastOpenedAt", last_clicked_at: "lastClickedAt", last_mailed_at: "lastMailedAt", mails_accepted: "mailsAccepted",
  mails_opened: "mailsOpened", mails_clicked: "mailsClicked", orders_count: "ordersCount", spend: "spend", first_order_at: "firstOrderAt",
  last_order_at: "lastOrderAt", open_complaints: "openComplaints", complaints_count: "complaintsCount", rfm_segment: "rfmSegment",
  recency_score: "recencyScore", frequency_score: "frequencyScore", monetary_score: "monetaryScore", value_12m: "valueMinor", expected_orders_12m: "expectedOrders",
} as const;

function mailed(who: Model, campaign: unknown) {
  return who.mails.filter((mail) => mail.campaign === campaign).flatMap((mail) => mail.did);
}

type Line = Model["orders"][number]["skus"][number];

function askedFor(value: unknown): string {
  const { sku, category } = (typeof value === "string" ? { sku: value } : value) as { sku?: string; category?: string };
  return sku ?? category ?? "";
}

function lastBought(who: Model, is: (line: Line) => boolean): number | null {
  const at = who.orders.filter((o) => !o.cancelled && o.skus.some(is)).map((o) => o.placedAt);
  return at.length ? Math.max(...at) : null;
}

function since(who: Model, days: number, when: Moment): Model["orders"] {
  return who.orders.filter((o) => !o.cancelled && o.placedAt >= when.now - days * DAY);
}

function choice(op: string, value: string[], held: string | null): boolean {
  if (op === "known") return held !== null;
  if (op === "unknown") return held === null;
  const among = held !== null && value.includes(held);
  if (op === "in") return among;
  if (op === "not_in") return !among;
  throw new Error(op);
}

function number(op: string, value: number | { from: number; to: number }, held: number | null): boolean {
  if (held === null) return false;
  if (typeof value === "object") {
    if (op === "between") return held >= value.from && held <= value.to;
    throw new Error(op);
  }
  if (op === "gte") return held >= value;
  if (op === "lte") return held <= value;
  if (op === "eq") return held === value;
  throw new Error(op);
}

function instant(op: string, value: unknown, held: number | null, { now, dayStart }: Moment): boolean {
  if (op === "ever") return held !== null;
  if (op === "never") return held === null;
  if (op === "not_within_days") return held === null || held < now - (value as number) * DAY;
  if (held === null) return false;
  if (op === "within_days") return held >= now - (value as number) * DAY;
  if (op === "since") return held >= dayStart(value as string);
  if (op === "before") return held < dayStart(value as string);
  if (op === "between_days") {
    const { from, to } = value as { from: string; to: string };
    return held >= dayStart(from) && held < dayStart(nextDay(to));
  }
  throw new Error(op);
}

function bought(op: string, value: unknown, who: Model, { now }: Moment, is: (line: { sku: string; category: string | null }, wanted: string) => boolean): boolean {
  const { sku, category, days } = (typeof value === "string" ? { sku: value, category: value } : value) as { sku?: string; category?: string; days?: number };
  const wanted = sku ?? category ?? "";
  const since = op.endsWith("_within") ? now - (days ?? 0) * DAY : Number.NEGATIVE_INFINITY;
  const some = who.orders.some((o) => !o.cancelled && o.placedAt >= since && o.skus.some((line) => is(line, wanted)));
  return op.startsWith("not_") ? !some : some;
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
}
