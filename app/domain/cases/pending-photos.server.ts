/** Photos on their way from a form to a message: checked one after the other, kept, and noted in the sender's draft. */
import type { Database, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { takePoints, type Taken } from "../accounts/limits.server";
import { dropPendingPhoto, keepPhoto, weighPendingPhotos, type Attachment } from "./attachments.server";
import { PHOTOS_A_DAY, PHOTOS_PER_MESSAGE, PHOTOS_WAITING } from "./complaint";
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

export type TakenPhotos = {
  attachments: Attachment[];
  refused: PhotoRefusal | "too_many" | "too_many_waiting" | "too_many_today" | null;
  /** With `too_many_today`: when more will be taken. */
  retryAt?: number;
};

const DAY = 24 * 3_600_000;

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
    const allowed = await db.write((tx) => allowToday(tx, by, to, file.bytes.byteLength));
    if (!allowed.ok) return { attachments, refused: refused ?? "too_many_today", retryAt: allowed.retryAt };
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
      const tooMany = photoIdsOf(draft).length > PHOTOS_PER_MESSAGE ? "too_many" : (await isOverfull(tx, to)) ? "too_many_waiting" : null;
      if (tooMany) await forget(tx, by, to, attachment.publicId);
      return tooMany ?? attachment;
    });
    if (typeof kept === "string") refused ??= kept;
    else attachments.push(kept);
  }
  return { attachments, refused };
}

/** Opening a picture is work, so it is counted before, and not given back with the photo. Staff are not counted. */
async function allowToday(tx: Tx, by: By, to: PhotoTarget, bytes: number): Promise<Taken> {
  if (to.caseId !== undefined) return { ok: true };
  const who = String(to.partyId);
  return takePoints(
    tx,
    [
      { key: ["photos_a_day", who], points: PHOTOS_A_DAY.count, windowMs: DAY },
      { key: ["photo_kib_a_day", who], points: PHOTOS_A_DAY.bytes / 1024, cost: Math.ceil(bytes / 1024), windowMs: DAY },
    ],
    by.now,
  );
}

async function isOverfull(tx: Tx, to: PhotoTarget): Promise<boolean> {
  if (to.caseId !== undefined) return false;
  const waiting = await weighPendingPhotos(tx, to.partyId);
  return waiting.count > PHOTOS_WAITING.count || waiting.bytes > PHOTOS_WAITING.bytes;
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
export function photoError({ refused, retryAt }: Pick<TakenPhotos, "refused" | "retryAt">, now: number): string | undefined {
  if (!refused) return undefined;
  const hours = Math.max(1, Math.ceil(((retryAt ?? now) - now) / 3_600_000));
  return { too_big: "file_too_big", not_a_photo: "file_type", too_many: "too_many_files", too_many_waiting: "photos_waiting", too_many_today: `photos_today:${hours}` }[refused];
}
