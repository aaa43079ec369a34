/** The late intent: the last question before a mail leaves, and the mark that it may have left. */
import { and, eq, inArray } from "drizzle-orm";

import { lockHandovers } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { DeliveryRow } from "./deliveries.server";
import { LEASE_TIME, reasonToWithhold, type MailClass } from "./delivery";
import { isHeld, keepsBack, type Hold } from "./hold.server";
import { deliveries, handovers } from "./schema";

export type Lease = Pick<DeliveryRow, "id" | "leaseEpoch">;

type IntentFacts = {
  id: number;
  lease_epoch: number;
  attempt: number;
  class: MailClass;
  expires_at: number | null;
  stream: "running" | "paused" | "cancelled" | "finished" | null;
  stop_all: number | null;
  stop_marketing: number | null;
  erased_at: number | null;
  paused_until: number | null;
  open_complaints: number | null;
  consent: string | null;
};

/**
 * Commits the intent of those leases that may still go, and withholds or puts back the others.
 * @returns the ids that may now be handed over
 */
export async function commitIntents(tx: Tx, now: number, leases: Lease[]): Promise<Set<number>> {
  await lockHandovers(tx);
  const epochs = new Map(leases.map((lease) => [lease.id, lease.leaseEpoch]));
  const rows = await tx.raw<IntentFacts>(
    `SELECT d.id, d.lease_epoch, d.attempt, d.class, d.expires_at, s.state AS stream,
            sa.at AS stop_all, sm.at AS stop_marketing,
            p.erased_at, p.marketing_paused_until AS paused_until, m.open_complaints, c.state AS consent
     FROM deliveries d
     LEFT JOIN send_streams s ON s.campaign_id = d.campaign_id
     LEFT JOIN suppressions sa ON sa.address_hash = d.address_hash AND sa.scope = 'all'
     LEFT JOIN suppressions sm ON sm.address_hash = d.address_hash AND sm.scope = 'marketing'
     LEFT JOIN parties p ON p.id = d.party_id
     LEFT JOIN customer_metrics m ON m.party_id = d.party_id
     LEFT JOIN consent_states c ON c.party_id = d.party_id AND c.topic_id = d.topic_id AND c.channel = 'email'
     WHERE d.state = 'leased' AND d.id IN (${leases.map(() => "?").join(",")})
     ORDER BY d.id ${tx.speaks === "postgres" ? "FOR UPDATE OF d" : ""}`,
    leases.map((lease) => lease.id),
  );
  const ours = rows.filter((row) => row.lease_epoch === epochs.get(row.id));
  const hold = await isHeld(tx);
  const verdicts = ours.map((row) => ({ row, reason: verdict(row, hold, now) }));

  const granted = verdicts.filter((v) => v.reason === null).map((v) => v.row);
  const going = await writeHandovers(tx, now, granted);
  for (const reason of new Set(verdicts.flatMap((v) => v.reason ?? []))) {
    const ids = verdicts.filter((v) => v.reason === reason).map((v) => v.row.id);
    await tx
      .update(deliveries)
      .set(
        reason === "paused"
          ? { state: "queued", leaseOwner: null, leaseUntil: null }
          : { state: "withheld", reason, finishedAt: now, leaseOwner: null, leaseUntil: null },
      )
      .where(and(inArray(deliveries.id, ids), eq(deliveries.state, "leased")));
  }
  return going;
}

function verdict(row: IntentFacts, hold: Hold | null, now: number) {
  return reasonToWithhold({
    mailClass: row.class,
    now,
    expiresAt: row.expires_at,
    stream: row.stream,
    suppressed: row.stop_all !== null ? "all" : row.stop_marketing !== null ? "marketing" : null,
    erased: row.erased_at !== null,
    consent: row.consent === "granted",
    openComplaint: (row.open_complaints ?? 0) > 0,
    pausedByCustomer: row.paused_until !== null && row.paused_until > now,
    held: keepsBack(hold, row),
  });
}

/** The key of `handovers` has the last word: what was begun once in this attempt is not begun again. */
async function writeHandovers(tx: Tx, now: number, rows: IntentFacts[]): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  const written = await tx
    .insert(handovers)
    .values(rows.map((row) => ({ deliveryId: row.id, attempt: row.attempt, epoch: row.lease_epoch, intentAt: now })))
    .onConflictDoNothing()
    .returning({ id: handovers.deliveryId });
  const going = new Set(written.map((row) => row.id));
  const taken = rows.filter((row) => !going.has(row.id)).map((row) => row.id);
  if (going.size)
    await tx
      .update(deliveries)
      .set({ state: "handing", handedAt: now, leaseUntil: now + LEASE_TIME })
      .where(inArray(deliveries.id, [...going]));
  if (taken.length)
    await tx
      .update(deliveries)
      .set({ state: "unknown", finishedAt: now, leaseOwner: null, leaseUntil: null })
      .where(inArray(deliveries.id, taken));
  return going;
}
