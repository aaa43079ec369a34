import { Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import type { ReactNode } from "react";

export type HeatCell = {
  key: string;
  /** 0 to 1: how strong the colour is. */
  heat: number;
  text: ReactNode;
  /** The figure in full, for who cannot see the column and the row at once. */
  title?: string;
  to?: string;
  /** Not over yet: drawn with a dashed edge. */
  open?: boolean;
};
export type HeatRow = { key: string; label: ReactNode; aside?: ReactNode; cells: readonly (HeatCell | null)[] };

/** Weak enough at its strongest for text in both themes. */
const STEPS = ["", "bg-pine/8", "bg-pine/15", "bg-pine/22", "bg-pine/30", "bg-pine/38", "bg-pine/46"];

/**
 * Numbers in rows and columns, the greater the stronger their ground: read as a table, seen as a picture. Goes sideways
 * where it is wider than the page, its first column stays.
 */
export function Heat({ caption, head, rows, dense = false }: { caption: string; head: readonly ReactNode[]; rows: readonly HeatRow[]; dense?: boolean }) {
  const withAside = rows.some((row) => row.aside !== undefined);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className={cx("border-separate border-spacing-px", dense ? "w-full min-w-[46rem] table-fixed text-xs" : "text-sm")}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th
                key={i}
                scope="col"
                className={cx("px-1.5 pb-1 font-medium whitespace-nowrap text-muted", i === 0 ? "sticky left-0 z-10 bg-paper pr-3 text-start" : dense ? "px-0 text-center" : "text-end", i === 0 && dense && "w-12")}
              >
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className="sticky left-0 z-10 h-6 bg-paper pr-3 text-start font-normal whitespace-nowrap">
                {row.label}
              </th>
              {withAside && <td className="tabular px-1.5 text-end text-muted">{row.aside}</td>}
              {row.cells.map((cell, i) => (
                <Cell key={cell?.key ?? i} cell={cell} dense={dense} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell, dense }: { cell: HeatCell | null; dense: boolean }) {
  const { heat, text, title, to, open } = cell ?? { heat: 0, text: "" };
  const step = heat <= 0 ? 0 : Math.min(STEPS.length - 1, 1 + Math.floor(heat * (STEPS.length - 1)));
  const inner = cx("tabular flex h-6 items-center rounded-xs", dense ? "justify-center" : "min-w-12 justify-end px-1.5", open && "border border-dashed border-edge");
  if (text === "") return <td>{text}</td>;
  return (
    <td className={cx("p-0 rounded-xs", STEPS[step], heat <= 0 && "text-muted")} title={title}>
      {to ? (
        <Link to={to} className={cx(inner, "hover:outline-2 hover:-outline-offset-1 hover:outline-pine")} aria-label={title}>
          {text}
        </Link>
      ) : (
        <span className={inner}>{text}</span>
      )}
    </td>
  );
}
