import { data, type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { countRejects } from "~/domain/imports/rejects.server";
import { findRun, stopCheck } from "~/domain/imports/runs.server";
import { by, found } from "~/http/require";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { changeDraft } from "./change-draft.server";
import { MappingForm } from "./mapping-form";
import { readDraft, readRejects, shownRun } from "./read-run.server";
import { Report } from "./report";
import { Running } from "./running";
import { RunState } from "./run-state";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  const isDraft = run.state === "uploaded";
  return {
    run: shownRun(run, app.clock()),
    draft: isDraft ? await readDraft(app, run, context.locale) : null,
    reasons: isDraft || run.state === "checking" ? [] : await countRejects(app.db.read, run.id),
    rejects: isDraft ? [] : await readRejects(app, run),
  };
}

/** The mapping's form: shows the preview anew, uses or saves a preset, or starts. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  const here = `/staff/imports/${run.publicId}`;
  const form = await request.formData();
  if (run.state === "checking" && form.get("intent") === "stop-check") await app.db.write((tx) => stopCheck(tx, by(context), run.id));
  if (run.state !== "uploaded") return redirect(here, 303);
  const errors = await changeDraft(app, by(context), run, form);
  return errors ? data(errors, { status: 400 }) : redirect(here, 303);
}

export default function ShowImport() {
  const t = useTranslations("imports");
  const { run, draft, reasons, rejects } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const hasResult = run.state !== "uploaded" && run.state !== "checking";
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
        <MappingForm run={run} draft={draft} answer={answer ?? null} />
      )}
      {["checking", "running", "paused", "failed"].includes(run.state) && <Running run={run} />}
      {hasResult && <Report run={run} reasons={reasons} rejects={rejects} />}
    </Page>
  );
}
