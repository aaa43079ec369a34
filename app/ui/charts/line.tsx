import { cx } from "class-variance-authority";
import { scaleLinear } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import type { ReactNode } from "react";

import { ChartFrame } from "./frame";

/** `x` is an instant or any number; `low` and `high` bound what may be true. */
export type Point = { x: number; y: number; low?: number; high?: number };
export type Series = { key: string; name: string; points: readonly Point[]; tone?: "point" | "context" };

const W = 1000;
const H = 300;
/** 16 px of the 192 that the drawing is high. */
const LINE_OF_TEXT = H / 12;

/**
 * Values over time from zero, the name of each line at its end. Text is set in HTML beside the drawing, so that it
 * keeps its size on a phone.
 */
export function LineChart({
  title,
  note,
  series,
  formatX,
  formatY,
  head,
  file,
}: {
  title: string;
  note?: ReactNode;
  file?: string;
  series: readonly Series[];
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  /** Name of the table's first column. */
  head: string;
}) {
  const points = series.flatMap((one) => one.points);
  const xs = [...new Set(points.map((point) => point.x))].toSorted((a, b) => a - b);
  const first = xs[0];
  const last = xs.at(-1);
  if (first === undefined || last === undefined) return null;
  const x = scaleLinear([first, last === first ? first + 1 : last], [0, W]);
  const y = scaleLinear([0, Math.max(1e-9, ...points.map((point) => point.high ?? point.y))], [H, 0]).nice(4);
  const ticks = y.ticks(4);
  const path = line<Point>((p) => x(p.x), (p) => y(p.y)).curve(curveMonotoneX);
  const band = area<Point>((p) => x(p.x), (p) => y(p.low ?? p.y), (p) => y(p.high ?? p.y)).curve(curveMonotoneX);
  const from = (value: number) => ({ top: `${(value / H) * 100}%` });
  return (
    <ChartFrame
      title={title}
      note={note}
      file={file}
      table={{ head: [head, ...series.map((one) => one.name)], rows: xs.map((at) => [formatX(at), ...series.map((one) => cell(one, at, formatY))]) }}
    >
      <div className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-2 text-xs text-muted" aria-hidden>
        <div className="relative h-48 min-w-8">
          {ticks.map((tick) => (
            <span key={tick} className="tabular absolute right-0 -translate-y-1/2 whitespace-nowrap" style={from(y(tick))}>
              {formatY(tick)}
            </span>
          ))}
          <span className="invisible block h-0 whitespace-nowrap">{formatY(ticks.at(-1) ?? 0)}</span>
        </div>
        <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" className="h-48 w-full overflow-visible">
          {ticks.map((tick) => (
            <line key={tick} x1="0" x2={W} y1={y(tick)} y2={y(tick)} className={tick === 0 ? "stroke-edge" : "stroke-line"} vectorEffect="non-scaling-stroke" />
          ))}
          {series.map((one) => (
            <g key={one.key}>
              {one.points.some((p) => p.low !== undefined) && (
                <path d={band([...one.points]) ?? ""} className={one.tone === "context" ? "fill-edge/20" : "fill-pine/20"} data-interval="" />
              )}
              <path
                d={path([...one.points]) ?? ""}
                className={cx("fill-none", one.tone === "context" ? "stroke-edge" : "stroke-pine")}
                strokeWidth="2"
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
              />
            </g>
          ))}
        </svg>
        <div className={cx("relative", series.length > 1 && "w-24")}>
          {series.length > 1 &&
            apart(series.map((one) => ({ one, at: y(one.points.at(-1)?.y ?? 0) }))).map(({ one, at }) => (
              <span
                key={one.key}
                className={cx("absolute max-w-full -translate-y-1/2 truncate font-medium", one.tone === "context" ? "text-muted" : "text-pine")}
                style={from(at)}
              >
                {one.name}
              </span>
            ))}
        </div>
        <div className="col-start-2 mt-1.5 flex justify-between">
          <span>{formatX(first)}</span>
          {last !== first && <span>{formatX(last)}</span>}
        </div>
      </div>
    </ChartFrame>
  );
}

/** Names of lines that end close together are moved up until one line of text fits between them. */
function apart<Label extends { at: number }>(labels: readonly Label[]): Label[] {
  let below = Infinity;
  return labels
    .toSorted((a, b) => b.at - a.at)
    .map((label) => {
      below = Math.min(label.at, below - LINE_OF_TEXT);
      return { ...label, at: below };
    });
}

function cell(series: Series, at: number, format: (y: number) => string): string {
  const point = series.points.find((p) => p.x === at);
  if (!point) return "";
  if (point.low === undefined || point.high === undefined) return format(point.y);
  return `${format(point.y)} (${format(point.low)} – ${format(point.high)})`;
}

/** The way of a figure in small, beside its number; the last value is marked. Its words are the figure's own. */
export function Sparkline({ values, className }: { values: readonly number[]; className?: string }) {
  if (values.length < 2) return null;
  const x = scaleLinear([0, values.length - 1], [2, 117]);
  const y = scaleLinear([0, Math.max(1e-9, ...values)], [26, 3]);
  const path = line<number>((_, index) => x(index), (value) => y(value)).curve(curveMonotoneX);
  const last = values.length - 1;
  return (
    <svg viewBox="0 0 120 28" className={cx("h-7 w-30", className)} aria-hidden>
      <path d={path([...values]) ?? ""} className="fill-none stroke-edge" strokeWidth="1.5" />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r="2.5" className="fill-pine" />
    </svg>
  );
}
