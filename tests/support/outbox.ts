/** Mails of a campaign as a test wants them, by the statement that plans them. */
import { v7 } from "uuid";

import { givenRows } from "../../app/db/dialect";
import type { Tx } from "../../app/db/types";
import type { WithheldReason } from "../../app/domain/deliveries/delivery";
import { enqueueMarketing } from "../../app/domain/deliveries/enqueue.server";
import { hashAddress } from "../../app/domain/deliveries/identity.server";
import { laneOf } from "../../app/domain/deliveries/lane";
import type { By } from "../../app/domain/journal/actor";

export type MailRow = {
  campaignId: number;
  partyId: number;
  address: string;
  recipientName: string | null;
  locale: string;
  topicId: number | null;
  revisionId: number | null;
  mergeValues: Record<string, unknown>;
  notBefore: number;
  expiresAt: number | null;
  /** Why it is withheld. */
  reason?: WithheldReason;
};

/** @returns how many were new */
export async function enqueueRows(tx: Tx, by: By, rows: readonly MailRow[]): Promise<number> {
  const columns = givenRows(tx, {
    public_id: "text", campaign_id: "int", topic_id: "int", revision_id: "int", party_id: "int", address: "text", address_hash: "text", lane: "text",
    recipient_name: "text", locale: "text", merge_values: "json", not_before: "int", expires_at: "int", reason: "text",
  });
  const given = rows.map((row) => [
    v7(), row.campaignId, row.topicId, row.revisionId, row.partyId, row.address, hashAddress(row.address), laneOf(row.address), row.recipientName, row.locale,
    JSON.stringify(row.mergeValues), row.notBefore, row.expiresAt, row.reason ?? null,
  ]);
  return enqueueMarketing(tx, by, { sql: `SELECT * FROM ${columns} given`, params: [JSON.stringify(given)], count: rows.length });
}
