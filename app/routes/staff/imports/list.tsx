import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { FileUp, Import } from "lucide-react";
import { useTranslations } from "use-intl";
import { z } from "zod";

import { deletePreset, listPresets } from "~/domain/imports/presets.server";
import { listRuns } from "~/domain/imports/runs.server";
import { listSegments } from "~/domain/segments/segments.server";
import { parseForm, refuse } from "~/http/forms";
import { redirectSaying } from "~/http/flash.server";
import { by } from "~/http/require";
import { Button, LinkButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";
import { EmptyState } from "~/ui/empty-state";
import { Form } from "~/ui/form";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section } from "~/ui/page";
import { type Column, RowLink, Table } from "~/ui/table";
import { DateTime, Num } from "~/ui/values";
import { ExportForm } from "./export-form";
import { RunState } from "./run-state";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const [runs, presets, segments] = await Promise.all([listRuns(db), listPresets(db), listSegments(db)]);
  return {
    runs: runs.map(
      ({ id, publicId, type, filename, state, read, total, accepted, rejected, createdAt }) => ({
        id,
        publicId,
        type,
        filename,
        state,
        read,
        total,
        accepted,
        rejected,
        createdAt,
      }),
    ),
    presets: presets
      .filter((preset) => !preset.isBuiltIn)
      .map(({ name, type }) => ({ name, type })),
    segments: segments.map(({ publicId, name }) => ({ publicId, name })),
    segment: new URL(request.url).searchParams.get("segment"),
  };
}

/** Takes a saved mapping away. */
export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(
    await request.formData(),
    z.object({ preset: z.string({ error: "required" }) }),
  );
  if (submission.status !== "success") return refuse(submission);
  await context.app.db.write((tx) => deletePreset(tx, by(context), submission.value.preset));
  return redirectSaying(context.app, "/staff/imports", {
    key: "imports.presets.deleted",
    values: { name: submission.value.preset },
  });
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>["runs"][number];

export default function Imports() {
  const t = useTranslations("imports");
  const { runs, presets, segments, segment } = useLoaderData<typeof loader>();
  useLive(
    runs
      .filter((run) => run.state === "running" || run.state === "checking")
      .slice(0, 5)
      .map((run) => `import:${run.id}`),
  );
  return (
    <Page>
      <PageHeader
        title={t("title")}
        meta={<span>{t("lead")}</span>}
        actions={
          <LinkButton to="/staff/imports/new" variant="primary" icon={FileUp}>
            {t("new.action")}
          </LinkButton>
        }
      />
      {runs.length ? (
        <Table
          rows={runs}
          columns={useColumns()}
          rowKey={(run) => run.publicId}
          caption={t("list.caption")}
        />
      ) : (
        <EmptyState
          icon={Import}
          title={t("list.none")}
          action={
            <LinkButton to="/staff/imports/new" variant="primary" icon={FileUp}>
              {t("new.action")}
            </LinkButton>
          }
        >
          {t("list.noneHelp")}
        </EmptyState>
      )}
      <ExportForm segments={segments} chosen={segment} />
      {presets.length > 0 && (
        <Section title={t("presets.title")} description={t("presets.help")}>
          <ul className="divide-y divide-line">
            {presets.map((preset) => (
              <li
                key={preset.name}
                className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2"
              >
                <span>
                  {preset.name} <span className="text-muted">· {t(`types.${preset.type}`)}</span>
                </span>
                <ConfirmDialog
                  trigger={{
                    variant: "danger-quiet",
                    size: "sm",
                    children: t("presets.delete"),
                    "aria-label": t("presets.deleteNamed", { name: preset.name }),
                  }}
                  title={t("presets.deleteNamed", { name: preset.name })}
                  form={
                    <Form>
                      <input type="hidden" name="preset" value={preset.name} />
                      <Button type="submit" variant="danger">
                        {t("presets.delete")}
                      </Button>
                    </Form>
                  }
                >
                  <p>{t("presets.deleteHelp")}</p>
                </ConfirmDialog>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const t = useTranslations("imports");
  return [
    {
      key: "file",
      header: t("list.file"),
      grow: true,
      cell: (run) => <RowLink to={`/staff/imports/${run.publicId}`}>{run.filename}</RowLink>,
    },
    { key: "type", header: t("list.type"), cell: (run) => t(`types.${run.type}`) },
    { key: "state", header: t("list.state"), cell: (run) => <RunState state={run.state} /> },
    {
      key: "rows",
      header: t("list.rows"),
      align: "end",
      cell: (run) => <Num value={run.state === "uploaded" ? run.total : run.read} />,
    },
    {
      key: "accepted",
      header: t("list.accepted"),
      align: "end",
      cell: (run) => <Num value={run.accepted} />,
    },
    {
      key: "rejected",
      header: t("list.rejected"),
      align: "end",
      cell: (run) => <Num value={run.rejected} />,
    },
    {
      key: "at",
      header: t("list.at"),
      align: "end",
      hide: "md",
      cell: (run) => <DateTime at={run.createdAt} show="dateTime" />,
    },
  ];
}
