/** Lists of parties, and finding one by what people remember: a name, an address, a telephone, a number. */
import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { countAnswers, findFirst, findPlaces, type Look, lookFor, type Place, placeOf } from "./find.server";
import type { LifecycleStage } from "./lifecycle";
import { customerMetrics, parties } from "./schema";
import { foldForSearch } from "./search";
import { searchedFor } from "./search-terms";
import type { Fragment } from "./segment-field";

export const PARTY_KINDS = ["customers", "suppliers", "companies"] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

export type PartyFilter = {
  /** What was typed; every word must begin one of the party's, diacritics aside. */
  q?: string;
  kind?: PartyKind;
  stage?: LifecycleStage;
  country?: string;
  /** Found by other rooms (an order's number): they match whatever was typed. */
  orIds?: readonly number[];
};

const row = {
  id: parties.id,
  publicId: parties.publicId,
  kind: parties.kind,
  name: parties.name,
  number: parties.number,
  country: parties.country,
  lifecycleStage: parties.lifecycleStage,
  tier: parties.tier,
  isCustomer: parties.isCustomer,
  isSupplier: parties.isSupplier,
  ordersCount: customerMetrics.ordersCount,
  spendMinor: customerMetrics.spendMinor,
  currency: customerMetrics.currency,
  lastOrderAt: customerMetrics.lastOrderAt,
  openComplaints: customerMetrics.openComplaints,
  // Names written out: drizzle leaves the table's name away where a statement has one table, and `id` would be the inner one's.
  email: sql<string | null>`(select c.value from contact_points c where c.party_id = parties.id and c.kind = 'email' and c.is_primary = true limit 1)`,
};

export type PartyRow = {
  id: number;
  publicId: string;
  kind: "person" | "company";
  name: string;
  number: string | null;
  country: string | null;
  lifecycleStage: LifecycleStage;
  tier: string;
  isCustomer: boolean;
  isSupplier: boolean;
  ordersCount: number;
  spendMinor: number;
  currency: string;
  lastOrderAt: number | null;
  openComplaints: number;
  email: string | null;
};

export type PartyPage = { rows: PartyRow[]; /** public ids to ask on from; null at the ends */ older: string | null; newer: string | null };

type Asked = { after?: string | null; before?: string | null; limit: number };

/**
 * By name, folded, so that Ł stands with L; where something was typed, the best answers first. Keyset by the public id of
 * the row after (or before) which to go on.
 */
export async function listParties(db: Reader, filter: PartyFilter, page: Asked): Promise<PartyPage> {
  const back = !page.after && Boolean(page.before);
  const cursor = await findCursor(db, page.after ?? page.before ?? null);
  const words = searchedFor(filter.q ?? "");
  if (!words.length && filter.q?.trim()) return { rows: [], older: null, newer: null };
  const rows = words.length
    ? await listAnswers(db, filter, await lookFor(db, words), { cursor, back, limit: page.limit + 1 })
    : ((await db
        .select(row)
        .from(parties)
        .innerJoin(customerMetrics, eq(customerMetrics.partyId, parties.id))
        .where(and(...conditions(filter), cursor ? beyond(cursor, back) : undefined))
        .orderBy(...(back ? [desc(parties.searchText), desc(parties.id)] : [asc(parties.searchText), asc(parties.id)]))
        .limit(page.limit + 1)) as PartyRow[]);
  const more = rows.length > page.limit;
  const shown = back ? rows.slice(0, page.limit).toReversed() : rows.slice(0, page.limit);
  const first = shown[0]?.publicId ?? null;
  const last = shown.at(-1)?.publicId ?? null;
  return back
    ? { rows: shown, newer: more ? first : null, older: cursor ? last : null }
    : { rows: shown, newer: cursor ? first : null, older: more ? last : null };
}

async function listAnswers(db: Reader, filter: PartyFilter, look: Look, { cursor, back, limit }: { cursor: Cursor | null; back: boolean; limit: number }): Promise<PartyRow[]> {
  const { orIds = [] } = filter;
  const from: Place | null = cursor && !orIds.includes(cursor.id) ? await placeOf(db, look, cursor.id) : null;
  const places = await findPlaces(db, look, { filter: conditionOf(filter), from, back, limit: limit + orIds.length });
  const found = places.map(({ partyId }) => partyId).filter((id) => !orIds.includes(id));
  // Found by other rooms: before all others, on the first page.
  const ids = back ? (found.length < limit ? [...found, ...orIds] : found) : from ? found : [...orIds, ...found];
  const rows = (await db
    .select(row)
    .from(parties)
    .innerJoin(customerMetrics, eq(customerMetrics.partyId, parties.id))
    .where(and(inArray(parties.id, ids), ...conditions(filter)))) as PartyRow[];
  return inOrder(rows, ids).slice(0, limit);
}

/** Up to so many are counted while the page waits; `more`: there are more than that. */
export const MOST_COUNTED = 1000;

export async function countParties(db: Reader, filter: PartyFilter, most = MOST_COUNTED): Promise<{ count: number; more: boolean }> {
  const words = searchedFor(filter.q ?? "");
  const where = conditionOf(filter);
  const count = words.length
    ? (await countAnswers(db, await lookFor(db, words), where, most + 1)) + (await countOthers(db, filter, words))
    : filter.q?.trim()
      ? 0
      : Number((await db.raw<{ n: number }>(`SELECT count(*) AS n FROM (SELECT 1 AS one FROM parties p WHERE ${where.sql} LIMIT ?) c`, [...where.params, most + 1]))[0]?.n ?? 0);
  return { count: Math.min(count, most), more: count > most };
}

/** Of those that other rooms found, the ones that the words do not find. */
async function countOthers(db: Reader, filter: PartyFilter, words: string[]): Promise<number> {
  if (!filter.orIds?.length) return 0;
  const rows = await db.select({ id: parties.id }).from(parties).where(and(inArray(parties.id, [...filter.orIds]), ...conditions(filter)));
  const places = await Promise.all(rows.map(async ({ id }) => Promise.all(words.map((word) => placeOf(db, { driver: word, others: [] }, id)))));
  return places.filter((of) => of.includes(null)).length;
}

export type PartyHit = { publicId: string; name: string; kind: "person" | "company"; number: string | null; country: string | null; email: string | null };

/** The few best answers while typing: a number first, then names that begin so, their other words, and addresses. */
export async function findParties(db: Reader, q: string, { limit, orIds = [] }: { limit: number; orIds?: readonly number[] }): Promise<PartyHit[]> {
  const words = searchedFor(q);
  const [only] = words;
  if (only === undefined) return [];
  // Two words are mostly a name as it is written, or the other way round: that begins a term.
  const ids = new Set([...orIds, ...(await findFirst(db, words.length > 1 ? foldForSearch(q) : only, limit))]);
  if (words.length > 1 && ids.size < limit)
    for (const { partyId } of await findPlaces(db, await lookFor(db, words), { filter: conditionOf({}), limit: limit + ids.size })) ids.add(partyId);
  return readHits(db, [...ids].slice(0, limit));
}

async function readHits(db: Reader, ids: readonly number[]): Promise<PartyHit[]> {
  if (!ids.length) return [];
  const rows = await db.raw<PartyHit & { id: number }>(
    `SELECT p.id, p.public_id AS "publicId", p.name, p.kind, p.number, p.country,
       (SELECT c.value FROM contact_points c WHERE c.party_id = p.id AND c.kind = 'email' AND c.is_primary = true LIMIT 1) AS email
     FROM parties p WHERE p.id IN (${ids.map(() => "?").join(", ")}) AND p.merged_into_id IS NULL AND p.erased_at IS NULL`,
    ids,
  );
  return inOrder(rows, ids).map(({ publicId, name, kind, number, country, email }) => ({ publicId, name, kind, number, country, email }));
}

function inOrder<Row extends { id: number }>(rows: readonly Row[], ids: readonly number[]): Row[] {
  const byId = new Map(rows.map((one) => [one.id, one]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The people of a company, by name. */
export async function listPeopleOf(db: Reader, companyId: number, limit = 50) {
  return db
    .select({ publicId: parties.publicId, name: parties.name, email: row.email })
    .from(parties)
    .where(and(eq(parties.parentId, companyId), isNull(parties.mergedIntoId), isNull(parties.erasedAt)))
    .orderBy(asc(parties.searchText), asc(parties.id))
    .limit(limit);
}

/** Companies that a person can belong to, by name, for the form's list. */
export async function listCompanies(db: Reader, limit = 500): Promise<{ id: number; publicId: string; name: string }[]> {
  return db
    .select({ id: parties.id, publicId: parties.publicId, name: parties.name })
    .from(parties)
    .where(and(eq(parties.kind, "company"), isNull(parties.mergedIntoId), isNull(parties.erasedAt)))
    .orderBy(asc(parties.searchText), asc(parties.id))
    .limit(limit);
}

/** The countries that occur: from one to the next by the index, so that they cost as many looks as there are countries. */
export async function listCountries(db: Reader): Promise<string[]> {
  const rows = await db.raw<{ country: string }>(
    `WITH RECURSIVE c(country) AS (
       SELECT min(country) FROM parties
       UNION ALL SELECT (SELECT min(p.country) FROM parties p WHERE p.country > c.country) FROM c WHERE c.country IS NOT NULL)
     SELECT country FROM c WHERE country IS NOT NULL`,
  );
  return rows.map(({ country }) => country);
}

function conditions({ kind, stage, country }: PartyFilter): (SQL | undefined)[] {
  return [
    isNull(parties.mergedIntoId),
    isNull(parties.erasedAt),
    kind === "customers" ? eq(parties.isCustomer, true) : undefined,
    kind === "suppliers" ? eq(parties.isSupplier, true) : undefined,
    kind === "companies" ? eq(parties.kind, "company") : undefined,
    stage && eq(parties.lifecycleStage, stage),
    country ? eq(parties.country, country) : undefined,
  ];
}

/** The same over `p`. */
function conditionOf({ kind, stage, country }: PartyFilter): Fragment {
  const of = { customers: "p.is_customer = true", suppliers: "p.is_supplier = true", companies: "p.kind = 'company'" } as const;
  return {
    sql: ["p.merged_into_id IS NULL AND p.erased_at IS NULL", kind && of[kind], stage && "p.lifecycle_stage = ?", country && "p.country = ?"].filter(Boolean).join(" AND "),
    params: [stage, country].filter((value): value is NonNullable<typeof value> => Boolean(value)),
  };
}

type Cursor = { searchText: string; id: number };

async function findCursor(db: Reader, publicId: string | null): Promise<Cursor | null> {
  if (!publicId) return null;
  const [found] = await db.select({ searchText: parties.searchText, id: parties.id }).from(parties).where(eq(parties.publicId, publicId));
  return found ?? null;
}

function beyond({ searchText, id }: Cursor, back: boolean): SQL {
  return back
    ? sql`(${parties.searchText}, ${parties.id}) < (${searchText}, ${id})`
    : sql`(${parties.searchText}, ${parties.id}) > (${searchText}, ${id})`;
}

/** What a link to each of these parties needs, by our own ids. */
export async function listPartyRefs(db: Reader, ids: readonly number[]): Promise<Map<number, { publicId: string; name: string }>> {
  if (!ids.length) return new Map();
  const rows = await db
    .select({ id: parties.id, publicId: parties.publicId, name: parties.name })
    .from(parties)
    .where(inArray(parties.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, ...ref }) => [id, ref]));
}
