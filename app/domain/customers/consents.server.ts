/** What each customer has agreed to, by topic and channel. */
import { and, asc, eq, sql } from "drizzle-orm";

import { lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { recordEvent } from "./events.server";
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
  const { partyId, topicId, channel, state } = input;
  const at = input.at ?? by.now;
  if (state === "withdrawn") await lockStops(tx);
  const before = await findConsentState(tx, partyId, topicId, channel);
  const [row] = await tx
    .insert(consents)
    .values({
      partyId,
      topicId,
      channel,
      state,
      legalBasis: input.legalBasis ?? "consent",
      wordingVersion: input.wordingVersion,
      wording: input.wording ?? null,
      source: input.source,
      remoteAddress: input.remoteAddress ?? null,
      confirmsId: input.confirmsId ?? null,
      at,
    })
    .returning({ id: consents.id });
  const consentId = row!.id;
  if (state !== "pending" || before === null || before === "pending")
    await tx
      .insert(consentStates)
      .values({ partyId, topicId, channel, state, since: at, consentId })
      .onConflictDoUpdate({
        target: [consentStates.partyId, consentStates.topicId, consentStates.channel],
        set: { state, consentId, ...(before !== state && { since: at }) },
      });
  if (before !== state && state !== "pending") {
    const [topic] = await tx.select({ key: topics.key }).from(topics).where(eq(topics.id, topicId));
    await recordEvent(tx, by, {
      partyId,
      kind: state === "granted" ? "consent_granted" : "consent_withdrawn",
      at,
      channel,
      subject: { type: "consent", id: consentId },
      data: { topicId, topicKey: topic!.key, source: input.source, wordingVersion: input.wordingVersion },
    });
  }
  await recordAudit(tx, by, "recordConsent", { type: "party", id: partyId }, { topicId, channel, state, source: input.source });
  await noteChange(tx, by, `party:${partyId}`);
  return consentId;
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
