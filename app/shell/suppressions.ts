/** rapport suppressions …: addresses that get no mail, from a file. */
import { readFileSync } from "node:fs";

import type { Command } from "commander";

import { countListed, importSuppressions, type SuppressionScope } from "../domain/deliveries/suppressions.server";
import { decodeText, readSuppressionFile } from "../domain/imports/suppression-file";
import { bySystem } from "../domain/journal/actor";
import { fail, say, withApp } from "./shell";

type Flags = { scope: string; source?: string; dryRun?: boolean; json?: boolean };

export function addSuppressionCommands(cli: Command): void {
  cli
    .command("suppressions")
    .description("addresses that get no mail")
    .command("import")
    .argument("<file>", "one address a line, or a CSV file with a column of addresses; - for standard input")
    .option("--scope <scope>", "all, or marketing (order and sign-in mails keep coming)", "marketing")
    .option("--source <words>", "where they come from (the name of the file)")
    .option("--dry-run", "only say what would be put on the list")
    .option("--json", "print the result as one line of JSON")
    .description("put addresses on the list; imported again, nothing changes")
    .action((file: string, flags: Flags) =>
      withApp(async (app) => {
        if (flags.scope !== "all" && flags.scope !== "marketing") fail("--scope: all or marketing");
        const scope = flags.scope as SuppressionScope;
        const { addresses, repeated, errors } = readSuppressionFile(decodeText(read(file)));
        const listed = flags.dryRun ? await countListed(app.db.read, addresses, scope) : 0;
        const { added, there } = flags.dryRun
          ? { added: addresses.length - listed, there: listed }
          : await app.db.write((tx) => importSuppressions(tx, bySystem("cli", app.clock()), { addresses, scope, source: flags.source ?? file }));
        if (flags.json) return say(JSON.stringify({ added, there, repeated, errors, dryRun: flags.dryRun ?? false }));
        say(`${added} ${flags.dryRun ? "would be put" : "put"} on the list, ${there} there already, ${repeated} repeated, ${errors.length} no addresses`);
        for (const { line, text } of errors) process.stderr.write(`line ${line}: ${text}\n`);
      }),
    );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
}
