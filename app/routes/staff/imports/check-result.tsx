/** What a file would change, as found before anything is written. */
import { useTranslations } from "use-intl";

import type { FieldChange, ImportPreview, ImportType, RejectReason } from "~/domain/imports/import";
import { Badge } from "~/ui/badge";
import { DataList } from "~/ui/data-list";
import { Stat, Stats } from "~/ui/stat";
import { PlainTable } from "~/ui/table";
import { Num } from "~/ui/values";
import { useFieldWords } from "./field-words";

type Names = Record<string, string>;

export function CheckResult({ type, preview, names }: { type: ImportType; preview: ImportPreview | null; names: Names }) {
  const t = useTranslations("imports");
  if (!preview?.isComplete) return null;
  const reasons = Object.entries(preview.reasons).toSorted(([, a], [, b]) => b - a);
  return (
    <div id="changes">
      <Stats>
        {(["created", "changed", "unchanged", "rejected"] as const).map((key) => (
          <Stat key={key} label={t(`check.${key}`)} value={<Num value={preview[key]} />} />
        ))}
      </Stats>
      {preview.isEstimate && <p className="mt-5 text-muted">{t("check.estimate")}</p>}
      {reasons.length > 0 && (
        <DataList
          className="mt-5"
          items={reasons.map(
            ([reason, count]) =>
              [t(`reasons.${reason as RejectReason}`), <Num key={reason} value={count} />] as const,
          )}
        />
      )}
      {preview.first.length === 0 ? (
        <p className="mt-5 text-muted">{t("check.none")}</p>
      ) : (
        <div className="mt-5">
          <Changes type={type} rows={preview.first} names={names} />
        </div>
      )}
    </div>
  );
}

function Changes({ type, rows, names }: { type: ImportType; rows: ImportPreview["first"]; names: Names }) {
  const t = useTranslations("imports");
  return (
    <PlainTable
      caption={t("check.caption")}
      head={
        <tr>
          <th scope="col">{t("preview.line")}</th>
          <th scope="col">{t("check.row")}</th>
          <th scope="col">{t("check.what")}</th>
        </tr>
      }
    >
      {rows.map((row) => (
        <tr key={row.line}>
          <td className="tabular align-top text-muted">{row.line}</td>
          <td className="align-top">
            <span className="flex flex-wrap items-center gap-2">
              {row.name}
              {row.outcome === "created" && <Badge tone="green">{t("check.new")}</Badge>}
            </span>
          </td>
          <td>
            <ul className="flex flex-wrap gap-x-4 gap-y-1">
              {row.fields.map((field) => (
                <li key={field.field} className="break-words">
                  <Change type={type} change={field} names={names} />
                </li>
              ))}
            </ul>
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}

function Change({ type, change: { field, from, to }, names }: { type: ImportType; change: FieldChange; names: Names }) {
  const t = useTranslations("imports");
  const name = useFieldWords(type, names)(field);
  if (!from) return t("check.set", { field: name, to });
  return to === "" ? t("check.emptied", { field: name, from }) : t("check.replaced", { field: name, from, to });
}
