/**
 * One campaign in which everything happens. Whoever states totals states the same, before it, in the middle and after
 * it: builder, progress, report, ledger, file, outbox, shell and the customers' records, and a naive count over the rows.
 */
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import { findCampaign } from "../../app/domain/campaigns/campaigns.server";
import { cancelCampaign, pauseCampaign, resendCampaign, resumeCampaign, retryCampaign } from "../../app/domain/campaigns/course.server";
import { finishDue, planDue } from "../../app/domain/campaigns/planning.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { reapLeases, settleUnknown } from "../../app/domain/deliveries/reaper.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { builderData } from "../../app/routes/staff/campaigns/builder-data.server";
import { hasDatabase } from "../support/database";
import { AGAINST, GETS, LATER_MOODS, messyCampaign } from "../support/messy-campaign";
import { countBy, expectTotals, walkLedger } from "../support/totals";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LEFT_OUT = Object.values(AGAINST).reduce((sum, n) => sum + n, 0);

describe.runIf(hasDatabase())("a campaign in which everything happens", () => {
  // Mutants: take those under way off `leased` twice (countByState); tell no customer of a mail that was given up; withhold what was in doubt.
  test("adds up wherever its totals stand, at every moment", { timeout: 120_000 }, async () => {
    const messy = await messyCampaign();
    const { app, sink, campaignId, publicId, by, settle, pass, settings } = messy;
    const totals = (figures: "every" | "all" = "all") => expectTotals(app, publicId, settings, figures);
    const write = <T>(work: Parameters<typeof app.db.write<T>>[0]) => app.db.write(work);

    // Before: a forecast, and the people behind each of its steps.
    const { forecast } = await builderData(app, (await findCampaign(app.db.read, publicId))!, "en", "marketer", new AbortController().signal);
    expect(forecast).toMatchObject({ matched: GETS + LEFT_OUT, willSend: GETS });
    expect(Object.fromEntries(forecast!.withheld.map(({ reason, count }) => [reason, count]))).toEqual(AGAINST);
    for (const [reason, count] of Object.entries(AGAINST)) expect([reason, (await walkLedger(app, publicId, `withheld:${reason}`)).length]).toEqual([reason, count]);
    expect(await walkLedger(app, publicId, "sent")).toHaveLength(GETS);

    // Planned: the rows are the forecast.
    await messy.launch();
    expect(await totals()).toEqual({ status: "sending", states: { queued: GETS, withheld: LEFT_OUT }, withheld: AGAINST, failed: {} });

    // In the middle: paused, while a worker elsewhere holds twelve, of which one is with a server.
    for (let i = 0; i < 2; i++) await sendDue(app, 20);
    await finishSending(app);
    const begun = await messy.claimElsewhere();
    await write((tx) => pauseCampaign(tx, by(), campaignId));
    await settle();
    const middle = await totals("every");
    expect(middle).toMatchObject({ status: "paused", states: { leased: 11, handing: 1 }, withheld: AGAINST });
    expect(middle.states.queued).toBeGreaterThan(10);
    expect(middle.states.accepted).toBeGreaterThan(5);

    // What people forbid meanwhile does not leave.
    await messy.stops();
    pass(10 * MINUTE);
    await reapLeases(app);
    await write((tx) => resumeCampaign(tx, by(), campaignId));
    await planDue(app);
    messy.softens("later");
    for (let i = 0; i < 3; i++) {
      await settle();
      pass(5 * MINUTE);
    }
    const late = { no_consent: AGAINST.no_consent + 1, open_complaint: 2, suppressed: AGAINST.suppressed + 1, paused_by_customer: 2, erased: 1 };
    const sending = await totals();
    expect(sending).toMatchObject({ status: "sending", withheld: { ...AGAINST, ...late } });
    expect(sending.states).toMatchObject({ queued: 1, failed: 4, unknown: 5, withheld: LEFT_OUT + 5 });

    // After: everything has come to its end, and much has come back. What was opened did arrive.
    pass(60 * HOUR);
    await settle();
    await settleUnknown(app);
    expect(await finishDue(app)).toBe(1);
    await messy.comeBack();
    const after = await totals();
    expect(after).toMatchObject({ status: "finished", failed: { no_mailbox: 1, mailbox_full: 2, blocked: 1, gave_up: 1 } });
    expect(after.states).toEqual({ accepted: GETS - 5 - 5 - 4, failed: 5, unconfirmed: 4, withheld: LEFT_OUT + 5 });

    // Again: what failed for reasons that pass, and what nobody knows of. What was in doubt stays so until it is taken.
    pass(HOUR);
    messy.moods(LATER_MOODS);
    await messy.suppress(begun);
    expect(await write((tx) => retryCampaign(tx, by(), campaignId))).toEqual({ ok: true, mails: 4 });
    expect(await write((tx) => resendCampaign(tx, by(), campaignId))).toEqual({ ok: true, mails: 4 });
    await settle();
    await write((tx) => pauseCampaign(tx, by(), campaignId));
    await settle();
    const again = await totals();
    expect(again).toMatchObject({ status: "paused", failed: { no_mailbox: 1, mailbox_full: 1 } });
    expect(again.states).toEqual({ accepted: after.states.accepted! + 2, failed: 2, queued: 2, unknown: 1, unconfirmed: 2, withheld: LEFT_OUT + 5 });

    // The end: what waited too long expires, what still waits is cancelled.
    pass(8 * DAY);
    await write((tx) => resumeCampaign(tx, by(), campaignId));
    await planDue(app);
    await settle();
    await settleUnknown(app);
    await write((tx) => pauseCampaign(tx, by(), campaignId));
    expect(await write((tx) => retryCampaign(tx, by(), campaignId))).toEqual({ ok: true, mails: 1 });
    expect(await write((tx) => resendCampaign(tx, by(), campaignId))).toEqual({ ok: true, mails: 4 });
    await write((tx) => cancelCampaign(tx, by(), campaignId));
    const end = await totals("every");
    expect(end).toMatchObject({ status: "cancelled", failed: { no_mailbox: 1 }, withheld: { ...AGAINST, ...late, expired: 1, cancelled: 1 } });
    expect(end.states).toEqual({ accepted: again.states.accepted, failed: 1, unconfirmed: 4, withheld: LEFT_OUT + 7 });

    // And with the mail server: who is counted as sent has it once, who was left out or failed has nothing.
    const taken = countBy(sink.taken, (mail) => mail.messageId);
    for (const row of await app.db.read.select().from(deliveries).where(eq(deliveries.campaignId, campaignId))) {
      const wanted = { accepted: row.address === "half@example.com" ? 2 : 1, failed: 0, withheld: 0 }[row.state as string];
      if (wanted !== undefined) expect([row.address, taken[row.messageId] ?? 0]).toEqual([row.address, wanted]);
    }
    expect((await countByState(app.db.read, campaignId)).total).toBe(GETS + LEFT_OUT);
  });
});
