/** What staff want to remember about somebody. */
import { and, desc, eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import { givenIds, givenTexts, insertRows, takeIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, noteChanges, recordAudit, recordAudits } from "../journal/journal.server";
import { recordEvents } from "./events.server";
import { saidBy } from "./facts.server";
import { events, notes } from "./schema";

export type Note = { publicId: string; body: string; source: string; actorId: number | null; /** Who wrote it elsewhere. */ author: string | null; at: number };

/** Newest first. */
export async function listNotes(db: Reader, partyId: number, limit = 50): Promise<Note[]> {
  return db
    .select({ publicId: notes.publicId, body: notes.body, source: notes.source, actorId: notes.actorId, author: notes.author, at: notes.at })
    .from(notes)
    .where(eq(notes.partyId, partyId))
    .orderBy(desc(notes.at), desc(notes.id))
    .limit(limit);
}

/** `at`: when it was written, now unless told; `author`: by whom elsewhere. */
export type NewNote = { partyId: number; body: string; at?: number | null; author?: string | null };

export async function writeNote(tx: Tx, by: By, partyId: number, body: string): Promise<{ publicId: string }> {
  const [publicId] = await writeNotes(tx, by, [{ partyId, body }]);
  return { publicId: publicId as string };
}

/** As `writeNote`, for each of them. @returns their public ids */
export async function writeNotes(tx: Tx, by: By, list: readonly NewNote[]): Promise<string[]> {
  if (!list.length) return [];
  const { source, actorId } = saidBy(by);
  const ids = await takeIds(tx, "notes", list.length);
  const made = list.map(({ partyId, body, at, author }, i) => ({ id: ids[i] as number, publicId: uuid(), partyId, body: body.trim(), author: author ?? null, at: at ?? by.now }));
  await insertRows(
    tx,
    "notes",
    { id: "int", public_id: "text", party_id: "int", body: "text", source: "text", actor_id: "int", author: "text", at: "int" },
    made.map((note) => [note.id, note.publicId, note.partyId, note.body, source, actorId, note.author, note.at]),
  );
  await recordEvents(tx, by, made.map(({ id, partyId, body, at }) => ({ partyId, kind: "note_written" as const, at, subject: { type: "note", id }, data: { text: body } })));
  await recordAudits(tx, by, "writeNote", "party", made.map(({ partyId }) => ({ id: partyId })));
  await noteChanges(tx, by, [...new Set(made.map(({ partyId }) => `party:${partyId}`))]);
  return made.map(({ publicId }) => publicId);
}

/** Those of these customers that say one of these texts. */
export async function readNotesLike(db: Reader, partyIds: readonly number[], bodies: readonly string[]): Promise<{ partyId: number; body: string; at: number }[]> {
  const rows = await db.raw<{ party_id: number; body: string; at: number }>(
    `SELECT party_id, body, at FROM notes WHERE party_id IN ${givenIds(db)} AND body IN ${givenTexts(db)}`,
    [JSON.stringify([...new Set(partyIds)]), JSON.stringify([...new Set(bodies)])],
  );
  return rows.map(({ party_id, body, at }) => ({ partyId: party_id, body, at: Number(at) }));
}

/** Its words go from the timeline too; that there was a note stays. @returns false when there is no such note of theirs */
export async function removeNote(tx: Tx, by: By, partyId: number, publicId: string): Promise<boolean> {
  const [gone] = await tx.delete(notes).where(and(eq(notes.publicId, publicId), eq(notes.partyId, partyId))).returning({ id: notes.id });
  if (!gone) return false;
  await tx.update(events).set({ data: sql`'{}'` }).where(and(eq(events.subjectType, "note"), eq(events.subjectId, gone.id)));
  await recordAudit(tx, by, "removeNote", { type: "party", id: partyId });
  await noteChange(tx, by, `party:${partyId}`);
  return true;
}
