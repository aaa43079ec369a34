import { data, type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { FIELDS } from "~/domain/imports/import";
import { countRejects } from "~/domain/imports/rejects.server";
import { findRun } from "~/domain/imports/runs.server";
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
    reasons: isDraft ? [] : await countRejects(app.db.read, run.id),
    rejects: isDraft ? [] : await readRejects(app, run),
  };
}

/** The mapping's form: shows the preview anew, uses or saves a preset, or starts. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const run = found(await findRun(app.db.read, params.id ?? ""));
  const here = `/staff/imports/${run.publicId}`;
  if (run.state !== "uploaded") return redirect(here, 303);
  const form = await request.formData();
  const errors = await changeDraft(app, by(context), run, form);
  return errors ? data(errors, { status: 400 }) : redirect(here, 303);
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
