/** Marketing into the outbox: very many mails in one statement, made where the facts are. */
import { countInserted } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { Fragment } from "../customers/segment-field";
import type { By } from "../journal/actor";
import { messageIdFor } from "./identity.server";

/**
 * A query for mails with the columns public_id, campaign_id, topic_id, revision_id, party_id, address, address_hash, lane,
 * recipient_name, locale, merge_values, not_before, expires_at, reason (why it is withheld; null: it is to leave), and
 * how many rows it has.
 */
export type Mails = Fragment & { count: number };

/**
 * Puts the mails of a campaign into the outbox. One address gets one mail of one campaign, however often it is planned;
 * the second person behind an address is kept as withheld, so that the rows add up to the people.
 * @returns how many were new
 */
export async function enqueueMarketing(tx: Tx, by: By, mails: Mails): Promise<number> {
  const ofPerson = keyOf("'party-' || g.party_id");
  const ofAddress = keyOf("g.address_hash");
  const added = await insert(tx, by, mails, { reason: "g.reason", key: `CASE WHEN g.reason IS NULL THEN ${ofAddress} ELSE ${ofPerson} END`, where: "true" });
  if (added === mails.count) return added;
  const holder = `SELECT 1 FROM deliveries d WHERE d.dedupe_key = ${ofAddress} AND d.party_id <> g.party_id`;
  return added + (await insert(tx, by, mails, { reason: "'duplicate_address'", key: ofPerson, where: `g.reason IS NULL AND EXISTS (${holder})` }));
}

function keyOf(unit: string): string {
  return `'campaign:' || g.campaign_id || ':' || ${unit}`;
}

/** By party, so that of two people behind one address always the same one gets the mail. */
async function insert(tx: Tx, { now }: By, mails: Mails, { reason, key, where }: { reason: string; key: string; where: string }): Promise<number> {
  return countInserted(
    tx,
    `WITH g AS MATERIALIZED (${mails.sql})
     INSERT INTO deliveries (public_id, dedupe_key, message_id, class, party_id, address, lane, address_hash, recipient_name, locale, campaign_id,
       topic_id, revision_id, merge_values, subject_type, subject_id, state, reason, not_before, expires_at, finished_at, created_at)
     SELECT g.public_id, ${key}, g.public_id || cast(? AS text), 'marketing', g.party_id, g.address, g.lane, g.address_hash, g.recipient_name, g.locale, g.campaign_id,
       g.topic_id, g.revision_id, g.merge_values, 'campaign', g.campaign_id, CASE WHEN ${reason} IS NULL THEN 'queued' ELSE 'withheld' END, ${reason},
       g.not_before, g.expires_at, CASE WHEN ${reason} IS NOT NULL THEN ${now} END, ${now}
     FROM g WHERE ${where} ORDER BY g.party_id
     ON CONFLICT (dedupe_key) DO NOTHING`,
    [...mails.params, messageIdFor("")],
  );
}
