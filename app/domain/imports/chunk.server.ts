/** Writes a chunk of a file: every row is applied or rejected, and counted. */
import type { Tx } from "../../db/types";
import { createTopic, listTopics } from "../customers/topics.server";
import type { By } from "../journal/actor";
import { refreshOrderFactsOf } from "../orders/facts.server";
import type { CsvRecord } from "./csv";
import { NO_REPORT } from "./import";
import type { Job, Outcome } from "./kind";
import { KINDS } from "./kinds.server";
import { planOrders, writeOrders, type OrderRows } from "./orders-in.server";
import { cutAtRepeats, readOrder, readRows, type ReadRow } from "./read-units";
import { rejectOf, type Reject } from "./rejects.server";
import { orderNumberOf, type OrderRow, type Rejection } from "./rows";
import type { RunReader, Unit } from "./run-reader.server";
import type { ImportReport } from "./schema";
import { Tally } from "./tally";

/** What came of a chunk. The tally is kept once the transaction has been committed. */
export type Chunk = { tally: Tally; rejects: Reject[]; accepted: number; report: ImportReport };

export async function writeChunk(tx: Tx, by: By, reader: RunReader, units: Unit[]): Promise<Chunk> {
  const { run, columns, options } = reader;
  const chunk: Chunk = { tally: new Tally(reader.seen), rejects: [], accepted: 0, report: { ...NO_REPORT } };
  const speaksOfConsent = run.type === "customers" && (columns.consent !== undefined || run.options.everybodySays !== null);
  const job: Job = { options, columns, now: by.now, topicId: speaksOfConsent ? await topicFor(tx, by, run.options.topicKey) : null };
  if (run.type === "orders") await writeOrderUnits(tx, by, reader, units, chunk, job);
  else await writeRows(tx, by, reader, units.flat(), chunk, job);
  return chunk;
}

async function writeRows(tx: Tx, by: By, { run, columns, options }: RunReader, records: readonly CsvRecord[], chunk: Chunk, job: Job): Promise<void> {
  const kind = KINDS[run.type as keyof typeof KINDS];
  const refused = (record: CsvRecord, wrong: Rejection) => void chunk.rejects.push(rejectOf(record, wrong));
  const read = readRows(kind, records, { width: run.headers.length, columns, options }, refused);
  for (const wave of cutAtRepeats(read, kind.keys)) {
    const plans = await kind.plan(tx, wave.map(({ row }) => row), job);
    const fit = wave.flatMap((one, i) => {
      const planned = plans[i];
      if (planned?.ok) return [{ ...one, planned }];
      refused(one.record, planned as Rejection);
      return [];
    });
    const results = await kind.write(tx, by, fit, job);
    for (const [i, { record, row, planned }] of fit.entries()) {
      const wrong = results[i];
      if (wrong) refused(record, wrong);
      else count(chunk, run.type, row, planned);
    }
  }
}

function count(chunk: Chunk, type: string, row: { number?: string | null; email?: string | null; sku?: string }, done: { outcome: Outcome; consents?: number }): void {
  const { tally, report } = chunk;
  chunk.accepted += 1;
  if (type === "customers") report.customers += tally.addCustomer(row.number ?? row.email ?? "");
  if (type === "products") report.products += tally.addProduct(row.sku ?? "");
  report.consents += done.consents ?? 0;
  report[done.outcome] += 1;
}

async function writeOrderUnits(tx: Tx, by: By, { run, columns }: RunReader, units: readonly Unit[], chunk: Chunk, job: Job): Promise<void> {
  const refused = (record: CsvRecord, wrong: Rejection) => void chunk.rejects.push(rejectOf(record, wrong));
  const orders: ReadRow<OrderRow>[][] = [];
  for (const unit of units) {
    const read = readOrder(unit, { width: run.headers.length, columns, options: run.options }, refused);
    const number = orderNumberOf((unit[0] as CsvRecord).cells, columns);
    const isFirst = number !== "" && chunk.tally.addOrder(number) === 1;
    if (!isFirst) for (const { record } of read) refused(record, { ok: false, field: "orderNumber", reason: "order_split" });
    else if (read.length) orders.push(read);
  }
  const plans = await planOrders(tx, orders.map((order) => order.map(({ row }) => row) as unknown as OrderRows), job);
  const fit = orders.flatMap((order, i) => {
    const planned = plans[i];
    if (planned?.ok) return [{ order, rows: order.map(({ row }) => row) as unknown as OrderRows, planned }];
    for (const { record } of order) refused(record, planned as Rejection);
    return [];
  });
  const { partyIds } = await writeOrders(tx, by, fit, job);
  for (const [i, { order, rows, planned }] of fit.entries()) {
    if (partyIds[i] == null) for (const { record } of order) refused(record, { ok: false, field: "customerNumber", reason: "unknown_customer" });
    else {
      chunk.accepted += rows.length;
      countOrder(rows, chunk);
      chunk.report[planned.outcome] += 1;
    }
  }
  await refreshOrderFactsOf(tx, partyIds.filter((id) => id !== null));
}

function countOrder(rows: OrderRows, { tally, report }: Chunk): void {
  for (const names of rows.map((row) => tally.addOrderLine(row))) {
    report.customers += names.customers;
    report.products += names.products;
  }
  if (rows[0].kind === "credit") {
    report.creditNotes += 1;
    report.creditLines += rows.length;
  } else {
    report.orders += 1;
    report.lines += rows.length;
  }
}

/** The topic that a consent column speaks of: the one named, else the first; where there is none at all, one is made. */
async function topicFor(tx: Tx, by: By, key: string | null): Promise<number> {
  const topics = await listTopics(tx, "en");
  const topic = (key === null ? undefined : topics.find((t) => t.key === key)) ?? topics[0];
  if (topic) return topic.id;
  const made = await createTopic(tx, by, {
    key: "newsletter",
    position: 0,
    translations: {
      en: { name: "Newsletter", description: "News and offers." },
      pl: { name: "Newsletter", description: "Nowości i promocje." },
      "sr-Latn": { name: "Bilten", description: "Novosti i ponude." },
      "sr-Cyrl": { name: "Билтен", description: "Новости и понуде." },
    },
  });
  if (!made.ok) throw new Error("the topic newsletter is there and is not listed");
  return made.topicId;
}
