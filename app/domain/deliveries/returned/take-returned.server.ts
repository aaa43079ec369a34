/** From a judged report to the state of its delivery: by the same way as what a provider's webhook reports. */
import type { Tx } from "../../../db/types";
import type { By } from "../../journal/actor";
import type { DeliveryRow } from "../deliveries.server";
import { MAILBOX } from "../meaning";
import { recordProviderEvents } from "../provider-events.server";
import type { ReturnedRecipient, Verdict } from "./classify";
import { findDeliveryAbout, type Proof } from "./find-delivery.server";

export type ReturnedMail = { contentKey: string; verdict: Verdict; bounceAddress: string | undefined };

/** @returns the delivery it is about; null when it is about none of ours, and then nothing was changed */
export async function takeReturned(tx: Tx, by: By, { contentKey, verdict, bounceAddress }: ReturnedMail): Promise<DeliveryRow | null> {
  const only = verdict.recipients.length === 1 && verdict.kind !== "auto-reply" ? (verdict.recipients[0]?.address ?? null) : null;
  const found = await findDeliveryAbout(tx, verdict.about, { bounceAddress, recipient: only, now: by.now });
  if (!found) return null;
  const { row, proof } = found;
  const one = verdict.recipients.find(({ address }) => address?.toLowerCase() === row.address.toLowerCase()) ?? gravest(verdict);
  await recordProviderEvents(tx, by, MAILBOX, [
    {
      eventId: contentKey,
      type: typeOf(verdict, one, proof, bounceAddress !== undefined),
      publicId: row.publicId,
      providerId: null,
      at: by.now,
      payload: { status: one?.status ?? "", why: one?.reason ?? "", reason: withoutAddresses(one?.words ?? ""), feedbackType: one?.feedbackType ?? null, proof },
    },
  ]);
  return row;
}

function gravest({ recipients, effect }: Verdict): ReturnedRecipient | null {
  return recipients.find((one) => one.effect === effect) ?? null;
}

/**
 * Where bounces come back to addresses of our own making, one that came otherwise proves nothing: anybody could have
 * written it to cut somebody off, so that it does not suppress.
 */
function typeOf(verdict: Verdict, one: ReturnedRecipient | null, proof: Proof, hasReturnPaths: boolean): string {
  if (verdict.kind === "auto-reply" || one === null) return "answer";
  if (one.reason === "delivered") return one.isUnderWay ? "passed_on" : "delivered";
  if (one.isUnderWay) return "delayed";
  if (proof === "recipient" && hasReturnPaths) return one.effect === "hard" ? "soft" : "answer";
  return one.effect;
}

/** The addressee stands in our own row: a copy must not outlive an erasure. */
function withoutAddresses(words: string): string {
  return words.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, "…@…");
}
