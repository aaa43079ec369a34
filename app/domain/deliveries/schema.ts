import { sql } from "drizzle-orm";

import { parties, topics } from "../customers/schema.ts";
import { mailingRevisions } from "../mailings/schema.ts";
import { bool, id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";

/** `handing` is not kept on the row: it is a leased one whose (id, attempt) stands in `handovers`. */
export const DELIVERY_STATES = [
  "planned", "withheld", "queued", "leased", "handing", "accepted", "failed", "unknown", "unconfirmed",
] as const;

/** What a system mail says: which template of emails/, in which language, with which values. */
export type Notice = { template: string; locale: string; values: Record<string, unknown> };

/** The outbox: one row per mail that is to leave, or was withheld. */
export const deliveries = table(
  "deliveries",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** Occurrence of the campaign or message, and the hash of the normalised address: a repeat of the plan is harmless. */
    dedupeKey: text().notNull().unique(),
    /** RFC 5322 Message-ID, without angle brackets. */
    messageId: text().notNull().unique(),
    class: oneOf(["marketing", "transactional", "security"]).notNull(),
    partyId: int().references(() => parties.id),
    address: text().notNull(),
    /** Whose mailbox it is, where that is one of the large providers (lane.ts); '' for all the others. */
    lane: text().notNull().default(""),
    /** HMAC-SHA256 of the normalised address: survives the erasure of the address. */
    addressHash: text().notNull(),
    recipientName: text(),
    locale: text().notNull(),
    campaignId: int(),
    topicId: int().references(() => topics.id),
    /** Marketing: the frozen revision. */
    revisionId: int().references(() => mailingRevisions.id),
    /** Marketing: the merge values as frozen at launch. */
    mergeValues: json<Record<string, unknown>>(),
    /** Transactional and security: what is said. Secret values are removed once the mail is accepted. */
    notice: json<Notice>(),
    subjectType: text(),
    subjectId: int(),
    /** The subject line as written when it was handed over; not of security mails, whose subject may hold a code. */
    subject: text(),
    state: oneOf([...DELIVERY_STATES]).notNull(),
    /** Why withheld or failed: suppressed, no_consent, open_complaint, cancelled, expired, erased, paused_by_customer, refused, … */
    reason: text(),
    attempt: int().notNull().default(0),
    /** When a server first put it off. */
    deferredSince: instant(),
    notBefore: instant().notNull(),
    expiresAt: instant(),
    leaseOwner: text(),
    leaseEpoch: int().notNull().default(0),
    leaseUntil: instant(),
    handedAt: instant(),
    acceptedAt: instant(),
    /** What came back after the acceptance; null where the transport reports nothing. */
    deliveredAt: instant(),
    bouncedAt: instant(),
    bounce: oneOf(["hard", "soft"]),
    finishedAt: instant(),
    /** When the acceptance was written on the customer's timeline and into their facts; a step of the worker does it. */
    toldAt: instant(),
    provider: text(),
    providerId: text(),
    /** The answer's code: SMTP reply or HTTP status. */
    code: int(),
    /** The server's own words. */
    words: text(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // Partial: a row leaves them for good when it is claimed, and the way out writes as little as it can.
    index("deliveries_queue").on(t.campaignId, t.lane, t.notBefore, t.id).where(sql`state = 'queued'`),
    index("deliveries_system_queue").on(t.class, t.notBefore, t.id).where(sql`state = 'queued' AND campaign_id IS NULL`),
    index("deliveries_campaign").on(t.campaignId, t.state, t.id),
    // Partial: what a report counts in them alone.
    index("deliveries_withheld").on(t.campaignId, t.reason, t.id).where(sql`state = 'withheld'`),
    index("deliveries_bounced").on(t.campaignId, t.bounce, t.id).where(sql`bounce IS NOT NULL`),
    index("deliveries_delivered").on(t.campaignId, t.id).where(sql`delivered_at IS NOT NULL`),
    index("deliveries_party").on(t.partyId, t.id),
    index("deliveries_lease").on(t.leaseUntil).where(sql`state = 'leased'`),
    index("deliveries_unknown").on(t.handedAt).where(sql`state = 'unknown'`),
    index("deliveries_untold").on(t.id).where(sql`state IN ('accepted', 'failed') AND told_at IS NULL`),
    index("deliveries_provider").on(t.provider, t.providerId).where(sql`provider_id IS NOT NULL`),
  ],
);

/**
 * Append-only: the key itself forbids a second handover of one delivery in one attempt. `deliveries.attempt` rises only
 * when it is certain that the attempt before left nothing with the server (it refused, or the final dot never went out).
 */
export const handovers = table(
  "handovers",
  {
    deliveryId: int().notNull().references(() => deliveries.id),
    attempt: int().notNull(),
    epoch: int().notNull(),
    /** Null: this attempt ended before the mail could have left. */
    intentAt: instant(),
    /** How an attempt ended that did not end in acceptance: the acceptance, with its words, stands on the delivery. */
    endedAt: instant(),
    outcome: oneOf(["refused", "deferred", "unreachable", "unknown"]),
    code: int(),
    words: text(),
  },
  (t) => [primaryKey({ columns: [t.deliveryId, t.attempt] })],
);

/** Addresses that get no more mail, by keyed hash: erasing a person keeps the block. */
export const suppressions = table(
  "suppressions",
  {
    addressHash: text().notNull(),
    /** all: nothing leaves; marketing: only marketing is stopped. */
    scope: oneOf(["all", "marketing"]).notNull(),
    reason: oneOf(["hard_bounce", "spam_report", "unsubscribed_all", "manual", "erased", "imported"]).notNull(),
    /** Shown to staff; null after an erasure. */
    address: text(),
    source: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.addressHash, t.scope] })],
);

/**
 * Each fact that can stop a mail on its way, in the order of commit. Triggers write it (drizzle/triggers), so that no
 * way of writing such a fact can forget to. A sender reads only what is newer than its claim.
 */
export const stopLog = table("stop_log", {
  id: id(),
  kind: oneOf(["suppressed", "consent_withdrawn", "erased", "complaint_opened", "campaign_stopped", "paused_by_customer", "held"]).notNull(),
  partyId: int(),
  addressHash: text(),
  campaignId: int(),
});

/** Events that a provider reported, once each. */
export const providerEvents = table(
  "provider_events",
  {
    provider: text().notNull(),
    eventId: text().notNull(),
    type: text().notNull(),
    deliveryId: int(),
    at: instant().notNull(),
    receivedAt: instant().notNull(),
    payload: json<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.eventId] }), index("provider_events_delivery").on(t.deliveryId, t.at)],
);

/** Whether a campaign's mails may leave: one row per campaign, read by the claim and again at every intent. */
export const sendStreams = table("send_streams", {
  campaignId: int().primaryKey(),
  state: oneOf(["running", "paused", "cancelled", "finished"]).notNull(),
  updatedAt: instant().notNull(),
});

/** Why nothing leaves: a restored backup, or an administrator's word. Open while `releasedAt` is null. */
export const sendHolds = table(
  "send_holds",
  {
    id: id(),
    reason: oneOf(["restored", "manual"]).notNull(),
    since: instant().notNull(),
    /** Restored: when the backup was taken. */
    backupAt: instant(),
    /** Restored: the newest mail that the backup knows. Codes and links for signing in that are newer leave all the same. */
    lastDeliveryId: int().notNull().default(0),
    heldBy: text().notNull(),
    releasedAt: instant(),
    releasedBy: text(),
  },
  (t) => [index("send_holds_open").on(t.releasedAt)],
);

/** Whether a way out for mail can be reached, as the senders saw it last. `downSince` is null while it can. */
export const transportStates = table("transport_states", {
  transport: text().primaryKey(),
  downSince: instant(),
  /** What was said, without a secret. */
  words: text(),
  checkedAt: instant().notNull(),
});

/** Which SECRET_KEY this database's keyed hashes and links were made with: a mark of it, from which it cannot be found. */
export const secretKeyMarks = table("secret_key_marks", {
  mark: text().primaryKey(),
  /** The one key of which this is true makes new hashes and links. */
  current: bool().notNull(),
  since: instant().notNull(),
});
/** How fast one campaign's mails may leave: no row is no limit of its own. */
export const streamLimits = table("stream_limits", {
  campaignId: int().primaryKey(),
  perSecond: int(),
  /** At most so many in any stretch of so many milliseconds. */
  windowLimit: int(),
  windowMs: int(),
});

/** What of a limit has been used, in steps of time: written with the claim itself, so that a restart forgets nothing. */
export const sendUsage = table(
  "send_usage",
  {
    /** `all`, `campaign:<id>` or `lane:<name>`. */
    scope: text().notNull(),
    /** Length of the step, in ms. */
    step: int().notNull(),
    bucketAt: instant().notNull(),
    count: int().notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.step, t.bucketAt] })],
);

/** Every mail that came in, once: what it was taken for, and what followed. */
export const inboundMails = table(
  "inbound_mails",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** Over what its writer made, not over what servers added: the same mail by either door has the same. */
    contentKey: text().notNull().unique(),
    door: oneOf(["mailbox", "webhook"]).notNull(),
    messageId: text(),
    fromAddress: text(),
    fromName: text(),
    subject: text().notNull(),
    kind: oneOf(["bounce", "feedback", "auto-reply", "message", "unread"]).notNull(),
    /**
     * recorded: on its delivery; case: in a case's thread; ignored: automatic or our own; unmatched: about no mail of ours;
     * unknown_sender: from nobody we know; too_big, failed: kept aside, still in the mailbox. Of mails that staff handed over
     * (correspondence) logged: on timelines; unfiled: about nobody known; refused: not from whose address it came by.
     */
    outcome: oneOf(["recorded", "case", "ignored", "unmatched", "unknown_sender", "too_big", "failed", "logged", "unfiled", "refused"]).notNull(),
    /** What people read, whole: with what it quotes. */
    text: text().notNull(),
    /** Names of files that came with it and are no photos: named, not kept. */
    files: json<string[]>().notNull(),
    /** Its sender is who they say, as far as can be shown: they hold a mail of ours, or their domain vouches for them. */
    isProved: bool().notNull(),
    deliveryId: int(),
    campaignId: int(),
    partyId: int().references(() => parties.id),
    caseId: int(),
    /** The mail that staff handed over with it (kept_mails). */
    keptMailId: int(),
    receivedAt: instant().notNull(),
    /** When somebody said that nothing is to be done about it. */
    setAsideAt: instant(),
  },
  (t) => [index("inbound_mails_received").on(t.receivedAt, t.id), index("inbound_mails_delivery").on(t.deliveryId), index("inbound_mails_party").on(t.partyId), index("inbound_mails_kept").on(t.keptMailId).where(sql`kept_mail_id IS NOT NULL`), index("inbound_mails_message").on(t.messageId)],
);

/** How far the mailbox has been read, and what was wrong with it last. */
export const mailboxes = table("mailboxes", {
  /** user@host/folder, without the password. */
  name: text().primaryKey(),
  uidValidity: text(),
  lastUid: int().notNull().default(0),
  /** Up to here only unread mails are taken, and those since `takenSince`: they lay there before we looked. */
  backlogUntil: int().notNull().default(0),
  takenSince: instant(),
  readAt: instant(),
  error: text(),
  errorAt: instant(),
  failures: int().notNull().default(0),
  nextTryAt: instant(),
  leaseOwner: text(),
  leaseUntil: instant(),
});
