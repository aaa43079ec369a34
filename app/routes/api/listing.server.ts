/** Lists and single things: the two operations that every resource has. */

import type { Reader } from "~/db/types";
import { type Condition, findId, listIds, type Source } from "~/domain/integrations/resources/listing.server";
import { instantOf } from "~/domain/integrations/resources/shape";
import { makeCursor, readCursor } from "~/http/api/cursor.server";
import type { Asked } from "~/http/api/operation";
import { Problem } from "~/http/api/problem";

type PageQuery = { limit: number; cursor?: string | undefined; updated_since?: string | undefined };

/** One page of a source. `conditions` are those of the query's own filters. */
export async function listPage<Item>(
  { app, query }: Asked<PageQuery, undefined>,
  list: string,
  source: Source,
  read: (db: Reader, ids: readonly number[]) => Promise<Item[]>,
  conditions: readonly Condition[] = [],
): Promise<{ data: Item[]; next: string | null }> {
  const db = app.db.read;
  const { limit, cursor, updated_since: since, ...filters } = query;
  const place = `${list}?${JSON.stringify({ ...filters, since })}`;
  const ids = await listIds(db, source, { after: readCursor(app.env, place, cursor), limit, updatedSince: since === undefined ? null : instantOf(since), conditions });
  const page = ids.slice(0, limit);
  const last = page.at(-1);
  return { data: await read(db, page), next: ids.length > limit && last !== undefined ? makeCursor(app.env, place, last) : null };
}

export async function readOne<Item>(db: Reader, source: Source, read: (db: Reader, ids: readonly number[]) => Promise<Item[]>, publicId: string | undefined): Promise<Item> {
  const one = await findOne(db, source, read, publicId);
  if (one === null) throw new Problem("not_found");
  return one;
}

export async function findOne<Item>(db: Reader, source: Source, read: (db: Reader, ids: readonly number[]) => Promise<Item[]>, publicId: string | undefined): Promise<Item | null> {
  const id = await findId(db, source, publicId ?? "");
  return id === null ? null : ((await read(db, [id]))[0] ?? null);
}

/** The inner id of what a field of the body names. @throws Problem with the field's pointer */
export async function named(db: Reader, source: Source, publicId: string, pointer: string): Promise<number> {
  const id = await findId(db, source, publicId);
  if (id === null) throw new Problem("invalid", undefined, [{ pointer, code: "unknown", detail: "names nothing that is there" }]);
  return id;
}

/** The inner id; for what stands on our own rows. @throws Problem when it is gone */
export async function idOf(db: Reader, source: Source, publicId: string): Promise<number> {
  const id = await findId(db, source, publicId);
  if (id === null) throw new Problem("not_found");
  return id;
}

export async function publicIdOf(db: Reader, { table }: Source, id: number): Promise<string> {
  const [row] = await db.raw<{ public_id: string }>(`SELECT public_id FROM ${table} WHERE id = ?`, [id]);
  return row!.public_id;
}

/** The filter of whose they are. */
export function ofParty(table: string, publicId: string | undefined): Condition[] {
  return when(publicId, (id) => ({ sql: `${table}.party_id IN (SELECT id FROM parties WHERE public_id = ?)`, params: [id] }));
}

/** A filter of a query as SQL, when it was given. */
export function when<Value>(value: Value | undefined, condition: (value: Value) => Condition): Condition[] {
  return value === undefined ? [] : [condition(value)];
}

