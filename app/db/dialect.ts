/** What differs between SQLite and PostgreSQL, in one place. Everything returns SQL for the asking reader's dialect. */
import { sql, type AnyColumn, type SQL } from "drizzle-orm";

import type { Dialect, Reader, Tx } from "./types";

/** A text member of a JSON column. `key` must come from our own code. */
export function jsonText(db: Reader, column: AnyColumn, key: string): SQL<string | null> {
  if (!/^\w+$/.test(key)) throw new Error(`not a plain key: ${key}`);
  return db.speaks === "sqlite"
    ? sql`json_extract(${column}, ${sql.raw(`'$.${key}'`)})`
    : sql`${column} ->> ${sql.raw(`'${key}'`)}`;
}

/** count(*) as a number in both. */
export const countAll = sql<number>`cast(count(*) as bigint)`.mapWith(Number);

/**
 * Lets one transaction at a time pass with this key, until it ends: for "look first, then write" on PostgreSQL, where
 * two transactions may look at the same instant. SQLite has one writer anyway.
 */
export async function lockKey(tx: Tx, key: string): Promise<void> {
  if (tx.speaks === "postgres") await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [key]);
}

/** As `lockKey`, without waiting: false when another transaction holds it. On SQLite nobody can. */
export async function tryLockKey(tx: Tx, key: string): Promise<boolean> {
  if (tx.speaks === "sqlite") return true;
  const [row] = await tx.raw<{ held: boolean }>("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS held", [key]);
  return row!.held;
}

/** LIKE with the wildcards of the person's own text made literal; use with `ESCAPE '\\'`. */
export function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, (c) => `\\${c}`);
}

export type { Dialect };

/** `json` is given as text. */
const POSTGRES_TYPES = { int: "bigint", real: "double precision", text: "text", json: "jsonb", bool: "boolean" } as const;

/**
 * A table made of one JSON parameter, `[[…], […]]`: the text of the statement stays the same however many rows are
 * given, so that it is prepared once. Column names must come from our own code.
 */
export function givenRows(db: Reader, columns: Record<string, keyof typeof POSTGRES_TYPES>): string {
  const select = Object.entries(columns).map(([name, type], i) =>
    db.speaks === "sqlite" ? `json_extract(value, '$[${i}]') AS ${name}` : `(value ->> ${i})::${POSTGRES_TYPES[type]} AS ${name}`,
  );
  return `(SELECT ${select.join(", ")} FROM ${db.speaks === "sqlite" ? "json_each(?)" : "jsonb_array_elements(?::jsonb)"})`;
}

/** As `givenRows` for a plain list of whole numbers, as a list to stand behind IN. */
export function givenIds(db: Reader): string {
  return db.speaks === "sqlite" ? "(SELECT value FROM json_each(?))" : "(SELECT value::bigint FROM jsonb_array_elements_text(?::jsonb))";
}

/** As `givenIds` for texts. */
export function givenTexts(db: Reader): string {
  return db.speaks === "sqlite" ? "(SELECT value FROM json_each(?))" : "(SELECT value FROM jsonb_array_elements_text(?::jsonb))";
}

/** As `inArray`, with one parameter however long the list is: the statement stays the same. */
export function amongIds(db: Reader, column: AnyColumn, ids: readonly number[]): SQL {
  const list = JSON.stringify(ids);
  return db.speaks === "sqlite" ? sql`${column} IN (SELECT value FROM json_each(${list}))` : sql`${column} IN (SELECT value::bigint FROM jsonb_array_elements_text(${list}::jsonb))`;
}

/** As `amongIds` for texts. */
export function amongTexts(db: Reader, column: AnyColumn, texts: readonly string[]): SQL {
  const list = JSON.stringify(texts);
  return db.speaks === "sqlite" ? sql`${column} IN (SELECT value FROM json_each(${list}))` : sql`${column} IN (SELECT value FROM jsonb_array_elements_text(${list}::jsonb))`;
}

/**
 * A query's columns, an array for each: of many rows that takes half as long as a row after the other. On SQLite each
 * column comes as one JSON text, where numbers that are not whole have fifteen digits. Names must come from our own code.
 */
export async function readColumns<Row>(db: Reader, names: readonly (keyof Row & string)[], query: string, params: readonly unknown[]): Promise<{ [Name in keyof Row]: Row[Name][] }> {
  if (db.speaks === "postgres") {
    const rows = await db.raw<Row>(query, params);
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])) as { [Name in keyof Row]: Row[Name][] };
  }
  const [texts] = await db.raw<Record<string, string>>(`SELECT ${names.map((name) => `json_group_array(${name}) AS ${name}`).join(", ")} FROM (${query})`, params);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(texts![name] as string)])) as { [Name in keyof Row]: Row[Name][] };
}

/**
 * Writes rows whose values are all at hand: on SQLite one prepared INSERT for each (JSON would be taken to pieces again
 * for every column), on PostgreSQL one statement for all of them. Names must come from our own code.
 */
export async function insertRows(
  tx: Tx,
  table: string,
  columns: Record<string, keyof typeof POSTGRES_TYPES>,
  rows: readonly (readonly unknown[])[],
  conflict = "",
): Promise<void> {
  if (!rows.length) return;
  const names = Object.keys(columns).join(", ");
  if (tx.speaks === "postgres") {
    await tx.raw(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${givenRows(tx, columns)} g WHERE true ${conflict}`, [JSON.stringify(rows)]);
    return;
  }
  const text = `INSERT INTO ${table} (${names}) VALUES (${Object.keys(columns).map(() => "?").join(",")}) ${conflict}`;
  await tx.each(text, rows);
}

/** As `insertRows`: changes the rows of which the first of `columns` is the key. */
export async function updateRows(tx: Tx, table: string, columns: Record<string, keyof typeof POSTGRES_TYPES>, rows: readonly (readonly unknown[])[]): Promise<void> {
  if (!rows.length) return;
  const [key = "", ...names] = Object.keys(columns);
  if (tx.speaks === "postgres") {
    await tx.raw(`UPDATE ${table} SET ${names.map((name) => `${name} = g.${name}`).join(", ")} FROM ${givenRows(tx, columns)} g WHERE ${table}.${key} = g.${key}`, [JSON.stringify(rows)]);
    return;
  }
  const text = `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE ${key} = ?`;
  await tx.each(text, rows.map(([first, ...values]) => [...values, first]));
}

/** Numbers for the next rows of a table, to know them before they are written. `table` must come from our own code. */
export async function takeIds(tx: Tx, table: string, count: number): Promise<number[]> {
  if (tx.speaks === "postgres") {
    const rows = await tx.raw<{ id: number }>("SELECT nextval(pg_get_serial_sequence(?, 'id')) AS id FROM generate_series(1, ?)", [table, count]);
    return rows.map((row) => Number(row.id));
  }
  // There is one writer, and a row that is written with its number moves the sequence.
  const [last] = await tx.raw<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]);
  return Array.from({ length: count }, (_, i) => (last?.seq ?? 0) + 1 + i);
}

/** `lockKey` for many: in one order, so that two who lock many do not wait for each other. */
export async function lockKeys(tx: Tx, keys: readonly string[]): Promise<void> {
  if (tx.speaks !== "postgres" || !keys.length) return;
  const sorted = JSON.stringify([...new Set(keys)].toSorted());
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(value, 0)) FROM (SELECT value FROM jsonb_array_elements_text(?::jsonb) WITH ORDINALITY ORDER BY ordinality) k", [sorted]);
}

/** A JSON object of these expressions. Keys must come from our own code. */
export function jsonObject(db: Reader, members: Record<string, string>): string {
  const list = Object.entries(members).map(([key, expression]) => `'${key}', ${expression}`);
  return `${db.speaks === "sqlite" ? "json_object" : "jsonb_build_object"}(${list.join(", ")})`;
}

/** A text member of a JSON column, in an expression. `key` must come from our own code. */
export function jsonMember(db: Reader, column: string, key: string): string {
  return db.speaks === "sqlite" ? `json_extract(${column}, '$.${key}')` : `${column} ->> '${key}'`;
}

/** Runs one INSERT, which must not have a RETURNING. @returns how many rows it wrote */
export async function countInserted(tx: Tx, text: string, params: readonly unknown[]): Promise<number> {
  if (tx.speaks === "sqlite") await tx.raw(text, params);
  const [row] =
    tx.speaks === "sqlite"
      ? await tx.raw<{ n: number }>("SELECT changes() AS n")
      : await tx.raw<{ n: number }>(`WITH written AS (${text} RETURNING 1) SELECT count(*) AS n FROM written`, params);
  return Number(row?.n);
}

/** Any number: every process that sends or stops mail on one database must agree on it. */
const STOPS_LOCK = 7_726_402;

/**
 * Orders stops and handovers on PostgreSQL. Whoever commits a fact that stops a mail (suppression, withdrawn consent,
 * opened complaint, erasure, paused campaign) takes this first; whoever commits an intent takes `lockHandovers`. So an
 * intent either commits before the stop, or sees it. SQLite has one writer at a time and needs neither.
 */
export async function lockStops(tx: Tx): Promise<void> {
  if (tx.speaks === "postgres") await tx.raw("SELECT pg_advisory_xact_lock(?)", [STOPS_LOCK]);
}

/** Shared by all senders; waits for stops that are being committed. */
export async function lockHandovers(tx: Tx): Promise<void> {
  if (tx.speaks === "postgres") await tx.raw("SELECT pg_advisory_xact_lock_shared(?)", [STOPS_LOCK]);
}

/** The next row of `table` gets a number that is higher by `count`. `table` must come from our own code. */
export async function skipIds(tx: Tx, table: string, count: number): Promise<void> {
  if (tx.speaks === "postgres") {
    await tx.raw("SELECT setval(pg_get_serial_sequence(?, 'id'), nextval(pg_get_serial_sequence(?, 'id')) + ?)", [table, table, count]);
    return;
  }
  const known = await tx.raw("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ? RETURNING seq", [count, table]);
  if (known.length === 0) await tx.raw("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, count]);
}

/** Whether this happened because no room is left: on the disk of SQLite or of our files, or on PostgreSQL's (53100). */
export function isDiskFull(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return /^(SQLITE_FULL|ENOSPC|EDQUOT|53100)$/.test(code ?? "") || (cause !== undefined && cause !== null && isDiskFull(cause));
}
