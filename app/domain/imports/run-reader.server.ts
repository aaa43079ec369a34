/** Where somebody is in the file of a run. */
import type { Database } from "../../db/types";
import type { CsvRecord } from "./csv";
import { readRecords } from "./csv-file.server";
import { ownFieldsIn } from "./own-fields.server";
import type { Reading } from "./own-fields";
import { columnsOf, orderNumberOf, readCustomer, readOrderLine, readProduct, type Columns } from "./rows";
import type { RunPlan } from "./runs.server";
import { nothingSeen, Tally, type Seen } from "./tally";

/** Rows in one transaction, and characters: an order is never cut in two, and many large cells are not held at once. */
const CHUNK = 2000;
const CHUNK_CHARACTERS = 2_000_000;

/** A row, or all the rows that stand together under one order number. */
export type Unit = CsvRecord[];

/**
 * Somebody at work on a run: the place in its file, and what the file has named so far. Kept between chunks, so that a
 * file is read once; made anew after a restart, by reading the rows that are done once more without writing them.
 */
export class RunReader {
  readonly columns: Columns;
  /** With the own fields, once rows have been taken. */
  options: Reading;
  private readonly units: AsyncGenerator<Unit>;
  readonly seen: Seen = nothingSeen();
  /** Rows done, as this reader knows it. */
  cursor = 0;
  private started = false;

  constructor(
    private readonly db: Database,
    readonly run: RunPlan,
    private readonly path: string,
  ) {
    this.columns = columnsOf(run.mapping, run.headers);
    this.options = run.options;
    this.units = this.cutUnits();
  }

  private async *cutUnits(): AsyncGenerator<Unit> {
    let isHeader = true;
    let unit: Unit = [];
    let number = "";
    for await (const batch of readRecords(this.path, this.run.options))
      for (const record of batch) {
        if (isHeader) {
          isHeader = false;
          continue;
        }
        const own = this.run.type === "orders" ? orderNumberOf(record.cells, this.columns) : "";
        if (unit.length && (own === "" || own !== number)) {
          yield unit;
          unit = [];
        }
        unit.push(record);
        number = own;
      }
    if (unit.length) yield unit;
  }

  /** The next units, of about `CHUNK` rows; empty at the end of the file. */
  async take(): Promise<Unit[]> {
    if (!this.started) await this.skip();
    const taken: Unit[] = [];
    let rows = 0;
    let characters = 0;
    while (rows < CHUNK && characters < CHUNK_CHARACTERS) {
      const next = await this.units.next();
      if (next.done) break;
      taken.push(next.value);
      rows += next.value.length;
      for (const { raw } of next.value) characters += raw.length;
    }
    return taken;
  }

  /** Passes over the rows that are done, and recalls what they named. */
  private async skip(): Promise<void> {
    this.started = true;
    this.options = { ...this.run.options, own: await ownFieldsIn(this.db.read, this.run.mapping) };
    if (this.run.cursor === 0) return;
    const rejected = new Set<number>();
    for (let after = 0; ; ) {
      const rows = await this.db.read.raw<{ line: number }>("select line from import_rejects where run_id = ? and line > ? order by line limit 10000", [this.run.id, after]);
      if (!rows.length) break;
      for (const row of rows) rejected.add(Number(row.line));
      after = Number(rows.at(-1)!.line);
    }
    while (this.cursor < this.run.cursor) {
      const next = await this.units.next();
      if (next.done) return;
      this.cursor += next.value.length;
      const tally = new Tally(this.seen);
      const accepted = next.value.filter((record) => !rejected.has(record.line));
      if (accepted.length) this.name(tally, accepted);
      if (this.run.type === "orders") tally.addOrder(orderNumberOf(next.value[0]!.cells, this.columns));
      tally.keep();
    }
  }

  /** Notes what accepted rows name, without writing anything. */
  private name(tally: Tally, records: CsvRecord[]): void {
    const { run, columns, options } = this;
    const first = records[0]?.cells;
    for (const { cells } of records) {
      if (run.type === "customers") {
        const read = readCustomer(cells, columns, options);
        if (read.ok) tally.addCustomer(read.row.number ?? read.row.email ?? "");
      } else if (run.type === "products") {
        const read = readProduct(cells, columns, options);
        if (read.ok) tally.addProduct(read.row.sku);
      } else if (run.type === "orders") {
        const read = readOrderLine(cells, columns, options, first);
        if (read.ok) tally.addOrderLine(read.row);
      }
    }
  }
}
