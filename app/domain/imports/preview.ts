/** How the first rows of a file would be read. Pure. */
import type { ImportType, RejectReason } from "./import";
import { readConsent, readInvoice, readNote, readPayment, readShipment } from "./book-rows";
import type { Reading } from "./own-fields";
import { cellOf, checkShape, columnsOf, orderNumberOf, readCustomer, readOrderLine, readProduct } from "./rows";
import type { ColumnMapping } from "./schema";

const READERS = {
  customers: readCustomer, consents: readConsent, notes: readNote, products: readProduct, invoices: readInvoice, payments: readPayment, shipments: readShipment,
} satisfies Record<Exclude<ImportType, "orders">, unknown>;

export type PreviewRow = { line: number; cells: Record<string, string>; problem: { field: string | null; reason: RejectReason } | null };

/** How the first rows would be read. What only the database knows (an unknown customer, a taken address) is not looked at. */
export function previewRows(
  type: ImportType,
  records: readonly { line: number; cells: string[]; broken?: "open_quote" }[],
  run: { headers: readonly string[]; mapping: ColumnMapping; options: Reading },
): PreviewRow[] {
  const columns = columnsOf(run.mapping, run.headers);
  let first: readonly string[] | null = null;
  return records.map((record) => {
    // what stands on the first line of an order holds for those under it
    if (type === "orders" && (!first || orderNumberOf(first, columns) !== orderNumberOf(record.cells, columns))) first = record.cells;
    const wrong = checkShape(record, run.headers.length, columns);
    const result = wrong ?? (type === "orders" ? readOrderLine(record.cells, columns, run.options, first ?? record.cells) : READERS[type](record.cells, columns, run.options));
    return {
      line: record.line,
      cells: Object.fromEntries(Object.keys(columns).map((field) => [field, cellOf(record.cells, columns, field).slice(0, 80)])),
      problem: result.ok ? null : { field: result.field, reason: result.reason },
    };
  });
}
