/** Messages as rows: each once, with its photos. */
import { eq } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { attachPhotos } from "./attachments.server";
import type { CaseRow } from "./case-row.server";
import { interactions } from "./schema";

export async function isSent(db: Reader, submissionKey: string): Promise<boolean> {
  const rows = await db.select({ id: interactions.id }).from(interactions).where(eq(interactions.submissionKey, submissionKey));
  return rows.length > 0;
}

type NewInteraction = {
  direction: "in" | "out";
  visibility: "public" | "internal";
  body: string;
  submissionKey: string;
  /** When it was said; now when left out. */
  at?: number | undefined;
  authorStaffId?: number | null;
  attachmentIds?: readonly string[] | undefined;
  outcome?: string;
} & Partial<Mailed>;

/** Of a message that came as a mail: which, and where it stands in its thread (RFC 5322 3.6.4). */
export type Mailed = { channel: "email"; inboundMailId: number; messageId: string | null; inReplyTo: string | null; references: string | null };

export async function addInteraction(tx: Tx, by: By, on: CaseRow, input: NewInteraction): Promise<{ id: number; publicId: string }> {
  const { attachmentIds = [], at = by.now, ...message } = input;
  const publicId = v7();
  const [row] = await tx
    .insert(interactions)
    .values({ channel: "portal", ...message, publicId, partyId: on.partyId, caseId: on.id, at })
    .returning({ id: interactions.id });
  await attachPhotos(tx, {
    partyId: on.partyId,
    caseId: on.id,
    interactionId: row!.id,
    visibility: input.visibility,
    publicIds: attachmentIds,
    fromStaff: input.direction === "out",
  });
  return { id: row!.id, publicId };
}
