/**
 * How every list of the API is read: by keyset over the inner id, which only grows; so a page is neither missed nor seen twice
 * while others are added. What was changed since a time is asked of the journal, where every command left its row.
 */
import type { Reader } from "../../../db/types";

export type Condition = { sql: string; params: readonly unknown[] };

export type Source = {
  /** The table, and its name in the conditions. */
  table: string;
  /** As its commands name it in the journal. */
  subject: string;
  /** When a row was made, where bulk imports write no row of the journal for each. */
  createdAt?: string;
  /** Of what changes without a row of the journal: those that changed since. */
  changedBy?(db: Reader, since: number): Promise<Condition>;
  /** Rows that the API does not have. */
  where?: string;
};

export type Wanted = { after: number; limit: number; updatedSince: number | null; conditions?: readonly Condition[] };

/** Inner ids of the next rows, one more than asked for when there is a further page. */
export async function listIds(db: Reader, source: Source, { after, limit, updatedSince, conditions = [] }: Wanted): Promise<number[]> {
  const { table, subject, createdAt, where } = source;
  const changed: Condition[] =
    updatedSince === null
      ? []
      : source.changedBy
        ? [await source.changedBy(db, updatedSince)]
        : [
          {
            sql: `${table}.id IN (SELECT subject_id FROM audit_log WHERE at >= ? AND subject_type = ?${createdAt ? ` UNION SELECT id FROM ${table} WHERE ${createdAt} >= ?` : ""})`,
            params: [updatedSince, subject, ...(createdAt ? [updatedSince] : [])],
          },
        ];
  const all = [{ sql: `${table}.id > ?`, params: [after] }, ...(where ? [{ sql: where, params: [] }] : []), ...changed, ...conditions];
  const rows = await db.raw<{ id: number }>(
    `SELECT ${table}.id AS id FROM ${table} WHERE ${all.map((one) => one.sql).join(" AND ")} ORDER BY ${table}.id LIMIT ?`,
    [...all.flatMap((one) => one.params), limit + 1],
  );
  return rows.map((row) => Number(row.id));
}

/** The inner id of what this public id names; null when the API does not have it. */
export async function findId(db: Reader, { table, where }: Source, publicId: string): Promise<number | null> {
  const [row] = await db.raw<{ id: number }>(`SELECT ${table}.id AS id FROM ${table} WHERE ${table}.public_id = ?${where ? ` AND ${where}` : ""}`, [publicId]);
  return row ? Number(row.id) : null;
}

/** Rows by id, in the order of the ids. */
export function inOrder<Row extends { id: number }>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
