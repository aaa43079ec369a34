/**
 * Everybody's figures: RFM, BG/NBD, gamma-gamma, value, written with history, beside what one would write in SQL for RFM
 * alone: three windows of ntile over the same facts, and over the orders that they come from, written to the same rows.
 * What is held is the whole, which does far more than the windows. Beside it stands RFM alone (facts read, cuts found,
 * scores written by the statement that a rebuild writes them with), from the same two states as the windows: all scores
 * right, and all of them gone.
 */
import { cpSync, statSync } from "node:fs";
import { join } from "node:path";

import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { dayIn } from "../../app/domain/company/calendar";
import { getCompany } from "../../app/domain/company/company.server";
import { lastPartyId, listMetrics, writeScores, type Derivation } from "../../app/domain/customers/derived.server";
import { deriveAll, fitEverybody, readBase, reckonWorths } from "../../app/domain/orders/derive.server";
import { fitBgNbd, type Purchases } from "../../app/domain/customers/value/bg-nbd";
import { randomFrom } from "../../drizzle/seed/random";
import { check, figure, hold, interleave, median, onEnd } from "../support/long";
import { million } from "../support/million";
import { scratchFolder } from "../support/scratch";

export const about = "metrics of everybody rebuilt, beside three ntile() windows; how the fit of BG/NBD grows";
export const options = { customers: 1_000_000, rounds: 3 };

export async function run({ customers, rounds }: typeof options): Promise<void> {
  await growth(rounds);
  await rebuilt(customers, rounds);
}

async function rebuilt(customers: number, rounds: number): Promise<void> {
  const from = await million(customers);
  const file = join(scratchFolder(), "metrics.db");
  cpSync(from.file, file);
  figure("megabytes", Math.round(statSync(file).size / 1e6));
  const db = openSqlite(file);
  onEnd(() => db.close());
  // As the first reckoning of a company leaves it: both then write over figures that are there.
  await deriveAll({ db, clock: () => from.now });
  const { medians, ratio } = await interleave(rounds, {
    rebuild: (round) => timed(() => deriveAll({ db, clock: () => from.now + round + 1 })),
    read_and_fit: (round) => timed(() => fitEverybody(db.aside, from.now + round + 1)),
    three_ntiles: () => timed(() => ntiles(file, FACTS, true)),
    rfm: (round) => timed(() => rfmAlone(db, from.now + round + 1)),
    three_ntiles_from_nothing: () => fromNothing(file, () => ntiles(file, FACTS, true)),
    rfm_from_nothing: (round) => fromNothing(file, () => rfmAlone(db, from.now + round + 1)),
    three_ntiles_read: () => timed(() => ntiles(file, FACTS, false)),
    three_ntiles_of_orders: () => timed(() => ntiles(file, ORDERS, true)),
  });
  for (const [name, ms] of Object.entries(medians)) figure(`${name}_seconds`, ms / 1000);
  figure("three_ntiles_read_by_read_and_fit", ratio("three_ntiles_read", "read_and_fit"));
  figure("three_ntiles_of_orders_by_rebuild", ratio("three_ntiles_of_orders", "rebuild"));
  figure("three_ntiles_by_rfm", ratio("three_ntiles", "rfm"));
  figure("three_ntiles_by_rfm_from_nothing", ratio("three_ntiles_from_nothing", "rfm_from_nothing"));
  hold("three_ntiles_by_rebuild", ratio("three_ntiles", "rebuild"), "at least", 2);
  figure("peak_megabytes", Math.round(process.resourceUsage().maxRSS / 1024));
  const again = await deriveAll({ db, clock: () => from.now + rounds + 1 });
  check("the scores are those of the rule", (await otherScores(db, again)) === 0);
  check("everybody who ordered has scores", Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM customer_metrics WHERE orders_count > 0 AND recency_score IS NULL"))[0]?.n) === 0);
  check("the models were fitted", again.trouble === null);
}

const FACTS = "SELECT party_id, last_order_at AS last, orders_count AS count, spend_minor AS spend FROM customer_metrics WHERE orders_count > 0";
const ORDERS = "SELECT party_id, max(placed_at) AS last, count(*) AS count, sum(total_minor) AS spend FROM orders WHERE status <> 'cancelled' GROUP BY party_id";

/** As a rebuild does it, without the models. */
async function rfmAlone(db: Database, asOf: number): Promise<void> {
  const { currency, timeZone } = await getCompany(db.read);
  const cuts = (await readBase(db.aside, { asOf, currency }, timeZone)).cuts();
  const derivation = { asOf, day: dayIn(timeZone, asOf), timeZone, cuts };
  const end = await lastPartyId(db.read);
  for (let after = 0; after < end; after += 10_000) await db.write((tx) => writeScores(tx, derivation, after, after + 10_000));
}

/** The rule itself, of each customer, held against what is written. (The windows write to those who are gone, too.) */
async function otherScores(db: Database, derivation: Derivation): Promise<number> {
  const end = await lastPartyId(db.read);
  let others = 0;
  for (let after = 0; after < end; after += 10_000) {
    const worths = await reckonWorths(db.read, derivation, after, after + 10_000);
    for (const kept of await listMetrics(db.read, after, after + 10_000)) {
      const now = worths.get(kept.partyId);
      if (now && (kept.recencyScore !== now.recencyScore || kept.frequencyScore !== now.frequencyScore || kept.monetaryScore !== now.monetaryScore || kept.rfmSegment !== now.rfmSegment)) others += 1;
    }
  }
  return others;
}

async function fromNothing(file: string, work: () => unknown): Promise<number> {
  const db = new BetterSqlite(file);
  db.exec("UPDATE customer_metrics SET recency_score = NULL, frequency_score = NULL, monetary_score = NULL, rfm_segment = NULL");
  db.close();
  return timed(work);
}

/** RFM as one writes it by hand: three windows, and the scores kept. */
function ntiles(file: string, source: string, isWritten: boolean): void {
  const db = new BetterSqlite(file);
  const scores = `SELECT party_id, ntile(5) OVER (ORDER BY last) AS r, ntile(5) OVER (ORDER BY count) AS f, ntile(5) OVER (ORDER BY spend) AS m FROM (${source})`;
  try {
    if (isWritten) db.exec(`BEGIN IMMEDIATE; UPDATE customer_metrics SET recency_score = g.r, frequency_score = g.f, monetary_score = g.m FROM (${scores}) g WHERE customer_metrics.party_id = g.party_id; COMMIT`);
    else db.prepare(`SELECT sum(r + f + m) AS sum FROM (${scores})`).get();
  } finally {
    db.close();
  }
}

/** As many customers as the published sample of CDNOW has, and ten times as many, from the model with its parameters. */
async function growth(rounds: number): Promise<void> {
  const [few, many] = [simulated(2_357), simulated(23_570)];
  const times = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round < rounds * 3; round++) {
    times.few.push(await timed(() => fitBgNbd(few)));
    times.many.push(await timed(() => fitBgNbd(many)));
  }
  figure("fit_2357_ms", median(times.few));
  figure("fit_23570_ms", median(times.many));
  hold("fit_of_ten_times_as_many", median(times.many) / median(times.few), "at most", 15);
}

function simulated(count: number): Purchases[] {
  const random = randomFrom(`bg-nbd ${count}`).next;
  const [r, alpha, a, b] = [0.243, 4.414, 0.793, 2.426];
  return Array.from({ length: count }, () => {
    const T = 27 + Math.floor(random() * 84) / 7;
    const rate = gamma(random, r) / alpha;
    const leaving = beta(random, a, b);
    let [x, tx, at] = [0, 0, 0];
    for (;;) {
      at += -Math.log(1 - random()) / rate;
      // Days, as in the data.
      const day = Math.ceil(at * 7) / 7;
      if (day > T) break;
      if (day > tx) [x, tx] = [x + 1, day];
      if (random() < leaving) break;
    }
    return { x, tx, T };
  });
}

/** Marsaglia & Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26 (2000). */
function gamma(random: () => number, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function beta(random: () => number, a: number, b: number): number {
  const [x, y] = [gamma(random, a), gamma(random, b)];
  return x / (x + y);
}

async function timed(what: () => unknown): Promise<number> {
  const from = performance.now();
  await what();
  return performance.now() - from;
}
