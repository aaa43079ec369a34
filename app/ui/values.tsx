import { cx } from "class-variance-authority";
import type { ReactNode } from "react";
import { useNow } from "use-intl";

import { useFormat } from "../i18n/format";
import { useCompanyFormat } from "./company-zone";

/** An amount in minor units of its currency, in tabular figures. */
export function Money({ minor, currency, className }: { minor: number; currency: string; className?: string }) {
  return <span className={cx("tabular whitespace-nowrap", className)}>{useFormat().money(minor, currency)}</span>;
}

/**
 * An instant. `show`: `date` (default), `dateTime`, `time`, or `relative` ("2 hours ago"); the exact instant is always
 * in the title, and in `datetime` for machines.
 */
export function DateTime({
  at,
  show = "date",
  className,
}: {
  at: number;
  show?: "date" | "dateTime" | "time" | "relative" | "long";
  className?: string;
}) {
  const format = useFormat();
  const now = useNow().getTime();
  const shown = {
    date: format.date,
    dateTime: format.dateTime,
    time: format.time,
    long: format.fullDate,
    relative: () => format.relative(at, now),
  }[show](at);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={show === "relative" ? format.dateTime(at) : `${format.dateTime(at)} · ${format.relative(at, now)}`}
      className={cx("whitespace-nowrap", className)}
      suppressHydrationWarning
    >
      {shown}
    </time>
  );
}

/**
 * The last day of a term by law, from the instant at which it ends: a calendar day at the company's seat, wherever it is
 * read. The title says when exactly that is for the reader.
 */
export function LegalDay({ endsAt, show = "date", className }: { endsAt: number; show?: "date" | "long"; className?: string }) {
  const seat = useCompanyFormat();
  const own = useFormat();
  return (
    <time dateTime={new Date(endsAt).toISOString()} title={own.instant(endsAt)} className={cx("whitespace-nowrap", className)}>
      {show === "long" ? seat.fullDate(endsAt) : seat.date(endsAt)}
    </time>
  );
}

/** A calendar day without a time, `YYYY-MM-DD`. */
export function Day({ day, className }: { day: string; className?: string }) {
  return (
    <time dateTime={day} className={cx("whitespace-nowrap", className)}>
      {useFormat().day(day)}
    </time>
  );
}

export function Num({ value, className }: { value: number; className?: string }) {
  return <span className={cx("tabular", className)}>{useFormat().number(value)}</span>;
}

/** What has no value: a dash to the eye, the word to a screen reader. */
export function None({ label }: { label?: ReactNode }) {
  return label ? (
    <span className="text-muted">{label}</span>
  ) : (
    <span className="text-muted" aria-hidden>
      –
    </span>
  );
}
