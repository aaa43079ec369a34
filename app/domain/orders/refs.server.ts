/** Finds orders and invoices by the numbers under which others know them. */
import { givenIds, givenTexts } from "../../db/dialect";
import type { Reader } from "../../db/types";

export type DocumentRef = { id: number; partyId: number; orderId: number | null };

export async function findInvoiceIds(db: Reader, numbers: readonly string[]): Promise<Map<string, DocumentRef>> {
  if (!numbers.length) return new Map();
  const rows = await db.raw<{ id: number; number: string; party_id: number; order_id: number | null }>(
    `SELECT id, number, party_id, order_id FROM invoices WHERE number IN ${givenTexts(db)}`,
    [JSON.stringify([...new Set(numbers)])],
  );
  return new Map(rows.map((row) => [row.number, { id: row.id, partyId: row.party_id, orderId: row.order_id }]));
}

export async function findOrderIds(db: Reader, numbers: readonly string[]): Promise<Map<string, DocumentRef>> {
  if (!numbers.length) return new Map();
  const rows = await db.raw<{ id: number; number: string; party_id: number }>(
    `SELECT id, number, party_id FROM orders WHERE number IN ${givenTexts(db)}`,
    [JSON.stringify([...new Set(numbers)])],
  );
  return new Map(rows.map((row) => [row.number, { id: row.id, partyId: row.party_id, orderId: row.id }]));
}

export type Document = DocumentRef & { number: string };

/** By our own ids; what is not there is left out. */
export async function readInvoiceRefs(db: Reader, ids: readonly (number | null | undefined)[]): Promise<Map<number, Document>> {
  return readRefs(db, "SELECT id, number, party_id, order_id FROM invoices", ids);
}

export async function readOrderRefs(db: Reader, ids: readonly (number | null | undefined)[]): Promise<Map<number, Document>> {
  return readRefs(db, "SELECT id, number, party_id, id AS order_id FROM orders", ids);
}

async function readRefs(db: Reader, select: string, ids: readonly (number | null | undefined)[]): Promise<Map<number, Document>> {
  const wanted = [...new Set(ids.filter((id) => id != null))];
  if (!wanted.length) return new Map();
  const rows = await db.raw<{ id: number; number: string; party_id: number; order_id: number | null }>(`${select} WHERE id IN ${givenIds(db)}`, [JSON.stringify(wanted)]);
  return new Map(rows.map((row) => [row.id, { id: row.id, number: row.number, partyId: row.party_id, orderId: row.order_id }]));
}
