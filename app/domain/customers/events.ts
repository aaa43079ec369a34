/**
 * The kinds of things that happen with a customer, and what each keeps beside its time, channel and subject. Facts
 * only, as they were then: words are made when the timeline is shown, in the reader's language.
 */
type MailData = {
  /** The mail's subject line as sent. */
  subject?: string;
  /** marketing, transactional or security. */
  class?: string;
};
type OrderData = { number: string; totalMinor?: number; currency?: string; items?: number };
type MoneyData = { number: string; totalMinor: number; currency: string };
type CaseData = { number: string; subject?: string };
type SegmentData = { name: string; segment: string };
type ConsentData = { topicId: number; topicKey: string; source: string; wordingVersion: string };

export type EventData = {
  mail_accepted: MailData;
  mail_failed: MailData & { reason?: string };
  mail_opened: MailData & { robot?: boolean };
  mail_clicked: MailData & { url?: string; label?: string; robot?: boolean };
  mail_bounced: MailData & { hard?: boolean; reason?: string };
  mail_reported_spam: MailData;
  mail_replied: MailData & { number?: string };
  mail_unsubscribed: MailData & { topicKey?: string; source?: string };
  order_placed: OrderData;
  order_in_production: OrderData;
  order_shipped: OrderData & { carrier?: string; trackingNumber?: string };
  order_delivered: OrderData;
  order_cancelled: OrderData;
  invoice_issued: MoneyData;
  credit_note_issued: MoneyData;
  payment_in: MoneyData;
  payment_out: MoneyData;
  case_filed: CaseData & { reason?: string; statutoryDueAt?: number };
  case_message_in: CaseData;
  case_message_out: CaseData;
  case_decided: CaseData & { decision?: string; remedy?: string };
  case_closed: CaseData;
  case_reopened: CaseData;
  consent_granted: ConsentData;
  consent_withdrawn: ConsentData;
  portal_visit: { path?: string };
  design_saved: { name?: string; product?: string };
  party_created: { source?: string };
  party_imported: { source?: string };
  /** `segment`: its public id; the name as it was then. */
  segment_entered: SegmentData;
  segment_left: SegmentData;
  tag_added: { name?: string };
  tag_removed: { name?: string };
  note_written: { text?: string };
  /** Written by the database itself, whoever changed the stage. */
  stage_changed: { from?: string; to?: string };
  /** A call, visit, letter or mail that staff wrote down; `subject` is what it was about. Of a mail kept whole (subject `kept_mail`) what it says stands there alone. */
  contact_in: { subject?: string; text?: string };
  contact_out: { subject?: string; text?: string };
  /** A mail of somebody else, of which they got a copy. */
  contact_copied: { subject?: string; text?: string };
  /** `name`: what the other record was called. */
  party_merged: { name?: string };
  party_unmerged: { name?: string };
};

export type EventKind = keyof EventData;

/** What a person can filter the timeline by. */
export const EVENT_GROUPS = {
  mail: [
    "mail_accepted", "mail_failed", "mail_opened", "mail_clicked", "mail_bounced", "mail_reported_spam", "mail_replied",
    "mail_unsubscribed",
  ],
  order: [
    "order_placed", "order_in_production", "order_shipped", "order_delivered", "order_cancelled", "invoice_issued", "credit_note_issued", "payment_in",
    "payment_out",
  ],
  case: ["case_filed", "case_message_in", "case_message_out", "case_decided", "case_closed", "case_reopened"],
  consent: ["consent_granted", "consent_withdrawn"],
  portal: ["portal_visit", "design_saved"],
  contact: ["contact_in", "contact_out", "contact_copied"],
  note: ["note_written", "tag_added", "tag_removed"],
  record: ["party_created", "party_imported", "party_merged", "party_unmerged", "stage_changed"],
  segment: ["segment_entered", "segment_left"],
} as const satisfies Record<string, readonly EventKind[]>;

export type EventGroup = keyof typeof EVENT_GROUPS;

/** Every kind belongs to a group, or this does not compile. */
type Ungrouped = Exclude<EventKind, (typeof EVENT_GROUPS)[EventGroup][number]>;
const everyKindIsGrouped: Ungrouped extends never ? true : Ungrouped = true;
void everyKindIsGrouped;

export function isEventGroup(text: string): text is EventGroup {
  return Object.hasOwn(EVENT_GROUPS, text);
}

/** Events by which the customer reached us, and by which we reached the customer: "last contact each way". */
export const CONTACT_IN: readonly EventKind[] = ["case_filed", "case_message_in", "case_reopened", "contact_in"];
export const CONTACT_OUT: readonly EventKind[] = ["case_message_out", "case_decided", "mail_accepted", "contact_out"];
