/** The figures of one or of many customers, counted again from the rows that they come from. */
import { eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { recountComplaints } from "../cases/recount.server";
import { findDerivation, findOpenDerivation } from "../customers/derived.server";
import { lifecycleStage } from "../customers/lifecycle";
import { findMetrics } from "../customers/metrics.server";
import type { Recount } from "../customers/recount";
import { countAgain } from "../customers/repair.server";
import { recountProfile } from "../customers/recount.server";
import { customerMetrics, parties } from "../customers/schema";
import { NO_WORTH } from "../customers/value/worth";
import { recountMails } from "../deliveries/recount.server";
import { reckonWorths } from "../orders/derive.server";
import { recountOrders } from "../orders/recount.server";
import { recountReadings } from "../tracking/recount.server";

export const RECOUNTS: readonly Recount[] = [recountOrders, recountMails, recountReadings, recountComplaints, recountProfile];

/** Writes a customer's facts and derived figures as their rows say now, and the stage that follows. */
export async function recountParty(tx: Tx, partyId: number, now: number): Promise<void> {
  const kept = await findMetrics(tx, partyId);
  if (!kept) return;
  const facts = (await countAgain(tx, RECOUNTS, partyId - 1, partyId))(partyId);
  const worth = await reckonAgain(tx, partyId, kept.derivedAsOf);
  const [row] = await tx.update(customerMetrics).set({ ...facts, ...worth }).where(eq(customerMetrics.partyId, partyId)).returning();
  await tx.update(parties).set({ lifecycleStage: lifecycleStage(row!, now) }).where(eq(parties.id, partyId));
}

/** As of the reckoning that the figures are from: the whole base is reckoned anew within a day. */
async function reckonAgain(db: Reader, partyId: number, asOf: number | null) {
  const last = await findDerivation(db);
  const derivation = asOf === null ? last : [last, await findOpenDerivation(db)].find((one) => one?.asOf === asOf);
  const worth = derivation && (await reckonWorths(db, derivation, partyId - 1, partyId, "orders")).get(partyId);
  return { ...NO_WORTH, ...worth, derivedAsOf: worth ? derivation.asOf : null };
}

/** Whether customers were merged, taken apart or erased after a reckoning: its fit then stands on others than there are now. */
export async function isBaseChangedSince(db: Reader, at: number): Promise<boolean> {
  const [row] = await db.raw<{ n: number }>(
    `SELECT 1 AS n FROM merges WHERE at >= ? OR undone_at >= ? UNION ALL SELECT 1 AS n FROM parties WHERE erased_at >= ? LIMIT 1`,
    [at, at, at],
  );
  return row !== undefined;
}
