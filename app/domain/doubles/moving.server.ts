/** Rows of one record to another, and back by their keys. */
import { givenIds } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { HOLDERS } from "./holders";
import type { Moved } from "./schema";

/** Everything that can go from one to the other. @returns what went, as undo needs it */
export async function moveRows(tx: Tx, from: number, to: number): Promise<Moved> {
  const moved: Moved = {};
  for (const holder of HOLDERS) {
    if ("stays" in holder) continue;
    const { table, column, moves, where, unless } = holder;
    const conditions = [`${column} = ?`, where, unless && `NOT ${unless}`].filter(Boolean).join(" AND ").replaceAll("$survivor", String(to));
    const rows = await tx.raw<{ key: number | string }>(`UPDATE ${table} SET ${column} = ? WHERE ${conditions} RETURNING ${moves} AS key`, [to, from]);
    if (rows.length) moved[`${table}.${column}`] = rows.map(({ key }) => (isNumbered(moves) ? Number(key) : key));
  }
  return moved;
}

const isNumbered = (key: string) => key.endsWith("id");

/** Those of the rows that are still there and still the survivor's. */
export async function giveBackRows(tx: Tx, moved: Moved, from: number, to: number): Promise<void> {
  for (const holder of HOLDERS) {
    const keys = moved[`${holder.table}.${holder.column}`];
    if (!keys || "stays" in holder) continue;
    const { table, column, moves, where } = holder;
    const listed = isNumbered(moves) ? { sql: givenIds(tx), params: [JSON.stringify(keys)] } : { sql: `(${keys.map(() => "?").join(", ")})`, params: keys };
    const conditions = [`${column} = ?`, `${moves} IN ${listed.sql}`, isNumbered(moves) ? undefined : where].filter(Boolean).join(" AND ");
    await tx.raw(`UPDATE ${table} SET ${column} = ? WHERE ${conditions}`, [to, from, ...listed.params]);
  }
}

export function joined(a: Moved, b: Moved): Moved {
  const all = { ...a };
  for (const [column, keys] of Object.entries(b)) all[column] = [...new Set([...(all[column] ?? []), ...keys])];
  return all;
}

/** Nobody writes for either while they become one, or two again: waits for who is writing, and lets nobody begin. */
export async function lockBoth(tx: Tx, a: number, b: number): Promise<void> {
  if (tx.speaks === "postgres") await tx.raw("SELECT id FROM parties WHERE id IN (?, ?) ORDER BY id FOR UPDATE", [a, b]);
}
