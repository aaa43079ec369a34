/**
 * The derived figures of every customer from the orders there were at one instant: RFM, the chance of still being a
 * customer, expected orders and value. First everybody's orders are read and the models fitted, then figures are written
 * stretch by stretch, each in a transaction that also notes how far it came: whoever goes on goes on from there.
 */
import { givenIds, readColumns } from "../../db/dialect";
import { dayIn, dayNumbers, utcOf } from "../company/calendar";
import { getCompany } from "../company/company.server";
import { beginDerivation, findDerivation, findOpenDerivation, finishDerivation, lastPartyId, modelsOf, writeWorths, type Derivation } from "../customers/derived.server";
import { fitBase } from "../customers/value/fit";
import { Base, historyOf, spendingOf, worthOf, type OrderHistory, type Worth } from "../customers/value/worth";
import { byCustomer } from "../customers/recount";
import { repairFacts } from "../customers/repair.server";
import type { Database, Reader } from "../../db/types";
import { bySystem } from "../journal/actor";
import { recountOrders } from "./recount.server";

/** Numbers of customers in one transaction: a tenth of a second. */
const STRETCH = 10_000;

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

async function begin(where: Where): Promise<void> {
  const { db, clock } = where;
  const [last, books] = [await findDerivation(db.read), await getCompany(db.read)];
  // Facts are kept by the calendar and in the currency that the company had when an order came.
  if (last?.timeZone !== books.timeZone || last.currency !== books.currency) await repairFacts(where, [recountOrders]);
  const asOf = clock();
  const found = await fitEverybody(db.aside, asOf);
  await db.write((tx) => beginDerivation(tx, bySystem("worker", asOf), found));
}

/** What the orders of everybody say as of an instant. `from`: the facts, or each order once more. */
export async function fitEverybody(db: Reader, asOf: number, from: Source = "facts"): Promise<Omit<Derivation, "id" | "finishedAt" | "afterPartyId">> {
  const { currency, timeZone } = await getCompany(db);
  const day = dayIn(timeZone, asOf);
  const base = await readBase(db, { asOf, currency }, timeZone, from);
  const { frequency, spend, trouble, customers, repeaters } = await fitBase(base.purchases, base.spendings);
  return {
    asOf, day, currency, timeZone, customers, repeaters, trouble, cuts: base.cuts(),
    r: frequency?.r ?? null, alpha: frequency?.alpha ?? null, a: frequency?.a ?? null, b: frequency?.b ?? null, loglik: frequency?.loglik ?? null,
    p: spend?.p ?? null, q: spend?.q ?? null, v: spend?.v ?? null, loglikSpend: spend?.loglik ?? null,
  };
}

/** Everybody's figures, by the facts or by each order, in columns. */
export async function readBase(db: Reader, basis: Basis, timeZone: string, from: Source = "facts"): Promise<Base> {
  const base = new Base(dayNumber(dayIn(timeZone, basis.asOf)));
  const end = await lastPartyId(db);
  const read = (after: number) => {
    if (after >= end) return null;
    const histories = readHistories(db, basis, [after, after + STRETCH], timeZone, from);
    // One that fails while the other is waited for: it is heard of when its turn comes.
    histories.catch(() => undefined);
    return histories;
  };
  // Two are being read while one is taken in: the thread that reads has always something to do.
  let [one, two] = [read(0), read(STRETCH)];
  for (let after = 2 * STRETCH; one; after += STRETCH) {
    const histories = await one;
    [one, two] = [two, read(after)];
    for (const history of histories.values()) base.add(history);
  }
  return base;
}

async function deriveStretch({ db, clock }: Where, open: Derivation): Promise<number> {
  if (open.afterPartyId >= (await lastPartyId(db.read))) {
    await db.write((tx) => finishDerivation(tx, open.id, clock()));
    return 1;
  }
  const upTo = open.afterPartyId + STRETCH;
  const worths = await reckonWorths(db.read, open, open.afterPartyId, upTo);
  await db.write((tx) => writeWorths(tx, open, upTo, worths));
  return Math.max(1, worths.size);
}

/** The figures of the customers in (after, upTo] that have any. */
export async function reckonWorths(db: Reader, derivation: Derivation, after: number, upTo: number, from: Source = "facts"): Promise<Map<number, Worth>> {
  const { timeZone } = await getCompany(db);
  const models = modelsOf(derivation);
  const today = dayNumber(derivation.day);
  const worths = new Map<number, Worth>();
  for (const [partyId, history] of await readHistories(db, derivation, [after, upTo], timeZone, from)) {
    const cuts = derivation.cuts[history.currency];
    if (cuts) worths.set(partyId, worthOf(history, cuts, models, today));
  }
  return worths;
}

type Source = "facts" | "orders";
type Basis = Pick<Derivation, "asOf" | "currency">;

/** By customer with a number in (after, upTo]: what they had ordered at `asOf`. */
async function readHistories(db: Reader, basis: Basis, range: Range, timeZone: string, from: Source): Promise<Map<number, OrderHistory>> {
  if (from === "orders") return countHistories(db, basis, "o.party_id > ? AND o.party_id <= ?", range, timeZone);
  const histories = new Map<number, OrderHistory>();
  const changed: number[] = [];
  const dayOf = dayNumbers(timeZone);
  const facts = await readColumns<Facts>(db, FACTS, FACTS_OF_MANY, range);
  for (const [i, partyId] of facts.party_id.entries()) {
    const changedAt = facts.orders_changed_at[i]!;
    if (changedAt === null || changedAt > basis.asOf || (facts.last_order_at[i] ?? 0) > basis.asOf) changed.push(partyId);
    else if (facts.orders_count[i]! > 0) histories.set(partyId, historyFrom(facts, i, dayOf));
  }
  if (changed.length === 0) return histories;
  const counted = await countHistories(db, basis, `o.party_id IN ${givenIds(db)}`, [JSON.stringify(changed)], timeZone);
  return new Map([...histories, ...counted].toSorted(([a], [b]) => a - b));
}

type Range = readonly [after: number, upTo: number];
type Maybe = "first_order_at" | "last_order_at" | "orders_changed_at";
type Facts = { currency: string } & Record<Maybe, number | null> & Record<Exclude<(typeof FACTS)[number], "currency" | Maybe>, number>;

const FACTS = [
  "party_id", "orders_count", "spend_minor", "currency", "first_order_at", "last_order_at", "purchase_days", "paid_minor", "paid_repeats", "repeat_spend_minor", "orders_changed_at",
] as const;

const FACTS_OF_MANY = `SELECT ${FACTS.join(", ")} FROM customer_metrics
  WHERE is_current IS TRUE AND party_id > ? AND party_id <= ? AND (orders_count > 0 OR orders_changed_at IS NOT NULL) ORDER BY party_id`;

function historyFrom(facts: { [Name in keyof Facts]: Facts[Name][] }, i: number, dayOf: (at: number) => number): OrderHistory {
  const of = (name: Exclude<keyof Facts, "currency">) => facts[name][i] as number;
  return {
    firstDay: dayOf(of("first_order_at")), lastDay: dayOf(of("last_order_at")), repeats: of("purchase_days") - 1, spending: spendingOf(of("paid_repeats"), of("repeat_spend_minor")),
    paidMinor: of("paid_minor"), repeatMinor: of("repeat_spend_minor"), orders: of("orders_count"), currency: facts.currency[i]!, spendMinor: of("spend_minor"),
  };
}

/**
 * From the orders that there were at `asOf`, cancelled ones left out. `where` speaks of `o` (orders). (With `is_current =
 * true` SQLite would go through an index of all customers, however few were asked for.)
 */
async function countHistories(db: Reader, { asOf, currency }: Basis, where: string, params: readonly unknown[], timeZone: string): Promise<Map<number, OrderHistory>> {
  const rows = await db.raw<{ party_id: number; placed_at: number; total_minor: number; currency: string }>(
    `SELECT o.party_id, o.placed_at, o.total_minor, o.currency FROM orders o JOIN customer_metrics m ON m.party_id = o.party_id
     WHERE m.is_current IS TRUE AND ${where} AND o.created_at <= ? AND o.placed_at <= ?
       AND (o.status <> 'cancelled' OR o.cancelled_at > ?)
     ORDER BY o.party_id, o.placed_at, o.id`,
    [...params, asOf, asOf, asOf],
  );
  const dayOf = dayNumbers(timeZone);
  const orders = byCustomer(rows.map((row) => ({ party_id: row.party_id, day: dayOf(row.placed_at), at: row.placed_at, minor: row.total_minor, currency: row.currency })));
  return new Map([...orders].map(([partyId, own]) => [partyId, historyOf(own, currency)]));
}

function dayNumber(day: string): number {
  return utcOf(day) / 86_400_000;
}
