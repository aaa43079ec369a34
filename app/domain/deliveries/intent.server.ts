/** The late intent: the last question before a mail leaves, and the mark that it may have left. */
import { givenIds, givenRows, lockHandovers } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { Leased } from "./claim.server";
import { FACTS, FACTS_FROM, judge, settleVerdicts, type StopFacts } from "./verdict.server";

export type Lease = Pick<Leased, "id" | "leaseEpoch" | "stopsSeen" | "partyId" | "addressHash" | "campaignId" | "expiresAt">;

/**
 * Commits the intent of those leases that may still go, and withholds or puts back the others.
 * @returns the ids that may now be handed over
 */
export async function commitIntents(tx: Tx, now: number, leases: Lease[], stops = new StopWatch()): Promise<Set<number>> {
  await lockHandovers(tx);
  await stops.look(tx, Math.min(...leases.map((lease) => lease.stopsSeen)));
  const doubtful = leases.filter((lease) => stops.concerns(lease) || (lease.expiresAt !== null && lease.expiresAt <= now));
  const stopped = doubtful.length ? await askAgain(tx, now, doubtful) : new Set<number>();
  return writeHandovers(tx, now, stopped.size ? leases.filter((lease) => !stopped.has(lease.id)) : leases);
}

/** @returns those that may not go any more */
async function askAgain(tx: Tx, now: number, leases: Lease[]): Promise<Set<number>> {
  const rows = await tx.raw<StopFacts>(
    `SELECT ${FACTS} FROM deliveries d ${FACTS_FROM}
     WHERE d.state = 'leased' AND d.id IN ${givenIds(tx)} ORDER BY d.id ${tx.speaks === "postgres" ? "FOR UPDATE OF d" : ""}`,
    [JSON.stringify(leases.map((lease) => lease.id))],
  );
  const epochs = new Map(leases.map((lease) => [lease.id, lease.leaseEpoch]));
  const { against } = await judge(tx, rows.filter((row) => row.lease_epoch === epochs.get(row.id)), now);
  await settleVerdicts(tx, now, "leased", against);
  return new Set(against.map((one) => one.id));
}

/**
 * The key of `handovers` has the last word: what was begun once in this attempt is not begun again. A lease that was
 * lost (its epoch is not the row's any more) writes nothing.
 */
async function writeHandovers(tx: Tx, now: number, leases: Lease[]): Promise<Set<number>> {
  if (leases.length === 0) return new Set();
  const given = JSON.stringify(leases.map((lease) => [lease.id, lease.leaseEpoch]));
  const rows = givenRows(tx, { id: "int", epoch: "int" });
  const lock = tx.speaks === "postgres" ? "FOR UPDATE OF d" : "";
  const written = await tx.raw<{ delivery_id: number }>(
    `INSERT INTO handovers (delivery_id, attempt, epoch, intent_at)
     SELECT d.id, d.attempt, d.lease_epoch, ${tx.speaks === "postgres" ? "?::bigint" : "?"} FROM ${rows} g CROSS JOIN deliveries d
     WHERE d.id = g.id AND d.lease_epoch = g.epoch AND d.state = 'leased' ${lock}
     ON CONFLICT DO NOTHING RETURNING delivery_id`,
    [now, given],
  );
  const going = new Set(written.map((row) => row.delivery_id));
  if (going.size < leases.length)
    // Begun before in this very attempt, by a life that left no answer.
    await tx.raw(
      `UPDATE deliveries SET state = 'unknown', handed_at = coalesce(handed_at, ?), finished_at = ?, lease_owner = NULL, lease_until = NULL
       FROM ${rows} g WHERE deliveries.id = g.id AND deliveries.lease_epoch = g.epoch AND deliveries.state = 'leased'`,
      [now, now, JSON.stringify(leases.filter((lease) => !going.has(lease.id)).map((lease) => [lease.id, lease.leaseEpoch]))],
    );
  return going;
}

/** What `stop_log` says that is newer than the claims of the mails in hand. */
export class StopWatch {
  private readonly newest = new Map<string, number>();
  /** It knows of every stop behind this one, up to the last that it has seen. */
  private since: number | null = null;
  private seen = 0;

  /** Reads on from where it stopped, or from `since` at first. */
  async look(tx: Tx, since: number): Promise<void> {
    if (this.since === null) this.since = this.seen = since;
    const rows = await tx.raw<{ id: number; party_id: number | null; address_hash: string | null; campaign_id: number | null }>(
      "SELECT id, party_id, address_hash, campaign_id FROM stop_log WHERE id > ? ORDER BY id",
      [this.seen],
    );
    for (const row of rows) {
      this.newest.set(keyOf(row.party_id, row.address_hash, row.campaign_id), row.id);
      this.seen = row.id;
    }
  }

  concerns({ partyId, addressHash, campaignId, stopsSeen }: Lease): boolean {
    // Claimed before anything was read here: what came in between is not known.
    if (stopsSeen < (this.since ?? 0)) return true;
    if (this.newest.size === 0) return false;
    const after = (key: string) => (this.newest.get(key) ?? 0) > stopsSeen;
    return after(`p${partyId}`) || after(`a${addressHash}`) || after(`c${campaignId}`) || after("all");
  }

  /** Forgets what every claim from now on has seen by itself. */
  forget(upTo: number): void {
    if (this.since === null || upTo <= this.since) return;
    for (const [key, id] of this.newest) if (id <= upTo) this.newest.delete(key);
    this.since = upTo;
  }
}

function keyOf(partyId: number | null, addressHash: string | null, campaignId: number | null): string {
  if (partyId !== null) return `p${partyId}`;
  if (addressHash !== null) return `a${addressHash}`;
  return campaignId !== null ? `c${campaignId}` : "all";
}
