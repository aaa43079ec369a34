/** rapport campaign …, rapport deliveries …: campaigns and their mails from a shell. */
import { existsSync, readFileSync } from "node:fs";

import type { Command } from "commander";

import type { App } from "../context.server";
import { createCampaign, findCampaign, listCampaigns, type Campaign } from "../domain/campaigns/campaigns.server";
import { launch } from "../domain/campaigns/launching.server";
import { finishDue, planDue } from "../domain/campaigns/planning.server";
import { listTopics } from "../domain/customers/topics.server";
import { countByState } from "../domain/deliveries/deliveries.server";
import { reapLeases } from "../domain/deliveries/reaper.server";
import { finishSending, sendDue } from "../domain/deliveries/sending.server";
import { bySystem } from "../domain/journal/actor";
import { listMailings } from "../domain/mailings/mailings.server";
import { SegmentRulesError } from "../domain/segments/compile";
import { countSegment, createSegment, listSegments } from "../domain/segments/segments.server";
import { ruleGroupSchema } from "../domain/segments/rule";
import { fail, say, withApp } from "./shell";

export function addCampaignCommands(cli: Command): void {
  const campaign = cli.command("campaign").description("campaigns");
  campaign
    .command("list")
    .option("--json", "one JSON object a line")
    .description("list the campaigns, the last changed first")
    .action(({ json }: { json?: boolean }) =>
      withApp(async (app) => {
        const rows = await listCampaigns(app.db.read, { limit: 200 });
        for (const { publicId, name, status, segmentName, mailingName } of rows)
          say(json ? JSON.stringify({ id: publicId, name, status, segment: segmentName, mailing: mailingName }) : `${publicId}  ${status.padEnd(9)}  ${name}`);
      }),
    );
  campaign
    .command("create")
    .requiredOption("--name <name>", "what it is called")
    .requiredOption("--segment <name|id|rules.json>", "a segment, or a file of rules (a segment is made of it)")
    .requiredOption("--mailing <name|id>", "the mailing")
    .requiredOption("--topic <key>", "the topic of consent")
    .option("--goal <text>", "what it is to reach", "")
    .description("write a draft; prints its id")
    .action((flags: { name: string; segment: string; mailing: string; topic: string; goal: string }) =>
      withApp(async (app) => {
        const [mailingId, topicId] = [await mailingOf(app, flags.mailing), await topicOf(app, flags.topic)];
        const segmentId = await segmentOf(app, flags.segment, flags.name);
        const made = await app.db.write((tx) =>
          createCampaign(tx, bySystem("cli", app.clock()), { name: flags.name, goal: flags.goal, segmentId, mailingId, topicId }),
        );
        say(made.publicId);
      }),
    );
  campaign
    .command("launch")
    .argument("<campaign>", "its id or its name")
    .option("--no-send", "leave planning and sending to a running worker")
    .option("--json", "print the figures as one line of JSON")
    .description("launch a campaign, and send it to the end; a worker that runs meanwhile takes part")
    .action((which: string, { send, json }: { send: boolean; json?: boolean }) =>
      withApp(async (app) => {
        const found = await campaignOf(app, which);
        const launched = await launch(app, bySystem("cli", app.clock()), found.id);
        if (!launched.ok) {
          const checks = "checks" in launched ? launched.checks.map((check) => `\n  ${check.key}${check.locale ? ` (${check.locale})` : ""}`).join("") : "";
          fail(`${found.name} was not launched: ${launched.reason}${checks}`);
        }
        if (send) await sendToTheEnd(app, found.publicId);
        await describe(app, found.publicId, json ?? false);
      }),
    );

  const deliveries = cli.command("deliveries").description("mails that are to leave");
  deliveries
    .command("run")
    .description("hand over every mail that is due, once, and stop")
    .action(() =>
      withApp(async (app) => {
        await reapLeases(app);
        say(`${await drain(app)} mails handed over`);
      }),
    );
}

/** Plans and sends until nothing of this campaign is left to do now. What was deferred waits for its next attempt. */
async function sendToTheEnd(app: App, publicId: string): Promise<void> {
  for (let idle = 0; idle < 20; ) {
    const planned = await planDue(app);
    const sent = await drain(app);
    await finishDue(app);
    const campaign = await findCampaign(app.db.read, publicId);
    if (campaign?.status !== "planning" && campaign?.status !== "sending") return;
    const { queued, leased, handing } = await countByState(app.db.read, campaign.id);
    if (!planned && !sent) idle += 1;
    if (!planned && !sent && queued > 0 && leased + handing === 0 && idle > 3) return;
    if (!planned && !sent) await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function drain(app: App): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await sendDue(app, 2000);
    await finishSending(app);
    total += ended;
    if (!ended) return total;
  }
}

async function describe(app: App, publicId: string, json: boolean): Promise<void> {
  const campaign = (await findCampaign(app.db.read, publicId)) as Campaign;
  const { total, accepted, withheld, failed, queued, unknown, withheldReasons } = await countByState(app.db.read, campaign.id);
  if (json) return say(JSON.stringify({ id: publicId, status: campaign.status, total, accepted, withheld, failed, queued, unknown, withheldReasons }));
  say(`${campaign.name}: ${campaign.status}`);
  say(`  ${total} people: ${accepted} accepted, ${withheld} withheld, ${failed} failed, ${unknown} unknown, ${queued} still to go`);
  for (const [reason, count] of Object.entries(withheldReasons)) say(`  withheld: ${count} × ${reason}`);
}

export async function campaignOf(app: App, which: string): Promise<Campaign> {
  const byId = await findCampaign(app.db.read, which);
  if (byId) return byId;
  const named = (await listCampaigns(app.db.read, { limit: 500 })).filter((row) => row.name === which);
  if (named.length > 1) fail(`${which}: ${named.length} campaigns have this name; give the id\n${named.map((row) => `  ${row.publicId}  ${row.status}`).join("\n")}`);
  const found = named[0] && (await findCampaign(app.db.read, named[0].publicId));
  return found ?? fail(`${which}: there is no such campaign; see rapport campaign list`);
}

async function segmentOf(app: App, which: string, campaign: string): Promise<number> {
  const known = (await listSegments(app.db.read)).find((segment) => segment.publicId === which || segment.name === which);
  if (known) return known.id;
  if (!existsSync(which)) fail(`--segment ${which}: neither a segment nor a file`);
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(which, "utf8"));
  } catch (error) {
    fail(`${which}: ${(error as Error).message}`);
  }
  const parsed = ruleGroupSchema.safeParse(given);
  if (!parsed.success) fail(`${which}: ${parsed.error.issues.map((issue) => `/${issue.path.join("/")} ${issue.message}`).join("; ")}`);
  try {
    await countSegment(app.db.read, app.fields, parsed.data, app.clock());
  } catch (error) {
    if (error instanceof SegmentRulesError) fail(`${which}: ${error.message}`);
    throw error;
  }
  const by = bySystem("cli", app.clock());
  return (await app.db.write((tx) => createSegment(tx, by, { name: campaign, rules: parsed.data }))).segmentId;
}

async function mailingOf(app: App, which: string): Promise<number> {
  const all = await listMailings(app.db.read, { limit: 500 });
  const named = all.filter((mailing) => mailing.publicId === which || mailing.name === which);
  if (named.length > 1) fail(`--mailing ${which}: ${named.length} mailings have this name; give the id`);
  return named[0]?.id ?? fail(`--mailing ${which}: there is no such mailing${all.length ? `; there are\n${all.map((m) => `  ${m.publicId}  ${m.name}`).join("\n")}` : ""}`);
}

async function topicOf(app: App, key: string): Promise<number> {
  const topics = await listTopics(app.db.read, "en");
  return topics.find((topic) => topic.key === key)?.id ?? fail(`--topic ${key}: there is no such topic; there are ${topics.map((topic) => topic.key).join(", ") || "none yet"}`);
}
