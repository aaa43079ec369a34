/** One record becomes two again: each gets its own back. What happened to the survivor since then stays with the survivor. */
import { and, desc, eq, gt, inArray, isNull, ne } from "drizzle-orm";

import { lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { findConsentState, recordConsent } from "../customers/consents.server";
import { type ContactPoint, isEmailOfOthers, listContactPoints } from "../customers/contact-points.server";
import { findParty, getParty, type Party } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import { consents, consentStates, contactPoints, parties } from "../customers/schema";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { giveBackValues } from "./choices.server";
import { isSame } from "./consents";
import { giveBackLists } from "./lists.server";
import { recountBoth, writeState } from "./merge.server";
import { giveBackRows, lockBoth } from "./moving.server";
import { merges, type Before } from "./schema";

export type UndoRefusal = "unknown" | "undone_already" | "erased" | "merged_again" | "email_taken" | "number_taken";
export type Undone = { ok: true; survivorId: number; mergedId: number } | { ok: false; reason: UndoRefusal };

export type Merge = typeof merges.$inferSelect;

export async function undoMerge(tx: Tx, by: By, publicId: string): Promise<Undone> {
  await lockStops(tx);
  const [found] = await tx.select().from(merges).where(eq(merges.publicId, publicId));
  if (!found) return { ok: false, reason: "unknown" };
  const { survivorId, mergedId } = found;
  await lockBoth(tx, survivorId, mergedId);
  const [merge] = await tx.select().from(merges).where(eq(merges.publicId, publicId));
  const refusal = await whyNotUndo(tx, merge!);
  if (refusal) return { ok: false, reason: refusal };

  await giveBackRows(tx, merge!.moved, survivorId, mergedId);
  await giveBackProfile(tx, by, merge!);
  await giveBackContacts(tx, merge!);
  await giveBackValues(tx, survivorId, merge!.before.customValues);
  await giveBackLists(tx, survivorId, mergedId, merge!.before.lists);
  await recountBoth(tx, by, survivorId, mergedId);
  await tx.update(merges).set({ undoneAt: by.now }).where(eq(merges.id, merge!.id));
  await giveBackConsents(tx, by, merge!);

  const [survivor, merged] = [await getParty(tx, survivorId), await getParty(tx, mergedId)];
  await recordEvent(tx, by, { partyId: survivorId, kind: "party_unmerged", data: { name: merged.name } });
  await recordEvent(tx, by, { partyId: mergedId, kind: "party_unmerged", data: { name: survivor.name } });
  await recordAudit(tx, by, "undoMerge", { type: "party", id: survivorId }, { merged: mergedId, merge: publicId });
  await noteChange(tx, by, `party:${survivorId}`, `party:${mergedId}`, "doubles");
  return { ok: true, survivorId, mergedId };
}

/** Why this merge can no longer be taken back; null when it can. */
export async function whyNotUndo(db: Reader, merge: Merge): Promise<UndoRefusal | null> {
  if (merge.undoneAt !== null) return "undone_already";
  const survivor = await findParty(db, merge.survivorId);
  const merged = await findParty(db, merge.mergedId);
  if (!survivor || !merged || survivor.erasedAt !== null || merged.erasedAt !== null) return "erased";
  // The later merge has to be taken back first.
  if (survivor.mergedIntoId !== null || merged.mergedIntoId !== survivor.id) return "merged_again";
  const number = merge.before.merged?.was.number;
  if (typeof number === "string" && (await isNumberOfOthers(db, number, merge))) return "number_taken";
  if (merged.kind === "person" && (await isPrimaryOfOthers(db, merge))) return "email_taken";
  return null;
}

async function isNumberOfOthers(db: Reader, number: string, { survivorId, mergedId }: Merge): Promise<boolean> {
  const [row] = await db.select({ id: parties.id }).from(parties).where(and(eq(parties.number, number), ne(parties.id, survivorId), ne(parties.id, mergedId)));
  return row !== undefined;
}

/** Two people cannot have one primary address: somebody new may have been given this one meanwhile. */
async function isPrimaryOfOthers(db: Reader, merge: Merge): Promise<boolean> {
  const primary = new Set(merge.before.contactPoints?.filter((point) => point.isPrimary).map((point) => point.id));
  const moved = (merge.moved["contact_points.party_id"] ?? []).map(Number);
  const points = moved.length ? await db.select().from(contactPoints).where(inArray(contactPoints.id, moved)) : [];
  // The survivor's own address that gave way to the other's becomes primary again too.
  const survivors = (await listContactPoints(db, merge.survivorId)).filter((point) => primary.has(point.id) && !point.isPrimary);
  const own = [...points, ...survivors, ...(await listContactPoints(db, merge.mergedId))];
  for (const point of own)
    if (point.kind === "email" && (point.isPrimary || primary.has(point.id)) && (await isEmailOfOthers(db, point.value, merge.survivorId))) return true;
  return false;
}

/** What the survivor was given and nobody has changed since goes; so does the number, which can only stand once. */
async function giveBackProfile(tx: Tx, by: By, { before, survivorId, mergedId }: Merge): Promise<void> {
  const survivor = await getParty(tx, survivorId);
  const merged = await getParty(tx, mergedId);
  const { was = {}, became = {} } = before.survivor ?? {};
  const back = Object.fromEntries(Object.entries(was).filter(([key]) => survivor[key as keyof Party] === became[key]));
  // Both numbers may have changed places.
  if (before.merged?.was.number !== undefined) await tx.update(parties).set({ number: null }).where(eq(parties.id, mergedId));
  await tx.update(parties).set({ ...back, updatedAt: Math.max(by.now, survivor.updatedAt + 1) }).where(eq(parties.id, survivorId));
  await tx.update(parties).set({ ...before.merged?.was, mergedIntoId: null, updatedAt: Math.max(by.now, merged.updatedAt + 1) }).where(eq(parties.id, mergedId));
}

async function giveBackContacts(tx: Tx, { before, survivorId, mergedId }: Merge): Promise<void> {
  const theirs = await listContactPoints(tx, mergedId);
  for (const { id, isPrimary, verifiedAt } of before.contactPoints ?? []) {
    const [point] = await tx.select().from(contactPoints).where(eq(contactPoints.id, id));
    if (!point) continue;
    if (point.partyId === mergedId) await tx.update(contactPoints).set({ isPrimary }).where(eq(contactPoints.id, id));
    // Proven by the other's proof alone.
    else if (theirs.some((one) => one.kind === point.kind && one.normalizedValue === point.normalizedValue && one.verifiedAt === point.verifiedAt))
      await tx.update(contactPoints).set({ verifiedAt }).where(eq(contactPoints.id, id));
  }
  const was = new Map(before.contactPoints?.map(({ id, isPrimary }) => [id, isPrimary]));
  for (const kind of ["email", "phone", "postal"] as const) await giveBackPrimary(tx, (await listContactPoints(tx, survivorId)).filter((point) => point.kind === kind), was);
}

/** The survivor's own is primary again where the other's had been taken; what was made primary since stays. */
async function giveBackPrimary(tx: Tx, ofKind: readonly ContactPoint[], was: ReadonlyMap<number, boolean>): Promise<void> {
  const primary = ofKind.find((point) => point.isPrimary);
  if (ofKind.length === 0 || (primary && was.get(primary.id) !== false)) return;
  const former = ofKind.find((point) => was.get(point.id)) ?? primary ?? ofKind.reduce((a, b) => (a.id < b.id ? a : b));
  if (primary && primary !== former) await tx.update(contactPoints).set({ isPrimary: false }).where(eq(contactPoints.id, primary.id));
  await tx.update(contactPoints).set({ isPrimary: true }).where(eq(contactPoints.id, former.id));
}

/**
 * What was said since counts for the survivor. A consent withdrawn since may have been either person's word: it is written
 * down for both, since nobody shall get mail because two records came apart.
 */
async function giveBackConsents(tx: Tx, by: By, { before, survivorId, mergedId }: Merge): Promise<void> {
  const { survivor: own, merged: theirs } = before.consentStates ?? { survivor: [], merged: [] };
  const since = await tx
    .select()
    .from(consents)
    .where(and(eq(consents.partyId, survivorId), gt(consents.id, before.lastConsentId ?? 0), ne(consents.state, "pending")))
    .orderBy(desc(consents.id));
  for (const state of theirs) {
    const said = since.find((one) => isSame(one, state));
    if (!said) await putBackState(tx, survivorId, own, state);
    else if (said.state === "withdrawn" && (await findConsentState(tx, mergedId, state.topicId, state.channel)) === "granted")
      await recordConsent(tx, by, {
        partyId: mergedId, topicId: state.topicId, channel: state.channel, state: "withdrawn", source: "merge_undone", wordingVersion: said.wordingVersion,
        ...(said.wording !== null && { wording: said.wording }),
      });
  }
}

async function putBackState(tx: Tx, partyId: number, own: NonNullable<Before["consentStates"]>["survivor"], { topicId, channel }: { topicId: number; channel: (typeof own)[number]["channel"] }): Promise<void> {
  const was = own.find((one) => isSame(one, { topicId, channel }));
  if (was) await writeState(tx, partyId, was);
  else await tx.delete(consentStates).where(and(eq(consentStates.partyId, partyId), eq(consentStates.topicId, topicId), eq(consentStates.channel, channel)));
}

/** The merges of this record that stand, the latest first. */
export async function listMergesOf(db: Reader, partyId: number): Promise<Merge[]> {
  return db.select().from(merges).where(and(eq(merges.survivorId, partyId), isNull(merges.undoneAt))).orderBy(desc(merges.id));
}
