import { useTranslations } from "use-intl";

import { utcOf } from "~/domain/company/calendar";
import { useFormat } from "~/i18n/format";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Section } from "~/ui/page";
import { Money } from "~/ui/values";
import type { CustomerOverview } from "./read-customer.server";

/** What the customer is expected to be worth, since when, and why nothing is said where nothing can be. */
export function WorthPanel({ worth }: Pick<CustomerOverview, "worth">) {
  const t = useTranslations("customers");
  const format = useFormat();
  if (!worth) return null;
  const { figures, fit, days } = worth;
  if (!fit) return <Section title={t("worth.title")}>{t("worth.notYet")}</Section>;
  if (!figures) return <Section title={t("worth.title")}>{t("worth.noOrders")}</Section>;
  const since = days.findLast((one, i) => days.slice(i).every(({ rfmSegment }) => rfmSegment === figures.rfmSegment) && days[i - 1]?.rfmSegment !== one.rfmSegment)?.day;
  const score = (value: number) => t("worth.score", { score: value });
  return (
    <Section title={t("worth.title")}>
      {fit.trouble && (
        <Callout tone="info" className="mb-4">
          {t(`worth.trouble.${fit.trouble}`)}
        </Callout>
      )}
      <DataList
        layout="stack"
        items={[
          ...(figures.valueMinor === null ? [] : [[t("worth.value"), <Money key="value" minor={figures.valueMinor} currency={fit.currency} />] as const]),
          ...(figures.expectedOrders === null ? [] : [[t("worth.expectedOrders"), format.number(Math.round(figures.expectedOrders * 10) / 10)] as const]),
          ...(figures.pAlive === null ? [] : [[t("worth.alive"), format.percent(figures.pAlive, 0)] as const]),
          [t("worth.segment"), since ? `${t(`rfm.${figures.rfmSegment}`)}, ${t("worth.since", { date: format.day(since) })}` : t(`rfm.${figures.rfmSegment}`)] as const,
          [t("worth.recency"), score(figures.recencyScore)] as const,
          [t("worth.frequency"), score(figures.frequencyScore)] as const,
          [t("worth.monetary"), score(figures.monetaryScore)] as const,
        ].map(([name, value]) => [name, value])}
      />
      {figures.isOnce && figures.pAlive !== null && <p className="mt-3 text-sm text-muted">{t("worth.once")}</p>}
      {!fit.trouble && figures.valueMinor === null && <p className="mt-3 text-sm text-muted">{t("worth.otherCurrency", { currency: fit.currency })}</p>}
      <ValueLine days={days} currency={fit.currency} />
      <p className="mt-3 text-sm text-muted">
        {t("worth.asOf", { when: format.dateTime(fit.asOf), customers: fit.customers })}
      </p>
    </Section>
  );
}

/** The value over the days on which it changed: a small line, and in words. */
function ValueLine({ days, currency }: { days: readonly { day: string; valueMinor: number | null }[]; currency: string }) {
  const t = useTranslations("customers");
  const format = useFormat();
  const points = days.flatMap(({ day, valueMinor }) => (valueMinor === null ? [] : [{ day, valueMinor }]));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return null;
  const [start, most] = [utcOf(first.day), Math.max(1, ...points.map(({ valueMinor }) => valueMinor))];
  const span = utcOf(last.day) - start;
  return (
    <figure className="mt-4">
      <figcaption className="text-sm text-muted">{t("worth.history")}</figcaption>
      <svg viewBox="0 0 200 40" className="mt-1 h-10 w-full text-pine" preserveAspectRatio="none" aria-hidden>
        <polyline
          points={points.map(({ day, valueMinor }) => `${((utcOf(day) - start) / span) * 200},${38 - (valueMinor / most) * 36}`).join(" ")}
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p className="text-sm">
        {t("worth.historyText", {
          from: format.money(first.valueMinor, currency), start: format.day(first.day), to: format.money(last.valueMinor, currency), end: format.day(last.day),
        })}
      </p>
    </figure>
  );
}
