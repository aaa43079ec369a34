import { Download } from "lucide-react";
import { useTranslations } from "use-intl";

import type { ImportReport, ImportType, RejectReason } from "~/domain/imports/import";
import { LinkButton } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { Section } from "~/ui/page";
import { Stat, Stats } from "~/ui/stat";
import { PlainTable } from "~/ui/table";
import { Num } from "~/ui/values";

type Run = {
  publicId: string;
  type: ImportType;
  state: string;
  read: number;
  accepted: number;
  rejected: number;
  report: ImportReport;
};
type Reject = { line: number; column: string | null; reason: string; raw: string };

export function Report({
  run,
  reasons,
  rejects,
}: {
  run: Run;
  reasons: { reason: RejectReason; count: number }[];
  rejects: Reject[];
}) {
  const t = useTranslations("imports");
  const { report } = run;
  const of = {
    customers: [
      ["customers", report.customers],
      ["consents", report.consents],
    ],
    consents: [["consents", report.consents]],
    notes: [],
    invoices: [],
    payments: [],
    shipments: [],
    products: [["products", report.products]],
    orders: [
      ["orders", report.orders],
      ["lines", report.lines],
      ["customers", report.customers],
      ["creditNotes", report.creditNotes],
    ],
  }[run.type] as [
    "customers" | "consents" | "products" | "orders" | "lines" | "creditNotes",
    number,
  ][];
  return (
    <>
      <Section title={t("report.title")}>
        <Stats>
          <Stat label={t("report.read")} value={<Num value={run.read} />} />
          <Stat label={t("report.accepted")} value={<Num value={run.accepted} />} />
          <Stat label={t("report.rejected")} value={<Num value={run.rejected} />} />
        </Stats>
        <DataList
          className="mt-5"
          items={[
            ...of.map(
              ([key, value]) => [t(`report.${key}`), <Num key={key} value={value} />] as const,
            ),
            [t("report.created"), <Num key="created" value={report.created} />],
            [t("report.changed"), <Num key="changed" value={report.changed} />],
            [t("report.unchanged"), <Num key="unchanged" value={report.unchanged} />],
          ]}
        />
      </Section>
      {run.rejected > 0 && (
        <Section
          title={t("rejects.title")}
          description={t("rejects.help")}
          actions={
            <LinkButton
              to={`/staff/imports/${run.publicId}/rejects.csv`}
              reloadDocument
              icon={Download}
            >
              {t("rejects.download")}
            </LinkButton>
          }
        >
          <DataList
            items={reasons.map(
              ({ reason, count }) =>
                [t(`reasons.${reason}`), <Num key={reason} value={count} />] as const,
            )}
          />
          <div className="mt-5">
            <PlainTable
              caption={t("rejects.caption")}
              head={
                <tr>
                  <th scope="col">{t("preview.line")}</th>
                  <th scope="col">{t("rejects.column")}</th>
                  <th scope="col">{t("rejects.reason")}</th>
                  <th scope="col">{t("rejects.row")}</th>
                </tr>
              }
            >
              {rejects.map((reject) => (
                <tr key={reject.line}>
                  <td className="tabular text-muted">{reject.line}</td>
                  <td>{reject.column}</td>
                  <td className="min-w-44">{t(`reasons.${reject.reason as RejectReason}`)}</td>
                  <td className="max-w-md truncate font-mono text-sm">{reject.raw}</td>
                </tr>
              ))}
            </PlainTable>
            {run.rejected > rejects.length && <p className="mt-3 text-sm text-muted">{t("rejects.shown", { shown: rejects.length, count: run.rejected })}</p>}
          </div>
        </Section>
      )}
    </>
  );
}
