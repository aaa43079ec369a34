/** The same commands from a shell: `npm run -s rapport -- --help`. */
import { Command } from "commander";

import { migrate } from "./db/migrate.server";
import { readEnv } from "./env.server";
import { runMain } from "./process.server";
import { addBounceCommands } from "./shell/bounces";
import { addCampaignCommands } from "./shell/campaigns";
import { addExportCommands } from "./shell/exports";
import { addImportCommands } from "./shell/imports";
import { addAccountCommands } from "./shell/accounts";
import { addBackupCommands } from "./shell/backup";
import { addDoublesCommands } from "./shell/doubles";
import { addKeyCommands } from "./shell/key";
import { addMetricsCommands } from "./shell/metrics";
import { addReportCommands } from "./shell/reports";
import { addPrivacyCommands } from "./shell/privacy";
import { addMailCommands } from "./shell/mail";
import { addSeedCommands } from "./shell/seed";
import { addSegmentCommands } from "./shell/segments";
import { addIntegrationCommands } from "./shell/integrations";
import { addValueCommands } from "./shell/value";
import { addSuppressionCommands } from "./shell/suppressions";
import { addStaffCommands } from "./shell/staff";
import { addTrackingCommands } from "./shell/tracking";

export function program(): Command {
  const cli = new Command("rapport").description("Rapport from the shell").showHelpAfterError("(--help lists what there is)");
  cli
    .command("migrate")
    .description("bring the database to the newest schema")
    .option("--quiet", "say nothing when there is nothing to do")
    .action(async ({ quiet }: { quiet?: boolean }) => {
      const names = await migrate(readEnv());
      if (names.length) process.stdout.write(`applied: ${names.join(", ")}\n`);
      else if (!quiet) process.stdout.write("nothing to do\n");
    });
  addSegmentCommands(cli);
  addCampaignCommands(cli);
  addImportCommands(cli);
  addExportCommands(cli);
  addBounceCommands(cli);
  addAccountCommands(cli);
  addStaffCommands(cli);
  addTrackingCommands(cli);
  addBackupCommands(cli);
  addPrivacyCommands(cli);
  addDoublesCommands(cli);
  addKeyCommands(cli);
  addMetricsCommands(cli);
  addReportCommands(cli);
  addMailCommands(cli);
  addIntegrationCommands(cli);
  addValueCommands(cli);
  addSuppressionCommands(cli);
  addSeedCommands(cli);
  return cli;
}

runMain(import.meta.url, async () => {
  await program().parseAsync();
  process.exit(process.exitCode ?? 0);
});
