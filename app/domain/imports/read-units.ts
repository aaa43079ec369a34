/** From the records of a chunk to rows that can be planned; what cannot is refused. Pure. */
import type { CsvRecord } from "./csv";
import type { Kind } from "./kind";
import type { Reading } from "./own-fields";
import { checkShape, readOrderLine, type Columns, type OrderRow, type Rejection } from "./rows";

export type Plan = { width: number; columns: Columns; options: Reading };
export type ReadRow<Row> = { record: CsvRecord; row: Row };
export type Refused = (record: CsvRecord, wrong: Rejection) => void;

export function readRows<Row>(kind: Pick<Kind<Row, unknown>, "read">, records: readonly CsvRecord[], plan: Plan, refused: Refused): ReadRow<Row>[] {
  const read: ReadRow<Row>[] = [];
  for (const record of records) {
    const wrong = checkShape(record, plan.width, plan.columns);
    const one = wrong ?? kind.read(record.cells, plan.columns, plan.options);
    if (one.ok) read.push({ record, row: one.row });
    else refused(record, one);
  }
  return read;
}

/** The lines of one order that agree with the first on customer and currency; the others are refused. */
export function readOrder(records: readonly CsvRecord[], plan: Plan, refused: Refused): ReadRow<OrderRow>[] {
  const read: ReadRow<OrderRow>[] = [];
  for (const record of records) {
    const first = read[0];
    const wrong = checkShape(record, plan.width, plan.columns);
    const one = wrong ?? readOrderLine(record.cells, plan.columns, plan.options, (first?.record ?? record).cells);
    if (!one.ok) refused(record, one);
    else if (first && (first.row.customerNumber !== one.row.customerNumber || first.row.customerEmail !== one.row.customerEmail))
      refused(record, { ok: false, field: "customerNumber", reason: "several_customers" });
    else if (first && first.row.currency !== one.row.currency) refused(record, { ok: false, field: "currency", reason: "not_the_same" });
    else read.push({ record, row: one.row });
  }
  return read;
}

/** Cuts rows where one shares a key with another before it since the last cut. */
export function cutAtRepeats<Row>(rows: readonly ReadRow<Row>[], keys: (row: Row) => string[]): ReadRow<Row>[][] {
  const waves: ReadRow<Row>[][] = [];
  let seen = new Set<string>();
  for (const one of rows) {
    const own = keys(one.row);
    if (!waves.length || own.some((key) => seen.has(key))) {
      waves.push([]);
      seen = new Set();
    }
    for (const key of own) seen.add(key);
    (waves.at(-1) as ReadRow<Row>[]).push(one);
  }
  return waves;
}
