/** rapport backup, rapport restore, rapport sending …: copies of everything, and the switch that holds all mail. */
import type { Command } from "commander";

import { settleHold } from "../domain/campaigns/held.server";
import { holdSending, isHeld } from "../domain/deliveries/hold.server";
import { bySystem } from "../domain/journal/actor";
import { readEnv } from "../env.server";
import { makeBackup } from "./backup/make";
import { restoreBackup } from "./backup/restore";
import { fail, refusing, say, withApp } from "./shell";

export function addBackupCommands(cli: Command): void {
  cli
    .command("backup")
    .argument("<file>", "where the backup is written; it must not be there yet")
    .description("copy database, key and kept mails into one file, while Rapport runs; keep it as safe as the key that is in it")
    .action((file: string) =>
      refusing(async () => {
        const { files, madeAt } = await makeBackup(readEnv(), file, Date.now());
        const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
        say(`${file}: ${files.length} files, ${(bytes / 1_048_576).toFixed(1)} MiB, as of ${new Date(madeAt).toISOString()}`);
      }),
    );
  cli
    .command("restore")
    .argument("<file>", "a backup")
    .option("--replace", "put it in the place of a database that has data in it; that one is kept aside")
    .description("put a backup in the place of the database; Rapport must be stopped, and starts with all sending held")
    .action((file: string, { replace }: { replace?: boolean }) =>
      refusing(async () => {
        const env = readEnv();
        const { manifest, kept } = await restoreBackup(env, { file, replace: replace ?? false, now: Date.now() });
        say(`Restored as of ${new Date(manifest.madeAt).toISOString()}. Everybody signs in again.`);
        if (kept) say(`What was there before is kept in ${kept}`);
        say(`Sending is held, because mails that left after the backup are not in it: release it at ${env.APP_URL}/staff/settings/hold`);
        say("or with: rapport sending release --waiting <send|unconfirmed>");
      }),
    );

  const sending = cli.command("sending").description("the switch that holds all mail");
  sending
    .command("hold")
    .description("let nothing leave but codes and links for signing in")
    .action(() =>
      withApp(async (app) => {
        const held = await app.db.write((tx) => holdSending(tx, bySystem("cli", app.clock())));
        say(held ? "Sending is held." : "Sending was held already.");
      }),
    );
  sending
    .command("release")
    .option("--waiting <what>", "after a restore, what becomes of the mails that may have left since the backup: send, or unconfirmed")
    .description("let mail leave again")
    .action(({ waiting }: { waiting?: string }) =>
      withApp(async (app) => {
        const hold = await isHeld(app.db.read);
        if (!hold) return say("Sending is not held.");
        if (hold.reason === "restored" && waiting !== "send" && waiting !== "unconfirmed")
          fail("--waiting: this database was restored from a backup; say whether the mails that wait are to be sent (some may leave a second time), or unconfirmed");
        const done = await app.db.write((tx) => settleHold(tx, bySystem("cli", app.clock()), hold, () => waiting === "send" || hold.reason === "manual"));
        if (!done.ok) fail(done.reason === "still_planning" ? "A campaign is still being planned; wait until it is done." : "Sending was released by somebody else.");
        say(`Sending is released; ${done.unconfirmed} mails are counted as unconfirmed.`);
      }),
    );
}
