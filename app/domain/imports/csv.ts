/**
 * Reads and writes comma-separated text: RFC 4180, and what spreadsheets and old programs really send. A quote inside
 * an unquoted cell is an ordinary character, rows may be shorter or longer than the header, blank lines are no rows,
 * NULs are dropped. A quote that is opened and never closed costs its own line only, not the rest of the file.
 */

export type CsvRecord = {
  /** The line of the file on which the row begins, counted from 1. */
  line: number;
  cells: string[];
  /** The row as it stands in the file. */
  raw: string;
  /** Set when the row cannot be cut into cells. */
  broken?: "open_quote";
};

/** A quoted cell that has not ended after so many characters is taken for a forgotten quote. */
const LONGEST_CELL = 4 * 1024 * 1024;
const LF = 10;
const CR = 13;

/**
 * Cuts text that comes in pieces into rows. Memory: one piece and the longest row.
 * @param limit characters after which an open quote counts as forgotten
 */
export class CsvCutter {
  private text = "";
  private at = 0;
  private line = 1;
  private readonly delimiter: number;
  /** A known-open quote: nothing to look for before this length. */
  private waitFor = 0;

  constructor(
    delimiter: string,
    private readonly limit = LONGEST_CELL,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  push(piece: string): void {
    const clean = piece.includes("\0") ? piece.replaceAll("\0", "") : piece;
    this.text = this.text.slice(this.at) + clean;
    this.at = 0;
  }

  /** The rows that are complete so far; with `isEnd` also the last one. */
  *records(isEnd: boolean): Generator<CsvRecord> {
    for (;;) {
      if (!isEnd && this.text.length - this.at < this.waitFor) return;
      const record = this.next(isEnd);
      if (!record) return;
      this.waitFor = 0;
      if (record.cells.length === 1 && record.cells[0]!.trim() === "" && !record.broken) continue;
      yield record;
    }
  }

  private next(isEnd: boolean): CsvRecord | null {
    const { text } = this;
    const start = this.at;
    if (start >= text.length) return null;
    const cells: string[] = [];
    let at = start;
    for (;;) {
      let cell: string;
      if (text.charCodeAt(at) === 34) {
        const end = this.closingQuote(at, isEnd);
        if (end === "more") return null;
        if (end === "broken") return this.forgottenQuote(start, isEnd);
        const quoted = text.slice(at + 1, end);
        cell = quoted.includes('""') ? quoted.replaceAll('""', '"') : quoted;
        at = end + 1;
        const rest = this.endOfPlain(at);
        if (rest > at) cell += text.slice(at, rest);
        at = rest;
      } else {
        const end = this.endOfPlain(at);
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (at >= text.length) {
        if (!isEnd) return null;
        return this.take(start, at, at, cells);
      }
      const mark = text.charCodeAt(at);
      if (mark === this.delimiter) {
        at++;
        continue;
      }
      // \r at the very end of a piece: the \n may come with the next one
      if (mark === CR && at + 1 >= text.length && !isEnd) return null;
      const after = mark === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
      return this.take(start, at, after, cells);
    }
  }

  /** Where an unquoted cell ends: at a delimiter, a line end, or the end of the text. */
  private endOfPlain(from: number): number {
    const { text, delimiter } = this;
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR) break;
    }
    return at;
  }

  /** The place of the quote that closes the cell opened at `open`. */
  private closingQuote(open: number, isEnd: boolean): number | "more" | "broken" {
    const { text } = this;
    let at = open + 1;
    for (;;) {
      at = text.indexOf('"', at);
      if (at < 0) {
        if (isEnd || text.length - open > this.limit) return "broken";
        this.waitFor = Math.min(this.limit, (text.length - this.at) * 1.5);
        return "more";
      }
      if (at + 1 >= text.length) return isEnd ? at : "more";
      const next = text.charCodeAt(at + 1);
      if (next === 34) {
        at += 2;
        continue;
      }
      const endsCell = next === this.delimiter || next === LF || next === CR;
      // 'abc" def' over several lines: that quote opens a later cell, the first one was forgotten
      if (!endsCell && hasLineEnd(text, open, at)) return "broken";
      return at;
    }
  }

  /** Gives up one line only, and goes on behind it. */
  private forgottenQuote(start: number, isEnd: boolean): CsvRecord | null {
    const { text } = this;
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== LF && text.charCodeAt(end) !== CR) end++;
    if (end + 1 >= text.length && !isEnd) return null;
    const after = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : Math.min(end + 1, text.length);
    return { ...this.take(start, end, after, [text.slice(start, end)]), broken: "open_quote" };
  }

  private take(start: number, end: number, after: number, cells: string[]): CsvRecord {
    const raw = this.text.slice(start, end);
    const record = { line: this.line, cells, raw };
    this.line += lineEndsIn(raw) + (after > end ? 1 : 0);
    this.at = after;
    return record;
  }
}

function hasLineEnd(text: string, from: number, to: number): boolean {
  const lf = text.indexOf("\n", from);
  if (lf >= 0 && lf < to) return true;
  const cr = text.indexOf("\r", from);
  return cr >= 0 && cr < to;
}

function lineEndsIn(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** All rows of a text that is at hand as a whole. */
export function parseCsv(text: string, delimiter = ","): CsvRecord[] {
  const cutter = new CsvCutter(delimiter);
  cutter.push(text);
  return [...cutter.records(true)];
}

/**
 * One row to write. Spreadsheets run a cell that begins with = + - @ (after blanks too), a tab or a carriage return as a formula:
 * an apostrophe before it makes it text (OWASP, CSV injection).
 */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** Apostrophes before it count: what was written with one more comes back with one less. */
const STARTS_FORMULA = /^'*(?:[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])/;

/** Takes our own apostrophe before a formula off again. */
export function plainCell(text: string): string {
  return text.startsWith("'") && STARTS_FORMULA.test(text) ? text.slice(1) : text;
}

export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const inert = STARTS_FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}
