import type { App } from "~/context.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { findParties, type PartyHit } from "~/domain/customers/search.server";
import { SegmentRulesError } from "~/domain/segments/compile";
import type { ExplainedGroup } from "~/domain/segments/explain";
import { explainSegment } from "~/domain/segments/explain.server";
import type { RuleGroup } from "~/domain/segments/rule";

const MOST_HITS = 8;

/** What was typed, whom it found, and why the chosen one (or the only one found) is in the segment or not. */
export type Check = {
  q: string;
  hits: Pick<PartyHit, "publicId" | "name" | "number" | "email">[] | null;
  /** `explained` null: segments do not speak of this record, or the rules no longer work. */
  result: { customer: { publicId: string; name: string }; explained: ExplainedGroup | null } | null;
};

/** `?who=` what was typed, `?customer=` whom somebody chose. */
export async function readCheck(app: App, rules: RuleGroup, params: URLSearchParams): Promise<Check> {
  const db = app.db.read;
  const q = (params.get("who") ?? "").trim().slice(0, 200);
  const chosen = params.get("customer");
  const hits = q && !chosen ? (await findParties(db, q, { limit: MOST_HITS })).map(({ publicId, name, number, email }) => ({ publicId, name, number, email })) : null;
  const publicId = chosen ?? (hits?.length === 1 ? hits[0]!.publicId : null);
  const party = publicId === null ? null : await findPartyByPublicId(db, publicId);
  if (!party) return { q, hits: chosen ? [] : hits, result: null };
  return { q, hits: null, result: { customer: { publicId: party.publicId, name: party.name }, explained: await explain(app, rules, party.id) } };
}

async function explain(app: App, rules: RuleGroup, partyId: number): Promise<ExplainedGroup | null> {
  try {
    const answer = await explainSegment(app.db.read, app.fields, rules, app.clock(), partyId);
    return answer.ok ? answer.explained : null;
  } catch (error) {
    if (error instanceof SegmentRulesError) return null;
    throw error;
  }
}
