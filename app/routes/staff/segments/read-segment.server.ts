import type { AppLoadContext } from "@remix-run/node";

import { getCompany } from "~/domain/company/company.server";
import { applyIntent, type DraftGroup, draftOf, readDraft, readIntent, rulesOf } from "~/domain/segments/builder";
import { fieldInfo } from "~/domain/segments/check";
import { checkSegment } from "~/domain/segments/references.server";
import { type RuleGroup, segmentNameSchema } from "~/domain/segments/rule";
import { loadOptions } from "~/domain/segments/segments.server";
import { askFirst } from "./ask.server";
import { minorDigits } from "./minor-digits";

/** What every builder needs: what can be asked, what lists offer, in which money amounts are written. */
export async function readBuilder({ app, locale }: AppLoadContext) {
  const [options, { currency }] = await Promise.all([loadOptions(app.db.read, app.fields, locale), getCompany(app.db.read)]);
  return { fields: fieldInfo(app.fields), options, currency };
}

export async function startWith(context: AppLoadContext, name: string, rules: RuleGroup, version: number, self?: string) {
  const { fields, currency } = await readBuilder(context);
  return { name, draft: draftOf(rules, fields, minorDigits(currency)), version, answer: await askFirst(context.app, rules, self) };
}

/** Rules that an address brings along; null for what cannot be asked. */
export async function readGiven({ app }: AppLoadContext, text: string | null): Promise<RuleGroup | null> {
  if (text === null) return null;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  const checked = await checkSegment(app.db.read, app.fields, given);
  return checked.ok ? checked.rules : null;
}

export type Posted =
  | { save: true; name: string; rules: RuleGroup; version: number; draft: DraftGroup }
  /** A button of the builder, or something is wrong: the page is shown again with this. */
  | { save: false; again: Awaited<ReturnType<typeof startWith>>; nameError?: string; submitted: boolean };

/** Reads a posted builder: what is to be saved, or how the page goes on. */
export async function readPosted(form: FormData, context: AppLoadContext, self?: string): Promise<Posted> {
  const { fields, currency } = await readBuilder(context);
  const digits = minorDigits(currency);
  const version = Number(form.get("version")) || 0;
  const typedName = String(form.get("name") ?? "");
  const intent = readIntent(form);
  const posted = readDraft(form, fields);
  const draft = intent ? applyIntent(posted, intent, fields) : posted;
  const rules = rulesOf(draft, fields, digits);
  const submitted = form.get("intent") === "save";
  const name = segmentNameSchema.safeParse(typedName);
  const checked = await checkSegment(context.app.db.read, context.app.fields, rules, self);
  if (submitted && name.success && checked.ok) return { save: true, name: name.data, rules: checked.rules, version, draft };
  return {
    save: false,
    again: { name: typedName, draft, version, answer: await askFirst(context.app, rules, self) },
    nameError: submitted && !name.success ? name.error.issues[0]?.message : undefined,
    submitted,
  };
}
