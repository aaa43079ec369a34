/** What the mapping's form can ask for before a run is started. */
import type { App } from "~/context.server";
import { checkMapping, type ColumnMapping, type ImportOptions, type MappingProblem } from "~/domain/imports/import";
import { listOwnFields } from "~/domain/imports/own-fields.server";
import { savePreset } from "~/domain/imports/presets.server";
import { changePlan, startCheck, startRun, type ImportRun } from "~/domain/imports/runs.server";
import type { By } from "~/domain/journal/actor";
import { presetName, readPlan, replan } from "./read-plan.server";

type Wrong = { errors: Record<string, string>; typed: { mapping: ColumnMapping; options: Record<string, string> } | null };
type Chosen = { mapping: ColumnMapping; options: ImportOptions };

/** @returns what is wrong with what was chosen; null when it was done */
export async function changeDraft(app: App, by: By, run: ImportRun, form: FormData): Promise<Wrong | null> {
  const intent = form.get("intent");
  if (intent === "preset") return readAnew(app, by, run, String(form.get("preset") ?? ""));
  const plan = readPlan(run, form, await listOwnFields(app.db.read, run.type));
  if (!plan.ok) return { errors: plan.errors, typed: plan.typed };
  const { mapping, options } = plan;
  if (options.encoding !== run.options.encoding || options.delimiter !== run.options.delimiter)
    return readAnew(app, by, { ...run, options }, run.preset ?? "");
  await app.db.write((tx) => changePlan(tx, by, run.id, { mapping, options }));
  if (intent === "save-preset") return keepPreset(app, by, run, form, { mapping, options });
  if (intent === "check") return check(app, by, run, { mapping, options });
  return intent === "start" ? start(app, by, run, { mapping, options }) : null;
}

async function readAnew(app: App, by: By, run: ImportRun, preset: string): Promise<null> {
  const change = await replan(app, run, preset);
  if (change) await app.db.write((tx) => changePlan(tx, by, run.id, change));
  return null;
}

async function keepPreset(app: App, by: By, run: ImportRun, form: FormData, chosen: Chosen): Promise<Wrong | null> {
  const name = presetName(form);
  if (!name.ok) return { errors: { presetName: name.error }, typed: null };
  const saved = await app.db.write((tx) => savePreset(tx, by, { name: name.value, type: run.type, ...chosen }));
  return saved.ok ? null : { errors: { presetName: "taken" }, typed: null };
}

async function check(app: App, by: By, run: ImportRun, chosen: Chosen): Promise<Wrong | null> {
  const problems = checkMapping(run.type, chosen.mapping, run.headers);
  if (problems.length) return { errors: errorsOf(problems), typed: null };
  await app.db.write((tx) => startCheck(tx, by, run.id));
  return null;
}

async function start(app: App, by: By, run: ImportRun, chosen: Chosen): Promise<Wrong | null> {
  const started = await app.db.write((tx) => startRun(tx, by, run, chosen));
  if (started.ok || started.reason !== "bad_mapping") return null;
  return { errors: errorsOf(started.problems), typed: null };
}

function errorsOf(problems: readonly MappingProblem[]): Record<string, string> {
  return Object.fromEntries(problems.map(({ field, reason }) => [`map.${field}`, reason === "no_identifier" ? "identifier" : "choose"]));
}
