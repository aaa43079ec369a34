/** The door of the reports: the latest, and who stands behind a figure. */
import { desc } from "drizzle-orm";

import { startOfDay } from "../company/calendar";
import { givenIds } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { stepAfter, type Step } from "./cohorts";
import { reports } from "./schema";

export type Report = typeof reports.$inferSelect;

/** The latest; null before the worker has made the first. */
export async function findReport(db: Reader): Promise<Report | null> {
  const [row] = await db.select().from(reports).orderBy(desc(reports.asOf)).limit(1);
  return row ?? null;
}

export type CohortCell = { start: string; step: Step; after: number };
export type CohortRow = { partyId: number; publicId: string; name: string; firstOrderAt: number; lastOrderAt: number; ordersCount: number; spendMinor: number; currency: string };

/**
 * The customers behind a cell: whose first order fell into the month (or quarter) that begins on `start`, and who ordered
 * in the one so many after it. By the company's calendar and the facts of now: an order that was cancelled since is out.
 */
export async function listCohortPeople(db: Reader, cell: CohortCell, timeZone: string, { before, limit }: { before?: number; limit: number }): Promise<CohortRow[]> {
  const rows = await db.raw<Record<keyof CohortRow, string | number>>(
    `SELECT m.party_id AS "partyId", p.public_id AS "publicId", p.name AS name, m.first_order_at AS "firstOrderAt", m.last_order_at AS "lastOrderAt",
            m.orders_count AS "ordersCount", m.spend_minor AS "spendMinor", m.currency AS currency
     FROM customer_metrics m JOIN parties p ON p.id = m.party_id
     WHERE ${BEHIND_CELL} AND m.party_id < ? ORDER BY m.party_id DESC LIMIT ?`,
    [...boundsOf(cell, timeZone), before ?? Number.MAX_SAFE_INTEGER, limit],
  );
  return rows.map((row) => ({
    partyId: Number(row.partyId), publicId: String(row.publicId), name: String(row.name), firstOrderAt: Number(row.firstOrderAt), lastOrderAt: Number(row.lastOrderAt),
    ordersCount: Number(row.ordersCount), spendMinor: Number(row.spendMinor), currency: String(row.currency),
  }));
}

export async function countCohortPeople(db: Reader, cell: CohortCell, timeZone: string): Promise<number> {
  const [row] = await db.raw<{ n: number }>(`SELECT cast(count(*) AS bigint) AS n FROM customer_metrics m WHERE ${BEHIND_CELL}`, boundsOf(cell, timeZone));
  return Number(row?.n ?? 0);
}

const BEHIND_CELL = `m.is_current = true AND m.first_order_at >= ? AND m.first_order_at < ?
  AND EXISTS (SELECT 1 FROM orders o WHERE o.party_id = m.party_id AND o.placed_at >= ? AND o.placed_at < ? AND o.status <> 'cancelled')`;

function boundsOf({ start, step, after }: CohortCell, timeZone: string): number[] {
  return [0, 1, after, after + 1].map((steps) => startOfDay(stepAfter(start, step, steps), timeZone));
}

export type Person = { partyId: number; publicId: string; name: string };

/** Those of them who are customers still: not merged into another or erased since. */
export async function listStillThere(db: Reader, partyIds: readonly number[]): Promise<Map<number, Person>> {
  const rows = await db.raw<{ id: number; public_id: string; name: string }>(
    `SELECT p.id, p.public_id, p.name FROM parties p JOIN customer_metrics m ON m.party_id = p.id WHERE m.is_current = true AND p.id IN ${givenIds(db)}`,
    [JSON.stringify(partyIds)],
  );
  return new Map(rows.map((row) => [row.id, { partyId: row.id, publicId: row.public_id, name: row.name }]));
}
