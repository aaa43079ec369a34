/** The application's parts on a fresh database of either dialect, with a campaign that is due: for tests of sending. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { openApp, type App } from "../../app/context.server";
import { launch } from "../../app/domain/campaigns/launching.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { readEnv } from "../../app/env.server";
import { freshPlace, TEST_MAIL_FROM, TEST_SECRET } from "./database";
import { aCampaign, aConsent, aCustomer, at, aTopic } from "./factories";

const HOUR = 3_600_000;

/** `open` may be called again after the application was closed: the same database, as after a restart. */
export async function mailingPlace(settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "rapport-mailing-"));
  const asGiven = { SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM, LOG_LEVEL: "silent", ...(await freshPlace(join(folder, "data/rapport.db"))), ...settings };
  const env = readEnv(asGiven);
  const apps = new Set<App>();
  onTestFinished(async () => {
    for (const app of apps) await app.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (options: Parameters<typeof openApp>[1] = {}) => {
    const app = openApp(env, options);
    apps.add(app);
    return app;
  };
  return { env, settings: asGiven, folder, open };
}

/** A launched and planned campaign to so many people. @returns its id */
export async function aCampaignTo(app: App, people: number): Promise<number> {
  const by = at(app.clock() - HOUR);
  const { campaignId } = await app.db.write(async (tx) => {
    const topicId = await aTopic(tx, by);
    for (let i = 0; i < people; i++) await aConsent(tx, by, (await aCustomer(tx, by)).partyId, topicId);
    return aCampaign(tx, by, { topicId });
  });
  const launched = await launch(app, { ...by, now: app.clock() - 1000 }, campaignId);
  if (!launched.ok) throw new Error(JSON.stringify(launched));
  while (await planDue(app));
  return campaignId;
}

/** Sends until nothing more ends. */
export async function drain(app: App): Promise<void> {
  for (let idle = 0; idle < 2; ) {
    const ended = await sendDue(app, 2000);
    await finishSending(app);
    idle = ended ? 0 : idle + 1;
  }
}
