/**
 * kill -9 of the worker in the middle of a staff member's own mailbox: each mail with a customer stands once afterwards.
 *
 * Mutant: own-mailbox-lost-at-kill in tests/mutants.mjs.
 */
import { expect, onTestFinished, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { connectMailbox } from "../../app/domain/correspondence/own-mailboxes.server";
import { keptMailParties, keptMails, staffMailboxes } from "../../app/domain/correspondence/schema";
import { gone, startBuilt } from "../support/built-worker";
import { hasDatabase, settingsOf, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { hasDovecot, startDovecot } from "../support/dovecot";
import { aCustomer, at } from "../support/factories";
import { aLetter } from "../support/returned-mail";

const MAILS = 40;
const KILL_AFTER = [5];

test.runIf(hasDatabase() && hasDovecot())("a worker killed in the middle of somebody's mailbox loses none of their mails, and doubles none", { timeout: 120_000 }, async () => {
  const db = await testDatabase();
  const dovecot = await startDovecot();
  onTestFinished(() => dovecot.stop());
  const by = at(Date.now());
  const eva = await db.write((tx) => createStaffUser(tx, by, { email: "eva@shop.example.com", name: "Eva", role: "marketer", locale: "en" }));
  if (!eva.ok) throw new Error(eva.reason);
  await db.write((tx) => aCustomer(tx, by, { email: "ana@example.org" }));
  for (let n = 0; n < MAILS; n += 1) dovecot.deliver(aLetter({ from: "ana@example.org", to: "eva@office.example.com", subject: `Mail ${n}` }));
  const account = { host: "127.0.0.1", port: dovecot.port, secure: false, user: "eva@office.example.com", password: dovecot.password };
  await db.write((tx) => connectMailbox(tx, by, { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] }, { staffId: eva.id, account, folders: [{ path: "INBOX", isSent: false }], since: 0 }));

  const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM, WEBHOOK_NETWORKS: "127.0.0.0/8" };
  const count = async () => (await db.read.select({ id: keptMails.id }).from(keptMails)).length;
  let midway = 0;
  for (const after of [...KILL_AFTER, MAILS]) {
    const worker = startBuilt("build/server/worker.js", settings);
    onTestFinished(() => void worker.kill("SIGKILL"));
    await until(async () => (await count()) >= after);
    if (after === MAILS) await until(async () => (await db.read.select({ readAt: staffMailboxes.readAt }).from(staffMailboxes))[0]?.readAt !== null);
    worker.kill("SIGKILL");
    await gone(worker);
    if ((await count()) < MAILS) midway += 1;
  }

  expect(midway).toBe(KILL_AFTER.length);
  const subjects = (await db.read.select({ subject: keptMails.subject }).from(keptMails)).map(({ subject }) => subject);
  expect(subjects.toSorted()).toEqual(Array.from({ length: MAILS }, (_, n) => `Mail ${n}`).toSorted());
  expect(await db.read.select().from(keptMailParties)).toHaveLength(MAILS);
  expect(await db.read.raw("SELECT id FROM events WHERE subject_type = 'kept_mail'")).toHaveLength(MAILS);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not come to that");
    await new Promise((done) => setTimeout(done, 5));
  }
}
