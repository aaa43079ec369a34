/**
 * Holding all sending. A database that was restored from a backup starts held: what left after the backup was taken is
 * not in it, and would leave a second time. Administrators can hold by hand as well.
 *
 * While held nothing leaves but codes and links for signing in, and of those none that the backup already knew.
 */
import { and, desc, eq, inArray, isNull, lte, notInArray } from "drizzle-orm";

import { countAll, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import type { MailClass } from "./delivery";
import { deliveries, sendHolds } from "./schema";

export type Hold = typeof sendHolds.$inferSelect;

/** The hold in force; null when mail may leave. Asked at every claim and with every group of intents: one small read. */
export async function isHeld(db: Reader): Promise<Hold | null> {
  const [hold] = await db.select().from(sendHolds).where(isNull(sendHolds.releasedAt)).orderBy(desc(sendHolds.id)).limit(1);
  return hold ?? null;
}

/** Whether a hold keeps this mail back. */
export function keepsBack(hold: Pick<Hold, "lastDeliveryId"> | null, mail: { class: MailClass; id: number }): boolean {
  return hold !== null && !(mail.class === "security" && mail.id > hold.lastDeliveryId);
}

/** Nothing more leaves from this commit on. @returns false when it is held already */
export async function holdSending(
  tx: Tx,
  by: By,
  given: { reason: "manual" } | { reason: "restored"; backupAt: number; lastDeliveryId: number } = { reason: "manual" },
): Promise<boolean> {
  await lockStops(tx);
  // A restored database may have been held by hand when it was copied: then both must be released.
  if (given.reason === "manual" && (await isHeld(tx))) return false;
  await tx.insert(sendHolds).values({ ...given, since: by.now, heldBy: by.actor.name });
  await recordAudit(tx, by, "holdSending", { type: "sending", id: null }, given);
  await noteChange(tx, by, "sending");
  return true;
}

/** Mail leaves again. What shall not leave has been settled before, in the same transaction. */
export async function releaseSending(tx: Tx, by: By, holdId: number): Promise<boolean> {
  const released = await tx
    .update(sendHolds)
    .set({ releasedAt: by.now, releasedBy: by.actor.name })
    .where(and(eq(sendHolds.id, holdId), isNull(sendHolds.releasedAt)))
    .returning({ id: sendHolds.id });
  if (released.length === 0) return false;
  await recordAudit(tx, by, "releaseSending", { type: "sending", id: null }, { holdId });
  await noteChange(tx, by, "sending");
  return true;
}

const WAITING = ["planned", "queued", "leased"] as const;

/** How many order and complaint mails wait that the backup already knew: they may have left since. */
export async function countSystemMailsOfBackup(db: Reader, hold: Hold): Promise<number> {
  const [row] = await db.select({ count: countAll }).from(deliveries).where(systemMailsOfBackup(hold));
  return row?.count ?? 0;
}

/**
 * Marks what waits as `unconfirmed`: it may have left after the backup was taken, and is not sent again.
 * @returns how many mails
 */
export async function settleAsUnconfirmed(tx: Tx, by: By, which: { campaignId: number } | { systemMailsOf: Hold } | { restOf: Hold; except: number[] }): Promise<number> {
  const settled = await tx
    .update(deliveries)
    .set({ state: "unconfirmed", reason: "restored", finishedAt: by.now, leaseOwner: null, leaseUntil: null })
    .where(
      "campaignId" in which
        ? and(eq(deliveries.campaignId, which.campaignId), inArray(deliveries.state, [...WAITING]))
        : "restOf" in which
          ? and(
              eq(deliveries.class, "marketing"), inArray(deliveries.state, [...WAITING]), lte(deliveries.id, which.restOf.lastDeliveryId),
              which.except.length ? notInArray(deliveries.campaignId, which.except) : undefined,
            )
          : systemMailsOfBackup(which.systemMailsOf),
    )
    .returning({ id: deliveries.id });
  if ("campaignId" in which) await noteChange(tx, by, `campaign:${which.campaignId}`);
  await recordAudit(tx, by, "settleAsUnconfirmed", "campaignId" in which ? { type: "campaign", id: which.campaignId } : { type: "sending", id: null }, { mails: settled.length });
  return settled.length;
}

function systemMailsOfBackup(hold: Hold) {
  return and(eq(deliveries.class, "transactional"), inArray(deliveries.state, [...WAITING]), lte(deliveries.id, hold.lastDeliveryId));
}
