/** rapport tracking …: what opens and clicks mean, judged anew. */
import type { Command } from "commander";

import { bySystem } from "../domain/journal/actor";
import { rejudge } from "../domain/tracking/tracking.server";
import { fail, say, withApp } from "./shell";

const MAILS_AT_ONCE = 500;

export function addTrackingCommands(cli: Command): void {
  cli
    .command("tracking")
    .description("opens and clicks")
    .command("rejudge")
    .option("--since <date>", "only hits after this day, like 2026-05-01 (UTC)")
    .option("--after <mail>", "go on behind this mail, as a run that was stopped has said", "0")
    .option("--json", "print the figures as one line of JSON")
    .description("judge opens and clicks again by the rule as it is now; the figures on every screen follow")
    .action((flags: { since?: string; after: string; json?: boolean }) =>
      withApp(async (app) => {
        const since = flags.since === undefined ? 0 : Date.parse(flags.since);
        if (!Number.isFinite(since)) fail(`--since ${flags.since} is no date: write it like 2026-05-01`);
        if (!/^\d{1,15}$/.test(flags.after)) fail(`--after ${flags.after} is no number`);
        const total = { mails: 0, hits: 0, changed: 0 };
        for (let afterId: number | null = Number(flags.after); afterId !== null; ) {
          const from: number = afterId;
          const done = await app.db.write((tx) => rejudge(tx, bySystem("cli", app.clock()), { since, afterId: from, limit: MAILS_AT_ONCE }));
          for (const key of ["mails", "hits", "changed"] as const) total[key] += done[key];
          afterId = done.last;
          if (afterId !== null) process.stderr.write(`judged up to mail ${afterId}: ${total.changed} of ${total.hits} judgements changed\n`);
        }
        say(flags.json ? JSON.stringify(total) : `${total.hits} hits on ${total.mails} mails judged again, ${total.changed} judgements changed`);
      }),
    );
}
