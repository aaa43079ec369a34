/** rapport seed …: the demo company, and the logins that it comes with. */
import type { Command } from "commander";

import { describeLogins } from "../../drizzle/seed/logins";
import { seedDemo } from "../../drizzle/seed/seed.server";
import { fail, say, withApp } from "./shell";

export function addSeedCommands(cli: Command): void {
  const seed = cli.command("seed").description("the demo company");
  seed
    .command("demo")
    .description("fill an empty database with the demo company: customers, two years of orders, logins")
    .option("--if-empty", "do nothing, and do not complain, when there is data already")
    .option("--day <YYYY-MM-DD>", "the day on which the demo begins to live (today)")
    .option("--seed <word>", "another word makes other people", "lipa")
    .action(({ ifEmpty, day, seed: word }: { ifEmpty?: boolean; day?: string; seed: string }) =>
      withApp(async (app) => {
        const started = performance.now();
        const start = day ?? new Date(app.clock()).toISOString().slice(0, 10);
        if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || Number.isNaN(Date.parse(start))) fail(`--day: ${start} is not a day like 2026-05-01`);
        const made = await seedDemo(app, { day: start, seed: word, say: (what) => (ifEmpty ? undefined : say(`  ${what}`)) });
        if (!made.ok) {
          if (!ifEmpty) fail("The database is not empty: the demo needs one of its own (DATABASE_FILE).");
          return;
        }
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        say(`The demo company has ${made.customers} customers and ${made.orders} orders (${seconds} s).`);
      }),
    );
  seed
    .command("logins")
    .description("print the demo's logins, where the demo was seeded")
    .action(() =>
      withApp(async (app) => {
        const [seeded] = await app.db.read.raw("select 1 from parties where source = 'seed' limit 1");
        if (seeded) process.stdout.write(describeLogins(app.env.APP_URL, app.mail.name === "outbox"));
      }),
    );
}
