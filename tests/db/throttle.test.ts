/** How fast mail leaves, as several workers share one limit in the database. */
import { describe, expect, test } from "vitest";

import { openDatabase } from "../../app/db/open.server";
import type { Database } from "../../app/db/types";
import { listRestraints, sweepUsage } from "../../app/domain/deliveries/allowance.server";
import { claimAllowed, claimDue } from "../../app/domain/deliveries/claim.server";
import { queueNotice, setStream } from "../../app/domain/deliveries/deliveries.server";
import { giveBack } from "../../app/domain/deliveries/ending.server";
import { saveSendingLimits, saveStreamLimits } from "../../app/domain/deliveries/limits.server";
import { deliveries, sendUsage } from "../../app/domain/deliveries/schema";
import { UNLIMITED, type SendingLimits } from "../../app/domain/deliveries/throttle";
import { aConsent, aCustomer, aTopic, at } from "../support/factories";
import { hasDatabase, settingsOf, testDatabase } from "../support/database";
import { enqueueRows } from "../support/outbox";

const by = at();
const NOW = by.now;
const SECOND = 1000;
const HOUR = 3_600_000;

/** So many mails wait in each campaign, at these providers in turn. */
async function waiting(db: Database, count: number, { campaigns = [1], domains = ["example.com"] } = {}) {
  await db.write(async (tx) => {
    const topicId = await aTopic(tx, by);
    for (let i = 0; i < count; i++) {
      const email = `t${i}@${domains[i % domains.length]}`;
      const { partyId } = await aCustomer(tx, by, { email });
      await aConsent(tx, by, partyId, topicId);
      await enqueueRows(
        tx, by,
        campaigns.map((campaignId) => ({
          campaignId, partyId, address: email, recipientName: "T", locale: "en", topicId, revisionId: null, mergeValues: {},
          notBefore: NOW - 1, expiresAt: null,
        })),
      );
    }
    for (const campaignId of campaigns) await setStream(tx, by, campaignId, "running");
  });
}

const limit = (db: Database, limits: Partial<SendingLimits>) => db.write((tx) => saveSendingLimits(tx, by, { ...UNLIMITED, ...limits }));

describe.runIf(hasDatabase())("limits of sending", () => {
  test("cost nothing where there are none: a claim writes no usage", async () => {
    const db = await testDatabase();
    await waiting(db, 5);
    expect(await claimDue(db, "h/1/a", NOW, 100)).toHaveLength(5);
    expect(await db.read.select().from(sendUsage)).toEqual([]);
  });

  // Mutants: leave out `lockKey` (PostgreSQL: both see the same room); leave out `close()`: nothing is counted.
  test("hold for several workers at once, and after a restart", async () => {
    const db = await testDatabase();
    await waiting(db, 60);
    await limit(db, { window: { limit: 25, ms: HOUR } });
    // On PostgreSQL each on a connection of its own.
    const claims = await Promise.all([0, 1, 2, 3].map((n) => claimDue(db, `h/${n}/x`, NOW + n, 10)));
    expect(claims.flat()).toHaveLength(25);
    const restarted = openDatabase(settingsOf(db) as never);
    const again = await claimAllowed(restarted, "h/9/new", NOW + HOUR - 1, 100);
    expect(again.rows).toEqual([]);
    expect(await claimDue(restarted, "h/9/new", again.nextAt!, 100)).toHaveLength(25);
    await restarted.close();
  });

  test("of so many a second: never more in any second, and no second is lost", async () => {
    const db = await testDatabase();
    await waiting(db, 45);
    await limit(db, { perSecond: 10 });
    const times: number[] = [];
    for (let now = NOW; times.length < 45 && now < NOW + 20 * SECOND; now += 97) for (const _ of await claimDue(db, "h/1/a", now, 100)) times.push(now);
    for (const from of times) expect(times.filter((one) => one >= from && one < from + SECOND).length).toBeLessThanOrEqual(10);
    expect(times).toHaveLength(45);
    expect(times.at(-1)! - NOW).toBeLessThan(5.5 * SECOND);
  });

  test("of a provider let the others pass, and say what holds", async () => {
    const db = await testDatabase();
    await waiting(db, 12, { domains: ["gmail.com", "example.com", "firma.pl"] });
    await limit(db, { lanes: { google: 2 } });
    const rows = await claimDue(db, "h/1/a", NOW, 100);
    expect(rows.filter((row) => row.lane === "google")).toHaveLength(2);
    expect(rows).toHaveLength(10);
    expect(await listRestraints(db.read, 1, NOW)).toEqual([{ kind: "lane", lane: "google", limit: 2, ms: HOUR, nextAt: NOW + HOUR + 60_000 - (NOW % 60_000) }]);
  });

  test("of one campaign leave the others alone; all of them share what is for all", async () => {
    const db = await testDatabase();
    await waiting(db, 20, { campaigns: [1, 2] });
    await db.write((tx) => saveStreamLimits(tx, by, 1, { perSecond: null, window: { limit: 3, ms: HOUR } }));
    await limit(db, { window: { limit: 15, ms: HOUR } });
    const rows = await claimDue(db, "h/1/a", NOW, 100);
    expect(rows.filter((row) => row.campaignId === 1)).toHaveLength(3);
    expect(rows.length).toBeLessThanOrEqual(15);
    const more = await claimDue(db, "h/1/a", NOW + 1, 100);
    expect([...rows, ...more].filter((row) => row.campaignId === 2)).toHaveLength(12);
  });

  test("never hold back order and sign-in mail, which counts all the same", async () => {
    const db = await testDatabase();
    await waiting(db, 5);
    await limit(db, { window: { limit: 2, ms: HOUR } });
    for (let n = 0; n < 4; n++)
      await db.write((tx) => queueNotice(tx, by, { class: "transactional", to: { address: `o${n}@example.com` }, template: "order_placed", locale: "en", values: {}, dedupeKey: `o${n}` }));
    const rows = await claimDue(db, "h/1/a", NOW, 100);
    expect(rows.map((row) => row.class)).toEqual(["transactional", "transactional", "transactional", "transactional"]);
  });

  test("of a warm-up plan end with the day and with the plan", async () => {
    const db = await testDatabase();
    await waiting(db, 12);
    await limit(db, { warmUp: { startDay: "2026-06-01", first: 2, factor: 2, target: 5 } });
    const day = 24 * HOUR;
    const counts = [];
    for (const now of [NOW, NOW + HOUR, NOW + day, NOW + 2 * day]) counts.push((await claimDue(db, "h/1/a", now, 100)).length);
    expect(counts).toEqual([2, 0, 4, 6]);
  });

  // Mutant: without `returnUnused` a relay that is away for an hour uses the hour's limit up.
  test("are not used up by what was claimed and put back", async () => {
    const db = await testDatabase();
    await waiting(db, 10, { domains: ["gmail.com"] });
    await limit(db, { lanes: { google: 4 }, perSecond: 4 });
    for (let n = 0; n < 3; n++) {
      const rows = await claimDue(db, "h/1/a", NOW + n, 100);
      expect(rows).toHaveLength(4);
      await db.write((tx) => giveBack(tx, rows));
    }
    expect((await db.read.select().from(deliveries)).every((row) => row.state === "queued")).toBe(true);
  });

  test("are forgotten when no window reaches back to them", async () => {
    const db = await testDatabase();
    await waiting(db, 3);
    await limit(db, { window: { limit: 100, ms: HOUR }, perSecond: 10 });
    await claimDue(db, "h/1/a", NOW, 100);
    expect(await db.write((tx) => sweepUsage(tx, NOW + HOUR))).toBe(2);
    expect(await db.write((tx) => sweepUsage(tx, NOW + 26 * HOUR))).toBe(1);
    expect(await db.read.select().from(sendUsage)).toEqual([]);
  });
});
