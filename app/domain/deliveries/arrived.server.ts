/** Only who has a mail can open it, follow its links or answer it: of a mail in doubt, that ends the doubt. */
import { givenIds } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";

/** Nobody knows whether it arrived, be it that it is to be sent once more. */
export function isInDoubt({ state, reason }: { state: string; reason: string | null }): boolean {
  return state === "unknown" || state === "unconfirmed" || ((state === "queued" || state === "leased") && reason === "resent");
}

export async function noteArrived(tx: Tx, by: By, deliveryIds: readonly number[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  const now = tx.speaks === "postgres" ? "?::bigint" : "?";
  const settled = await tx.raw<{ campaign_id: number | null }>(
    `UPDATE deliveries SET state = 'accepted', reason = NULL, lease_owner = NULL, lease_until = NULL,
       accepted_at = coalesce(accepted_at, handed_at, ${now}), finished_at = coalesce(finished_at, ${now})
     WHERE id IN ${givenIds(tx)} AND (state IN ('unknown', 'unconfirmed') OR (state IN ('queued', 'leased') AND reason = 'resent'))
     RETURNING campaign_id`,
    [by.now, by.now, JSON.stringify(deliveryIds)],
  );
  const campaigns = [...new Set(settled.flatMap((row) => row.campaign_id ?? []))];
  if (campaigns.length) await noteChange(tx, by, ...campaigns.map((id) => `campaign:${id}`));
}
