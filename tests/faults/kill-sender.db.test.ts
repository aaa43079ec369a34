/**
 * kill -9 in the middle of sending, again and again, against mail servers that misbehave too, while people forbid their
 * mail. Whatever happens: no mail leaves twice, none is said to be accepted that no server took, none is left without a
 * named end, none is begun after it was forbidden. `npm run fault -- kill` is the long version.
 */
import { expect, onTestFinished, test } from "vitest";

import { databaseDialect } from "../../app/env.server";
import { changedBuild } from "../support/built-worker";
import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { KILL_MUTANTS } from "../support/kill-mutants";
import type { KillPoint } from "../support/kill-points";
import { play, type Tally } from "../support/killing";

const CONNECTIONS = 8;
/** How many mails of one connection may be under way at once. */
const AHEAD = 1;

test.runIf(hasDatabase())("a sender killed again and again hands no mail over twice and loses none", { timeout: 240_000 }, async () => {
  const result = await playHere({ recipients: 240, kills: 8, stops: 5, worker: "build/server/worker.js" });
  expect(result).toMatchObject({ kills: 8, recipients: 240, duplicates: 0, acceptedButAbsent: 0, failedButDelivered: 0, open: 0, unknownButTaken: 0, handedAfterStop: 0 });
  expect(result.stops).toBeGreaterThan(0);
  expect(result.unknown).toBeLessThanOrEqual(result.kills * CONNECTIONS * AHEAD + result.faultsAfterDot);
});

// The guard taken out: what was being handed over when the worker died is sent again, as an at-least-once queue does.
test.runIf(hasDatabase() && databaseDialect() === "sqlite")("an at-least-once sender fails this test", { timeout: 240_000 }, async () => {
  const mutant = changedBuild("at-least-once", KILL_MUTANTS["at-least-once"] ?? []);
  onTestFinished(mutant.remove);
  const result = await playHere({ recipients: 60, kills: 3, stops: 0, worker: mutant.worker, points: ["after_dot", "after_answer"] });
  expect(result.duplicates).toBeGreaterThan(0);
});

async function playHere({ worker, ...given }: { recipients: number; kills: number; stops: number; worker: string; points?: KillPoint[] }): Promise<Tally> {
  const db = await testDatabase();
  return play({
    ...given, db, script: worker, workers: 2, connections: CONNECTIONS, faults: true, seed: 20_260_501, onEnd: onTestFinished,
    settings: { ...settingsOf(db), SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM },
  });
}
