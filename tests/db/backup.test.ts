/** A backup is taken while mail leaves, and restored: nothing leaves a second time by itself. */
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { settleHold } from "../../app/domain/campaigns/held.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { countByState, queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { isHeld } from "../../app/domain/deliveries/hold.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { makeBackup } from "../../app/shell/backup/make";
import { restoreBackup } from "../../app/shell/backup/restore";
import { hasDatabase } from "../support/database";
import { at } from "../support/factories";
import { aCampaignTo, drain, mailingPlace } from "../support/mailing-app";
import { smtpSink } from "../support/smtp-sink";

const HOUR = 3_600_000;

describe.runIf(hasDatabase())("a backup", () => {
  // Mutants: beginAfterRestore without holdSending (40 mails go again); without skipIds (a new mail gets an old one's number).
  test("restored in mid-campaign sends nothing again by itself, and what may have left is unconfirmed", { timeout: 60_000 }, async () => {
    const { open, env, folder, mails } = await aPlace();
    const first = open();
    const campaign = await aCampaignTo(first, 40);
    await sendDue(first, 15);
    await finishSending(first);
    const sent = mails().length;
    const file = join(folder, "backup.tar");
    await makeBackup(env, file, Date.now() - HOUR);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await drain(first);
    expect(mails()).toHaveLength(40);
    const { deliveryId: lost } = await first.db.write((tx) => queueNotice(tx, at(Date.now()), aNotice("security", "lost")));
    await first.close();

    await expect(restoreBackup(env, { file, replace: false, now: Date.now() })).rejects.toThrow("--replace");
    const { kept } = await restoreBackup(env, { file, replace: true, now: Date.now() });
    expect(readdirSync(kept!)).not.toEqual([]);

    const app = open();
    const hold = (await isHeld(app.db.read))!;
    expect(hold).toMatchObject({ reason: "restored", backupAt: expect.any(Number) });
    const again = await app.db.write((tx) => queueNotice(tx, at(Date.now()), aNotice("security", "after")));
    expect(again.deliveryId).toBeGreaterThan(lost + 1_000_000);
    await drain(app);
    expect(campaignMails(mails())).toHaveLength(40);
    expect(mails()).toHaveLength(41);

    const settled = await app.db.write((tx) => settleHold(tx, at(Date.now()), hold, () => false));
    expect(settled).toEqual({ ok: true, unconfirmed: 40 - sent });
    await drain(app);
    expect(campaignMails(mails())).toHaveLength(40);
    expect(await countByState(app.db.read, campaign)).toMatchObject({ total: 40, accepted: sent, unconfirmed: 40 - sent, queued: 0 });
    await app.db.write((tx) => queueNotice(tx, at(Date.now()), aNotice("transactional", "order")));
    await drain(app);
    expect(mails()).toHaveLength(42);
  });

  test("that was cut short or changed is refused by name, and one of a running Rapport too; the database stays as it was", { timeout: 60_000 }, async () => {
    const { open, env, folder } = await aPlace();
    const app = open();
    await app.db.write((tx) => createStaffUser(tx, at(), { email: "ada@example.com", name: "Ada", role: "administrator", locale: "en" }));
    const file = join(folder, "backup.tar");
    await makeBackup(env, file, 1000);
    await expect(makeBackup(env, file, 1000)).rejects.toThrow("never overwrites");
    await expect(restoreBackup(env, { file, replace: true, now: 2000 })).rejects.toThrow(/Stop Rapport/);
    await app.close();

    const bytes = readFileSync(file);
    const middle = Math.floor(bytes.length / 2);
    const spoilt = Buffer.from(bytes);
    spoilt[middle] = (spoilt[middle] as number) ^ 1;
    writeFileSync(join(folder, "spoilt.tar"), spoilt);
    writeFileSync(join(folder, "short.tar"), bytes);
    truncateSync(join(folder, "short.tar"), middle);
    writeFileSync(join(folder, "other.tar"), "not a backup");
    for (const [name, words] of [["spoilt", /damaged/], ["short", /cut short/], ["other", /cut short|no backup/], ["none", /no such file/]] as const)
      await expect(restoreBackup(env, { file: join(folder, `${name}.tar`), replace: true, now: 2000 })).rejects.toThrow(words);
    expect(readdirSync(env.DATA_DIR).filter((name) => name.startsWith(".restore") || name.startsWith("replaced"))).toEqual([]);
    const still = open();
    expect(await isHeld(still.db.read)).toBeNull();
  });
});

const aNotice = (kind: "security" | "transactional", dedupeKey: string) =>
  ({ class: kind, to: { address: "system@example.com" }, template: "login_link", locale: "en", values: {}, dedupeKey }) as const;

const campaignMails = <T extends { to: string[] }>(mails: T[]) => mails.filter((mail) => mail.to[0] !== "system@example.com");

async function aPlace() {
  const sink = await smtpSink();
  onTestFinished(() => sink.close());
  return { ...(await mailingPlace({ MAIL_URL: sink.url })), mails: () => sink.taken };
}
