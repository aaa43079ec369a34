import { cx } from "class-variance-authority";
import { Fragment, type ReactNode } from "react";

/**
 * Facts as name and value. `side`: name beside value in two columns; `stack`: name above value (narrow panels).
 * An item whose value is null, undefined or false is left out.
 */
export function DataList({ items, layout = "side", className }: { items: readonly (readonly [name: ReactNode, value: ReactNode])[]; layout?: "side" | "stack"; className?: string }) {
  const shown = items.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "");
  return (
    <dl
      className={cx(
        "text-base",
        layout === "side" ? "grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5" : "flex flex-col gap-3",
        className,
      )}
    >
      {shown.map(([name, value], index) =>
        layout === "side" ? (
          <Fragment key={index}>
            <dt className="max-w-40 text-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </Fragment>
        ) : (
          <div key={index}>
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="mt-0.5 min-w-0">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
