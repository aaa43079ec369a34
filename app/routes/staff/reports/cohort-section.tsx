import { useTranslations } from "use-intl";

import { retention, STEPS, type Cohort, type Step } from "~/domain/analytics/cohorts";
import type { Period } from "~/domain/analytics/period";
import { useFormat } from "~/i18n/format";
import { ChartFrame } from "~/ui/charts/frame";
import { Heat, type HeatRow } from "~/ui/charts/heat";
import { LineChart } from "~/ui/charts/line";
import { Section } from "~/ui/page";
import { Choice, Definition } from "./frame";
import { useStepName } from "./step-name";

/** Who came back in which month after their first order: a row for each month of first orders. */
export function CohortSection({ cohorts, step, period }: { cohorts: readonly Cohort[]; step: Step; period: Period }) {
  const t = useTranslations("reports");
  const format = useFormat();
  const nameOf = useStepName(step);
  const [file, average] = [`/staff/reports/loyalty.csv?table=cohorts&by=${step}`, retention(cohorts)];
  const shown = cohorts.filter(({ customers }) => customers > 0);
  const longest = Math.max(0, ...shown.map(({ active }) => active.length - 1));
  const strongest = Math.max(0.01, ...shown.flatMap(({ customers, active }) => active.slice(1).map((n) => n / customers)));
  const head = [t(`cohorts.first.${step}`), t("cohorts.customers"), ...Array.from({ length: longest }, (_, i) => t(`cohorts.after.${step}`, { count: i + 1 }))];
  const rows = shown.toReversed().map((cohort): HeatRow => ({ key: cohort.start, label: nameOf(cohort.start), aside: format.number(cohort.customers), cells: cellsOf(cohort) }));

  function cellsOf({ start, customers, active }: Cohort): HeatRow["cells"] {
    return Array.from({ length: longest }, (_, i) => {
      const n = active[i + 1];
      if (n === undefined) return null;
      const isOpen = i + 1 === active.length - 1;
      const title = t("cohorts.cell", { count: n, all: customers, first: nameOf(start), after: t(`cohorts.later.${step}`, { count: i + 1 }) });
      return {
        key: `${start}+${i + 1}`, heat: n / customers / strongest, text: format.percent(n / customers, 0), title: isOpen ? `${title} ${t("cohorts.open")}` : title, open: isOpen,
        to: n > 0 ? `/staff/reports/loyalty/people?start=${start}&by=${step}&after=${i + 1}` : undefined,
      };
    });
  }

  return (
    <Section
      title={t("cohorts.title")}
      actions={<Choice label={t("cohorts.by")} name="by" chosen={step} items={STEPS.map((one) => ({ value: one, label: t(`cohorts.step.${one}`) }))} />}
    >
      <Definition more={t("cohorts.how")}>{t("cohorts.definition")}</Definition>
      {shown.length === 0 ? (
        <p className="text-muted">{t("cohorts.none")}</p>
      ) : (
        <div className="flex flex-col gap-8">
          <ChartFrame
            title={t("cohorts.chart")}
            note={period === "all" ? t("cohorts.noteAll") : t("cohorts.note")}
            file={file}
            table={{ head: head.map((cell) => cell), rows: shown.toReversed().map(({ start, customers, active }) => [nameOf(start), format.number(customers), ...Array.from({ length: longest }, (_, i) => (active[i + 1] === undefined ? "" : format.number(active[i + 1]!)))]) }}
          >
            <Heat caption={t("cohorts.chart")} head={head} rows={rows} />
          </ChartFrame>
          {average.length > 2 && (
            <LineChart
              title={t("cohorts.average")}
              note={t("cohorts.averageNote")}
              head={t(`cohorts.afterHead.${step}`)}
              series={[{ key: "share", name: t("cohorts.share"), points: average.slice(1).map(({ after, customers, active }) => ({ x: after, y: active / customers })) }]}
              formatX={(x) => t(`cohorts.after.${step}`, { count: x })}
              formatY={(y) => format.percent(y, 1)}
            />
          )}
        </div>
      )}
    </Section>
  );
}
