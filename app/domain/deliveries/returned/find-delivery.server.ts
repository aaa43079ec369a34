/** Which mail of ours a mail that came back is about, and how sure that is. */
import { and, desc, eq, gt, inArray } from "drizzle-orm";

import type { Reader } from "../../../db/types";
import type { DeliveryRow } from "../deliveries.server";
import { hashAddress } from "../identity.server";
import { readReturnPath } from "../return-path.server";
import { deliveries } from "../schema";
import type { Verdict } from "./classify";

/**
 * return_path: an address that only we can make; message_id, envelope_id: what only holders of the mail know; recipient: a
 * mail went to them lately, which anybody may guess.
 */
export type Proof = "return_path" | "message_id" | "envelope_id" | "recipient";
export type FoundDelivery = { row: DeliveryRow; proof: Proof };

const LATELY = 5 * 86_400_000;

export async function findDeliveryAbout(
  db: Reader,
  about: Verdict["about"],
  { bounceAddress, recipient, now }: { bounceAddress: string | undefined; recipient: string | null; now: number },
): Promise<FoundDelivery | null> {
  if (bounceAddress)
    for (const address of about.addresses) {
      const id = readReturnPath(address, bounceAddress);
      const [row] = id === null ? [] : await db.select().from(deliveries).where(eq(deliveries.id, id));
      if (row) return { row, proof: "return_path" };
    }
  if (about.messageIds.length) {
    const rows = await db.select().from(deliveries).where(inArray(deliveries.messageId, about.messageIds));
    const first = about.messageIds.flatMap((id) => rows.find((row) => row.messageId === id) ?? [])[0];
    if (first) return { row: first, proof: "message_id" };
  }
  if (about.envelopeId) {
    const [row] = await db.select().from(deliveries).where(eq(deliveries.publicId, fromXtext(about.envelopeId)));
    if (row) return { row, proof: "envelope_id" };
  }
  if (!recipient) return null;
  const [row] = await db
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.addressHash, hashAddress(recipient)), inArray(deliveries.state, ["accepted", "unknown"]), gt(deliveries.finishedAt, now - LATELY)))
    .orderBy(desc(deliveries.finishedAt), desc(deliveries.id))
    .limit(1);
  return row ? { row, proof: "recipient" } : null;
}

/** RFC 3461 4: `+` and two hexadecimal digits stand for a sign. */
function fromXtext(text: string): string {
  return text.slice(0, 200).replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
