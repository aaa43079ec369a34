/** Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, with each secret that is in use. */
import { createHmac, randomBytes } from "node:crypto";

import { and, asc, eq, gt, isNull, or } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { webhookSecrets } from "./schema";
import { seal, unseal } from "../accounts/sealed.server";

/** The keys of this installation: the one in use, then former ones. */
export type Keys = { SECRET_KEY: string; SECRET_KEY_OLD: readonly string[] };

const PREFIX = "whsec_";
const purposeOf = (endpointId: number) => `webhook:${endpointId}`;

/** @returns the secret, as its owner keeps it */
export async function addSecret(tx: Tx, keys: Keys, endpointId: number, now: number): Promise<string> {
  const secret = PREFIX + randomBytes(32).toString("base64");
  await tx.insert(webhookSecrets).values({ endpointId, sealed: seal(keys.SECRET_KEY, purposeOf(endpointId), secret), createdAt: now });
  return secret;
}

/** Those that sign now, the newest last; one that no key of ours opens is left out. */
export async function listSecrets(db: Reader, keys: Keys, endpointId: number, now: number): Promise<string[]> {
  const rows = await db
    .select({ sealed: webhookSecrets.sealed })
    .from(webhookSecrets)
    .where(and(eq(webhookSecrets.endpointId, endpointId), or(isNull(webhookSecrets.endsAt), gt(webhookSecrets.endsAt, now))))
    .orderBy(asc(webhookSecrets.id));
  return rows.flatMap(({ sealed }) => unseal([keys.SECRET_KEY, ...keys.SECRET_KEY_OLD], purposeOf(endpointId), sealed) ?? []);
}

export function signedHeaders(secrets: readonly string[], message: { publicId: string; body: string }, now: number): Record<string, string> {
  const timestamp = Math.floor(now / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${message.publicId}.${timestamp}.${message.body}`).digest("base64")}`;
  });
  return { "Content-Type": "application/json", "webhook-id": message.publicId, "webhook-timestamp": String(timestamp), "webhook-signature": signatures.join(" ") };
}
