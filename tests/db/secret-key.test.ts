/** The key that a database belongs to: another one is refused, a former one keeps what it made, a lost one can be replaced. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { openApp, requireItsKey } from "../../app/context.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { adoptSecretKey } from "../../app/domain/deliveries/key-mark.server";
import { returnPathFor, readReturnPath } from "../../app/domain/deliveries/return-path.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { isSuppressed, suppress, suppressHash } from "../../app/domain/deliveries/suppressions.server";
import { linkToken, readLinkToken } from "../../app/domain/deliveries/token.server";
import { readEnv } from "../../app/env.server";
import { makeBackup } from "../../app/shell/backup/make";
import { restoreBackup } from "../../app/shell/backup/restore";
import { freshPlace, hasDatabase, TEST_MAIL_FROM, TEST_SECRET } from "../support/database";
import { aDueMail, at } from "../support/factories";
import { enqueueRows } from "../support/outbox";

const OTHER = "another-secret-another-secret-another";
const by = at();

async function aPlace() {
  const folder = mkdtempSync(join(tmpdir(), "rapport-key-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const where = await freshPlace(join(folder, "data/rapport.db"));
  const envWith = (SECRET_KEY: string, SECRET_KEY_OLD = "") => readEnv({ SECRET_KEY, SECRET_KEY_OLD, MAIL_FROM: TEST_MAIL_FROM, LOG_LEVEL: "silent", ...where });
  const openWith = (...keys: Parameters<typeof envWith>) => {
    const app = openApp(envWith(...keys));
    onTestFinished(() => app.close().catch(() => undefined));
    return app;
  };
  return { folder, envWith, openWith };
}

describe.runIf(hasDatabase())("another SECRET_KEY", () => {
  // Mutant: checkSecretKey answers ok whatever the mark is.
  test("is refused by name, and the former one beside it keeps suppressions, links and return paths", async () => {
    const { openWith } = await aPlace();
    const first = openWith(TEST_SECRET);
    await requireItsKey(first);
    await first.db.write((tx) => suppress(tx, by, { address: "no@example.com", scope: "all", reason: "manual", source: "test" }));
    const [token, path] = [linkToken(77), returnPathFor(77, "bounce@example.com")];
    await first.close();

    const wrong = openWith(OTHER);
    await expect(requireItsKey(wrong)).rejects.toThrow(/SECRET_KEY: this database was begun with another key/);
    expect(await isSuppressed(wrong.db.read, "no@example.com")).toBeNull();
    expect(readLinkToken(token)).toBeNull();
    await wrong.close();

    const changed = openWith(OTHER, TEST_SECRET);
    await requireItsKey(changed);
    expect(await isSuppressed(changed.db.read, "no@example.com")).toBe("all");
    expect([readLinkToken(token), readReturnPath(path, "bounce@example.com")]).toEqual([77, 77]);
    expect(linkToken(77)).not.toBe(token);
    expect(readLinkToken(linkToken(77))).toBe(77);
  });

  test("can be adopted: known addresses stay suppressed, and get a campaign's mail once", async () => {
    const { openWith } = await aPlace();
    const first = openWith(TEST_SECRET);
    await requireItsKey(first);
    const due = await aDueMail(first.db, by);
    await first.db.write(async (tx) => {
      await suppress(tx, by, { address: "no@example.com", scope: "all", reason: "manual", source: "test" });
      await suppressHash(tx, by, { address: null, addressHash: "hash of somebody erased", scope: "all", reason: "erased", source: "test" });
    });
    await first.close();

    const app = openWith(OTHER);
    expect(await app.db.write((tx) => adoptSecretKey(tx, by))).toEqual({ mails: 1, suppressed: 1, lost: 1 });
    await requireItsKey(app);
    expect(await isSuppressed(app.db.read, "no@example.com")).toBe("all");
    const [row] = await app.db.read.select().from(deliveries);
    const again = { campaignId: due.campaignId, partyId: due.partyId, address: due.email, recipientName: null, locale: "en", topicId: due.topicId, revisionId: due.revisionId, mergeValues: {}, notBefore: by.now, expiresAt: null } as const;
    expect(await app.db.write((tx) => enqueueRows(tx, by, [again]))).toBe(0);
    expect(await countByState(app.db.read, due.campaignId)).toMatchObject({ total: 1 });
    expect(row!.addressHash).not.toBe("");
  });

  test("does not take a backup of the first one", async () => {
    const { folder, envWith, openWith } = await aPlace();
    const app = openWith(TEST_SECRET);
    await requireItsKey(app);
    await app.close();
    const file = join(folder, "b.tar");
    await makeBackup(envWith(TEST_SECRET), file, 1000);
    await expect(restoreBackup(envWith(OTHER), { file, replace: true, now: 2000 })).rejects.toThrow(/belongs to another SECRET_KEY/);
    await restoreBackup(envWith(TEST_SECRET), { file, replace: true, now: 2000 });
  });
});
