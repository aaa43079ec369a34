/**
 * Sending messages out. One worker at a time is at an endpoint, so that its messages leave in the order in which they were
 * told; one that is not taken waits for its next try while those behind it go on, unless nothing arrives there at all: then
 * the endpoint rests. Killed in between, a message leaves once more, under the same id.
 */
import { and, asc, eq, lte } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import { bySystem } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { tellDisabled } from "./disabled-notice.server";
import { webhookAttempts, webhookEndpoints, webhookMessages } from "./schema";
import { type Keys, listSecrets, signedHeaders } from "./signing.server";
import { DISABLE_AFTER, isTaken, nextTryAt } from "./webhook";
import type { Endpoint, Message } from "./webhooks.server";

type Answered = { status: number | null; failure: string | null; answer: string; ms: number };
export type CallOut = (url: string, headers: Record<string, string>, body: string) => Promise<Answered>;

export type Where = { db: Database; clock: () => number; env: Keys; callOut: CallOut };

const AT_ONCE = 8;
const A_ROUND = 20;
/** Longer than one post may take. */
const LEASE = 30_000;
const LONGEST_REST = 15 * 60_000;

/** Worker step. @returns how many messages were tried */
export async function postWebhooks(where: Where): Promise<number> {
  const { db, clock } = where;
  const due = await db.read.raw<{ id: number }>(
    `SELECT e.id AS id FROM webhook_endpoints e WHERE e.state = 'on' AND e.quiet_until <= ?
     AND EXISTS (SELECT 1 FROM webhook_messages m WHERE m.endpoint_id = e.id AND m.state = 'waiting' AND m.next_at <= ?) ORDER BY e.quiet_until LIMIT ${AT_ONCE}`,
    [clock(), clock()],
  );
  const tried = await Promise.all(due.map(({ id }) => postTo(where, Number(id))));
  return tried.reduce((sum, n) => sum + n, 0);
}

async function postTo(where: Where, endpointId: number): Promise<number> {
  const { db, clock, env } = where;
  const mine = await db.write(async (tx) => {
    const [row] = await tx
      .update(webhookEndpoints)
      .set({ quietUntil: clock() + LEASE })
      .where(and(eq(webhookEndpoints.id, endpointId), eq(webhookEndpoints.state, "on"), lte(webhookEndpoints.quietUntil, clock())))
      .returning();
    if (!row) return null;
    const messages = await tx
      .select()
      .from(webhookMessages)
      .where(and(eq(webhookMessages.endpointId, endpointId), eq(webhookMessages.state, "waiting"), lte(webhookMessages.nextAt, clock())))
      .orderBy(asc(webhookMessages.id))
      .limit(A_ROUND);
    return { endpoint: row, messages, secrets: await listSecrets(tx, env, endpointId, clock()) };
  });
  if (!mine) return 0;
  let tried = 0;
  for (const message of mine.messages) {
    const answered = await where.callOut(mine.endpoint.url, signedHeaders(mine.secrets, message, clock()), message.body);
    tried += 1;
    const isLast = tried === mine.messages.length;
    if (!(await db.write((tx) => record(tx, mine.endpoint, message, answered, clock(), isLast)))) break;
  }
  return tried;
}

/** @returns whether the next message may follow at once */
async function record(tx: Tx, endpoint: Endpoint, message: Message, answered: Answered, now: number, isLast: boolean): Promise<boolean> {
  const { status, failure, answer, ms } = answered;
  await tx.insert(webhookAttempts).values({ messageId: message.id, at: now, ms, status, failure, answer: answer || null });
  const taken = isTaken(status);
  const attempts = message.attempts + 1;
  const nextAt = taken ? null : nextTryAt(message.createdAt, attempts, now, Math.random());
  const state = taken ? "delivered" : nextAt === null ? "given_up" : "waiting";
  await tx
    .update(webhookMessages)
    .set({ attempts, state, ...(nextAt === null ? { finishedAt: now } : { nextAt }) })
    .where(eq(webhookMessages.id, message.id));
  // The other side may have been changed meanwhile: what stands there now counts.
  const [current] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, endpoint.id));
  if (!current || current.state !== "on") return false;
  if (taken) {
    await tx.update(webhookEndpoints).set({ failingSince: null, quietUntil: isLast ? 0 : now + LEASE }).where(eq(webhookEndpoints.id, endpoint.id));
    return true;
  }
  return rest(tx, current, { status, nextAt: nextAt ?? now }, now, isLast);
}

/** Gone (410), or nothing taken for days: nothing more is sent there until somebody has looked. */
async function rest(tx: Tx, endpoint: Endpoint, failed: { status: number | null; nextAt: number }, now: number, isLast: boolean): Promise<boolean> {
  const failingSince = endpoint.failingSince ?? now;
  if (failed.status === 410 || now - failingSince >= DISABLE_AFTER) {
    await tx.update(webhookEndpoints).set({ state: "disabled", disabledAt: now, failingSince, quietUntil: 0 }).where(eq(webhookEndpoints.id, endpoint.id));
    const by = bySystem("worker", now);
    await recordAudit(tx, by, "disableWebhook", { type: "webhook", id: endpoint.id }, { failingSince });
    await tellDisabled(tx, by, endpoint, failingSince);
    return false;
  }
  // What it refuses is about this one message; without an answer, or with one of overload, the next would fare no better.
  const isAbout = failed.status !== null && failed.status >= 400 && failed.status < 500 && failed.status !== 429;
  const quietUntil = isAbout ? (isLast ? 0 : now + LEASE) : Math.min(failed.nextAt, now + LONGEST_REST);
  await tx.update(webhookEndpoints).set({ failingSince, quietUntil }).where(eq(webhookEndpoints.id, endpoint.id));
  return isAbout;
}
