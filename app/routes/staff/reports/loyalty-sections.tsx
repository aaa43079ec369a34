import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { CHURN_RISKS } from "~/domain/analytics/churn";
import { judged, TENURES, type Standing, type Within } from "~/domain/analytics/loyalty";
import type { Period } from "~/domain/analytics/period";
import { useFormat } from "~/i18n/format";
import { BarChart } from "~/ui/charts/bars";
import { ChartFrame } from "~/ui/charts/frame";
import { Section } from "~/ui/page";
import { Stat, Stats } from "~/ui/stat";
import { Definition } from "./frame";
import type { LoyaltyReport } from "./loyalty";

type Of = { report: LoyaltyReport; period: Period };

const shareOf = (part: number, all: number) => (all > 0 ? part / all : 0);

/** The number, its change, then (below) the picture. */
export function LoyaltyFigures({ report: { now, before, within, currency }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const against = t(`against.${period}`);
  const repeatRate = ({ repeaters, customers }: Standing) => shareOf(repeaters, customers);
  const again = (found: Within[] | undefined) => found?.find(({ days }) => days === 90);
  const change = (is: number, was: number | undefined | null, better?: "up" | "down" | "neither") => (was ? { share: is / was - 1, against, better } : null);
  const [soon, soonBefore] = [again(within.now), within.before && again(within.before)];
  return (
    <Stats>
      <Stat
        label={t("repeat.rate")}
        value={format.percent(repeatRate(now))}
        change={before && before.customers > 0 ? { share: repeatRate(now) - repeatRate(before), points: true, against } : null}
      />
      <Stat
        label={t("repeat.within", { days: 90 })}
        value={soon && soon.customers > 0 ? format.percent(shareOf(soon.again, soon.customers)) : "–"}
        change={soon?.customers && soonBefore?.customers ? { share: shareOf(soon.again, soon.customers) - shareOf(soonBefore.again, soonBefore.customers), points: true, against: t("againstBefore") } : null}
      />
      {now.risk && <Stat label={t("risk.atRisk")} value={format.number(now.risk.high.customers)} change={change(now.risk.high.customers, before?.risk?.high.customers, "down")} />}
      {now.risk && (
        <Stat label={t("risk.money")} value={format.money(now.risk.high.yearMinor, currency)} change={change(now.risk.high.yearMinor, before?.risk?.high.yearMinor, "down")} />
      )}
      <Stat
        label={t("tenure.median")}
        value={now.tenure.all.median === null ? "–" : t("days", { count: Math.round(now.tenure.all.median) })}
        change={now.tenure.all.median === null ? null : change(now.tenure.all.median, before?.tenure.all.median, "neither")}
      />
    </Stats>
  );
}

export function RepeatSection({ report: { now, before, within }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const was = (days: number) => within.before?.find((one) => one.days === days);
  const written = (found: Within | undefined) => (found && found.customers > 0 ? format.percent(shareOf(found.again, found.customers)) : "–");
  const of = (found: Within | undefined) => (found ? t("repeat.of", { again: format.number(found.again), customers: format.number(found.customers) }) : "–");
  return (
    <Section title={t("repeat.title")}>
      <Definition more={t("repeat.how")}>{t("repeat.definition")}</Definition>
      <p className="mb-5">
        {t("repeat.said", { repeaters: format.number(now.repeaters), customers: format.number(now.customers), share: format.percent(shareOf(now.repeaters, now.customers)) })}
        {before && <span className="text-muted"> {t("repeat.saidBefore", { then: t(`ago.${period}`), share: format.percent(shareOf(before.repeaters, before.customers)) })}</span>}
      </p>
      <ChartFrame
        title={t("repeat.chart")}
        note={t(`repeat.note.${period === "all" ? "all" : "bound"}`, { period: t(`period.${period}`) })}
        file={`/staff/reports/loyalty.csv?table=repeat&period=${period}`}
        table={{
          head: [t("repeat.head.days"), t("repeat.head.share"), t("repeat.head.again"), ...(within.before ? [t("repeat.head.before")] : [])],
          rows: within.now.map((one) => [t("days", { count: one.days }), written(one), of(one), ...(within.before ? [`${written(was(one.days))} (${of(was(one.days))})`] : [])]),
        }}
      >
        <div className="grid max-w-3xl gap-x-8 gap-y-4 sm:grid-cols-3">
          {within.now.map((one) => (
            <div key={one.days} className="border-t-2 border-pine pt-2">
              <p className="text-sm text-muted">{t("repeat.within", { days: one.days })}</p>
              <p className="tabular text-xl font-semibold">{written(one)}</p>
              <p className="text-sm text-muted">{of(one)}</p>
              {within.before && <p className="text-sm text-muted">{t("repeat.was", { share: written(was(one.days)) })}</p>}
            </div>
          ))}
        </div>
      </ChartFrame>
    </Section>
  );
}

export function RiskSection({ report: { now, before, currency }, period, children }: Of & { children: ReactNode }) {
  const t = useTranslations("reports");
  const format = useFormat();
  const { risk } = now;
  if (!risk)
    return (
      <Section title={t("risk.title")}>
        <p className="max-w-prose text-muted">{t("risk.noModel")}</p>
      </Section>
    );
  const all = judged(risk);
  return (
    <Section title={t("risk.title")}>
      <Definition
        more={
          <>
            <p>{t("risk.how")}</p>
            <p className="mt-2">{t("risk.read")}</p>
          </>
        }
      >
        {t("risk.definition")}
      </Definition>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[3fr_2fr]">
        <BarChart
          title={t("risk.chart", { count: all })}
          note={t("risk.once", { count: risk.once.customers })}
          head={[t("risk.head.risk"), t("risk.head.customers")]}
          format={format.number}
          file={`/staff/reports/loyalty.csv?table=risk&period=${period}`}
          bars={CHURN_RISKS.map((one) => ({
            key: one, label: t(`risk.levels.${one}`), value: risk[one].customers, tone: one === "high" ? "point" : "context",
            aside: <>{t("risk.aside", { share: format.percent(shareOf(risk[one].customers, all), 0), money: format.money(risk[one].yearMinor, currency) })}{before?.risk && <span className="max-sm:hidden"> · {t("risk.was", { count: format.number(before.risk[one].customers) })}</span>}</>,
          }))}
        />
        <BarChart
          title={t("risk.tenths")}
          note={t("risk.tenthsNote")}
          head={[t("risk.head.chance"), t("risk.head.customers")]}
          format={format.number}
          file={`/staff/reports/loyalty.csv?table=chances`}
          bars={risk.tenths.map((value, i) => ({ key: String(i), label: t("risk.tenth", { from: i * 10, to: (i + 1) * 10 }), value, tone: i >= 2 && i < 5 ? "point" : "context" }))}
        />
      </div>
      {children}
    </Section>
  );
}

export function TenureSection({ report: { now }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const { all, active, buckets } = now.tenure;
  const bars = (counts: readonly number[], tone: "point" | "context") => TENURES.map((days, i) => ({ key: String(days), label: t(`tenure.buckets.d${days}`), value: counts[i] ?? 0, tone }));
  const max = Math.max(...buckets.all);
  const days = (median: number | null) => (median === null ? "–" : t("days", { count: Math.round(median) }));
  return (
    <Section title={t("tenure.title")}>
      <Definition more={t("tenure.how")}>{t("tenure.definition")}</Definition>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
        <BarChart
          title={t("tenure.all", { count: now.customers })}
          note={t("tenure.medianIs", { days: days(all.median) })}
          head={[t("tenure.head"), t("risk.head.customers")]}
          format={format.number}
          max={max}
          bars={bars(buckets.all, "context")}
          file={`/staff/reports/loyalty.csv?table=tenure&period=${period}`}
        />
        <BarChart
          title={t("tenure.active", { count: now.active })}
          note={t("tenure.medianIs", { days: days(active.median) })}
          head={[t("tenure.head"), t("risk.head.customers")]}
          format={format.number}
          max={max}
          bars={bars(buckets.active, "point")}
        />
      </div>
    </Section>
  );
}
