/** What invoices, payments and parcels that others tell of have in common: many are planned and written together. */
import { lockKeys } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChanges, recordAudits } from "../journal/journal.server";
import { outcomeOf, type Outcome, type Plan, roundsOf } from "./upsert";

export type Told<Given, Facts, Reason extends string> = {
  command: string;
  subject: "invoice" | "payment" | "shipment";
  /** Held until the transaction ends by whoever tells of the same. */
  lock(given: Given): string;
  /** For each: those that share one of these are told one after the other. */
  keys(list: readonly Given[]): string[][];
  plan(db: Reader, list: readonly Given[]): Promise<Plan<Facts, Reason>[]>;
  /** @returns their ids, in their order */
  insert(tx: Tx, by: By, list: readonly { given: Given; facts: Facts }[]): Promise<number[]>;
  update(tx: Tx, id: number, facts: Facts): Promise<unknown>;
  details(given: Given): Record<string, unknown>;
  topics(facts: Facts): string[];
  /** What follows for others. */
  follow?(tx: Tx, by: By, list: readonly Facts[]): Promise<void>;
};

export type Upserted<Reason extends string> = { ok: true; id: number; outcome: Outcome } | { ok: false; reason: Reason };

/** Makes each known, or brings it to what is told, as if they were told one after the other. */
export async function upsertAll<Given, Facts extends object, Reason extends string>(tx: Tx, by: By, told: Told<Given, Facts, Reason>, list: readonly Given[]): Promise<Upserted<Reason>[]> {
  await lockKeys(tx, list.map(told.lock));
  const results: Upserted<Reason>[] = [];
  const rounds = roundsOf(told.keys(list));
  for (let round = rounds.shift(); round; round = rounds.shift()) {
    const places = round;
    const plans = await told.plan(tx, places.map((i) => list[i] as Given));
    const seen = new Set<number>();
    // Two names of one thing: the second is told once the first is written.
    const isLater = plans.map((plan) => plan.ok && plan.id !== null && (seen.has(plan.id) || !seen.add(plan.id)));
    const later = places.filter((_, i) => isLater[i]);
    if (later.length) rounds.unshift(later);
    const now = places.flatMap((place, i) => (isLater[i] ? [] : [{ place, given: list[place] as Given, plan: plans[i] as Plan<Facts, Reason> }]));
    for (const [i, result] of (await write(tx, by, told, now)).entries()) results[now[i]!.place] = result;
  }
  return results;
}

type Now<Given, Facts, Reason extends string> = { given: Given; plan: Plan<Facts, Reason> };

async function write<Given, Facts extends object, Reason extends string>(tx: Tx, by: By, told: Told<Given, Facts, Reason>, list: readonly Now<Given, Facts, Reason>[]): Promise<Upserted<Reason>[]> {
  const fresh = list.flatMap(({ given, plan }) => (plan.ok && plan.id === null ? [{ given, facts: plan.after }] : []));
  const ids = fresh.length ? await told.insert(tx, by, fresh) : [];
  const results: Upserted<Reason>[] = [];
  const written: { given: Given; facts: Facts; id: number; outcome: Outcome }[] = [];
  let next = 0;
  for (const { given, plan } of list) {
    if (!plan.ok) {
      results.push(plan);
      continue;
    }
    const outcome = outcomeOf(plan.before, plan.after);
    const id = plan.id ?? (ids[next++] as number);
    if (outcome === "changed") await told.update(tx, id, plan.after);
    if (outcome !== "unchanged") written.push({ given, facts: plan.after, id, outcome });
    results.push({ ok: true, id, outcome });
  }
  if (!written.length) return results;
  await recordAudits(tx, by, told.command, told.subject, written.map(({ id, given, outcome }) => ({ id, details: { ...told.details(given), outcome } })));
  await noteChanges(tx, by, [...new Set(written.flatMap(({ facts }) => told.topics(facts)))]);
  await told.follow?.(tx, by, written.map(({ facts }) => facts));
  return results;
}
