import type { App } from "~/context.server";
import type { Problem } from "~/domain/segments/check";
import { checkSegment } from "~/domain/segments/references.server";
import { countCustomers, countSegment, sampleSegment, type SampleRow } from "~/domain/segments/segments.server";

export type Answer = { ok: true; count: number; total: number; sample: SampleRow[] } | { ok: false; problems: Problem[] };

/** Who the rules hold for right now, or what is wrong with them. `self`: the segment that they are written for. */
export async function ask(app: App, rules: unknown, self?: string): Promise<Answer> {
  const checked = await checkSegment(app.db.read, app.fields, rules, self);
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
