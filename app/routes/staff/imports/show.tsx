import { data, type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { listTopics } from "~/domain/customers/topics.server";
import { readSample } from "~/domain/imports/csv-file.server";
import { checkMapping, FIELDS } from "~/domain/imports/import";
import { uploadPath } from "~/domain/imports/import-worker.server";
import { listPresets, savePreset } from "~/domain/imports/presets.server";
import { countRejects, listRejects } from "~/domain/imports/rejects.server";
import { changePlan, findRun, startRun } from "~/domain/imports/runs.server";
import { previewRows } from "~/domain/imports/rows";
import { found } from "~/http/require";
import { by } from "~/http/require";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { MappingForm } from "./mapping-form";
import { presetName, readPlan, replan } from "./read-plan.server";
import { Report } from "./report";
import { Running } from "./running";
import { RunState } from "./run-state";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  const shown = {
    id: run.id,
    publicId: run.publicId,
    type: run.type,
    filename: run.filename,
    state: run.state,
    total: run.total,
    read: run.read,
    accepted: run.accepted,
    rejected: run.rejected,
    report: run.report,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    error: run.error,
    now: app.clock(),
  };
  if (run.state !== "uploaded")
    return {
      run: shown,
      draft: null,
      reasons: await countRejects(app.db.read, run.id),
      rejects: (await listRejects(app.db.read, run.id, 0, 20)).map(
        ({ line, field, reason, raw }) => ({
          line,
          column: field ? (run.mapping[field] ?? field) : null,
          reason,
          raw: raw.slice(0, 200),
        }),
      ),
    };
  const sample = await readSample(
    uploadPath(app.env.DATA_DIR, run.publicId),
    run.options,
    12,
  ).catch(() => []);
  const [topics, presets] = await Promise.all([
    listTopics(app.db.read, context.locale),
    listPresets(app.db.read, run.type),
  ]);
  return {
    run: shown,
    draft: {
      headers: run.headers,
      mapping: run.mapping,
      options: run.options,
      preset: run.preset,
      rows: previewRows(run.type, sample, run),
      problems: checkMapping(run.type, run.mapping, run.headers),
      topics: topics.map(({ key, name }) => ({ key, name })),
      presets: presets.map(({ name }) => name),
      timeZones: Intl.supportedValuesOf("timeZone"),
    },
    reasons: [],
    rejects: [],
  };
}

/** The mapping's form: shows the preview anew, uses or saves a preset, or starts. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  const here = `/staff/imports/${run.publicId}`;
  if (run.state !== "uploaded") return redirect(here, 303);
  const form = await request.formData();
  const intent = form.get("intent");
  if (intent === "preset") {
    const change = await replan(app, run, String(form.get("preset") ?? ""));
    if (change) await app.db.write((tx) => changePlan(tx, by(context), run.id, change));
    return redirect(here, 303);
  }

  const plan = readPlan(run, form);
  if (!plan.ok) return data({ errors: plan.errors, typed: plan.typed }, { status: 400 });
  const { mapping, options } = plan;
  if (options.encoding !== run.options.encoding || options.delimiter !== run.options.delimiter) {
    const change = await replan(app, { ...run, options }, run.preset ?? "");
    if (change) await app.db.write((tx) => changePlan(tx, by(context), run.id, change));
    return redirect(here, 303);
  }
  await app.db.write((tx) => changePlan(tx, by(context), run.id, { mapping, options }));
  if (intent === "save-preset") {
    const name = presetName(form);
    if (!name.ok)
      return data(
        { errors: { presetName: name.error } as Record<string, string>, typed: null },
        { status: 400 },
      );
    const saved = await app.db.write((tx) =>
      savePreset(tx, by(context), {
        name: name.value,
        type: run.type,
        mapping,
        options: { ...options, topicKey: options.topicKey },
      }),
    );
    if (!saved.ok)
      return data(
        { errors: { presetName: "taken" } as Record<string, string>, typed: null },
        { status: 400 },
      );
    return redirect(here, 303);
  }
  if (intent !== "start") return redirect(here, 303);
  const started = await app.db.write((tx) => startRun(tx, by(context), run, { mapping, options }));
  if (!started.ok && started.reason === "bad_mapping") {
    const errors = Object.fromEntries(
      started.problems.map(({ field, reason }) => [
        `map.${field}`,
        reason === "no_identifier" ? "identifier" : "choose",
      ]),
    );
    return data({ errors: errors as Record<string, string>, typed: null }, { status: 400 });
  }
  return redirect(here, 303);
}

export default function ShowImport() {
  const t = useTranslations("imports");
  const { run, draft, reasons, rejects } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  useLive([`import:${run.id}`]);
  return (
    <Page width={draft ? "wide" : "text"}>
      <PageHeader
        title={run.filename}
        back={{ to: "/staff/imports", label: t("title") }}
        status={<RunState state={run.state} />}
        meta={
          <>
            <span>{t(`types.${run.type}`)}</span>
            <span>{t("rows", { count: run.total })}</span>
            <DateTime at={run.createdAt} show="dateTime" />
          </>
        }
      />
      {draft && (
        <MappingForm run={run} draft={draft} fields={FIELDS[run.type]} answer={answer ?? null} />
      )}
      {(run.state === "running" || run.state === "failed") && <Running run={run} />}
      {run.state !== "uploaded" && <Report run={run} reasons={reasons} rejects={rejects} />}
    </Page>
  );
}
