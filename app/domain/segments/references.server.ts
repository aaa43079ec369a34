/** What segments say of each other, in the database. */
import { inArray, isNull } from "drizzle-orm";

import type { Reader } from "../../db/types";
import type { SegmentField } from "../customers/segment-field";
import { type Checked, checkRules, fieldInfo, type Problem, readValues } from "./check";
import { judgeReferences, type KnownSegments, LIST_FIELD, MAX_CHAIN, referencesOf, usersOf } from "./references";
import { clausesOf, isGroup, type RuleGroup } from "./rule";
import { segments } from "./schema";

/** Rules with everything that they ask about: what a campaign keeps at its launch, so that a later save changes nothing. */
type FrozenRules = RuleGroup & { segments?: Record<string, RuleGroup> };

/** The segments that the rules ask about, and those that these ask about, as far as a chain may go. */
export async function loadReferences(db: Reader, rules: RuleGroup): Promise<KnownSegments> {
  const frozen = (rules as FrozenRules).segments;
  if (frozen) return new Map(Object.entries(frozen).map(([id, one]) => [id, { rules: one, archived: false }]));
  const known = new Map<string, { rules: RuleGroup; archived: boolean }>();
  let wanted = referencesOf(rules);
  for (let step = 0; step < MAX_CHAIN + 1 && wanted.length; step += 1) {
    const rows = await db.select().from(segments).where(inArray(segments.publicId, wanted));
    for (const row of rows) known.set(row.publicId, { rules: row.rules, archived: row.archivedAt !== null });
    wanted = [...new Set(rows.flatMap((row) => referencesOf(row.rules)))].filter((id) => !known.has(id));
  }
  return known;
}

export async function freezeRules(db: Reader, rules: RuleGroup): Promise<FrozenRules> {
  const known = await loadReferences(db, rules);
  return known.size ? { ...rules, segments: Object.fromEntries([...known].map(([id, kept]) => [id, kept.rules])) } : rules;
}

/** Whether these rules may be asked, and, with `self`, saved as that segment. */
export async function checkSegment(db: Reader, registry: readonly SegmentField[], given: unknown, self?: string): Promise<Checked> {
  const checked = checkRules(fieldInfo(registry), given);
  if (!checked.ok) return checked;
  const problems = [...(await findReferenceProblems(db, checked.rules, self)), ...(await findNamedProblems(db, registry, checked.rules))];
  return problems.length ? { ok: false, problems } : checked;
}

/** What the clauses' own fields find wrong with them: a custom field that is gone or was put away. */
async function findNamedProblems(db: Reader, registry: readonly SegmentField[], rules: RuleGroup, path: number[] = []): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [i, rule] of rules.rules.entries()) {
    if (isGroup(rule)) problems.push(...(await findNamedProblems(db, registry, rule, [...path, i])));
    else {
      const field = registry.find((one) => one.key === rule.field);
      const operator = field?.check && field.operators.find((one) => one.key === rule.op);
      const read = operator && readValues(operator.inputs, rule.value);
      const problem = read?.ok ? await field?.check?.(db, read.values) : null;
      if (problem) problems.push({ path: [...path, i], field: rule.field, op: rule.op, ...problem });
    }
  }
  return problems;
}

/** Looks up as well: who asks about `self` may not come to ask too much by these rules. */
export async function findReferenceProblems(db: Reader, rules: RuleGroup, self?: string): Promise<Problem[]> {
  const references = referencesOf(rules);
  if (!references.length && self === undefined) return [];
  const rows = await db.select({ publicId: segments.publicId, rules: segments.rules, archivedAt: segments.archivedAt }).from(segments);
  const known = new Map(rows.map((row) => [row.publicId, { rules: row.rules, archived: row.archivedAt !== null }]));
  const problems = judgeReferences(rules, known, { self, saving: true });
  if (problems.length || self === undefined) return problems;
  known.set(self, { rules, archived: false });
  const above = usersOf(self, known).find((user) => judgeReferences(known.get(user)!.rules, known, { self: user }).length > 0);
  return above === undefined ? [] : [{ path: [], reason: "used_too_deep" }];
}

/** The segments in use that ask about this one themselves. */
export async function listUsers(db: Reader, publicId: string): Promise<{ publicId: string; name: string }[]> {
  const rows = await db.select().from(segments).where(isNull(segments.archivedAt));
  const asksForList = (rules: RuleGroup) => clausesOf(rules).some(({ field, value }) => field === LIST_FIELD && value === publicId);
  return rows.filter((row) => row.publicId !== publicId && (referencesOf(row.rules).includes(publicId) || asksForList(row.rules))).map((row) => ({ publicId: row.publicId, name: row.name }));
}
