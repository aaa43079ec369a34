/** Puts system mails into words: the domain says which mail it is and gives raw values, here they become sentences. */
import { formatter } from "./format";
import { isLocale } from "./locales";
import { translator } from "./messages.server";

type Company = { name: string; supportEmail: string };
type Values = Record<string, unknown>;
type Detail = { label: string; value: string };

/** The shape that the frames of emails/ are filled with (`NoticeWords` of the mailings). */
type Words = {
  subject: string;
  heading: string;
  paragraphs: string[];
  code?: string;
  button?: { label: string; url: string };
  highlight?: Detail;
  quote?: { label: string; text: string };
  details?: Detail[];
  lines?: { name: string; detail?: string; quantity: string; amount: string }[];
  totals?: Detail[];
  closing?: string[];
};

/** @param appUrl where the paths in the values lead */
export function mailWords(appUrl: string) {
  return {
    notice: (locale: string, kind: string, values: Values, company: Company, zone: string): Words =>
      (NOTICES[kind] ?? other)(new Telling(locale, values, company, zone, appUrl)),
    testPrefix: (locale: string): string => translator(locale, "mail")("test_prefix"),
  };
}

class Telling {
  readonly t;
  readonly format;
  readonly company: Company;
  private readonly values: Values;
  private readonly appUrl: string;

  constructor(locale: string, values: Values, company: Company, zone: string, appUrl: string) {
    const known = isLocale(locale) ? locale : "en";
    this.t = translator(known, "mail");
    this.format = formatter(known, zone);
    this.values = values;
    this.company = company;
    this.appUrl = appUrl;
  }

  text(key: string): string {
    const value = this.values[key];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }

  number(key: string): number {
    const value = this.values[key];
    return typeof value === "number" ? value : 0;
  }

  flag(key: string): boolean {
    return this.values[key] === true;
  }

  list(key: string): Values[] {
    const value = this.values[key];
    return Array.isArray(value) ? value : [];
  }

  instant(key: string): string {
    return this.number(key) ? this.format.instant(this.number(key)) : "";
  }

  date(key: string): string {
    return this.number(key) ? this.format.longDate(this.number(key)) : "";
  }

  day(key: string): string {
    return /^\d{4}-\d\d-\d\d$/.test(this.text(key)) ? this.format.day(this.text(key)) : "";
  }

  /** A day of law, in a sentence: "by 30 November 2026". */
  dayInWords(key: string): string {
    return /^\d{4}-\d\d-\d\d$/.test(this.text(key)) ? this.format.fullDay(this.text(key)) : "";
  }

  greeting(): string[] {
    return this.text("name") ? [this.t("greeting", { name: this.text("name") })] : [];
  }

  button(label: string): { button?: Words["button"] } {
    const path = this.text("path");
    return /^\/(?!\/)/.test(path) ? { button: { label, url: `${this.appUrl}${path}` } } : {};
  }
}

/** Leaves out what has no value. */
function details(...pairs: [string, string][]): Detail[] {
  return pairs.filter(([, value]) => value !== "").map(([label, value]) => ({ label, value }));
}

const NOTICES: Record<string, (m: Telling) => Words> = {
  mail_test: (m) => ({
    subject: m.t("mail_test.subject", { company: m.company.name }),
    heading: m.t("mail_test.heading"),
    paragraphs: [...m.greeting(), m.t("mail_test.body", { at: m.instant("at") })],
  }),
  password_reset: (m) => ({
    subject: m.t("password_reset.subject"),
    heading: m.t("password_reset.heading"),
    paragraphs: [...m.greeting(), m.t("password_reset.body", { company: m.company.name, minutes: m.number("minutes") })],
    ...m.button(m.t("password_reset.button")),
    closing: [m.t("password_reset.closing")],
  }),
  password_changed: (m) => ({
    subject: m.t("password_changed.subject"),
    heading: m.t("password_changed.heading"),
    paragraphs: [...m.greeting(), m.t("password_changed.body", { company: m.company.name, at: m.instant("at") })],
    ...m.button(m.t("password_changed.button")),
    closing: [m.t("password_changed.closing")],
  }),
  login_link: (m) => ({
    subject: m.t("login_link.subject", { code: m.text("code") }),
    heading: m.t("login_link.heading", { company: m.company.name }),
    paragraphs: [...m.greeting(), m.t("login_link.body", { minutes: m.number("minutes") })],
    code: m.text("code"),
    ...m.button(m.t("login_link.button")),
    closing: [m.t("login_link.closing")],
  }),
  staff_invitation: (m) => ({
    subject: m.t("staff_invitation.subject", { by: m.text("by"), company: m.company.name }),
    heading: m.t("staff_invitation.heading"),
    paragraphs: [
      ...m.greeting(),
      m.t("staff_invitation.body", { by: m.text("by"), company: m.company.name, days: m.number("days") }),
    ],
    ...m.button(m.t("staff_invitation.button")),
  }),
  webhook_disabled: (m) => ({
    subject: m.t("webhook_disabled.subject", { host: m.text("host") }),
    heading: m.t("webhook_disabled.heading"),
    paragraphs: [...m.greeting(), m.t("webhook_disabled.body", { host: m.text("host"), since: m.instant("since") }), m.t("webhook_disabled.todo")],
    ...m.button(m.t("webhook_disabled.button")),
    closing: [m.t("webhook_disabled.closing")],
  }),
  verify_email: (m) => ({
    subject: m.t("verify_email.subject"),
    heading: m.t("verify_email.heading"),
    paragraphs: [...m.greeting(), m.t("verify_email.body", { company: m.company.name, minutes: m.number("minutes") })],
    ...m.button(m.t("verify_email.button")),
    closing: [m.t("verify_email.closing")],
  }),
  sign_up: (m) => ({
    subject: m.t("sign_up.subject", { company: m.company.name }),
    heading: m.t("sign_up.heading"),
    paragraphs: [m.t("sign_up.body", { company: m.company.name, days: m.number("days") })],
    ...m.button(m.t("sign_up.button")),
    closing: [m.t("sign_up.closing")],
  }),
  email_changed: (m) => ({
    subject: m.t("email_changed.subject"),
    heading: m.t("email_changed.heading"),
    paragraphs: [...m.greeting(), m.t("email_changed.body", { company: m.company.name, at: m.instant("at") })],
    closing: [m.t("email_changed.closing", { support: m.company.supportEmail })],
  }),
  order_placed: (m) => ({
    ...orderMail(m, "order_placed"),
    details: details([m.t("order_placed.expected"), m.date("expectedAt")]),
    lines: m.list("lines").map((line) => ({
      name: String(line.name ?? ""),
      ...(typeof line.detail === "string" && { detail: line.detail }),
      quantity: m.format.number(Number(line.quantity ?? 1)),
      amount: m.format.money(Number(line.totalMinor ?? 0), m.text("currency") || "EUR"),
    })),
    totals: [{ label: m.t("order.total"), value: m.format.money(m.number("totalMinor"), m.text("currency") || "EUR") }],
  }),
  order_in_production: (m) => orderMail(m, "order_in_production"),
  order_shipped: (m) => ({
    ...orderMail(m, "order_shipped"),
    details: details(
      [m.t("order_shipped.carrier"), m.text("carrier")],
      [m.t("order_shipped.tracking"), m.text("trackingNumber")],
      [m.t("order_shipped.expected"), m.date("expectedAt")],
    ),
  }),
  order_delivered: (m) => orderMail(m, "order_delivered"),
  order_cancelled: (m) => orderMail(m, "order_cancelled"),
  complaint_received: (m) => ({
    subject: m.t("complaint_received.subject", { number: m.text("number") }),
    heading: m.t("complaint_received.heading"),
    paragraphs: [m.t("complaint_received.body")],
    ...(m.dayInWords("dueDay") && { highlight: { label: m.t("complaint_received.answer_by"), value: m.dayInWords("dueDay") } }),
    details: details(
      [m.t("complaint_received.number"), m.text("number")],
      [m.t("complaint_received.received"), m.instant("receivedAt")],
      [m.t("complaint_received.order"), m.text("orderNumber")],
      [m.t("complaint_received.about"), m.text("subject")],
      [m.t("complaint_received.quantity"), m.text("quantity")],
      [m.t("complaint_received.reason"), wordFor(m, "reason", m.text("reason"))],
      [m.t("complaint_received.noticed"), m.day("noticedOn")],
      [m.t("complaint_received.wanted"), wordFor(m, "remedy", m.text("wantedRemedy"))],
    ),
    quote: { label: m.t("complaint_received.your_words"), text: m.text("description") },
    ...m.button(m.t("complaint_received.button")),
    closing: [m.t("complaint_received.law")],
  }),
  question_received: (m) => ({
    subject: m.t("question_received.subject", { number: m.text("number") }),
    heading: m.t("question_received.heading"),
    paragraphs: [m.t("question_received.body")],
    quote: { label: m.t("question_received.your_words"), text: m.text("message") },
    ...m.button(m.t("question_received.button")),
  }),
  case_reply: (m) => ({
    subject: m.t("case_reply.subject", { number: m.text("number"), subject: m.text("subject") }),
    heading: m.t("case_reply.heading"),
    paragraphs: [m.t("case_reply.body", { number: m.text("number"), subject: m.text("subject") })],
    quote: { label: m.t("case_reply.our_words"), text: m.text("message") },
    ...m.button(m.t("case_reply.button")),
    closing: m.flag("waits") ? [m.t("case_reply.waits")] : [],
  }),
  case_decided: (m) => ({
    subject: m.t("case_decided.subject", { number: m.text("number") }),
    heading: m.t("case_decided.heading"),
    paragraphs: [m.t("case_decided.body", { number: m.text("number"), subject: m.text("subject") })],
    details: details(
      [m.t("case_decided.decision"), wordFor(m, "decision", m.text("decision"))],
      [m.t("case_decided.remedy"), wordFor(m, "remedy", m.text("grantedRemedy"))],
    ),
    quote: { label: m.t("case_decided.our_words"), text: m.text("message") },
    ...m.button(m.t("case_decided.button")),
  }),
};

function orderMail(
  m: Telling,
  kind: "order_placed" | "order_in_production" | "order_shipped" | "order_delivered" | "order_cancelled",
): Words {
  return {
    subject: m.t(`${kind}.subject`, { number: m.text("number") }),
    heading: m.t(`${kind}.heading`),
    paragraphs: [...m.greeting(), m.t(`${kind}.body`, { number: m.text("number") })],
    ...m.button(m.t("order.button")),
  };
}

function other(m: Telling): Words {
  return {
    subject: m.t("other.subject", { company: m.company.name }),
    heading: m.t("other.heading", { company: m.company.name }),
    paragraphs: [...m.greeting(), m.t("other.body")],
    ...m.button(m.t("other.button")),
  };
}

function wordFor(m: Telling, kind: "reason" | "remedy" | "decision", value: string): string {
  const key = `${kind}.${value}` as "reason.other";
  return value && m.t.has(key) ? m.t(key) : value;
}
