/**
 * The outbox as a queue, without a mail server: rows put in (planning a campaign) against one bare INSERT … SELECT, and
 * rows claimed, their intents and endings written, against one row at a time.
 */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import BetterSqlite from "better-sqlite3";

import { migrate } from "../../app/db/migrate.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { launch } from "../../app/domain/campaigns/launching.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { segmentFields } from "../../app/domain/customers/segment-fields";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { nameTheCompany } from "../support/company";
import { aCampaign, at } from "../support/factories";
import { figure, hold, interleave } from "../support/long";
import { copyPeople, massCampaign } from "../support/mass-campaign";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchFolder } from "../support/scratch";

export const about = "the outbox as a queue: enqueue against a bare INSERT … SELECT, claim and record against one row at a time";
export const options = { rounds: 5, people: 1_000_000, rows: 20_000, slow: 1_000, group: 50, only: "" };

const OK = { kind: "accepted", code: 250, words: "250 2.0.0 ok queued as 123456", providerId: null } as const;

export async function run(given: typeof options): Promise<void> {
  provideMailIdentity(SCRATCH_SECRET, SCRATCH_FROM);
  const folder = scratchFolder();
  if (given.only !== "enqueue") await claimAndRecord(folder, given);
  if (given.only !== "claim") await enqueue(folder, given);
}

function remove(file: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
}

/** Each round begins with one. */
function copyOf(template: string): string {
  const round = `${template}.round`;
  remove(round);
  copyFileSync(template, round);
  return round;
}

async function fresh(file: string): Promise<Database> {
  remove(file);
  await migrate({ DATABASE_FILE: file });
  const db = openSqlite(file);
  await nameTheCompany(db);
  return db;
}

// ── claim and record ────────────────────────────────────────────────────────────────────────────────────────────────

async function claimAndRecord(folder: string, { rounds, rows, slow, group }: typeof options): Promise<void> {
  const template = join(folder, "queue.db");
  const db = await fresh(template);
  await massCampaign(db, { recipients: rows });
  await db.close();
  const copy = () => copyOf(template);
  const { medians, ratio } = await interleave(rounds, {
    product: () => theProduct(copy(), rows, group),
    row_by_row: async () => rowByRow(copy(), slow),
  });
  figure("claim_and_record_per_second", Math.round(medians.product));
  figure("row_by_row_per_second", Math.round(medians.row_by_row));
  hold("claim_and_record_over_row_by_row", ratio("product", "row_by_row"), "at least", 15);
}

/** Claims of 1,000; intents and endings of `group` mails in one transaction, as connections bring them together. */
async function theProduct(file: string, rows: number, group: number): Promise<number> {
  const db = openSqlite(file);
  const from = performance.now();
  let done = 0;
  while (done < rows) {
    const leases = await claimDue(db, "bench/1/a", Date.now(), 1000);
    if (leases.length === 0) throw new Error(`only ${done} rows could be claimed`);
    let before: typeof leases = [];
    for (let i = 0; i <= leases.length; i += group) {
      const now = Date.now();
      const these = leases.slice(i, i + group);
      await db.write(async (tx) => {
        if (before.length) await recordEndings(tx, now, before.map((row) => ({ row, subject: "Mugs", intentAt: now, transport: "smtp", outcome: OK })));
        if (these.length) await commitIntents(tx, now, these);
      });
      before = these;
    }
    if (before.length) await db.write((tx) => recordEndings(tx, Date.now(), before.map((row) => ({ row, subject: "Mugs", intentAt: Date.now(), transport: "smtp", outcome: OK }))));
    done += leases.length;
  }
  const seconds = (performance.now() - from) / 1000;
  const [row] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE state = 'accepted'");
  await db.close();
  if (row?.n !== rows) throw new Error(`${row?.n} of ${rows} rows are accepted`);
  return rows / seconds;
}

/** The shortest loop that a queue can be: pick, mark, commit; mark, commit. */
function rowByRow(file: string, rows: number): number {
  const db = new BetterSqlite(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  const pick = db.prepare<[number], { id: number; merge_values: string }>(
    "SELECT * FROM deliveries WHERE campaign_id = 4711 AND state = 'queued' AND lane = '' AND not_before <= ? ORDER BY lane, not_before, id LIMIT 1",
  );
  const lease = db.prepare("UPDATE deliveries SET state = 'leased', lease_owner = 'bench', lease_epoch = lease_epoch + 1, lease_until = ? WHERE id = ? AND state = 'queued'");
  const accept = db.prepare("UPDATE deliveries SET state = 'accepted', lease_owner = NULL, lease_until = NULL, accepted_at = ?, words = ? WHERE id = ?");
  const from = performance.now();
  for (let i = 0; i < rows; i++) {
    const row = pick.get(Date.now());
    if (!row) throw new Error("the queue is empty");
    lease.run(Date.now() + 300_000, row.id);
    accept.run(Date.now(), OK.words, row.id);
  }
  const seconds = (performance.now() - from) / 1000;
  db.close();
  return rows / seconds;
}

// ── enqueue ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function enqueue(folder: string, { rounds, people }: typeof options): Promise<void> {
  const template = join(folder, "people.db");
  const db = await fresh(template);
  const by = at(Date.now() - 60_000);
  const { topicId } = await copyPeople(db, people);
  const { campaignId } = await db.write((tx) => aCampaign(tx, by, { topicId }));
  const launched = await launch({ db, fields: segmentFields }, by, campaignId);
  if (!launched.ok) throw new Error(launched.reason);
  await db.close();
  const copy = () => copyOf(template);
  const { medians, ratio } = await interleave(rounds, {
    product: () => planAll(copy(), people),
    bare: async () => bareInsert(copy(), people, campaignId, topicId),
  });
  figure("enqueue_seconds", medians.product);
  figure("bare_insert_seconds", medians.bare);
  figure("enqueue_us_per_row", (medians.product * 1e6) / people);
  hold("enqueue_over_bare_insert", ratio("product", "bare"), "at most", 2.5);
}

async function planAll(file: string, people: number): Promise<number> {
  const db = openSqlite(file);
  const app = { db, clock: Date.now, fields: segmentFields };
  const from = performance.now();
  while (await planDue(app));
  const seconds = (performance.now() - from) / 1000;
  const [row] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE state = 'queued'");
  await db.close();
  if (row?.n !== people) throw new Error(`${row?.n} of ${people} people are queued`);
  return seconds;
}

/** The same rows, as wide and with the same indexes, from the same tables, with nothing asked and nothing worked out. */
function bareInsert(file: string, people: number, campaignId: number, topicId: number): number {
  const db = new BetterSqlite(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("cache_size = -16384");
  const now = Date.now();
  const merge = JSON.stringify({ customer: { first_name: "Anna", last_name: "Nowak", full_name: "Anna Nowak", number: "", city: "", orders_count: "0", last_order_on: "" }, topic: { name: "News" } });
  const from = performance.now();
  const uuid = "'01890000-0000-7000-8000-' || printf('%012x', p.id)";
  const { changes } = db
    .prepare(
      `INSERT INTO deliveries (public_id, dedupe_key, message_id, class, party_id, address, lane, address_hash, recipient_name, locale, campaign_id,
         topic_id, revision_id, merge_values, subject_type, subject_id, state, reason, not_before, expires_at, finished_at, created_at)
       SELECT ${uuid}, 'campaign:${campaignId}:' || hex(randomblob(22)), ${uuid} || '@example.com', 'marketing', p.id, e.value, '', hex(randomblob(22)), p.name, p.locale,
         ${campaignId}, ${topicId}, 1, ?, 'campaign', ${campaignId}, 'queued', NULL, ${now}, ${now + 86_400_000}, NULL, ${now}
       FROM parties p
       JOIN customer_metrics m ON m.party_id = p.id
       JOIN contact_points e ON e.party_id = p.id AND e.kind = 'email' AND e.is_primary = true
       JOIN consent_states c ON c.party_id = p.id AND c.topic_id = ${topicId} AND c.channel = 'email'
       ORDER BY p.id`,
    )
    .run(merge);
  const seconds = (performance.now() - from) / 1000;
  db.close();
  if (changes !== people) throw new Error(`${changes} of ${people} rows were written`);
  return seconds;
}
