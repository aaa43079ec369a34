/** Open pages hear of changes by other processes: polled on SQLite, notified on PostgreSQL. */
import { expect, inject, onTestFinished, test } from "vitest";

import { watchChanges } from "../../app/db/watch.server";
import { listChangesAfter, noteChange } from "../../app/domain/journal/journal.server";
import { at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

test.runIf(hasDatabase())("a change is heard of within a second of its commit", async () => {
  const db = await testDatabase();
  const env: { DATABASE_URL?: string } = {};
  if (db.dialect === "postgres") {
    const [row] = await db.read.raw<{ name: string }>("SELECT current_database() AS name");
    env.DATABASE_URL = `${inject("postgres").url}/${row!.name}`;
  }
  let looks = 0;
  let seen = 0;
  let reading = Promise.resolve();
  const stop = watchChanges(env as { DATABASE_URL: string }, db.dialect, () => {
    looks++;
    reading = reading.then(() => listChangesAfter(db.read, 0)).then((changes) => void (seen = changes.length));
  });
  onTestFinished(async () => {
    stop();
    await reading;
  });
  const until = async (done: () => boolean, ms: number) => {
    for (const end = Date.now() + ms; !done() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
    return done();
  };
  // PostgreSQL: the first look comes when it listens.
  expect(await until(() => looks > 0, 5_000)).toBe(true);
  await db.write((tx) => noteChange(tx, at(), "desk"));
  expect(await until(() => seen === 1, 1_000)).toBe(true);
});
