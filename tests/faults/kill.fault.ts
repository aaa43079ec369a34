/**
 * kill -9 in the middle of sending, at named points and at random instants, while the mail servers misbehave and people
 * forbid their mail: nothing leaves twice, nothing is said to be accepted that no server took, every row comes to a
 * named end, and what is unknown stays within what was in flight. In chunks, each with a database of its own; what
 * they counted is kept in .cache/fault-kill-*, so that `--resume` goes on where a long run ended.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { changedBuild } from "../support/built-worker";
import { check, figure, onEnd } from "../support/long";
import { KILL_MUTANTS } from "../support/kill-mutants";
import { play, type Tally } from "../support/killing";
import { scratchDatabase, SCRATCH_FROM, SCRATCH_SECRET } from "../support/scratch";

export const about = "kill -9 in the middle of sending, again and again: no mail twice, none lost in silence";
export const options = {
  kills: 200,
  recipients: 0,
  workers: 3,
  connections: 8,
  ahead: 1,
  chunk: 60,
  dialect: "sqlite",
  mutant: "",
  resume: false,
  seed: 20_260_501,
};

export async function run(given: typeof options): Promise<void> {
  const { kills, workers, connections, dialect } = given;
  const recipients = given.recipients || Math.ceil((kills * 250) / 3);
  let script = "build/server/worker.js";
  if (given.mutant) {
    const changes = KILL_MUTANTS[given.mutant];
    if (!changes) throw new Error(`the mutants are called ${Object.keys(KILL_MUTANTS).join(", ")}`);
    const mutant = changedBuild(given.mutant, changes);
    onEnd(mutant.remove);
    script = mutant.worker;
  }
  const record = join(`.cache/fault-kill-${dialect}${given.mutant && "-mutant"}`, "chunks.jsonl");
  if (!given.resume) rmSync(record, { force: true });
  mkdirSync(join(record, ".."), { recursive: true });

  let total = sum(readChunks(record));
  for (let chunk = readChunks(record).length; total.kills < kills || total.recipients < recipients; chunk++) {
    const killsNow = Math.max(1, Math.min(given.chunk, kills - total.kills));
    const closers: (() => Promise<void> | void)[] = [];
    const { db, where } = await scratchDatabase();
    const tally = await play({
      db, script, workers, connections, kills: killsNow, faults: true, seed: given.seed + chunk,
      recipients: Math.max(100, Math.min(recipients - total.recipients, Math.ceil((recipients * killsNow) / kills))),
      stops: killsNow * 2,
      settings: { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM },
      onEnd: (close) => closers.push(close),
    });
    await db.close();
    for (const close of closers) await close();
    appendFileSync(record, `${JSON.stringify(tally)}\n`);
    total = sum(readChunks(record));
    figure(`chunk_${chunk + 1}`, `${total.kills} of ${kills} kills, ${total.recipients} of ${recipients} recipients, ${total.duplicates} duplicates, ${total.unknown} unknown`);
  }
  judge(total, given);
}

function judge(total: Tally, { connections, ahead, kills }: typeof options): void {
  for (const [point, times] of Object.entries(total.points)) figure(`killed_${point}`, times);
  figure("kills", total.kills);
  figure("recipients", total.recipients);
  figure("duplicates", total.duplicates);
  figure("accepted_but_absent", total.acceptedButAbsent);
  figure("failed_but_delivered", total.failedButDelivered);
  figure("unknown", total.unknown);
  figure("open", total.open);
  figure("faults_after_dot", total.faultsAfterDot);
  figure("unknown_though_reported", total.unknownButTaken);
  figure("stops", total.stops);
  figure("handed_over_after_stop", total.handedAfterStop);
  check(`${kills} kills`, total.kills >= kills);
  check("no mail left twice", total.duplicates === 0);
  check("none is accepted that no server took", total.acceptedButAbsent === 0);
  check("none is failed that a server took", total.failedButDelivered === 0);
  check("every row came to a named end", total.open === 0);
  check("unknown is at most kills × connections × ahead + faults after the dot", total.unknown <= total.kills * connections * ahead + total.faultsAfterDot);
  check("what is reported later ends every doubt about what was taken", total.unknownButTaken === 0);
  check("no intent was committed after its stop", total.stops > 0 && total.handedAfterStop === 0);
}

function readChunks(record: string): Tally[] {
  if (!existsSync(record)) return [];
  return readFileSync(record, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Tally);
}

function sum(tallies: Tally[]): Tally {
  const total: Tally = {
    kills: 0, recipients: 0, duplicates: 0, acceptedButAbsent: 0, failedButDelivered: 0, unknown: 0, unknownButTaken: 0, open: 0,
    faultsAfterDot: 0, stops: 0, handedAfterStop: 0, points: {},
  };
  for (const { points, ...numbers } of tallies) {
    for (const [name, n] of Object.entries(numbers)) total[name as keyof typeof numbers] += n;
    for (const [point, n] of Object.entries(points)) total.points[point as keyof typeof points] = (total.points[point as keyof typeof points] ?? 0) + n;
  }
  return total;
}
