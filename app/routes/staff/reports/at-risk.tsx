import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { RowLink, Table } from "~/ui/table";
import { DateTime, Money } from "~/ui/values";
import type { LoyaltyReport } from "./loyalty";
import { segmentDraft } from "./segment-draft";

/** Who is worth a call: the most valuable of those at risk. */
export function AtRiskList({ rows, currency }: { rows: LoyaltyReport["atRisk"]; currency: string }) {
  const t = useTranslations("reports");
  const format = useFormat();
  if (rows.length === 0) return null;
  return (
    <div className="mt-8">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="font-medium">{t("risk.list")}</h3>
        <TextLink to={segmentDraft([{ field: "churn_risk", op: "in", value: ["high"] }])} className="text-sm">
          {t("risk.segment")}
        </TextLink>
        <a href="/staff/reports/loyalty.csv?table=at-risk" className="text-sm text-muted hover:text-ink">
          {t("risk.file")}
        </a>
      </div>
      <Table
        caption={t("risk.list")}
        rows={rows}
        rowKey={(row) => row.publicId}
        columns={[
          { key: "name", header: t("people.name"), grow: true, cell: (row) => <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink> },
          { key: "chance", header: t("risk.head.chance"), align: "end", cell: (row) => format.percent(row.chance, 0) },
          { key: "year", header: t("risk.head.year"), align: "end", cell: (row) => <Money minor={row.yearMinor} currency={currency} /> },
          { key: "last", header: t("people.last"), align: "end", cell: (row) => <DateTime at={row.lastAt} /> },
        ]}
      />
    </div>
  );
}
