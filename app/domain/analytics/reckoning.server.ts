/**
 * The report of a day: everybody's orders are read once, some customers at a time, and counted in memory; what was counted
 * is written at the end. It stands on the derivation of the day (customers/derived.server.ts), as of the same instant.
 */
import { dayNumbers } from "../company/calendar";
import { findDerivation, lastPartyId, modelsOf, type Derivation } from "../customers/derived.server";
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { getCompany } from "../company/company.server";
import { keepFavourites, keepReport } from "./keeping.server";
import { DAY } from "./period";
import { listCategories, listMostOrdered, readCustomers } from "./purchases.server";
import { findReport } from "./reports.server";
import { PAIR_DAYS, Tallies } from "./tallies";

/** Numbers of customers at a time: some tens of milliseconds. */
const STRETCH = 1000;
/** Pairs are looked for among so many products: half a million pairs, two megabytes. */
const MOST_PRODUCTS = 1000;
const MOST_CATEGORIES = 200;

type Where = { db: Database; clock: () => number };
type Reckoning = { derivation: Derivation; timeZone: string; tallies: Tallies; after: number };

/** What a process has counted so far. One that ends before it is through leaves nothing: the next begins anew. */
const underWay = new WeakMap<Database, Reckoning>();

/** A step of the worker: once for each derivation. @returns how much was done */
export async function reportDue(where: Where): Promise<number> {
  const derivation = await findDerivation(where.db.read);
  if (!derivation || (await findReport(where.db.read))?.asOf === derivation.asOf) return 0;
  const open = underWay.get(where.db);
  const reckoning = open?.derivation.id === derivation.id ? open : await begin(where.db, derivation);
  underWay.set(where.db, reckoning);
  if (!(await countStretch(where, reckoning))) return 1;
  underWay.delete(where.db);
  const counted = reckoning.tallies.result();
  await where.db.write((tx) => keepReport(tx, bySystem("worker", where.clock()), { derivation, timeZone: reckoning.timeZone, ...counted }));
  return 1;
}

/** All of it, now, as of the last derivation. @returns false when there is none */
export async function reportNow(where: Where): Promise<boolean> {
  while (await reportDue(where));
  return (await findReport(where.db.read)) !== null;
}

async function begin({ aside }: Database, derivation: Derivation): Promise<Reckoning> {
  const timeZone = derivation.timeZone ?? (await getCompany(aside)).timeZone;
  const { asOf, currency } = derivation;
  const [products, categories] = [await listMostOrdered(aside, { from: asOf - PAIR_DAYS * DAY, asOf, limit: MOST_PRODUCTS }), await listCategories(aside, MOST_CATEGORIES)];
  const tallies = new Tallies({ asOf, currency, model: modelsOf(derivation).frequency, dayOf: dayNumbers(timeZone) }, { products, categories });
  return { derivation, timeZone, tallies, after: 0 };
}

/** @returns whether everybody has been counted */
async function countStretch({ db, clock }: Where, reckoning: Reckoning): Promise<boolean> {
  const { derivation, timeZone, tallies, after } = reckoning;
  if (after >= (await lastPartyId(db.read))) return true;
  const upTo = after + STRETCH;
  const customers = await readCustomers(db.aside, { after, upTo, asOf: derivation.asOf, timeZone });
  const favourites = new Map<number, string>();
  for (const customer of customers) {
    const favourite = tallies.add(customer);
    if (favourite !== null) favourites.set(customer.partyId, favourite);
  }
  await keepFavourites(db, bySystem("worker", clock()), { after, upTo }, favourites);
  reckoning.after = upTo;
  return false;
}
