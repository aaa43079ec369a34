/** A launch that is set for 02:30 on the day when clocks change: it fires once, at the documented instant. */
import { describe, expect, test } from "vitest";

import { scheduleCampaign } from "../../app/domain/campaigns/course.server";
import { instantOf } from "../../app/domain/company/local-time";
import { getCampaign } from "../../app/domain/campaigns/campaigns.server";
import { launchDue, planDue } from "../../app/domain/campaigns/planning.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { holdSending, isHeld, releaseSending } from "../../app/domain/deliveries/hold.server";
import { hasDatabase } from "../support/database";
import { aCampaign, aConsent, aCustomer, at, aTopic } from "../support/factories";
import { mailingPlace } from "../support/mailing-app";

const MINUTE = 60_000;

describe.runIf(hasDatabase())("a launch at 02:30 on the day when clocks change", () => {
  // A time that is skipped counts as the hour after; of one that is repeated the first counts (local-time.ts).
  test.each([
    ["Europe/Warsaw", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
    ["Europe/Warsaw", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00.000Z"],
    ["America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00.000Z"],
    ["Australia/Sydney", "2026-10-04T02:30", "2026-10-03T16:30:00.000Z"],
    ["Australia/Sydney", "2026-04-05T02:30", "2026-04-04T15:30:00.000Z"],
  ])("in %s, %s fires once, at %s", async (zone, local, wanted) => {
    const instant = instantOf(local, zone)!;
    expect(new Date(instant).toISOString()).toBe(wanted);
    const { open } = await mailingPlace();
    let now = instant - 3 * 60 * MINUTE;
    const app = open({ clock: () => now });
    const by = at(now);
    const { campaignId } = await app.db.write(async (tx) => {
      const topicId = await aTopic(tx, by);
      await aConsent(tx, by, (await aCustomer(tx, by)).partyId, topicId);
      const made = await aCampaign(tx, by, { topicId });
      expect(await scheduleCampaign(tx, by, { campaignId: made.campaignId, at: instant })).toEqual({ ok: true });
      return made;
    });
    let fired = 0;
    // Past the change and the repeated hour, every ten minutes.
    for (; now <= instant + 3 * 60 * MINUTE; now += 10 * MINUTE) {
      const due = await launchDue(app);
      if (due) expect(now).toBe(instant);
      fired += due;
      while (await planDue(app));
    }
    expect(fired).toBe(1);
    expect((await getCampaign(app.db.read, campaignId)).launchedAt).toBe(instant);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ total: 1, queued: 1 });
  });

  // Mutant: launchDue without isHeld.
  test("waits while sending is held, and starts once it is released", async () => {
    const { open } = await mailingPlace();
    let now = Date.UTC(2026, 5, 1);
    const app = open({ clock: () => now });
    const by = at(now);
    await app.db.write(async (tx) => {
      const { campaignId } = await aCampaign(tx, by, { topicId: await aTopic(tx, by) });
      await scheduleCampaign(tx, by, { campaignId, at: now + MINUTE });
      await holdSending(tx, by);
    });
    now += 5 * MINUTE;
    expect(await launchDue(app)).toBe(0);
    await app.db.write(async (tx) => releaseSending(tx, by, (await isHeld(tx))!.id));
    expect(await launchDue(app)).toBe(1);
  });
});
