import { getCompany } from "~/domain/company/company.server";
import { inspectFile } from "~/domain/imports/csv-file.server";
import {
  fieldsOf,
  optionsSchema,
  type ColumnMapping,
  type ImportOptions,
  type OwnField,
} from "~/domain/imports/import";
import { uploadPath } from "~/domain/imports/import-worker.server";
import { listOwnFields } from "~/domain/imports/own-fields.server";
import { findPreset } from "~/domain/imports/presets.server";
import { planImport, type ImportRun } from "~/domain/imports/runs.server";
import type { App } from "~/context.server";

type Plan =
  | { ok: true; mapping: ColumnMapping; options: ImportOptions }
  | {
      ok: false;
      errors: Record<string, string>;
      typed: { mapping: ColumnMapping; options: Record<string, string> };
    };

/** What was chosen on the mapping page. A column that the file does not have is no choice. */
export function readPlan(run: ImportRun, form: FormData, own: readonly OwnField[]): Plan {
  const text = (name: string) => String(form.get(name) ?? "");
  const mapping = Object.fromEntries(
    fieldsOf(run.type, own).flatMap(({ key }) =>
      run.headers.includes(text(`map.${key}`)) ? [[key, text(`map.${key}`)]] : [],
    ),
  );
  const typed = Object.fromEntries(
    ["encoding", "delimiter", "decimalMark", "dayOrder", "timeZone", "currency", "locale"].map(
      (name) => [name, text(name)],
    ),
  );
  const parsed = optionsSchema.safeParse({
    ...run.options,
    ...typed,
    delimiter: typed.delimiter === "tab" ? "\t" : typed.delimiter,
    topicKey: text("topicKey") || null,
    key: text("key") || run.options.key,
    everybodySays: run.type === "customers" ? text("everybodySays") || null : null,
    tags: run.type === "customers" ? text("tags") || run.options.tags : run.options.tags,
    createsCustomers:
      run.type === "orders" ? form.get("createsCustomers") === "on" : run.options.createsCustomers,
  });
  if (parsed.success) return { ok: true, mapping, options: parsed.data };
  const errors = Object.fromEntries(
    parsed.error.issues.map((issue) => [
      String(issue.path[0]),
      issue.message === "currency" ? "choose" : issue.message,
    ]),
  );
  return { ok: false, errors, typed: { mapping, options: typed } };
}

/** Looks at the file again and plans it anew: by another preset, or read by another encoding or delimiter. */
export async function replan(app: App, run: ImportRun, presetName: string) {
  const preset = presetName ? await findPreset(app.db.read, run.type, presetName) : null;
  const shape = await inspectFile(uploadPath(app.env.DATA_DIR, run.publicId), run.options).catch(
    () => null,
  );
  if (!shape) return null;
  const own = await listOwnFields(app.db.read, run.type);
  const plan = planImport(run.type, shape, await getCompany(app.db.read), preset, own);
  return { ...plan, preset: preset?.name ?? null, headers: shape.headers, total: shape.rows };
}

export function presetName(
  form: FormData,
): { ok: true; value: string } | { ok: false; error: string } {
  const value = String(form.get("presetName") ?? "").trim();
  if (!value) return { ok: false, error: "required" };
  return value.length > 60 ? { ok: false, error: "too_long" } : { ok: true, value };
}
