/** Endpoints of webhooks: where they are, what they want to hear, and what was sent to them. */
import { and, asc, count, desc, eq, inArray, isNull, lt } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { actorId, noteChange, recordAudit } from "../journal/journal.server";
import { webhookAttempts, webhookEndpoints, webhookMessages, webhookSecrets, webhookWants } from "./schema";
import { addSecret, type Keys } from "./signing.server";
import { SECRET_OVERLAP, wantsOf } from "./webhook";

export type Endpoint = typeof webhookEndpoints.$inferSelect;
export type EndpointInput = { url: string; description: string; types: readonly string[] };

/** @returns the secret: the only time that anybody sees it */
export async function createEndpoint(tx: Tx, by: By, keys: Keys, input: EndpointInput): Promise<{ publicId: string; secret: string }> {
  const publicId = v7();
  const [row] = await tx
    .insert(webhookEndpoints)
    .values({ publicId, url: input.url, description: input.description, eventTypes: [...input.types], createdBy: by.actor.kind === "staff" ? actorId(by.actor) : null, createdAt: by.now })
    .returning({ id: webhookEndpoints.id });
  await writeWants(tx, row!.id, input.types);
  const secret = await addSecret(tx, keys, row!.id, by.now);
  await recordAudit(tx, by, "createWebhook", { type: "webhook", id: row!.id }, { host: new URL(input.url).host, types: input.types });
  return { publicId, secret };
}

export async function changeEndpoint(tx: Tx, by: By, endpointId: number, input: EndpointInput): Promise<void> {
  await tx.update(webhookEndpoints).set({ url: input.url, description: input.description, eventTypes: [...input.types], quietUntil: 0 }).where(eq(webhookEndpoints.id, endpointId));
  await writeWants(tx, endpointId, input.types);
  await recordAudit(tx, by, "changeWebhook", { type: "webhook", id: endpointId }, { host: new URL(input.url).host, types: input.types });
}

async function writeWants(tx: Tx, endpointId: number, types: readonly string[]): Promise<void> {
  await tx.delete(webhookWants).where(eq(webhookWants.endpointId, endpointId));
  const wants = wantsOf(types);
  if (wants.length) await tx.insert(webhookWants).values(wants.map((want) => ({ ...want, endpointId })));
}

/** paused: what happens meanwhile waits. on: goes on, with what has waited. */
export async function setEndpointState(tx: Tx, by: By, endpointId: number, state: "on" | "paused"): Promise<void> {
  await tx.update(webhookEndpoints).set({ state, quietUntil: 0, failingSince: null, disabledAt: null }).where(eq(webhookEndpoints.id, endpointId));
  await recordAudit(tx, by, state === "on" ? "resumeWebhook" : "pauseWebhook", { type: "webhook", id: endpointId });
  await noteChange(tx, by, "sending");
}

/** For good, with its secrets and everything that was to be sent to it. */
export async function deleteEndpoint(tx: Tx, by: By, endpoint: Pick<Endpoint, "id" | "url">): Promise<void> {
  const { id } = endpoint;
  const messages = await tx.select({ id: webhookMessages.id }).from(webhookMessages).where(eq(webhookMessages.endpointId, id));
  for (let from = 0; from < messages.length; from += 500)
    await tx.delete(webhookAttempts).where(inArray(webhookAttempts.messageId, messages.slice(from, from + 500).map((one) => one.id)));
  await tx.delete(webhookMessages).where(eq(webhookMessages.endpointId, id));
  await tx.delete(webhookWants).where(eq(webhookWants.endpointId, id));
  await tx.delete(webhookSecrets).where(eq(webhookSecrets.endpointId, id));
  await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id));
  await recordAudit(tx, by, "deleteWebhook", { type: "webhook", id }, { host: new URL(endpoint.url).host });
}

/** A new secret; the former one signs beside it for a day, so that the other side can change over. @returns the new one */
export async function rotateSecret(tx: Tx, by: By, keys: Keys, endpointId: number): Promise<string> {
  await tx.update(webhookSecrets).set({ endsAt: by.now + SECRET_OVERLAP }).where(and(eq(webhookSecrets.endpointId, endpointId), isNull(webhookSecrets.endsAt)));
  const secret = await addSecret(tx, keys, endpointId, by.now);
  await recordAudit(tx, by, "rotateWebhookSecret", { type: "webhook", id: endpointId });
  return secret;
}

export const TEST_TYPE = "webhook.test";

/** A message that says nothing, to see whether it arrives. */
export async function sendTest(tx: Tx, by: By, endpointId: number): Promise<string> {
  const publicId = messageId();
  const body = JSON.stringify({ type: TEST_TYPE, timestamp: new Date(by.now).toISOString(), data: {} });
  await tx.insert(webhookMessages).values({ publicId, endpointId, type: TEST_TYPE, body, nextAt: by.now, createdAt: by.now });
  await tx.update(webhookEndpoints).set({ quietUntil: 0 }).where(eq(webhookEndpoints.id, endpointId));
  await recordAudit(tx, by, "testWebhook", { type: "webhook", id: endpointId });
  return publicId;
}

/** Sends it once more, whatever became of it: under the same id, so that the other side can tell. */
export async function resendMessage(tx: Tx, by: By, message: { id: number; endpointId: number }): Promise<void> {
  await tx.update(webhookMessages).set({ state: "waiting", nextAt: by.now, finishedAt: null }).where(eq(webhookMessages.id, message.id));
  await tx.update(webhookEndpoints).set({ quietUntil: 0 }).where(eq(webhookEndpoints.id, message.endpointId));
  await recordAudit(tx, by, "resendWebhookMessage", { type: "webhook", id: message.endpointId }, { message: message.id });
}

export const messageId = () => `msg_${v7().replaceAll("-", "")}`;

// ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listEndpoints(db: Reader): Promise<(Endpoint & { waiting: number })[]> {
  const rows = await db.select().from(webhookEndpoints).orderBy(asc(webhookEndpoints.id));
  const waiting = await db
    .select({ endpointId: webhookMessages.endpointId, n: count() })
    .from(webhookMessages)
    .where(eq(webhookMessages.state, "waiting"))
    .groupBy(webhookMessages.endpointId);
  return rows.map((row) => ({ ...row, waiting: Number(waiting.find((one) => one.endpointId === row.id)?.n ?? 0) }));
}

/** Those to which nothing is sent until somebody has looked. */
export async function listDisabled(db: Reader): Promise<{ publicId: string; host: string; at: number }[]> {
  const rows = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.state, "disabled")).orderBy(asc(webhookEndpoints.id)).limit(5);
  return rows.map(({ publicId, url, disabledAt }) => ({ publicId, host: new URL(url).host, at: disabledAt ?? 0 }));
}

export async function findEndpoint(db: Reader, publicId: string): Promise<Endpoint | null> {
  const [row] = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.publicId, publicId));
  return row ?? null;
}

export type Message = typeof webhookMessages.$inferSelect;

/** Newest first; `before` is the inner id of the last one shown. */
export async function listMessages(db: Reader, endpointId: number, { before, limit }: { before?: number | undefined; limit: number }) {
  const rows = await db
    .select()
    .from(webhookMessages)
    .where(and(eq(webhookMessages.endpointId, endpointId), before === undefined ? undefined : lt(webhookMessages.id, before)))
    .orderBy(desc(webhookMessages.id))
    .limit(limit);
  const last = await lastAttempts(db, rows.map((row) => row.id));
  return rows.map((row) => ({ ...row, last: last.get(row.id) ?? null }));
}

async function lastAttempts(db: Reader, ids: readonly number[]) {
  if (!ids.length) return new Map<number, Attempt>();
  const rows = await db.select().from(webhookAttempts).where(inArray(webhookAttempts.messageId, [...ids])).orderBy(asc(webhookAttempts.id));
  return new Map(rows.map((row) => [row.messageId, row]));
}

export type Attempt = typeof webhookAttempts.$inferSelect;

export async function findMessage(db: Reader, endpointId: number, publicId: string): Promise<(Message & { tries: Attempt[] }) | null> {
  const [row] = await db.select().from(webhookMessages).where(and(eq(webhookMessages.publicId, publicId), eq(webhookMessages.endpointId, endpointId)));
  if (!row) return null;
  return { ...row, tries: await db.select().from(webhookAttempts).where(eq(webhookAttempts.messageId, row.id)).orderBy(asc(webhookAttempts.id)) };
}
