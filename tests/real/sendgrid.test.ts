/**
 * SendGrid's own published examples: signatures that verify and do not, and every kind of event. Skipped where they are
 * not at hand (../shared/data/sendgrid).
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import { expect, onTestFinished, test } from "vitest";

import { meaningOf } from "../../app/domain/deliveries/meaning";
import { providerEvents } from "../../app/domain/deliveries/schema";
import { readSendGridEvents } from "../../app/domain/deliveries/sendgrid";
import { isSigned } from "../../app/routes/hooks/sendgrid.server";
import { testApp } from "../support/app";

const FOLDER = "../shared/data/sendgrid";
const isHere = existsSync(FOLDER);
const read = <Shape>(name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")) as Shape;

test.skipIf(!isHere)("signatures verify as SendGrid's examples say", () => {
  const { cases } = read<{ cases: { name: string; publicKey: string; payload: string; signature: string; timestamp: string; valid: boolean }[] }>("signature_vectors.json");
  expect(cases.length).toBeGreaterThanOrEqual(7);
  for (const c of cases)
    expect([c.name, isSigned({ key: c.publicKey, signature: c.signature, timestamp: c.timestamp, body: Buffer.from(c.payload) })]).toEqual([c.name, c.valid]);
});

const MEANINGS: Record<string, string> = {
  processed: "taken", deferred: "taken", delivered: "delivered", open: "taken", click: "taken", bounce: "bounced", dropped: "dropped",
  spamreport: "complained", unsubscribe: "left", group_unsubscribe: "left", group_resubscribe: "taken",
};

test.skipIf(!isHere)("every kind of event of the documents is taken, kept once and understood", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const app = await testApp({ SENDGRID_WEBHOOK_KEY: publicKey.export({ type: "spki", format: "der" }).toString("base64") });
  onTestFinished(() => app.close());
  const { payloads } = read<{ payloads: unknown[] }>("events_docs.json");
  const seen = new Set<string>();
  const ids = new Set<string>();
  for (const payload of payloads) {
    // SendGrid ends what it posts with CR LF, and signs that too.
    const body = `${JSON.stringify(payload)}\r\n`;
    const signature = sign("sha256", Buffer.from(`1700000000${body}`), privateKey).toString("base64");
    const response = await fetch(`${app.url}/hooks/sendgrid`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000" },
      body,
    });
    expect([payload, response.status]).toEqual([payload, Array.isArray(payload) ? 204 : 400]);
    for (const event of readSendGridEvents(Array.isArray(payload) ? payload : [])) {
      seen.add(event.type);
      ids.add(event.eventId);
      expect([event.type, meaningOf({ provider: "sendgrid", ...event }).kind]).toEqual([event.type, MEANINGS[event.type]]);
    }
  }
  expect([...seen].toSorted()).toEqual(Object.keys(MEANINGS).toSorted());
  const kept = await app.db.read.select({ id: providerEvents.eventId }).from(providerEvents);
  expect(kept.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
});
