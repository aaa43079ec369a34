/** Facts held against what is counted again, and brought to it. */
import type { Database, Reader } from "../../db/types";
import { bySystem } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { lastPartyId, lockMetrics } from "./derived.server";
import { setFacts, type CustomerMetrics } from "./metrics.server";
import type { Facts, Recount } from "./recount";

/** Customers counted at once, and mended in one transaction. */
const STRETCH = 2000;

/** Everybody by their numbers, some at a time. */
export async function* stretches(db: Reader): AsyncGenerator<{ after: number; upTo: number }> {
  const end = await lastPartyId(db);
  for (let after = 0; after < end; after += STRETCH) yield { after, upTo: after + STRETCH };
}

/** The facts of customers with a number in (after, upTo], counted from the rows that they come from. */
export async function countAgain(db: Reader, recounts: readonly Recount[], after: number, upTo: number): Promise<(partyId: number) => Facts> {
  const counted: { nothing: Facts; found: Map<number, Facts> }[] = [];
  for (const { nothing, count } of recounts) counted.push({ nothing, found: await count(db, after, upTo) });
  return (partyId) => Object.assign({}, ...counted.map(({ nothing, found }) => found.get(partyId) ?? nothing)) as Facts;
}

/** Brings the facts of every customer to what is counted. @returns how many customers had one that was wrong */
export async function repairFacts({ db, clock }: { db: Database; clock: () => number }, recounts: readonly Recount[]): Promise<number> {
  let repaired = 0;
  for await (const { after, upTo } of stretches(db.read))
    repaired += await db.write(async (tx) => {
      const kept = await lockMetrics(tx, after, upTo);
      const factsOf = await countAgain(tx, recounts, after, upTo);
      const wrong = kept.flatMap((row) => {
        const facts = factsOf(row.partyId);
        return differing(row, facts).length ? [{ partyId: row.partyId, facts }] : [];
      });
      for (const { partyId, facts } of wrong) await setFacts(tx, partyId, facts);
      if (wrong.length) await recordAudit(tx, bySystem("worker", clock()), "repairFacts", { type: "party", id: after }, { customers: wrong.length });
      return wrong.length;
    });
  return repaired;
}

/** The figures that are kept otherwise than they were counted. */
export function differing(row: CustomerMetrics, counted: Facts): { figure: string; kept: unknown; counted: unknown }[] {
  return Object.entries(counted).flatMap(([figure, value]) => {
    const kept = row[figure as keyof CustomerMetrics];
    return isSameFigure(kept, value) ? [] : [{ figure, kept, counted: value }];
  });
}

export function isSameFigure(a: unknown, b: unknown): boolean {
  return typeof a === "number" && typeof b === "number" && !(Number.isInteger(a) && Number.isInteger(b)) ? Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a)) : a === b;
}
