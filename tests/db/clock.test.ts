/** The machine's clock is set an hour or a day forward or back while mail leaves: no mail twice, no lease that nobody ends. */
import { describe, expect, onTestFinished, test } from "vitest";

import { claimDue } from "../../app/domain/deliveries/claim.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { reapLeases } from "../../app/domain/deliveries/reaper.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { hasDatabase } from "../support/database";
import { aCampaignTo, drain, mailingPlace } from "../support/mailing-app";
import { smtpSink } from "../support/smtp-sink";

const HOUR = 3_600_000;

describe.runIf(hasDatabase())("a clock that is set", () => {
  // Mutants: the reaper without `lease_until > now + 2 * LEASE_TIME`; the intent without the epoch.
  test.each([
    ["an hour forward", HOUR],
    ["an hour back", -HOUR],
    ["a day forward", 24 * HOUR],
    ["a day back", -24 * HOUR],
  ])("%s hands nothing over twice and leaves no lease behind", { timeout: 30_000 }, async (_name, jump) => {
    const sink = await smtpSink();
    onTestFinished(() => sink.close());
    const { open } = await mailingPlace({ MAIL_URL: sink.url });
    let now = Date.now();
    const app = open({ clock: () => now });
    const campaign = await aCampaignTo(app, 9);

    // One worker elsewhere has leased three, and begun to hand over one of them, when the clock is set.
    const leased = await claimDue(app.db, "elsewhere/1/a", now, 3);
    expect((await app.db.write((tx) => commitIntents(tx, now, [leased[0]!]))).size).toBe(1);
    now += jump;
    await reapLeases(app);
    await drain(app);
    // What the stopped worker still believes to hold is not its any more.
    expect((await app.db.write((tx) => commitIntents(tx, now, leased))).size).toBe(0);
    // Set right again.
    now -= jump;
    for (let i = 0; i < 3; i++) {
      now += 400_000;
      await reapLeases(app);
      await drain(app);
    }
    const counts = await countByState(app.db.read, campaign);
    expect(counts).toMatchObject({ total: 9, leased: 0, handing: 0, queued: 0, accepted: 8, unknown: 1 });
    expect(sink.taken).toHaveLength(8);
    expect(new Set(sink.taken.map((mail) => mail.messageId)).size).toBe(8);
  });

  // Mutant: heldOf without its question for the very parcel (and takesPlaceOf away): one intent lets both go.
  test("while mails stand in this very worker's line sends none of them twice", { timeout: 30_000 }, async () => {
    const sink = await smtpSink();
    onTestFinished(() => sink.close());
    const { open } = await mailingPlace({ MAIL_URL: `${sink.url}?connections=30` });
    let now = Date.now();
    const app = open({ clock: () => now });
    const campaign = await aCampaignTo(app, 12);
    sink.fault = ({ stage }) => (stage === "rcpt" || stage === "dot" ? { later: 700 } : undefined);
    // All of them are on their way when the clock is set, and are claimed again under their noses.
    await sendDue(app, 100);
    now += HOUR;
    await reapLeases(app);
    await sendDue(app, 100);
    await finishSending(app);
    sink.fault = () => undefined;
    for (let i = 0; i < 4; i++) {
      await drain(app);
      now += HOUR;
      await reapLeases(app);
    }
    expect(new Set(sink.taken.map((mail) => mail.messageId)).size).toBe(sink.taken.length);
    const { accepted, unknown, total } = await countByState(app.db.read, campaign);
    expect(accepted + unknown).toBe(total);
  });

  // Mutant: `held.row = row` away: the new leases of mails that are on their way lie there until they end.
  test("while mails are on their way lets them go on under their new leases", { timeout: 30_000 }, async () => {
    const sink = await smtpSink();
    onTestFinished(() => sink.close());
    const { open } = await mailingPlace({ MAIL_URL: `${sink.url}?connections=12` });
    let now = Date.now();
    const app = open({ clock: () => now });
    const campaign = await aCampaignTo(app, 12);
    sink.fault = ({ stage }) => (stage === "rcpt" ? { later: 500 } : undefined);
    await sendDue(app, 100);
    now += HOUR;
    await reapLeases(app);
    for (const until = Date.now() + 15_000; (await countByState(app.db.read, campaign)).accepted < 12 && Date.now() < until; ) await sendDue(app, 100);
    expect(await countByState(app.db.read, campaign)).toMatchObject({ total: 12, accepted: 12, leased: 0 });
    expect(new Set(sink.taken.map((mail) => mail.messageId)).size).toBe(sink.taken.length);
  });
});
