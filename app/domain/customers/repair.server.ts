/** Facts held against what is counted again, and brought to it. */
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { lastPartyId, lockMetrics } from "./derived.server";
import { setFacts, type CustomerMetrics } from "./metrics.server";
import type { Facts, Recount } from "./recount";

/** Customers in one transaction. */
const STRETCH = 2000;

/** Brings the facts of every customer to what is counted. @returns how many customers had one that was wrong */
export async function repairFacts({ db, clock }: { db: Database; clock: () => number }, recounts: readonly Recount[]): Promise<number> {
  let repaired = 0;
  const end = await lastPartyId(db.read);
  for (let after = 0; after < end; after += STRETCH)
    repaired += await db.write(async (tx) => {
      const upTo = after + STRETCH;
      const kept = await lockMetrics(tx, after, upTo);
      const counted: { nothing: Facts; found: Map<number, Facts> }[] = [];
      for (const { nothing, count } of recounts) counted.push({ nothing, found: await count(tx, after, upTo) });
      const wrong = kept.flatMap((row) => {
        const facts: Facts = Object.assign({}, ...counted.map(({ nothing, found }) => found.get(row.partyId) ?? nothing));
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
