/**
 * Who may be one person: records with the same e-mail address or telephone, or the same name and postcode. The worker goes
 * through new contact points and changed records once; pages read the pairs that it found.
 */
import { and, asc, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";

import { givenIds, givenRows } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { listContactPoints, type ContactPoint } from "../customers/contact-points.server";
import { findParty, type Party } from "../customers/customers.server";
import { contactPoints, parties } from "../customers/schema";
import type { By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import { nameKeyOf, sharedBy, type Sign } from "./likeness";
import { doubles, doubleSweeps, nameKeys } from "./schema";

/** An address that more records share is an office's or a made-up one, and says nothing about who somebody is. */
const MOST_SHARING = 5;
const SOURCES = {
  contact_points: { batch: 500, where: "true", party: "party_id" },
  // A changed name is no new contact point.
  audit_log: { batch: 5000, where: "subject_type = 'party' AND command IN ('updateParty', 'changeProfile', 'undoMerge')", party: "subject_id" },
} as const;

/** On PostgreSQL a row may be committed after one with a higher number: so many are looked at once more. */
const OVERLAP = 300;

/** Worker step. @returns how many rows were looked at */
export async function lookForDoubles(app: { db: Database; clock: () => number }): Promise<number> {
  let seen = 0;
  for (const source of ["contact_points", "audit_log"] as const) seen += await goOn(app.db, source, app.clock());
  return seen;
}

async function goOn(db: Database, source: keyof typeof SOURCES, now: number): Promise<number> {
  const { batch, where, party } = SOURCES[source];
  const [sweep] = await db.read.select().from(doubleSweeps).where(eq(doubleSweeps.name, source));
  const last = sweep?.lastId ?? 0;
  const [newest] = await db.read.raw<{ id: number | null }>(`SELECT max(id) AS id FROM ${source}`);
  const upTo = Math.min(Number(newest?.id ?? 0), last + batch);
  if (upTo <= last) return 0;
  const rows = await db.aside.raw<{ id: number }>(`SELECT DISTINCT ${party} AS id FROM ${source} WHERE id > ? AND id <= ? AND ${where}`, [last - OVERLAP, upTo]);
  const ids = rows.map((row) => Number(row.id));
  const keys = await readNameKeys(db.aside, ids);
  await db.write((tx) => writeNameKeys(tx, keys));
  const pairs = [...(await pairsByContact(db.aside, ids)), ...(await pairsByName(db.aside, ids))];
  await db.write(async (tx) => {
    await writePairs(tx, pairs, now);
    await tx.insert(doubleSweeps).values({ name: source, lastId: upTo }).onConflictDoUpdate({ target: doubleSweeps.name, set: { lastId: upTo } });
  });
  return upTo - last;
}

async function readNameKeys(db: Reader, partyIds: readonly number[]): Promise<{ partyId: number; key: string }[]> {
  if (partyIds.length === 0) return [];
  const rows = await db
    .select({ partyId: parties.id, name: parties.name, postal: contactPoints.postal })
    .from(contactPoints)
    .innerJoin(parties, eq(parties.id, contactPoints.partyId))
    .where(and(inArray(contactPoints.partyId, [...partyIds]), eq(contactPoints.kind, "postal"), isNull(parties.mergedIntoId), isNull(parties.erasedAt)));
  return rows.flatMap(({ partyId, name, postal }) => {
    const key = nameKeyOf(name, postal);
    return key === null ? [] : [{ partyId, key }];
  });
}

async function writeNameKeys(tx: Tx, keys: readonly { partyId: number; key: string }[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.delete(nameKeys).where(inArray(nameKeys.partyId, [...new Set(keys.map((one) => one.partyId))]));
  await tx.insert(nameKeys).values([...keys]).onConflictDoNothing();
}

type Pair = { a: number; b: number };

async function pairsByContact(db: Reader, partyIds: readonly number[]): Promise<Pair[]> {
  const alike = "o.kind = c.kind AND o.normalized_value = c.normalized_value";
  return db.raw<Pair>(
    `SELECT DISTINCT c.party_id AS a, o.party_id AS b FROM contact_points c JOIN contact_points o ON ${alike} AND o.party_id <> c.party_id
     JOIN parties p ON p.id = c.party_id JOIN parties q ON q.id = o.party_id
     WHERE c.party_id IN ${givenIds(db)} AND c.kind IN ('email', 'phone') AND ${ALIVE}
       AND (SELECT count(*) FROM (SELECT 1 AS n FROM contact_points o WHERE ${alike} LIMIT ${MOST_SHARING + 1}) few) <= ${MOST_SHARING}`,
    [JSON.stringify(partyIds)],
  );
}

async function pairsByName(db: Reader, partyIds: readonly number[]): Promise<Pair[]> {
  return db.raw<Pair>(
    `SELECT DISTINCT c.party_id AS a, o.party_id AS b FROM name_keys c JOIN name_keys o ON o.key = c.key AND o.party_id <> c.party_id
     JOIN parties p ON p.id = c.party_id JOIN parties q ON q.id = o.party_id
     WHERE c.party_id IN ${givenIds(db)} AND ${ALIVE}
       AND (SELECT count(*) FROM (SELECT 1 AS n FROM name_keys o WHERE o.key = c.key LIMIT ${MOST_SHARING + 1}) few) <= ${MOST_SHARING}`,
    [JSON.stringify(partyIds)],
  );
}

/** A company may share the address of its people: only records of one kind can be one. */
const ALIVE = "p.kind = q.kind AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND q.merged_into_id IS NULL AND q.erased_at IS NULL";

async function writePairs(tx: Tx, pairs: readonly Pair[], now: number): Promise<void> {
  if (pairs.length === 0) return;
  const rows = pairs.map(({ a, b }) => [Math.min(Number(a), Number(b)), Math.max(Number(a), Number(b)), now]);
  await tx.raw(
    `INSERT INTO doubles (party_id, other_id, found_at) SELECT DISTINCT party_id, other_id, found_at
     FROM ${givenRows(tx, { party_id: "int", other_id: "int", found_at: "int" })} g WHERE true ON CONFLICT (party_id, other_id) DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export type PossibleDouble = { id: number; one: Party; other: Party; signs: Sign[] };

/** Pairs that nobody has said are two, the latest found first; a pair that no longer has anything in common is left out. */
export async function listDoubles(db: Reader, { before, limit }: { before?: number | null; limit: number }): Promise<{ pairs: PossibleDouble[]; next: number | null }> {
  const rows = await db
    .select({ id: doubles.id, partyId: doubles.partyId, otherId: doubles.otherId })
    .from(doubles)
    .innerJoin(sql`parties p`, sql`p.id = ${doubles.partyId}`)
    .innerJoin(sql`parties q`, sql`q.id = ${doubles.otherId}`)
    .where(and(isNull(doubles.apartAt), sql.raw(ALIVE), before ? lt(doubles.id, before) : undefined))
    .orderBy(desc(doubles.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  return { pairs: await inFull(db, shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Those of one record. */
export async function listDoublesOf(db: Reader, partyId: number): Promise<PossibleDouble[]> {
  const rows = await db
    .select({ id: doubles.id, partyId: doubles.partyId, otherId: doubles.otherId })
    .from(doubles)
    .where(and(isNull(doubles.apartAt), or(eq(doubles.partyId, partyId), eq(doubles.otherId, partyId))))
    .orderBy(asc(doubles.id))
    .limit(10);
  return (await inFull(db, rows)).filter(({ one, other }) => [one, other].every((party) => party.mergedIntoId === null && party.erasedAt === null));
}

async function inFull(db: Reader, rows: readonly { id: number; partyId: number; otherId: number }[]): Promise<PossibleDouble[]> {
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.flatMap((row) => [row.partyId, row.otherId]))];
  const found = new Map((await db.select().from(parties).where(inArray(parties.id, ids))).map((party) => [party.id, party]));
  const contacts = await db.select().from(contactPoints).where(inArray(contactPoints.partyId, ids));
  const of = (partyId: number): ContactPoint[] => contacts.filter((point) => point.partyId === partyId);
  return rows.flatMap(({ id, partyId, otherId }) => {
    const [one, other] = [found.get(partyId), found.get(otherId)];
    if (!one || !other) return [];
    const signs = sharedBy({ name: one.name, contacts: of(partyId) }, { name: other.name, contacts: of(otherId) });
    return signs.length ? [{ id, one, other, signs }] : [];
  });
}

/** What two records have in common. */
export async function signsOf(db: Reader, one: Party, other: Party): Promise<Sign[]> {
  return sharedBy({ name: one.name, contacts: await listContactPoints(db, one.id) }, { name: other.name, contacts: await listContactPoints(db, other.id) });
}

export async function findApart(db: Reader, a: number, b: number): Promise<number | null> {
  const [row] = await db.select({ apartAt: doubles.apartAt }).from(doubles).where(and(eq(doubles.partyId, Math.min(a, b)), eq(doubles.otherId, Math.max(a, b))));
  return row?.apartAt ?? null;
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Says that two records are two people (or that they may be one after all): it is remembered. */
export async function keepApart(tx: Tx, by: By, a: number, b: number, apart: boolean): Promise<{ ok: true } | { ok: false; reason: "unknown" | "same" }> {
  if (a === b) return { ok: false, reason: "same" };
  const [partyId, otherId] = [Math.min(a, b), Math.max(a, b)];
  if (!(await findParty(tx, partyId)) || !(await findParty(tx, otherId))) return { ok: false, reason: "unknown" };
  const said = apart ? { apartAt: by.now, apartBy: actorId(by.actor) } : { apartAt: null, apartBy: null };
  await tx.insert(doubles).values({ partyId, otherId, foundAt: by.now, ...said }).onConflictDoUpdate({ target: [doubles.partyId, doubles.otherId], set: said });
  await recordAudit(tx, by, apart ? "keepApart" : "allowAsDouble", { type: "party", id: partyId }, { other: otherId });
  await noteChange(tx, by, `party:${partyId}`, `party:${otherId}`, "doubles");
  return { ok: true };
}
