/**
 * What the worker does over all customers, and the waterfall of a campaign: how long the whole takes, how long it keeps other
 * writers waiting at a stretch (a write from its turn to its end on the disk), and how much memory it takes.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { reportNow } from "../../app/domain/analytics/reckoning.server";
import { findReport } from "../../app/domain/analytics/reports.server";
import { readHabitsOf } from "../../app/domain/analytics/wishes.server";
import { listForecastPeople } from "../../app/domain/campaigns/audience.server";
import { forecastAudience } from "../../app/domain/campaigns/forecast.server";
import { beginDerivation, findOpenDerivation, finishDerivation } from "../../app/domain/customers/derived.server";
import { segmentFields as customerFields } from "../../app/domain/customers/segment-fields";
import { hashAddress, provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { lookForDoubles } from "../../app/domain/doubles/finding.server";
import { bySystem } from "../../app/domain/journal/actor";
import { fitEverybody } from "../../app/domain/orders/derive.server";
import { keepSegment } from "../../app/domain/segments/keeping.server";
import { check, figure, hold, onEnd } from "../support/long";
import { million } from "../support/million";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchFolder } from "../support/scratch";

export const about = "the worker's rounds over all customers and a campaign's waterfall: time, the longest write, memory";
export const options = { customers: 1_000_000, only: "" };

const LONGEST_WRITE = 1000;
const MEGABYTES = 150;

type Bench = { db: Database; file: string; now: number; longest: { ms: number } };

export async function run({ customers, only }: typeof options): Promise<void> {
  const from = await million(customers);
  const file = join(scratchFolder(), "rounds.db");
  cpSync(from.file, file);
  provideMailIdentity(SCRATCH_SECRET, SCRATCH_FROM);
  const db = openSqlite(file);
  onEnd(() => db.close());
  const longest = { ms: 0 };
  const bench = { db: timing(db, longest), file, now: from.now, longest };
  const parts = { waterfall, membership, stages, doubles, reports };
  for (const [name, part] of Object.entries(parts)) if (!only || only === name) await part(bench);
}

/** Notes the longest write; nobody else writes here, so none waits for its turn. */
function timing(db: Database, longest: { ms: number }): Database {
  return {
    ...db,
    async write(work) {
      const from = performance.now();
      const result = await db.write(work);
      longest.ms = Math.max(longest.ms, performance.now() - from);
      return result;
    },
  };
}

async function measured(bench: Bench, name: string, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  bench.longest.ms = 0;
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const standstill = monitorEventLoopDelay({ resolution: 5 });
  standstill.enable();
  const from = performance.now();
  await work();
  clearInterval(watch);
  standstill.disable();
  figure(`${name}: seconds`, (performance.now() - from) / 1000);
  figure(`${name}: the process stood still for at most, ms`, Math.round(standstill.max / 1e6));
  if (bench.longest.ms) hold(`${name}: longest write, ms`, bench.longest.ms, "at most", LONGEST_WRITE);
  hold(`${name}: megabytes more`, Math.max(0, Math.round((most - before) / 1e6)), "at most", MEGABYTES);
}

async function waterfall(bench: Bench): Promise<void> {
  const { db, now } = bench;
  const plan = {
    registry: customerFields, rules: { match: "all" as const, rules: [] }, topicId: 1, channel: "email" as const, written: [], defaultLocale: "en" as const, now, until: null,
  };
  // A list of twenty thousand addresses, all of them known; then one of an erased customer, which is not.
  const some = await db.read.raw<{ value: string }>("SELECT value FROM contact_points WHERE kind = 'email' AND is_primary = true AND id % 113 = 0 LIMIT 20000");
  await db.write((tx) => tx.each("INSERT INTO suppressions (address_hash, scope, reason, address, source, at) VALUES (?, 'all', 'hard_bounce', ?, 'bench', ?)", some.map(({ value }) => [hashAddress(value), value, now])));
  await measured(bench, "waterfall", () => forecastAudience(db.cancellable(new AbortController().signal), plan));
  const known = await forecastAudience(db.aside, plan);
  figure("waterfall: matched, sent, withheld", `${known.matched}, ${known.willSend}, ${JSON.stringify(known.withheld)}`);
  await db.write((tx) => tx.raw("UPDATE suppressions SET address = NULL WHERE address_hash = ?", [hashAddress(some[0]!.value)]));
  await measured(bench, "waterfall, an address forgotten", () => forecastAudience(db.cancellable(new AbortController().signal), plan));
  check("the same of everybody", JSON.stringify(await forecastAudience(db.aside, plan)) === JSON.stringify(known));
  const unwanted = new AbortController();
  setTimeout(() => unwanted.abort(), 200);
  const from = performance.now();
  await forecastAudience(db.cancellable(unwanted.signal), plan).catch(() => undefined);
  figure("waterfall given up after 200 ms: ms", performance.now() - from);
  await measured(bench, "fifty people of a step", () => listForecastPeople(db.aside, plan, "open_complaint", { afterId: 0, limit: 50 }));
}

/** Everybody enters at first; nobody moves; fifty thousand enter and as many leave, which their timelines tell. */
async function membership(bench: Bench): Promise<void> {
  const { db, now } = bench;
  let at = now;
  const app = { db, fields: customerFields, clock: () => at };
  await db.write((tx) => tx.raw(`UPDATE segments SET rules = '{"match":"all","rules":[{"field":"orders_count","op":"gte","value":0}]}' WHERE id = 1`));
  await measured(bench, "membership: everybody enters", () => keepSegment(app, 1));
  at += 86_400_000;
  await measured(bench, "membership: nobody moves", () => keepSegment(app, 1));
  await db.write((tx) => tx.raw("UPDATE customer_metrics SET orders_count = -1 WHERE party_id % 20 = 0"));
  at += 86_400_000;
  await measured(bench, "membership: a twentieth leaves", () => keepSegment(app, 1));
  await db.write((tx) => tx.raw("UPDATE customer_metrics SET orders_count = 0 WHERE party_id % 20 = 0"));
  at += 86_400_000;
  await measured(bench, "membership: a twentieth enters", () => keepSegment(app, 1));
}

/** Of the thousands of steps that a first look at everybody takes. */
const STEPS = 200;

async function doubles(bench: Bench): Promise<void> {
  const app = { db: bench.db, clock: () => bench.now };
  let seen = 0;
  const from = performance.now();
  await measured(bench, `doubles: ${STEPS} steps`, async () => {
    for (let i = 0; i < STEPS; i++) seen += await lookForDoubles(app);
  });
  figure("doubles: addresses, telephones and doors a second", Math.round((seen / (performance.now() - from)) * 1000));
}

/** What the reports count of everybody's orders, as of a reckoning, and the habits of one customer. */
async function reports({ db, now, ...rest }: Bench): Promise<void> {
  const found = await fitEverybody(db.aside, now);
  await db.write((tx) => beginDerivation(tx, bySystem("worker", now), found));
  await db.write(async (tx) => finishDerivation(tx, (await findOpenDerivation(tx))!.id, now));
  const app = { db, clock: () => now };
  await measured({ db, now, ...rest }, "reports: everybody's orders", () => reportNow(app));
  const kept = await findReport(db.read);
  figure("reports: customers, orders of all time", `${kept?.content.loyalty.standing.now.customers}, ${kept?.content.habits.all.now.orders}`);
  await measured({ db, now, ...rest }, "reports: one customer's habits, a hundred times", async () => {
    for (let id = 1; id <= 100; id++) await readHabitsOf(db.read, id * 997, "en", now);
  });
}

/** A change of stage with the triggers that follow it (a timeline's entry, the figures' index) and without them. */
async function stages({ file }: Bench): Promise<void> {
  const db = new BetterSqlite(file);
  const change = db.prepare("UPDATE parties SET lifecycle_stage = ? WHERE id % 50 = ?");
  const each = (rest: number) => {
    const from = performance.now();
    const { changes } = change.run(rest % 2 ? "loyal" : "lapsed", rest);
    return ((performance.now() - from) * 1000) / changes;
  };
  const withThem = Math.min(...[1, 2, 3].map(each));
  for (const name of ["stage_changed", "metrics_stage_follows"]) db.exec(`DROP TRIGGER ${name}`);
  const without = Math.min(...[4, 5, 6].map(each));
  db.close();
  figure("a change of stage, µs with its triggers and without", `${withThem.toFixed(1)}, ${without.toFixed(1)}`);
}
