/**
 * What a provider reports about mails that it took. Each event is kept once; what follows is worked out from the whole
 * set that is kept for a delivery, so that doubles, disorder and replays lead to the same state.
 */
import { and, eq, inArray } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { givenIds, givenRows, lockStops } from "../../db/dialect";
import { recordConsent } from "../customers/consents.server";
import { restateEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { isInDoubt } from "./arrived.server";
import { MAILBOX, meaningOf, type Meaning } from "./meaning";
import type { DeliveryRow } from "./deliveries.server";
import { deliveries, providerEvents } from "./schema";
import { suppressHash } from "./suppressions.server";

export type ProviderEvent = {
  eventId: string;
  /** In the provider's own words; what they mean: meaning.ts. */
  type: string;
  /** Our own id, as we gave it along; null when the provider lost it. */
  publicId: string | null;
  /** The provider's id of the message. */
  providerId: string | null;
  at: number;
  payload: Record<string, unknown>;
};

/** A few statements, however many events there are. @returns how many were new */
export async function recordProviderEvents(tx: Tx, by: By, provider: string, reported: ProviderEvent[]): Promise<number> {
  if (reported.length === 0) return 0;
  const canStop = new Set(reported.filter((event) => isStopping(meaningOf({ provider, ...event }))).map((event) => event.eventId));
  if (canStop.size) await lockStops(tx);
  const added = await addEvents(tx, by, provider, reported);
  const ids = [...new Set(added.flatMap((event) => event.delivery_id ?? []))];
  const stopped = new Set(added.flatMap((event) => (event.delivery_id !== null && canStop.has(event.event_id) ? [event.delivery_id] : [])));
  const campaigns = ids.length ? await settle(tx, by, provider, ids, stopped) : [];
  if (campaigns.length) await noteChange(tx, by, ...campaigns.map((id) => `campaign:${id}`));
  return added.length;
}

/** Whether something for people, or against further mail, follows from it. */
function isStopping({ kind }: Meaning): boolean {
  return kind === "bounced" || kind === "dropped" || kind === "complained" || kind === "left";
}

/** Each is kept once. In the order of their ids, so that two requests with the same events wait for one another in one order. */
async function addEvents(tx: Tx, by: By, provider: string, reported: ProviderEvent[]): Promise<{ event_id: string; delivery_id: number | null }[]> {
  const owners = await findOwners(tx, provider, reported);
  const rows = reported
    .toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1))
    .map((event) => [event.eventId, event.type, owners(event), event.at, JSON.stringify(event.payload)]);
  const given = tx.speaks === "postgres" ? "?::text, ?::bigint" : "?, ?";
  return tx.raw(
    `INSERT INTO provider_events (event_id, type, delivery_id, at, payload, provider, received_at)
     SELECT event_id, type, delivery_id, at, payload, ${given}
     FROM ${givenRows(tx, { event_id: "text", type: "text", delivery_id: "int", at: "int", payload: "json" })} g
     WHERE true ON CONFLICT (provider, event_id) DO NOTHING RETURNING event_id, delivery_id`,
    [provider, by.now, JSON.stringify(rows)],
  );
}

async function findOwners(db: Reader, provider: string, reported: ProviderEvent[]): Promise<(event: ProviderEvent) => number | null> {
  const publicIds = [...new Set(reported.flatMap((e) => e.publicId ?? []))];
  const providerIds = [...new Set(reported.flatMap((e) => (e.publicId === null ? (e.providerId ?? []) : [])))];
  const byPublic = publicIds.length
    ? await db.select({ key: deliveries.publicId, id: deliveries.id }).from(deliveries).where(inArray(deliveries.publicId, publicIds))
    : [];
  const byProvider = providerIds.length
    ? await db
        .select({ key: deliveries.providerId, id: deliveries.id })
        .from(deliveries)
        .where(and(eq(deliveries.provider, provider), inArray(deliveries.providerId, providerIds)))
    : [];
  const publicOwner = new Map(byPublic.map((row) => [row.key, row.id]));
  // Mails of one request share the provider's id: of those it tells nothing.
  const providerOwner = new Map<string | null, number | null>();
  for (const { key, id } of byProvider) providerOwner.set(key, providerOwner.has(key) ? null : id);
  return (event) =>
    (event.publicId === null ? event.providerId && providerOwner.get(event.providerId) : publicOwner.get(event.publicId)) || null;
}

type Kept = { at: number; meaning: Meaning };
type Bounced = Kept & { meaning: { kind: "bounced" | "dropped"; isHard: boolean; words: string } };
type Settled = Pick<
  DeliveryRow,
  | "id" | "state" | "reason" | "attempt" | "class" | "notice" | "provider" | "finishedAt" | "acceptedAt" | "handedAt" | "deliveredAt"
  | "bouncedAt" | "bounce" | "partyId" | "address" | "addressHash" | "campaignId" | "topicId"
>;

/**
 * From all that is known of these deliveries, by whichever way it was reported, to their state. Run twice, it changes
 * nothing. @returns their campaigns
 */
async function settle(tx: Tx, by: By, provider: string, ids: number[], stopped: ReadonlySet<number>): Promise<number[]> {
  const rows = await lockRows(tx, ids);
  const known = await listKept(tx, ids);
  const handedOver = await listHandedOver(tx, rows);
  const reports: [id: number, deliveredAt: number | null, bouncedAt: number | null, bounce: "hard" | "soft" | null][] = [];
  for (const row of rows) {
    const kept = known.get(row.id) ?? [];
    const first = (kind: Meaning["kind"]) => kept.find(({ meaning }) => meaning.kind === kind) ?? null;
    const bounces = kept.filter((one): one is Bounced => one.meaning.kind === "bounced" || one.meaning.kind === "dropped");
    const hard = bounces.find(({ meaning }) => meaning.isHard) ?? null;
    const bounced = hard ?? bounces[0] ?? null;
    const [deliveredAt, bouncedAt, bounce] = [first("delivered")?.at ?? null, bounced?.at ?? null, bounced ? (hard ? ("hard" as const) : ("soft" as const)) : null];
    if (row.deliveredAt !== deliveredAt || row.bouncedAt !== bouncedAt || row.bounce !== bounce) reports.push([row.id, deliveredAt, bouncedAt, bounce]);
    const resolution = resolved(row, handedOver.has(row.id), kept, by.now, provider);
    if (resolution) await tx.update(deliveries).set(resolution).where(eq(deliveries.id, row.id));
    if (stopped.has(row.id)) await tellPeople(tx, by, row, { bounced, hard, spam: first("complained"), left: first("left") });
  }
  if (reports.length)
    await tx.raw(
      `UPDATE deliveries SET delivered_at = g.delivered_at, bounced_at = g.bounced_at, bounce = g.bounce
       FROM ${givenRows(tx, { id: "int", delivered_at: "int", bounced_at: "int", bounce: "text" })} g WHERE deliveries.id = g.id`,
      [JSON.stringify(reports)],
    );
  return [...new Set(rows.flatMap((row) => row.campaignId ?? []))];
}

/** Their state must not move between this look and the word on it. */
async function lockRows(tx: Tx, ids: number[]): Promise<Settled[]> {
  if (tx.speaks === "postgres") await tx.raw(`SELECT id FROM deliveries WHERE id IN ${givenIds(tx)} ORDER BY id FOR UPDATE`, [JSON.stringify(ids)]);
  const d = deliveries;
  return tx
    .select({
      id: d.id, state: d.state, reason: d.reason, attempt: d.attempt, class: d.class, notice: d.notice, provider: d.provider,
      finishedAt: d.finishedAt, acceptedAt: d.acceptedAt, handedAt: d.handedAt, deliveredAt: d.deliveredAt, bouncedAt: d.bouncedAt,
      bounce: d.bounce, partyId: d.partyId, address: d.address, addressHash: d.addressHash, campaignId: d.campaignId, topicId: d.topicId,
    })
    .from(d)
    .where(inArray(d.id, ids))
    .orderBy(d.id);
}

/** All events of each delivery, the oldest first; of one instant, by their ids, which do not depend on when they came. */
async function listKept(tx: Tx, ids: number[]): Promise<Map<number, Kept[]>> {
  const e = providerEvents;
  const reported = await tx
    .select({ deliveryId: e.deliveryId, provider: e.provider, type: e.type, at: e.at, payload: e.payload })
    .from(e)
    .where(inArray(e.deliveryId, ids))
    .orderBy(e.at, e.provider, e.eventId);
  const known = new Map<number, Kept[]>();
  for (const { deliveryId, at, ...event } of reported) {
    const list = known.get(deliveryId as number) ?? [];
    list.push({ at, meaning: meaningOf(event) });
    known.set(deliveryId as number, list);
  }
  return known;
}

/** Those that stand between handover and answer. */
async function listHandedOver(tx: Tx, rows: Settled[]): Promise<Set<number>> {
  const leased = new Map(rows.filter((row) => row.state === "leased").map((row) => [row.id, row.attempt]));
  if (leased.size === 0) return new Set();
  const given = await tx.raw<{ delivery_id: number; attempt: number }>(
    `SELECT delivery_id, attempt FROM handovers WHERE intent_at IS NOT NULL AND delivery_id IN ${givenIds(tx)}`,
    [JSON.stringify([...leased.keys()])],
  );
  return new Set(given.filter((one) => leased.get(one.delivery_id) === one.attempt).map((one) => one.delivery_id));
}

/**
 * Any word of the provider about it ends the doubt, also when it comes before anybody doubts (the sender dies between
 * handover and answer) or when the mail is about to be sent once more; if it only ever dropped the mail, nothing was sent.
 */
function resolved(row: Settled, isHanded: boolean, kept: Kept[], now: number, provider: string): Partial<DeliveryRow> | null {
  const { state, reason } = row;
  const wasDropped = state === "failed" && reason === "dropped";
  if (!isHanded && !wasDropped && !isInDoubt(row)) return null;
  // A server that sends a mail back did not carry it there: that was SMTP.
  const ended = { provider: provider === MAILBOX ? (row.provider ?? "smtp") : provider, finishedAt: row.finishedAt ?? now, leaseOwner: null, leaseUntil: null };
  return kept.every(({ meaning }) => meaning.kind === "dropped")
    ? { ...ended, state: "failed", reason: "dropped" }
    : { ...ended, state: "accepted", reason: null, acceptedAt: row.acceptedAt ?? row.handedAt ?? now, ...(wasDropped && { toldAt: null }), ...(row.class === "security" && row.notice && { notice: { ...row.notice, values: {} } }) };
}

async function tellPeople(
  tx: Tx,
  by: By,
  row: Settled,
  { bounced, hard, spam, left }: { bounced: Bounced | null; hard: Bounced | null; spam: Kept | null; left: Kept | null },
): Promise<void> {
  const { addressHash, address, partyId } = row;
  const about = { channel: "email", subject: { type: "delivery", id: row.id }, campaignId: row.campaignId, deliveryId: row.id };
  if (partyId !== null && bounced)
    await restateEvent(tx, by, {
      ...about, partyId, kind: "mail_bounced", at: bounced.at, dedupeKey: `bounced:${row.id}`,
      data: { class: row.class, hard: hard !== null, reason: bounced.meaning.words },
    });
  if (hard)
    await suppressHash(tx, by, {
      addressHash, address, scope: "all", reason: "hard_bounce", source: hard.meaning.words || "reported by the provider",
    });
  if (spam) {
    if (partyId !== null)
      await restateEvent(tx, by, { ...about, partyId, kind: "mail_reported_spam", at: spam.at, dedupeKey: `spam:${row.id}`, data: { class: row.class } });
    await suppressHash(tx, by, { addressHash, address, scope: "marketing", reason: "spam_report", source: "reported by the provider" });
  }
  if (left && partyId !== null) {
    const told = await restateEvent(tx, by, {
      ...about, partyId, kind: "mail_unsubscribed", at: left.at, dedupeKey: `left:${row.id}`, data: { class: row.class, source: "provider" },
    });
    if (told && row.topicId !== null)
      await recordConsent(tx, by, { partyId, topicId: row.topicId, channel: "email", state: "withdrawn", wordingVersion: "provider", source: "provider" });
  }
}
