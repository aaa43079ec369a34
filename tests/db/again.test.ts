/** Sending again what did not get through: what failed for reasons that pass, and what nobody knows of. */
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { getCampaign } from "../../app/domain/campaigns/campaigns.server";
import { cancelCampaign, pauseCampaign, resendCampaign, retryCampaign } from "../../app/domain/campaigns/course.server";
import { finishDue } from "../../app/domain/campaigns/planning.server";
import { campaigns } from "../../app/domain/campaigns/schema";
import { countAgain } from "../../app/domain/deliveries/again.server";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { countByState, countInFlight, setStream } from "../../app/domain/deliveries/deliveries.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { commitIntents, StopWatch } from "../../app/domain/deliveries/intent.server";
import { reapLeases } from "../../app/domain/deliveries/reaper.server";
import { deliveries, handovers } from "../../app/domain/deliveries/schema";
import { suppress } from "../../app/domain/deliveries/suppressions.server";
import { auditLog } from "../../app/domain/journal/schema";
import type { Outcome } from "../../app/mail/transport";
import { aCampaign, aConsent, aCustomer, aTopic, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";
import { enqueueRows } from "../support/outbox";

const by = at();
const LATER = { ...by, now: by.now + 3_600_000 };

const ENDS: Record<string, Exclude<Outcome, { kind: "withdrawn" }> | null> = {
  taken: { kind: "accepted", code: 250, words: "250 ok", providerId: null },
  blocked: { kind: "refused", code: 550, words: "550 5.7.1 blocked for now" },
  full: { kind: "refused", code: 552, words: "552 5.2.2 mailbox full" },
  gone: { kind: "refused", code: 550, words: "550 5.1.1 no such user" },
  refused: { kind: "refused", code: 550, words: "550 no thanks" },
  unheard: { kind: "unknown", words: "the connection broke" },
  /** Its worker died between intent and answer. */
  lost: null,
};

/** One mail each that ended so. */
async function scene(db: Database) {
  const campaignId = await db.write(async (tx) => {
    const topicId = await aTopic(tx, by);
    const { campaignId } = await aCampaign(tx, by, { topicId });
    for (const name of Object.keys(ENDS)) {
      const { partyId, email } = await aCustomer(tx, by, { email: `${name}@example.com` });
      await aConsent(tx, by, partyId, topicId);
      await enqueueRows(tx, by, [{ campaignId, partyId, address: email, recipientName: name, locale: "en", topicId, revisionId: null, mergeValues: {}, notBefore: by.now, expiresAt: by.now + 600_000 }]);
    }
    await setStream(tx, by, campaignId, "running");
    await tx.update(campaigns).set({ status: "sending" }).where(eq(campaigns.id, campaignId));
    return campaignId;
  });
  const rows = await claimDue(db, "elsewhere/1/x", by.now, 100);
  await db.write((tx) => commitIntents(tx, by.now, rows, new StopWatch()));
  expect(await countInFlight(db.read, campaignId)).toBe(7);
  await db.write((tx) =>
    recordEndings(tx, by.now, rows.flatMap((row) => {
      const outcome = ENDS[row.recipientName ?? ""];
      return outcome ? [{ row, subject: "S", intentAt: by.now, transport: "smtp" as const, outcome }] : [];
    })),
  );
  await reapLeases({ db, clock: () => LATER.now });
  expect(await finishDue({ db, clock: () => LATER.now, fields: [] })).toBe(1);
  return campaignId;
}

const stateOf = async (db: Database) =>
  Object.fromEntries((await db.read.select().from(deliveries)).map((row) => [row.recipientName, row.reason ? `${row.state}:${row.reason}` : row.state]));

describe.runIf(hasDatabase())("sending again", () => {
  // Mutant: count every failed row: a mailbox that does not exist is written to again.
  test("tries what failed for reasons that pass, once more and only once, and the campaign goes on", async () => {
    const db = await testDatabase();
    const campaignId = await scene(db);
    expect(await countAgain(db.read, campaignId, LATER.now)).toEqual({ failed: 2, doubtful: 2 });
    expect(await db.write((tx) => retryCampaign(tx, LATER, campaignId))).toEqual({ ok: true, mails: 2 });
    expect(await getCampaign(db.read, campaignId)).toMatchObject({ status: "sending", finishedAt: null });
    expect(await stateOf(db)).toEqual({
      taken: "accepted", blocked: "queued", full: "queued", gone: "failed:no_mailbox", refused: "failed:refused", unheard: "unknown", lost: "unknown",
    });
    // Conditions are asked again: an address that was blocked meanwhile gets nothing.
    await db.write((tx) => suppress(tx, LATER, { address: "full@example.com", scope: "all", reason: "manual", source: "asked" }));
    const rows = await claimDue(db, "h/1/y", LATER.now, 100);
    expect(rows.map((row) => row.recipientName)).toEqual(["blocked"]);
    expect((await db.write((tx) => commitIntents(tx, LATER.now, rows, new StopWatch()))).size).toBe(1);
    await db.write((tx) => recordEndings(tx, LATER.now, [{ row: rows[0]!, subject: "S", intentAt: LATER.now, transport: "smtp", outcome: ENDS.taken! }]));
    expect(await countByState(db.read, campaignId)).toMatchObject({ accepted: 2, failed: 2, unknown: 2, withheld: 1, total: 7 });
    expect(await finishDue({ db, clock: () => LATER.now, fields: [] })).toBe(1);
    expect(await db.write((tx) => retryCampaign(tx, LATER, campaignId))).toEqual({ ok: false, reason: "nothing_left" });
    expect((await getCampaign(db.read, campaignId)).status).toBe("finished");
  });

  test("sends to those of whom nobody knows only when a person says so, and writes down who did", async () => {
    const db = await testDatabase();
    const campaignId = await scene(db);
    // A moment after the handover an answer may still come.
    expect((await countAgain(db.read, campaignId, by.now + 60_000)).doubtful).toBe(0);
    expect(await db.write((tx) => resendCampaign(tx, LATER, campaignId))).toEqual({ ok: true, mails: 2 });
    const rows = await claimDue(db, "h/1/y", LATER.now, 100);
    expect(rows.map((row) => row.recipientName).toSorted()).toEqual(["lost", "unheard"]);
    expect((await db.write((tx) => commitIntents(tx, LATER.now, rows, new StopWatch()))).size).toBe(2);
    expect((await db.read.select().from(handovers)).filter((one) => one.attempt === 1)).toHaveLength(2);
    const [written] = await db.read.select().from(auditLog).where(eq(auditLog.command, "resendDoubtful"));
    expect(written).toMatchObject({ subjectId: campaignId, details: { mails: 2 } });
  });

  test("leaves a paused campaign paused, and a cancelled one alone", async () => {
    const db = await testDatabase();
    const campaignId = await scene(db);
    await db.write((tx) => tx.update(campaigns).set({ status: "sending" }).where(eq(campaigns.id, campaignId)));
    await db.write((tx) => pauseCampaign(tx, LATER, campaignId));
    expect(await db.write((tx) => retryCampaign(tx, LATER, campaignId))).toEqual({ ok: true, mails: 2 });
    expect(await claimDue(db, "h/1/y", LATER.now, 100)).toEqual([]);
    await db.write((tx) => cancelCampaign(tx, LATER, campaignId));
    expect(await db.write((tx) => resendCampaign(tx, LATER, campaignId))).toEqual({ ok: false, reason: "wrong_status" });
    expect(await stateOf(db)).toMatchObject({ blocked: "withheld:cancelled", lost: "unknown" });
  });
});
