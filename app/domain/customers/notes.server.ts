/** What staff want to remember about somebody. */
import { and, desc, eq, sql } from "drizzle-orm";
import { v7 as uuid } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { recordEvent } from "./events.server";
import { saidBy } from "./facts.server";
import { events, notes } from "./schema";

export type Note = { publicId: string; body: string; source: string; actorId: number | null; at: number };

/** Newest first. */
export async function listNotes(db: Reader, partyId: number, limit = 50): Promise<Note[]> {
  return db
    .select({ publicId: notes.publicId, body: notes.body, source: notes.source, actorId: notes.actorId, at: notes.at })
    .from(notes)
    .where(eq(notes.partyId, partyId))
    .orderBy(desc(notes.at), desc(notes.id))
    .limit(limit);
}

export async function writeNote(tx: Tx, by: By, partyId: number, body: string): Promise<{ publicId: string }> {
  const publicId = uuid();
  const [row] = await tx
    .insert(notes)
    .values({ publicId, partyId, body: body.trim(), ...saidBy(by), at: by.now })
    .returning({ id: notes.id });
  await recordEvent(tx, by, { partyId, kind: "note_written", subject: { type: "note", id: row!.id }, data: { text: body.trim() } });
  await recordAudit(tx, by, "writeNote", { type: "party", id: partyId });
  await noteChange(tx, by, `party:${partyId}`);
  return { publicId };
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
