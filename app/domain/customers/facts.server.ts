/** What is known about somebody, who said it and when. */
import { asc, eq } from "drizzle-orm";

import { insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { actorId } from "../journal/journal.server";
import { factLog } from "./schema";

export type FactChange = { fact: string; was: string | null; value: string | null };

export type FactRow = FactChange & { source: string; actorId: number | null; at: number };

/** The way something came, as the record of it says. */
function sourceOf({ actor }: By): string {
  if (actor.kind === "staff") return "staff";
  if (actor.kind === "customer") return "portal";
  if (actor.kind === "token") return "api";
  return actor.name === "public" ? "form" : actor.name;
}

export function saidBy(by: By): { source: string; actorId: number | null } {
  return { source: sourceOf(by), actorId: actorId(by.actor) };
}

/** Only what changed is written. */
export async function recordFacts(tx: Tx, by: By, partyId: number, changes: readonly FactChange[]): Promise<void> {
  await recordFactsOf(tx, by, changes.map((change) => ({ ...change, partyId })));
}

/** As `recordFacts`, of many customers. */
export async function recordFactsOf(tx: Tx, by: By, changes: readonly (FactChange & { partyId: number })[]): Promise<void> {
  const { source, actorId } = saidBy(by);
  await insertRows(
    tx,
    "fact_log",
    { party_id: "int", fact: "text", was: "text", value: "text", source: "text", actor_id: "int", at: "int" },
    changes.filter(({ was, value }) => was !== value).map(({ partyId, fact, was, value }) => [partyId, fact, was, value, source, actorId, by.now]),
  );
}

/** Every change, oldest first, by fact. */
export async function listFactChanges(db: Reader, partyId: number, limit = 500): Promise<Map<string, FactRow[]>> {
  const rows = await db.select().from(factLog).where(eq(factLog.partyId, partyId)).orderBy(asc(factLog.id)).limit(limit);
  const byFact = new Map<string, FactRow[]>();
  for (const { fact, was, value, source, actorId, at } of rows) byFact.set(fact, [...(byFact.get(fact) ?? []), { fact, was, value, source, actorId, at }]);
  return byFact;
}
