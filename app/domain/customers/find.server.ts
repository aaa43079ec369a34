/**
 * Finding parties by the terms that are kept of them (search-terms.ts), each look by an index: the first answers to "nowak"
 * cost the same among a thousand customers and among a million. Several words are looked up by the rarest of them.
 */
import { insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { Fragment } from "./segment-field";
import { RANKS, type Term } from "./search-terms";

/** Where an answer stands among the others: by rank, then by the term that was met, then by number. */
export type Place = { rank: number; term: string; partyId: number };

/** `driver`: the word that is walked along; each of the others must begin a term of the same party. */
export type Look = { driver: string; others: string[] };

const EACH_RANK = Object.values(RANKS);
/** Above it words are alike: both are common. */
const COMMON = 3000;
/** Behind every letter there is, in both databases. */
const END = "\u{10FFFF}";

/** Which of the words is the rarest. */
export async function lookFor(db: Reader, words: string[]): Promise<Look> {
  const [only] = words;
  if (only === undefined) throw new Error("nothing to look for");
  if (words.length === 1) return { driver: only, others: [] };
  const counted = words.map((_, i) => `(SELECT count(*) FROM (SELECT 1 AS one FROM party_terms t WHERE ${isOfEachRank()} AND ${begins("t")} LIMIT ${COMMON}) c${i}) AS n${i}`);
  const [row] = await db.raw<Record<string, number | string>>(`SELECT ${counted.join(", ")}`, words.flatMap(range));
  const [rarest] = words.map((word, i) => ({ word, n: Number(row![`n${i}`]) })).toSorted((a, b) => a.n - b.n || b.word.length - a.word.length);
  return { driver: rarest!.word, others: words.filter((word) => word !== rarest!.word) };
}

type Asked = { /** over `p` (parties) */ filter: Fragment; from?: Place | null; back?: boolean; limit: number };

/** The next answers behind (or, with `back`, before) a place; each party once, at the best of its places. */
export async function findPlaces(db: Reader, look: Look, { filter, from = null, back = false, limit }: Asked): Promise<Place[]> {
  const found: Place[] = [];
  const met = meets(look);
  for (const rank of back ? EACH_RANK.toReversed() : EACH_RANK) {
    if (found.length >= limit) break;
    if (from && (back ? rank > from.rank : rank < from.rank)) continue;
    const beyond = from?.rank === rank;
    const order = back ? "DESC" : "ASC";
    const rows = await db.raw<Place>(
      `SELECT t.rank, t.term, t.party_id AS "partyId" FROM party_terms t JOIN parties p ON p.id = t.party_id
       WHERE t.rank = ${rank} AND ${begins("t")} ${beyond ? `AND (t.term, t.party_id) ${back ? "<" : ">"} (?, ?)` : ""} AND ${met.sql} AND ${filter.sql}
       ORDER BY t.term ${order}, t.party_id ${order} LIMIT ?`,
      [...range(look.driver), ...(beyond ? [from.term, from.partyId] : []), ...met.params, ...filter.params, limit - found.length],
    );
    found.push(...rows);
  }
  return found;
}

/** The first of all whose terms begin so, by nothing but the ranges of terms: what is asked at each key. */
export async function findFirst(db: Reader, begin: string, limit: number): Promise<number[]> {
  const found = new Set<number>();
  for (const rank of EACH_RANK) {
    let from: Pick<Place, "term" | "partyId"> = { term: begin, partyId: 0 };
    for (let isMore = true; isMore && found.size < limit; ) {
      const most = limit - found.size;
      const rows: Pick<Place, "term" | "partyId">[] = await db.raw(
        `SELECT term, party_id AS "partyId" FROM party_terms WHERE rank = ${rank} AND (term, party_id) > (?, ?) AND term < ? ORDER BY term, party_id LIMIT ?`,
        [from.term, from.partyId, begin + END, most],
      );
      for (const { partyId } of rows) found.add(partyId);
      // One person may have stood there more than once: there is room for others then.
      isMore = rows.length === most;
      from = rows.at(-1) ?? from;
    }
  }
  return [...found];
}

/** Where a party stands among the answers; null when it is none. */
export async function placeOf(db: Reader, { driver }: Look, partyId: number): Promise<Place | null> {
  const [row] = await db.raw<{ rank: number; term: string }>(`SELECT t.rank, t.term FROM party_terms t WHERE t.party_id = ? AND ${begins("t")} ORDER BY t.rank, t.term LIMIT 1`, [partyId, ...range(driver)]);
  return row ? { ...row, partyId } : null;
}

/** How many answers there are, no further than `most`. */
export async function countAnswers(db: Reader, look: Look, filter: Fragment, most: number): Promise<number> {
  const others = look.others.map(() => hasOther());
  const [row] = await db.raw<{ n: number | string }>(
    `SELECT count(*) AS n FROM (SELECT DISTINCT t.party_id FROM party_terms t JOIN parties p ON p.id = t.party_id
     WHERE ${isOfEachRank()} AND ${begins("t")} AND ${[...others, filter.sql].join(" AND ")} LIMIT ?) a`,
    [...range(look.driver), ...look.others.flatMap(range), ...filter.params, most],
  );
  return Number(row!.n);
}

/** Brings the terms of a party to these; what stays is not written. */
export async function keepTerms(tx: Tx, partyId: number, terms: readonly Term[]): Promise<void> {
  const kept = await tx.raw<{ rank: number; term: string }>("SELECT rank, term FROM party_terms WHERE party_id = ?", [partyId]);
  const key = (rank: number, term: string) => `${rank} ${term}`;
  const wanted = new Set(terms.map(([rank, term]) => key(rank, term)));
  const known = new Set(kept.map(({ rank, term }) => key(rank, term)));
  for (const { rank, term } of kept) if (!wanted.has(key(rank, term))) await tx.raw("DELETE FROM party_terms WHERE rank = ? AND term = ? AND party_id = ?", [rank, term, partyId]);
  await addTerms(tx, terms.filter(([rank, term]) => !known.has(key(rank, term))).map((term) => [partyId, term]));
}

export async function addTerms(tx: Tx, terms: readonly (readonly [partyId: number, term: Term])[]): Promise<void> {
  await insertRows(tx, "party_terms", { rank: "int", term: "text", party_id: "int" }, terms.map(([partyId, [rank, term]]) => [rank, term, partyId]));
}

/** Once each, and every other word as well. */
function meets({ driver, others }: Look): Fragment {
  const better = `NOT EXISTS (SELECT 1 FROM party_terms u WHERE u.party_id = t.party_id AND ${begins("u")} AND (u.rank < t.rank OR (u.rank = t.rank AND u.term < t.term)))`;
  return { sql: [better, ...others.map(() => hasOther())].join(" AND "), params: [...range(driver), ...others.flatMap(range)] };
}

const hasOther = () => `EXISTS (SELECT 1 FROM party_terms o WHERE o.party_id = t.party_id AND ${begins("o")})`;
const isOfEachRank = () => `t.rank IN (${EACH_RANK.join(", ")})`;
const begins = (alias: string) => `${alias}.term >= ? AND ${alias}.term < ?`;
const range = (word: string): [string, string] => [word, word + END];
