/** Leaving by the link of a mail: one topic at once (RFC 8058), or all of them. */
import { eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { listConsentStates, recordConsent } from "../customers/consents.server";
import { listTopics } from "../customers/topics.server";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteArrived } from "./arrived.server";
import { deliveries } from "./schema";

/** What the pages behind a mail's links may know of it. */
export type LinkedMail = {
  deliveryId: number;
  partyId: number | null;
  topicId: number | null;
  campaignId: number | null;
  locale: string;
  class: "marketing" | "transactional" | "security";
};

export async function findLinkedMail(db: Reader, deliveryId: number): Promise<LinkedMail | null> {
  const [row] = await db
    .select({
      deliveryId: deliveries.id, partyId: deliveries.partyId, topicId: deliveries.topicId, campaignId: deliveries.campaignId,
      locale: deliveries.locale, class: deliveries.class,
    })
    .from(deliveries)
    .where(eq(deliveries.id, deliveryId));
  return row ?? null;
}

/**
 * Withdraws consent by mail to the mail's topic, or to every topic. Said twice, it stays said.
 * @returns false when there is nobody whose consent it could be (a test mail)
 */
export async function unsubscribe(
  tx: Tx,
  by: By,
  mail: LinkedMail,
  how: { from: "topic" | "all"; source: "one_click" | "unsubscribe_page"; wordingVersion: string; wording?: string; remoteAddress: string | null },
): Promise<boolean> {
  const { partyId } = mail;
  await noteArrived(tx, by, [mail.deliveryId]);
  if (partyId === null) return false;
  const states = await listConsentStates(tx, partyId);
  const topics = await listTopics(tx, mail.locale);
  const leaving = topics.filter((topic) => how.from === "all" || mail.topicId === null || topic.id === mail.topicId);
  for (const topic of leaving) {
    const now = states.find((s) => s.topicId === topic.id && s.channel === "email")?.state;
    if (now === "withdrawn" || (now === undefined && topic.id !== mail.topicId)) continue;
    await recordConsent(tx, by, {
      partyId, topicId: topic.id, channel: "email", state: "withdrawn", wordingVersion: how.wordingVersion,
      wording: how.wording, source: how.source, remoteAddress: how.remoteAddress,
    });
  }
  await recordEvent(tx, by, {
    partyId,
    kind: "mail_unsubscribed",
    channel: "email",
    subject: { type: "delivery", id: mail.deliveryId },
    campaignId: mail.campaignId,
    deliveryId: mail.deliveryId,
    data: { class: mail.class, source: how.source, ...(how.from === "topic" && leaving[0] && { topicKey: leaving[0].key }) },
    dedupeKey: `unsubscribed:${mail.deliveryId}`,
  });
  return true;
}
