/** Addresses that shall get no mail, out of a text or CSV file: one a line, or a column among others. Pure. */
import { emailSchema, normalizeEmail } from "../customers/contact";
import { parseCsv } from "./csv";
import { encodingByOpening, guessDelimiter } from "./encoding";

export type SuppressionFile = {
  /** Each once, as it was written first. */
  addresses: string[];
  /** Lines that held an address that stood there before. */
  repeated: number;
  errors: { line: number; text: string }[];
};

/** What a page takes; more goes by the shell. */
export const MOST_BYTES = 2 * 1024 * 1024;

const HEADER = /^(e-?mail|mail|e-?mail[ _-]?address|address|adres( e-?mail)?|e-?adresa|adresa|recipient|odbiorca|primalac)$/i;

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingByOpening(bytes) ?? "utf-8").decode(bytes);
}

export function readSuppressionFile(text: string): SuppressionFile {
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\0", "");
  const records = parseCsv(plain, guessDelimiter(plain.slice(0, 10_000))).filter((record) => record.cells.some((cell) => cell.trim()));
  const column = columnOf(records.slice(0, 50).map((record) => record.cells));
  const seen = new Set<string>();
  const found: SuppressionFile = { addresses: [], repeated: 0, errors: [] };
  for (const [n, { cells, line }] of records.entries()) {
    const cell = (cells[column] ?? "").trim().replace(/^<|>$/g, "");
    if (n === 0 && isHeader(cell)) continue;
    const address = emailSchema.safeParse(cell);
    if (!address.success) {
      found.errors.push({ line, text: cell.slice(0, 200) });
      continue;
    }
    const key = normalizeEmail(address.data);
    if (seen.has(key)) found.repeated += 1;
    else {
      seen.add(key);
      found.addresses.push(address.data);
    }
  }
  return found;
}

function isHeader(cell: string): boolean {
  return !cell.includes("@") && HEADER.test(cell);
}

/** The column that is called so, else the one in which most cells are addresses. */
function columnOf(rows: readonly (readonly string[])[]): number {
  const named = rows[0]?.findIndex((cell) => isHeader(cell.trim())) ?? -1;
  if (named >= 0) return named;
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const scores = Array.from({ length: widest }, (_, column) => rows.filter((row) => emailSchema.safeParse((row[column] ?? "").trim()).success).length);
  return scores.indexOf(Math.max(...scores));
}
