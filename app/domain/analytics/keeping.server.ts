/** Writes what a report found. */
import { givenIds, insertRows } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import type { Derivation } from "../customers/derived.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { reports } from "./schema";
import type { Counted } from "./tallies";

/** A season of days, to look back at. */
const MOST_REPORTS = 100;

/** One that another process has kept meanwhile stands. */
export async function keepReport(tx: Tx, by: By, { derivation, timeZone, content, atRisk, pairs }: Counted & { derivation: Derivation; timeZone: string }): Promise<void> {
  const { asOf, day, currency } = derivation;
  const [row] = await tx.insert(reports).values({ asOf, day, timeZone, currency, content, atRisk, madeAt: by.now }).onConflictDoNothing().returning({ id: reports.id });
  if (!row) return;
  await tx.raw("UPDATE reports SET at_risk = NULL WHERE id <> ?", [row.id]);
  await tx.raw("DELETE FROM reports WHERE id <= ?", [row.id - MOST_REPORTS]);
  await tx.raw("DELETE FROM product_pairs");
  await insertRows(
    tx,
    "product_pairs",
    { product_id: "int", partner_id: "int", together: "int", product_orders: "int", partner_orders: "int", orders: "int", chance: "real", partner_again: "real" },
    pairs.map(({ item, partner, together, one, other, orders, chance, partnerAgain }) => [item, partner, together, one, other, orders, chance, partnerAgain]),
  );
  await recordAudit(tx, by, "keepReport", { type: "report", id: row.id }, { day, pairs: pairs.length });
  await noteChange(tx, by, "reports");
}

/** The favourite categories of the customers with numbers in (after, upTo]; written where one is another than before. */
export async function keepFavourites(db: Database, by: By, { after, upTo }: { after: number; upTo: number }, favourites: ReadonlyMap<number, string>): Promise<void> {
  const were = await db.read.raw<{ party_id: number; favourite_category: string }>("SELECT party_id, favourite_category FROM customer_habits WHERE party_id > ? AND party_id <= ?", [after, upTo]);
  const known = new Map(were.map((row) => [row.party_id, row.favourite_category]));
  const changed = [...favourites].filter(([partyId, category]) => known.get(partyId) !== category);
  const gone = [...known.keys()].filter((partyId) => !favourites.has(partyId));
  if (changed.length + gone.length > 0) await db.write((tx) => writeFavourites(tx, by, changed, gone));
}

async function writeFavourites(tx: Tx, by: By, changed: readonly [number, string][], gone: readonly number[]): Promise<void> {
  if (gone.length) await tx.raw(`DELETE FROM customer_habits WHERE party_id IN ${givenIds(tx)}`, [JSON.stringify(gone)]);
  await insertRows(tx, "customer_habits", { party_id: "int", favourite_category: "text" }, changed, "ON CONFLICT (party_id) DO UPDATE SET favourite_category = excluded.favourite_category");
  await recordAudit(tx, by, "keepFavourites", { type: "report", id: null }, { changed: changed.length, gone: gone.length });
}
