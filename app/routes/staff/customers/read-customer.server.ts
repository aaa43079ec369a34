import { ACCESS } from "~/access";
import type { App } from "~/context.server";
import type { Reader } from "~/db/types";
import { listStaffNames } from "~/domain/accounts/staff.server";
import { readHabitsOf } from "~/domain/analytics/wishes.server";
import { listCampaignRefs } from "~/domain/campaigns/campaign-refs.server";
import { listCaseRefs } from "~/domain/cases/case-refs.server";
import { listCasesOf } from "~/domain/cases/customer-cases.server";
import { listKeptMailRefs } from "~/domain/correspondence/kept-mails.server";
import { listConsents, listConsentStates } from "~/domain/customers/consents.server";
import { listContactPoints } from "~/domain/customers/contact-points.server";
import { findParty, type Party } from "~/domain/customers/customers.server";
import { CONTACT_IN, CONTACT_OUT, EVENT_GROUPS, type EventGroup } from "~/domain/customers/events";
import { findLastEvent, listMailSubjects, listTimeline, type TimelineEntry } from "~/domain/customers/events.server";
import { findDerivation, listWorthDays } from "~/domain/customers/derived.server";
import { findMetrics, type CustomerMetrics } from "~/domain/customers/metrics.server";
import { listPeopleOf } from "~/domain/customers/search.server";
import { listTopics } from "~/domain/customers/topics.server";
import { listDeliveryRefs } from "~/domain/deliveries/delivery-refs.server";
import { isSuppressed } from "~/domain/deliveries/suppressions.server";
import type { StaffRole } from "~/domain/journal/actor";
import { listTokenNames } from "~/domain/integrations/tokens.server";
import { listOrderRefs } from "~/domain/orders/order-refs.server";
import { listOrdersOf } from "~/domain/orders/orders.server";
import { listLists, listListsOf } from "~/domain/segments/lists.server";
import { listSegmentsOf } from "~/domain/segments/explain.server";
import { readNotes, readProfile, saidOf, staffNames } from "./read-record.server";
import type { Tab } from "./tabs";
import type { ShownEvent } from "./timeline";

/** Who looks: links lead only where this role may go. */
export type EventReader = { locale: string; role: StaffRole };

export type CustomerOverview = Awaited<ReturnType<typeof readOverview>>;

/** What stands on the page whatever tab is open. */
export async function readOverview(db: Reader, party: Party, reader: EventReader, now: number) {
  const [metrics, contacts, parent, people, lastIn, lastOut, cases, names] = await Promise.all([
    findMetrics(db, party.id),
    listContactPoints(db, party.id),
    party.parentId === null ? null : findParty(db, party.parentId),
    party.kind === "company" ? listPeopleOf(db, party.id) : [],
    findLastEvent(db, party.id, CONTACT_IN),
    findLastEvent(db, party.id, CONTACT_OUT),
    listCasesOf(db, party.id),
    staffNames(db),
  ]);
  const lastContacts = await shown(db, [lastIn, lastOut].filter((e) => e !== null), reader);
  const email = contacts.find((c) => c.kind === "email" && c.isPrimary)?.value;
  const openCases = cases.filter((c) => c.status !== "closed");
  return {
    party: {
      id: party.id, publicId: party.publicId, kind: party.kind, name: party.name, number: party.number, country: party.country, locale: party.locale,
      tier: party.tier, lifecycleStage: party.lifecycleStage, birthday: party.birthday, isCustomer: party.isCustomer, isSupplier: party.isSupplier,
      createdAt: party.createdAt,
      pausedUntil: party.marketingPausedUntil !== null && party.marketingPausedUntil > now ? party.marketingPausedUntil : null,
    },
    parent: parent && { publicId: parent.publicId, name: parent.name },
    people,
    contacts: contacts.map((point) => {
      const { kind, value, postal, isPrimary, verifiedAt } = point;
      return { kind, value, postal, isPrimary, verifiedAt, said: saidOf(point, names) };
    }),
    blocked: email ? await isSuppressed(db, email) : null,
    metrics: metrics && {
      ordersCount: metrics.ordersCount, spendMinor: metrics.spendMinor, currency: metrics.currency, lastOrderAt: metrics.lastOrderAt,
      openComplaints: metrics.openComplaints,
    },
    worth: party.isCustomer ? await readWorth(db, metrics) : null,
    habits: party.isCustomer && metrics ? await readHabits(db, party, metrics, reader.locale, now) : null,
    lastIn: lastIn && (lastContacts.find((e) => e.id === lastIn.id) ?? null),
    lastOut: lastOut && (lastContacts.find((e) => e.id === lastOut.id) ?? null),
    openCases: openCases.slice(0, 3).map(({ publicId, number, subject, statutoryDueAt, answeredAt }) => ({ publicId, number, subject, statutoryDueAt, answeredAt })),
    openCount: openCases.length,
    casesCount: cases.length,
    mayOpenCases: reader.role !== "marketer",
  };
}

async function readHabits(db: Reader, party: Party, { dueAt }: CustomerMetrics, locale: string, now: number) {
  const habits = await readHabitsOf(db, party.id, locale, now);
  return habits && { ...habits, dueAt, isOverdue: dueAt !== null && dueAt <= now };
}

/** The segments they are in, for those who may look at segments; null for the others. */
export async function readSegmentsOf(app: App, partyId: number, role: StaffRole) {
  if (!ACCESS["routes/staff/segments/show"]?.read.includes(role)) return null;
  const [segments, lists, all] = await Promise.all([listSegmentsOf(app.db.read, app.fields, app.clock(), partyId), listListsOf(app.db.read, partyId), listLists(app.db.read)]);
  const isOn = (one: { publicId: string }) => lists.some(({ publicId }) => publicId === one.publicId);
  return { segments: segments.filter((one) => !isOn(one)).map(({ publicId, name }) => ({ publicId, name })), lists, others: all.filter((one) => !isOn(one)) };
}

export const mayChangeLists = (role: StaffRole): boolean => ACCESS["routes/staff/segments/show"]?.write?.includes(role) ?? false;

/** The figures as the worker last reckoned them; `figures` null: nothing was ordered. */
async function readWorth(db: Reader, metrics: CustomerMetrics | null) {
  const fit = await findDerivation(db);
  if (!metrics || !fit) return { figures: null, fit: null, days: [] };
  const { rfmSegment, recencyScore, frequencyScore, monetaryScore, valueMinor, expectedOrders, pAlive } = metrics;
  const isReckoned = rfmSegment !== null && recencyScore !== null && frequencyScore !== null && monetaryScore !== null;
  const days = isReckoned ? (await listWorthDays(db, metrics.partyId)).toReversed() : [];
  return {
    figures: isReckoned
      ? { rfmSegment, recencyScore, frequencyScore, monetaryScore, valueMinor, expectedOrders, pAlive, isOnce: metrics.ordersCount === 1 || metrics.firstOrderAt === metrics.lastOrderAt }
      : null,
    fit: { asOf: metrics.derivedAsOf ?? fit.asOf, customers: fit.customers, trouble: fit.trouble, currency: fit.currency },
    days: days.map(({ day, rfmSegment: segment, valueMinor: value }) => ({ day, rfmSegment: segment, valueMinor: value })),
  };
}

export type CustomerTab = Awaited<ReturnType<typeof readTab>>;

/** What the open tab shows; the others are null. */
export async function readTab(db: Reader, party: Party, tab: Tab, { group, before, ...reader }: EventReader & { group: EventGroup | null; before: string | null }) {
  return {
    profile: tab === "profile" ? await readProfile(db, party, reader.locale) : null,
    notes: tab === "profile" ? await readNotes(db, party.id) : null,
    timeline: tab === "timeline" ? await readTimeline(db, party.id, { group, before, ...reader }) : null,
    mails: tab === "mails" ? await readTimeline(db, party.id, { group: "mail", before, ...reader, limit: 100 }) : null,
    orders: tab === "orders" ? await listOrdersOf(db, party.id, { before, limit: 15 }) : null,
    cases: tab === "complaints" ? await listCasesOf(db, party.id) : null,
    consent: tab === "consent" ? await readConsent(db, party.id, reader.locale) : null,
  };
}

async function readConsent(db: Reader, partyId: number, locale: string) {
  return {
    topics: await listTopics(db, locale),
    states: (await listConsentStates(db, partyId)).map(({ topicId, channel, state, since }) => ({ topicId, channel, state, since })),
    log: (await listConsents(db, partyId)).map(({ id, at, topicId, channel, state, source, wordingVersion, wording }) => ({
      id, at, topicId, channel, state, source, wordingVersion, wording,
    })),
  };
}

/** A page of the timeline, each entry with who did it and where it leads. */
async function readTimeline(
  db: Reader,
  partyId: number,
  { group, before, limit = 40, ...reader }: EventReader & { group: EventGroup | null; before: string | null; limit?: number },
): Promise<{ events: ShownEvent[]; next: string | null }> {
  const { entries, next } = await listTimeline(db, partyId, { before, limit, kinds: group ? EVENT_GROUPS[group] : undefined });
  return { events: await shown(db, entries, reader), next };
}

async function shown(db: Reader, entries: readonly TimelineEntry[], { locale, role }: EventReader): Promise<ShownEvent[]> {
  const of = (type: string) => entries.flatMap((e) => (e.subjectType === type && e.subjectId !== null ? [e.subjectId] : []));
  const ids = (key: "deliveryId" | "campaignId") => entries.flatMap((e) => (e[key] === null ? [] : [e[key]]));
  const [orders, cases, mails, subjects, kept, campaigns, staff, topics] = await Promise.all([
    listOrderRefs(db, of("order")),
    listCaseRefs(db, of("case")),
    listDeliveryRefs(db, ids("deliveryId")),
    listMailSubjects(db, ids("deliveryId")),
    listKeptMailRefs(db, of("kept_mail")),
    listCampaignRefs(db, ids("campaignId")),
    listStaffNames(db),
    listTopics(db, locale),
  ]);
  const programs = entries.some((entry) => entry.actorKind === "token") ? await listTokenNames(db) : null;
  const names = new Map(staff.map(({ id, name }) => [id, name]));
  return entries.map((entry): ShownEvent => {
    const order = entry.subjectType === "order" ? orders.get(entry.subjectId ?? 0) : undefined;
    const ofCase = entry.subjectType === "case" ? cases.get(entry.subjectId ?? 0) : undefined;
    const mail = entry.deliveryId === null ? undefined : mails.get(entry.deliveryId);
    const letter = entry.subjectType === "kept_mail" ? kept.get(entry.subjectId ?? 0) : undefined;
    const data = { ...(entry.data as { topicId?: number; subject?: string; text?: string }), ...(letter && { ...(letter.subject && { subject: letter.subject }), text: letter.excerpt }) };
    return {
      ...entry,
      data,
      subject: entry.deliveryId === null ? null : (data.subject ?? subjects.get(entry.deliveryId) ?? null),
      to: order
        ? `/staff/orders/${order.publicId}`
        : ofCase && role !== "marketer"
          ? `/staff/desk/${ofCase.publicId}`
          : mail
            ? `/staff/outbox/${mail.publicId}`
            : letter
              ? `/staff/mails/${letter.publicId}`
              : entry.subjectType === "segment" && role !== "support"
              ? `/staff/segments/${(entry.data as { segment: string }).segment}`
              : null,
      by: (entry.actorKind === "staff" ? names : entry.actorKind === "token" ? programs : null)?.get(entry.actorId ?? 0) ?? null,
      campaign: campaigns.get(entry.campaignId ?? 0)?.name ?? null,
      topic: data.topicId === undefined ? null : (topics.find((topic) => topic.id === data.topicId)?.name ?? null),
    } as ShownEvent;
  });
}
