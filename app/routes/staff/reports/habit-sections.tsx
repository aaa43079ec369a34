import { useLocale, useTranslations } from "use-intl";

import type { Spread } from "~/domain/analytics/counts";
import { INTERVALS, UNITS } from "~/domain/analytics/habits";
import type { Period } from "~/domain/analytics/period";
import { useFormat } from "~/i18n/format";
import { BarChart, Bars } from "~/ui/charts/bars";
import { ChartFrame } from "~/ui/charts/frame";
import { Heat } from "~/ui/charts/heat";
import { Section } from "~/ui/page";
import { Stat, Stats } from "~/ui/stat";
import { Definition } from "./frame";
import type { HabitsReport } from "./habits";

type Of = { report: HabitsReport; period: Period };

const file = (table: string, period: Period) => `/staff/reports/habits.csv?table=${table}&period=${period}`;

export function HabitFigures({ report: { now, before, currency } }: { report: HabitsReport }) {
  const t = useTranslations("reports");
  const format = useFormat();
  const change = (is: number | null, was: number | null | undefined, better: "up" | "down" | "neither") => (is !== null && was ? { share: is / was - 1, against: t("againstBefore"), better } : null);
  return (
    <Stats>
      <Stat label={t("basket.orders")} value={format.number(now.orders)} change={change(now.orders, before?.orders, "up")} />
      <Stat label={t("interval.median")} value={now.interval.median === null ? "–" : t("days", { count: Math.round(now.interval.median) })} change={change(now.interval.median, before?.interval.median, "neither")} />
      <Stat label={t("basket.meanValue")} value={now.value.mean === null ? "–" : format.money(Math.round(now.value.mean), currency)} change={change(now.value.mean, before?.value.mean, "up")} />
      <Stat label={t("basket.medianValue")} value={now.value.median === null ? "–" : format.money(Math.round(now.value.median), currency)} change={change(now.value.median, before?.value.median, "up")} />
      <Stat label={t("basket.meanUnits")} value={now.units.mean === null ? "–" : format.number(Math.round(now.units.mean * 10) / 10)} change={change(now.units.mean, before?.units.mean, "up")} />
    </Stats>
  );
}

/** "1 to 7", "21 and more", "3". */
function useRange(bounds: readonly number[]): (i: number) => string {
  const t = useTranslations("reports");
  return (i) => {
    const [from, next] = [bounds[i] ?? 0, bounds[i + 1]];
    if (next === undefined) return t("andMore", { from });
    return next - 1 === from ? String(from) : t("fromTo", { from, to: next - 1 });
  };
}

export function IntervalSection({ report: { now, before }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const range = useRange(INTERVALS);
  return (
    <Section title={t("interval.title")}>
      <Definition more={t("interval.how")}>{t("interval.definition")}</Definition>
      <BarChart
        title={t("interval.chart", { count: now.interval.count })}
        note={now.interval.median === null ? undefined : t("interval.note", { median: t("days", { count: Math.round(now.interval.median) }), mean: t("days", { count: Math.round(now.interval.mean ?? 0) }) })}
        head={[t("interval.head"), t("interval.purchases")]}
        format={format.number}
        file={file("intervals", period)}
        bars={INTERVALS.map((days, i) => ({
          key: String(days), label: range(i), value: now.interval.buckets[i] ?? 0, tone: "point",
          aside: before ? t("was", { count: format.number(before.interval.buckets[i] ?? 0) }) : undefined,
        }))}
      />
    </Section>
  );
}

export function BasketSection({ report: { now, before, currency }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const range = useRange(UNITS);
  const plain = (value: number | null) => (value === null ? "–" : format.number(Math.round(value * 100) / 100));
  const money = (value: number | null) => (value === null ? "–" : format.money(Math.round(value), currency));
  const row = (name: string, of: Spread, was: Spread | undefined, write: (value: number | null) => string) => [name, write(of.mean), write(of.median), ...(was ? [write(was.mean), write(was.median)] : [])];
  const rows = [row(t("basket.lines"), now.lines, before?.lines, plain), row(t("basket.units"), now.units, before?.units, plain), row(t("basket.value"), now.value, before?.value, money)];
  return (
    <Section title={t("basket.title")}>
      <Definition more={t("basket.how")}>{t("basket.definition")}</Definition>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
        <ChartFrame
          title={t("basket.sizes")}
          note={now.otherCurrency > 0 ? t("basket.other", { count: now.otherCurrency }) : undefined}
          file={file("baskets", period)}
          table={{ head: [t("basket.head"), t("basket.mean"), t("basket.median"), ...(before ? [t("basket.meanBefore"), t("basket.medianBefore")] : [])], rows }}
        >
          <dl className="divide-y divide-line border-y border-line">
            {rows.map(([name, mean, median]) => (
              <div key={name} className="grid grid-cols-[minmax(0,1fr)_auto_auto] items-baseline gap-x-6 py-2">
                <dt>{name}</dt>
                <dd className="tabular text-end">
                  <span className="text-lg font-semibold">{mean}</span> <span className="text-sm text-muted">{t("basket.onAverage")}</span>
                </dd>
                <dd className="tabular text-end">
                  <span className="font-medium">{median}</span> <span className="text-sm text-muted">{t("basket.inMedian")}</span>
                </dd>
              </div>
            ))}
          </dl>
        </ChartFrame>
        <BarChart
          title={t("basket.chart")}
          head={[t("basket.units"), t("basket.orders")]}
          format={format.number}
          file={file("units", period)}
          bars={UNITS.map((units, i) => ({ key: String(units), label: range(i), value: now.units.buckets[i] ?? 0, tone: "point" }))}
        />
      </div>
    </Section>
  );
}

export function CategorySection({ report: { now, currency }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const share = (part: number, all: number) => (all > 0 ? format.percent(part / all, 0) : "–");
  const nameOf = (category: string | null) => category ?? t("categories.none");
  return (
    <Section title={t("categories.title")}>
      <Definition more={t("categories.how")}>{t("categories.definition")}</Definition>
      <ChartFrame
        title={t("categories.chart")}
        file={file("categories", period)}
        table={{
          head: [t("categories.head"), t("categories.spend"), t("categories.ofSpend"), t("basket.orders"), t("categories.ofOrders"), t("cohorts.customers"), t("categories.ofCustomers")],
          rows: now.categories.map(({ category, spendMinor, orders, customers }) => [
            nameOf(category), format.money(spendMinor, currency), share(spendMinor, now.spendMinor), format.number(orders), share(orders, now.orders), format.number(customers), share(customers, now.customers),
          ]),
        }}
      >
        <Bars
          format={(minor) => format.money(minor, currency)}
          bars={now.categories.slice(0, 12).map(({ category, spendMinor, orders }, i) => ({
            key: String(i), label: nameOf(category), value: spendMinor, tone: "point",
            aside: <>{share(spendMinor, now.spendMinor)}<span className="max-sm:hidden"> · {t("categories.inOrders", { share: share(orders, now.orders) })}</span></>,
          }))}
        />
      </ChartFrame>
    </Section>
  );
}

export function HourSection({ report: { now }, period }: Of) {
  const t = useTranslations("reports");
  const format = useFormat();
  const locale = useLocale();
  // 5 January 1970 was a Monday.
  const weekday = (i: number, style: "short" | "long") => new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(Date.UTC(1970, 0, 5 + i));
  const most = Math.max(1, ...now.hours.flat());
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return (
    <Section title={t("hours.title")}>
      <Definition more={t("hours.how")}>{t("hours.definition")}</Definition>
      <ChartFrame
        title={t("hours.chart")}
        file={file("hours", period)}
        table={{ head: [t("hours.weekday"), ...hours.map(String)], rows: now.hours.map((day, i) => [weekday(i, "long"), ...day.map(format.number)]) }}
      >
        <Heat
          dense
          caption={t("hours.chart")}
          head={[<span key="day" className="sr-only">{t("hours.weekday")}</span>, ...hours.map((hour) => String(hour))]}
          rows={now.hours.map((day, i) => ({
            key: String(i),
            label: weekday(i, "short"),
            cells: day.map((n, hour) => ({ key: `${i}-${hour}`, heat: n / most, text: n === 0 ? "·" : format.number(n), title: t("hours.cell", { count: n, weekday: weekday(i, "long"), from: hour, to: hour + 1 }) })),
          }))}
        />
      </ChartFrame>
    </Section>
  );
}
