import { sql } from "drizzle-orm";

import {
  bool, day, id, index, instant, int, json, minor, oneOf, primaryKey, real, table, text, uniqueIndex,
} from "../../db/columns.ts";
import { LIFECYCLE_STAGES, TIERS } from "./lifecycle.ts";
import { FIELD_TYPES } from "./custom-field-type.ts";
import { RFM_SEGMENTS, type RfmCuts } from "./value/rfm.ts";
import { FIT_TROUBLES } from "./value/trouble.ts";

/** People and companies; a party can be customer and supplier at once, and people belong to companies. */
export const parties = table(
  "parties",
  {
    id: id(),
    publicId: text().notNull().unique(),
    kind: oneOf(["person", "company"]).notNull(),
    isCustomer: bool().notNull().default(true),
    isSupplier: bool().notNull().default(false),
    parentId: int(),
    /** The customer's number in the company's own books, as imported or given. */
    number: text().unique(),
    /** The name as shown: "Given Family" or the company's name. */
    name: text().notNull(),
    givenName: text(),
    familyName: text(),
    /** Names, addresses, phones and number, folded by `foldForSearch`; kept by every command that changes them. */
    searchText: text().notNull(),
    lifecycleStage: oneOf([...LIFECYCLE_STAGES]).notNull().default("lead"),
    tier: oneOf([...TIERS]).notNull().default("standard"),
    /** BCP 47: en, pl, sr-Latn, sr-Cyrl. */
    locale: text().notNull().default("en"),
    /** IANA name. */
    timeZone: text().notNull().default("Europe/Warsaw"),
    /** ISO 3166-1 alpha-2. */
    country: text(),
    birthday: day(),
    marketingPausedUntil: instant(),
    mergedIntoId: int(),
    erasedAt: instant(),
    source: text().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    index("parties_search").on(t.searchText, t.id),
    // The list of customers by name, narrowed: each page is read from where it stands, whatever there is beside it.
    index("parties_stage").on(t.lifecycleStage, t.searchText, t.id),
    index("parties_country").on(t.country, t.searchText, t.id),
    index("parties_suppliers").on(t.searchText, t.id).where(sql`is_supplier = true`),
    index("parties_companies").on(t.searchText, t.id).where(sql`kind = 'company'`),
    index("parties_created").on(t.createdAt, t.id),
    index("parties_parent").on(t.parentId),
    index("parties_zone").on(t.timeZone),
  ],
);

export type PostalAddress = { line1: string; line2?: string; postcode: string; city: string; country: string };

export const contactPoints = table(
  "contact_points",
  {
    id: id(),
    partyId: int().notNull().references(() => parties.id),
    kind: oneOf(["email", "phone", "postal"]).notNull(),
    value: text().notNull(),
    /** E-mail: lower-cased domain and local part; phone: E.164; postal: folded. */
    normalizedValue: text().notNull(),
    postal: json<PostalAddress>(),
    isPrimary: bool().notNull().default(false),
    verifiedAt: instant(),
    /** Who said it first, as in `fact_log`. */
    source: text().notNull(),
    actorId: int(),
    createdAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex("contact_points_once").on(t.partyId, t.kind, t.normalizedValue),
    index("contact_points_value").on(t.kind, t.normalizedValue),
    index("contact_points_primary_email").on(t.partyId).where(sql`kind = 'email' AND is_primary = true`),
  ],
);

/**
 * What parties are found by (search-terms.ts): kept by every command that changes a name, a number or an address; none of
 * who was merged into another or erased. PostgreSQL compares terms by their letters' codes, as SQLite does.
 */
export const partyTerms = table(
  "party_terms",
  { rank: int().notNull(), term: text().notNull(), partyId: int().notNull().references(() => parties.id) },
  (t) => [primaryKey({ columns: [t.rank, t.term, t.partyId] }), index("party_terms_party").on(t.partyId, t.term)],
);

/** What marketing mail can be about; customers choose by topic and channel. */
export const topics = table("topics", {
  id: id(),
  key: text().notNull().unique(),
  position: int().notNull().default(0),
  archivedAt: instant(),
});

export const topicTranslations = table(
  "topic_translations",
  {
    topicId: int().notNull().references(() => topics.id),
    locale: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.topicId, t.locale] })],
);

export const CHANNELS = ["email", "sms", "phone", "letter"] as const;

/** Append-only log of consent: proof of what was asked, in which words, when and where (GDPR art. 7(1)). */
export const consents = table(
  "consents",
  {
    id: id(),
    partyId: int().notNull().references(() => parties.id),
    topicId: int().notNull().references(() => topics.id),
    channel: oneOf([...CHANNELS]).notNull(),
    state: oneOf(["pending", "granted", "withdrawn"]).notNull(),
    legalBasis: oneOf(["consent", "soft_opt_in", "contract"]).notNull().default("consent"),
    wordingVersion: text().notNull(),
    wording: text(),
    /** portal, preference_page, one_click, import, form, staff, seed. */
    source: text().notNull(),
    /** The address of the request, where there was one. */
    remoteAddress: text(),
    /** Double opt-in: the row with the first step, which this one confirms by a link from the mailbox. */
    confirmsId: int(),
    at: instant().notNull(),
  },
  (t) => [index("consents_party").on(t.partyId, t.topicId, t.channel, t.id)],
);

/** The latest row of `consents` per party, topic and channel, kept in the command that appends. */
export const consentStates = table(
  "consent_states",
  {
    partyId: int().notNull().references(() => parties.id),
    topicId: int().notNull().references(() => topics.id),
    channel: oneOf([...CHANNELS]).notNull(),
    state: oneOf(["pending", "granted", "withdrawn"]).notNull(),
    since: instant().notNull(),
    consentId: int().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partyId, t.topicId, t.channel] }),
    index("consent_states_topic").on(t.topicId, t.channel, t.state, t.partyId),
  ],
);

/**
 * One row per customer. *Facts* are kept current by the command that changes them; *derived* figures by the worker,
 * with `derivedAsOf`.
 */
export const customerMetrics = table(
  "customer_metrics",
  {
    partyId: int().primaryKey().references(() => parties.id),
    // facts
    ordersCount: int().notNull().default(0),
    spendMinor: minor().notNull().default(0),
    currency: text().notNull().default("EUR"),
    firstOrderAt: instant(),
    lastOrderAt: instant(),
    /** Of the orders in `currency`, rounded. */
    averageOrderMinor: minor(),
    /** The median of the days between their purchases; null before the second. */
    usualIntervalDays: int(),
    /** The last order and the usual interval after it: from then on the next one is overdue. */
    dueAt: instant(),
    /** Days of the company's calendar on which something was ordered. */
    purchaseDays: int().notNull().default(0),
    /** All that was ordered in the company's currency. */
    paidMinor: minor().notNull().default(0),
    /** Days after the first on which something in the company's currency was ordered, and what they came to. */
    paidRepeats: int().notNull().default(0),
    repeatSpendMinor: minor().notNull().default(0),
    /** When an order last came or was cancelled: what is reckoned as of an earlier instant cannot use these facts. */
    ordersChangedAt: instant(),
    mailsAccepted: int().notNull().default(0),
    mailsOpened: int().notNull().default(0),
    mailsClicked: int().notNull().default(0),
    lastMailedAt: instant(),
    lastOpenedAt: instant(),
    lastClickedAt: instant(),
    complaintsCount: int().notNull().default(0),
    openComplaints: int().notNull().default(0),
    // derived
    recencyScore: int(),
    frequencyScore: int(),
    monetaryScore: int(),
    rfmSegment: oneOf([...RFM_SEGMENTS]),
    /** In the company's currency; null for who never paid in it, and where the fit cannot be relied upon. */
    valueMinor: minor(),
    expectedOrders: real(),
    pAlive: real(),
    /** Null where there is nothing to reckon from. */
    derivedAsOf: instant(),
    // profile: what segments ask most of the party, kept as it stands there by triggers (drizzle/triggers)
    /** A customer who is still there: not a supplier only, not merged into another, not erased. Never null once written. */
    isCurrent: bool(),
    kind: oneOf(["person", "company"]),
    country: text(),
    locale: text(),
    timeZone: text(),
    lifecycleStage: oneOf([...LIFECYCLE_STAGES]),
    tier: oneOf([...TIERS]),
    customerSince: instant(),
  },
  // Each question about one figure reads its index and nothing else: that the customer is still there stands in it.
  (t) => [
    index("customer_metrics_orders").on(t.isCurrent, t.ordersCount, t.partyId),
    index("customer_metrics_spend").on(t.isCurrent, t.spendMinor, t.partyId),
    index("customer_metrics_first_order").on(t.isCurrent, t.firstOrderAt, t.partyId),
    index("customer_metrics_last_order").on(t.isCurrent, t.lastOrderAt, t.partyId),
    index("customer_metrics_due").on(t.isCurrent, t.dueAt, t.partyId),
    index("customer_metrics_opened").on(t.isCurrent, t.lastOpenedAt, t.partyId),
    index("customer_metrics_clicked").on(t.isCurrent, t.lastClickedAt, t.partyId),
    index("customer_metrics_complaints").on(t.isCurrent, t.complaintsCount, t.partyId),
    index("customer_metrics_open_complaints").on(t.isCurrent, t.openComplaints, t.partyId),
    index("customer_metrics_rfm").on(t.isCurrent, t.rfmSegment, t.partyId),
    index("customer_metrics_country").on(t.isCurrent, t.country, t.partyId),
    index("customer_metrics_stage").on(t.isCurrent, t.lifecycleStage, t.partyId),
    index("customer_metrics_since").on(t.isCurrent, t.customerSince, t.partyId),
  ],
);

/**
 * One reckoning of the derived figures of all customers, as of one instant: the models as fitted to the whole base, where
 * the scores are cut, and up to which customer the figures are written.
 */
export const derivations = table("derivations", {
  id: id(),
  asOf: instant().notNull(),
  /** The company's day of `asOf`. */
  day: day().notNull(),
  afterPartyId: int().notNull().default(0),
  finishedAt: instant(),
  currency: text().notNull(),
  /** In whose calendar purchases were counted; null before it was kept. */
  timeZone: text(),
  customers: int().notNull(),
  repeaters: int().notNull(),
  /** Why the models cannot be relied upon; null: they can. */
  trouble: oneOf([...FIT_TROUBLES]),
  r: real(),
  alpha: real(),
  a: real(),
  b: real(),
  loglik: real(),
  p: real(),
  q: real(),
  v: real(),
  loglikSpend: real(),
  /** By the currency that customers pay in: spend in one is not compared with spend in another. */
  cuts: json<Record<string, RfmCuts>>().notNull(),
});

/** What a customer was worth, a row for each day on which it changed noticeably; the oldest rows of many are dropped. */
export const worthDays = table(
  "worth_days",
  {
    partyId: int().notNull().references(() => parties.id),
    day: day().notNull(),
    rfmSegment: oneOf([...RFM_SEGMENTS]).notNull(),
    recencyScore: int().notNull(),
    frequencyScore: int().notNull(),
    monetaryScore: int().notNull(),
    valueMinor: minor(),
    expectedOrders: real(),
    pAlive: real(),
  },
  (t) => [primaryKey({ columns: [t.partyId, t.day] })],
);

/** A short word that staff put on records. `key` is its name folded: two tags differ by more than capitals. */
export const tags = table("tags", { id: id(), key: text().notNull().unique(), name: text().notNull(), createdAt: instant().notNull() });

export const partyTags = table(
  "party_tags",
  {
    partyId: int().notNull().references(() => parties.id),
    tagId: int().notNull().references(() => tags.id),
    source: text().notNull(),
    actorId: int(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.partyId, t.tagId] }), index("party_tags_tag").on(t.tagId, t.partyId)],
);

/** What staff want to remember about somebody, in their own words. */
export const notes = table(
  "notes",
  {
    id: id(),
    publicId: text().notNull().unique(),
    partyId: int().notNull().references(() => parties.id),
    body: text().notNull(),
    source: text().notNull(),
    actorId: int(),
    /** Who wrote it elsewhere, as a file names them. */
    author: text(),
    at: instant().notNull(),
  },
  (t) => [index("notes_party").on(t.partyId, t.at, t.id)],
);

/** Names of a thing by locale. */
export type FieldWords = Record<string, { name: string; description: string }>;

/** What a company wants to know of its customers beyond what everybody has. Put away, never deleted: its values stay. */
export const customFields = table("custom_fields", {
  id: id(),
  key: text().notNull().unique(),
  type: oneOf([...FIELD_TYPES]).notNull(),
  words: json<FieldWords>().notNull(),
  /** Of a choice, in their order. */
  options: json<{ key: string; words: FieldWords }[]>().notNull(),
  position: int().notNull(),
  archivedAt: instant(),
});

/** What is known now; what was known before stands in `fact_log`. Days as YYYY-MM-DD, choices by key, yes and no as words. */
export const customValues = table(
  "custom_values",
  {
    partyId: int().notNull().references(() => parties.id),
    fieldId: int().notNull().references(() => customFields.id),
    textValue: text(),
    /** Free text as it is searched: `foldForSearch`. */
    foldedValue: text(),
    numberValue: real(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.partyId, t.fieldId] }),
    index("custom_values_text").on(t.fieldId, t.textValue, t.partyId),
    index("custom_values_number").on(t.fieldId, t.numberValue, t.partyId),
  ],
);

/**
 * Each change of what is known about somebody: who said it, when, and what was known before. A fact that was never changed
 * has no row: it is as old as its record, and came the way the record came.
 */
export const factLog = table(
  "fact_log",
  {
    id: id(),
    partyId: int().notNull().references(() => parties.id),
    /** name, number, birthday, country, locale, email, phone, postal, or `custom:` and a field's key. */
    fact: text().notNull(),
    was: text(),
    value: text(),
    /** staff, portal, import, form, api, cli, seed, worker. */
    source: text().notNull(),
    actorId: int(),
    at: instant().notNull(),
  },
  (t) => [index("fact_log_party").on(t.partyId, t.fact, t.id)],
);

/**
 * Everything that happened with a customer, append-only: the timeline, the campaign figures and the engine's triggers
 * read this one table, so that screens cannot disagree. Kinds and their data: events.ts.
 */
export const events = table(
  "events",
  {
    id: id(),
    partyId: int().notNull().references(() => parties.id),
    at: instant().notNull(),
    kind: text().notNull(),
    channel: text(),
    subjectType: text(),
    subjectId: int(),
    campaignId: int(),
    deliveryId: int(),
    actorKind: text().notNull(),
    actorId: int(),
    data: json<Record<string, unknown>>().notNull(),
    /** Set where the same fact must not be written twice (an import repeated, an event delivered again). */
    dedupeKey: text().unique(),
  },
  (t) => [
    index("events_party").on(t.partyId, t.at, t.id),
    index("events_kind").on(t.kind, t.at),
    // Which campaigns somebody got, the newest first, without looking anything up.
    index("events_received").on(t.partyId, t.at, t.id, t.campaignId).where(sql`kind = 'mail_accepted'`),
    index("events_campaign").on(t.campaignId, t.kind, t.partyId),
    index("events_delivery").on(t.deliveryId, t.kind),
    index("events_subject").on(t.subjectType, t.subjectId),
  ],
);
