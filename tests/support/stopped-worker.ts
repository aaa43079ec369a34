/** A worker that is stopped (SIGSTOP) for longer than its leases last, while another goes on; then it wakes up. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import BetterSqlite from "better-sqlite3";

import type { Database, Tx } from "../../app/db/types";
import { gone, startBuilt, type BuiltSettings } from "./built-worker";
import { countOpen, hurry, pause } from "./killing";
import { massCampaign } from "./mass-campaign";
import { smtpSink, type Stage } from "./smtp-sink";

export type StoppedPlay = { db: Database; settings: BuiltSettings; recipients: number; stages: readonly Stage[]; onEnd: (close: () => Promise<void> | void) => void };
export type StoppedTally = { stops: number; recipients: number; copies: number; duplicates: number; open: number };

const CONNECTIONS = 4;

export async function playStopped({ db, settings, recipients, stages, onEnd }: StoppedPlay): Promise<StoppedTally> {
  await massCampaign(db, { recipients });
  const start = async () => {
    const sink = await smtpSink();
    onEnd(() => sink.close());
    const worker = startBuilt("build/server/worker.js", { ...settings, MAIL_URL: `${sink.url}?connections=${CONNECTIONS}` });
    onEnd(() => void worker.kill("SIGKILL"));
    return { sink, worker };
  };
  const sleeper = await start();
  // Slow enough that there is something left when the last stop comes.
  const share = Math.floor(recipients / (stages.length * 2 + 1));
  let stops = 0;
  let sleeps = false;
  let fellAsleep: (() => void) | null = null;
  sleeper.sink.fault = ({ stage }) => {
    if (stops < stages.length && stage === stages[stops] && sleeper.sink.taken.length >= stops * Math.min(share, 6) + 2) {
      stops += 1;
      sleeps = true;
      sleeper.worker.kill("SIGSTOP");
      fellAsleep?.();
      return { later: 100 };
    }
    return { later: 2 };
  };
  let other: Awaited<ReturnType<typeof start>> | null = null;
  for (let i = 0; i < stages.length; i++) {
    if (stops === i) await Promise.race([new Promise<void>((resolve) => (fellAsleep = resolve)), once(sleeper.worker, "exit"), pause(40_000)]);
    await pause(150);
    await endLeases(db, settings.DATABASE_FILE, sleeper.worker);
    other ??= await start();
    // It leaves something for the sleeper to be stopped at.
    other.sink.fault = () => ({ later: sleeps || stops === stages.length ? 4 : 300 });
    const before = other.sink.taken.length;
    for (const until = Date.now() + 10_000; other.sink.taken.length < before + 3 && Date.now() < until && (await countOpen(db)) > 0; ) await pause(50);
    sleeps = false;
    sleeper.worker.kill("SIGCONT");
    await pause(200);
  }
  for (const until = Date.now() + 60_000; (await countOpen(db)) > 0 && Date.now() < until; ) {
    await pause(200);
    await hurry(db);
  }
  for (const { worker } of [sleeper, other!]) {
    worker.kill("SIGTERM");
    await gone(worker);
  }
  const ids = [...sleeper.sink.taken, ...other!.sink.taken].map((mail) => mail.messageId);
  return { stops, recipients, copies: ids.length, duplicates: ids.length - new Set(ids).size, open: await countOpen(db) };
}

/**
 * Five minutes pass for everybody's leases. Who sleeps in the middle of a transaction keeps others from writing, on
 * SQLite anything and on PostgreSQL the same rows: it may go on for a moment.
 */
async function endLeases(db: Database, file: string | undefined, sleeper: ChildProcess): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      return await (file ? endLeasesInFile(file) : db.write(endLeasesInServer));
    } catch (error) {
      if (tries === 200) throw error;
      sleeper.kill("SIGCONT");
      await pause(3);
      sleeper.kill("SIGSTOP");
    }
}

const END_LEASES = "UPDATE deliveries SET lease_until = ? WHERE state = 'leased'";

function endLeasesInFile(file: string): void {
  const client = new BetterSqlite(file, { timeout: 50 });
  try {
    client.prepare(END_LEASES).run(Date.now() - 1);
  } finally {
    client.close();
  }
}

async function endLeasesInServer(tx: Tx): Promise<void> {
  await tx.raw("SET LOCAL lock_timeout = 100");
  await tx.raw(END_LEASES, [Date.now() - 1]);
}
