import { v7 } from "uuid";

import type { MessageDraft } from "./message-fields";
import type { Reader } from "~/db/types";
import { listPendingPhotos } from "~/domain/cases/attachments.server";
import { findDraft, type DraftKey } from "~/domain/cases/drafts.server";
import { photoIdsOf } from "~/domain/cases/pending-photos.server";
import type { CustomerActor } from "~/domain/journal/actor";

/** What stands in a composer: as it was left, with a fresh key for what will be sent. */
export async function readMessageDraft(db: Reader, customer: CustomerActor, key: DraftKey): Promise<MessageDraft> {
  const kept = await findDraft(db, customer, key);
  const text = (name: string) => (typeof kept?.[name] === "string" ? (kept[name] as string) : undefined);
  const photos = await listPendingPhotos(db, customer.partyId, photoIdsOf(kept));
  return { message: text("message"), subject: text("subject"), submissionKey: v7(), photos: photos.map(({ publicId, filename }) => ({ publicId, filename })) };
}
