import { describe, expect, test } from "vitest";

import { claimDue } from "../../app/domain/deliveries/claim.server";
import { countByState, queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { countSystemMailsOfBackup, holdSending, isHeld, releaseSending, settleAsUnconfirmed } from "../../app/domain/deliveries/hold.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aDueMail, at } from "../support/factories";

const by = at();
const due = (db: Awaited<ReturnType<typeof testDatabase>>, limit = 100) => claimDue(db, "elsewhere/1/a", by.now, limit);

function notice(kind: "security" | "transactional", dedupeKey: string) {
  return { class: kind, to: { address: "a@example.com" }, template: "login_link", locale: "en", values: {}, dedupeKey } as const;
}

describe.runIf(hasDatabase())("held sending", () => {
  // Mutant: keepsBack says no.
  test("keeps back what waits and what is under way, by hand until it is released", async () => {
    const db = await testDatabase();
    await db.write((tx) => queueNotice(tx, by, notice("transactional", "order")));
    const [underWay] = await due(db);
    await db.write(async (tx) => {
      await queueNotice(tx, by, notice("transactional", "another"));
      await queueNotice(tx, by, notice("security", "code"));
      expect(await holdSending(tx, by)).toBe(true);
      expect(await holdSending(tx, by)).toBe(false);
    });
    expect((await db.write((tx) => commitIntents(tx, by.now, [underWay!]))).size).toBe(0);
    expect((await due(db)).map((row) => row.class)).toEqual(["security"]);

    const hold = await isHeld(db.read);
    expect(hold).toMatchObject({ reason: "manual", since: by.now, heldBy: "seed" });
    await db.write((tx) => releaseSending(tx, by, hold!.id));
    expect(await isHeld(db.read)).toBeNull();
    expect(await due(db)).toHaveLength(2);
  });

  // Mutant: claimDue without isHeld. What is kept back would fill each claim, and no code would leave.
  test("after a restore lets nobody's old code out, and what may have left becomes unconfirmed", async () => {
    const db = await testDatabase();
    const { campaignId } = await aDueMail(db, by);
    const old = await db.write((tx) => queueNotice(tx, by, notice("security", "old code")));
    const order = await db.write((tx) => queueNotice(tx, by, notice("transactional", "order")));
    await db.write((tx) => holdSending(tx, by, { reason: "restored", backupAt: by.now - 3_600_000, lastDeliveryId: order.deliveryId }));
    const fresh = await db.write((tx) => queueNotice(tx, by, notice("security", "fresh code")));
    await db.write((tx) => queueNotice(tx, by, notice("transactional", "fresh order")));
    expect((await due(db, 1)).map((row) => row.id)).toEqual([fresh.deliveryId]);
    expect(await due(db)).toEqual([]);
    expect(old.deliveryId).toBeLessThan(fresh.deliveryId);

    const hold = (await isHeld(db.read))!;
    expect(await countSystemMailsOfBackup(db.read, hold)).toBe(1);
    await db.write(async (tx) => {
      expect(await settleAsUnconfirmed(tx, by, { campaignId })).toBe(1);
      expect(await settleAsUnconfirmed(tx, by, { systemMailsOf: hold })).toBe(1);
      await releaseSending(tx, by, hold.id);
    });
    expect(await countByState(db.read, campaignId)).toMatchObject({ total: 1, unconfirmed: 1 });
    expect((await due(db)).map((row) => row.class).toSorted()).toEqual(["security", "transactional"]);
  });
});
