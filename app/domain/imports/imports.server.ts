/**
 * Import runs: begun with a file and a mapping, carried on in chunks, each in one transaction that also moves the
 * run's cursor. A run that is killed at any instant goes on after its last chunk and ends with the rows of one that was
 * not. The door of this room.
 */
import { and, asc, desc, eq, gt } from "drizzle-orm";
import { v7 } from "uuid";

import type { Database, Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { refreshOrderFacts } from "../orders/facts.server";
import { normalizeSku } from "../products/product";
import { applyCustomer, applyOrder, applyProduct, topicFor, type Lookups, type Outcome } from "./apply.server";
import { csvRow, parseCsv, type CsvRecord } from "./csv";
import { readRecords, type FileShape } from "./csv-file.server";
import {
  applyPreset, BUILT_IN_PRESETS, checkMapping, guessMapping, guessOptions, NO_REPORT, type ImportType, type MappingProblem, type Preset,
  type RejectReason,
} from "./import";
import { checkShape, columnsOf, orderNumberOf, readCustomer, readOrderLine, readProduct, type Columns, type OrderRow } from "./rows";
import { importPresets, importRejects, importRuns, type ColumnMapping, type ImportOptions, type ImportReport } from "./schema";

export type ImportRun = typeof importRuns.$inferSelect;
export type ImportReject = typeof importRejects.$inferSelect;

// --- presets

/** Built-in presets first, then those that people saved, by name. */
export async function listPresets(db: Reader, type?: ImportType): Promise<(Preset & { isBuiltIn: boolean })[]> {
  const saved = await db.select().from(importPresets).orderBy(asc(importPresets.name));
  return [
    ...BUILT_IN_PRESETS.map((preset) => ({ ...preset, isBuiltIn: true })),
    ...saved.map(({ name, type: of, mapping, options }) => ({ name, type: of, mapping, options, isBuiltIn: false })),
  ].filter((preset) => type === undefined || preset.type === type);
}

export async function findPreset(db: Reader, type: ImportType, name: string): Promise<Preset | null> {
  return (await listPresets(db, type)).find((preset) => preset.name === name) ?? null;
}

export type SavePresetResult = { ok: true } | { ok: false; reason: "name_taken" };

/** Saves a mapping under a name; the same name of the same type is written over. */
export async function savePreset(tx: Tx, by: By, preset: Preset): Promise<SavePresetResult> {
  const [known] = await tx.select().from(importPresets).where(eq(importPresets.name, preset.name));
  if ((known && known.type !== preset.type) || BUILT_IN_PRESETS.some((own) => own.name === preset.name)) return { ok: false, reason: "name_taken" };
  const { mapping, options } = preset;
  if (known) await tx.update(importPresets).set({ mapping, options }).where(eq(importPresets.id, known.id));
  else await tx.insert(importPresets).values({ ...preset, createdAt: by.now });
  await recordAudit(tx, by, "savePreset", { type: "import_preset", id: known?.id ?? null }, { name: preset.name });
  return { ok: true };
}

export async function deletePreset(tx: Tx, by: By, name: string): Promise<void> {
  await tx.delete(importPresets).where(eq(importPresets.name, name));
  await recordAudit(tx, by, "deletePreset", { type: "import_preset", id: null }, { name });
}

// --- beginning

/** What a file would be run with: the preset's mapping and options, guesses for the rest. */
export function planImport(
  type: ImportType,
  shape: FileShape,
  company: { currency: string; timeZone: string; locale: string },
  preset: Preset | null,
): { mapping: ColumnMapping; options: ImportOptions } {
  const mapping = preset ? applyPreset(preset, shape.headers) : guessMapping(type, shape.headers);
  const options: ImportOptions = {
    ...guessOptions(type, mapping, shape.headers, shape.sample.map((record) => record.cells)),
    timeZone: company.timeZone,
    currency: company.currency,
    locale: company.locale,
    topicKey: null,
    createsCustomers: false,
    rules: "plain",
    ...preset?.options,
    encoding: shape.encoding,
    delimiter: shape.delimiter,
  };
  return { mapping, options };
}

export type NewRun = {
  type: ImportType;
  filename: string;
  shape: FileShape;
  mapping: ColumnMapping;
  options: ImportOptions;
  preset: string | null;
  origin: ImportRun["origin"];
  staffId?: number | null;
  /** Where the file is kept already. */
  publicId?: string;
};

/** Notes a file that is to be imported; nothing is imported before `startRun`. */
export async function createRun(tx: Tx, by: By, input: NewRun): Promise<ImportRun> {
  const { shape, ...rest } = input;
  const [run] = await tx
    .insert(importRuns)
    .values({
      ...rest,
      publicId: input.publicId ?? v7(),
      sha256: shape.sha256,
      bytes: shape.bytes,
      headers: shape.headers,
      total: shape.rows,
      state: "uploaded",
      report: NO_REPORT,
      staffId: input.staffId ?? null,
      createdAt: by.now,
    })
    .returning();
  await recordAudit(tx, by, "createRun", { type: "import", id: run!.id }, { type: input.type, rows: shape.rows });
  return run as ImportRun;
}

export type StartRunResult = { ok: true } | { ok: false; reason: "already_started" } | { ok: false; reason: "bad_mapping"; problems: MappingProblem[] };

export async function startRun(tx: Tx, by: By, run: ImportRun, chosen: { mapping: ColumnMapping; options: ImportOptions }): Promise<StartRunResult> {
  const problems = checkMapping(run.type, chosen.mapping, run.headers);
  if (problems.length) return { ok: false, reason: "bad_mapping", problems };
  const started = await tx
    .update(importRuns)
    .set({ ...chosen, state: "running", startedAt: by.now })
    .where(and(eq(importRuns.id, run.id), eq(importRuns.state, "uploaded")))
    .returning({ id: importRuns.id });
  if (!started.length) return { ok: false, reason: "already_started" };
  await recordAudit(tx, by, "startRun", { type: "import", id: run.id });
  await noteChange(tx, by, `import:${run.id}`);
  return { ok: true };
}

/** Changes how a file is to be read, before it is: a draft need not be complete. */
export async function changePlan(
  tx: Tx,
  by: By,
  runId: number,
  change: Partial<Pick<ImportRun, "mapping" | "options" | "preset" | "headers" | "total">>,
): Promise<boolean> {
  const changed = await tx
    .update(importRuns)
    .set(change)
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "uploaded")))
    .returning({ id: importRuns.id });
  if (changed.length) await recordAudit(tx, by, "changePlan", { type: "import", id: runId });
  return changed.length > 0;
}

/** Takes away a file that was never imported. */
export async function discardRun(tx: Tx, by: By, runId: number): Promise<boolean> {
  const gone = await tx
    .delete(importRuns)
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "uploaded")))
    .returning({ id: importRuns.id });
  if (gone.length) await recordAudit(tx, by, "discardRun", { type: "import", id: runId });
  return gone.length > 0;
}

/** Lets a run that failed go on after its last chunk. */
export async function resumeRun(tx: Tx, by: By, runId: number): Promise<boolean> {
  const resumed = await tx
    .update(importRuns)
    .set({ state: "running", error: null })
    .where(and(eq(importRuns.id, runId), eq(importRuns.state, "failed")))
    .returning({ id: importRuns.id });
  if (!resumed.length) return false;
  await recordAudit(tx, by, "resumeRun", { type: "import", id: runId });
  await noteChange(tx, by, `import:${runId}`);
  return true;
}

// --- reading

export async function findRun(db: Reader, publicId: string): Promise<ImportRun | null> {
  const [run] = await db.select().from(importRuns).where(eq(importRuns.publicId, publicId));
  return run ?? null;
}

export async function getRun(db: Reader, id: number): Promise<ImportRun> {
  const [run] = await db.select().from(importRuns).where(eq(importRuns.id, id));
  if (!run) throw new Error(`no import run ${id}`);
  return run;
}

export async function listRuns(db: Reader, limit = 50): Promise<ImportRun[]> {
  return db.select().from(importRuns).orderBy(desc(importRuns.createdAt), desc(importRuns.id)).limit(limit);
}

/** A run of this very file that was begun from the shell and did not end. */
export async function findUnfinishedRun(db: Reader, type: ImportType, sha256: string): Promise<ImportRun | null> {
  const [run] = await db
    .select()
    .from(importRuns)
    .where(and(eq(importRuns.type, type), eq(importRuns.sha256, sha256), eq(importRuns.state, "running"), eq(importRuns.origin, "shell")))
    .orderBy(desc(importRuns.id))
    .limit(1);
  return run ?? null;
}

/** The reasons of a run's rejects, most frequent first. */
export async function countRejects(db: Reader, runId: number): Promise<{ reason: RejectReason; count: number }[]> {
  const rows = await db.raw<{ reason: RejectReason; count: number | string }>(
    "select reason, count(*) as count from import_rejects where run_id = ? group by reason order by count(*) desc, reason",
    [runId],
  );
  return rows.map((row) => ({ reason: row.reason, count: Number(row.count) }));
}

export async function listRejects(db: Reader, runId: number, after = 0, limit = 100): Promise<ImportReject[]> {
  return db
    .select()
    .from(importRejects)
    .where(and(eq(importRejects.runId, runId), gt(importRejects.line, after)))
    .orderBy(asc(importRejects.line))
    .limit(limit);
}

/**
 * The file of rejects: line, field and reason, then the columns as they were, so that it can be mended and imported
 * again. `say` puts a reason into words.
 */
export async function* rejectsFile(db: Reader, run: ImportRun, heads: [string, string, string], say: (reject: ImportReject) => string): AsyncGenerator<string> {
  yield `\ufeff${csvRow([...heads, ...run.headers])}`;
  let after = 0;
  for (;;) {
    const rejects = await listRejects(db, run.id, after, 500);
    if (!rejects.length) return;
    yield rejects
      .map((reject) => csvRow([reject.line, reject.field ? (run.mapping[reject.field] ?? reject.field) : "", say(reject), ...(parseCsv(reject.raw, run.options.delimiter)[0]?.cells ?? [])]))
      .join("");
    after = rejects.at(-1)!.line;
  }
}

// --- running

/** Rows in one transaction: an order is never cut in two. */
const CHUNK = 250;
/** Longer rows are kept shortened among the rejects. */
const LONGEST_RAW = 20_000;

/** One chunk's worth: a row, or all the rows that stand together under one order number. */
type Unit = CsvRecord[];

/**
 * Somebody at work on a run: the place in its file, and what the file has named so far. Kept between chunks, so that a
 * file is read once; made anew after a restart, by reading the rows that are done once more without writing them.
 */
export class RunReader {
  private readonly columns: Columns;
  private readonly units: AsyncGenerator<Unit>;
  readonly seen = { customers: new Set<string>(), orders: new Set<string>(), products: new Set<string>() };
  private readonly lookups: Lookups = { customers: new Map(), products: new Map() };
  private started = false;

  constructor(
    private readonly db: Database,
    readonly run: ImportRun,
    private readonly path: string,
  ) {
    this.columns = columnsOf(run.mapping, run.headers);
    this.units = this.cutUnits();
  }

  /** Rows done, as this reader knows it. */
  cursor = 0;

  async *cutUnits(): AsyncGenerator<Unit> {
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
    while (rows < CHUNK) {
      const next = await this.units.next();
      if (next.done) break;
      taken.push(next.value);
      rows += next.value.length;
    }
    return taken;
  }

  /** Passes over the rows that are done, and recalls what they named. */
  private async skip(): Promise<void> {
    this.started = true;
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
    const { run, columns } = this;
    for (const { cells } of records) {
      if (run.type === "customers") {
        const read = readCustomer(cells, columns, run.options);
        if (read.ok) tally.addCustomer(read.row.number ?? read.row.email ?? "");
      } else if (run.type === "products") {
        const read = readProduct(cells, columns, run.options);
        if (read.ok) tally.addProduct(read.row.sku);
      } else {
        const read = readOrderLine(cells, columns, run.options);
        if (read.ok) nameOrder(tally, read.row);
      }
    }
  }

  /** Writes units in an open transaction. @returns what is to be kept in mind once it has been committed */
  async write(tx: Tx, by: By, units: Unit[]): Promise<{ tally: Tally; rejects: Reject[]; accepted: number; report: ImportReport }> {
    const { run, columns } = this;
    const tally = new Tally(this.seen);
    const rejects: Reject[] = [];
    const report = { ...NO_REPORT };
    let accepted = 0;
    const topicId = run.type === "customers" && columns.consent !== undefined ? await topicFor(tx, by, run.options.topicKey) : null;
    const parties = new Set<number>();
    for (const unit of units) {
      const fit = unit.filter((record) => {
        const wrong = checkShape(record, run.headers.length, columns);
        if (wrong) rejects.push(rejectOf(record, wrong));
        return !wrong;
      });
      if (run.type === "orders") accepted += await this.writeOrder(tx, by, fit, { tally, rejects, report, parties });
      else for (const record of fit) accepted += await this.writeRow(tx, by, record, topicId, { tally, rejects, report });
    }
    for (const partyId of parties) await refreshOrderFacts(tx, partyId);
    return { tally, rejects, accepted, report };
  }

  private async writeRow(tx: Tx, by: By, record: CsvRecord, topicId: number | null, into: Into): Promise<number> {
    const { run, columns } = this;
    const customer = run.type === "customers" ? readCustomer(record.cells, columns, run.options) : null;
    const product = run.type === "products" ? readProduct(record.cells, columns, run.options) : null;
    const read = customer ?? product!;
    const applied = !read.ok
      ? read
      : customer?.ok
        ? await applyCustomer(tx, by, customer.row, run.options, topicId)
        : await applyProduct(tx, by, (product as { row: Parameters<typeof applyProduct>[2] }).row, run.options);
    if (!applied.ok) {
      into.rejects.push(rejectOf(record, applied));
      return 0;
    }
    if (customer?.ok) into.report.customers += into.tally.addCustomer(customer.row.number ?? customer.row.email ?? "");
    if (product?.ok) into.report.products += into.tally.addProduct(product.row.sku);
    into.report.consents += applied.consents ?? 0;
    count(into.report, applied.outcome);
    return 1;
  }

  private async writeOrder(tx: Tx, by: By, records: CsvRecord[], into: Into & { parties: Set<number> }): Promise<number> {
    const { run, columns } = this;
    const read: { record: CsvRecord; row: OrderRow }[] = [];
    for (const record of records) {
      const one = readOrderLine(record.cells, columns, run.options);
      const first = read[0]?.row;
      if (!one.ok) into.rejects.push(rejectOf(record, one));
      else if (first && (first.customerNumber !== one.row.customerNumber || first.customerEmail !== one.row.customerEmail))
        into.rejects.push(rejectOf(record, { field: "customerNumber", reason: "several_customers" }));
      else if (first && first.currency !== one.row.currency) into.rejects.push(rejectOf(record, { field: "currency", reason: "not_the_same" }));
      else read.push({ record, row: one.row });
    }
    const number = records[0] ? orderNumberOf(records[0].cells, columns) : "";
    const isFirst = number !== "" && into.tally.addOrder(number) === 1;
    if (!read.length) return 0;
    const rows = read.map(({ row }) => row);
    const applied = isFirst ? await applyOrder(tx, by, rows, run.options, this.lookups) : ({ ok: false, field: "orderNumber", reason: "order_split" } as const);
    if (!applied.ok) {
      for (const { record } of read) into.rejects.push(rejectOf(record, applied));
      return 0;
    }
    into.parties.add(applied.partyId);
    const named = rows.map((row) => nameOrder(into.tally, row));
    for (const names of named) {
      into.report.customers += names.customers;
      into.report.products += names.products;
    }
    if (rows[0]!.kind === "credit") {
      into.report.creditNotes += 1;
      into.report.creditLines += rows.length;
    } else {
      into.report.orders += 1;
      into.report.lines += rows.length;
    }
    count(into.report, applied.outcome);
    return rows.length;
  }
}

type Reject = Omit<ImportReject, "runId">;
type Into = { tally: Tally; rejects: Reject[]; report: ImportReport };

function rejectOf(record: CsvRecord, wrong: { field: string | null; reason: RejectReason }): Reject {
  return { line: record.line, field: wrong.field, reason: wrong.reason, raw: record.raw.slice(0, LONGEST_RAW) };
}

function count(report: ImportReport, outcome: Outcome): void {
  report[outcome] += 1;
}

function nameOrder(tally: Tally, row: OrderRow): { customers: number; products: number } {
  return {
    customers: tally.addCustomer(row.customerNumber ?? row.customerEmail ?? ""),
    products: row.kind === "purchase" ? tally.addProduct(row.sku) : 0,
  };
}

type Seen = { customers: Set<string>; orders: Set<string>; products: Set<string> };

/** What a chunk names for the first time in its file; it becomes known only once the chunk is committed. */
class Tally {
  private readonly fresh: Seen = { customers: new Set(), orders: new Set(), products: new Set() };

  constructor(private readonly seen: Seen) {}

  addCustomer(key: string): number {
    return this.add("customers", key.toLowerCase());
  }
  addOrder(number: string): number {
    return this.add("orders", number);
  }
  addProduct(sku: string): number {
    return this.add("products", normalizeSku(sku));
  }

  /** @returns 1 for what is new, 0 for what was there */
  private add(kind: keyof Seen, key: string): number {
    if (this.seen[kind].has(key) || this.fresh[kind].has(key)) return 0;
    this.fresh[kind].add(key);
    return 1;
  }

  keep(): void {
    for (const kind of ["customers", "orders", "products"] as const) for (const key of this.fresh[kind]) this.seen[kind].add(key);
  }
}

/** Another process has moved this run on: this reader's place is no longer the run's. */
class MovedOn extends Error {
  override name = "MovedOn";
}

export type Step = "moved" | "finished" | "lost";

/**
 * Carries a run one chunk on: rows, rejects, counters and cursor in one transaction.
 * @returns lost when another process has moved it meanwhile; then begin again with a new reader
 */
export async function importStep(db: Database, by: By, reader: RunReader): Promise<Step> {
  const units = await reader.take();
  const rows = units.reduce((sum, unit) => sum + unit.length, 0);
  try {
    const tally = await db.write(async (tx) => {
      // first of all, so that of two processes the second waits here and then finds the cursor moved
      const [run] = await tx
        .update(importRuns)
        .set({ cursor: reader.cursor + rows, ...(units.length ? {} : { state: "finished" as const, finishedAt: by.now }) })
        .where(and(eq(importRuns.id, reader.run.id), eq(importRuns.cursor, reader.cursor), eq(importRuns.state, "running")))
        .returning();
      if (!run) throw new MovedOn("the run has moved on");
      if (!units.length) {
        await recordAudit(tx, by, "finishRun", { type: "import", id: run.id }, { read: run.read, accepted: run.accepted, rejected: run.rejected });
        await noteChange(tx, by, `import:${run.id}`);
        return null;
      }
      const written = await reader.write(tx, by, units);
      for (let from = 0; from < written.rejects.length; from += 200)
        await tx.insert(importRejects).values(written.rejects.slice(from, from + 200).map((reject) => ({ ...reject, runId: run.id })));
      await tx
        .update(importRuns)
        .set({
          read: run.read + rows,
          accepted: run.accepted + written.accepted,
          rejected: run.rejected + written.rejects.length,
          report: added(run.report, written.report),
        })
        .where(eq(importRuns.id, run.id));
      await noteChange(tx, by, `import:${run.id}`);
      return written.tally;
    });
    tally?.keep();
  } catch (error) {
    if (error instanceof MovedOn) return "lost";
    throw error;
  }
  reader.cursor += rows;
  return units.length ? "moved" : "finished";
}

function added(one: ImportReport, two: ImportReport): ImportReport {
  return Object.fromEntries(Object.keys(NO_REPORT).map((key) => [key, (one[key as keyof ImportReport] ?? 0) + two[key as keyof ImportReport]])) as ImportReport;
}

/** Marks a run as failed, with words for the person who looks at it. It can be resumed. */
export async function failRun(tx: Tx, by: By, runId: number, error: string): Promise<void> {
  await tx.update(importRuns).set({ state: "failed", error: error.slice(0, 500) }).where(eq(importRuns.id, runId));
  await recordAudit(tx, by, "failRun", { type: "import", id: runId });
  await noteChange(tx, by, `import:${runId}`);
}

/** Carries a run to its end, in this process. `onChunk` is told how far it is. */
export async function runToEnd(db: Database, clock: () => number, runId: number, path: string, onChunk?: (run: ImportRun) => void): Promise<ImportRun> {
  const by = () => ({ actor: { kind: "system", name: "import" }, now: clock() }) as const;
  let reader = new RunReader(db, await getRun(db.read, runId), path);
  for (;;) {
    const step = await importStep(db, by(), reader);
    if (step === "lost") reader = new RunReader(db, await getRun(db.read, runId), path);
    const run = step === "moved" && !onChunk ? null : await getRun(db.read, runId);
    if (run?.state === "finished") return run;
    if (run && run.state !== "running") throw new Error(`the import was stopped: ${run.error ?? run.state}`);
    if (run) onChunk?.(run);
  }
}
