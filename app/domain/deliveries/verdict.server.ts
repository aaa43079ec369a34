/** May these mails leave at this instant? One query and one rule, for the claim and for the intent. */
import { givenRows } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { WITHHELD_OR_IN_DOUBT, type MailClass, type WithheldReason } from "./delivery";
import { isHeld, keepsBack, type Hold } from "./hold.server";
import { reasonToWithhold } from "./recipient";

/** What the verdict on one mail rests on. */
export type StopFacts = {
  id: number;
  class: MailClass;
  party_id: number | null;
  address_hash: string;
  campaign_id: number | null;
  topic_id: number | null;
  attempt: number;
  lease_epoch: number;
  expires_at: number | null;
  stream: "running" | "paused" | "cancelled" | "finished" | null;
  stop_all: number | null;
  stop_marketing: number | null;
  erased_at: number | null;
  paused_until: number | null;
  open_complaints: number | null;
  consent: string | null;
};

/** Of `deliveries d`, with the tables of FACTS_FROM beside it. */
export const FACTS = `d.id, d.class, d.party_id, d.address_hash, d.campaign_id, d.topic_id, d.attempt, d.lease_epoch, d.expires_at,
  s.state AS stream, sa.at AS stop_all, sm.at AS stop_marketing,
  p.erased_at, p.marketing_paused_until AS paused_until, m.open_complaints, c.state AS consent`;

export const FACTS_FROM = `LEFT JOIN send_streams s ON s.campaign_id = d.campaign_id
  LEFT JOIN suppressions sa ON sa.address_hash = d.address_hash AND sa.scope = 'all'
  LEFT JOIN suppressions sm ON sm.address_hash = d.address_hash AND sm.scope = 'marketing'
  LEFT JOIN parties p ON p.id = d.party_id
  LEFT JOIN customer_metrics m ON m.party_id = d.party_id
  LEFT JOIN consent_states c ON c.party_id = d.party_id AND c.topic_id = d.topic_id AND c.channel = 'email'`;

export type Against = { id: number; reason: WithheldReason | "paused" };

export async function judge<Row extends StopFacts>(tx: Tx, rows: Row[], now: number): Promise<{ going: Row[]; against: Against[] }> {
  const hold = await isHeld(tx);
  const going: Row[] = [];
  const against: Against[] = [];
  for (const row of rows) {
    const reason = verdict(row, hold, now);
    if (reason === null) going.push(row);
    else against.push({ id: row.id, reason });
  }
  return { going, against };
}

function verdict(row: StopFacts, hold: Hold | null, now: number) {
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

/** Withholds those with a reason against them; what is only paused goes back into the queue. */
export async function settleVerdicts(tx: Tx, now: number, from: "queued" | "leased", against: Against[]): Promise<void> {
  const ended = against.filter((one) => one.reason !== "paused");
  const paused = from === "leased" ? against.filter((one) => one.reason === "paused") : [];
  const rows = givenRows(tx, { id: "int", reason: "text" });
  if (ended.length)
    await tx.raw(
      `UPDATE deliveries SET state = ${WITHHELD_OR_IN_DOUBT}, reason = g.reason, finished_at = ?, lease_owner = NULL, lease_until = NULL
       FROM ${rows} g WHERE deliveries.id = g.id AND deliveries.state = ?`,
      [now, JSON.stringify(ended.map((one) => [one.id, one.reason])), from],
    );
  if (paused.length)
    await tx.raw(
      `UPDATE deliveries SET state = 'queued', lease_owner = NULL, lease_until = NULL
       FROM ${rows} g WHERE deliveries.id = g.id AND deliveries.state = 'leased'`,
      [JSON.stringify(paused.map((one) => [one.id, one.reason]))],
    );
}
