import { cx } from "class-variance-authority";
import { type ReactNode, useId } from "react";
import { useTranslations } from "use-intl";

import { useFormat } from "../i18n/format";

/**
 * How far long work has come: of how many, how fast, how long still. Without `max` the end is not known yet.
 * `ratePerSecond` and `max` give the time left.
 */
export function Progress({
  label,
  value,
  max,
  ratePerSecond,
  tone = "pine",
  note,
}: {
  label: ReactNode;
  value: number;
  max?: number | null;
  ratePerSecond?: number | null;
  tone?: "pine" | "muted" | "red";
  note?: ReactNode;
}) {
  const t = useTranslations("ui");
  const format = useFormat();
  const id = useId();
  const known = max !== undefined && max !== null && max > 0;
  const share = known ? Math.min(1, value / max) : 0;
  const left = known && ratePerSecond && value < max ? (max - value) / ratePerSecond : null;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span id={id} className="font-medium">
          {label}
        </span>
        <span className="tabular text-sm text-muted">
          {known ? t("progress.of", { value: format.number(value), max: format.number(max), share: format.percent(share, 0) }) : format.number(value)}
        </span>
      </div>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={known ? max : undefined}
        aria-valuenow={known ? value : undefined}
        className="h-2 overflow-hidden rounded-full bg-line"
      >
        <svg className="block h-full w-full" preserveAspectRatio="none" viewBox="0 0 1000 1" aria-hidden>
          <rect
            width={known ? Math.round(share * 1000) : 250}
            height="1"
            className={cx({ pine: "fill-pine", muted: "fill-muted", red: "fill-red" }[tone], !known && "animate-pulse")}
          />
        </svg>
      </div>
      {(left !== null || ratePerSecond || note) && (
        <p className="tabular flex flex-wrap gap-x-3 text-sm text-muted">
          {ratePerSecond ? <span>{t("progress.rate", { rate: format.number(Math.round(ratePerSecond * 60)) })}</span> : null}
          {left !== null && <span>{t("progress.left", { minutes: Math.max(1, Math.round(left / 60)) })}</span>}
          {note}
        </p>
      )}
    </div>
  );
}
