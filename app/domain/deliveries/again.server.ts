/**
 * Sending again what did not get through, by a person's word. Everything that can stop a mail is asked again as it
 * leaves, and the attempt rises: the key of `handovers` then lets it be handed over once more, and only once.
 */
import { and, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";

import { countAll, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { DOUBTFUL_AFTER, RETRY_FOR, WORTH_RETRYING } from "./delivery";
import { deliveries } from "./schema";

/** Failed for reasons that another try may overcome: the server certainly has nothing of them. */
function worthRetrying(campaignId: number) {
  return and(eq(deliveries.campaignId, campaignId), eq(deliveries.state, "failed"), inArray(deliveries.reason, [...WORTH_RETRYING]));
}

/** Nobody knows whether these arrived, and no answer will come by itself any more. */
function inDoubt(campaignId: number, now: number) {
  return and(
    eq(deliveries.campaignId, campaignId),
    inArray(deliveries.state, ["unknown", "unconfirmed"]),
    or(isNull(deliveries.handedAt), lte(deliveries.handedAt, now - DOUBTFUL_AFTER)),
  );
}

/** How many mails the two buttons speak of. */
export async function countAgain(db: Reader, campaignId: number, now: number): Promise<{ failed: number; doubtful: number }> {
  const [failed] = await db.select({ count: countAll }).from(deliveries).where(worthRetrying(campaignId));
  const [doubtful] = await db.select({ count: countAll }).from(deliveries).where(inDoubt(campaignId, now));
  return { failed: failed?.count ?? 0, doubtful: doubtful?.count ?? 0 };
}

/** @returns how many mails wait again */
export async function retryFailed(tx: Tx, by: By, campaignId: number): Promise<number> {
  return putBack(tx, by, campaignId, "retryFailed", worthRetrying(campaignId), null);
}

/** They may get it twice: whoever asks for this has been told so. The reason stays `resent`, so that a late answer is still understood. */
export async function resendDoubtful(tx: Tx, by: By, campaignId: number): Promise<number> {
  return putBack(tx, by, campaignId, "resendDoubtful", inDoubt(campaignId, by.now), "resent");
}

async function putBack(tx: Tx, by: By, campaignId: number, command: string, which: ReturnType<typeof and>, reason: string | null): Promise<number> {
  await lockStops(tx);
  const back = await tx
    .update(deliveries)
    .set({
      state: "queued", reason, attempt: sql`${deliveries.attempt} + 1`, notBefore: by.now, deferredSince: null, finishedAt: null, toldAt: null,
      leaseOwner: null, leaseUntil: null,
      expiresAt: sql`case when ${deliveries.expiresAt} < ${by.now + RETRY_FOR} then ${by.now + RETRY_FOR} else ${deliveries.expiresAt} end`,
    })
    .where(which)
    .returning({ id: deliveries.id });
  if (back.length === 0) return 0;
  await recordAudit(tx, by, command, { type: "campaign", id: campaignId }, { mails: back.length });
  await noteChange(tx, by, `campaign:${campaignId}`);
  return back.length;
}
