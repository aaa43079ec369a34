/** rapport metrics …: figures of customers reckoned anew, and held against the rows that they come from. */
import type { Command } from "commander";

import { findDerivation, findOpenDerivation, listMetrics, type Derivation } from "../domain/customers/derived.server";
import type { CustomerMetrics } from "../domain/customers/metrics.server";
import type { Facts } from "../domain/customers/recount";
import { countAgain, differing, isSameFigure, repairFacts, stretches } from "../domain/customers/repair.server";
import { NO_WORTH } from "../domain/customers/value/worth";
import { isBaseChangedSince, RECOUNTS } from "../domain/doubles/recount.server";
import { deriveAll, fitEverybody, reckonWorths } from "../domain/orders/derive.server";
import type { Reader } from "../db/types";
import { say, withApp } from "./shell";

/** `party`: the customer's number inside; null: a figure of the fit. */
type Difference = { party: number | null; figure: string; kept: unknown; counted: unknown };

export function addMetricsCommands(cli: Command): void {
  const metrics = cli.command("metrics").description("figures kept for each customer");
  metrics
    .command("rebuild")
    .option("--facts", "first count the facts of everybody anew from orders, mails, events and cases")
    .option("--json", "print the fit as one line of JSON")
    .description("reckon RFM, value, expected orders and the chance of still being a customer for everybody, now")
    .action(({ facts, json }: { facts?: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const repaired = facts ? await repairFacts(app, RECOUNTS) : 0;
        const { cuts: _, ...fit } = await deriveAll(app);
        if (json) return say(JSON.stringify({ repaired, ...fit }));
        if (repaired) say(`facts of ${repaired} customers were wrong and are mended`);
        say(`${fit.customers} customers with orders, ${fit.repeaters} came back; as of ${new Date(fit.asOf).toISOString()}`);
        say(fit.trouble ? `no forecast: ${fit.trouble}` : `BG/NBD r ${fit.r?.toFixed(4)} alpha ${fit.alpha?.toFixed(4)} a ${fit.a?.toFixed(4)} b ${fit.b?.toFixed(4)}, gamma-gamma p ${fit.p?.toFixed(4)} q ${fit.q?.toFixed(4)} v ${fit.v?.toFixed(4)}`);
      }),
    );
  metrics
    .command("verify")
    .option("--json", "one object: how many customers were looked at, and each difference")
    .description("count every figure again from orders, mails, events and cases; exit code 1 when one differs")
    .action(({ json }: { json?: boolean }) =>
      withApp(async (app) => {
        const { customers, differences } = await verifyMetrics(app.db.aside);
        if (json) say(JSON.stringify({ customers, differences }));
        else for (const { party, figure, kept, counted } of differences) say(`${party === null ? "fit" : `customer ${party}`}: ${figure} is ${String(kept)}, counted ${String(counted)}`);
        if (!json) say(`${customers} customers looked at, ${differences.length} differences`);
        if (differences.length) process.exitCode = 1;
      }),
    );
}

export async function verifyMetrics(db: Reader): Promise<{ customers: number; differences: Difference[] }> {
  // While one is under way its figures stand with some customers, the last one's with the others.
  const derivations = [await findDerivation(db), await findOpenDerivation(db)].filter((one) => one !== null);
  const differences = (await Promise.all(derivations.map((one) => verifyFit(db, one)))).flat();
  let customers = 0;
  for await (const { after, upTo } of stretches(db)) {
    const kept = await listMetrics(db, after, upTo);
    const factsOf = await countAgain(db, RECOUNTS, after, upTo);
    const worths = new Map<number, Awaited<ReturnType<typeof reckonWorths>>>();
    for (const one of derivations) worths.set(one.asOf, await reckonWorths(db, one, after, upTo, "orders"));
    for (const row of kept) {
      customers += 1;
      differences.push(...differing(row, { ...factsOf(row.partyId), ...derivedFor(row, worths) }).map((one) => ({ party: row.partyId, ...one })));
    }
  }
  return { customers, differences };
}

/** Who has no orders, or came since, has no figures; figures of a moment that is not known any more cannot be right. */
function derivedFor({ partyId, derivedAsOf }: CustomerMetrics, worths: ReadonlyMap<number, Awaited<ReturnType<typeof reckonWorths>>>): Facts {
  // While a second is under way nobody knows whether it has been here.
  const [only] = worths.size === 1 ? worths.keys() : [];
  const asOf = derivedAsOf ?? only;
  const worth = asOf === undefined ? undefined : worths.get(asOf)?.get(partyId);
  return { ...NO_WORTH, ...worth, derivedAsOf: worth && asOf !== undefined ? asOf : null };
}

async function verifyFit(db: Reader, kept: Derivation): Promise<Difference[]> {
  const counted = await fitEverybody(db, kept.asOf, "orders");
  // The company keeps its books in another currency since, or customers became one or left.
  if (counted.currency !== kept.currency || (await isBaseChangedSince(db, kept.asOf))) return [];
  return (["customers", "repeaters", "trouble", "r", "alpha", "a", "b", "loglik", "p", "q", "v", "loglikSpend", "cuts"] as const).flatMap((figure) => {
    const [was, is] = [kept[figure], counted[figure]];
    return isSameFigure(typeof was === "object" ? stable(was) : was, typeof is === "object" ? stable(is) : is) ? [] : [{ party: null, figure, kept: was, counted: is }];
  });
}

/** PostgreSQL keeps an object's keys in an order of its own. */
function stable(value: object | null): string | null {
  return value && JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, { recency, frequency, monetary }]) => [key, recency, frequency, monetary]));
}
