import { and, eq, gt, inArray, isNotNull } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import { findMetrics } from "../../app/domain/customers/metrics.server";
import { events } from "../../app/domain/customers/schema";
import { deliveries } from "../../app/domain/deliveries/schema";
import { mailingLinks } from "../../app/domain/mailings/schema";
import { forgetAddresses, takeHit, type Hit } from "../../app/domain/tracking/hits.server";
import { trackingHits } from "../../app/domain/tracking/schema";
import { judgeDue, rejudge } from "../../app/domain/tracking/tracking.server";
import { at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";
import { manyMails } from "../support/many-mails";

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

describe.runIf(hasDatabase())("many hits at once", () => {
  test("are judged beside one another, told once, and judged anew to the same figures on both sides", async () => {
    const db = await testDatabase();
    const mails = await manyMails(db, 120);
    const [first] = await db.read.select().from(deliveries).where(eq(deliveries.id, mails[0]!.id));
    const now = Date.now() + 3_600_000;
    const hit = (i: number, given: Partial<Hit>): Hit => ({
      deliveryId: mails[i % 120]!.id, kind: "open", linkPosition: null, at: now - 60_000 + i, method: "GET", userAgent: CHROME, remoteAddress: null, ...given,
    });
    await Promise.all([
      ...Array.from({ length: 240 }, (_, i) => takeHit(db, hit(i, { userAgent: i % 120 < 20 ? "curl/8" : CHROME }))),
      ...Array.from({ length: 30 }, (_, i) => takeHit(db, hit(i + 40, { kind: "click", linkPosition: 0 }))),
      // Of a restored backup's future: nobody knows this mail.
      takeHit(db, hit(0, { deliveryId: 9_999_999 })),
    ]);
    // A pair that stands across the end of what is due: the first waits for nobody, but is seen beside the second.
    await takeHit(db, hit(119, { kind: "click", linkPosition: 0, at: now - 2_100 }));
    await takeHit(db, hit(119, { kind: "click", linkPosition: 1, at: now - 1_900 }));

    const clock = () => now;
    let judged = 0;
    for (let n = await judgeDue({ db, clock }, 100); n > 0; n = await judgeDue({ db, clock }, 100)) judged += n;
    expect(judged).toBe(271);
    const opened = async () => (await db.read.select().from(events).where(and(inArray(events.deliveryId, mails.map(({ id }) => id)), eq(events.kind, "mail_opened")))).length;
    expect(await opened()).toBe(100);
    expect(await findMetrics(db.read, first!.partyId!)).toMatchObject({ mailsOpened: 100, mailsClicked: 30 });
    const pair = await db.read.select().from(trackingHits).where(and(eq(trackingHits.deliveryId, mails[119]!.id), eq(trackingHits.kind, "click"))).orderBy(trackingHits.at);
    expect(pair.map((row) => [row.judgement, row.judgedAt !== null])).toEqual([["robot", true], ["unknown", false]]);

    const rejudgeAll = async () => {
      let changed = 0;
      for (let afterId: number | null = 0; afterId !== null; ) {
        const from: number = afterId;
        const done = await db.write((tx) => rejudge(tx, at(now), { since: 0, afterId: from, limit: 50 }));
        changed += done.changed;
        afterId = done.last;
      }
      return changed;
    };

    // The rule learns that what called itself Chrome was a robot, for half of them.
    await db.write((tx) => tx.update(trackingHits).set({ userAgent: "python-requests/2" }).where(inArray(trackingHits.deliveryId, mails.slice(20, 60).map(({ id }) => id))));
    expect(await rejudgeAll()).toBe(2 * 40 + 20);
    expect(await opened()).toBe(60);
    expect(await findMetrics(db.read, first!.partyId!)).toMatchObject({ mailsOpened: 60, mailsClicked: 10 });
    expect((await db.write((tx) => rejudge(tx, at(now), { since: 0, afterId: 0, limit: 500 }))).changed).toBe(0);

    // What happened last was a robot's: the last before it stands again. So it does where a mail was opened twice.
    await db.write((tx) => tx.update(trackingHits).set({ userAgent: "curl/8" }).where(and(eq(trackingHits.judgement, "person"), gt(trackingHits.at, now - 60_000 + 100))));
    await rejudgeAll();
    expect(await findMetrics(db.read, first!.partyId!)).toMatchObject({ lastOpenedAt: now - 60_000 + 100, lastClickedAt: now - 60_000 + 69, mailsClicked: 10 });
    await db.write((tx) => tx.update(trackingHits).set({ userAgent: "curl/8" }).where(eq(trackingHits.at, now - 60_000 + 99)));
    await db.write((tx) => tx.update(trackingHits).set({ userAgent: CHROME }).where(eq(trackingHits.at, now - 60_000 + 219)));
    await rejudgeAll();
    const [moved] = await db.read.select({ at: events.at }).from(events).where(and(eq(events.deliveryId, mails[99]!.id), eq(events.kind, "mail_opened")));
    expect(moved).toEqual({ at: now - 60_000 + 219 });
    expect(await findMetrics(db.read, first!.partyId!)).toMatchObject({ lastOpenedAt: now - 60_000 + 219 });
  });

  // Mutant: take all clicks (drop `WHERE h.kind = 'open' OR …` of `statementsFor`): those that lead nowhere are kept too.
  test("are told where they lead, and those that lead nowhere are not kept", async () => {
    const db = await testDatabase();
    const mails = await manyMails(db, 2);
    const [one, other] = [mails[0]!, mails[1]!];
    const mail = await db.read.select({ revisionId: deliveries.revisionId }).from(deliveries).where(eq(deliveries.id, one.id));
    const revisionId = mail[0]!.revisionId as number;
    const take = (deliveryId: number, linkPosition: number | null) =>
      takeHit(db, { deliveryId, kind: linkPosition === null ? "open" : "click", linkPosition, at: 1, method: "GET", userAgent: CHROME, remoteAddress: null });
    await db.write((tx) => tx.insert(mailingLinks).values(["https://shop.example.com/a", "/portal", "//evil.test", "/\\evil.test", "javascript:alert(1)"].map((url, i) => ({ revisionId, position: 50 + i, url, label: "" }))));
    const taken = await Promise.all([take(one.id, 50), take(other.id, 51), take(one.id, 52), take(one.id, 53), take(other.id, 54), take(one.id, 60), take(one.id, null), take(9_999_999, 50)]);
    expect(taken).toEqual(["https://shop.example.com/a", "/portal", null, null, null, null, null, null].map((link) => ({ link, failure: null })));
    const kept = await db.read.select({ mail: trackingHits.deliveryId, place: trackingHits.linkPosition }).from(trackingHits).orderBy(trackingHits.deliveryId, trackingHits.linkPosition);
    expect(kept.filter(({ place }) => place !== null)).toEqual([{ mail: one.id, place: 50 }, { mail: other.id, place: 51 }]);
    expect(kept).toHaveLength(3);
  });
});

describe.runIf(hasDatabase())("addresses of visitors", () => {
  const DAY = 86_400_000;

  // Mutant: forget without moving on, and the second look reads the same hits again.
  test("are forgotten after 90 days, a few at a time, each hit looked at once", async () => {
    const db = await testDatabase();
    const [mail] = await manyMails(db, 1);
    const now = Date.now();
    const days = [200, 150, 120, -4000, 91, 89, 10];
    await db.write((tx) =>
      tx.insert(trackingHits).values(days.map((ago, i) => ({ deliveryId: mail!.id, kind: "open" as const, at: now - ago * DAY, method: "GET", userAgent: "", remoteAddress: `192.0.2.${i}`, judgement: "unknown" as const, judgedBy: "none" }))),
    );
    const left = async () => (await db.read.select().from(trackingHits).where(isNotNull(trackingHits.remoteAddress)).orderBy(trackingHits.id)).map((row) => row.remoteAddress);
    const forget = (later = 0) => db.write((tx) => forgetAddresses(tx, now + later * DAY, 2));
    expect(await forget()).toBe(2);
    expect(await left()).toHaveLength(5);
    expect([await forget(), await forget(), await forget(), await forget()]).toEqual([2, 1, 0, 0]);
    expect(await left()).toEqual(["192.0.2.5", "192.0.2.6"]);
    expect([await forget(2), await left()]).toEqual([1, ["192.0.2.6"]]);
  });
});
