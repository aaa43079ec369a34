import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Megaphone, Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import type { CampaignStatus } from "~/domain/campaigns/campaign";
import { listCampaigns } from "~/domain/campaigns/campaigns.server";
import { listFigures } from "~/domain/campaigns/figures.server";
import { useFormat } from "~/i18n/format";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime, None, Num } from "~/ui/values";

import { cursorOf, readCursor } from "../mailings/cursor";
import { CampaignChip } from "./campaign-chip";

const PAGE = 50;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const before = readCursor(new URL(request.url).searchParams.get("after"));
  const rows = await listCampaigns(db, { limit: PAGE + 1, ...(before && { before }) });
  const shown = rows.slice(0, PAGE);
  const figures = await listFigures(context.app.db.aside, shown.map((row) => row.id));
  return {
    campaigns: shown.map((campaign) => {
      const { id, mailingId: _, ...row } = campaign;
      return { ...row, figures: figures.get(id) ?? null };
    }),
    older: rows.length > PAGE ? cursorOf(rows[PAGE - 1]!) : null,
  };
}

export default function Campaigns() {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const { campaigns, older } = useLoaderData<typeof loader>();
  useLive(["campaigns"]);
  const share = (count: number, of: number) => (of > 0 ? format.percent(count / of) : <None />);
  return (
    <Page>
      <PageHeader
        title={t("title")}
        actions={
          <LinkButton to="/staff/campaigns/new" variant="primary" icon={Plus}>
            {t("new")}
          </LinkButton>
        }
      />
      {campaigns.length === 0 ? (
        <EmptyState icon={Megaphone} title={t("empty.title")} action={<LinkButton to="/staff/campaigns/new">{t("empty.action")}</LinkButton>}>
          {t("empty.body")}
        </EmptyState>
      ) : (
        <Table
          caption={t("list.caption")}
          rows={campaigns}
          rowKey={(row) => row.publicId}
          columns={[
            {
              key: "name",
              header: t("list.name"),
              grow: true,
              cell: (row) => (
                <>
                  <RowLink to={`/staff/campaigns/${row.publicId}`}>{row.name}</RowLink>
                  <span className="block truncate text-sm text-muted">{row.segmentName ? t("list.to", { segment: row.segmentName }) : t("list.noSegment")}</span>
                </>
              ),
            },
            { key: "status", header: t("list.status"), cell: (row) => <CampaignChip status={row.status as CampaignStatus} /> },
            { key: "sent", header: t("list.sent"), align: "end", cell: (row) => (row.figures ? <Num value={row.figures.sent} /> : <None />) },
            { key: "opened", header: t("list.opened"), align: "end", cell: (row) => (row.figures ? share(row.figures.opened, row.figures.sent) : <None />) },
            { key: "clicked", header: t("list.clicked"), align: "end", cell: (row) => (row.figures ? share(row.figures.clicked, row.figures.sent) : <None />) },
            { key: "ordered", header: t("list.ordered"), align: "end", hide: "md", cell: (row) => (row.figures ? <Num value={row.figures.ordered} /> : <None />) },
            {
              key: "when",
              header: t("list.when"),
              align: "end",
              cell: (row) => {
                const [how, at] = row.launchedAt !== null ? (["launched", row.launchedAt] as const) : row.status === "scheduled" && row.scheduledAt !== null ? (["due", row.scheduledAt] as const) : (["changed", row.updatedAt] as const);
                return (
                  <>
                    <DateTime at={at} />
                    <span className="block text-sm text-muted">{t(`list.${how}`, { time: format.time(at) })}</span>
                  </>
                );
              },
            },
          ]}
        />
      )}
      <Pagination older={older} />
    </Page>
  );
}
