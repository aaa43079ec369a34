/** Shell commands about who may come in. */
import type { Command } from "commander";

import { issueFirstAdministratorToken } from "../domain/accounts/staff.server";
import { bySystem } from "../domain/journal/actor";
import { withApp } from "./shell";

export function addAccountCommands(cli: Command): void {
  cli
    .command("setup")
    .description("print the one-time token that makes the first administrator; says nothing when there are accounts")
    .action(() =>
      withApp(async (app) => {
        const token = await app.db.write((tx) => issueFirstAdministratorToken(tx, bySystem("cli", app.clock())));
        if (token)
          process.stdout.write(
            `Nobody has an account yet. Make the first administrator within a day, once:\n  ${app.env.APP_URL}/setup\n  token: ${token}\n`,
          );
      }),
    );
}
