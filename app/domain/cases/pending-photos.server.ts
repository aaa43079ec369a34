/** Photos on their way from a form to a message: checked one after the other, kept, and noted in the sender's draft. */
import type { Database, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { dropPendingPhoto, keepPhoto, type Attachment } from "./attachments.server";
import { PHOTOS_PER_MESSAGE } from "./complaint";
import { findDraft, mergeDraft, type DraftKey, type DraftOwner } from "./drafts.server";
import { takePhoto, type PhotoRefusal } from "./photo.server";

export type PhotoTarget = {
  owner: DraftOwner;
  key: DraftKey;
  partyId: number;
  /** Given for messages of staff. */
  caseId?: number;
  visibility?: "public" | "internal";
};

export type TakenPhotos = { attachments: Attachment[]; refused: PhotoRefusal | "too_many" | null };

/** Pictures are opened one at a time in the whole process: several large ones at once would fill the memory. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** Keeps what can be kept; `refused` says what was wrong with the first that could not. */
export async function takePhotos(db: Database, by: By, to: PhotoTarget, files: readonly { name: string; bytes: Uint8Array }[]): Promise<TakenPhotos> {
  const attachments: Attachment[] = [];
  let refused: TakenPhotos["refused"] = null;
  for (const file of files) {
    // Outside the transaction: a picture takes its time, and the writer has others to serve.
    const taken = await inTurn(() => takePhoto(file));
    if (!taken.ok) {
      refused ??= taken.reason;
      continue;
    }
    const kept = await db.write(async (tx) => {
      const { partyId, caseId, visibility } = to;
      const attachment = await keepPhoto(tx, by, { partyId, photo: taken.photo, ...(caseId !== undefined && { caseId }), ...(visibility && { visibility }) });
      const draft = await mergeDraft(tx, to.owner, to.key, (before) => ({ attachmentIds: [...photoIdsOf(before), attachment.publicId] }), by.now);
      if (photoIdsOf(draft).length <= PHOTOS_PER_MESSAGE) return attachment;
      await forget(tx, by, to, attachment.publicId);
      return null;
    });
    if (kept) attachments.push(kept);
    else refused ??= "too_many";
  }
  return { attachments, refused };
}

/** Takes one photo out of a draft, and forgets it if it was not sent. */
export async function removePhoto(db: Database, by: By, from: PhotoTarget, publicId: string): Promise<void> {
  await db.write(async (tx) => {
    const draft = await findDraft(tx, from.owner, from.key);
    if (photoIdsOf(draft).includes(publicId)) await forget(tx, by, from, publicId);
  });
}

async function forget(tx: Tx, by: By, from: PhotoTarget, publicId: string): Promise<void> {
  await mergeDraft(tx, from.owner, from.key, (before) => ({ attachmentIds: photoIdsOf(before).filter((id) => id !== publicId) }), by.now);
  await dropPendingPhoto(tx, by, from, publicId);
}

export function photoIdsOf(draft: Record<string, unknown> | null): string[] {
  const ids = draft?.attachmentIds;
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string") : [];
}

/** The key of the area `errors` that says why a photo was not taken. */
export function photoError(refused: TakenPhotos["refused"]): string | undefined {
  if (!refused) return undefined;
  return { too_big: "file_too_big", not_a_photo: "file_type", too_many: "too_many_files" }[refused];
}
