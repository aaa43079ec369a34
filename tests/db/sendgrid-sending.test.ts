/** A campaign by way of SendGrid: claimed, asked for in batches, answered in every way, and the event webhook closes the loop. */
import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { eq } from "drizzle-orm";
import express from "express";
import { describe, expect, onTestFinished, test } from "vitest";

import { findCampaign, getCampaign } from "../../app/domain/campaigns/campaigns.server";
import { resendCampaign } from "../../app/domain/campaigns/course.server";
import { finishDue } from "../../app/domain/campaigns/planning.server";
import { listTimeline } from "../../app/domain/customers/events.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { deliveries, handovers } from "../../app/domain/deliveries/schema";
import { isSuppressed } from "../../app/domain/deliveries/suppressions.server";
import { tellDue } from "../../app/domain/deliveries/telling.server";
import { findTrouble } from "../../app/domain/deliveries/transport-state.server";
import { bySystem } from "../../app/domain/journal/actor";
import { sendgridEvents } from "../../app/routes/hooks/sendgrid.server";
import { hasDatabase } from "../support/database";
import { aCampaignTo, drain, mailingPlace } from "../support/mailing-app";

type Asked = { personalizations: { to: { email: string }[]; custom_args: Record<string, string> }[] };
type Answer = { status: number; body?: object } | "cut";

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stands for api.sendgrid.com: POST /v3/mail/send, over a real socket. */
async function sendGrid() {
  const api = {
    url: "",
    requests: [] as { text: string; said: Asked; answer: Answer }[],
    /** Whom it queued, once for each time. */
    queued: [] as string[],
    answer: (_said: Asked): Answer => ({ status: 202 }),
  };
  api.url = await listening((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      if (request.method !== "POST" || request.url !== "/v3/mail/send" || request.headers.authorization !== "Bearer SG.test") return response.writeHead(404).end();
      const said = JSON.parse(text) as Asked;
      const answer = api.answer(said);
      api.requests.push({ text, said, answer });
      if (answer === "cut" || answer.status === 202) api.queued.push(...said.personalizations.map((one) => one.custom_args.rapport_id!));
      if (answer === "cut") return request.socket.destroy();
      response.writeHead(answer.status, { "Content-Type": "application/json", ...(answer.status === 202 && { "X-Message-Id": `sg-${api.requests.length}` }) });
      return response.end(answer.body ? JSON.stringify(answer.body) : "");
    });
  });
  return api;
}

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

async function scene() {
  const api = await sendGrid();
  const { open } = await mailingPlace({
    SENDGRID_API_KEY: "SG.test", SENDGRID_URL: api.url, SENDGRID_BATCH: "10", SENDGRID_WEBHOOK_KEY: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  });
  let now = Date.now() - 86_400_000;
  const app = open({ clock: () => now });
  const hook = await listening(express().post("/hooks/sendgrid", (request, response) => sendgridEvents(app, request, response)));
  const report = async (events: object[]) => {
    const body = JSON.stringify(events);
    const timestamp = String(Math.floor(now / 1000));
    const signature = sign("sha256", Buffer.from(timestamp + body), privateKey).toString("base64");
    const headers = { "X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": timestamp };
    expect((await fetch(`${hook}/hooks/sendgrid`, { method: "POST", body, headers })).status).toBe(204);
    while (await tellDue(app));
  };
  const about = (publicId: string, event: string, more: object = {}) => ({ event, timestamp: Math.floor(now / 1000), sg_event_id: `${event}-${publicId}`, sg_message_id: "x.filter", rapport_id: publicId, email: "somebody@example.com", ...more });
  return { api, app, report, about, pass: (ms: number) => void (now += ms) };
}

describe.runIf(hasDatabase())("a campaign by way of SendGrid", () => {
  // Mutants: `status < 500` in outcomeOf → `status < 600` (a 503 is sent again); no toldAt: null where a dropped mail turns out to have gone.
  test("ends in the right state for each answer, carries opaque ids only, and hears of the rest by the webhook", async () => {
    const { api, app, report, about, pass } = await scene();
    const campaignId = await aCampaignTo(app, 50);
    const people = (await rowsOf(app, campaignId)).map((row) => row.address);
    const group = (said: Asked) => Math.floor(people.indexOf(said.personalizations[0]!.to[0]!.email) / 10);
    let isBusy = true;
    api.answer = (said) => {
      const at = said.personalizations.findIndex((one) => one.to[0]!.email === people[43]);
      if (at >= 0) return { status: 400, body: { errors: [{ message: "Does not contain a valid address.", field: `personalizations.${at}.to.0.email` }] } };
      if (group(said) === 1 && isBusy) return { status: 429, body: { errors: [{ message: "too many requests" }] } };
      if (group(said) === 2) return { status: 503 };
      return group(said) === 3 ? "cut" : { status: 202 };
    };
    await drain(app);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ total: 50, accepted: 19, queued: 10, unknown: 20, failed: 1, failedReasons: { refused: 1 }, reportsDelivery: true });
    isBusy = false;
    pass(2 * 60_000);
    await drain(app);
    expect(await finishDue(app)).toBe(1);
    while (await tellDue(app));
    const rows = await rowsOf(app, campaignId);
    const statesOf = (from: number) => new Set(rows.slice(from * 10, from * 10 + 10).map((row) => `${row.state} ${row.code}`));
    expect([0, 1, 2, 3, 4].map((from) => [...statesOf(from)].toSorted())).toEqual([["accepted 202"], ["accepted 202"], ["unknown null"], ["unknown null"], ["accepted 202", "failed 400"]]);
    expect(rows[43]).toMatchObject({ state: "failed", words: "400 Does not contain a valid address." });
    expect(new Set(rows.filter((row) => row.state === "accepted").map((row) => row.providerId?.slice(0, 3)))).toEqual(new Set(["sg-"]));

    // Nobody was asked for twice but those whom SendGrid put off.
    expect(api.requests.every(({ said }) => said.personalizations.length <= 10)).toBe(true);
    expect(api.queued.toSorted()).toEqual([...rows.slice(0, 20), ...rows.slice(30, 43), ...rows.slice(44)].map((row) => row.publicId).toSorted());
    const attempts = await app.db.read.select().from(handovers);
    expect(attempts.filter((one) => one.outcome === "deferred")).toHaveLength(10);
    expectOpaque(api.requests, rows, await getCampaign(app.db.read, campaignId));

    // The loop closes: what arrived, what came back, and of those in doubt what SendGrid knows.
    pass(60_000);
    const [arrived, back, found, dropped] = [rows[0]!, rows[1]!, rows[30]!, rows[20]!];
    const events = [
      about(arrived.publicId, "processed"), about(arrived.publicId, "delivered"), about(back.publicId, "bounce", { status: "5.1.1", reason: "550 5.1.1 no such user", type: "bounce" }),
      about(found.publicId, "delivered"), about(dropped.publicId, "dropped", { reason: "Bounced Address" }),
    ];
    await report(events);
    await report(events.toReversed());
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ accepted: 30, unknown: 18, failed: 2, failedReasons: { refused: 1, dropped: 1 }, delivered: 2, hardBounced: 2 });
    expect(await isSuppressed(app.db.read, back.address)).toBe("all");
    const told = async (row: { partyId: number | null }) => (await listTimeline(app.db.read, row.partyId!, { limit: 50 })).entries.map((entry) => entry.kind).filter((kind) => kind.startsWith("mail_"));
    expect([await told(arrived), await told(back), await told(found), await told(dropped)]).toEqual([["mail_accepted"], ["mail_bounced", "mail_accepted"], ["mail_accepted"], ["mail_bounced"]]);

    // It had been handed over after all, and that is told as well.
    await report([about(dropped.publicId, "processed")]);
    expect((await told(dropped)).toSorted()).toEqual(["mail_accepted", "mail_bounced"]);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ accepted: 31, unknown: 18, failed: 1 });

    // Those of whom it says nothing go again only when a person says so, and under the same ids.
    pass(600_000);
    api.answer = () => ({ status: 202 });
    await drain(app);
    expect(await app.db.write((tx) => resendCampaign(tx, bySystem("cli", app.clock()), campaignId))).toEqual({ ok: true, mails: 18 });
    await drain(app);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ total: 50, accepted: 49, unknown: 0, failed: 1 });
  });

  test("waits when the key is not taken: it is said, nothing is lost, and goes on by itself", async () => {
    const { api, app, pass } = await scene();
    const campaignId = await aCampaignTo(app, 12);
    api.answer = () => ({ status: 401, body: { errors: [{ message: "The provided authorization grant is invalid" }] } });
    await drain(app);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ total: 12, queued: 12 });
    expect(await findTrouble(app.db.read)).toMatchObject({ words: expect.stringContaining("authorization grant is invalid") });
    api.answer = () => ({ status: 202 });
    pass(60_000);
    await drain(app);
    expect(await countByState(app.db.read, campaignId)).toMatchObject({ total: 12, accepted: 12 });
    expect(await findTrouble(app.db.read)).toBeNull();
    expect(new Set(api.queued).size).toBe(12);
    expect(api.queued).toHaveLength(12);
  });
});

const rowsOf = (app: Awaited<ReturnType<typeof scene>>["app"], campaignId: number) =>
  app.db.read.select().from(deliveries).where(eq(deliveries.campaignId, campaignId)).orderBy(deliveries.id);

/** Of ours each request holds what the reader sees, and one id that says nothing. */
function expectOpaque(requests: { text: string; said: Asked }[], rows: Awaited<ReturnType<typeof rowsOf>>, campaign: NonNullable<Awaited<ReturnType<typeof findCampaign>>>): void {
  const byAddress = new Map(rows.map((row) => [row.address, row]));
  for (const { text, said } of requests) {
    expect(Object.keys(said).toSorted()).toEqual(["content", "from", "personalizations", "reply_to", "subject", "tracking_settings"].filter((key) => key in said));
    for (const one of said.personalizations) {
      const row = byAddress.get(one.to[0]!.email)!;
      expect(one.custom_args).toEqual({ rapport_id: row.publicId });
      expect(Object.keys(one).toSorted()).toEqual(["custom_args", "headers", "subject", "substitutions", "to"]);
      expect(text).not.toContain(row.addressHash);
      expect(text).not.toContain(row.dedupeKey);
    }
    expect(text).not.toContain(campaign.name);
    expect(text).not.toContain(campaign.publicId);
  }
}
