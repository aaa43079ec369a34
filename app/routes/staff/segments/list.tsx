import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Pin, Plus, Waypoints } from "lucide-react";
import { useTranslations } from "use-intl";

import { listLastUses } from "~/domain/campaigns/segment-use.server";
import { getCompany } from "~/domain/company/company.server";
import { fieldInfo } from "~/domain/segments/check";
import { describeRules } from "~/domain/segments/describe";
import { listLastSizes } from "~/domain/segments/members.server";
import { checkSegment } from "~/domain/segments/references.server";
import { countSegment, listSegments, loadOptions, type Segment } from "~/domain/segments/segments.server";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { type Column, RowLink, Table } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { DateTime, None, Num } from "~/ui/values";
import { isLarge } from "./counting.server";
import { ReadbackLine } from "./readback";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { app, locale } = context;
  const db = app.db.read;
  const archived = new URL(request.url).searchParams.get("show") === "archived";
  const segments = await listSegments(db, { archived });
  // Of very many customers the sizes are those that the worker wrote down last: no page waits for a count.
  const [uses, options, { currency }, sizes] = await Promise.all([
    listLastUses(db, segments.map((s) => s.id)),
    loadOptions(db, app.fields, locale),
    getCompany(db),
    isLarge(app).then((large) => (large ? listLastSizes(db) : null)),
  ]);
  const fields = fieldInfo(app.fields);
  const now = app.clock();
  const rows = await Promise.all(
    segments.map(async (segment: Segment) => {
      const works = (await checkSegment(db, app.fields, segment.rules)).ok;
      const use = uses.get(segment.id);
      return {
        publicId: segment.publicId,
        name: segment.name,
        updatedAt: segment.updatedAt,
        isFixed: segment.isFixed,
        rules: describeRules(segment.rules, fields, options),
        works,
        count: !works ? null : sizes ? (sizes.get(segment.id) ?? null) : await countSegment(app.db.aside, app.fields, segment.rules, now),
        lastUse: use ? { name: use.name, launchedAt: use.launchedAt } : null,
      };
    }),
  );
  return { rows, archived, currency };
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>["rows"][number];

export default function SegmentList() {
  const t = useTranslations("segments");
  const { rows, archived, currency } = useLoaderData<typeof loader>();
  useLive(["segments"]);
  const create = (
    <LinkButton to="/staff/segments/new" variant="primary" icon={Plus}>
      {t("new")}
    </LinkButton>
  );
  return (
    <Page>
      <PageHeader
        title={t("title")}
        actions={
          <>
            <LinkButton to="/staff/segments/new-list" icon={Pin}>
              {t("lists.new")}
            </LinkButton>
            {create}
          </>
        }
      />
      <Tabs
        label={t("list.show")}
        items={[
          { to: "/staff/segments", label: t("list.current"), current: !archived },
          { to: "/staff/segments?show=archived", label: t("list.archived"), current: archived },
        ]}
      />
      {rows.length ? (
        <Table rows={rows} columns={useColumns(currency)} rowKey={(row) => row.publicId} caption={t("list.caption")} />
      ) : archived ? (
        <EmptyState icon={Waypoints} title={t("list.noneArchived")} />
      ) : (
        <EmptyState icon={Waypoints} title={t("list.empty")} action={create}>
          {t("list.emptyHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function useColumns(currency: string): Column<Row>[] {
  const t = useTranslations("segments");
  return [
    { key: "name", header: t("list.name"), cell: (row) => <RowLink to={`/staff/segments/${row.publicId}`}>{row.name}</RowLink> },
    {
      key: "rules",
      header: t("list.rules"),
      grow: true,
      cell: (row) => (
        <span className="block truncate text-muted first-letter:uppercase">{row.isFixed ? t("lists.title") : row.works ? <ReadbackLine rules={row.rules} currency={currency} /> : <span className="text-red">{t("list.broken")}</span>}</span>
      ),
    },
    { key: "count", header: t("list.count"), align: "end", cell: (row) => (row.count === null ? <None /> : <Num value={row.count} />) },
    {
      key: "used",
      header: t("list.lastUsed"),
      cell: (row) =>
        row.lastUse ? (
          <span className="flex flex-col">
            <span>{row.lastUse.name}</span>
            {row.lastUse.launchedAt !== null && <DateTime at={row.lastUse.launchedAt} className="text-sm text-muted" />}
          </span>
        ) : (
          <span className="text-muted">{t("list.unused")}</span>
        ),
    },
    { key: "saved", header: t("list.saved"), align: "end", hide: "lg", cell: (row) => <DateTime at={row.updatedAt} /> },
  ];
}
