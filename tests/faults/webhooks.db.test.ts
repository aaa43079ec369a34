/**
 * kill -9 of a worker while it posts: what happened arrives at least once, under one id, and nothing else arrives.
 *
 * Mutant: webhook-lost-at-kill in tests/mutants.mjs.
 */
import { expect, onTestFinished, test } from "vitest";

import { webhookEndpoints, webhookMessages } from "../../app/domain/integrations/schema";
import { createEndpoint } from "../../app/domain/integrations/webhooks.server";
import { gone, startBuilt } from "../support/built-worker";
import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { aCustomer, at } from "../support/factories";
import { aReceiver, isSignedBy } from "../support/receiver";

const EVENTS = 24;
const KILL_AFTER = [3, 9, 15];

test.runIf(hasDatabase())("a worker killed at its webhooks loses none, and tells none under two names", { timeout: 120_000 }, async () => {
  const db = await testDatabase();
  const receiver = await aReceiver();
  onTestFinished(() => receiver.close());
  const env = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] };
  const { secret } = await db.write((tx) => createEndpoint(tx, at(Date.now()), env, { url: receiver.url, description: "", types: ["party.created"] }));
  const happened: string[] = [];
  for (let i = 0; i < EVENTS; i++) happened.push((await db.write((tx) => aCustomer(tx, at(Date.now()), { email: `k${i}@example.com` }))).publicId);

  const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM, WEBHOOK_NETWORKS: "127.0.0.0/8" };
  for (const after of [...KILL_AFTER, EVENTS]) {
    const worker = startBuilt("build/server/worker.js", settings);
    onTestFinished(() => void worker.kill("SIGKILL"));
    // As if the half minute were over for which a dead worker's endpoint is left alone.
    await db.write((tx) => tx.update(webhookEndpoints).set({ quietUntil: 0 }));
    await until(async () => (after < EVENTS ? receiver.got.length >= after : (await waiting()) === 0));
    worker.kill("SIGKILL");
    await gone(worker);
  }

  const ids = new Map<string, Set<string>>();
  for (const got of receiver.got) {
    expect(isSignedBy(secret, got)).toBe(true);
    const { id } = (JSON.parse(got.body) as { data: { id: string } }).data;
    ids.set(id, (ids.get(id) ?? new Set<string>()).add(got.id));
  }
  expect([...ids.keys()].toSorted()).toEqual(happened.toSorted());
  expect([...ids.values()].every((names) => names.size === 1)).toBe(true);
  expect(receiver.got.length).toBeLessThanOrEqual(EVENTS + KILL_AFTER.length);

  async function waiting(): Promise<number> {
    const rows = await db.read.select({ state: webhookMessages.state }).from(webhookMessages);
    return EVENTS - rows.filter(({ state }) => state === "delivered").length;
  }
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not come to that");
    await new Promise((done) => setTimeout(done, 10));
  }
}
