/** Why a customer is in a segment or not, and in which segments they are. */
import type { Reader } from "../../db/types";
import type { FactKind, SegmentField } from "../customers/segment-field";
import { type ClauseQuestion, compileClauses, SEGMENT_SOURCE } from "./compile";
import { type Answer, type ExplainedGroup, explainRules, type Fact } from "./explain";
import { referencesOf } from "./references";
import { checkSegment } from "./references.server";
import type { RuleGroup } from "./rule";
import { listSegments, momentOf, type Segment, segmentCondition } from "./segments.server";

type Registry = readonly SegmentField[];

/** `no_customer`: segments do not speak of this record at all (a supplier only, merged into another, erased). */
export type Explanation = { ok: true; explained: ExplainedGroup } | { ok: false; reason: "no_customer" };

/**
 * One question to the database for all clauses, those of the segments that they ask about included, so that every fact is of
 * the same moment. @throws SegmentRulesError
 */
export async function explainSegment(db: Reader, registry: Registry, rules: unknown, now: number, partyId: number): Promise<Explanation> {
  const asked = askedOf(registry, rules, await momentOf(db, registry, rules, now));
  const questions = questionsOf(asked);
  const columns = questions.flatMap(({ verdict, fact }, i) => [`CASE WHEN ${verdict.sql} THEN 1 ELSE 0 END AS h${i}`, `${fact.sql} AS f${i}`]);
  const params = questions.flatMap(({ verdict, fact }) => [...verdict.params, ...fact.params]);
  const [row] = await db.raw<Record<string, string | number | null>>(
    `SELECT ${["m.currency AS currency", ...columns].join(", ")} FROM ${SEGMENT_SOURCE} AND m.party_id = ?`,
    [...params, partyId],
  );
  if (!row) return { ok: false, reason: "no_customer" };
  const answers = questions.map(({ kind }, i) => ({ holds: Number(row[`h${i}`]) === 1, fact: factOf(kind, row[`f${i}`] ?? null, String(row.currency)) }));
  return { ok: true, explained: explain(asked, answers) };
}

/** Rules, and those of the segments that they ask about: a chain of them is bounded, and never a circle. */
type Asked = { rules: RuleGroup; questions: ClauseQuestion[]; inner: [id: string, asked: Asked][] };

function askedOf(registry: Registry, rules: unknown, moment: Awaited<ReturnType<typeof momentOf>>): Asked {
  const { rules: known, questions } = compileClauses(registry, rules, moment);
  return { rules: known, questions, inner: referencesOf(known).map((id) => [id, askedOf(registry, moment.segments?.get(id)?.rules, moment)]) };
}

function questionsOf({ questions, inner }: Asked): ClauseQuestion[] {
  return [...questions, ...inner.flatMap(([, asked]) => questionsOf(asked))];
}

/** `answers`: in the order of `questionsOf`; what is used is taken off the front. */
function explain({ rules, questions, inner }: Asked, answers: Answer[]): ExplainedGroup {
  const own = answers.splice(0, questions.length);
  return explainRules(rules, own, new Map(inner.map(([id, asked]) => [id, explain(asked, answers)])));
}

function factOf(kind: FactKind, value: string | number | null, currency: string): Fact {
  if (kind === "word" || kind === "text") return { kind, value: value === null ? null : String(value) };
  return { kind, value: value === null ? null : Number(value), ...(kind === "money" && { currency }) };
}

/** So many segments are asked about in one statement: databases bound columns and parameters. */
const AT_ONCE = 20;

/** The segments in use that this customer is in right now, by name. Those whose rules no longer work are left out. */
export async function listSegmentsOf(db: Reader, registry: Registry, now: number, partyId: number): Promise<Segment[]> {
  const working: Segment[] = [];
  for (const segment of await listSegments(db)) if ((await checkSegment(db, registry, segment.rules)).ok) working.push(segment);
  const found: Segment[] = [];
  for (let from = 0; from < working.length; from += AT_ONCE) {
    const some = working.slice(from, from + AT_ONCE);
    const conditions = await Promise.all(some.map((segment) => segmentCondition(db, registry, segment.rules, now)));
    const columns = conditions.map(({ sql }, i) => `CASE WHEN ${sql} THEN 1 ELSE 0 END AS s${i}`);
    const [row] = await db.raw<Record<string, number>>(
      `SELECT ${columns.join(", ")} FROM ${SEGMENT_SOURCE} AND m.party_id = ?`,
      [...conditions.flatMap(({ params }) => params), partyId],
    );
    found.push(...some.filter((_, i) => Number(row?.[`s${i}`] ?? 0) === 1));
  }
  return found;
}
