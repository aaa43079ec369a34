/** The answer: what a server said of a mail that was handed to it. */
import { and, eq, inArray, sql } from "drizzle-orm";

import type { Tx } from "../../db/types";
import type { Outcome, Transport } from "../../mail/transport";
import { recordEvent } from "../customers/events.server";
import { addMailFacts } from "../customers/metrics.server";
import { bySystem } from "../journal/actor";
import type { DeliveryRow } from "./deliveries.server";
import { isUnknownMailbox, nextAttemptAt, RETRY_RELAY_AFTER } from "./delivery";
import { deliveries } from "./schema";
import { suppressHash } from "./suppressions.server";

export type Ending = { row: DeliveryRow; subject: string; transport: Transport["name"]; outcome: Exclude<Outcome, { kind: "withdrawn" }> };

/** Writes down how handing one mail over ended. Of a lease that is not ours any more, only an acceptance still counts. */
export async function recordEnding(tx: Tx, now: number, { row, subject, transport, outcome }: Ending): Promise<void> {
  const ours = (...states: DeliveryRow["state"][]) =>
    and(eq(deliveries.id, row.id), eq(deliveries.leaseEpoch, row.leaseEpoch), inArray(deliveries.state, states));
  const free = { leaseOwner: null, leaseUntil: null };
  const said = {
    words: outcome.words.slice(0, 1000),
    code: "code" in outcome ? outcome.code : null,
    ...(subject && row.class !== "security" && { subject }),
  };

  switch (outcome.kind) {
    case "accepted": {
      const changed = await tx
        .update(deliveries)
        .set({
          ...free, ...said, state: "accepted", reason: null, acceptedAt: now, finishedAt: now, provider: transport,
          providerId: outcome.providerId, ...withoutSecrets(row),
        })
        .where(ours("handing", "unknown", "unconfirmed"))
        .returning({ id: deliveries.id });
      if (changed.length) await tellAccepted(tx, now, row, subject);
      return;
    }
    case "refused": {
      const changed = await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "failed", reason: "refused", finishedAt: now, provider: transport })
        .where(ours("leased", "handing"))
        .returning({ id: deliveries.id });
      if (changed.length) await tellRefused(tx, now, row, subject, outcome);
      return;
    }
    case "deferred": {
      const since = row.deferredSince ?? now;
      const next = nextAttemptAt(row.class, since, now);
      await tx
        .update(deliveries)
        .set(
          next === null
            ? { ...free, ...said, state: "failed", reason: "gave_up", finishedAt: now, provider: transport }
            : { ...free, ...said, state: "queued", attempt: sql`${deliveries.attempt} + 1`, deferredSince: since, notBefore: Math.round(next) },
        )
        .where(ours("leased", "handing"));
      return;
    }
    case "unreachable":
      await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "queued", attempt: sql`${deliveries.attempt} + 1`, notBefore: now + RETRY_RELAY_AFTER })
        .where(ours("leased", "handing"));
      return;
    case "unknown":
      await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "unknown", finishedAt: now, provider: transport })
        .where(ours("handing"));
  }
}

export async function tellAccepted(tx: Tx, now: number, row: DeliveryRow, subject: string): Promise<void> {
  if (row.partyId === null || row.class === "security") return;
  const by = bySystem("worker", now);
  await recordEvent(tx, by, {
    partyId: row.partyId,
    kind: "mail_accepted",
    channel: "email",
    subject: { type: "delivery", id: row.id },
    campaignId: row.campaignId,
    deliveryId: row.id,
    data: { ...(subject && { subject }), class: row.class },
    dedupeKey: `accepted:${row.id}`,
  });
  if (row.class === "marketing") await addMailFacts(tx, row.partyId, { accepted: 1, at: now });
}

async function tellRefused(tx: Tx, now: number, row: DeliveryRow, subject: string, outcome: { code: number; words: string }) {
  const by = bySystem("worker", now);
  if (row.partyId !== null && row.class !== "security")
    await recordEvent(tx, by, {
      partyId: row.partyId,
      kind: "mail_failed",
      channel: "email",
      subject: { type: "delivery", id: row.id },
      campaignId: row.campaignId,
      deliveryId: row.id,
      data: { subject, class: row.class, reason: outcome.words.slice(0, 300) },
      dedupeKey: `failed:${row.id}`,
    });
  if (isUnknownMailbox(outcome.code, outcome.words))
    await suppressHash(tx, by, {
      addressHash: row.addressHash, address: row.address, scope: "all", reason: "hard_bounce", source: outcome.words.slice(0, 300),
    });
}

/** A code or a link that logs somebody in is not kept once it has left. */
export function withoutSecrets({ class: mailClass, notice }: DeliveryRow): Pick<DeliveryRow, "notice"> | Record<string, never> {
  return mailClass === "security" && notice ? { notice: { ...notice, values: {} } } : {};
}
