/** POST `/hooks/sendgrid`: the signed event webhook. 2xx is said only when everything is committed. */
import { createPublicKey, verify } from "node:crypto";

import type { Request, Response } from "express";

import type { App } from "../../context.server";
import { recordProviderEvents } from "../../domain/deliveries/provider-events.server";
import { readSendGridEvents } from "../../domain/deliveries/sendgrid";
import { bySystem } from "../../domain/journal/actor";
import { readRawBody } from "../../http/raw-body.server";

const LARGEST = 32 * 1024 * 1024;
/**
 * Between two transactions pages are answered. They are left to it for longer than the last one took: a page that needs
 * more than one pause waits for each transaction that comes in between.
 */
const EVENTS_PER_TRANSACTION = 50;
const LEAST_PAUSE_MS = 4;
/** Whoever posts does not wait for ever. */
const MOST_PAUSE_MS = 12;
const PAUSE_SHARE = 1.5;

export async function sendgridEvents(app: App, request: Request, response: Response): Promise<void> {
  const key = app.env.SENDGRID_WEBHOOK_KEY;
  const signature = request.get("X-Twilio-Email-Event-Webhook-Signature");
  const timestamp = request.get("X-Twilio-Email-Event-Webhook-Timestamp");
  if (!key || !signature || !timestamp) return refuse(response, 403);
  const body = await readRawBody(request, LARGEST);
  if (body === null) return refuse(response, 413);
  if (!isSigned({ key, signature, timestamp, body })) return refuse(response, 403);
  const events = parse(body);
  if (events === null) return refuse(response, 400);

  for (let i = 0; i < events.length; i += EVENTS_PER_TRANSACTION) {
    const from = performance.now();
    const some = readSendGridEvents(events.slice(i, i + EVENTS_PER_TRANSACTION));
    await app.db.write((tx) => recordProviderEvents(tx, bySystem("public", app.clock()), "sendgrid", some));
    const pause = Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, PAUSE_SHARE * (performance.now() - from)));
    if (i + EVENTS_PER_TRANSACTION < events.length) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  response.status(204).end();
}

/** ECDSA P-256 with SHA-256 over the timestamp and the bytes as they came: written anew, the JSON would not fit. */
export function isSigned(given: { key: string; signature: string; timestamp: string; body: Buffer }): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(given.key, "base64"), format: "der", type: "spki" });
    return verify("sha256", Buffer.concat([Buffer.from(given.timestamp), given.body]), key, Buffer.from(given.signature, "base64"));
  } catch {
    return false;
  }
}

function parse(body: Buffer): unknown[] | null {
  try {
    const said: unknown = JSON.parse(body.toString("utf8"));
    return Array.isArray(said) ? said : null;
  } catch {
    return null;
  }
}

function refuse(response: Response, status: number): void {
  response.status(status).end();
}
