/** What the page of a run shows: how far it is, what was rejected, or, before it starts, how its file would be read. */
import type { App } from "~/context.server";
import { listCustomFields, nameIn } from "~/domain/customers/custom-fields.server";
import { listTopics } from "~/domain/customers/topics.server";
import { readSample } from "~/domain/imports/csv-file.server";
import { checkMapping, fieldsOf } from "~/domain/imports/import";
import { uploadPath } from "~/domain/imports/import-worker.server";
import { ownColumn } from "~/domain/imports/own-fields";
import { listOwnFields } from "~/domain/imports/own-fields.server";
import { listPresets } from "~/domain/imports/presets.server";
import { listRejects } from "~/domain/imports/rejects.server";
import { previewRows } from "~/domain/imports/preview";
import type { ImportRun } from "~/domain/imports/runs.server";

export function shownRun(run: ImportRun, now: number) {
  const { id, publicId, type, filename, state, total, read, accepted, rejected, report, createdAt, pacedAt, pacedFrom, preview, error } = run;
  return { id, publicId, type, filename, state, total, read, accepted, rejected, report, createdAt, pacedAt, pacedFrom, preview, error, now };
}

/** The first of them; all are in the file that can be fetched. */
export async function readRejects(app: App, run: ImportRun) {
  const rejects = await listRejects(app.db.read, run.id, 0, 20);
  return rejects.map(({ line, field, reason, raw }) => ({
    line,
    column: field ? (run.mapping[field] ?? field) : null,
    reason,
    raw: raw.slice(0, 200),
  }));
}

/** What the company's own fields are called in this language, by their columns. */
async function readOwnNames(app: App, { type }: Pick<ImportRun, "type">, locale: string): Promise<Record<string, string>> {
  if (type !== "customers") return {};
  const fields = await listCustomFields(app.db.read);
  return Object.fromEntries(fields.map((field) => [ownColumn(field.key), nameIn(field, locale)]));
}

export async function readDraft(app: App, run: ImportRun, locale: string) {
  // A file that has gone shows no rows; the run says so when it is started.
  const sample = await readSample(uploadPath(app.env.DATA_DIR, run.publicId), run.options, 12).catch(() => []);
  const [topics, presets] = await Promise.all([listTopics(app.db.read, locale), listPresets(app.db.read, run.type)]);
  const [own, names] = await Promise.all([listOwnFields(app.db.read, run.type), readOwnNames(app, run, locale)]);
  return {
    headers: run.headers,
    mapping: run.mapping,
    options: run.options,
    preview: run.preview,
    preset: run.preset,
    fields: fieldsOf(run.type, own).map(({ key, isRequired }) => ({ key, isRequired })),
    names,
    rows: previewRows(run.type, sample, { ...run, options: { ...run.options, own } }),
    problems: checkMapping(run.type, run.mapping, run.headers),
    topics: topics.map(({ key, name }) => ({ key, name })),
    presets: presets.map(({ name }) => name),
    timeZones: Intl.supportedValuesOf("timeZone"),
  };
}
