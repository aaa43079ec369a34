/** Addresses and customer numbers out of a file that somebody gives as a list. Pure. */
import { parseCsv } from "./csv";
import { guessDelimiter } from "./encoding";

/** Of each row the cell with an address; without one, the first cell. A row that only names its columns says nobody. */
export function entriesOf(text: string): string[] {
  const rows = parseCsv(text.replace(/^\u{FEFF}/u, ""), guessDelimiter(text.slice(0, 10_000))).map(({ cells }) => cells.map((cell) => cell.trim()));
  return rows.filter((cells, i) => i > 0 || cells.some((cell) => /[@\d]/.test(cell))).map((cells) => cells.find((cell) => cell.includes("@")) ?? cells.find(Boolean) ?? "");
}
