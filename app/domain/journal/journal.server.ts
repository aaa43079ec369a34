/** The record of what was done. Every command writes its audit row in its own transaction. */
import { asc, desc, gt, lt, sql } from "drizzle-orm";

import { insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { Actor, By } from "./actor";
import { auditLog, changeLog } from "./schema";

export type Subject = { type: string; id: number | null };

/** Writes who did what, on which subject. `details` holds ids and plain facts, never a secret. */
export async function recordAudit(
  tx: Tx,
  by: By,
  command: string,
  subject: Subject,
  details: Record<string, unknown> = {},
): Promise<void> {
  // every command comes by here: written once as text, so that the statement is prepared once (5 times as quick)
  await tx.raw(
    `INSERT INTO audit_log (at, actor_kind, actor_id, actor_name, command, subject_type, subject_id, details) VALUES (?,?,?,?,?,?,?,?)`,
    [by.now, by.actor.kind, actorId(by.actor), by.actor.name, command, subject.type, subject.id, JSON.stringify(details)],
  );
}

/** As `recordAudit`, for one command carried out on many subjects at once. */
export async function recordAudits(tx: Tx, by: By, command: string, type: string, list: readonly { id: number; details?: Record<string, unknown> }[]): Promise<void> {
  const { kind, name } = by.actor;
  const id = actorId(by.actor);
  await insertRows(
    tx,
    "audit_log",
    { at: "int", actor_kind: "text", actor_id: "int", actor_name: "text", command: "text", subject_type: "text", subject_id: "int", details: "json" },
    list.map((one) => [by.now, kind, id, name, command, type, one.id, JSON.stringify(one.details ?? {})]),
  );
}

export function actorId(actor: Actor): number | null {
  if (actor.kind === "staff" || actor.kind === "token") return actor.id;
  if (actor.kind === "customer") return actor.partyId;
  return null;
}

/**
 * Tells open pages that something changed. Topics: `case:<id>`, `party:<id>`, `campaign:<id>`, `import:<id>`, and
 * `desk` for the queue.
 */
export async function noteChange(tx: Tx, by: By, ...topics: string[]): Promise<void> {
  await tx.raw(`INSERT INTO change_log (at, topic) VALUES ${topics.map(() => "(?,?)").join(",")}`, topics.flatMap((topic) => [by.now, topic]));
  if (tx.speaks === "postgres") await tx.raw("SELECT pg_notify('changes', '')");
}

/** As `noteChange`, for very many topics. */
export async function noteChanges(tx: Tx, by: By, topics: readonly string[]): Promise<void> {
  await insertRows(tx, "change_log", { at: "int", topic: "text" }, topics.map((topic) => [by.now, topic]));
  if (tx.speaks === "postgres") await tx.raw("SELECT pg_notify('changes', '')");
}

export async function listChangesAfter(db: Reader, id: number, limit = 500): Promise<{ id: number; topic: string }[]> {
  return db
    .select({ id: changeLog.id, topic: changeLog.topic })
    .from(changeLog)
    .where(gt(changeLog.id, id))
    .orderBy(asc(changeLog.id))
    .limit(limit);
}

export async function findLastChangeId(db: Reader): Promise<number> {
  const [row] = await db.select({ id: changeLog.id }).from(changeLog).orderBy(desc(changeLog.id)).limit(1);
  return row?.id ?? 0;
}

/** Drops changes that no open page can still be waiting for. @returns how many */
export async function sweepChanges(tx: Tx, before: number): Promise<number> {
  const gone = await tx.delete(changeLog).where(lt(changeLog.at, before)).returning({ id: changeLog.id });
  return gone.length;
}

export type AuditRow = typeof auditLog.$inferSelect;

/** The newest audit rows of one subject. */
export async function listAudit(db: Reader, subject: Subject, limit = 50): Promise<AuditRow[]> {
  return db
    .select()
    .from(auditLog)
    .where(sql`${auditLog.subjectType} = ${subject.type} and ${auditLog.subjectId} = ${subject.id}`)
    .orderBy(desc(auditLog.id))
    .limit(limit);
}
