/** rapport export-person, rapport erase: what a person may ask of us about their own data. */
import { writeFileSync } from "node:fs";

import type { Command } from "commander";

import { rewriteFile } from "../db/rewrite.server";
import { bySystem } from "../domain/journal/actor";
import { erase } from "../domain/privacy/erasure.server";
import { exportPerson, noteExport } from "../domain/privacy/export.server";
import { partyOf } from "./party";
import { fail, say, withApp } from "./shell";

export function addPrivacyCommands(cli: Command): void {
  cli
    .command("erase")
    .argument("<party>", "their id in the address of their page, e-mail address or customer number")
    .requiredOption("--reason <words>", "why; it stays on the receipt, so without names")
    .option("--no-rewrite", "SQLite: leave the file as it is; else it is written anew, so that places freed earlier hold nothing either (writers wait)")
    .option("--json", "print the receipt as one line of JSON")
    .description("erase a person for good; orders and amounts stay without a name, and a keyed mark keeps marketing away")
    .action((party: string, flags: { reason: string; rewrite: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const { publicId } = await partyOf(app, party);
        const erased = await erase(app, bySystem("cli", app.clock()), { publicId, reason: flags.reason });
        if (!erased.ok) fail(erased.reason === "erased_already" ? `${party}: erased already` : `${party}: nobody`);
        if (flags.rewrite && !app.env.DATABASE_URL) rewriteFile(app.env.DATABASE_FILE);
        const { receipt } = erased;
        if (flags.json) return say(JSON.stringify(receipt));
        say(`Erased ${receipt.person} at ${new Date(receipt.erasedAt).toISOString()}: ${receipt.reason}`);
        for (const [table, rows] of Object.entries(receipt.tables)) say(`  ${table}: ${rows}`);
        say(`  addresses kept as a mark: ${receipt.marks}`);
      }),
    );
  cli
    .command("export-person")
    .argument("<party>", "their id in the address of their page, e-mail address or customer number")
    .argument("[file]", "where the JSON is written; standard output if not said")
    .description("everything that is held about a person, as JSON")
    .action((party: string, file?: string) =>
      withApp(async (app) => {
        const { publicId, id } = await partyOf(app, party);
        const copy = await exportPerson(app.db.read, publicId, app.clock());
        await app.db.write((tx) => noteExport(tx, bySystem("cli", app.clock()), id));
        if (!file) return say(JSON.stringify(copy));
        writeFileSync(file, `${JSON.stringify(copy, null, 1)}\n`, { flag: "wx", mode: 0o600 });
        say(`written to ${file}`);
      }),
    );
}
