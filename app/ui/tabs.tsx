import { NavLink } from "@remix-run/react";
import { cx } from "class-variance-authority";
import type { ReactNode } from "react";

/**
 * Places of one thing, as links: each has its own address. `current` marks a tab where the address alone does not
 * (a filter in the query); otherwise the link that is open is marked.
 */
export function Tabs({ items, label }: { items: readonly { to: string; label: ReactNode; count?: number; current?: boolean; end?: boolean }[]; label: string }) {
  return (
    <nav aria-label={label} className="-mx-1 mb-5 overflow-x-auto border-b border-line px-1">
      <ul className="flex gap-5">
        {items.map((item) => (
          <li key={item.to}>
            <NavLink
              to={item.to}
              end={item.end ?? true}
              preventScrollReset
              // (NavLink takes undefined for "page".)
              aria-current={item.current === false ? "false" : "page"}
              className={({ isActive }) =>
                cx(
                  "-mb-px flex min-h-(--control) items-center gap-1.5 border-b-2 py-1.5 whitespace-nowrap",
                  (item.current ?? isActive) ? "border-pine font-medium text-ink" : "border-transparent text-muted hover:border-edge hover:text-ink",
                )
              }
            >
              {item.label}
              {item.count !== undefined && <span className="tabular rounded-sm bg-hover px-1.5 text-xs text-muted">{item.count}</span>}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
