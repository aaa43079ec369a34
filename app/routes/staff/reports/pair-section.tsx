import { useTranslations } from "use-intl";

import { figuresOf, type PairCounts } from "~/domain/analytics/affinity";
import { useFormat } from "~/i18n/format";
import { TextLink } from "~/ui/button";
import { Section } from "~/ui/page";
import { Table } from "~/ui/table";
import { Definition } from "./frame";
import type { HabitsReport } from "./habits";

type Thing = { name: string; publicId?: string };
type Row = PairCounts & { key: string; first: Thing; second: Thing };

/** What goes into one basket: pairs of products, and of categories. */
export function PairSection({ pairs }: { pairs: HabitsReport["pairs"] }) {
  const t = useTranslations("reports");
  return (
    <Section title={t("pairs.title")}>
      <Definition more={t("pairs.how")}>{t("pairs.definition", { orders: pairs.orders })}</Definition>
      <Pairs title={t("pairs.products")} rows={pairs.products} file="/staff/reports/habits.csv?table=pairs" />
      {pairs.categories.length > 0 && (
        <div className="mt-8">
          <Pairs title={t("pairs.categories")} rows={pairs.categories} file="/staff/reports/habits.csv?table=category-pairs" />
        </div>
      )}
    </Section>
  );
}

function Pairs({ title, rows, file }: { title: string; rows: readonly Row[]; file: string }) {
  const t = useTranslations("reports");
  const format = useFormat();
  const shown = rows.map((row) => ({ ...row, figures: figuresOf(row) }));
  return (
    <>
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="font-medium">{title}</h3>
        {rows.length > 0 && (
          <a href={file} className="text-sm text-muted hover:text-ink">
            {t("risk.file")}
          </a>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="max-w-prose text-muted">{t("pairs.none")}</p>
      ) : (
        <Table
          caption={title}
          rows={shown}
          rowKey={(row) => row.key}
          columns={[
            { key: "pair", header: t("pairs.pair"), grow: true, cell: ({ first, second }) => <><Name of={first} /> <span className="text-muted">+</span> <Name of={second} /></> },
            { key: "together", header: t("pairs.together"), align: "end", cell: (row) => format.number(row.together) },
            { key: "support", header: t("pairs.support"), align: "end", hide: "lg", cell: (row) => format.percent(row.figures.support) },
            { key: "confidence", header: t("pairs.confidence"), align: "end", cell: (row) => <span>{format.percent(row.figures.confidence, 0)}<span className="text-muted"> / {format.percent(row.together / row.other, 0)}</span></span> },
            { key: "lift", header: t("pairs.lift"), align: "end", cell: (row) => t("pairs.times", { lift: format.number(Math.round(row.figures.lift * 10) / 10) }) },
            { key: "extra", header: t("pairs.extra"), align: "end", hide: "md", cell: (row) => format.number(Math.round(row.figures.extra)) },
          ]}
        />
      )}
    </>
  );
}

function Name({ of: { name, publicId } }: { of: Thing }) {
  return publicId ? <TextLink to={`/staff/catalogue/${publicId}`}>{name}</TextLink> : <span className="font-medium">{name}</span>;
}
