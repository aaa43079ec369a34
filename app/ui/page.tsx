import { Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ChevronLeft } from "lucide-react";
import { useId, type ReactNode } from "react";

import { Icon } from "./icon";

const WIDTHS = { narrow: "max-w-xl", text: "max-w-3xl", wide: "max-w-6xl", full: "max-w-none" } as const;

/** The content of a page. Staff lists use `full`, forms `text` (both begin at the rail); the portal `text`, centred. */
export function Page({ width = "full", className, children }: { width?: keyof typeof WIDTHS; className?: string; children: ReactNode }) {
  return <div className={cx("w-full px-4 py-5 sm:px-6 sm:py-6", WIDTHS[width], "[[data-mood=portal]_&]:mx-auto", className)}>{children}</div>;
}

/**
 * Title of the page with its one main action on the right (a second, quiet one at most; more go into a Menu).
 * `back` is where the page belongs; `meta` is the line of facts below the title; `status` a chip beside it.
 */
export function PageHeader({
  title,
  back,
  meta,
  status,
  lead,
  actions,
}: {
  title: ReactNode;
  back?: { to: string; label: string };
  meta?: ReactNode;
  status?: ReactNode;
  /** One sentence that says what the page is for; the portal uses it, staff pages seldom. */
  lead?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="mb-5">
      {back && (
        <Link to={back.to} className="mb-1 -ml-1 inline-flex min-h-6 items-center gap-0.5 rounded-sm text-sm text-muted hover:text-ink">
          <Icon of={ChevronLeft} size={15} />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="font-heading text-xl font-(--heading-weight) tracking-[-0.012em]">{title}</h1>
            {status}
          </div>
          {meta && <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">{meta}</div>}
          {lead && <p className="mt-1.5 max-w-prose text-base text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2 max-sm:w-full max-sm:*:flex-auto max-sm:[&>form>button]:w-full">{actions}</div>}
      </div>
    </header>
  );
}

/** A part of a page under its own heading, divided by a line from what stands above. */
export function Section({
  title,
  description,
  actions,
  first = false,
  children,
  className,
}: {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Without the dividing line. */
  first?: boolean;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={title ? id : undefined} className={cx(first ? undefined : "mt-8 border-t border-line pt-6 first:mt-0 first:border-0 first:pt-0", className)}>
      {title && (
        <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h2 id={id} className="font-heading text-lg font-(--heading-weight)">
            {title}
          </h2>
          {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
          {description && (
            <div className="w-full text-sm text-muted">
              <p className="max-w-prose">{description}</p>
            </div>
          )}
        </div>
      )}
      {children}
    </section>
  );
}

/** Main content with a column of facts beside it; on a narrow screen the facts come after (or before, with `asideFirst`). */
export function Split({
  children,
  aside,
  asideFirst = false,
  asideLabel,
}: {
  children: ReactNode;
  aside: ReactNode;
  asideFirst?: boolean;
  asideLabel?: string;
}) {
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0">{children}</div>
      <aside aria-label={asideLabel} className={cx("min-w-0 lg:border-l lg:border-line lg:pl-8", asideFirst && "max-lg:order-first")}>
        {aside}
      </aside>
    </div>
  );
}

