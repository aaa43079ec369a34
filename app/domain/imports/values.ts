/** Reads cells as people and programs write them: numbers, days and times, yes and no, languages, countries. Pure. */
import type { ImportOptions } from "./schema";

/** Spreadsheets write whole numbers as `17850.0`; blanks round an id do not count. */
export function readId(cell: string): string {
  const text = cell.trim();
  // Shopify writes '123 so that spreadsheets leave the number alone
  if (/^'\d+$/.test(text)) return text.slice(1);
  return /^\d+\.0+$/.test(text) ? text.slice(0, text.indexOf(".")) : text;
}

export type Decimal = { amount: number; scale: number };

/**
 * A number as an integer at a scale, never through a float: `2.55` → 255 at 2. Currency signs and blanks are passed
 * over; the mark that is not the decimal one divides thousands. Null for anything else, and for more than `maxScale`
 * decimals.
 */
export function readDecimal(cell: string, mark: "." | ",", maxScale = 3): Decimal | null {
  const text = cell.trim().replace(/^(?:EUR|USD|GBP|PLN|RSD|[€$£])\s*|\s*(?:EUR|USD|GBP|PLN|RSD|zł|din\.?|[€$£])$/giu, "").replace(/[\s\u00a0\u202f']/g, "");
  const thousands = mark === "." ? "," : ".";
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(regroup(text, mark, thousands) ?? "");
  if (!match) return null;
  const decimals = (match[3] ?? "").replace(/0+$/, "");
  if (decimals.length > maxScale) return null;
  const amount = Number(`${match[1]}${match[2]}${decimals}`);
  return Number.isSafeInteger(amount) ? { amount: amount || 0, scale: decimals.length } : null;
}

/** Thousands taken out and the decimal mark made a point; null when the marks stand where they cannot. */
function regroup(text: string, mark: string, thousands: string): string | null {
  const [whole = "", decimals, ...more] = text.split(mark);
  if (more.length || decimals?.includes(thousands)) return null;
  const groups = whole.split(thousands);
  if (groups.length > 1 && !groups.slice(1).every((group) => /^\d{3}$/.test(group))) return null;
  return groups.join("") + (decimals === undefined ? "" : `.${decimals}`);
}

/** A whole number; `6.0` is one. */
export function readWhole(cell: string, mark: "." | ","): number | null {
  const number = readDecimal(cell, mark);
  return number && number.scale === 0 ? number.amount : null;
}

type Clock = { year: number; month: number; day: number; hour: number; minute: number; second: number; ms: number };

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;
const NUMERIC = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\.?(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/** An instant in ms since the epoch; a time without a zone is one of `timeZone`'s clocks, a day alone its midnight. */
export function readInstant(cell: string, options: Pick<ImportOptions, "dayOrder" | "timeZone">): number | null {
  const text = cell.trim();
  const read = readClock(text, options.dayOrder);
  if (!read) return null;
  const { clock, zone } = read;
  const asUtc = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second, clock.ms);
  if (zone === "Z") return asUtc;
  if (zone) return asUtc - (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
  return asUtc - offsetAt(asUtc, options.timeZone);
}

/** A calendar day, `YYYY-MM-DD`. */
export function readDay(cell: string, dayOrder: "dmy" | "mdy"): string | null {
  const read = readClock(cell.trim(), dayOrder);
  if (!read) return null;
  const { year, month, day } = read.clock;
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function readClock(text: string, dayOrder: "dmy" | "mdy"): { clock: Clock; zone: string | undefined } | null {
  const iso = ISO.exec(text);
  if (iso) return checked(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], iso[8], iso[7]);
  const numeric = NUMERIC.exec(text);
  if (!numeric) return null;
  const [, first, , second, year, hour, minute, sec] = numeric;
  const fullYear = year!.length === 2 ? String(Number(year) + (Number(year) < 70 ? 2000 : 1900)) : year;
  return dayOrder === "dmy"
    ? checked(fullYear, second, first, hour, minute, sec, undefined)
    : checked(fullYear, first, second, hour, minute, sec, undefined);
}

function checked(y?: string, mo?: string, d?: string, h?: string, mi?: string, s?: string, zone?: string, fraction = "") {
  const clock = { year: Number(y), month: Number(mo), day: Number(d), hour: Number(h ?? 0), minute: Number(mi ?? 0), second: Number(s ?? 0), ms: Number(fraction.slice(0, 3).padEnd(3, "0")) };
  const date = new Date(Date.UTC(clock.year, clock.month - 1, clock.day));
  const isReal =
    date.getUTCMonth() === clock.month - 1 && date.getUTCDate() === clock.day && clock.year >= 1900 && clock.year <= 2200 &&
    clock.hour < 24 && clock.minute < 60 && clock.second < 60;
  return isReal ? { clock, zone } : null;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** By how many ms the zone's clocks are ahead when they show this time. In the hour that is skipped: as before it. */
function offsetAt(shown: number, timeZone: string): number {
  const hour = `${timeZone}|${Math.floor(shown / 900_000)}`;
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const guess = offsetOf(shown - offsetOf(shown, timeZone), timeZone);
  if (offsets.size > 50_000) offsets.clear();
  offsets.set(hour, guess);
  return guess;
}

function offsetOf(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(instant).map((p) => [p.type, Number(p.value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - Math.floor(instant / 1000) * 1000;
}

const YES = new Set("yes y true t 1 x on granted subscribed subscribe opt-in tak prawda da истина да jeste".split(" "));
const NO = new Set("no n false f 0 off withdrawn unsubscribed unsubscribe opt-out nie fałsz ne не".split(" "));

/** Null when the cell says neither. */
export function readYesNo(cell: string): boolean | null {
  const text = cell.trim().toLowerCase();
  return YES.has(text) ? true : NO.has(text) ? false : null;
}

const LANGUAGES = new Map(Object.entries({
  english: "en", angielski: "en", engleski: "en", polish: "pl", polski: "pl", poljski: "pl",
  serbian: "sr-Cyrl", srpski: "sr-Latn", serbski: "sr-Latn", српски: "sr-Cyrl", "sr-rs": "sr-Cyrl", sr: "sr-Cyrl",
} as const));

/** One of our languages, or null: the customer then gets the import's own. */
export function readLanguage(cell: string): "en" | "pl" | "sr-Latn" | "sr-Cyrl" | null {
  const text = cell.trim().replaceAll("_", "-").toLowerCase();
  const named = LANGUAGES.get(text);
  if (named) return named;
  if (/^sr\b.*latn/.test(text)) return "sr-Latn";
  if (/^sr\b.*cyrl/.test(text)) return "sr-Cyrl";
  if (/^(en|pl)(-[a-z0-9]+)*$/.test(text)) return text.slice(0, 2) as "en";
  return null;
}

const COUNTRY_ALIASES = new Map(Object.entries({
  "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "usa": "US",
  "u.s.a.": "US", "united states of america": "US", "eire": "IE", "rsa": "ZA", "holland": "NL", "czech republic": "CZ",
  "republic of serbia": "RS", "uae": "AE", "hong kong": "HK",
}));

let countryNames: Map<string, string> | undefined;
let countryCodes: Set<string> | undefined;
/** Cell → country: the cells of a file are few, and asked for again in each row. */
const read = new Map<string, string | null>();

/** ISO 3166-1 alpha-2 from a code or a name in our languages; null when it is not a country ("Unspecified"). */
export function readCountry(cell: string): string | null {
  const text = cell.trim();
  if (text === "") return null;
  const known = read.get(text);
  if (known !== undefined) return known;
  const country = findCountry(text);
  if (read.size < 5000) read.set(text, country);
  return country;
}

function findCountry(text: string): string | null {
  countryNames ??= namesOfCountries();
  countryCodes ??= new Set(countryNames.values());
  if (/^[A-Za-z]{2}$/.test(text) && text.toLowerCase() !== "uk") {
    const code = text.toUpperCase();
    return countryCodes.has(code) ? code : null;
  }
  return COUNTRY_ALIASES.get(text.toLowerCase()) ?? countryNames.get(text.toLowerCase()) ?? null;
}

function namesOfCountries(): Map<string, string> {
  const names = new Map<string, string>();
  const spoken = ["en", "pl", "sr-Latn", "sr-Cyrl", "de"].map((l) => [new Intl.DisplayNames(l, { type: "region", fallback: "none" }), l] as const);
  for (let a = 65; a <= 90; a++)
    for (let b = 65; b <= 90; b++) {
      const code = String.fromCharCode(a, b);
      // unions and made-up codes; and codes of states that are no more, which stand for their successors
      if (["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"].includes(code)) continue;
      if (Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
      for (const [display] of spoken) {
        const name = display.of(code);
        if (name && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), code);
      }
    }
  return names;
}

const ORDER_STATUSES = new Map(Object.entries({
  placed: "placed", open: "placed", new: "placed", pending: "placed", unfulfilled: "placed", partial: "placed", restocked: "placed", processing: "in_production",
  in_production: "in_production", shipped: "shipped", fulfilled: "shipped", delivered: "delivered", completed: "delivered", cancelled: "cancelled", canceled: "cancelled",
  nowe: "placed", "w realizacji": "in_production", wysłane: "shipped", dostarczone: "delivered", anulowane: "cancelled",
  nova: "placed", poslata: "shipped", isporučena: "delivered", otkazana: "cancelled",
} as const));

/** Null: the cell says nothing. Undefined: what it says is no status. */
export function readOrderStatus(cell: string): "placed" | "in_production" | "shipped" | "delivered" | "cancelled" | null | undefined {
  const text = cell.trim().toLowerCase();
  return text === "" ? null : ORDER_STATUSES.get(text);
}

const STATES = new Map(Object.entries({ granted: "granted", withdrawn: "withdrawn", pending: "pending" } as const));

export function readConsentState(cell: string): "granted" | "withdrawn" | "pending" | null {
  const named = STATES.get(cell.trim().toLowerCase());
  if (named) return named;
  const said = readYesNo(cell);
  return said === null ? null : said ? "granted" : "withdrawn";
}
