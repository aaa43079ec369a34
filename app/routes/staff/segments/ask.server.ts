import type { App } from "~/context.server";
import { checkRules, fieldInfo, type Problem } from "~/domain/segments/check";
import { countCustomers, countSegment, sampleSegment, type SampleRow } from "~/domain/segments/segments.server";

export type Answer = { ok: true; count: number; total: number; sample: SampleRow[] } | { ok: false; problems: Problem[] };

/** Who the rules hold for right now, or what is wrong with them. */
export async function ask(app: App, rules: unknown): Promise<Answer> {
  const checked = checkRules(fieldInfo(app.fields), rules);
  if (!checked.ok) return checked;
  const db = app.db.read;
  const now = app.clock();
  const [count, total, sample] = await Promise.all([
    countSegment(db, app.fields, checked.rules, now),
    countCustomers(db),
    sampleSegment(db, app.fields, checked.rules, now),
  ]);
  return { ok: true, count, total, sample };
}
