/** The relay does not answer for an hour: it is said at once and to everybody, nothing is lost, nothing goes twice. */
import { expect, describe, test, onTestFinished } from "vitest";

import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { paceOf } from "../../app/domain/deliveries/pace.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { findStoppages, findTrouble, watchTransport } from "../../app/domain/deliveries/transport-state.server";
import { listChangesAfter } from "../../app/domain/journal/journal.server";
import { hasDatabase } from "../support/database";
import { aCampaignTo, drain, mailingPlace } from "../support/mailing-app";
import { smtpSink } from "../support/smtp-sink";

describe.runIf(hasDatabase())("a relay that is down for an hour", () => {
  // Mutant: the trouble is not noted; or `unreachable` counts as an attempt that gives up.
  test("is told within one attempt, costs no mail, and is over by itself", { timeout: 60_000 }, async () => {
    const sink = await smtpSink();
    const { port } = sink;
    await sink.close();
    const { open } = await mailingPlace({ MAIL_URL: `smtp://127.0.0.1:${port}` });
    let now = Date.now();
    const said: string[] = [];
    const log = { info: (_: object, m: string) => said.push(m), warn: () => undefined, error: (_: object, m: string) => said.push(m) };
    const app = open({ clock: () => now, log: log as never });
    const campaign = await aCampaignTo(app, 12);

    const began = Date.now();
    for (const end = now + 3_600_000; now < end; now += 63_000) {
      await sendDue(app, 100);
      await finishSending(app);
      if (said.length === 1 && (await findTrouble(app.db.read))) continue;
      expect(said).toEqual(["the mail relay cannot be reached; nothing is lost, mails wait"]);
    }
    expect(Date.now() - began).toBeLessThan(60_000);
    expect(await findTrouble(app.db.read)).toMatchObject({ transport: "smtp", since: expect.any(Number), words: expect.stringContaining("ECONNREFUSED") });
    expect((await findStoppages(app.db.read)).map((one) => one.key)).toEqual(["senders_stuck"]);
    expect((await listChangesAfter(app.db.read, 0, 10_000)).filter((change) => change.topic === "sending")).toHaveLength(1);
    expect(await countByState(app.db.read, campaign)).toMatchObject({ total: 12, queued: 12, failed: 0 });
    // Mutant: count what could not be handed over as ended: the page then says how long the rest will take.
    expect(await paceOf(app.db.read, campaign, 12, now - 62_000)).toEqual({ rate: null, leftMs: null, deferred: null });

    const again = await smtpSink({ port });
    onTestFinished(() => again.close());
    now += 21_000;
    await drain(app);
    expect(new Set(again.taken.map((mail) => mail.to[0])).size).toBe(12);
    expect(again.taken).toHaveLength(12);
    expect(await countByState(app.db.read, campaign)).toMatchObject({ total: 12, accepted: 12 });
    expect(await findTrouble(app.db.read)).toBeNull();
    expect(said.at(-1)).toBe("the mail relay can be reached again");
  });

  test("is seen to be back also when no mail is there to try it", async () => {
    const { open } = await mailingPlace({ MAIL_URL: "smtp://127.0.0.1:9" });
    const said: string[] = [];
    const say = (_: object, words: string) => said.push(words);
    const app = open({ log: { info: say, warn: () => undefined, error: say } as never });
    await aCampaignTo(app, 1);
    // On a busy machine the first turn may end before the connection was refused.
    for (const until = Date.now() + 20_000; !(await findTrouble(app.db.read)) && Date.now() < until; ) {
      await sendDue(app, 10);
      await finishSending(app);
    }
    expect(await watchTransport(app, async () => ({ reached: false, words: "still not" }))).toBe(0);
    expect(await findTrouble(app.db.read)).toMatchObject({ words: "still not" });
    expect(await watchTransport(app, async () => ({ reached: false, words: null }))).toBe(0);
    expect(await findTrouble(app.db.read)).toMatchObject({ words: "still not" });
    expect(await watchTransport(app, async () => ({ reached: true }))).toBe(1);
    expect(said).toEqual(["the mail relay cannot be reached; nothing is lost, mails wait", "the mail relay can be reached again"]);
    expect(await findTrouble(app.db.read)).toBeNull();
    expect(await watchTransport(app, async () => Promise.reject(new Error("not asked")))).toBe(0);
  });
});
