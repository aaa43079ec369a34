/** A loop over named steps. Each does at most N due rows and returns how many: idle steps cost one indexed look. */
import { setFlagsFromString } from "node:v8";

import { openApp, requireItsKey, type App } from "./context.server";
import { bySystem } from "./domain/journal/actor";
import { readEnv } from "./env.server";
import { sweepAccounts } from "./domain/accounts/sweep.server";
import { sweepPendingPhotos } from "./domain/cases/attachments.server";
import { closeSettled } from "./domain/cases/cases.server";
import { readOwnMailboxes } from "./domain/correspondence/reading.server";
import { readMailbox } from "./domain/cases/mailbox.server";
import { sweepDrafts } from "./domain/cases/drafts.server";
import { refreshStages } from "./domain/customers/metrics.server";
import { deriveDue } from "./domain/orders/derive.server";
import { sweepUsage } from "./domain/deliveries/allowance.server";
import { reapLeases, settleUnknown } from "./domain/deliveries/reaper.server";
import { finishSending, sendDue, tellInTime } from "./domain/deliveries/sending.server";
import { watchTransport } from "./domain/deliveries/transport-state.server";
import { reportDue } from "./domain/analytics/reckoning.server";
import { finishDue, launchDue, planDue } from "./domain/campaigns/planning.server";
import { forgetAddresses } from "./domain/tracking/hits.server";
import { judgeDue } from "./domain/tracking/tracking.server";
import { emptyLateRows } from "./domain/privacy/erasure.server";
import { sweepAnswers } from "./domain/integrations/answers.server";
import { lookForDoubles } from "./domain/doubles/finding.server";
import { gatherLateRows } from "./domain/doubles/merge.server";
import { postWebhooks } from "./domain/integrations/posting.server";
import { sweepMessages, tellWebhooks } from "./domain/integrations/telling.server";
import { importDue } from "./domain/imports/import-worker.server";
import { keepDue } from "./domain/segments/keeping.server";
import { sweepChanges } from "./domain/journal/journal.server";
import { runMain } from "./process.server";

export type Step = { name: string; everyMs: number; run: (app: App) => Promise<number> };

const DAY = 86_400_000;

export const STEPS: Step[] = [
  { name: "launch-campaigns", everyMs: 2000, run: launchDue },
  { name: "plan-campaigns", everyMs: 500, run: (app) => planDue(app) },
  { name: "finish-campaigns", everyMs: 2000, run: finishDue },
  {
    name: "close-settled-cases",
    everyMs: 600_000,
    run: (app) => app.db.write((tx) => closeSettled(tx, bySystem("worker", app.clock()), app.clock() - 14 * DAY, 50)),
  },
  { name: "sweep-drafts", everyMs: 3_600_000, run: (app) => app.db.write((tx) => sweepDrafts(tx, app.clock() - 90 * DAY)) },
  { name: "sweep-photos", everyMs: 3_600_000, run: (app) => app.db.write((tx) => sweepPendingPhotos(tx, app.clock() - 120 * DAY)) },
  { name: "send", everyMs: 500, run: (app) => sendDue(app, 2000) },
  { name: "tell-deliveries", everyMs: 500, run: tellInTime },
  { name: "watch-relay", everyMs: 15_000, run: (app) => watchTransport(app, () => probeRelay(app)) },
  { name: "reap-leases", everyMs: 5_000, run: reapLeases },
  { name: "settle-unknown", everyMs: 60_000, run: settleUnknown },
  { name: "read-mailbox", everyMs: 15_000, run: readMailbox },
  { name: "read-own-mailboxes", everyMs: 15_000, run: readOwnMailboxes },
  { name: "judge-hits", everyMs: 1_000, run: (app) => judgeDue(app, 2000) },
  { name: "forget-addresses", everyMs: 3_600_000, run: (app) => app.db.write((tx) => forgetAddresses(tx, app.clock())) },
  { name: "imports", everyMs: 1_000, run: importDue },
  { name: "sweep-changes", everyMs: 600_000, run: (app) => app.db.write((tx) => sweepChanges(tx, app.clock() - 86_400_000)) },
  { name: "sweep-usage", everyMs: 600_000, run: (app) => app.db.write((tx) => sweepUsage(tx, app.clock())) },
  { name: "sweep-accounts", everyMs: 600_000, run: (app) => app.db.write((tx) => sweepAccounts(tx, app.clock())) },
  { name: "tell-webhooks", everyMs: 1_000, run: tellWebhooks },
  { name: "post-webhooks", everyMs: 1_000, run: postWebhooks },
  { name: "sweep-webhooks", everyMs: 600_000, run: (app) => app.db.write((tx) => sweepMessages(tx, app.clock())) },
  { name: "sweep-answers", everyMs: 600_000, run: (app) => app.db.write((tx) => sweepAnswers(tx, app.clock())) },
  { name: "derive-metrics", everyMs: 60_000, run: deriveDue },
  { name: "make-reports", everyMs: 60_000, run: reportDue },
  { name: "keep-segments", everyMs: 5_000, run: keepDue },
  { name: "empty-late-rows", everyMs: 60_000, run: emptyLateRows },
  { name: "look-for-doubles", everyMs: 5_000, run: (app) => lookForDoubles(app) },
  { name: "gather-late-rows", everyMs: 60_000, run: gatherLateRows },
  { name: "refresh-stages", everyMs: 600_000, run: (app) => app.db.write((tx) => refreshStages(tx, app.clock(), 500)) },
];

/** The same look as on the settings page: what is wrong between here and the relay, in its words. */
async function probeRelay(app: App): Promise<{ reached: true } | { reached: false; words: string | null }> {
  const fault = (await app.checkMail()).find((finding) => finding.level === "wrong" && /^(relay|tls|auth|sender|sendgrid)_/.test(finding.key));
  return fault ? { reached: false, words: fault.values.words === undefined ? null : String(fault.values.words) } : { reached: true };
}

/** Runs all steps until asked to stop. A step that did something is run again at once; one that fails waits longer. */
export function startWorker(app: App, steps: Step[] = STEPS): { stop(): Promise<void> } {
  let stopping = false;
  const wakers = new Set<() => void>();
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      wakers.add(wake);
    });

  async function loop(step: Step): Promise<void> {
    let failures = 0;
    while (!stopping) {
      let done = 0;
      try {
        done = await step.run(app);
        failures = 0;
      } catch (error) {
        failures += 1;
        app.log.error({ err: error, step: step.name, failures }, "worker step failed");
      }
      if (stopping) return;
      if (failures) await pause(Math.min(60_000, 1000 * 2 ** failures));
      else if (!done) await pause(step.everyMs);
    }
  }

  const loops = steps.map(loop);
  return {
    async stop() {
      stopping = true;
      for (const wake of wakers) wake();
      await Promise.all(loops);
    },
  };
}

/**
 * How much the heap may grow, in percent, before what is left over is collected: V8 would let it grow to four times as
 * much while mails leave at full speed. Costs little, since little is kept.
 */
const HEAP_GROWTH = "--heap-growing-percent=25";

runMain(import.meta.url, async () => {
  setFlagsFromString(HEAP_GROWTH);
  const app = openApp(readEnv());
  await requireItsKey(app);
  const worker = startWorker(app);
  app.log.info("worker started");
  return async () => {
    await worker.stop();
    await finishSending(app);
    await app.close();
  };
});
