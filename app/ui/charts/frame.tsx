import { ChevronRight, Download } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { Icon } from "../icon";
import { PlainTable } from "../table";

export type ChartTable = { head: readonly ReactNode[]; rows: readonly (readonly ReactNode[])[] };

/**
 * A chart with its name and, behind a toggle, its figures as a table: the picture is for the eye, the table for
 * everybody. `title` says what is to be seen; `note` how it was counted.
 */
export function ChartFrame({
  title,
  note,
  table,
  file,
  children,
}: {
  title: string;
  note?: ReactNode;
  table: ChartTable;
  /** Where the figures can be had as a file. */
  file?: string;
  children: ReactNode;
}) {
  const t = useTranslations("ui");
  return (
    <figure className="min-w-0">
      <figcaption className="mb-3">
        <span className="font-medium">{title}</span>
        {note && <span className="block text-sm text-muted">{note}</span>}
      </figcaption>
      {children}
      {file && (
        <a href={file} className="float-right mt-3 inline-flex min-h-6 items-center gap-1 rounded-sm text-sm text-muted hover:text-ink">
          <Icon of={Download} size={14} />
          {t("chart.file")}
          <span className="sr-only">: {title}</span>
        </a>
      )}
      <details className="group mt-3">
        <summary className="inline-flex min-h-6 items-center gap-1 rounded-sm text-sm text-muted hover:text-ink">
          <Icon of={ChevronRight} size={14} className="transition-transform group-open:rotate-90" />
          {t("chart.table")}
        </summary>
        <div className="mt-2">
          <PlainTable
            caption={title}
            className="[&_td+td]:tabular [&_td]:text-end [&_th+th]:text-end"
            head={
              <tr>
                {table.head.map((cell, index) => (
                  <th key={index} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            }
          >
            {table.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) =>
                  at === 0 ? (
                    <th key={at} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td key={at}>{cell}</td>
                  ),
                )}
              </tr>
            ))}
          </PlainTable>
        </div>
      </details>
    </figure>
  );
}
