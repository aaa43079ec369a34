/**
 * What a provider reports about mails that it took. Each event is kept once; what follows is worked out from the whole
 * set that is kept for a delivery, so that doubles, disorder and replays lead to the same state.
 */
import { and, eq, inArray } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { lockStops } from "../../db/dialect";
import { recordConsent } from "../customers/consents.server";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
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

/** @returns how many were new */
export async function recordProviderEvents(tx: Tx, by: By, provider: string, reported: ProviderEvent[]): Promise<number> {
  await lockStops(tx);
  const owners = await findOwners(tx, provider, reported);
  const touched = new Set<number>();
  let added = 0;
  for (const event of reported) {
    const deliveryId = owners(event);
    const written = await tx
      .insert(providerEvents)
      .values({ provider, eventId: event.eventId, type: event.type, deliveryId, at: event.at, receivedAt: by.now, payload: event.payload })
      .onConflictDoNothing()
      .returning({ id: providerEvents.eventId });
    if (written.length === 0) continue;
    added += 1;
    if (deliveryId !== null) touched.add(deliveryId);
  }
  const campaigns = new Set<number>();
  for (const id of touched) {
    const campaign = await settle(tx, by, provider, id);
    if (campaign !== null) campaigns.add(campaign);
  }
  if (campaigns.size) await noteChange(tx, by, ...[...campaigns].map((id) => `campaign:${id}`));
  return added;
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
  const shared = new Set(byProvider.filter((row, i) => byProvider.findIndex((other) => other.key === row.key) !== i).map((row) => row.key));
  const providerOwner = new Map(byProvider.flatMap((row) => (shared.has(row.key) ? [] : [[row.key, row.id] as const])));
  return (event) =>
    (event.publicId === null ? event.providerId && providerOwner.get(event.providerId) : publicOwner.get(event.publicId)) || null;
}

type Kept = { at: number; meaning: Meaning };
type Bounced = Kept & { meaning: { kind: "bounced" | "dropped"; isHard: boolean; words: string } };

/** From all that is known of one delivery, by whichever way it was reported, to its state. Run twice, it changes nothing. */
async function settle(tx: Tx, by: By, provider: string, deliveryId: number): Promise<number | null> {
  // Its state must not move between this look and the word on it.
  if (tx.speaks === "postgres") await tx.raw("SELECT id FROM deliveries WHERE id = ? FOR UPDATE", [deliveryId]);
  const [row] = await tx.select().from(deliveries).where(eq(deliveries.id, deliveryId));
  if (!row) return null;
  const reported = await tx
    .select({ provider: providerEvents.provider, type: providerEvents.type, at: providerEvents.at, payload: providerEvents.payload })
    .from(providerEvents)
    .where(eq(providerEvents.deliveryId, deliveryId));
  const kept: Kept[] = reported.map((event) => ({ at: event.at, meaning: meaningOf(event) })).sort((a, b) => a.at - b.at);
  const first = (kind: Meaning["kind"]) => kept.find(({ meaning }) => meaning.kind === kind) ?? null;

  const delivered = first("delivered");
  const bounces = kept.filter((one): one is Bounced => one.meaning.kind === "bounced" || one.meaning.kind === "dropped");
  const hard = bounces.find(({ meaning }) => meaning.isHard) ?? null;
  const bounced = hard ?? bounces[0] ?? null;

  const resolution = resolved(row, await isHandedOver(tx, row), kept, by.now, provider);
  await tx
    .update(deliveries)
    .set({
      ...resolution,
      deliveredAt: delivered?.at ?? null,
      bouncedAt: bounced?.at ?? null,
      bounce: bounced ? (hard ? "hard" : "soft") : null,
    })
    .where(eq(deliveries.id, deliveryId));
  await tellPeople(tx, by, row, { bounced, hard, spam: first("complained"), left: first("left") });
  return row.campaignId;
}

/**
 * Any word of the provider about it ends the doubt, also when it comes before anybody doubts (the sender dies between
 * handover and answer) or when the mail is about to be sent once more; if it only ever dropped the mail, nothing was sent.
 */
function resolved(row: DeliveryRow, isHanded: boolean, kept: Kept[], now: number, provider: string): Partial<DeliveryRow> {
  const { state, reason } = row;
  const isInDoubt =
    isHanded || state === "unknown" || state === "unconfirmed" ||
    (state === "failed" && reason === "dropped") || ((state === "queued" || state === "leased") && reason === "resent");
  if (!isInDoubt) return {};
  // A server that sends a mail back did not carry it there: that was SMTP.
  const ended = { provider: provider === MAILBOX ? (row.provider ?? "smtp") : provider, finishedAt: row.finishedAt ?? now, leaseOwner: null, leaseUntil: null };
  return kept.every(({ meaning }) => meaning.kind === "dropped")
    ? { ...ended, state: "failed", reason: "dropped" }
    : { ...ended, state: "accepted", reason: null, acceptedAt: row.acceptedAt ?? row.handedAt ?? now, ...(row.class === "security" && row.notice && { notice: { ...row.notice, values: {} } }) };
}

/** Between handover and answer. */
async function isHandedOver(tx: Tx, { id, state, attempt }: DeliveryRow): Promise<boolean> {
  if (state !== "leased") return false;
  return (await tx.raw("SELECT 1 AS n FROM handovers WHERE delivery_id = ? AND attempt = ? AND intent_at IS NOT NULL", [id, attempt])).length > 0;
}

async function tellPeople(
  tx: Tx,
  by: By,
  row: DeliveryRow,
  { bounced, hard, spam, left }: { bounced: Bounced | null; hard: Bounced | null; spam: Kept | null; left: Kept | null },
): Promise<void> {
  const { addressHash, address, partyId } = row;
  const about = { channel: "email", subject: { type: "delivery", id: row.id }, campaignId: row.campaignId, deliveryId: row.id };
  if (partyId !== null && bounced)
    await recordEvent(tx, by, {
      ...about, partyId, kind: "mail_bounced", at: bounced.at, dedupeKey: `bounced:${row.id}`,
      data: { class: row.class, hard: hard !== null, reason: bounced.meaning.words },
    });
  if (hard)
    await suppressHash(tx, by, {
      addressHash, address, scope: "all", reason: "hard_bounce", source: hard.meaning.words || "reported by the provider",
    });
  if (spam) {
    if (partyId !== null)
      await recordEvent(tx, by, { ...about, partyId, kind: "mail_reported_spam", at: spam.at, dedupeKey: `spam:${row.id}`, data: { class: row.class } });
    await suppressHash(tx, by, { addressHash, address, scope: "marketing", reason: "spam_report", source: "reported by the provider" });
  }
  if (left && partyId !== null) {
    const told = await recordEvent(tx, by, {
      ...about, partyId, kind: "mail_unsubscribed", at: left.at, dedupeKey: `unsubscribed:${row.id}`, data: { class: row.class, source: "provider" },
    });
    if (told && row.topicId !== null)
      await recordConsent(tx, by, { partyId, topicId: row.topicId, channel: "email", state: "withdrawn", wordingVersion: "provider", source: "provider" });
  }
}
