import { givenIds, lockKey, lockKeys } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { dayNumbers } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { findMetrics, setOrderFacts, setOrderFactsOf, type OrderFacts } from "../customers/metrics.server";
import { byCustomer } from "../customers/recount";
import { historyOf } from "../customers/value/worth";
import { usualIntervalDays } from "./interval";

const DAY = 86_400_000;

/** Columns of `orders` that the facts are reckoned from; cancelled ones tell when something last changed. */
export const COUNTED = "currency, total_minor AS total, placed_at AS placed, created_at AS created, cancelled_at AS cancelled, status FROM orders";
export type Counted = { currency: string; total: number | string; placed: number | string; created: number | string; cancelled: number | string | null; status: string };

/** In whose calendar purchases are told apart, and in which currency their value is reckoned. */
export type Books = { timeZone: string; currency: string };

/**
 * Counts a customer's order facts again from the orders themselves: those not cancelled. Spend adds up only what was
 * paid in the currency of the last order, since amounts in different currencies have no sum.
 */
export async function refreshOrderFacts(tx: Tx, partyId: number): Promise<void> {
  // One count at a time: of two, the second sees what the first has changed.
  await lockKey(tx, `order-facts:${partyId}`);
  const rows = await tx.raw<Counted>(`SELECT ${COUNTED} WHERE party_id = ?`, [partyId]);
  const facts = orderFacts(rows, await getCompany(tx));
  await setOrderFacts(tx, partyId, { ...facts, currency: facts.currency ?? (await findMetrics(tx, partyId))?.currency ?? "EUR" });
}

/** As `refreshOrderFacts`, for many customers with one query each way. */
export async function refreshOrderFactsOf(tx: Tx, partyIds: readonly number[]): Promise<void> {
  const ids = [...new Set(partyIds)];
  if (!ids.length) return;
  await lockKeys(tx, ids.map((id) => `order-facts:${id}`));
  const rows = await tx.raw<Counted & { party_id: number }>(`SELECT party_id, ${COUNTED} WHERE party_id IN ${givenIds(tx)}`, [JSON.stringify(ids)]);
  const [byParty, books] = [byCustomer(rows), await getCompany(tx)];
  await setOrderFactsOf(tx, ids.map((partyId) => ({ partyId, facts: orderFacts(byParty.get(partyId) ?? [], books) })));
}

/** From all orders: those that were not cancelled count. The currency is that of the last one; of two at the same instant, the first by its letters. */
export function orderFacts(rows: readonly Counted[], books: Books): Omit<OrderFacts, "currency"> & { currency?: string } {
  const ordersChangedAt = rows.reduce<number | null>((last, { created, cancelled }) => Math.max(last ?? 0, Number(created), Number(cancelled ?? 0)), null);
  const orders = rows.filter(({ status }) => status !== "cancelled").map(({ currency, total, placed }) => ({ currency, total: Number(total), placed: Number(placed) }));
  const first = orders.reduce((least, { placed }) => Math.min(least, placed), Number.POSITIVE_INFINITY);
  const newest = orders.reduce<(typeof orders)[number] | null>((last, one) => (last === null || one.placed > last.placed || (one.placed === last.placed && one.currency < last.currency) ? one : last), null);
  if (!newest) return { ...NO_ORDERS, ordersChangedAt };
  const paid = orders.filter(({ currency }) => currency === newest.currency);
  const spendMinor = paid.reduce((sum, { total }) => sum + total, 0);
  const interval = usualIntervalDays(orders.map(({ placed }) => placed));
  const dayOf = dayNumbers(books.timeZone);
  const inTurn = orders.toSorted((a, b) => a.placed - b.placed).map(({ currency, total, placed }) => ({ day: dayOf(placed), at: placed, minor: total, currency }));
  const history = historyOf(inTurn, books.currency);
  return {
    ordersCount: orders.length,
    spendMinor,
    currency: newest.currency,
    firstOrderAt: first,
    lastOrderAt: newest.placed,
    averageOrderMinor: Math.round(spendMinor / paid.length),
    usualIntervalDays: interval,
    dueAt: interval === null ? null : newest.placed + interval * DAY,
    purchaseDays: history.repeats + 1,
    paidMinor: history.paidMinor,
    paidRepeats: history.spending.x,
    repeatSpendMinor: history.repeatMinor,
    ordersChangedAt,
  };
}

/** The currency of who has no order left stays what it was. */
export const NO_ORDERS = {
  ordersCount: 0, spendMinor: 0, firstOrderAt: null, lastOrderAt: null, averageOrderMinor: null, usualIntervalDays: null, dueAt: null,
  purchaseDays: 0, paidMinor: 0, paidRepeats: 0, repeatSpendMinor: 0, ordersChangedAt: null,
};
