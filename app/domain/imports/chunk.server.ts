/** Writes a chunk of a file: every row is applied or rejected, and counted. */
import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { refreshOrderFacts } from "../orders/facts.server";
import { applyCustomer, applyOrder, applyProduct, topicFor } from "./apply.server";
import type { CsvRecord } from "./csv";
import { NO_REPORT } from "./import";
import { rejectOf, type Reject } from "./rejects.server";
import { checkShape, orderNumberOf, readCustomer, readOrderLine, readProduct, type OrderRow } from "./rows";
import type { RunReader, Unit } from "./run-reader.server";
import type { ImportReport } from "./schema";
import { Tally } from "./tally";

/** What came of a chunk. The tally is kept once the transaction has been committed. */
export type Chunk = { tally: Tally; rejects: Reject[]; accepted: number; report: ImportReport };

export async function writeChunk(tx: Tx, by: By, reader: RunReader, units: Unit[]): Promise<Chunk> {
  const { run, columns } = reader;
  const chunk: Chunk = { tally: new Tally(reader.seen), rejects: [], accepted: 0, report: { ...NO_REPORT } };
  const topicId = run.type === "customers" && columns.consent !== undefined ? await topicFor(tx, by, run.options.topicKey) : null;
  const parties = new Set<number>();
  for (const unit of units) {
    const fit = unit.filter((record) => {
      const wrong = checkShape(record, run.headers.length, columns);
      if (wrong) chunk.rejects.push(rejectOf(record, wrong));
      return !wrong;
    });
    if (run.type === "orders") {
      const partyId = await writeOrder(tx, by, reader, fit, chunk);
      if (partyId !== null) parties.add(partyId);
    } else for (const record of fit) await writeRow(tx, by, reader, record, topicId, chunk);
  }
  for (const partyId of [...parties].sort((a, b) => a - b)) await refreshOrderFacts(tx, partyId);
  return chunk;
}

/** A customer or a product. */
async function writeRow(tx: Tx, by: By, { run, columns }: RunReader, record: CsvRecord, topicId: number | null, chunk: Chunk): Promise<void> {
  const customer = run.type === "customers" ? readCustomer(record.cells, columns, run.options) : null;
  const product = run.type === "products" ? readProduct(record.cells, columns, run.options) : null;
  const read = customer ?? product!;
  const applied = !read.ok
    ? read
    : customer?.ok
      ? await applyCustomer(tx, by, customer.row, run.options, topicId)
      : await applyProduct(tx, by, (product as { row: Parameters<typeof applyProduct>[2] }).row, run.options);
  if (!applied.ok) {
    chunk.rejects.push(rejectOf(record, applied));
    return;
  }
  if (customer?.ok) chunk.report.customers += chunk.tally.addCustomer(customer.row.number ?? customer.row.email ?? "");
  if (product?.ok) chunk.report.products += chunk.tally.addProduct(product.row.sku);
  chunk.report.consents += applied.consents ?? 0;
  chunk.report[applied.outcome] += 1;
  chunk.accepted += 1;
}

/** @returns whose order it is, when it was taken */
async function writeOrder(tx: Tx, by: By, reader: RunReader, records: CsvRecord[], chunk: Chunk): Promise<number | null> {
  const { run, columns } = reader;
  const read = readOrder(reader, records, chunk);
  const number = records[0] ? orderNumberOf(records[0].cells, columns) : "";
  const isFirst = number !== "" && chunk.tally.addOrder(number) === 1;
  if (!read.length) return null;
  const rows = read.map(({ row }) => row);
  const applied = isFirst ? await applyOrder(tx, by, rows, run.options, reader.lookups) : ({ ok: false, field: "orderNumber", reason: "order_split" } as const);
  if (!applied.ok) {
    for (const { record } of read) chunk.rejects.push(rejectOf(record, applied));
    return null;
  }
  countOrder(rows, chunk);
  chunk.report[applied.outcome] += 1;
  chunk.accepted += rows.length;
  return applied.partyId;
}

/** The lines of one order that agree with the first on customer and currency; the others are rejected. */
function readOrder({ run, columns }: RunReader, records: CsvRecord[], chunk: Chunk): { record: CsvRecord; row: OrderRow }[] {
  const read: { record: CsvRecord; row: OrderRow }[] = [];
  for (const record of records) {
    const one = readOrderLine(record.cells, columns, run.options);
    const first = read[0]?.row;
    if (!one.ok) chunk.rejects.push(rejectOf(record, one));
    else if (first && (first.customerNumber !== one.row.customerNumber || first.customerEmail !== one.row.customerEmail))
      chunk.rejects.push(rejectOf(record, { field: "customerNumber", reason: "several_customers" }));
    else if (first && first.currency !== one.row.currency) chunk.rejects.push(rejectOf(record, { field: "currency", reason: "not_the_same" }));
    else read.push({ record, row: one.row });
  }
  return read;
}

function countOrder(rows: OrderRow[], { tally, report }: Chunk): void {
  for (const names of rows.map((row) => tally.addOrderLine(row))) {
    report.customers += names.customers;
    report.products += names.products;
  }
  if (rows[0]!.kind === "credit") {
    report.creditNotes += 1;
    report.creditLines += rows.length;
  } else {
    report.orders += 1;
    report.lines += rows.length;
  }
}
