/** What becomes of mails whose worker died, or whose answer nobody heard. */
import { givenIds } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import { bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { LEASE_TIME, RESEND_TRANSACTIONAL_AFTER, UNCONFIRMED_AFTER, WITHHELD_OR_IN_DOUBT } from "./delivery";
import { isDead } from "./lease-owner.server";

/**
 * Brings what dead workers left behind into a known state. A worker of this machine whose process is gone is dead at
 * once, any other when its lease is over. A lease that ends impossibly late comes from a clock that was put back.
 * @returns how many rows changed
 */
export async function reapLeases({ db, clock }: { db: Database; clock: () => number }): Promise<number> {
  const now = clock();
  const owners = await db.read.raw<{ lease_owner: string }>("SELECT DISTINCT lease_owner FROM deliveries WHERE state = 'leased' AND lease_owner IS NOT NULL");
  const dead = owners.map((row) => row.lease_owner).filter(isDead);
  return db.write(async (tx) => {
    const over = `state = 'leased' AND (lease_until < ? OR lease_until > ? ${dead.length ? `OR lease_owner IN (${dead.map(() => "?").join(",")})` : ""})`;
    const params = [now, now + 2 * LEASE_TIME, ...dead];
    const handed = "EXISTS (SELECT 1 FROM handovers h WHERE h.delivery_id = deliveries.id AND h.attempt = deliveries.attempt AND h.intent_at IS NOT NULL)";
    const unknown = await tx.raw<{ campaign_id: number | null }>(
      `UPDATE deliveries SET state = 'unknown', finished_at = ?, lease_owner = NULL, lease_until = NULL,
              handed_at = (SELECT intent_at FROM handovers h WHERE h.delivery_id = deliveries.id AND h.attempt = deliveries.attempt),
              words = 'the sender stopped between handover and answer'
       WHERE ${over} AND ${handed} RETURNING campaign_id`,
      [now, ...params],
    );
    const queued = await tx.raw(`UPDATE deliveries SET state = 'queued', lease_owner = NULL, lease_until = NULL WHERE ${over} AND NOT ${handed} RETURNING id`, params);
    const cancelled = await withholdCancelled(tx, now);
    const campaigns = [...new Set([...unknown, ...cancelled].flatMap((row) => row.campaign_id ?? []))];
    if (campaigns.length) await noteChange(tx, bySystem("worker", now), ...campaigns.map((id) => `campaign:${id}`));
    return queued.length + cancelled.length + unknown.length;
  });
}

/** What was under way when its campaign was cancelled, and came back: nobody would claim it any more. */
async function withholdCancelled(tx: Tx, now: number): Promise<{ campaign_id: number }[]> {
  const streams = await tx.raw<{ campaign_id: number }>("SELECT campaign_id FROM send_streams WHERE state = 'cancelled'");
  if (streams.length === 0) return [];
  return tx.raw(
    `UPDATE deliveries SET state = ${WITHHELD_OR_IN_DOUBT}, reason = 'cancelled', finished_at = ?
     WHERE state = 'queued' AND campaign_id IN ${givenIds(tx)} RETURNING campaign_id`,
    [now, JSON.stringify(streams.map((row) => row.campaign_id))],
  );
}

/** Order and complaint mail without an answer goes once more, with the same Message-ID; the rest becomes unconfirmed. */
export async function settleUnknown({ db, clock }: { db: Database; clock: () => number }): Promise<number> {
  const now = clock();
  return db.write(async (tx) => {
    const resent = await tx.raw(
      `UPDATE deliveries SET state = 'queued', reason = 'resent', attempt = attempt + 1, not_before = ?, finished_at = NULL
       WHERE state = 'unknown' AND class = 'transactional' AND handed_at <= ? AND (reason IS NULL OR reason <> 'resent') RETURNING id`,
      [now, now - RESEND_TRANSACTIONAL_AFTER],
    );
    const unconfirmed = await tx.raw(
      "UPDATE deliveries SET state = 'unconfirmed' WHERE state = 'unknown' AND handed_at <= ? RETURNING id",
      [now - UNCONFIRMED_AFTER],
    );
    return resent.length + unconfirmed.length;
  });
}
