/** SendGrid's events against the built server: killed while it takes them, and ten thousand of them at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";

import type { Database } from "../../app/db/types";
import { manyMails } from "./many-mails";
import { median } from "./long";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const KEY = publicKey.export({ type: "spki", format: "der" }).toString("base64");

type Settings = Record<string, string>;
type Running = { url: string; child: ChildProcess };

async function start(settings: Settings): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, ["build/server/server.js"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "silent", SENDGRID_WEBHOOK_KEY: KEY, ...settings },
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.once("message", (said) => resolve((said as { url: string }).url));
  });
  return { url, child };
}

async function stop({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** @returns the status, or null when the connection broke */
async function post(url: string, body: string): Promise<number | null> {
  const timestamp = "1700000000";
  try {
    const response = await fetch(`${url}/hooks/sendgrid`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": sign("sha256", Buffer.from(timestamp + body), privateKey).toString("base64"),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
      },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

/** For each mail that it was taken and delivered; for every twentieth that it came back. */
function eventsFor(mails: { publicId: string }[]): object[] {
  return mails.flatMap(({ publicId }, i) => {
    const about = (event: string, second: number, more: object = {}) => ({
      email: "a@example.com", event, timestamp: 1_700_000_000 + second, sg_event_id: `${event}-${publicId}`, sg_message_id: "x.y", rapport_id: publicId, ...more,
    });
    return i % 20 ? [about("processed", 0), about("delivered", 2)] : [about("processed", 0), about("bounce", 3, { status: "5.1.1", reason: "550 5.1.1 no such user" })];
  });
}

/**
 * Posts the same events over and over to servers that are killed meanwhile, the first at once, the others later and
 * later, until one has the time to answer.
 * @returns `acceptedButAbsent`: how many events were missing when a server had said 2xx
 */
export async function killWhileTaking(db: Database, settings: Settings, given: { mails: number; kills: number }) {
  const mails = await manyMails(db, given.mails);
  const body = JSON.stringify(eventsFor(mails));
  const all = mails.length * 2;
  let kills = 0;
  let answered = 0;
  let acceptedButAbsent = 0;
  let partly = 0;
  for (let i = 0; i < given.kills; i++) {
    const running = await start(settings);
    const posted = post(running.url, body);
    // Before the first commit, and between any two of the later ones.
    await new Promise((resolve) => setTimeout(resolve, (i / given.kills) * given.mails * 0.3));
    if (i === given.kills - 1) await posted;
    running.child.kill("SIGKILL");
    const status = await posted;
    await stop(running);
    kills += 1;
    const kept = await countKept(db);
    if (status !== null && status < 300) {
      answered += 1;
      acceptedButAbsent += all - kept;
    }
    if (kept > 0 && kept < all) partly += 1;
  }
  const last = await start(settings);
  const statuses = [await post(last.url, body), await post(last.url, body)];
  await stop(last);
  const delivered = Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE delivered_at IS NOT NULL"))[0]?.n);
  const bounced = Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM suppressions WHERE reason = 'hard_bounce'"))[0]?.n);
  const told = Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM events WHERE kind = 'mail_bounced'"))[0]?.n);
  const hard = Math.ceil(mails.length / 20);
  return {
    kills, answered, partly, acceptedButAbsent, statuses,
    missing: all - (await countKept(db)), undelivered: mails.length - hard - delivered, unsuppressed: hard - bounced, untold: hard - told,
  };
}

async function countKept(db: Database): Promise<number> {
  return Number((await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM provider_events"))[0]?.n);
}

/** How long a page takes meanwhile, in ms. */
export async function flood(db: Database, settings: Settings, given: { events: number; page: string }) {
  const mails = await manyMails(db, given.events / 2);
  const body = JSON.stringify(eventsFor(mails));
  const running = await start(settings);
  try {
    const page = async () => {
      const from = performance.now();
      const response = await fetch(running.url + given.page);
      await response.arrayBuffer();
      return performance.now() - from;
    };
    for (let i = 0; i < 20; i++) await page();
    const idle: number[] = [];
    for (let i = 0; i < 60; i++) idle.push(await page());
    const from = performance.now();
    let isOver = false;
    const posted = post(running.url, body).finally(() => (isOver = true));
    const busy: number[] = [];
    while (!isOver) busy.push(await page());
    const status = await posted;
    const took = performance.now() - from;
    return { status, took, kept: await countKept(db), idleP95: p95(idle), busyP95: p95(busy), busyMost: Math.max(...busy), pages: busy.length, idleMedian: median(idle) };
  } finally {
    await stop(running);
  }
}

function p95(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
}
