/**
 * From what happened to messages. The triggers of audit_log and events have noted it in its own transaction; here each note
 * becomes one message for every endpoint that wants it, and goes, in one transaction: nothing is lost, nothing is told twice.
 */
import { asc, inArray, lt, ne } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { events } from "../customers/schema";
import { auditLog } from "../journal/schema";
import { webhookAttempts, webhookEndpoints, webhookMessages, webhookNotes } from "./schema";
import { typeOf } from "./webhook";
import { messageId } from "./webhooks.server";

const NOTES_AT_ONCE = 300;

/** Worker step. @returns how many notes were done with */
export async function tellWebhooks({ db, clock }: { db: Database; clock: () => number }): Promise<number> {
  const [any] = await db.read.raw("SELECT id FROM webhook_notes LIMIT 1");
  return any ? db.write((tx) => writeMessages(tx, clock())) : 0;
}

async function writeMessages(tx: Tx, now: number): Promise<number> {
  await lockKey(tx, "webhook_notes");
  const notes = await tx.select().from(webhookNotes).orderBy(asc(webhookNotes.id)).limit(NOTES_AT_ONCE);
  if (!notes.length) return 0;
  const endpoints = await tx.select().from(webhookEndpoints).where(ne(webhookEndpoints.state, "disabled"));
  const happened = await readHappened(tx, notes);
  const rows = notes.flatMap((note) => {
    const told = happened.get(`${note.source} ${note.sourceId}`);
    if (!told) return [];
    const body = JSON.stringify({ type: told.type, timestamp: new Date(told.at).toISOString(), data: told.data });
    return endpoints
      .filter(({ eventTypes }) => eventTypes.includes(told.type))
      .map(({ id }) => ({ publicId: messageId(), endpointId: id, noteId: note.id, type: told.type, body, nextAt: now, createdAt: now }));
  });
  for (let from = 0; from < rows.length; from += 100) await tx.insert(webhookMessages).values(rows.slice(from, from + 100)).onConflictDoNothing();
  await tx.delete(webhookNotes).where(inArray(webhookNotes.id, notes.map((note) => note.id)));
  return notes.length;
}

type Happened = { type: string; at: number; data: Record<string, unknown> };
type Row = { key: string; type: string; at: number; subject: string; subjectId: number; partyId: number | null };

/** What the notes are about: named by public ids, and nothing said of anybody. */
async function readHappened(tx: Tx, notes: readonly (typeof webhookNotes.$inferSelect)[]): Promise<Map<string, Happened>> {
  const ids = (source: "audit" | "event") => notes.filter((note) => note.source === source).map((note) => note.sourceId);
  const rows: Row[] = [];
  if (ids("audit").length)
    for (const row of await tx.select().from(auditLog).where(inArray(auditLog.id, ids("audit")))) {
      const type = typeOf({ source: "audit", kind: row.command }, row.details.outcome);
      if (type && row.subjectId !== null) rows.push({ key: `audit ${row.id}`, type, at: row.at, subject: row.subjectType, subjectId: row.subjectId, partyId: null });
    }
  if (ids("event").length)
    for (const row of await tx.select().from(events).where(inArray(events.id, ids("event")))) {
      const type = typeOf({ source: "event", kind: row.kind });
      if (!type) continue;
      const [subject, subjectId] = subjectOf(type, row);
      rows.push({ key: `event ${row.id}`, type, at: row.at, subject, subjectId, partyId: row.partyId });
    }
  const named = await publicIds(tx, rows);
  return new Map(
    rows.flatMap((row): [string, Happened][] => {
      const resource = RESOURCE_OF[row.subject];
      const id = named.get(`${row.subject} ${row.subjectId}`);
      if (!resource || !id) return [];
      const party = row.partyId === null || row.subject === "party" ? undefined : named.get(`party ${row.partyId}`);
      return [[row.key, { type: row.type, at: row.at, data: { object: row.subject, id, href: `/api/v1/${resource}/${id}`, ...(party && { party_id: party }) } }]];
    }),
  );
}

/** Consents have no address of their own: told is whose they are. Of money the timeline names the order; the key names the thing itself. */
function subjectOf(type: string, row: typeof events.$inferSelect): [string, number] {
  const [object = ""] = type.split(".");
  if (object === "delivery" && row.deliveryId !== null) return ["delivery", row.deliveryId];
  const ofMoney = /^(?:invoice|payment)$/.test(object) && /:(\d+)$/.exec(row.dedupeKey ?? "")?.[1];
  if (ofMoney) return [object, Number(ofMoney)];
  if (row.subjectType === null || row.subjectId === null || object === "consent") return ["party", row.partyId];
  return [row.subjectType, row.subjectId];
}

const RESOURCE_OF: Record<string, string> = {
  party: "parties", product: "products", order: "orders", invoice: "invoices", payment: "payments", shipment: "shipments", segment: "segments", campaign: "campaigns",
  delivery: "deliveries", case: "cases",
};

async function publicIds(db: Reader, rows: readonly Row[]): Promise<Map<string, string>> {
  const wanted = new Map<string, Set<number>>();
  const want = (subject: string, id: number) => void wanted.set(subject, (wanted.get(subject) ?? new Set<number>()).add(id));
  for (const row of rows) {
    want(row.subject, row.subjectId);
    if (row.partyId !== null) want("party", row.partyId);
  }
  const found = new Map<string, string>();
  for (const [subject, ids] of wanted) {
    const table = RESOURCE_OF[subject];
    if (!table) continue;
    const list = [...ids];
    const rows = await db.raw<{ id: number; public_id: string }>(`SELECT id, public_id FROM ${table} WHERE id IN (${list.map(() => "?").join(",")})`, list);
    for (const row of rows) found.set(`${subject} ${row.id}`, row.public_id);
  }
  return found;
}

const KEEP_MESSAGES = 30 * 86_400_000;

/** Worker step: drops what was done with long ago. @returns how many */
export async function sweepMessages(tx: Tx, now: number): Promise<number> {
  const old = await tx.select({ id: webhookMessages.id }).from(webhookMessages).where(lt(webhookMessages.finishedAt, now - KEEP_MESSAGES)).limit(500);
  const ids = old.map((row) => row.id);
  if (!ids.length) return 0;
  await tx.delete(webhookAttempts).where(inArray(webhookAttempts.messageId, ids));
  await tx.delete(webhookMessages).where(inArray(webhookMessages.id, ids));
  return ids.length;
}
