/** One case under change: its row, locked, its version, and who is told that it changed. */
import { eq } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import type { CaseStatus } from "./case";
import { cases } from "./schema";

export type CaseRow = typeof cases.$inferSelect;

export type Changed = { ok: true; status: CaseStatus };

/** One change of one case at a time; the row as it is now. */
export async function lockCase(tx: Tx, caseId: number): Promise<CaseRow | null> {
  await lockKey(tx, `case:${caseId}`);
  const [row] = await tx.select().from(cases).where(eq(cases.id, caseId));
  return row ?? null;
}

/** Raises the version with every change. */
export async function moveCase(tx: Tx, by: By, from: CaseRow, change: Partial<CaseRow>): Promise<void> {
  const isStarted = (change.status ?? from.status) !== "new";
  const startedAt = from.startedAt ?? (isStarted ? by.now : null);
  await tx.update(cases).set({ ...change, startedAt, version: from.version + 1 }).where(eq(cases.id, from.id));
}

export async function noteCase(tx: Tx, by: By, changed: CaseRow): Promise<void> {
  await noteChange(tx, by, `case:${changed.id}`, `party:${changed.partyId}`, "desk");
}

export function staffOf(by: By, input: { staffId?: number } = {}): number | null {
  return by.actor.kind === "staff" ? by.actor.id : (input.staffId ?? null);
}

export const subjectOf = (about: CaseRow) => ({ type: "case", id: about.id });
export const dataOf = (about: CaseRow) => ({ number: about.number, subject: about.subject });
