import { Link } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { WaterfallReason } from "~/domain/campaigns/campaign";
import { useFormat } from "~/i18n/format";

type Forecast = { matched: number; willSend: number; withheld: { reason: WaterfallReason; count: number }[] };

/** What is said otherwise where it is no mail. */
type Words = { caption: string; sent: string; no_address: string };

/** From the segment to those who get the mail: each step takes its people away, and opens them at `people`. */
export function Waterfall({ forecast, people, words }: { forecast: Forecast; people: (who: string) => string; words?: Words }) {
  const t = useTranslations("campaigns");
  const { matched, willSend, withheld } = forecast;
  const before = withheld.map((_, n) => matched - withheld.slice(0, n).reduce((sum, step) => sum + step.count, 0));
  const steps = [
    { key: "matched", label: t("audience.matched"), count: matched, from: 0, to: matched, kind: "total" as const },
    ...withheld.map(({ reason, count }, n) => {
      const to = before[n] ?? matched;
      return { key: reason, label: reason === "no_address" && words ? words.no_address : t(`reason.${reason}`), count, from: to - count, to, kind: "less" as const };
    }),
    { key: "sent", label: words?.sent ?? t("audience.willSend"), count: willSend, from: 0, to: willSend, kind: "result" as const },
  ];
  return (
    <figure className="max-w-3xl">
      <figcaption className="mb-3 font-medium">{words?.caption ?? t("audience.waterfall", { matched, count: willSend })}</figcaption>
      <ol className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)_max-content] items-center gap-x-3 gap-y-1">
        {steps.map((step) => (
          <StepRow key={step.key} step={step} of={matched} to={step.kind === "total" ? null : people(step.key === "sent" ? "sent" : `withheld:${step.key}`)} />
        ))}
      </ol>
    </figure>
  );
}

function StepRow({ step, of, to }: { step: { label: string; count: number; from: number; to: number; kind: "total" | "less" | "result" }; of: number; to: string | null }) {
  const t = useTranslations("campaigns");
  const format = useFormat();
  const scale = (value: number) => (of > 0 ? (value / of) * 1000 : 0);
  const fill = { total: "fill-edge/55", less: "fill-amber", result: "fill-pine" }[step.kind];
  return (
    <li className="contents">
      <span className="py-0.5 text-sm">
        {to ? (
          <Link to={to} title={t("audience.people")} className="inline-flex min-h-6 items-center text-pine underline decoration-pine/40 underline-offset-[0.2em] hover:decoration-pine">
            {step.label}
          </Link>
        ) : (
          <span className="inline-flex min-h-6 items-center">{step.label}</span>
        )}
      </span>
      <svg viewBox="0 0 1000 20" preserveAspectRatio="none" className="h-4 w-full" aria-hidden>
        <rect x={scale(step.from)} width={Math.max(scale(step.to - step.from), step.count > 0 ? 3 : 0)} height="20" className={fill} />
      </svg>
      <span className="tabular text-end text-sm font-medium">{step.kind === "less" ? `−${format.number(step.count)}` : format.number(step.count)}</span>
    </li>
  );
}
