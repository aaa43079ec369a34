/**
 * The claim: which due mails a worker takes, and in which order. All that can stop a mail is asked here for the whole
 * batch; what happens between claim and handover comes in by `stop_log`.
 */
import { givenIds, lockHandovers } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { openAllowance, type Allowance } from "./allowance.server";
import { LEASE_TIME, type MailClass } from "./delivery";
import { isHeld } from "./hold.server";
import type { Notice } from "./schema";
import { FACTS, FACTS_FROM, judge, settleVerdicts, type StopFacts } from "./verdict.server";

/** A claimed mail, as the way out needs it. */
export type Leased = {
  id: number;
  publicId: string;
  messageId: string;
  class: MailClass;
  partyId: number | null;
  address: string;
  addressHash: string;
  recipientName: string | null;
  locale: string;
  campaignId: number | null;
  lane: string;
  topicId: number | null;
  revisionId: number | null;
  /** As the database gives it: read when the mail is made. */
  mergeValues: string | Record<string, unknown> | null;
  notice: Notice | null;
  attempt: number;
  deferredSince: number | null;
  expiresAt: number | null;
  leaseEpoch: number;
  /** The newest row of `stop_log` that its verdict has seen. */
  stopsSeen: number;
  claimedAt: number;
};

/** Takes at most `limit` due mails for `owner`: security first, then transactional, then marketing, fair among campaigns. */
export async function claimDue(db: Database, owner: string, now: number, limit: number): Promise<Leased[]> {
  return (await claimAllowed(db, owner, now, limit)).rows;
}

/** The same, and where limits left no room: when there is some again. */
export async function claimAllowed(db: Database, owner: string, now: number, limit: number): Promise<{ rows: Leased[]; nextAt: number | null }> {
  if (limit <= 0 || !(await hasDue(db.read, now))) return { rows: [], nextAt: null };
  return db.write(async (tx) => {
    await lockHandovers(tx);
    const stopsSeen = await newestStop(tx);
    const allowance = await openAllowance(tx, now);
    const rows: Leased[] = [];
    const take = async (most: number, due: string, params: unknown[]): Promise<number> => {
      const claimed = most > 0 ? await lease(tx, { owner, now, stopsSeen }, most, due, params) : [];
      for (const { campaignId, lane } of allowance ? claimed : []) allowance!.spend({ campaignId, lane, count: 1 });
      rows.push(...claimed);
      return claimed.length;
    };
    const hold = await isHeld(tx);
    const system = "d.class = ? AND d.campaign_id IS NULL AND d.not_before <= ? AND d.id > ?";
    await take(limit, system, ["security", now, hold?.lastDeliveryId ?? 0]);
    if (!hold) await take(limit - rows.length, system, ["transactional", now, 0]);
    if (!hold) await takeMarketing(tx, now, limit - rows.length, allowance, take);
    await allowance?.close();
    return { rows, nextAt: allowance?.nextAt ?? null };
  });
}

type Take = (most: number, due: string, params: unknown[]) => Promise<number>;

/** Each campaign, and in it each lane, gets the same share of what may go; what one does not use is left for the next. */
async function takeMarketing(tx: Tx, now: number, limit: number, allowance: Allowance | null, take: Take): Promise<void> {
  // Where little may go, not always the same are the first to be asked.
  const turned = <T>(all: T[]) => (allowance && all.length > 1 ? [...all.slice(now % all.length), ...all.slice(0, now % all.length)] : all);
  const streams = turned(await runningStreams(tx, now));
  let budget = Math.min(limit, allowance?.room() ?? Infinity);
  for (const [i, campaignId] of streams.entries()) {
    let left = Math.min(Math.ceil(budget / (streams.length - i)), allowance?.room(campaignId) ?? Infinity);
    const lanes = left > 0 ? turned(await lanesOf(tx, campaignId)) : [];
    for (const [j, lane] of lanes.entries()) {
      const most = Math.min(Math.ceil(left / (lanes.length - j)), allowance?.room(campaignId, lane) ?? Infinity);
      const taken = await take(most, "d.campaign_id = ? AND d.lane = ? AND d.not_before <= ?", [campaignId, lane, now]);
      left -= taken;
      budget -= taken;
    }
  }
}

async function hasDue(db: Reader, now: number): Promise<boolean> {
  const system = await db.raw(
    "SELECT 1 AS due FROM deliveries WHERE state = 'queued' AND campaign_id IS NULL AND class IN ('security', 'transactional') AND not_before <= ? LIMIT 1",
    [now],
  );
  return system.length > 0 || (await runningStreams(db, now)).length > 0;
}

async function runningStreams(db: Reader, now: number): Promise<number[]> {
  const rows = await db.raw<{ campaign_id: number }>(
    `SELECT s.campaign_id FROM send_streams s WHERE s.state = 'running' AND EXISTS (
       SELECT 1 FROM deliveries d WHERE d.campaign_id = s.campaign_id AND d.state = 'queued' AND d.not_before <= ?)
     ORDER BY s.campaign_id`,
    [now],
  );
  return rows.map((row) => row.campaign_id);
}

/** The lanes that have something queued: one step in the index each, however many rows there are. */
async function lanesOf(db: Reader, campaignId: number): Promise<string[]> {
  const next = "SELECT min(lane) FROM deliveries WHERE campaign_id = ? AND state = 'queued'";
  const rows = await db.raw<{ lane: string }>(
    `WITH RECURSIVE lanes (lane) AS (
       ${next}
       UNION ALL
       SELECT (${next} AND lane > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL)
     SELECT lane FROM lanes WHERE lane IS NOT NULL`,
    [campaignId, campaignId],
  );
  return rows.map((row) => row.lane);
}

export async function newestStop(db: Reader): Promise<number> {
  const [row] = await db.raw<{ id: number | null }>("SELECT max(id) AS id FROM stop_log");
  return row?.id ?? 0;
}

type DueRow = StopFacts & {
  public_id: string;
  message_id: string;
  address: string;
  lane: string;
  recipient_name: string | null;
  locale: string;
  revision_id: number | null;
  merge_values: string | Record<string, unknown> | null;
  notice: string | Notice | null;
  deferred_since: number | null;
};

type Claim = { owner: string; now: number; stopsSeen: number };

/** The state is repeated in the UPDATE: of two workers that saw the same rows, one finds them gone. */
async function lease(tx: Tx, { owner, now, stopsSeen }: Claim, limit: number, due: string, params: unknown[]): Promise<Leased[]> {
  const rows = await tx.raw<DueRow>(
    `SELECT ${FACTS}, d.public_id, d.message_id, d.address, d.lane, d.recipient_name, d.locale, d.revision_id, d.merge_values, d.notice, d.deferred_since
     FROM (SELECT * FROM deliveries d WHERE d.state = 'queued' AND ${due} ORDER BY d.not_before, d.id LIMIT ${Math.trunc(limit)}
           ${tx.speaks === "postgres" ? "FOR UPDATE SKIP LOCKED" : ""}) d ${FACTS_FROM}
     ORDER BY d.id`,
    params,
  );
  const { going, against } = await judge(tx, rows, now);
  await settleVerdicts(tx, now, "queued", against);
  if (going.length === 0) return [];
  const won = await tx.raw<{ id: number; lease_epoch: number }>(
    `UPDATE deliveries SET state = 'leased', lease_owner = ?, lease_epoch = lease_epoch + 1, lease_until = ?
     WHERE state = 'queued' AND id IN ${givenIds(tx)} RETURNING id, lease_epoch`,
    [owner, now + LEASE_TIME, JSON.stringify(going.map((row) => row.id))],
  );
  const epochs = new Map(won.map((row) => [row.id, row.lease_epoch]));
  return going.flatMap((row) => {
    const leaseEpoch = epochs.get(row.id);
    return leaseEpoch === undefined ? [] : [leased(row, leaseEpoch, stopsSeen, now)];
  });
}

function leased(row: DueRow, leaseEpoch: number, stopsSeen: number, claimedAt: number): Leased {
  return {
    id: row.id, publicId: row.public_id, messageId: row.message_id, class: row.class, partyId: row.party_id,
    address: row.address, addressHash: row.address_hash, recipientName: row.recipient_name, locale: row.locale,
    campaignId: row.campaign_id, lane: row.lane, topicId: row.topic_id, revisionId: row.revision_id,
    mergeValues: row.merge_values, notice: parsed(row.notice), attempt: row.attempt,
    deferredSince: row.deferred_since, expiresAt: row.expires_at, leaseEpoch, stopsSeen, claimedAt,
  };
}

function parsed<T extends object>(json: string | T | null): T | null {
  return typeof json === "string" ? (JSON.parse(json) as T) : json;
}
