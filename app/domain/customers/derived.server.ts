/** The derived figures of customers: what was reckoned last, and how a stretch of customers gets them. */
import { and, desc, eq, gt, isNotNull, isNull, lte } from "drizzle-orm";

import { givenIds, insertRows, readColumns, updateRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { startOfDay, utcOf } from "../company/calendar";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import type { CustomerMetrics } from "./metrics.server";
import { customerMetrics, derivations, worthDays } from "./schema";
import { scoresSql } from "./value/rfm-sql";
import { isNoticeable, type Models, modelsFrom, type Worth, type WorthPoint } from "./value/worth";

export type Derivation = typeof derivations.$inferSelect;

/** Rows of a customer's history; with more the oldest goes. */
const MOST_DAYS = 60;
/** Derivations kept: more than a year of days. */
const MOST_DERIVATIONS = 400;

export async function findOpenDerivation(db: Reader): Promise<Derivation | null> {
  const [row] = await db.select().from(derivations).where(isNull(derivations.finishedAt)).orderBy(desc(derivations.id)).limit(1);
  return row ?? null;
}

/** The last whose figures everybody has. */
export async function findDerivation(db: Reader): Promise<Derivation | null> {
  const [row] = await db.select().from(derivations).where(isNotNull(derivations.finishedAt)).orderBy(desc(derivations.id)).limit(1);
  return row ?? null;
}

/** Begins to write figures; one that was not finished is dropped for it. */
export async function beginDerivation(tx: Tx, by: By, found: Omit<typeof derivations.$inferInsert, "id">): Promise<void> {
  await tx.delete(derivations).where(isNull(derivations.finishedAt));
  const [row] = await tx.insert(derivations).values(found).returning({ id: derivations.id });
  await tx.raw("DELETE FROM derivations WHERE id <= ?", [row!.id - MOST_DERIVATIONS]);
  await recordAudit(tx, by, "beginDerivation", { type: "derivation", id: row!.id }, { customers: found.customers, trouble: found.trouble ?? null });
}

/** What may be reckoned with: nothing of a model that cannot be relied upon. */
export function modelsOf({ trouble, r, alpha, a, b, p, q, v }: Derivation): Models {
  const key = [trouble, r, alpha, a, b, p, q, v].join(" ");
  if (lastModels?.key === key) return lastModels.models;
  const isSpendAlone = trouble === "spend_not_found" || trouble === "spend_without_mean";
  const frequency = (trouble === null || isSpendAlone) && r !== null && alpha !== null && a !== null && b !== null ? { r, alpha, a, b } : null;
  lastModels = { key, models: modelsFrom(frequency, trouble === null && p !== null && q !== null && v !== null ? { p, q, v } : null) };
  return lastModels.models;
}

/** One stretch after the other is reckoned with the same ones, and what they found out. */
let lastModels: { key: string; models: Models } | null = null;

/**
 * Writes the figures of the customers from where the derivation stands up to `upTo`; those who are not in `worths` have
 * none. @returns false when somebody else was here first
 */
export async function writeWorths(tx: Tx, derivation: Derivation, upTo: number, worths: ReadonlyMap<number, Worth>): Promise<boolean> {
  const { id, asOf, day, afterPartyId } = derivation;
  const taken = await tx.raw("UPDATE derivations SET after_party_id = ? WHERE id = ? AND after_party_id = ? AND finished_at IS NULL RETURNING id", [upTo, id, afterPartyId]);
  if (taken.length === 0) return false;
  await writeScores(tx, derivation, afterPartyId, upTo);
  await mendScores(tx, derivation, upTo, worths);
  await updateRows(
    tx,
    "customer_metrics",
    { party_id: "int", value_minor: "int", expected_orders: "real", p_alive: "real", derived_as_of: "int" },
    [...worths].map(([partyId, { valueMinor, expectedOrders, pAlive }]) => [partyId, valueMinor, expectedOrders, pAlive, asOf]),
  );
  await tx.raw(
    `UPDATE customer_metrics SET recency_score = NULL, frequency_score = NULL, monetary_score = NULL, rfm_segment = NULL,
       value_minor = NULL, expected_orders = NULL, p_alive = NULL, derived_as_of = NULL
     WHERE party_id > ? AND party_id <= ? AND derived_as_of <> ?`,
    [afterPartyId, upTo, asOf],
  );
  await keepHistory(tx, day, afterPartyId, upTo, worths);
  return true;
}

/** The scores that the facts say, in one statement, where they are others than before. Of who ordered since, see `mendScores`. */
export async function writeScores(tx: Tx, { asOf, day, timeZone, cuts }: Pick<Derivation, "asOf" | "day" | "timeZone" | "cuts">, after: number, upTo: number): Promise<void> {
  if (timeZone === null || Object.keys(cuts).length === 0) return;
  const { columns, currencies, segment } = scoresSql(cuts, (number) => startOfDay(new Date(number * DAY).toISOString().slice(0, 10), timeZone), utcOf(day) / DAY);
  // SQLite would go through everybody's last orders, for each stretch anew.
  const byNumber = tx.speaks === "sqlite" ? "NOT INDEXED" : "";
  const differs = ["recency_score IS DISTINCT FROM g.r", "frequency_score IS DISTINCT FROM g.f", "monetary_score IS DISTINCT FROM g.mo", "rfm_segment IS DISTINCT FROM g.segment"];
  await tx.raw(
    `WITH scored AS MATERIALIZED (SELECT m.party_id, ${columns} FROM customer_metrics m ${byNumber}
       WHERE m.party_id > ? AND m.party_id <= ? AND m.is_current = true AND m.orders_count > 0 AND m.orders_changed_at <= ? AND m.last_order_at <= ? AND m.currency IN (${currencies}))
     UPDATE customer_metrics SET recency_score = g.r, frequency_score = g.f, monetary_score = g.mo, rfm_segment = g.segment
     FROM (SELECT party_id, r, f, mo, ${segment} AS segment FROM scored) g
     WHERE customer_metrics.party_id = g.party_id AND (${differs.map((one) => `customer_metrics.${one}`).join(" OR ")})`,
    [after, upTo, asOf, asOf],
  );
}

const DAY = 86_400_000;

/** Writes those of customers whose orders, not their facts, say what they were, where they are others than before. */
async function mendScores(tx: Tx, { asOf, afterPartyId }: Derivation, upTo: number, worths: ReadonlyMap<number, Worth>): Promise<void> {
  const were = await tx.raw<{ party_id: number; r: number | null; f: number | null; mo: number | null; segment: string | null }>(
    `SELECT party_id, recency_score AS r, frequency_score AS f, monetary_score AS mo, rfm_segment AS segment FROM customer_metrics
     WHERE party_id > ? AND party_id <= ? AND (orders_changed_at IS NULL OR orders_changed_at > ? OR last_order_at > ?)`,
    [afterPartyId, upTo, asOf, asOf],
  );
  const others = were.flatMap(({ party_id, r, f, mo, segment }) => {
    const now = worths.get(party_id);
    const isSame = !now || (now.recencyScore === r && now.frequencyScore === f && now.monetaryScore === mo && now.rfmSegment === segment);
    return isSame ? [] : [[party_id, now.recencyScore, now.frequencyScore, now.monetaryScore, now.rfmSegment]];
  });
  await updateRows(tx, "customer_metrics", { party_id: "int", recency_score: "int", frequency_score: "int", monetary_score: "int", rfm_segment: "text" }, others);
}

const CELLS = {
  rfm_segment: "text", recency_score: "int", frequency_score: "int", monetary_score: "int", value_minor: "int", expected_orders: "real", p_alive: "real",
} as const;

function cells(worth: Worth): (number | string | null)[] {
  return [worth.rfmSegment, worth.recencyScore, worth.frequencyScore, worth.monetaryScore, worth.valueMinor, worth.expectedOrders, worth.pAlive];
}

async function keepHistory(tx: Tx, day: string, after: number, upTo: number, worths: ReadonlyMap<number, Worth>): Promise<void> {
  const last = await readColumns<{ party_id: number; rfm_segment: WorthPoint["rfmSegment"]; p_alive: number | null; value_minor: number | null; days: number }>(
    tx,
    ["party_id", "rfm_segment", "p_alive", "value_minor", "days"],
    `SELECT w.party_id, w.rfm_segment, w.p_alive, w.value_minor, n.days
     FROM (SELECT party_id, max(day) AS day, count(*) AS days FROM worth_days WHERE party_id > ? AND party_id <= ? GROUP BY party_id) n
     JOIN worth_days w ON w.party_id = n.party_id AND w.day = n.day`,
    [after, upTo],
  );
  const known = new Map(last.party_id.map((partyId, i) => [partyId, { days: last.days[i]!, point: { rfmSegment: last.rfm_segment[i]!, pAlive: last.p_alive[i]!, valueMinor: last.value_minor[i]! } }]));
  const fresh = [...worths].filter(([partyId, worth]) => isNoticeable(known.get(partyId)?.point ?? null, worth));
  if (fresh.length === 0) return;
  const conflict = `ON CONFLICT (party_id, day) DO UPDATE SET ${Object.keys(CELLS).map((name) => `${name} = excluded.${name}`).join(", ")}`;
  await insertRows(tx, "worth_days", { party_id: "int", day: "text", ...CELLS }, fresh.map(([partyId, worth]) => [partyId, day, ...cells(worth)]), conflict);
  const full = fresh.flatMap(([partyId]) => ((known.get(partyId)?.days ?? 0) >= MOST_DAYS ? [partyId] : []));
  if (full.length)
    await tx.raw(
      `DELETE FROM worth_days WHERE party_id IN ${givenIds(tx)} AND (SELECT count(*) FROM worth_days o WHERE o.party_id = worth_days.party_id AND o.day > worth_days.day) >= ?`,
      [JSON.stringify(full), MOST_DAYS],
    );
}

export async function finishDerivation(tx: Tx, id: number, now: number): Promise<void> {
  await tx.update(derivations).set({ finishedAt: now }).where(eq(derivations.id, id));
}

/** Newest first. */
export async function listWorthDays(db: Reader, partyId: number) {
  return db.select().from(worthDays).where(eq(worthDays.partyId, partyId)).orderBy(desc(worthDays.day)).limit(MOST_DAYS);
}

/** What is kept of the customers with a number in (after, upTo]. */
export async function listMetrics(db: Reader, after: number, upTo: number): Promise<CustomerMetrics[]> {
  return db.select().from(customerMetrics).where(and(gt(customerMetrics.partyId, after), lte(customerMetrics.partyId, upTo))).orderBy(customerMetrics.partyId);
}

/** As `listMetrics`, and nobody else changes these facts before the transaction has ended. */
export async function lockMetrics(tx: Tx, after: number, upTo: number): Promise<CustomerMetrics[]> {
  if (tx.speaks === "postgres") await tx.raw("SELECT party_id FROM customer_metrics WHERE party_id > ? AND party_id <= ? ORDER BY party_id FOR UPDATE", [after, upTo]);
  return listMetrics(tx, after, upTo);
}

/** The highest number there is: up to it figures are written. */
export async function lastPartyId(db: Reader): Promise<number> {
  const [row] = await db.select({ id: customerMetrics.partyId }).from(customerMetrics).orderBy(desc(customerMetrics.partyId)).limit(1);
  return row?.id ?? 0;
}
