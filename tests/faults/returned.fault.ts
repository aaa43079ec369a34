/**
 * Broken reports, as many as one likes, through the whole door into a database: nothing is thrown, each is answered for
 * soon, nobody is suppressed whose mail did not say so, and no mail leaves because of any of them.
 */
import fc from "fast-check";

import { receiveMail } from "../../app/domain/cases/incoming.server";
import { at } from "../support/factories";
import { brokenMail } from "../support/broken-mail";
import { check, figure, hold, median, onEnd } from "../support/long";
import { SCRATCH_FROM, scratchDatabase } from "../support/scratch";

export const about = "broken bounces and reports by the thousand: no crash, bounded time, no answer";
export const options = { mails: 5000, seed: 42, dialect: "sqlite" };

export async function run({ mails, seed }: typeof options): Promise<void> {
  const { db } = await scratchDatabase();
  onEnd(() => db.close());
  const times: number[] = [];
  const outcomes = new Map<string, number>();
  let thrown = 0;
  for (const raw of fc.sample(brokenMail, { numRuns: mails, seed })) {
    const begun = performance.now();
    try {
      const { outcome } = await receiveMail({ db, env: { MAIL_FROM: SCRATCH_FROM, BOUNCE_ADDRESS: "bounces@shop.example.com" } }, at(), { raw, door: "mailbox" });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      thrown += 1;
      if (thrown === 1) figure("for_example", String((error as Error).stack).slice(0, 600));
    }
    times.push(performance.now() - begun);
  }
  const count = async (table: string) => Number((await db.read.raw<{ n: number | string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);
  figure("mails", mails);
  for (const [outcome, n] of outcomes) figure(outcome, n);
  figure("median_ms", median(times));
  hold("slowest_ms", Math.max(...times), "at most", 2000);
  hold("thrown", thrown, "at most", 0);
  hold("suppressions", await count("suppressions"), "at most", 0);
  hold("cases", await count("cases"), "at most", 0);
  hold("mails_made_in_answer", await count("deliveries"), "at most", 0);
  check("each was answered for", [...outcomes.values()].reduce((sum, n) => sum + n, 0) === mails);
}
