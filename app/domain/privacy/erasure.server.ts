/** Erasing a person (GDPR art. 17): one transaction, a mark that keeps marketing away, a receipt without personal words. */
import { and, eq, gt, inArray, sql } from "drizzle-orm";

import { likeLiteral, lockStops } from "../../db/dialect";
import type { Transport } from "../../mail/transport";
import type { Database, Reader, Tx } from "../../db/types";
import { findPartyByPublicId, survivorOf } from "../customers/customers.server";
import { events, parties } from "../customers/schema";
import { suppressHash } from "../deliveries/suppressions.server";
import { auditLog } from "../journal/schema";
import { importRejects } from "../imports/schema";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { aboutParty } from "./about.server";
import { ofTable } from "./export.server";
import { filled, HOLDINGS, type About } from "./holdings";

export type Receipt = {
  person: string;
  erasedAt: number;
  reason: string;
  /** Rows that were emptied or removed, by table. */
  tables: Record<string, number>;
  /** Addresses of which a keyed hash stays on the suppression list. */
  marks: number;
};

/** `mails`: their public ids, by which copies may be kept outside the database. */
export type Erased = { ok: true; receipt: Receipt; mails: string[] } | { ok: false; reason: "unknown" | "erased_already" };

/** Mails that are with a server at this instant cannot be called back; no other leaves. */
export async function erasePerson(tx: Tx, by: By, input: { publicId: string; reason: string }): Promise<Erased> {
  const named = await findPartyByPublicId(tx, input.publicId);
  if (!named) return { ok: false, reason: "unknown" };
  const party = await survivorOf(tx, named);
  if (party.erasedAt !== null) return { ok: false, reason: "erased_already" };
  await lockStops(tx);
  await overwriteFreed(tx, true);
  const about = await aboutParty(tx, party.id, by.now);
  for (const addressHash of about.hashes) await suppressHash(tx, by, { addressHash, address: null, scope: "marketing", reason: "erased", source: "erasure" });
  // First of all: with it the database lets go of what it keeps of consents, and senders stop.
  await tx.update(parties).set({ erasedAt: by.now }).where(inArray(parties.id, [...about.ids]));
  const its = filled(`SELECT public_id AS id FROM deliveries WHERE ${ofTable("deliveries")}`, about);
  const mails = (await tx.raw<{ id: string }>(its.text, its.params)).map((row) => row.id);
  const tables = await emptyHoldings(tx, about);
  tables["import_rejects"] = await emptyRejects(tx, about.addresses);
  await overwriteFreed(tx, false);
  const receipt: Receipt = { person: input.publicId, erasedAt: by.now, reason: input.reason, tables, marks: about.hashes.length };
  await recordAudit(tx, by, "erasePerson", { type: "party", id: party.id }, receipt);
  await noteChange(tx, by, `party:${party.id}`, "desk");
  return { ok: true, receipt, mails };
}

/** The whole of it: the rows, copies of mails that are kept as files, and what of the database's file can be written over at once. */
export async function erase(app: { db: Database; mail: Transport }, by: By, input: { publicId: string; reason: string }): Promise<Erased> {
  const erased = await app.db.write((tx) => erasePerson(tx, by, input));
  if (!erased.ok) return erased;
  for (const publicId of erased.mails) await app.mail.forgetKept?.(publicId);
  if (app.db.dialect === "sqlite") await app.db.read.raw("PRAGMA wal_checkpoint(TRUNCATE)");
  return erased;
}

/** What was written down when this person was erased; null when they were not. */
export async function findReceipt(db: Reader, partyId: number): Promise<Receipt | null> {
  const [row] = await db
    .select({ details: auditLog.details })
    .from(auditLog)
    .where(and(eq(auditLog.command, "erasePerson"), eq(auditLog.subjectType, "party"), eq(auditLog.subjectId, partyId)))
    .limit(1);
  return (row?.details as Receipt | undefined) ?? null;
}

/** SQLite writes zeros over what it frees while this is on. */
async function overwriteFreed(tx: Tx, on: boolean): Promise<void> {
  if (tx.speaks === "sqlite") await tx.raw(`PRAGMA secure_delete = ${on ? "ON" : "OFF"}`);
}

async function emptyHoldings(tx: Tx, about: About): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  const files = filled(`SELECT DISTINCT sha256 FROM attachments WHERE ${ofTable("attachments")}`, about);
  const blobs = (await tx.raw<{ sha256: string }>(files.text, files.params)).map((row) => row.sha256);
  for (const { table, of, erase } of HOLDINGS) {
    if (erase === null) continue;
    const change = erase === "delete" ? `DELETE FROM ${table} WHERE (${of})` : `UPDATE ${table} SET ${erase.set} WHERE (${of})${erase.where ? ` AND ${erase.where}` : ""}`;
    const { text, params } = filled(`${change} RETURNING 1 AS n`, about);
    const rows = await tx.raw(text, params);
    if (rows.length > 0) done[table] = rows.length;
  }
  for (const sha256 of blobs)
    await tx.raw("DELETE FROM attachment_blobs WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.sha256 = attachment_blobs.sha256)", [sha256]);
  done["events"] = (done["events"] ?? 0) + (await emptyClicks(tx, about));
  return done;
}

async function emptyClicks(tx: Tx, { ids }: About): Promise<number> {
  const clicks = await tx.select({ id: events.id, data: events.data }).from(events).where(and(inArray(events.partyId, [...ids]), eq(events.kind, "mail_clicked")));
  for (const { id, data } of clicks) {
    const { url, label, robot } = data as { url?: string; label?: string; robot?: boolean };
    await tx.update(events).set({ data: { ...(url !== undefined && { url }), ...(label !== undefined && { label }), ...(robot !== undefined && { robot }) } }).where(eq(events.id, id));
  }
  return clicks.length;
}

/** Lines of files that could not be taken, which name one of the addresses. */
async function emptyRejects(tx: Tx, addresses: readonly string[]): Promise<number> {
  let emptied = 0;
  for (const address of addresses) {
    const named = sql`lower(${importRejects.raw}) like ${`%${likeLiteral(address.toLowerCase())}%`} escape '\\'`;
    emptied += (await tx.update(importRejects).set({ raw: "" }).where(named).returning({ line: importRejects.line })).length;
  }
  return emptied;
}

const WEEK = 7 * 86_400_000;

/**
 * Worker step. A mail that was with a server while its person was erased ends afterwards, and what comes back of it comes
 * later still: for a week their holdings are emptied again. @returns how many rows came back
 */
export async function emptyLateRows(app: { db: Database; clock: () => number }): Promise<number> {
  const now = app.clock();
  const late = await app.db.read.select({ id: parties.id }).from(parties).where(and(gt(parties.erasedAt, now - WEEK), eq(parties.source, "erased")));
  let found = 0;
  for (const { id } of late) {
    const about: About = { ids: [id], emails: [], hashes: [], at: now };
    const { text, params } = filled(
      `SELECT id FROM deliveries WHERE party_id IN ($ids) AND (address <> '' OR subject IS NOT NULL OR words IS NOT NULL)
       UNION ALL SELECT id FROM events WHERE party_id IN ($ids) AND (CASE WHEN kind = 'mail_clicked' THEN CAST(data AS text) LIKE '%"subject"%' ELSE CAST(data AS text) <> '{}' END)
       UNION ALL SELECT id FROM inbound_mails WHERE (text <> '' OR subject <> '') AND delivery_id IN (SELECT id FROM deliveries WHERE party_id IN ($ids))`,
      about,
    );
    const rows = await app.db.read.raw(text, params);
    if (rows.length === 0) continue;
    await app.db.write(async (tx) => {
      await emptyHoldings(tx, about);
      await recordAudit(tx, bySystem("worker", now), "emptyLateRows", { type: "party", id });
    });
    found += rows.length;
  }
  return found;
}
