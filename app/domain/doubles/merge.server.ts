/** Two records of one person, or of one company, become one: everything goes to the survivor, and it is kept what went. */
import { and, eq, gt, isNull } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import { lockStops } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { listConsentStates } from "../customers/consents.server";
import { type ContactPoint, listContactPoints, refreshSearchText } from "../customers/contact-points.server";
import { findParty, type Party } from "../customers/customers.server";
import { recordEvent } from "../customers/events.server";
import { consentStates, contactPoints, parties } from "../customers/schema";
import { bySystem, type By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import { type Choice, type ChoiceKey, decided, type Side, type Taken } from "./choices";
import { readChoices, takeValues } from "./choices.server";
import { takenOver } from "./consents";
import { changesOf, keptProfile } from "./kept";
import { followLists } from "./lists.server";
import { joined, lockBoth, moveRows } from "./moving.server";
import { recountParty } from "./recount.server";
import { merges, type Before, type StateBefore } from "./schema";

export type MergeRefusal = "same" | "unknown" | "different_kinds" | "erased" | "merged_already";
export type Merged = { ok: true; merge: string; moved: Record<string, number> } | { ok: false; reason: MergeRefusal };

/** Why these two cannot become one; null when they can. */
export function whyNotMerge(survivor: Party | null, merged: Party | null): MergeRefusal | null {
  if (!survivor || !merged) return "unknown";
  if (survivor.id === merged.id) return "same";
  if (survivor.erasedAt !== null || merged.erasedAt !== null) return "erased";
  if (survivor.mergedIntoId !== null || merged.mergedIntoId !== null) return "merged_already";
  return survivor.kind === merged.kind ? null : "different_kinds";
}

/** @param input.take whose word stands, where both say something; as suggested where nobody chose */
export async function mergeParties(tx: Tx, by: By, input: { survivorId: number; mergedId: number; take?: Taken }): Promise<Merged> {
  const { survivorId, mergedId, take = {} } = input;
  await lockStops(tx);
  await lockBoth(tx, survivorId, mergedId);
  const survivor = await findParty(tx, survivorId);
  const merged = await findParty(tx, mergedId);
  const refusal = whyNotMerge(survivor, merged);
  if (refusal || !survivor || !merged) return { ok: false, reason: refusal ?? "unknown" };

  const choices = await readChoices(tx, survivor, merged);
  const sideOf = decided(choices, take);
  const before: Before = {
    contactPoints: await makeRoomForContacts(tx, survivorId, mergedId, sideOf),
    customValues: await takeValues(tx, survivorId, mergedId, choices, sideOf),
    consentStates: await joinConsents(tx, survivorId, mergedId),
    lastConsentId: await lastConsent(tx),
  };
  before.lists = await followLists(tx, survivorId, mergedId, by.now);
  const moved = await moveRows(tx, mergedId, survivorId);
  Object.assign(before, await keepProfile(tx, by, survivor, merged, sideOf));
  await recountBoth(tx, by, survivorId, mergedId);

  const publicId = uuid();
  await tx.insert(merges).values({ publicId, survivorId, mergedId, at: by.now, actorKind: by.actor.kind, actorId: actorId(by.actor), moved, before });
  await recordEvent(tx, by, { partyId: survivorId, kind: "party_merged", data: { name: merged.name } });
  await recordAudit(tx, by, "mergeParties", { type: "party", id: survivorId }, { merged: mergedId, merge: publicId, taken: takenFromOther(choices, sideOf) });
  await noteChange(tx, by, `party:${survivorId}`, `party:${mergedId}`, "doubles");
  return { ok: true, merge: publicId, moved: Object.fromEntries(Object.entries(moved).map(([column, keys]) => [column.split(".")[0]!, keys.length])) };
}

const takenFromOther = (choices: readonly Choice[], sideOf: (key: ChoiceKey) => Side) => choices.map(({ key }) => key).filter((key) => sideOf(key) === "other");

/** Of two primary addresses of a kind the chosen one stays primary; an address that both have is proven if either proved it. */
async function makeRoomForContacts(tx: Tx, survivorId: number, mergedId: number, sideOf: (key: ChoiceKey) => Side): Promise<Before["contactPoints"]> {
  const own = await listContactPoints(tx, survivorId);
  const touched = new Map<number, ReturnType<typeof pictured>>();
  const change = async (point: ContactPoint, changed: Partial<Pick<ContactPoint, "isPrimary" | "verifiedAt">>) => {
    if (!touched.has(point.id)) touched.set(point.id, pictured(point));
    await tx.update(contactPoints).set(changed).where(eq(contactPoints.id, point.id));
  };
  for (const point of await listContactPoints(tx, mergedId)) {
    const like = own.find((one) => one.kind === point.kind && one.normalizedValue === point.normalizedValue);
    if (like && like.verifiedAt === null && point.verifiedAt !== null) await change(like, { verifiedAt: point.verifiedAt });
    const primary = own.find((one) => one.kind === point.kind && one.isPrimary);
    if (!point.isPrimary || !primary || primary === like) continue;
    const isChosen = sideOf(point.kind) === "other";
    if (isChosen) await change(primary, { isPrimary: false });
    if (like && isChosen) await change(like, { isPrimary: true });
    else if (!like && !isChosen) await change(point, { isPrimary: false });
  }
  return [...touched.values()];
}

function pictured({ id, isPrimary, verifiedAt }: ContactPoint) {
  return { id, isPrimary, verifiedAt };
}

/** The log is moved, never written anew; what counts follows from what both said (consents.ts). */
async function joinConsents(tx: Tx, survivorId: number, mergedId: number): Promise<Before["consentStates"]> {
  const survivor = (await listConsentStates(tx, survivorId)).map(bare);
  const merged = (await listConsentStates(tx, mergedId)).map(bare);
  for (const state of takenOver(survivor, merged)) await writeState(tx, survivorId, state);
  return { survivor, merged };
}

const bare = ({ topicId, channel, state, since, consentId }: StateBefore): StateBefore => ({ topicId, channel, state, since, consentId });

export async function writeState(tx: Tx, partyId: number, { topicId, channel, state, since, consentId }: StateBefore): Promise<void> {
  await tx
    .insert(consentStates)
    .values({ partyId, topicId, channel, state, since, consentId })
    .onConflictDoUpdate({ target: [consentStates.partyId, consentStates.topicId, consentStates.channel], set: { state, since, consentId } });
}

async function lastConsent(db: Reader): Promise<number> {
  const [row] = await db.raw<{ id: number | null }>("SELECT max(id) AS id FROM consents");
  return Number(row?.id ?? 0);
}

async function keepProfile(tx: Tx, by: By, survivor: Party, merged: Party, sideOf: (key: ChoiceKey) => Side): Promise<Pick<Before, "survivor" | "merged">> {
  const became = changesOf(survivor, keptProfile(survivor, merged, sideOf));
  const was = Object.fromEntries(Object.keys(became).map((key) => [key, survivor[key as keyof Party]]));
  // A number belongs to one record at a time; the one that was not taken still leads here by the record that goes.
  const isNumberTaken = became.number !== undefined;
  const own = isNumberTaken ? { was: { number: merged.number }, became: { number: survivor.number } } : { was: {}, became: {} };
  await tx.update(parties).set({ ...(isNumberTaken && { number: null }), mergedIntoId: survivor.id, updatedAt: Math.max(by.now, merged.updatedAt + 1) }).where(eq(parties.id, merged.id));
  await tx.update(parties).set({ ...became, updatedAt: Math.max(by.now, survivor.updatedAt + 1) }).where(eq(parties.id, survivor.id));
  if (isNumberTaken && survivor.number !== null) await tx.update(parties).set(own.became).where(eq(parties.id, merged.id));
  return { survivor: { was, became }, merged: own };
}

export async function recountBoth(tx: Tx, by: By, survivorId: number, mergedId: number): Promise<void> {
  for (const id of [mergedId, survivorId]) {
    await recountParty(tx, id, by.now);
    await refreshSearchText(tx, id);
  }
}

/** A week long: whoever began before a merge may end after it. */
const LATE = 7 * 86_400_000;

/** Worker step: what was written for a merged record by those who had begun before goes to the survivor as well. @returns rows */
export async function gatherLateRows(app: { db: Database; clock: () => number }): Promise<number> {
  const now = app.clock();
  const recent = await app.db.read.select().from(merges).where(and(gt(merges.at, now - LATE), isNull(merges.undoneAt)));
  let gathered = 0;
  for (const { id } of recent)
    gathered += await app.db.write(async (tx) => {
      const [merge] = await tx.select().from(merges).where(and(eq(merges.id, id), isNull(merges.undoneAt)));
      const merged = merge && (await findParty(tx, merge.mergedId));
      if (!merge || merged?.mergedIntoId !== merge.survivorId || merged.erasedAt !== null) return 0;
      const late = await moveRows(tx, merge.mergedId, merge.survivorId);
      const count = Object.values(late).flat().length;
      if (count === 0) return 0;
      const by = bySystem("worker", now);
      await tx.update(merges).set({ moved: joined(merge.moved, late) }).where(eq(merges.id, id));
      await recountBoth(tx, by, merge.survivorId, merge.mergedId);
      await recordAudit(tx, by, "gatherLateRows", { type: "party", id: merge.survivorId }, { merged: merge.mergedId, rows: count });
      await noteChange(tx, by, `party:${merge.survivorId}`);
      return count;
    });
  return gathered;
}
