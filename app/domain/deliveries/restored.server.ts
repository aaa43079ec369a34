/** What a database must be told when it was restored from a backup, before any process opens it. */
import { and, eq, inArray, max } from "drizzle-orm";

import { skipIds } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { holdSending, isHeld } from "./hold.server";
import { deliveries } from "./schema";

/** More mails than any database writes between a backup and its restore. */
const SKIPPED = 100_000_000;

/**
 * Holds sending, and lets no old mail speak for a new one: the links in mails that left after the backup carry numbers
 * that this database has not given yet, and would open somebody else's mail. Codes and links for signing in that the
 * backup still wanted to send are of no use any more.
 */
export async function beginAfterRestore(tx: Tx, by: By, backupAt: number): Promise<void> {
  const [row] = await tx.select({ last: max(deliveries.id) }).from(deliveries);
  // On PostgreSQL the hold came in one transaction with the data.
  const held = await isHeld(tx);
  if (held?.reason !== "restored" || held.since !== by.now) await holdSending(tx, by, { reason: "restored", backupAt, lastDeliveryId: row?.last ?? 0 });
  await tx
    .update(deliveries)
    .set({ state: "withheld", reason: "expired", finishedAt: by.now, leaseOwner: null, leaseUntil: null })
    .where(and(eq(deliveries.class, "security"), inArray(deliveries.state, ["queued", "leased"])));
  await skipIds(tx, "deliveries", SKIPPED);
}
