/**
 * The derived figures of every customer from the orders there were at one instant: RFM, the chance of still being a
 * customer, expected orders and value. First everybody's orders are read and the models fitted, then figures are written
 * stretch by stretch, each in a transaction that also notes how far it came: whoever goes on goes on from there.
 */
import { dayIn, startOfDay, endOfDay, utcOf } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { beginDerivation, findDerivation, findOpenDerivation, finishDerivation, lastPartyId, modelsOf, writeWorths, type Derivation } from "../customers/derived.server";
import { fitBase } from "../customers/value/fit";
import { Base, historyOf, worthOf, type CountedOrder, type OrderHistory, type Worth } from "../customers/value/worth";
import type { Database, Reader } from "../../db/types";
import { bySystem } from "../journal/actor";

/** Numbers of customers in one transaction: some thirty milliseconds. */
const STRETCH = 2000;

type Where = { db: Database; clock: () => number };

/** A step of the worker: once on each day of the company. @returns how much was done */
export async function deriveDue(where: Where): Promise<number> {
  const open = await findOpenDerivation(where.db.read);
  if (open) return deriveStretch(where, open);
  const last = await findDerivation(where.db.read);
  const { timeZone } = await getCompany(where.db.read);
  if (last?.day === dayIn(timeZone, where.clock())) return 0;
  await begin(where);
  return 1;
}

/** All of it, now. */
export async function deriveAll(where: Where): Promise<Derivation> {
  await begin(where);
  for (let open = await findOpenDerivation(where.db.read); open; open = await findOpenDerivation(where.db.read)) await deriveStretch(where, open);
  return (await findDerivation(where.db.read)) as Derivation;
}

async function begin({ db, clock }: Where): Promise<void> {
  const asOf = clock();
  const found = await fitEverybody(db.aside, asOf);
  await db.write((tx) => beginDerivation(tx, bySystem("worker", asOf), found));
}

/** What the orders of everybody say as of an instant. */
export async function fitEverybody(db: Reader, asOf: number): Promise<Omit<Derivation, "id" | "finishedAt" | "afterPartyId">> {
  const { currency, timeZone } = await getCompany(db);
  const day = dayIn(timeZone, asOf);
  const base = new Base(dayNumber(day));
  const end = await lastPartyId(db);
  for (let after = 0; after < end; after += STRETCH)
    for (const history of (await readHistories(db, { asOf, currency }, after, after + STRETCH, timeZone)).values()) base.add(history);
  const { frequency, spend, trouble, customers, repeaters } = await fitBase(base, base.spendings);
  return {
    asOf, day, currency, customers, repeaters, trouble, cuts: base.cuts(),
    r: frequency?.r ?? null, alpha: frequency?.alpha ?? null, a: frequency?.a ?? null, b: frequency?.b ?? null, loglik: frequency?.loglik ?? null,
    p: spend?.p ?? null, q: spend?.q ?? null, v: spend?.v ?? null, loglikSpend: spend?.loglik ?? null,
  };
}

async function deriveStretch({ db, clock }: Where, open: Derivation): Promise<number> {
  if (open.afterPartyId >= (await lastPartyId(db.read))) {
    await db.write((tx) => finishDerivation(tx, open.id, clock()));
    return 1;
  }
  const upTo = open.afterPartyId + STRETCH;
  const worths = await reckonWorths(db.aside, open, open.afterPartyId, upTo);
  await db.write((tx) => writeWorths(tx, open, upTo, worths));
  return Math.max(1, worths.size);
}

/** The figures of the customers in (after, upTo] that have any. */
export async function reckonWorths(db: Reader, derivation: Derivation, after: number, upTo: number): Promise<Map<number, Worth>> {
  const { timeZone } = await getCompany(db);
  const models = modelsOf(derivation);
  const today = dayNumber(derivation.day);
  const worths = new Map<number, Worth>();
  for (const [partyId, history] of await readHistories(db, derivation, after, upTo, timeZone)) {
    const cuts = derivation.cuts[history.currency];
    if (cuts) worths.set(partyId, worthOf(history, cuts, models, today));
  }
  return worths;
}

/** By customer: the orders that there were at `asOf`, cancelled ones left out. */
async function readHistories(db: Reader, { asOf, currency }: Pick<Derivation, "asOf" | "currency">, after: number, upTo: number, timeZone: string): Promise<Map<number, OrderHistory>> {
  const rows = await db.raw<{ party_id: number; placed_at: number; total_minor: number; currency: string }>(
    `SELECT o.party_id, o.placed_at, o.total_minor, o.currency FROM orders o JOIN parties p ON p.id = o.party_id
     WHERE o.party_id > ? AND o.party_id <= ? AND o.created_at <= ? AND o.placed_at <= ?
       AND (o.status <> 'cancelled' OR o.cancelled_at > ?) AND p.merged_into_id IS NULL AND p.erased_at IS NULL
     ORDER BY o.party_id, o.placed_at, o.id`,
    [after, upTo, asOf, asOf, asOf],
  );
  const dayOf = calendarOf(timeZone);
  const byParty = new Map<number, CountedOrder[]>();
  for (const row of rows) {
    const order = { day: dayOf(row.placed_at), at: row.placed_at, minor: row.total_minor, currency: row.currency };
    const list = byParty.get(row.party_id);
    if (list) list.push(order);
    else byParty.set(row.party_id, [order]);
  }
  return new Map([...byParty].map(([partyId, orders]) => [partyId, historyOf(orders, currency)]));
}

function dayNumber(day: string): number {
  return utcOf(day) / 86_400_000;
}

/** Numbers days of a zone; asks the calendar once for each day that occurs, not for each order. */
function calendarOf(timeZone: string): (at: number) => number {
  const cache = calendars.get(timeZone) ?? new Map<number, { begins: number; ends: number; day: number }[]>();
  calendars.set(timeZone, cache);
  return (at) => {
    const bucket = Math.floor(at / 86_400_000);
    const known = cache.get(bucket)?.find(({ begins, ends }) => at >= begins && at < ends);
    if (known) return known.day;
    const name = dayIn(timeZone, at);
    const found = { begins: startOfDay(name, timeZone), ends: endOfDay(name, timeZone), day: dayNumber(name) };
    cache.set(bucket, [...(cache.get(bucket) ?? []), found]);
    return found.day;
  };
}
const calendars = new Map<string, Map<number, { begins: number; ends: number; day: number }[]>>();
