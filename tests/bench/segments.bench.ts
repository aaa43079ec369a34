/**
 * How long a question about all customers takes, against the barest reading of the same rows that the database can do:
 * one figure against a range of an index that holds it, trees of five against the metrics read once, and every operator
 * of the registry against a scan of the tables that it reads.
 */
import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { segmentFields as campaignFields } from "../../app/domain/campaigns/segment-fields";
import type { Input, InputValue, SegmentField } from "../../app/domain/customers/segment-field";
import { segmentFields as customerFields } from "../../app/domain/customers/segment-fields";
import { segmentFields as orderFields } from "../../app/domain/orders/segment-fields";
import { writeValue } from "../../app/domain/segments/check";
import type { Clause, RuleGroup } from "../../app/domain/segments/rule";
import { countSegment, loadOptions, segmentCount } from "../../app/domain/segments/segments.server";
import { figure, hold, interleave, onEnd } from "../support/long";
import { million, MILLION_NOW } from "../support/million";

export const about = "counts of segments against bare scans of what they read: one figure, five clauses, every operator";
export const options = { customers: 1_000_000, rounds: 7, only: "" };

const registry: SegmentField[] = [...customerFields, ...orderFields, ...campaignFields];
const DAY = 86_400_000;
const LIMITS = { figure: 2, tree: 2, operator: 3 };

type Bench = { db: Database; bare: BetterSqlite.Database; rounds: number };

export async function run({ customers, rounds, only }: typeof options): Promise<void> {
  const { file } = await million(customers, (line) => process.stdout.write(`making ${line}\n`));
  const db = openSqlite(file);
  const bare = new BetterSqlite(file, { readonly: true });
  bare.pragma("cache_size = -65536");
  onEnd(async () => {
    bare.close();
    await db.close();
  });
  const bench = { db, bare, rounds };
  if (!only || only === "figures") await figures(bench);
  if (!only || only === "trees") await trees(bench);
  if (!only || only === "operators") await operators(bench);
}

async function compare({ db, bare, rounds }: Bench, name: string, rules: RuleGroup, scan: string, limit: number): Promise<number> {
  const statement = bare.prepare(scan).pluck();
  let hits = 0;
  const { medians, ratio } = await interleave(rounds, {
    product: () => timed(async () => void (hits = await countSegment(db.aside, registry, rules, MILLION_NOW))),
    bare: () => timed(async () => void statement.get()),
  });
  figure(`${name}: hits, ms, bare ms`, `${hits}, ${medians.product.toFixed(2)}, ${medians.bare.toFixed(2)}`);
  hold(`${name} against bare`, ratio("product", "bare"), "at most", limit);
  return ratio("product", "bare");
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

// ── one figure ──────────────────────────────────────────────────────────────────────────────────────────────────────

async function figures(bench: Bench): Promise<void> {
  const since = (days: number) => MILLION_NOW - days * DAY;
  const one = (field: string, op: string, value: Clause["value"], index: string, range: string) => ({ name: `${field} ${op}`, rules: all({ field, op, value }), index, range });
  const questions = [
    one("orders_count", "gte", 8, "orders", "orders_count >= 8"),
    one("orders_count", "between", { from: 2, to: 3 }, "orders", "orders_count BETWEEN 2 AND 3"),
    one("spend", "gte", 100_000, "spend", "spend_minor >= 100000"),
    one("first_order_at", "within_days", 200, "first_order", `first_order_at >= ${since(200)}`),
    one("last_order_at", "within_days", 60, "last_order", `last_order_at >= ${since(60)}`),
    one("last_order_at", "not_within_days", 365, "last_order", `last_order_at < ${since(365)} OR last_order_at IS NULL`),
    one("last_order_at", "never", undefined, "last_order", "last_order_at IS NULL"),
    one("last_opened_at", "within_days", 90, "opened", `last_opened_at >= ${since(90)}`),
    one("last_clicked_at", "within_days", 180, "clicked", `last_clicked_at >= ${since(180)}`),
    one("rfm_segment", "in", ["champions", "lost"], "rfm", "rfm_segment IN ('champions', 'lost')"),
    one("country", "in", ["RS"], "country", "country = 'RS'"),
    one("stage", "in", ["at_risk"], "stage", "lifecycle_stage = 'at_risk'"),
    one("created_at", "within_days", 100, "since", `customer_since >= ${since(100)}`),
  ];
  for (const { name, rules, index, range } of questions)
    await compare(bench, name, rules, `SELECT count(*) FROM customer_metrics INDEXED BY customer_metrics_${index} WHERE is_current = 1 AND (${range})`, LIMITS.figure);
}

function all(...rules: RuleGroup["rules"]): RuleGroup {
  return { match: "all", rules };
}

// ── five clauses ────────────────────────────────────────────────────────────────────────────────────────────────────

async function trees(bench: Bench): Promise<void> {
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
  // Read from end to end, as the bare scan of it: five of its columns for every customer.
  const scan = "SELECT count(*) FROM customer_metrics NOT INDEXED WHERE is_current = 1 AND orders_count + spend_minor + coalesce(last_order_at, 0) + coalesce(last_opened_at, 0) >= 0 AND country <> ''";
  for (const [name, rules] of Object.entries(questions)) await compare(bench, name, rules, scan, LIMITS.tree);
}

// ── every operator ──────────────────────────────────────────────────────────────────────────────────────────────────

async function operators(bench: Bench): Promise<void> {
  const { read } = bench.db;
  const options = await loadOptions(read, registry, "en");
  let hardest = { name: "", ratio: 0 };
  for (const field of registry)
    for (const operator of field.operators) {
      const values = Object.fromEntries(operator.inputs.map((input) => [input.name, valueOf(field.key, input, options[field.key]?.[input.name])]));
      const rules = all({ field: field.key, op: operator.key, ...(operator.inputs.length && { value: writeValue(operator.inputs, values) }) });
      const tables = tablesOf(bench, (await segmentCount(read, registry, rules, MILLION_NOW)).sql);
      // What reads the metrics alone is judged above.
      if (tables.length === 0) continue;
      const name = `${field.key} ${operator.key} (${tables.join(", ")})`;
      const scans = tables.map((table) => `(SELECT count(*) FROM ${table} NOT INDEXED WHERE ${SOMETHING[table] ?? "party_id <> 0"})`);
      const ratio = await compare(bench, name, rules, `SELECT ${scans.join(" + ")}`, LIMITS.operator);
      if (ratio > hardest.ratio) hardest = { name, ratio };
    }
  figure("hardest", hardest.name);
  hold("the hardest rule against a scan of its tables", hardest.ratio, "at most", LIMITS.operator);
}

/** Of each row is read what rules about it read: the database knows how many there are without. */
const SOMETHING: Record<string, string> = {
  parties: "search_text <> ''", orders: "party_id <> 0 AND status <> 'cancelled' AND placed_at > 0", order_lines: "order_id <> 0 AND sku <> ''",
  contact_points: "party_id <> 0 AND kind = 'email' AND is_primary = true", consent_states: "party_id <> 0 AND topic_id = 1 AND channel = 'email' AND state <> ''",
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
      return words.length ? words.slice(0, 2) : ["nothing"];
    case "choice":
      return words[0] ?? "nothing";
    case "text":
      return field === "name" ? "nowa" : (loaded?.[0]?.value ?? "MUG-100");
    case "number":
      return input.name === "days" ? 365 : 2;
    case "money":
      return 10_000;
    case "day":
      return input.name === "to" ? "2026-06-01" : "2025-06-01";
  }
}

