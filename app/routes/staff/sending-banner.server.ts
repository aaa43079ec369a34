import type { Reader } from "~/db/types";
import { isHeld } from "~/domain/deliveries/hold.server";
import { listDisabled } from "~/domain/integrations/webhooks.server";
import { findTrouble } from "~/domain/deliveries/transport-state.server";

/** What keeps mail from leaving now, for the banner of every staff page; null where nothing does. Administrators hear of webhooks too. */
export async function readSending(db: Reader, isAdministrator: boolean) {
  const hold = await isHeld(db);
  const trouble = await findTrouble(db);
  return {
    hold: hold && { reason: hold.reason, since: hold.since, backupAt: hold.backupAt, heldBy: hold.heldBy },
    downSince: trouble?.since ?? null,
    webhooks: isAdministrator ? await listDisabled(db) : [],
  };
}
