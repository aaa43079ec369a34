import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { killImport, rowsOfImport, writeOrders } from "../support/killed-import";

/** Mutant: move the cursor in a transaction of its own (running.server.ts), and rows are lost or refused at a kill. `npm run fault -- import` is the long version. */
test.runIf(hasDatabase())("an import that is killed ends with the rows of one that was not", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-killed-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "orders.csv");
  writeOrders(path, 6000);
  const play = async (kills: number) => {
    const db = await testDatabase();
    const killed = await killImport({ db, where: { ...settingsOf(db), SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM }, path, kills, seed: 7, chunkTime: 150 });
    return { killed, rows: await rowsOfImport(db) };
  };
  const whole = await play(0);
  const broken = await play(2);
  expect(broken.killed).toBe(2);
  expect(broken.rows).toEqual(whole.rows);
});
