import { cx } from "class-variance-authority";
import { scaleLinear } from "d3-scale";
import type { ReactNode } from "react";

import { ChartFrame } from "./frame";

export type Bar = {
  key: string;
  label: ReactNode;
  value: number;
  /** Where the truth lies with the stated confidence, if it is uncertain. */
  interval?: { low: number; high: number };
  /** Said behind the value: a share, a sum. */
  aside?: ReactNode;
  /** point: what the chart is about; context: the rest, in grey. */
  tone?: "point" | "context";
};

const WIDTH = 1000;

/**
 * Bars that lie, from zero, each with its name before and its value behind it, so that nothing needs a legend.
 * `format` writes a value; `max` fixes the scale where several charts are to be compared.
 */
export function BarChart({
  title,
  note,
  bars,
  format,
  head,
  max,
  file,
}: {
  title: string;
  note?: ReactNode;
  file?: string;
  bars: readonly Bar[];
  format: (value: number) => string;
  /** Names of the table's columns: what is counted, the count, and (with intervals) what the interval is. */
  head: readonly [what: string, count: string, interval?: string];
  max?: number;
}) {
  const uncertain = bars.some((bar) => bar.interval);
  return (
    <ChartFrame
      title={title}
      note={note}
      file={file}
      table={{
        head: uncertain ? head : head.slice(0, 2),
        rows: bars.map((bar) => [
          bar.label,
          <>
            {format(bar.value)} {bar.aside}
          </>,
          ...(uncertain ? [bar.interval && `${format(bar.interval.low)} – ${format(bar.interval.high)}`] : []),
        ]),
      }}
    >
      <Bars bars={bars} format={format} max={max} />
    </ChartFrame>
  );
}

/** The bars alone, for a place that brings its own heading and table. */
export function Bars({ bars, format, max }: { bars: readonly Bar[]; format: (value: number) => string; max?: number }) {
  const top = max ?? Math.max(0, ...bars.map((bar) => bar.interval?.high ?? bar.value));
  const scale = scaleLinear([0, top || 1], [0, WIDTH]).clamp(true);
  return (
    <ul className="grid grid-cols-[minmax(5rem,max-content)_minmax(0,1fr)_max-content] items-center gap-x-3 gap-y-1.5">
      {bars.map((bar) => (
        <li key={bar.key} className="contents">
          <span className="max-w-48 text-sm text-muted">{bar.label}</span>
          <svg viewBox={`0 0 ${WIDTH} 20`} preserveAspectRatio="none" className="h-5 w-full overflow-visible" aria-hidden>
            <rect width={scale(bar.value)} height="20" className={bar.tone === "context" ? "fill-edge/55" : "fill-pine"} />
            {bar.interval && <Interval from={scale(bar.interval.low)} to={scale(bar.interval.high)} />}
            <line x1="0" x2="0" y1="-2" y2="22" className="stroke-edge" vectorEffect="non-scaling-stroke" />
          </svg>
          <span className="tabular text-sm whitespace-nowrap">
            <span className="font-medium">{format(bar.value)}</span>
            {bar.aside && <span className="text-muted"> {bar.aside}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** From the low to the high end of what may be true: a line with two feet across the bar's end. */
function Interval({ from, to }: { from: number; to: number }) {
  return (
    <path
      d={`M${from} 4V16M${from} 10H${to}M${to} 4V16`}
      className="fill-none stroke-ink"
      strokeWidth="1.5"
      vectorEffect="non-scaling-stroke"
      data-interval=""
    />
  );
}

export type FunnelStep = { key: string; label: ReactNode; value: number; note?: ReactNode };

/**
 * How many went on from step to step, each bar against the first; in grey behind it the step before, so that the place
 * where people are lost is the place one sees.
 */
export function Funnel({
  title,
  note,
  steps,
  format,
  percent,
  head,
}: {
  title: string;
  note?: ReactNode;
  steps: readonly FunnelStep[];
  format: (value: number) => string;
  percent: (share: number) => string;
  head: readonly [step: string, count: string, ofFirst: string, ofPrevious: string];
}) {
  const first = steps[0]?.value ?? 0;
  const share = (value: number, of: number) => (of > 0 ? percent(value / of) : "–");
  const scale = scaleLinear([0, first || 1], [0, WIDTH]).clamp(true);
  return (
    <ChartFrame
      title={title}
      note={note}
      table={{
        head,
        rows: steps.map((step, index) => [
          step.label,
          format(step.value),
          share(step.value, first),
          index ? share(step.value, steps[index - 1]?.value ?? 0) : "",
        ]),
      }}
    >
      <ol className="flex flex-col">
        {steps.map((step, index) => {
          const before = steps[index - 1]?.value ?? 0;
          return (
            <li key={step.key} className={cx("grid grid-cols-[minmax(0,1fr)_auto] gap-x-4", index > 0 && "pt-3")}>
              <span className="min-w-0">
                <span className="font-medium">{step.label}</span>
                {step.note && <span className="text-sm text-muted"> · {step.note}</span>}
              </span>
              <span className="tabular text-end whitespace-nowrap">
                <span className="font-medium">{format(step.value)}</span>
                {index > 0 && <span className="text-sm text-muted"> · {share(step.value, first)}</span>}
              </span>
              <svg viewBox={`0 0 ${WIDTH} 12`} preserveAspectRatio="none" className="col-span-2 mt-1 h-3 w-full" aria-hidden>
                <rect width={index > 0 ? scale(before) : WIDTH} height="12" className="fill-line" />
                <rect width={scale(step.value)} height="12" className="fill-pine" />
              </svg>
            </li>
          );
        })}
      </ol>
    </ChartFrame>
  );
}
