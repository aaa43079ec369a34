/** The event log: what happened with each customer. Append-only. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";

import { givenIds, insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { actorId } from "../journal/journal.server";
import type { EventData, EventKind } from "./events";
import { events } from "./schema";

export type NewEvent = {
  [K in EventKind]: {
    partyId: number;
    kind: K;
    /** When it happened, ms since the epoch; `by.now` unless given. */
    at?: number;
    channel?: string;
    subject?: { type: string; id: number };
    campaignId?: number | null;
    deliveryId?: number | null;
    data?: EventData[K];
    dedupeKey?: string;
  };
}[EventKind];

/** @returns false when an event with the same `dedupeKey` is there already: nothing was written. */
export async function recordEvent(tx: Tx, by: By, event: NewEvent): Promise<boolean> {
  // the busiest INSERT of all: written once as text, so that the statement is prepared once
  const written = await tx.raw(
    `INSERT INTO events (party_id, at, kind, channel, subject_type, subject_id, campaign_id, delivery_id, actor_kind, actor_id, data, dedupe_key)
     VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
    [
      event.partyId, event.at ?? by.now, event.kind, event.channel ?? null, event.subject?.type ?? null, event.subject?.id ?? null,
      event.campaignId ?? null, event.deliveryId ?? null, by.actor.kind, actorId(by.actor), JSON.stringify(event.data ?? {}), event.dedupeKey ?? null,
    ],
  );
  return written.length > 0;
}

/** As `recordEvent`, many at once; those whose `dedupeKey` is there already are left out. */
export async function recordEvents(tx: Tx, by: By, list: NewEvent[]): Promise<void> {
  const actor = actorId(by.actor);
  await insertRows(
    tx,
    "events",
    {
      party_id: "int", at: "int", kind: "text", channel: "text", subject_type: "text", subject_id: "int", campaign_id: "int",
      delivery_id: "int", actor_kind: "text", actor_id: "int", data: "json", dedupe_key: "text",
    },
    list.map((event) => [
      event.partyId, event.at ?? by.now, event.kind, event.channel ?? null, event.subject?.type ?? null, event.subject?.id ?? null,
      event.campaignId ?? null, event.deliveryId ?? null, by.actor.kind, actor, JSON.stringify(event.data ?? {}), event.dedupeKey ?? null,
    ]),
    "ON CONFLICT (dedupe_key) DO NOTHING",
  );
}

/** As `recordEvent`, for what others report in any order: one that is there already is brought to what is known now. */
export async function restateEvent(tx: Tx, by: By, event: NewEvent & { at: number; dedupeKey: string }): Promise<boolean> {
  const isNew = await recordEvent(tx, by, event);
  if (!isNew) await tx.raw("UPDATE events SET at = ?, data = ? WHERE dedupe_key = ?", [event.at, JSON.stringify(event.data ?? {}), event.dedupeKey]);
  return isNew;
}

export type TimelineEntry = {
  [K in EventKind]: {
    id: number;
    at: number;
    kind: K;
    channel: string | null;
    subjectType: string | null;
    subjectId: number | null;
    campaignId: number | null;
    deliveryId: number | null;
    actorKind: string;
    actorId: number | null;
    data: Partial<EventData[K]>;
  };
}[EventKind];

export type TimelinePage = { entries: TimelineEntry[]; /** Ask with it as `before` for the page that follows; null at the end. */ next: string | null };

/** One customer's events, newest first, by keyset. `kinds` empty or absent: all of them. */
export async function listTimeline(
  db: Reader,
  partyId: number,
  { before, limit, kinds }: { before?: string | null; limit: number; kinds?: readonly EventKind[] },
): Promise<TimelinePage> {
  const cursor = before ? readCursor(before) : null;
  const rows = await db
    .select(columns)
    .from(events)
    .where(
      and(
        eq(events.partyId, partyId),
        kinds?.length ? inArray(events.kind, [...kinds]) : undefined,
        cursor ? sql`(${events.at}, ${events.id}) < (${cursor.at}, ${cursor.id})` : undefined,
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(limit + 1);
  const entries = rows.slice(0, limit) as TimelineEntry[];
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last ? `${last.at}.${last.id}` : null };
}

/** The newest event of any of these kinds. */
export async function findLastEvent(db: Reader, partyId: number, kinds: readonly EventKind[]): Promise<TimelineEntry | null> {
  const { entries } = await listTimeline(db, partyId, { limit: 1, kinds });
  return entries[0] ?? null;
}

/** The subject lines under which these mails left: what opens, clicks and bounces of them are about. */
export async function listMailSubjects(db: Reader, deliveryIds: readonly number[]): Promise<Map<number, string>> {
  if (!deliveryIds.length) return new Map();
  const rows = await db
    .select({ deliveryId: events.deliveryId, data: events.data })
    .from(events)
    .where(and(inArray(events.deliveryId, [...new Set(deliveryIds)]), eq(events.kind, "mail_accepted")));
  return new Map(rows.flatMap(({ deliveryId, data }) => (deliveryId !== null && typeof data.subject === "string" ? [[deliveryId, data.subject] as const] : [])));
}

const columns = {
  id: events.id,
  at: events.at,
  kind: events.kind,
  channel: events.channel,
  subjectType: events.subjectType,
  subjectId: events.subjectId,
  campaignId: events.campaignId,
  deliveryId: events.deliveryId,
  actorKind: events.actorKind,
  actorId: events.actorId,
  data: events.data,
};

function readCursor(text: string): { at: number; id: number } | null {
  const match = /^(-?\d{1,16})\.(\d{1,15})$/.exec(text);
  return match ? { at: Number(match[1]), id: Number(match[2]) } : null;
}

/** What happened with one mail, oldest first. */
export async function listMailEvents(db: Reader, deliveryId: number): Promise<{ kind: string; at: number; data: Record<string, unknown> }[]> {
  return db.select({ kind: events.kind, at: events.at, data: events.data }).from(events).where(eq(events.deliveryId, deliveryId)).orderBy(events.at, events.id).limit(200);
}

// Opens and clicks follow from a judgement that can be made anew: these events alone can be taken back.

export async function listDerivedEvents(db: Reader, deliveryIds: readonly number[], kinds: readonly EventKind[]) {
  return db
    .select({ id: events.id, deliveryId: events.deliveryId, kind: events.kind, at: events.at, dedupeKey: events.dedupeKey })
    .from(events)
    .where(and(inArray(events.deliveryId, [...deliveryIds]), inArray(events.kind, [...kinds])));
}

export async function deleteDerivedEvents(tx: Tx, eventIds: readonly number[]): Promise<void> {
  await tx.raw(`DELETE FROM events WHERE id IN ${givenIds(tx)}`, [JSON.stringify(eventIds)]);
}
