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
  zone: Zone;
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
  averageOrder: number | null;
  usualInterval: number | null;
  /** Days with an order: with one alone nothing is said about risk. */
  purchaseDays: number;
  favourite: string | null;
  dueAt: number | null;
  rfmSegment: string | null;
  recencyScore: number | null;
  frequencyScore: number | null;
  monetaryScore: number | null;
  valueMinor: number | null;
  expectedOrders: number | null;
  pAlive: number | null;
  openComplaints: number;
  complaintsCount: number;
  tags: string[];
  /** The company's own fields, one of each type; what is not known is not there. */
  custom: { shoe?: number; motto?: string; wedding?: string; roast?: string; wholesale?: string };
  /** Of the campaigns "spring" and "autumn". */
  mails: { campaign: string; at: number; did: ("got" | "opened" | "clicked")[] }[];
  orders: { placedAt: number; cancelled: boolean; currency: string; total: number; skus: { sku: string; category: string | null; designed: boolean }[] }[];
  /** `reasons`: of its lines. Questions are no complaints. */
  cases: { complaint: boolean; receivedAt: number; open: boolean; decision: string | null; reasons: string[] }[];
};

const DAY = 24 * 60 * 60 * 1000;

export type Zone = "Europe/Warsaw" | "America/New_York";

/** `dayStart`: the first instant of a day in a zone; `today`: the day of `now` there. */
export type Moment = { now: number; dayStart: (day: string, zone: Zone) => number; today: (zone: Zone) => string };

/** Segments that the generated rules ask about: unknown facts under none, one in another, two deep. */
export const KEPT_SEGMENTS: Record<string, RuleGroup> = {
  poles: { match: "all", rules: [{ field: "country", op: "in", value: ["PL"] }] },
  quiet: { match: "none", rules: [{ field: "last_opened_at", op: "within_days", value: 30 }, { field: "segment", op: "in_segment", value: "poles" }] },
  either: { match: "any", rules: [{ field: "segment", op: "not_in_segment", value: "quiet" }, { field: "last_order_at", op: "within_days", value: 30 }] },
  everybody: { match: "all", rules: [] },
};

/** On the list "chosen" stands every third customer; who was taken off it left; "poles" is no list, whoever stands there. */
function listed(list: string, who: Model): boolean {
  return list === "chosen" && who.id % 3 === 0 && who.id % 2 === 0;
}

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
    case "tag":
      return v === undefined ? false : who.tags.some((tag) => (value as string[]).includes(tag)) === (op === "has_tag");
    case "custom_text":
    case "custom_number":
    case "custom_day":
    case "custom_yes_no":
      return custom(op, value, who);
    case "custom_choice":
      return (who.custom.roast !== undefined && (value as string[]).includes(`roast:${who.custom.roast}`)) === (op === "has_choice");
    case "created_at":
      return instant(op, v, who.createdAt, who.zone, when);
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
      return instant(op, v, who.lastOpenedAt, who.zone, when);
    case "last_clicked_at":
      return instant(op, v, who.lastClickedAt, who.zone, when);
    case "last_mailed_at":
      return instant(op, v, who.lastMailedAt, who.zone, when);
    case "first_order_at":
      return instant(op, v, who.firstOrderAt, who.zone, when);
    case "last_order_at":
      return instant(op, v, who.lastOrderAt, who.zone, when);
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
      return bought(op, value, who, when, (line) => line.sku === askedFor(value).toUpperCase());
    case "bought_category":
      return bought(op, value, who, when, (line) => line.category === askedFor(value));
    case "bought_design": {
      const asked = typeof value === "number" ? { days: value } : (value as Asked | undefined);
      const some = (asked ? placedIn(who, asked, when) : counted(who)).some((o) => o.skus.some((line) => line.designed));
      return some !== (op === "never" || op.startsWith("not_"));
    }
    case "orders_in_days":
    case "spend_in_days":
      return number(op.replace(/^(count|sum)_/, "").replace("_between", ""), (value as { number: never }).number, factOf({ field, op, value }, who, when) as number);
    case "average_order":
      return number(op, v, who.averageOrder);
    case "churn_risk":
      return choice(op, v, riskOf(who));
    case "tenure_days":
      return number(op, v, who.firstOrderAt === null ? null : Math.floor((when.now - who.firstOrderAt) / DAY));
    case "favourite_category":
      return choice(op, v, who.favourite);
    case "usual_interval":
      return number(op, v, who.usualInterval);
    case "overdue": {
      if (who.dueAt === null) return op === "unknown";
      const over = Math.floor((when.now - who.dueAt) / DAY);
      if (op === "overdue") return over >= 0;
      if (op === "not_overdue") return over < 0;
      if (op === "overdue_days") return over >= (value as number);
      if (op === "overdue_between") return over >= (value as { from: number }).from && over <= (value as { to: number }).to;
      return false;
    }
    case "campaigns_in_days":
      return number(op.replace("count_", ""), (value as { number: never }).number, campaignsIn(who, (value as { days: number }).days, when));
    case "last_campaigns_opened":
    case "last_campaigns_clicked": {
      const acted = lastCampaigns(who, value as number).filter((mail) => mail.did.includes(field.replace("last_campaigns_", "") as "opened")).length;
      return op === "some_of_last" ? acted > 0 : acted === 0 && lastCampaigns(who, value as number).length === value;
    }
    case "closed_complaints":
      return number(op, v, who.complaintsCount - who.openComplaints);
    case "last_complaint_at":
      return instant(op, v, lastComplaint(who), who.zone, when);
    case "complaint_reason":
      return complained(op, value, who, when, (one) => one.reasons);
    case "complaint_decision":
      return complained(op, value, who, when, (one) => (one.decision ? [one.decision] : []));
    case "campaign":
      return mailed(who, value).includes(op.replace("not_", "") as "got") !== op.startsWith("not_");
    case "list":
      return listed(v, who) === (op === "on_list");
    case "segment":
      return holds(KEPT_SEGMENTS[v as string]!, who, when) === (op === "in_segment");
    default:
      throw new Error(`nobody has said what ${field} means`);
  }
}

function custom(op: string, value: unknown, who: Model): boolean {
  const { field, text = "", number: n = 0, day = "", from, to } = (typeof value === "string" ? { field: value } : value) as {
    field: string; text?: string; number?: number; day?: string; from?: number | string; to?: number | string;
  };
  const held = who.custom[field as "shoe"] as number | string | undefined;
  if (op === "field_known") return held !== undefined;
  if (op === "field_unknown") return held === undefined;
  if (held === undefined) return false;
  if (op === "field_contains") return String(held).toLowerCase().includes(text.toLowerCase());
  if (op === "field_gte") return Number(held) >= n;
  if (op === "field_lte") return Number(held) <= n;
  if (op === "field_eq") return Number(held) === n;
  if (op === "field_since") return held >= day;
  if (op === "field_before") return held < day;
  if (op === "field_between" || op === "field_between_days") return held >= from! && held <= to!;
  return op === `field_${held}`;
}

/** What a clause sees of somebody: the explanation has to say the same. */
export function factOf({ field, value }: Clause, who: Model, when: Moment): string | number | null {
  switch (field) {
    case "p_alive_percent":
      return who.pAlive === null ? null : who.pAlive * 100;
    case "churn_risk":
      return riskOf(who);
    case "birthday_month":
      return who.birthday ? (who.birthday.split("-")[1] ?? null) : null;
    case "name":
      return `${who.name} ${who.email ?? ""}`.trim().toLowerCase();
    case "consent": {
      const { topic, channel } = value as { topic: string; channel: string };
      return who.consents.find((c) => c.topic === topic && c.channel === channel)?.state ?? null;
    }
    case "tag":
      return who.tags.toSorted()[0] ?? null;
    case "custom_text":
    case "custom_number":
    case "custom_day":
    case "custom_yes_no":
      return who.custom[(typeof value === "string" ? value : (value as { field: string }).field) as "shoe"] ?? null;
    case "custom_choice":
      return (value as string[]).some((pair) => pair.startsWith("roast:")) && who.custom.roast !== undefined ? `roast:${who.custom.roast}` : null;
    case "bought_product":
      return lastBought(who, (line) => line.sku === askedFor(value).toUpperCase());
    case "bought_category":
      return lastBought(who, (line) => line.category === askedFor(value));
    case "campaign":
      return (["clicked", "opened", "got"] as const).find((one) => mailed(who, value).includes(one)) ?? null;
    case "list":
      return listed(value as string, who) ? "in" : "out";
    case "segment":
      return holds(KEPT_SEGMENTS[value as string]!, who, when) ? "in" : "out";
    case "bought_design":
      return lastBought(who, (line) => line.designed);
    case "orders_in_days":
      return placedIn(who, value as Asked, when).length;
    case "spend_in_days":
      return placedIn(who, value as Asked, when).filter((o) => o.currency === "EUR").reduce((sum, o) => sum + o.total, 0);
    case "campaigns_in_days":
      return campaignsIn(who, (value as { days: number }).days, when);
    case "last_campaigns_opened":
    case "last_campaigns_clicked": {
      const of = lastCampaigns(who, value as number);
      return `${of.filter((mail) => mail.did.includes(field.replace("last_campaigns_", "") as "opened")).length} / ${of.length}`;
    }
    case "closed_complaints":
      return who.complaintsCount - who.openComplaints;
    case "last_complaint_at":
      return lastComplaint(who);
    case "complaint_reason":
      return newestFirst(who).find((one) => one.reasons.length)?.reasons[0] ?? null;
    case "complaint_decision":
      return newestFirst(who).find((one) => one.decision)?.decision ?? null;
    default:
      return who[PLAIN[field as keyof typeof PLAIN]];
  }
}

/** Fields that look at one thing as it stands. */
const PLAIN = {
  country: "country", locale: "locale", kind: "kind", stage: "stage", tier: "tier", created_at: "createdAt", email: "email", marketing_paused: "pausedUntil",
  last_opened_at: "lastOpenedAt", last_clicked_at: "lastClickedAt", last_mailed_at: "lastMailedAt", mails_accepted: "mailsAccepted",
  mails_opened: "mailsOpened", mails_clicked: "mailsClicked", orders_count: "ordersCount", spend: "spend", first_order_at: "firstOrderAt",
  tenure_days: "firstOrderAt", favourite_category: "favourite", average_order: "averageOrder", usual_interval: "usualInterval", overdue: "dueAt", last_order_at: "lastOrderAt", open_complaints: "openComplaints", complaints_count: "complaintsCount", rfm_segment: "rfmSegment",
  recency_score: "recencyScore", frequency_score: "frequencyScore", monetary_score: "monetaryScore", value_12m: "valueMinor", expected_orders_12m: "expectedOrders",
} as const;

function riskOf({ pAlive, purchaseDays }: Model): string | null {
  if (pAlive === null || purchaseDays < 2) return null;
  if (pAlive < 0.2) return "gone";
  if (pAlive < 0.5) return "high";
  return pAlive < 0.8 ? "some" : "low";
}

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

function instant(op: string, value: unknown, held: number | null, zone: Zone, { now, dayStart, today }: Moment): boolean {
  if (op === "ever") return held !== null;
  if (op === "never") return held === null;
  if (op === "not_within_days") return held === null || held < now - (value as number) * DAY;
  if (held === null) return false;
  if (op === "within_days") return held >= now - (value as number) * DAY;
  if (op === "since") return held >= dayStart(value as string, zone);
  if (op === "before") return held < dayStart(value as string, zone);
  if (op === "between_days") {
    const { from, to } = value as { from: string; to: string };
    return held >= dayStart(from, zone) && held < dayStart(daysOn(to, 1), zone);
  }
  if (op === "days_ago") {
    const { from, to } = value as { from: number; to: number };
    return held >= dayStart(daysOn(today(zone), -to), zone) && held < dayStart(daysOn(today(zone), 1 - from), zone);
  }
  throw new Error(op);
}

type Asked = { days?: number; from?: string; to?: string; number?: number };

function counted(who: Model): Model["orders"] {
  return who.orders.filter((o) => !o.cancelled);
}

function placedIn(who: Model, { days, from, to }: Asked, { now, dayStart }: Moment): Model["orders"] {
  if (days !== undefined) return counted(who).filter((o) => o.placedAt >= now - days * DAY);
  return counted(who).filter((o) => o.placedAt >= dayStart(from!, who.zone) && o.placedAt < dayStart(daysOn(to!, 1), who.zone));
}

function bought(op: string, value: unknown, who: Model, when: Moment, is: (line: Line) => boolean): boolean {
  const asked = typeof value === "string" ? {} : (value as Asked);
  const orders = op === "bought" || op === "not_bought" ? counted(who) : placedIn(who, asked, when);
  const some = orders.filter((o) => o.skus.some(is)).length;
  if (op === "bought_times") return some >= asked.number!;
  return op.startsWith("not_") ? some === 0 : some > 0;
}

function received(who: Model) {
  return who.mails.filter((mail) => mail.did.includes("got"));
}

function campaignsIn(who: Model, days: number, { now }: Moment): number {
  return received(who).filter((mail) => mail.at >= now - days * DAY).length;
}

function lastCampaigns(who: Model, n: number) {
  return received(who).toSorted((a, b) => b.at - a.at).slice(0, n);
}

function newestFirst(who: Model) {
  return who.cases.filter((one) => one.complaint).toSorted((a, b) => b.receivedAt - a.receivedAt);
}

function lastComplaint(who: Model): number | null {
  return newestFirst(who)[0]?.receivedAt ?? null;
}

function complained(op: string, value: unknown, who: Model, { now }: Moment, words: (one: Model["cases"][number]) => string[]): boolean {
  const { values, days = Number.POSITIVE_INFINITY } = Array.isArray(value) ? { values: value as string[] } : (value as { values: string[]; days: number });
  const some = newestFirst(who).some((one) => words(one).some((word) => values.includes(word)) && one.receivedAt >= now - days * DAY && (op !== "some_open_in" || one.open));
  return op === "none_in" ? !some : some;
}

function daysOn(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}
