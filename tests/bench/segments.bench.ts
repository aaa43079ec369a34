/**
 * How long a question about all customers takes, against the barest reading of the same rows that the database can do.
 * Every operator of every field of the registry is asked:
 *   - of a figure with an index of its own: against that index, the same range of it;
 *   - of another figure kept with the customer, and trees of five: against the table of the figures, read once;
 *   - of what stands in other tables: against a scan of these tables; where it asks who has no such row, of all customers, too.
 * Where fewer than a thousand hold, nothing is held against anything: what such a question takes is to be understood.
 * Each question is asked a few times in turn with its bare scan, for at most some seconds. `--from FIELD` goes on with
 * that field, `--only FIELD` asks that one.
 */
import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { segmentFields as analyticsFields } from "../../app/domain/analytics/segment-fields";
import { segmentFields as campaignFields } from "../../app/domain/campaigns/segment-fields";
import { segmentFields as caseFields } from "../../app/domain/cases/segment-fields";
import { startOfDay } from "../../app/domain/company/calendar";
import { UNNAMED_COMPANY } from "../../app/domain/company/company";
import type { Input, InputValue, Operator, SegmentField } from "../../app/domain/customers/segment-field";
import { segmentFields as customerFields } from "../../app/domain/customers/segment-fields";
import { segmentFields as orderFields } from "../../app/domain/orders/segment-fields";
import { writeValue } from "../../app/domain/segments/check";
import { FIGURE_INDEXES } from "../../app/domain/segments/compile";
import type { Options } from "../../app/domain/segments/describe";
import type { Clause, RuleGroup } from "../../app/domain/segments/rule";
import { segmentFields as segmentsFields } from "../../app/domain/segments/segment-fields";
import { countSegment, EVERYBODY, loadOptions, segmentCount } from "../../app/domain/segments/segments.server";
import { figure, hold, median, onEnd } from "../support/long";
import { million, MILLION_NOW } from "../support/million";

export const about = "counts of segments against bare scans of what they read: every operator of every field, trees of five";
export const options = { customers: 1_000_000, rounds: 5, only: "", from: "" };

const registry: SegmentField[] = [...customerFields, ...orderFields, ...campaignFields, ...caseFields, ...analyticsFields, ...segmentsFields];
const DAY = 86_400_000;
const LIMITS = { index: 2, metrics: 2, tables: 3 };
/** A question and its scan are asked in turn for so long, twice at least. */
const LONG_ENOUGH = 2500;

type Bench = { db: Database; bare: BetterSqlite.Database; rounds: number };
type Hardest = Record<keyof typeof LIMITS, { name: string; ratio: number }>;

export async function run({ customers, rounds, only, from }: typeof options): Promise<void> {
  const { file } = await million(customers, (line) => process.stdout.write(`making ${line}\n`));
  const db = openSqlite(file);
  const bare = new BetterSqlite(file, { readonly: true });
  bare.pragma("cache_size = -65536");
  onEnd(async () => {
    bare.close();
    await db.close();
  });
  const bench = { db, bare, rounds };
  const hardest: Hardest = { index: { name: "", ratio: 0 }, metrics: { name: "", ratio: 0 }, tables: { name: "", ratio: 0 } };
  if (!from && (!only || only === "trees")) await trees(bench, hardest);
  const loaded = await loadOptions(db.read, registry, "en");
  const begins = Math.max(0, registry.findIndex(({ key }) => key === from));
  for (const field of registry.slice(begins)) if (!only || only === field.key) await everyOperator(bench, field, loaded, hardest);
  for (const [kind, { name, ratio }] of Object.entries(hardest)) if (name) figure(`hardest of ${kind}`, `${name}: ${ratio.toFixed(2)}`);
}

async function compare({ db, bare, rounds }: Bench, hardest: Hardest, kind: keyof typeof LIMITS, name: string, rules: RuleGroup, scan: string): Promise<void> {
  const statement = bare.prepare(scan).pluck();
  let hits = 0;
  const [ours, theirs]: [number[], number[]] = [[], []];
  const began = performance.now();
  for (let round = 0; round < rounds && (round < 2 || performance.now() - began < LONG_ENOUGH); round++) {
    ours.push(await timed(async () => void (hits = await countSegment(db.aside, registry, rules, MILLION_NOW))));
    theirs.push(await timed(async () => void statement.get()));
  }
  const [product, scanned] = [median(ours), median(theirs)];
  const ratio = product / scanned;
  figure(`${name}: hits, ms, bare ms`, `${hits}, ${product.toFixed(1)}, ${scanned.toFixed(1)}`);
  figure(`${name}: ratio of medians, of the quickest`, `${ratio.toFixed(2)}, ${(Math.min(...ours) / Math.min(...theirs)).toFixed(2)}`);
  if (hits < 1000) return;
  hold(`${name} against ${WHAT[kind]}`, ratio, "at most", LIMITS[kind]);
  if (ratio > hardest[kind].ratio) hardest[kind] = { name, ratio };
}

const WHAT = { index: "a range of its index", metrics: "the metrics read once", tables: "a scan of its tables" };

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function all(...rules: RuleGroup["rules"]): RuleGroup {
  return { match: "all", rules };
}

// ── five clauses ────────────────────────────────────────────────────────────────────────────────────────────────────

async function trees(bench: Bench, hardest: Hardest): Promise<void> {
  const often: Clause = { field: "orders_count", op: "gte", value: 2 };
  const rich: Clause = { field: "spend", op: "gte", value: 5000 };
  const recent: Clause = { field: "last_order_at", op: "within_days", value: 400 };
  const reader: Clause = { field: "last_opened_at", op: "within_days", value: 200 };
  const pole: Clause = { field: "country", op: "in", value: ["PL"] };
  const questions: Record<string, RuleGroup> = {
    "all of five": all(often, rich, recent, reader, pole),
    "any of five": { match: "any", rules: [reader, rich, pole, recent, often] },
    "none of five": { match: "none", rules: [reader, rich, pole, recent, often] },
    "two of all, three of any": all(often, pole, { match: "any", rules: [rich, recent, reader] }),
  };
  for (const [name, rules] of Object.entries(questions)) await compare(bench, hardest, "metrics", name, rules, METRICS);
}

/** Read from end to end: five of its columns for every customer. */
const METRICS = "SELECT count(*) FROM customer_metrics NOT INDEXED WHERE is_current = 1 AND orders_count + spend_minor + coalesce(last_order_at, 0) + coalesce(last_opened_at, 0) >= 0 AND country <> ''";

// ── every operator ──────────────────────────────────────────────────────────────────────────────────────────────────

async function everyOperator(bench: Bench, field: SegmentField, loaded: Options, hardest: Hardest): Promise<void> {
  for (const operator of field.operators) {
    const values = Object.fromEntries(operator.inputs.map((input) => [input.name, valueOf(field.key, input, loaded[field.key]?.[input.name])]));
    const rules = all({ field: field.key, op: operator.key, ...(operator.inputs.length && { value: writeValue(operator.inputs, values) }) });
    const { sql } = await segmentCount(bench.db.read, registry, rules, MILLION_NOW);
    const tables = tablesOf(bench, sql);
    const name = `${field.key} ${operator.key}${tables.length ? ` (${tables.join(", ")})` : ""}`;
    const range = rangeOf(field, operator, values, sql);
    if (tables.length) await compare(bench, hardest, "tables", name, rules, `SELECT ${tables.map((table) => `(SELECT count(*) FROM ${table} NOT INDEXED WHERE ${SOMETHING[table] ?? "party_id <> 0"})`).join(" + ")}${sql.startsWith(`SELECT (${EVERYBODY})`) ? ` + (${EVERYBODY})` : ""}`);
    else if (range) await compare(bench, hardest, "index", name, rules, range);
    else await compare(bench, hardest, "metrics", name, rules, `SELECT count(*) FROM customer_metrics NOT INDEXED WHERE is_current = 1 AND (${columnsOf(sql).map((column) => `coalesce(${column}, 0) <> -1`).join(" AND ")})`);
  }
}

function columnsOf(sql: string): string[] {
  const columns = new Set([...sql.matchAll(/\bm\.(\w+)/g)].map(([, column]) => column as string));
  return [...columns].filter((column) => column !== "is_current");
}

/** The same question of the index that holds the figure, as one would write it by hand; null where no index does. */
function rangeOf(field: SegmentField, { key }: Operator, v: Record<string, InputValue>, sql: string): string | null {
  const index = / INDEXED BY (\w+)/.exec(sql)?.[1];
  const column = Object.keys(FIGURE_INDEXES).find((one) => FIGURE_INDEXES[one] === index);
  if (!index || !column || field.key === "segment" || field.key === "tenure_days") return null;
  const ago = (days: InputValue) => MILLION_NOW - Number(days) * DAY;
  const start = (day: InputValue, more = 0) => startOfDay(new Date(Date.parse(String(day)) + more * DAY).toISOString().slice(0, 10), UNNAMED_COMPANY.timeZone);
  const startAgo = (days: number) => start(new Date(MILLION_NOW - days * DAY).toISOString().slice(0, 10));
  const words = [v.values].flat().map((word) => `'${word}'`).join(", ");
  const ranges: Record<string, string> = {
    gte: `${column} >= ${v.number}`, lte: `${column} <= ${v.number}`, eq: `${column} = ${v.number}`, between: `${column} BETWEEN ${v.from} AND ${v.to}`,
    within_days: `${column} >= ${ago(v.days!)}`, not_within_days: `${column} < ${ago(v.days!)} OR ${column} IS NULL`, ever: `${column} IS NOT NULL`, never: `${column} IS NULL`,
    in: `${column} IN (${words})`, not_in: `${column} NOT IN (${words}) OR ${column} IS NULL`, known: `${column} IS NOT NULL`, unknown: `${column} IS NULL`,
    overdue: `${column} <= ${MILLION_NOW}`, not_overdue: `${column} > ${MILLION_NOW}`, overdue_days: `${column} <= ${ago(v.days!)}`, overdue_between: `${column} <= ${ago(v.from!)} AND ${column} > ${ago(Number(v.to) + 1)}`,
    ...(key === "since" && { since: `${column} >= ${start(v.day!)}` }),
    ...(key === "before" && { before: `${column} < ${start(v.day!)}` }),
    ...(key === "between_days" && { between_days: `${column} >= ${start(v.from!)} AND ${column} < ${start(v.to!, 1)}` }),
    ...(key === "days_ago" && { days_ago: `${column} >= ${startAgo(Number(v.to))} AND ${column} < ${startAgo(Number(v.from) - 1)}` }),
  };
  const range = ranges[key];
  if (!range) throw new Error(`no range for ${field.key} ${key}`);
  return `SELECT count(*) FROM customer_metrics INDEXED BY ${index} WHERE is_current = 1 AND (${range})`;
}

/** Of each row is read what rules about it read: the database knows how many there are without. */
const SOMETHING: Record<string, string> = {
  parties: "search_text <> ''", orders: "party_id <> 0 AND status <> 'cancelled' AND placed_at > 0", order_lines: "order_id <> 0 AND sku <> ''",
  contact_points: "party_id <> 0 AND kind = 'email' AND is_primary = true", consent_states: "party_id <> 0 AND topic_id = 1 AND channel = 'email' AND state <> ''",
  events: "party_id <> 0 AND kind <> '' AND at > 0", cases: "party_id <> 0 AND type = 'complaint' AND received_at > 0", case_lines: "case_id <> 0 AND reason <> ''",
  custom_values: "party_id <> 0 AND field_id <> 0 AND text_value <> '-'", party_tags: "party_id <> 0 AND tag_id <> 0", segment_members: "party_id <> 0 AND segment_id <> 0 AND left_at IS NULL",
};
const FEW = 10_000;

const sizes = new Map<string, number>();

/** Those of any size, the metrics aside. */
function tablesOf({ bare }: Bench, sql: string): string[] {
  const tables = [...new Set([...sql.matchAll(/\b(?:FROM|JOIN) (\w+)/g)].map(([, table]) => table as string))];
  for (const table of tables) if (!sizes.has(table)) sizes.set(table, bare.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number);
  return tables.filter((table) => table !== "customer_metrics" && (sizes.get(table) as number) > FEW);
}

function valueOf(field: string, input: Input, loaded?: { value: string }[]): InputValue {
  const words = input.kind === "choice" || input.kind === "choices" ? (input.of === "loaded" ? (loaded ?? []).map(({ value }) => value) : input.of) : [];
  switch (input.kind) {
    case "choices":
      return field === "list" || field === "segment" || words.length === 0 ? words.slice(0, 1) : words.slice(0, 2);
    case "choice":
      return words[0] ?? "nothing";
    case "text":
      return field === "name" ? "nowa" : field === "custom_text" ? "oak" : (loaded?.[0]?.value ?? "MUG-100");
    case "number":
      return input.name === "days" || input.name === "to" ? 365 : 2;
    case "money":
      return input.name === "to" ? 50_000 : 10_000;
    case "day":
      return input.name === "to" ? "2026-06-01" : "2025-06-01";
  }
}

