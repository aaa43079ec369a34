import { useMemo } from "react";
import { useLocale, useTimeZone } from "use-intl";

/** Numbers, money and times the way a language writes them. Everything a person reads of these goes through here. */
export type Format = ReturnType<typeof formatter>;

const DAY = 86_400_000;

export function formatter(language: string, timeZone: string) {
  // Plain `en` means the United States to Intl (12/31, 3 PM); our English readers are on this side of the ocean.
  const locale = language === "en" ? "en-GB" : language;
  const cache = new Map<string, unknown>();
  const keep = <T>(key: string, make: () => T): T => {
    if (!cache.has(key)) cache.set(key, make());
    return cache.get(key) as T;
  };
  const dates = (key: string, options: Intl.DateTimeFormatOptions) =>
    keep(`d:${key}`, () => new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  const numbers = (key: string, options: Intl.NumberFormatOptions) =>
    keep(`n:${key}`, () => new Intl.NumberFormat(locale, options));

  /** Serbian has the month of a date in the genitive, CLDR only in the nominative. */
  const inWords = (key: string, options: Intl.DateTimeFormatOptions) => (at: number) =>
    dates(key, options)
      .formatToParts(at)
      .map(({ type, value }) => (type === "month" && locale.startsWith("sr") ? genitive(value) : value))
      .join("");
  const relative = () => keep("r", () => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
  /** Midnight, by the name of the day. The Swedish way of writing a date is ISO 8601. */
  const dayOf = (at: number) => Date.parse(keep("day", () => new Intl.DateTimeFormat("sv-SE", { timeZone })).format(at));

  return {
    number: (value: number) => numbers("plain", {}).format(value),
    /** 0.123 → 12.3 % */
    percent: (value: number, digits = 1) =>
      numbers(`pct${digits}`, { style: "percent", maximumFractionDigits: digits }).format(value),
    /** Minor units of an ISO 4217 currency. */
    money(minor: number, currency: string) {
      const format = numbers(`m:${currency}`, { style: "currency", currency });
      return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    /** A unit price: an integer at `scale` decimals. */
    unitPrice(price: number, scale: number, currency: string) {
      const least = new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
      return numbers(`u:${currency}:${scale}`, {
        style: "currency", currency, minimumFractionDigits: least, maximumFractionDigits: Math.max(scale, least),
      }).format(price / 10 ** scale);
    },
    date: (at: number) => dates("date", { dateStyle: "medium" }).format(at),
    /** With its weekday, to stand alone: "Monday, 30 November 2026". */
    longDate: inWords("long", { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    /** To stand in a sentence, after "on" or "by": Polish and Serbian would decline the weekday. */
    fullDate: inWords("full", { day: "numeric", month: "long", year: "numeric" }),
    dateTime: (at: number) => dates("dateTime", { dateStyle: "medium", timeStyle: "short" }).format(at),
    /** With the name of the zone, where readers of several zones see it: "30 Nov 2026, 23:59 CET". */
    instant: (at: number) =>
      dates("instant", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" }).format(at),
    time: (at: number) => dates("time", { timeStyle: "short" }).format(at),
    /** A calendar day `YYYY-MM-DD`, whatever the zone. */
    day: (day: string) =>
      keep("d:day", () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", dateStyle: "medium" })).format(
        Date.parse(`${day}T00:00:00Z`),
      ),
    /** "in 3 days", "yesterday": a number of calendar days. */
    days: (count: number) => relative().format(count, "day"),
    /** The same, to stand in a sentence. */
    fullDay: (day: string): string => formatter(language, "UTC").fullDate(Date.parse(`${day}T00:00:00Z`)),
    /** "in 3 days", "2 hours ago". From a day on, by the calendar: what came on Monday evening came two days ago on Wednesday morning. */
    relative(at: number, now: number) {
      const format = relative();
      const ms = at - now;
      const size = Math.abs(ms);
      if (size < 60_000) return format.format(Math.round(ms / 1000), "second");
      if (size < 3_600_000) return format.format(Math.round(ms / 60_000), "minute");
      if (size < DAY) return format.format(Math.round(ms / 3_600_000), "hour");
      if (size < 60 * DAY) return format.format(Math.round((dayOf(at) - dayOf(now)) / DAY), "day");
      if (size < 730 * DAY) return format.format(Math.round(ms / (30.44 * DAY)), "month");
      return format.format(Math.round(ms / (365.25 * DAY)), "year");
    },
    list: (parts: string[]) => keep("l", () => new Intl.ListFormat(locale)).format(parts),
    /** Chromium calls these two by their short names, Node by the long ones: the page must not change as it comes alive. */
    country(code: string) {
      const style = code === "HK" || code === "MO" ? "short" : "long";
      return keep(`c:${style}`, () => new Intl.DisplayNames(locale, { type: "region", style })).of(code) ?? code;
    },
  };
}

/** novembar → novembra, mart → marta; in both scripts. */
function genitive(month: string): string {
  return month.replace(/bar$/, "bra").replace(/бар$/, "бра").replace(/([^aа])$/, (last) => last + (/[a-z]/.test(last) ? "a" : "а"));
}

/** The formatter of the page's language and time zone. */
export function useFormat(): Format {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  return useMemo(() => formatter(locale, timeZone), [locale, timeZone]);
}
