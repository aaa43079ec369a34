import { expect, onTestFinished, test } from "vitest";

import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { playStopped } from "../support/stopped-worker";

test.runIf(hasDatabase())("a worker that sleeps for longer than its leases last sends no second copy when it wakes up", { timeout: 180_000 }, async () => {
  const db = await testDatabase();
  const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM };
  const tally = await playStopped({ db, settings, recipients: 120, stages: ["rcpt", "dot"], onEnd: (close) => onTestFinished(close) });
  expect(tally).toMatchObject({ stops: 2, duplicates: 0, open: 0 });
});
