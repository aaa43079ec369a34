/** rapport key …: which SECRET_KEY this database belongs to. */
import type { Command } from "commander";

import { openApp } from "../context.server";
import { migrate } from "../db/migrate.server";
import { adoptSecretKey, checkSecretKey } from "../domain/deliveries/key-mark.server";
import { bySystem } from "../domain/journal/actor";
import { readEnv } from "../env.server";
import { fail, refusing, say } from "./shell";

export function addKeyCommands(cli: Command): void {
  cli
    .command("key")
    .description("the secret key")
    .command("adopt")
    .option("--yes", "do it; without this, only say what would be lost")
    .description("take the SECRET_KEY that is given now for this database, when the one it was begun with is lost")
    .action(({ yes }: { yes?: boolean }) =>
      refusing(async () => {
        const env = readEnv();
        await migrate(env);
        const app = openApp(env);
        try {
          const verdict = await checkSecretKey(app.db, app.clock());
          if (verdict.ok) return say("This database belongs to the key that is given; there is nothing to do.");
          if (!yes)
            fail(
              "With this key links in mails that have left lead nowhere any more, and the marks of erased people are lost: their addresses could be\n" +
                "written to again once somebody enters them anew. Every address that is known is hashed anew. If the former key can still be found,\n" +
                "give it as SECRET_KEY_OLD instead: then nothing is lost, and this command is not needed. To go on: rapport key adopt --yes",
            );
          const { mails, suppressed, lost } = await app.db.write((tx) => adoptSecretKey(tx, bySystem("cli", app.clock())));
          say(`The key is adopted: ${mails} mails and ${suppressed} suppressed addresses hashed anew, ${lost} marks of erased people lost.`);
        } finally {
          await app.close();
        }
      }),
    );
}
