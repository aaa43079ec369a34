/**
 * How quickly staff pages answer while the worker sends at full speed, against the same pages while it rests. The same
 * campaign is paused and let go on again and again, so that whatever else the machine does meets both alike.
 */
import { createCampaign } from "../../app/domain/campaigns/campaigns.server";
import { campaigns } from "../../app/domain/campaigns/schema";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { setStream } from "../../app/domain/deliveries/deliveries.server";
import { gone, startBuilt } from "../support/built-worker";
import { at } from "../support/factories";
import { fastSink, SINK_NEEDS } from "../support/fast-sink";
import { pause } from "../support/killing";
import { check, figure, hold, onEnd } from "../support/long";
import { MASS_CAMPAIGN, massCampaign } from "../support/mass-campaign";
import { startServer } from "../support/programs";
import { scratchDatabase, SCRATCH_FROM, SCRATCH_SECRET } from "../support/scratch";
import { signIn } from "../support/sign-in";

export const about = "how quickly staff pages answer while mails leave at full speed, against the same pages at rest";
export const needs = SINK_NEEDS;
export const options = { rounds: 5, mails: 400_000, asks: 12, dialect: "sqlite" };

export async function run({ rounds, mails, asks }: typeof options): Promise<void> {
  const { db, where } = await scratchDatabase();
  onEnd(() => db.close());
  const sink = await fastSink();
  await massCampaign(db, { recipients: mails });
  const by = () => at(Date.now());
  const { publicId } = await db.write(async (tx) => {
    await createStaffUser(tx, by(), { email: "staff@example.com", name: "Staff", role: "administrator", locale: "en" });
    const made = await createCampaign(tx, by(), { name: "To very many" });
    await tx.update(campaigns).set({ id: MASS_CAMPAIGN, status: "sending", launchedAt: Date.now(), matchedCount: mails });
    await setStream(tx, by(), MASS_CAMPAIGN, "paused");
    return made;
  });
  const settings = { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, MAIL_URL: `smtp://127.0.0.1:${sink.port}?connections=25`, LOG_LEVEL: "warn" };
  const server = await startServer(settings);
  const worker = startBuilt("build/server/worker.js", settings);
  onEnd(() => worker.kill("SIGKILL"));
  const cookie = await signIn({ db }, "staff@example.com");

  const pages = { campaign: `/staff/campaigns/${publicId}`, campaigns: "/staff/campaigns", customers: "/staff/customers", desk: "/staff/desk", today: "/staff" };
  const times = new Map<string, number[]>();
  const visit = async (when: "idle" | "sending") => {
    for (let n = 0; n < asks; n++)
      for (const [name, path] of Object.entries(pages)) {
        const began = performance.now();
        const response = await fetch(server.url + path, { headers: { cookie } });
        await response.text();
        if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
        const key = `${name} ${when}`;
        times.set(key, [...(times.get(key) ?? []), performance.now() - began]);
      }
  };
  await visit("idle");
  times.clear();

  let sentWhileVisited = 0;
  for (let round = 0; round < rounds; round++) {
    await db.write((tx) => setStream(tx, by(), MASS_CAMPAIGN, "paused"));
    await pause(1000);
    await visit("idle");
    const before = (await sink.count()).mails;
    await db.write((tx) => setStream(tx, by(), MASS_CAMPAIGN, "running"));
    await pause(700);
    await visit("sending");
    sentWhileVisited += (await sink.count()).mails - before;
  }
  const [left] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE campaign_id = ? AND state = 'queued'", [MASS_CAMPAIGN]);
  worker.kill("SIGTERM");
  await gone(worker);

  figure("mails sent meanwhile", sentWhileVisited);
  figure("mails left", Number(left?.n));
  check("it sent until the end, at least 20,000", Number(left?.n) > 0 && sentWhileVisited >= 20_000);
  for (const name of Object.keys(pages)) {
    const [idle, sending] = [p95(times.get(`${name} idle`)), p95(times.get(`${name} sending`))];
    figure(`${name} p95 idle ms`, idle);
    figure(`${name} p95 sending ms`, sending);
    hold(`${name} sending against idle`, sending / idle, "at most", 3);
  }
}

function p95(all: number[] = []): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}
