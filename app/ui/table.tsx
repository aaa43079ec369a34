import { Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { Key, ReactNode } from "react";

import { Icon } from "./icon";

export type Column<Row> = {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers and money stand right. */
  align?: "start" | "end";
  /** Takes the room that is left, and cuts long text. */
  grow?: boolean;
  /** Gone below this width of the table's page: for what one can do without. */
  hide?: "md" | "lg" | "xl";
  /** On a phone the label of the value; the header when it is text. "" for none. */
  label?: string;
  /** Sorting is a link, so that it works before scripts and can be shared. */
  sort?: { to: string; direction?: "ascending" | "descending" };
  className?: string;
};

const HIDE = { md: "max-md:hidden", lg: "max-lg:hidden", xl: "max-xl:hidden" } as const;

/**
 * Rows of one kind. The header stays while the page scrolls; the first column names the row (and carries its link: use
 * RowLink, which makes the whole row a target); on a phone each row becomes a list of labelled values.
 */
export function Table<Row>({
  rows,
  columns,
  rowKey,
  caption,
  selected,
  className,
  sticky = true,
}: {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => Key;
  /** What the table shows, for screen readers. */
  caption: string;
  selected?: (row: Row) => boolean;
  className?: string;
  sticky?: boolean;
}) {
  // One column takes the room that is left; the others take what they need, on one line.
  const grows = columns.some((column) => column.grow);
  return (
    <table
      className={cx("stacks w-full border-separate border-spacing-0 text-base", className)}
      role="table"
    >
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => {
            // A column of buttons has no name; an empty heading would be read out as one.
            const Head = column.header ? "th" : "td";
            return (
              <Head
                key={column.key}
                scope={column.header ? "col" : undefined}
                role={column.header ? "columnheader" : "cell"}
                aria-sort={column.sort?.direction}
                className={cx(
                  "border-b border-line bg-paper px-3 py-2 text-sm font-medium whitespace-nowrap text-muted first:pl-2 last:pr-2",
                  sticky && "sticky top-0 z-10",
                  column.align === "end" ? "text-end" : "text-start",
                  column.hide && HIDE[column.hide],
                )}
              >
                {column.sort ? (
                  <Link
                    to={column.sort.to}
                    className="inline-flex items-center gap-1 rounded-sm hover:text-ink"
                    preventScrollReset
                  >
                    {column.header}
                    {column.sort.direction && (
                      <Icon
                        of={column.sort.direction === "ascending" ? ArrowUp : ArrowDown}
                        size={13}
                      />
                    )}
                  </Link>
                ) : (
                  column.header
                )}
              </Head>
            );
          })}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            aria-selected={selected ? selected(row) : undefined}
            className="group/row relative hover:bg-hover has-[a[data-row]:focus-visible]:bg-hover aria-selected:bg-pine-wash"
          >
            {columns.map((column, index) => {
              const Cell = index === 0 ? "th" : "td";
              return (
                <Cell
                  key={column.key}
                  scope={index === 0 ? "row" : undefined}
                  role={index === 0 ? "rowheader" : "cell"}
                  data-label={
                    index === 0
                      ? undefined
                      : (column.label ?? (typeof column.header === "string" ? column.header : ""))
                  }
                  className={cx(
                    "border-b border-line px-3 py-2 align-middle font-normal first:pl-2 last:pr-2",
                    column.align === "end" ? "tabular text-end" : "text-start",
                    column.grow ? "w-full sm:max-w-0 sm:truncate" : grows && "xl:whitespace-nowrap",
                    index === 0 && !column.grow && "sm:max-w-80 sm:truncate",
                    column.hide && HIDE[column.hide],
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The link of a row: its text is the row's name, its target the whole row. */
export function RowLink({
  to,
  children,
  className,
}: {
  to: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Link
      to={to}
      data-row
      prefetch="intent"
      className={cx(
        "font-medium text-ink no-underline outline-offset-4 after:absolute after:inset-0 group-hover/row:text-pine",
        className,
      )}
    >
      {children}
    </Link>
  );
}

/** The plain markup with the kit's look, for tables whose cells span or total. */
export function PlainTable({
  caption,
  head,
  children,
  className,
}: {
  caption: string;
  head?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table
        className={cx(
          "w-full border-collapse text-base [&_td]:border-b [&_td]:border-line [&_td]:px-3 [&_td]:py-2 [&_th]:border-b [&_th]:border-line [&_th]:px-3 [&_th]:py-2 [&_th]:text-start [&_th]:font-medium [&_thead_th]:text-sm [&_thead_th]:text-muted",
          className,
        )}
      >
        <caption className="sr-only">{caption}</caption>
        {head && <thead>{head}</thead>}
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
