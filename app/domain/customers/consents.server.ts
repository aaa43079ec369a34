/** What each customer has agreed to, by topic and channel. */
import { and, asc, eq, sql } from "drizzle-orm";

import { givenIds, insertRows, lockStops, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChanges, recordAudits } from "../journal/journal.server";
import { recordEvents } from "./events.server";
import { type CHANNELS, consents, consentStates, topics } from "./schema";

export type Channel = (typeof CHANNELS)[number];
export type ConsentState = (typeof consents.$inferSelect)["state"];

export type NewConsent = {
  partyId: number;
  topicId: number;
  channel: Channel;
  state: ConsentState;
  legalBasis?: "consent" | "soft_opt_in" | "contract";
  wordingVersion: string;
  /** The words that the person saw or heard. */
  wording?: string;
  /** portal, preference_page, one_click, import, form, staff, phone, paper, seed. */
  source: string;
  remoteAddress?: string | null;
  /** Double opt-in: the first step, which this statement confirms. */
  confirmsId?: number;
  /** When it was said, where that was before now (an import). */
  at?: number;
};

/**
 * Appends to the log and moves the state. The timeline tells of changes only; the log keeps every statement. A first step
 * (pending) leaves standing what was granted or withdrawn: whoever types an address says nothing in its owner's name.
 * @returns the statement's id
 */
export async function recordConsent(tx: Tx, by: By, input: NewConsent): Promise<number> {
  const [id] = await recordConsents(tx, by, [input]);
  return id as number;
}

/** As `recordConsent`, for many; no party may stand there twice with one topic and channel. */
export async function recordConsents(tx: Tx, by: By, inputs: readonly NewConsent[]): Promise<number[]> {
  if (!inputs.length) return [];
  if (inputs.some(({ state }) => state === "withdrawn")) await lockStops(tx);
  const before = await findStates(tx, inputs);
  const ids = await takeIds(tx, "consents", inputs.length);
  const list = inputs.map((input, i) => ({ ...input, id: ids[i] as number, at: input.at ?? by.now, before: before.get(keyOf(input)) ?? null }));
  await insertRows(
    tx,
    "consents",
    {
      id: "int", party_id: "int", topic_id: "int", channel: "text", state: "text", legal_basis: "text", wording_version: "text", wording: "text", source: "text",
      remote_address: "text", confirms_id: "int", at: "int",
    },
    list.map((c) => [
      c.id, c.partyId, c.topicId, c.channel, c.state, c.legalBasis ?? "consent", c.wordingVersion, c.wording ?? null, c.source, c.remoteAddress ?? null,
      c.confirmsId ?? null, c.at,
    ]),
  );
  await insertRows(
    tx,
    "consent_states",
    { party_id: "int", topic_id: "int", channel: "text", state: "text", since: "int", consent_id: "int" },
    list.filter((c) => c.state !== "pending" || c.before === null || c.before === "pending").map((c) => [c.partyId, c.topicId, c.channel, c.state, c.at, c.id]),
    `ON CONFLICT (party_id, topic_id, channel) DO UPDATE SET since = CASE WHEN consent_states.state = excluded.state THEN consent_states.since ELSE excluded.since END,
       state = excluded.state, consent_id = excluded.consent_id`,
  );
  await tellChanges(tx, by, list);
  await recordAudits(
    tx, by, "recordConsent", "party",
    list.map(({ partyId, topicId, channel, state, source }) => ({ id: partyId, details: { topicId, channel, state, source } })),
  );
  await noteChanges(tx, by, list.map(({ partyId }) => `party:${partyId}`));
  return ids;
}

type Said = NewConsent & { id: number; at: number; before: ConsentState | null };

async function tellChanges(tx: Tx, by: By, list: readonly Said[]): Promise<void> {
  const changes = list.filter(({ before, state }) => before !== state && state !== "pending");
  if (!changes.length) return;
  const keys = new Map((await tx.select({ id: topics.id, key: topics.key }).from(topics)).map((topic) => [topic.id, topic.key]));
  await recordEvents(
    tx,
    by,
    changes.map(({ id, partyId, topicId, channel, state, source, wordingVersion, at }) => ({
      partyId,
      kind: state === "granted" ? ("consent_granted" as const) : ("consent_withdrawn" as const),
      at,
      channel,
      subject: { type: "consent", id },
      data: { topicId, topicKey: keys.get(topicId) as string, source, wordingVersion },
    })),
  );
}

const keyOf = ({ partyId, topicId, channel }: { partyId: number; topicId: number; channel: string }) => `${partyId} ${topicId} ${channel}`;

async function findStates(tx: Tx, inputs: readonly NewConsent[]): Promise<Map<string, ConsentState>> {
  const rows = await tx.raw<{ party_id: number; topic_id: number; channel: string; state: ConsentState }>(
    `SELECT party_id, topic_id, channel, state FROM consent_states WHERE party_id IN ${givenIds(tx)}`,
    [JSON.stringify([...new Set(inputs.map(({ partyId }) => partyId))])],
  );
  return new Map(rows.map((row) => [keyOf({ partyId: row.party_id, topicId: row.topic_id, channel: row.channel }), row.state]));
}

export type ConsentRow = typeof consentStates.$inferSelect;

/** What this party has said, by topic and channel; where nothing was ever said, there is no row. */
export async function listConsentStates(db: Reader, partyId: number): Promise<ConsentRow[]> {
  return db
    .select()
    .from(consentStates)
    .where(eq(consentStates.partyId, partyId))
    .orderBy(asc(consentStates.topicId), asc(consentStates.channel));
}

/** The whole log of one party, newest first. */
export async function listConsents(db: Reader, partyId: number, limit = 200): Promise<(typeof consents.$inferSelect)[]> {
  return db.select().from(consents).where(eq(consents.partyId, partyId)).orderBy(sql`${consents.id} desc`).limit(limit);
}

export async function findConsentState(db: Reader, partyId: number, topicId: number, channel: Channel): Promise<ConsentState | null> {
  const [row] = await db
    .select({ state: consentStates.state })
    .from(consentStates)
    .where(and(eq(consentStates.partyId, partyId), eq(consentStates.topicId, topicId), eq(consentStates.channel, channel)));
  return row?.state ?? null;
}
