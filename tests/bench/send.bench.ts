/**
 * From the outbox to "accepted": the built worker with the real schema, real consents, late intent and
 * synchronous=FULL, against a sink that takes everything; interleaved with postfix's smtp-source and with nodemailer.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import { migrate } from "../../app/db/migrate.server";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { getRevision, renderRevision } from "../../app/domain/mailings/mailings.server";
import { changedBuild, gone, startBuilt } from "../support/built-worker";
import { nameTheCompany } from "../support/company";
import { fastSink, SINK_NEEDS, smtpSource, usageOf, type FastSink } from "../support/fast-sink";
import { check, figure, hold, interleave, median, onEnd } from "../support/long";
import { MASS_CAMPAIGN, massCampaign } from "../support/mass-campaign";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchFolder } from "../support/scratch";
import { farAway, slowDisk } from "../support/slowness";

export const about = "outbox to accepted: mails a second, CPU and memory, beside smtp-source and nodemailer; far away; on a slow disk";
export const needs = SINK_NEEDS;
export const options = { rounds: 5, mails: 40_000, kilobytes: 45, far: 6_000, nodemailer: 2_000, only: "" };

const WORKER = "build/server/worker.js";

/** The guard whose price is measured: nothing is written down before the final dot. */
const WITHOUT_INTENT: [string, string][] = [
  ["commitIntent(row) {\n", "commitIntent(row) {\n    return Promise.resolve(this.app.clock());\n"],
];

type Sent = { perSecond: number; cpuMicros: number; peakMiB: number };

export async function run(given: typeof options): Promise<void> {
  const { rounds, mails } = given;
  const folder = scratchFolder();
  const sink = await fastSink({ ids: true });
  const far = await farAway(sink.port, 20);
  const many = await template(folder, "many", mails, given.kilobytes);
  const fewer = await template(folder, "fewer", Math.min(given.far, mails), given.kilobytes);
  const sample = join(folder, "sample.json");
  writeFileSync(sample, JSON.stringify(many.sample));
  const without = changedBuild("without-intent", WITHOUT_INTENT);
  onEnd(without.remove);

  const cpu: number[] = [];
  const memory: number[] = [];
  const send = async (from: Template, connections: number, other: Partial<Setting> = {}): Promise<number> => {
    const sent = await sendAll(sink, folder, from, { worker: WORKER, port: sink.port, connections, ...other });
    if (!other.worker && !other.port && !other.env) {
      cpu.push(sent.cpuMicros);
      memory.push(sent.peakMiB);
    }
    return sent.perSecond;
  };
  // Once, to know how many bytes a mail has on its way.
  await sink.zero();
  await send(fewer, 25);
  const warm = await sink.count();
  const bytes = Math.round(warm.bytes / warm.mails);
  figure("bytes_per_mail", bytes);
  check("a mail is of 43 to 47 KB", given.kilobytes !== 45 || (bytes > 43_000 && bytes < 47_000));
  cpu.length = memory.length = 0;

  const source = (connections: number) => async () => (await smtpSource(sink.port, { mails, bytes, connections })).perSecond;
  const all = {
    worker_25: () => send(many, 25),
    smtp_source_25: source(25),
    worker_50: () => send(many, 50),
    smtp_source_50: source(50),
    worker_100: () => send(many, 100),
    smtp_source_100: source(100),
    without_intent_50: () => send(many, 50, { worker: without.worker }),
    slow_disk_50: () => send(many, 50, { env: slowDisk(2) }),
    nodemailer_25: async () => nodemailer(sink.port, given.nodemailer, 25, sample),
    far_worker_50: () => send(fewer, 50, { port: far }),
    far_smtp_source_50: async () => (await smtpSource(far, { mails: fewer.mails, bytes, connections: 50 })).perSecond,
  };
  const chosen = Object.entries(all).filter(([name]) => !given.only || given.only.split(",").includes(name));
  const { medians } = await interleave(rounds, Object.fromEntries(chosen) as typeof all);
  for (const [name] of chosen) figure(`${name}_per_second`, Math.round(medians[name as keyof typeof all]));
  judge(medians, cpu, memory);

  const ids = sink.messageIds();
  figure("mails_taken", ids.length);
  check("every round sent each mail exactly once", wasOnce);
}

/** Where both halves of a comparison were measured. */
function judge(at: Record<string, number>, cpu: number[], memory: number[]): void {
  const ratio = (name: string, a: string, b: string, least: number) => {
    if (at[a] !== undefined && at[b] !== undefined) hold(name, at[a] / at[b], "at least", least);
  };
  for (const connections of [25, 50, 100]) ratio(`over_smtp_source_${connections}`, `worker_${connections}`, `smtp_source_${connections}`, 0.6);
  ratio("over_without_intent_50", "worker_50", "without_intent_50", 0.9);
  ratio("over_nodemailer_25", "worker_25", "nodemailer_25", 25);
  ratio("far_over_smtp_source_50", "far_worker_50", "far_smtp_source_50", 3.5);
  ratio("slow_disk_over_fast_50", "slow_disk_50", "worker_50", 0.7);
  if (at.far_worker_50 !== undefined) hold("far_round_trips_per_mail", (50 / at.far_worker_50) * (1000 / 20), "at most", 1.2);
  if (cpu.length) hold("cpu_us_per_mail", median(cpu), "at most", 100);
  if (memory.length) hold("sender_peak_mib", Math.max(...memory), "at most", 150);
}

// ── one run of the worker ───────────────────────────────────────────────────────────────────────────────────────────

type Template = { file: string; mails: number; sample: { subject: string; html: string; text: string } };
type Setting = { worker: string; port: number; connections: number; env: Record<string, string> };

/** A database that is ready to be sent; rounds begin with a copy. */
async function template(folder: string, name: string, mails: number, kilobytes: number): Promise<Template> {
  const file = join(folder, `${name}.db`);
  provideMailIdentity(SCRATCH_SECRET, SCRATCH_FROM);
  await migrate({ DATABASE_FILE: file });
  const db = openSqlite(file);
  await nameTheCompany(db);
  const { revisionId } = await massCampaign(db, { recipients: mails, kilobytes });
  const links = { baseUrl: "https://example.com", linkUrl: (n: number) => `https://example.com/c/token/${n}`, unsubscribeUrl: "https://example.com/u/t", preferencesUrl: "https://example.com/p/t", viewOnlineUrl: "https://example.com/v/t", openPixelUrl: "https://example.com/o/t.gif" };
  const values = { customer: { first_name: "Anna", last_name: "Nowak" }, topic: { name: "News" }, company: { name: "Test shop", support_email: "support@example.com" } };
  const { subject, html, text } = renderRevision(await getRevision(db.read, revisionId), links, values);
  await db.close();
  return { file, mails, sample: { subject, html, text } };
}

let wasOnce = true;

/** Counts from the first acceptance in the sink until every row says accepted. */
async function sendAll(sink: FastSink, folder: string, from: Template, { worker: script, port, connections, env }: Omit<Setting, "env"> & Partial<Setting>): Promise<Sent> {
  const file = join(folder, "round.db");
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  copyFileSync(from.file, file);
  await sink.zero();
  // What it took before is written out when it counts.
  await sink.count();
  const idsBefore = sink.messageIds().length;
  const worker = startBuilt(script, {
    SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, DATABASE_FILE: file, LOG_LEVEL: "warn",
    LINK_URL: "https://news.example.com", MAIL_URL: `smtp://127.0.0.1:${port}?connections=${connections}`, ...env,
  });
  const stop = () => worker.kill("SIGKILL");
  onEnd(stop);
  const pid = worker.pid as number;
  const reader = new BetterSqlite(file, { readonly: true, timeout: 10_000 });
  const open = reader.prepare("SELECT 1 FROM deliveries WHERE campaign_id = ? AND state IN ('queued', 'leased', 'handing') LIMIT 1");
  let cpuAtFirst = Number.NaN;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (worker.exitCode !== null) throw new Error("the worker ended");
    const { mails } = await sink.count();
    if (mails && Number.isNaN(cpuAtFirst)) cpuAtFirst = usageOf(pid).cpuSeconds;
    if (mails >= from.mails && !open.get(MASS_CAMPAIGN)) break;
  }
  const until = Date.now();
  const { firstAt, mails } = await sink.count();
  const { cpuSeconds, peakMiB } = usageOf(pid);
  const accepted = reader.prepare("SELECT count(*) AS n FROM deliveries WHERE state = 'accepted'").get() as { n: number };
  reader.close();
  worker.kill("SIGTERM");
  await gone(worker);
  const ids = sink.messageIds().slice(idsBefore);
  wasOnce &&= accepted.n === from.mails && mails === from.mails && new Set(ids).size === from.mails;
  return { perSecond: (from.mails * 1000) / (until - firstAt), cpuMicros: ((cpuSeconds - cpuAtFirst) * 1e6) / from.mails, peakMiB };
}

function nodemailer(port: number, mails: number, connections: number, sample: string): number {
  const said = execFileSync(process.execPath, ["tests/support/nodemailer-sender.mjs", String(port), String(mails), String(connections), sample], { encoding: "utf8" });
  return Number(said.split(" ")[0]);
}
