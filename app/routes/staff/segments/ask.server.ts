import type { App } from "~/context.server";
import type { Reader } from "~/db/types";
import type { Problem } from "~/domain/segments/check";
import { checkSegment } from "~/domain/segments/references.server";
import { countCustomers, countSegment, sampleSegment, type SampleRow } from "~/domain/segments/segments.server";
import { inTurn, isLarge } from "./counting.server";

export type Counted = { count: number; total: number; sample: SampleRow[] };
export type Answer = ({ ok: true } & Counted) | { ok: false; problems: Problem[] };
/** `counting`: many customers are asked about; the page goes on with what was known last, and asks for the answer itself. */
export type FirstAnswer = Answer | { ok: true; counting: true; last: Counted | null };

const MOST_KNOWN = 500;
/** What each question was answered with last, in this process. */
const known = new Map<string, Counted>();

/** For a page, which does not wait. @throws nothing; `self`: the segment that the rules are written for */
export async function askFirst(app: App, rules: unknown, self?: string): Promise<FirstAnswer> {
  const checked = await checkSegment(app.db.read, app.fields, rules, self);
  if (!checked.ok) return checked;
  if (await isLarge(app)) return { ok: true, counting: true, last: known.get(JSON.stringify(checked.rules)) ?? null };
  return { ok: true, ...(await count(app, app.db.aside, checked.rules)) };
}

/**
 * Who the rules hold for right now, or what is wrong with them. Given up when the request is, or when the same page asks
 * anew: then it rejects with the signal's reason.
 */
export async function ask(app: App, rules: unknown, { self, page, signal }: { self?: string; page: string; signal: AbortSignal }): Promise<Answer> {
  const checked = await checkSegment(app.db.read, app.fields, rules, self);
  if (!checked.ok) return checked;
  if (!(await isLarge(app))) return { ok: true, ...(await count(app, app.db.aside, checked.rules)) };
  return inTurn(page, signal, async (wanted) => ({ ok: true, ...(await count(app, app.db.cancellable(wanted), checked.rules)) }));
}

async function count(app: App, db: Reader, rules: unknown): Promise<Counted> {
  const now = app.clock();
  const [hits, total, sample] = await Promise.all([countSegment(db, app.fields, rules, now), countCustomers(app.db.aside), sampleSegment(db, app.fields, rules, now)]);
  const counted = { count: hits, total, sample };
  const key = JSON.stringify(rules);
  known.delete(key);
  known.set(key, counted);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value as string);
  return counted;
}
