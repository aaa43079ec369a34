/**
 * Reads a whole file and says what it would change, without writing anything: the same plans as the run's, and for
 * customers (documents, consents …) that the file names more than once, what its earlier rows would have made of them.
 */
import type { Database } from "../../db/types";
import { listTopics } from "../customers/topics.server";
import type { CsvRecord } from "./csv";
import { KeySet } from "./key-set";
import type { Cells, Job, Outcome, Planned, Shown } from "./kind";
import { KINDS } from "./kinds.server";
import { planOrders, type OrderRows } from "./orders-in.server";
import { readOrder, readRows, type ReadRow } from "./read-units";
import { orderNumberOf, type OrderRow, type Rejection } from "./rows";
import { RunReader, type Unit } from "./run-reader.server";
import type { RunPlan } from "./runs.server";
import type { FieldChange, ImportPreview, RowChange } from "./schema";
import { Tally } from "./tally";

/** So many of the first new rows, and of the first changed ones. */
const SHOWN = 12;
/** So many customers that stand in the file more than once are remembered with what it says of them. */
const MOST_FORESEEN = 100_000;

type Foreseen = { id: number | null; cells: Cells };

export class Checker {
  readonly preview: ImportPreview = { isComplete: false, read: 0, created: 0, changed: 0, unchanged: 0, rejected: 0, reasons: {}, first: [] };
  private reader: RunReader;
  private keysOnce: KeySet | null;
  private readonly repeated = new KeySet();
  private readonly foreseen = new Map<string, Foreseen>();
  private readonly said = new Map<string, unknown>();

  constructor(
    private readonly db: Database,
    readonly run: RunPlan,
    private readonly path: string,
    private readonly most = MOST_FORESEEN,
  ) {
    this.reader = this.begin();
    // Orders stand in one place of their file, or are refused.
    this.keysOnce = run.type === "orders" ? null : new KeySet();
  }

  private begin(): RunReader {
    return new RunReader(this.db, { ...this.run, cursor: 0 }, this.path);
  }

  /** A stretch of the file: first all of it for what stands there twice, then all of it for the changes. @returns whether there is more */
  async step(now: number): Promise<boolean> {
    const units = await this.reader.take();
    if (this.keysOnce) {
      this.noteKeys(units.flat(), this.keysOnce);
      if (units.length) return true;
      this.keysOnce = null;
      this.reader = this.begin();
      return true;
    }
    if (!units.length) {
      this.preview.isComplete = true;
      return false;
    }
    const job = await this.job(now);
    if (this.run.type === "orders") await this.checkOrders(units, job);
    else await this.checkRows(units.flat(), job);
    this.preview.read += units.reduce((sum, unit) => sum + unit.length, 0);
    return true;
  }

  private get plan() {
    return { width: this.run.headers.length, columns: this.reader.columns, options: this.reader.options };
  }

  private async job(now: number): Promise<Job> {
    const { type } = this.run;
    const { columns, options } = this.reader;
    const speaks = type === "customers" && (columns.consent !== undefined || options.everybodySays !== null);
    const topics = speaks ? await listTopics(this.db.read, "en") : [];
    // Where there is no topic yet the run makes one, of which nobody has said anything.
    const topic = (options.topicKey === null ? undefined : topics.find(({ key }) => key === options.topicKey)) ?? topics[0];
    const recall: Job["recall"] = {
      get: (key) => this.said.get(key),
      set: (key, value) => {
        if (type === "consents" || this.repeated.has(key)) this.remember(this.said, key, value);
      },
    };
    return { options, columns, now, topicId: speaks ? (topic?.id ?? 0) : null, recall };
  }

  private noteKeys(records: readonly CsvRecord[], once: KeySet): void {
    const kind = KINDS[this.run.type as keyof typeof KINDS];
    for (const { row } of readRows(kind, records, this.plan, () => undefined)) for (const key of kind.keys(row)) if (!once.add(key)) this.repeated.add(key);
  }

  private readonly refused = (_: CsvRecord, { reason }: Rejection): void => {
    this.preview.rejected += 1;
    this.preview.reasons[reason] = (this.preview.reasons[reason] ?? 0) + 1;
  };

  private async checkRows(records: readonly CsvRecord[], job: Job): Promise<void> {
    const kind = KINDS[this.run.type as keyof typeof KINDS];
    const read = readRows(kind, records, this.plan, this.refused);
    const plans = await kind.plan(this.db.aside, read.map(({ row }) => row), job);
    for (const [i, { record, row }] of read.entries()) {
      const planned = plans[i] as Planned<unknown> | Rejection;
      if (!planned.ok) this.refused(record, planned);
      else this.checkRow(record, planned, kind.keys(row).filter((key) => this.repeated.has(key)));
    }
  }

  private checkRow(record: CsvRecord, planned: Planned<unknown>, repeated: readonly string[]): void {
    // Consents recall for themselves what was said.
    if (!repeated.length || this.run.type === "consents") return this.count(record, planned.outcome, planned.shown);
    const shown = planned.shown();
    const earlier = repeated.flatMap((key) => this.foreseen.get(key) ?? []).filter(({ id }) => !id || !shown.id || id === shown.id);
    const before = earlier.find(({ cells }) => !isSomebodyElse(cells, shown))?.cells;
    // Companies may share an address with their people.
    if (!before && earlier.length && shown.after.company === "") return this.refused(record, { ok: false, field: "email", reason: "email_taken" });
    const after = before ? { ...before, ...pick(shown.after, shown.given), ...shown.over?.(before) } : shown.after;
    for (const key of repeated) this.remember(this.foreseen, key, { id: shown.id ?? null, cells: after });
    const outcome = before ? (changesOf(before, after).length ? "changed" : "unchanged") : planned.outcome;
    this.count(record, outcome, () => ({ ...shown, before: before ?? shown.before, after }));
  }

  /** Memory has an end: beyond it the preview says that it is an estimate. */
  private remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
    if (known.size < this.most || known.has(key)) known.set(key, value);
    else this.preview.isEstimate = true;
  }

  private async checkOrders(units: readonly Unit[], job: Job): Promise<void> {
    const tally = new Tally(this.reader.seen);
    const orders: ReadRow<OrderRow>[][] = [];
    for (const unit of units) {
      const read = readOrder(unit, this.plan, this.refused);
      const number = orderNumberOf((unit[0] as CsvRecord).cells, this.reader.columns);
      const isFirst = number !== "" && tally.addOrder(number) === 1;
      if (!isFirst) for (const { record } of read) this.refused(record, { ok: false, field: "orderNumber", reason: "order_split" });
      else if (read.length) orders.push(read);
    }
    tally.keep();
    const plans = await planOrders(this.db.aside, orders.map((order) => order.map(({ row }) => row) as unknown as OrderRows), job);
    for (const [i, order] of orders.entries()) {
      const planned = plans[i] as Planned<unknown> | Rejection;
      if (planned.ok) this.count((order[0] as ReadRow<OrderRow>).record, planned.outcome, planned.shown);
      else for (const { record } of order) this.refused(record, planned);
    }
  }

  private count(record: CsvRecord, outcome: Outcome, shown: () => Shown): void {
    this.preview[outcome] += 1;
    if (outcome === "unchanged" || this.preview[outcome] > SHOWN) return;
    const { name, before, after } = shown();
    this.preview.first.push({ line: record.line, name: name.slice(0, 120), outcome, fields: changesOf(before, after) } satisfies RowChange);
  }
}

/** An address that an earlier row of the file gives to a customer of another number. */
function isSomebodyElse(before: Cells, { after, given }: Shown): boolean {
  return given.includes("number") && Boolean(before.number) && Boolean(before.email) && before.number !== after.number;
}

function changesOf(before: Cells | null, after: Cells): FieldChange[] {
  return Object.entries(after).flatMap(([field, to]) => {
    const from = before ? (before[field] ?? "") : null;
    return (from ?? "") === to ? [] : [{ field, from: from === null ? null : from.slice(0, 200), to: to.slice(0, 200) }];
  });
}

function pick(cells: Cells, keys: readonly string[]): Cells {
  return Object.fromEntries(keys.map((key) => [key, cells[key] ?? ""]));
}
