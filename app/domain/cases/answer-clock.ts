/**
 * The statutory clock of a complaint, by Polish law. It runs on calendar days: no office hours, no pause while the
 * customer is asked something.
 *
 * - Consumer Rights Act of 30 May 2014, art. 7a: the trader answers a complaint within 14 days of receiving it, on paper
 *   or another durable medium; silence means that the complaint was accepted.
 * - Civil Code art. 111: a term in days ends with the end of its last day; the day of the event does not count.
 * - Civil Code art. 115: a term whose end falls on a Saturday or on a day off by statute ends on the next day that is
 *   neither.
 * - Days off: Act of 18 January 1951 (6 January since 2011, 24 December since 2025; 12 November 2018 once).
 */
import { addDays, dayIn, endOfDay, utcOf } from "../company/calendar";

/** Days to answer a complaint (Consumer Rights Act art. 7a). */
export const ANSWER_DAYS = 14;

/**
 * The last instant at which an answer is in time.
 * @param receivedAt ms since the epoch
 * @param zone IANA zone of the company's seat
 */
export function answerDueAt(receivedAt: number, zone: string): number {
  return endOfDay(answerDueDay(receivedAt, zone), zone) - 1;
}

/** The last day of the term, `YYYY-MM-DD`, as the calendar at the company's seat has it. */
export function answerDueDay(receivedAt: number, zone: string): string {
  let day = addDays(dayIn(zone, receivedAt), ANSWER_DAYS);
  while (isSaturday(day) || isDayOff(day)) day = addDays(day, 1);
  return day;
}

/** Sundays and public holidays in Poland. */
export function isDayOff(day: string): boolean {
  if (new Date(utcOf(day)).getUTCDay() === 0) return true;
  const year = Number(day.slice(0, 4));
  const date = day.slice(5);
  if (FIXED.has(date)) return true;
  if (date === "01-06") return year >= 2011;
  if (date === "12-24") return year >= 2025;
  if (day === "2018-11-12") return true;
  const easter = easterSunday(year);
  return day === addDays(easter, 1) || day === addDays(easter, 60);
}

/** New Year, Labour Day, 3 May, Assumption, All Saints, Independence, Christmas (Easter and Pentecost are Sundays). */
const FIXED = new Set(["01-01", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"]);

function isSaturday(day: string): boolean {
  return new Date(utcOf(day)).getUTCDay() === 6;
}

/** Gregorian Easter (the anonymous computus, Meeus, Astronomical Algorithms, ch. 8). */
export function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return `${year}-${pad(Math.floor(n / 31))}-${pad((n % 31) + 1)}`;
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
