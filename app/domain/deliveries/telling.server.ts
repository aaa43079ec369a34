/**
 * What follows from an acceptance or a refusal for the customer's record: the line on the timeline, the facts, the
 * suppression of a mailbox that does not exist. Written soon after, many at once, so that the way out writes only what
 * it must; `told_at` moves in the same transaction, so that each is told once whatever happens in between.
 */
import { givenIds } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import { recordEvents, type NewEvent } from "../customers/events.server";
import { addAcceptedFacts } from "../customers/metrics.server";
import { bySystem, type By } from "../journal/actor";
import { isRefusal, isUnknownMailbox, type MailClass } from "./delivery";
import { suppressHash } from "./suppressions.server";

type Untold = {
  id: number;
  class: MailClass;
  party_id: number | null;
  campaign_id: number | null;
  state: "accepted" | "failed";
  reason: string | null;
  subject: string | null;
  code: number | null;
  words: string | null;
  accepted_at: number | null;
  finished_at: number | null;
  address: string;
  address_hash: string;
};

/** A step of the worker. @returns how many were told */
export async function tellDue({ db, clock }: { db: Database; clock: () => number }, limit = 500): Promise<number> {
  const due = await db.read.raw("SELECT 1 AS due FROM deliveries WHERE state IN ('accepted', 'failed') AND told_at IS NULL LIMIT 1");
  return due.length ? db.write((tx) => tell(tx, bySystem("worker", clock()), limit)) : 0;
}

/** When the oldest acceptance that is not told yet came; null when there is none. */
export async function oldestUntold({ db }: { db: Database }): Promise<number | null> {
  const [row] = await db.read.raw<{ at: number | null }>(
    "SELECT finished_at AS at FROM deliveries WHERE state IN ('accepted', 'failed') AND told_at IS NULL ORDER BY id LIMIT 1",
  );
  return row?.at ?? null;
}

async function tell(tx: Tx, by: By, limit: number): Promise<number> {
  const rows = await tx.raw<Untold>(
    `SELECT id, class, party_id, campaign_id, state, reason, subject, code, words, accepted_at, finished_at, address, address_hash
     FROM deliveries WHERE state IN ('accepted', 'failed') AND told_at IS NULL ORDER BY id LIMIT ?
     ${tx.speaks === "postgres" ? "FOR UPDATE SKIP LOCKED" : ""}`,
    [limit],
  );
  if (rows.length === 0) return 0;
  await recordEvents(tx, by, rows.flatMap(eventOf));
  const marketing = rows.filter((row) => row.state === "accepted" && row.class === "marketing");
  await addAcceptedFacts(tx, marketing.flatMap(({ party_id, accepted_at }) => (party_id === null ? [] : [{ partyId: party_id, at: accepted_at ?? by.now }])));
  for (const row of rows)
    if (isRefusal(row.reason) && row.code !== null && isUnknownMailbox(row.code, row.words ?? ""))
      await suppressHash(tx, by, {
        addressHash: row.address_hash, address: row.address, scope: "all", reason: "hard_bounce", source: (row.words ?? "").slice(0, 300),
      });
  await tx.raw(`UPDATE deliveries SET told_at = ? WHERE id IN ${givenIds(tx)}`, [by.now, JSON.stringify(rows.map((row) => row.id))]);
  return rows.length;
}

function eventOf(row: Untold): NewEvent[] {
  const { party_id: partyId, class: mailClass } = row;
  if (partyId === null || mailClass === "security") return [];
  const about = {
    partyId, channel: "email", subject: { type: "delivery", id: row.id }, campaignId: row.campaign_id, deliveryId: row.id,
  };
  if (row.state === "accepted")
    return [{
      ...about, kind: "mail_accepted", at: row.accepted_at ?? undefined, dedupeKey: `accepted:${row.id}`,
      data: { ...(row.subject && { subject: row.subject }), class: mailClass },
    }];
  // What the provider dropped is told as what it is, by the provider's own word (provider-events.server.ts).
  if (row.reason === "dropped") return [];
  return [{
    ...about, kind: "mail_failed", at: row.finished_at ?? undefined, dedupeKey: `failed:${row.id}`,
    data: { ...(row.subject && { subject: row.subject }), class: mailClass, reason: (row.words ?? "").slice(0, 300) },
  }];
}
