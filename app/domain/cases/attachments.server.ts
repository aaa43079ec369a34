/**
 * Photos on cases. A photo is kept when it is sent up and belongs to its party from then on; it comes onto a message
 * when that message is sent. The bytes are kept once per content.
 */
import { and, asc, count, eq, inArray, isNotNull, isNull, lt, or, sql, sum } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import type { Photo } from "./photo.server";
import { attachmentBlobs, attachments } from "./schema";

export type Attachment = { publicId: string; filename: string; contentType: string; size: number };
export type Served = { filename: string; contentType: string; bytes: Buffer };

const shown = {
  publicId: attachments.publicId,
  filename: attachments.filename,
  contentType: attachments.contentType,
  size: attachments.size,
};

// ── reads ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a customer may open: their own uploads, and what was sent to them. Never a staff note's, never one not yet sent. */
const forCustomer = (partyId: number) =>
  and(
    eq(attachments.partyId, partyId),
    eq(attachments.visibility, "public"),
    or(isNull(attachments.caseId), isNotNull(attachments.interactionId)),
  );

export async function findPhotoForCustomer(db: Reader, partyId: number, publicId: string): Promise<Served | null> {
  return serve(db, and(forCustomer(partyId), eq(attachments.publicId, publicId)));
}

export async function findPhotoForStaff(db: Reader, publicId: string): Promise<Served | null> {
  return serve(db, and(eq(attachments.publicId, publicId), or(isNotNull(attachments.caseId), isNotNull(attachments.inboundMailId))));
}

/** Sent up by this customer and not yet on any message; in the order given, without those that are not there. */
export async function listPendingPhotos(db: Reader, partyId: number, publicIds: readonly string[]): Promise<Attachment[]> {
  return inOrder(publicIds, await pick(db, publicIds, and(eq(attachments.partyId, partyId), isNull(attachments.caseId))));
}

/** Sent up by staff for a message on this case that is not yet sent. */
export async function listPendingStaffPhotos(db: Reader, caseId: number, publicIds: readonly string[]): Promise<Attachment[]> {
  return inOrder(publicIds, await pick(db, publicIds, and(eq(attachments.caseId, caseId), isNull(attachments.interactionId))));
}

/** What came with a stranger's letter and lies there still. */
export async function listStrangersPhotos(db: Reader, inboundMailId: number): Promise<Attachment[]> {
  return db.select(shown).from(attachments).where(strangers(inboundMailId)).orderBy(asc(attachments.id));
}

const strangers = (inboundMailId: number) => and(eq(attachments.inboundMailId, inboundMailId), isNull(attachments.partyId));

/** How much of a customer's waits for messages that they have not sent, in all their drafts. */
export async function weighPendingPhotos(db: Reader, partyId: number): Promise<{ count: number; bytes: number }> {
  const [row] = await db
    .select({ count: count(), bytes: sum(attachments.size) })
    .from(attachments)
    .where(and(eq(attachments.partyId, partyId), isNull(attachments.caseId), isNull(attachments.interactionId)));
  return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
}

async function pick(db: Reader, publicIds: readonly string[], scope: ReturnType<typeof and>): Promise<Attachment[]> {
  if (publicIds.length === 0) return [];
  return db.select(shown).from(attachments).where(and(scope, inArray(attachments.publicId, [...publicIds])));
}

function inOrder(publicIds: readonly string[], rows: Attachment[]): Attachment[] {
  return publicIds.flatMap((publicId) => rows.find((row) => row.publicId === publicId) ?? []);
}

async function serve(db: Reader, where: ReturnType<typeof and>): Promise<Served | null> {
  const [row] = await db
    .select({ filename: attachments.filename, contentType: attachments.contentType, bytes: attachmentBlobs.bytes })
    .from(attachments)
    .innerJoin(attachmentBlobs, eq(attachmentBlobs.sha256, attachments.sha256))
    .where(where);
  return row ?? null;
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Keeps a photo for a message that is still being written. `caseId` is given by staff only. */
export async function keepPhoto(
  tx: Tx,
  by: By,
  input: { caseId?: number; visibility?: "public" | "internal"; photo: Photo } & ({ partyId: number } | { partyId: null; /** The stranger's letter that it came with. */ inboundMailId: number }),
): Promise<Attachment> {
  const { filename, contentType, size, sha256, bytes } = input.photo;
  await tx.insert(attachmentBlobs).values({ sha256, bytes }).onConflictDoNothing();
  const attachment = { publicId: v7(), filename, contentType, size };
  const [row] = await tx
    .insert(attachments)
    .values({
      ...attachment,
      partyId: input.partyId,
      inboundMailId: input.partyId === null ? input.inboundMailId : null,
      caseId: input.caseId ?? null,
      sha256,
      visibility: input.visibility ?? "public",
      createdAt: by.now,
    })
    .returning({ id: attachments.id });
  await recordAudit(tx, by, "keepPhoto", { type: "attachment", id: row!.id }, { partyId: input.partyId, size });
  return attachment;
}

/** Gives the photos of a stranger's letter to the customer under whom it is filed. @returns them, waiting for its message */
export async function claimStrangersPhotos(tx: Tx, inboundMailId: number, partyId: number): Promise<string[]> {
  const photos = await listStrangersPhotos(tx, inboundMailId);
  await tx.update(attachments).set({ partyId }).where(strangers(inboundMailId));
  return photos.map((photo) => photo.publicId);
}

/** The letter that these came with could not go on a case: they wait with it. */
export async function strandPhotos(tx: Tx, publicIds: readonly string[], inboundMailId: number): Promise<void> {
  if (publicIds.length) await tx.update(attachments).set({ partyId: null, inboundMailId }).where(inArray(attachments.publicId, [...publicIds]));
}

/** Whether all of these wait for a message: sent up by this party, or (`caseId` given) by staff for this case. */
export async function arePending(db: Reader, scope: { partyId: number; caseId?: number }, publicIds: readonly string[]): Promise<boolean> {
  const waiting = scope.caseId === undefined ? await listPendingPhotos(db, scope.partyId, publicIds) : await listPendingStaffPhotos(db, scope.caseId, publicIds);
  return waiting.length === publicIds.length && new Set(publicIds).size === publicIds.length;
}

/**
 * Puts photos onto the message they were sent up for; ask `arePending` before.
 * @throws when one of them does not wait for it
 */
export async function attachPhotos(
  tx: Tx,
  input: { partyId: number; caseId: number; interactionId: number; visibility: "public" | "internal"; publicIds: readonly string[]; fromStaff: boolean },
): Promise<void> {
  if (input.publicIds.length === 0) return;
  const attached = await tx
    .update(attachments)
    .set({ caseId: input.caseId, interactionId: input.interactionId, visibility: input.visibility })
    .where(
      and(
        inArray(attachments.publicId, [...input.publicIds]),
        eq(attachments.partyId, input.partyId),
        isNull(attachments.interactionId),
        input.fromStaff ? eq(attachments.caseId, input.caseId) : isNull(attachments.caseId),
      ),
    )
    .returning({ id: attachments.id });
  if (attached.length !== input.publicIds.length) throw new Error("a photo is not waiting for this message");
}

/** Takes a photo back before it was sent: the customer theirs, staff (`caseId` given) the ones for that case. */
export async function dropPendingPhoto(tx: Tx, by: By, scope: { partyId: number; caseId?: number }, publicId: string): Promise<void> {
  const { partyId, caseId } = scope;
  const dropped = await tx
    .delete(attachments)
    .where(
      and(
        eq(attachments.publicId, publicId),
        eq(attachments.partyId, partyId),
        isNull(attachments.interactionId),
        caseId === undefined ? isNull(attachments.caseId) : eq(attachments.caseId, caseId),
      ),
    )
    .returning({ id: attachments.id, sha256: attachments.sha256 });
  for (const { id } of dropped) await recordAudit(tx, by, "dropPendingPhoto", { type: "attachment", id }, { partyId });
  await dropUnused(tx, dropped.map((row) => row.sha256));
}

/** Worker step: forgets photos that never came onto a message. @returns how many */
export async function sweepPendingPhotos(tx: Tx, before: number): Promise<number> {
  const dropped = await tx
    .delete(attachments)
    .where(and(isNull(attachments.interactionId), lt(attachments.createdAt, before)))
    .returning({ sha256: attachments.sha256 });
  await dropUnused(tx, dropped.map((row) => row.sha256));
  return dropped.length;
}

async function dropUnused(tx: Tx, hashes: string[]): Promise<void> {
  if (hashes.length === 0) return;
  await tx
    .delete(attachmentBlobs)
    .where(
      and(
        inArray(attachmentBlobs.sha256, hashes),
        sql`not exists (select 1 from ${attachments} where ${attachments.sha256} = ${attachmentBlobs.sha256})`,
      ),
    );
}
