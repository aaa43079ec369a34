/** rapport mail …, rapport outbox …: whether mail can leave, and what became of it. */
import type { Command } from "commander";

import type { App } from "../context.server";
import { countByState } from "../domain/deliveries/deliveries.server";
import { formatter } from "../i18n/format";
import { translator } from "../i18n/messages.server";
import { type Finding, levelOf } from "../mail/check/finding";
import { told } from "../i18n/findings";
import { campaignOf } from "./campaigns";
import { addMailLog } from "./mail-log";
import { say, withApp } from "./shell";

const MARKS = { ok: "ok     ", warning: "warning", wrong: "WRONG  " } as const;

export function addMailCommands(cli: Command): void {
  const mail = cli.command("mail").description("how mail leaves, and mails beside this system");
  addMailLog(mail);
  mail
    .command("doctor")
    .option("--json", "one JSON object: { level, findings: [{ key, level, values, words }] }")
    .description("look at relay, certificate, password, SPF, DKIM, DMARC, webhook key and mailbox; exit code 1 when something is wrong")
    .action(({ json }: { json?: boolean }) =>
      withApp(async (app) => {
        const findings = await app.checkMail();
        const words = (finding: Finding) => inWords(finding);
        if (json) say(JSON.stringify({ level: levelOf(findings), findings: findings.map((finding) => ({ ...finding, words: words(finding) })) }));
        else for (const finding of findings) say(`${MARKS[finding.level]}  ${words(finding)}`);
        if (levelOf(findings) === "wrong") process.exitCode = 1;
      }),
    );

  cli
    .command("outbox")
    .description("mails that leave")
    .command("show")
    .argument("<campaign>", "its id or its name")
    .option("--json", "one JSON object")
    .description("how many mails of a campaign are in which state; the states add up to the total")
    .action((which: string, { json }: { json?: boolean }) =>
      withApp(async (app) => {
        const campaign = await campaignOf(app, which);
        const { reportsDelivery, withheldReasons, failedReasons, total, delivered, hardBounced, softBounced, ...states } = await countByState(app.db.read, campaign.id);
        const attempts = await countAttempts(app, campaign.id);
        if (json)
          return say(
            JSON.stringify({
              id: campaign.publicId, name: campaign.name, status: campaign.status, total, states, withheldReasons, failedReasons, attempts,
              delivered: reportsDelivery ? delivered : null, hardBounced, softBounced,
            }),
          );
        say(`${campaign.name}: ${campaign.status}, ${total} ${total === 1 ? "mail" : "mails"}`);
        for (const [state, count] of Object.entries(states)) if (count > 0) say(`  ${state.padEnd(11)} ${count}`);
        for (const [reason, count] of Object.entries(withheldReasons)) say(`    withheld: ${count} × ${reason}`);
        for (const [reason, count] of Object.entries(failedReasons)) say(`    failed: ${count} × ${reason}`);
        say(`  attempts    ${attempts}`);
        say(`  delivered   ${reportsDelivery ? delivered : "not reported"}; bounced for good ${hardBounced}, for now ${softBounced}`);
      }),
    );
}

function inWords({ key, values }: Finding): string {
  const t = translator("en", "mailSettings") as unknown as (key: string, values: Finding["values"]) => string;
  return t(`findings.${key}`, { ...values, ...told(values, formatter("en", "UTC")) });
}

/** How often mails of this campaign were handed to a server, those that it put off included. */
async function countAttempts(app: App, campaignId: number): Promise<number> {
  const [row] = await app.db.read.raw<{ n: number }>(
    "SELECT count(*) AS n FROM handovers WHERE delivery_id IN (SELECT id FROM deliveries WHERE campaign_id = ?)",
    [campaignId],
  );
  return Number(row?.n ?? 0);
}
