/** Lists of parties, and finding one by what people remember: a name, an address, a telephone, a number. */
import { and, asc, desc, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";

import { likeLiteral } from "../../db/dialect";
import type { Reader } from "../../db/types";
import type { LifecycleStage } from "./lifecycle";
import { customerMetrics, parties } from "./schema";
import { foldForSearch, searchDigits, searchWords } from "./search";

export const PARTY_KINDS = ["customers", "suppliers", "companies"] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

export type PartyFilter = {
  /** What was typed; every word must be found, diacritics aside. */
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

/** By name, folded, so that Ł stands with L; keyset by the public id of the row after (or before) which to go on. */
export async function listParties(
  db: Reader,
  filter: PartyFilter,
  page: { after?: string | null; before?: string | null; limit: number },
): Promise<PartyPage> {
  const back = !page.after && Boolean(page.before);
  const cursor = await findCursor(db, page.after ?? page.before ?? null);
  const rows = (await db
    .select(row)
    .from(parties)
    .innerJoin(customerMetrics, eq(customerMetrics.partyId, parties.id))
    .where(and(...conditions(filter), cursor ? beyond(cursor, back) : undefined))
    .orderBy(...(back ? [desc(parties.searchText), desc(parties.id)] : [asc(parties.searchText), asc(parties.id)]))
    .limit(page.limit + 1)) as PartyRow[];
  const more = rows.length > page.limit;
  const shown = back ? rows.slice(0, page.limit).toReversed() : rows.slice(0, page.limit);
  const first = shown[0]?.publicId ?? null;
  const last = shown.at(-1)?.publicId ?? null;
  return back
    ? { rows: shown, newer: more ? first : null, older: cursor ? last : null }
    : { rows: shown, newer: cursor ? first : null, older: more ? last : null };
}

export async function countParties(db: Reader, filter: PartyFilter): Promise<number> {
  const [counted] = await db
    .select({ n: sql<number>`cast(count(*) as bigint)`.mapWith(Number) })
    .from(parties)
    .where(and(...conditions(filter)));
  return counted?.n ?? 0;
}

export type PartyHit = { publicId: string; name: string; kind: "person" | "company"; number: string | null; country: string | null; email: string | null };

/** The few best answers while typing: names (and numbers) that begin so before those that hold it elsewhere. */
export async function findParties(db: Reader, q: string, { limit, orIds = [] }: { limit: number; orIds?: readonly number[] }): Promise<PartyHit[]> {
  const folded = foldForSearch(q);
  if (!folded) return [];
  const begins = sql`case when ${parties.searchText} like ${`${likeLiteral(folded)}%`} escape '\\' then 0 else 1 end`;
  return db
    .select({ publicId: parties.publicId, name: parties.name, kind: parties.kind, number: parties.number, country: parties.country, email: row.email })
    .from(parties)
    .where(and(...conditions({ q, orIds })))
    .orderBy(begins, asc(parties.searchText), asc(parties.id))
    .limit(limit);
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

export async function listCountries(db: Reader): Promise<string[]> {
  const rows = await db.selectDistinct({ country: parties.country }).from(parties).orderBy(asc(parties.country));
  return rows.flatMap(({ country }) => (country ? [country] : []));
}

function conditions({ q, kind, stage, country, orIds = [] }: PartyFilter): (SQL | undefined)[] {
  return [
    isNull(parties.mergedIntoId),
    isNull(parties.erasedAt),
    kind === "customers" ? eq(parties.isCustomer, true) : undefined,
    kind === "suppliers" ? eq(parties.isSupplier, true) : undefined,
    kind === "companies" ? eq(parties.kind, "company") : undefined,
    stage && eq(parties.lifecycleStage, stage),
    country ? eq(parties.country, country) : undefined,
    q?.trim() ? or(holds(q), orIds.length ? inArray(parties.id, [...orIds]) : undefined) : undefined,
  ];
}

function holds(q: string): SQL | undefined {
  const like = (text: string) => sql`${parties.searchText} like ${`%${likeLiteral(text)}%`} escape '\\'`;
  const words = and(...searchWords(q).map(like));
  const digits = searchDigits(q);
  return digits ? or(words, like(digits)) : words;
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
