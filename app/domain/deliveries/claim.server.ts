/** The claim: which due mails a worker takes, and in which order. */
import { inArray } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import type { DeliveryRow } from "./deliveries.server";
import { LEASE_TIME } from "./delivery";
import { isHeld } from "./hold.server";
import { deliveries } from "./schema";

/** Takes at most `limit` due mails for `owner`: security first, then transactional, then marketing, fair among campaigns. */
export async function claimDue(db: Database, owner: string, now: number, limit: number): Promise<DeliveryRow[]> {
  if (limit <= 0 || !(await hasDue(db, now))) return [];
  return db.write(async (tx) => {
    const ids: number[] = [];
    const hold = await isHeld(tx);
    ids.push(...(await lease(tx, owner, now, limit, "class = 'security' AND state = 'queued' AND not_before <= ? AND id > ?", [now, hold?.lastDeliveryId ?? 0])));
    if (!hold) ids.push(...(await lease(tx, owner, now, limit - ids.length, "class = 'transactional' AND state = 'queued' AND not_before <= ?", [now])));
    const streams = hold ? [] : await runningStreams(tx, now);
    for (const [i, campaignId] of streams.entries()) {
      const share = Math.ceil((limit - ids.length) / (streams.length - i));
      ids.push(...(await lease(tx, owner, now, share, "campaign_id = ? AND state = 'queued' AND not_before <= ?", [campaignId, now])));
    }
    return ids.length ? tx.select().from(deliveries).where(inArray(deliveries.id, ids)) : [];
  });
}

async function hasDue({ read }: Database, now: number): Promise<boolean> {
  const system = await read.raw(
    "SELECT 1 AS due FROM deliveries WHERE state = 'queued' AND class IN ('security', 'transactional') AND not_before <= ? LIMIT 1",
    [now],
  );
  return system.length > 0 || (await runningStreams(read, now)).length > 0;
}

async function runningStreams(db: Database["read"], now: number): Promise<number[]> {
  const rows = await db.raw<{ campaign_id: number }>(
    `SELECT s.campaign_id FROM send_streams s WHERE s.state = 'running' AND EXISTS (
       SELECT 1 FROM deliveries d WHERE d.campaign_id = s.campaign_id AND d.state = 'queued' AND d.not_before <= ?)
     ORDER BY s.campaign_id`,
    [now],
  );
  return rows.map((row) => row.campaign_id);
}

/** The state is repeated in the UPDATE: of two workers that saw the same rows, one finds them gone. */
async function lease(tx: Tx, owner: string, now: number, limit: number, due: string, params: unknown[]): Promise<number[]> {
  if (limit <= 0) return [];
  const rows = await tx.raw<{ id: number }>(
    `UPDATE deliveries SET state = 'leased', lease_owner = ?, lease_epoch = lease_epoch + 1, lease_until = ?
     WHERE state = 'queued' AND id IN (
       SELECT id FROM deliveries WHERE ${due} ORDER BY id LIMIT ${Math.trunc(limit)}
       ${tx.speaks === "postgres" ? "FOR UPDATE SKIP LOCKED" : ""})
     RETURNING id`,
    [owner, now + LEASE_TIME, ...params],
  );
  return rows.map((row) => row.id);
}
