import { Link, useSearchParams } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ChartNoAxesColumn } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { PERIODS, type Period } from "~/domain/analytics/period";
import { useFormat } from "~/i18n/format";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { Page, PageHeader } from "~/ui/page";
import { Tabs } from "~/ui/tabs";

const REPORTS = ["loyalty", "habits"] as const;

/** What all reports share: which there are, as of when, for which while. */
export function ReportPage({ report, asOf, period, children }: { report: (typeof REPORTS)[number]; asOf: number | null; period: Period; children: ReactNode }) {
  const t = useTranslations("reports");
  const format = useFormat();
  useLive(["reports"]);
  return (
    <Page width="wide">
      <PageHeader title={t(`${report}.title`)} meta={asOf !== null && <span>{t("asOf", { when: format.dateTime(asOf) })}</span>} lead={t(`${report}.lead`)} />
      <Tabs label={t("label")} items={REPORTS.map((one) => ({ to: `/staff/reports/${one}`, label: t(`${one}.title`) }))} />
      {asOf === null ? (
        <EmptyState icon={ChartNoAxesColumn} title={t("notYet.title")}>
          {t("notYet.text")}
        </EmptyState>
      ) : (
        <>
          <PeriodChoice period={period} />
          {children}
        </>
      )}
    </Page>
  );
}

function PeriodChoice({ period }: { period: Period }) {
  const t = useTranslations("reports");
  return <Choice label={t("period.label")} name="period" chosen={period} items={PERIODS.map((one) => ({ value: one, label: t(`period.${one}`) }))} className="mb-6" />;
}

/** One of a few, as links: the other parameters of the address stay. */
export function Choice({ label, name, chosen, items, className }: { label: string; name: string; chosen: string; items: readonly { value: string; label: string }[]; className?: string }) {
  const [params] = useSearchParams();
  const to = (value: string) => {
    const next = new URLSearchParams(params);
    next.set(name, value);
    return `?${next}`;
  };
  return (
    <nav aria-label={label} className={className}>
      <ul className="inline-flex flex-wrap gap-0.5 rounded-md bg-sunken p-0.5">
        {items.map(({ value, label }) => (
          <li key={value}>
            <Link
              to={to(value)}
              preventScrollReset
              aria-current={value === chosen ? "true" : undefined}
              className={cx("flex min-h-7 items-center rounded-sm px-2.5 text-sm", value === chosen ? "bg-raised font-medium text-ink outline outline-line" : "text-muted hover:text-ink")}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What a figure means: one sentence, and how it is counted behind a toggle. */
export function Definition({ children, more }: { children: ReactNode; more: ReactNode }) {
  const t = useTranslations("reports");
  return (
    <div className="mb-4 max-w-prose text-sm text-muted">
      <p>{children}</p>
      <details className="mt-0.5">
        <summary className="inline-flex min-h-6 items-center underline decoration-edge underline-offset-2 hover:text-ink">{t("how")}</summary>
        <div className="mt-1 border-l-2 border-line pl-3">{more}</div>
      </details>
    </div>
  );
}
