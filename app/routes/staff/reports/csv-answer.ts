import type { Row } from "~/domain/analytics/tables";
import { csvLine } from "../campaigns/csv";

/** A small table as a file. The mark tells spreadsheets that it is UTF-8. */
export function csvAnswer(name: string, rows: readonly Row[]): Response {
  const text = rows.map((row) => csvLine(row.map((cell) => (cell === null ? "" : String(cell))))).join("");
  return new Response(`\uFEFF${text}`, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}.csv"`,
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    },
  });
}
