/** When a mail was written, as programs write it above a mail that they forward: in words of English, Polish or Serbian. Pure. */
import { instantOf } from "../company/local-time";
import { foldForSearch } from "../customers/search";

/** By the first three letters, folded. */
const MONTHS: Record<string, number> = {
  jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12,
  sty: 1, lut: 2, kwi: 4, maj: 5, cze: 6, lip: 7, sie: 8, wrz: 9, paz: 10, lis: 11, gru: 12,
  avg: 8, okt: 10,
};

/** @param zone of who reads it, where it names none itself @returns ms since the epoch; null when it cannot be read */
export function readWrittenDate(text: string, zone: string): number | null {
  if (/[+-]\d{4}\b|\b(?:GMT|UTC)\b/.test(text)) {
    const at = Date.parse(text.replace(/\([^()]*\)/g, " ").trim());
    if (!Number.isNaN(at)) return at;
  }
  const words = foldForSearch(text.slice(0, 200));
  const day = dayIn(words);
  if (day === null) return null;
  return instantOf(`${day}T${timeIn(words)}`, zone);
}

function dayIn(words: string): string | null {
  const iso = /\b(\d{4})-(\d{1,2})-(\d{1,2})\b/.exec(words);
  if (iso) return dated(iso[1], iso[2], iso[3]);
  const inNumbers = /\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})\b/.exec(words);
  if (inNumbers) {
    const [, first, second, year] = inNumbers;
    // Americans put the month first, and write AM and PM.
    const isAmerican = Number(second) > 12 || (/\d\s*[ap]m\b/.test(words) && Number(first) <= 12);
    return isAmerican ? dated(year, first, second) : dated(year, second, first);
  }
  const month = (words.match(/\p{L}{3,}/gu) ?? []).map((word) => MONTHS[word.slice(0, 3)]).find(Boolean);
  const year = /\b(\d{4})\b/.exec(words);
  const day = /\b(\d{1,2})(?!\d|:|\.\d)/.exec(words);
  return month === undefined ? null : dated(year?.[1], String(month), day?.[1]);
}

function dated(year: string | undefined, month: string | undefined, day: string | undefined): string | null {
  if (!year || !month || !day || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  return `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function timeIn(words: string): string {
  // Behind the day, so that 3.11.2025 is no time.
  const found = /(?:^|[^\d.])(\d{1,2})[:.](\d{2})(?::\d{2})?(?![\d.]*\d)\s*([ap]m)?/.exec(words);
  if (!found) return "12:00";
  const hour = (Number(found[1]) % (found[3] ? 12 : 24)) + (found[3] === "pm" ? 12 : 0);
  return `${String(hour).padStart(2, "0")}:${found[2]}`;
}
