import { bytes, id, index, instant, int, json, oneOf, primaryKey, table, text, uniqueIndex } from "../../db/columns.ts";
import type { Scope } from "./token.ts";

/** Bearer tokens of other people's programs. The token itself is shown once and never kept. */
export const apiTokens = table("api_tokens", {
  id: id(),
  publicId: text().notNull().unique(),
  name: text().notNull(),
  /** SHA-256 of the token. */
  tokenHash: text().notNull().unique(),
  /** Its last four characters, to tell one from another. */
  ending: text().notNull(),
  scopes: json<Scope[]>().notNull(),
  /** The staff member; null: made from the shell. */
  createdBy: int(),
  createdAt: instant().notNull(),
  expiresAt: instant(),
  revokedAt: instant(),
  /** Coarse: written once in some requests, not with each. */
  lastUsedAt: instant(),
});

/**
 * What was answered to a request that carried an Idempotency-Key, written in the transaction of what was done. The answer
 * is sealed with the key that the client sent: without it nobody reads it here.
 */
export const apiAnswers = table(
  "api_answers",
  {
    tokenId: int().notNull().references(() => apiTokens.id),
    /** SHA-256 of the Idempotency-Key. */
    keyHash: text().notNull(),
    /** SHA-256 of method, path and body. */
    requestHash: text().notNull(),
    sealed: bytes().notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.tokenId, t.keyHash] }), index("api_answers_at").on(t.at)],
);

export const ENDPOINT_STATES = ["on", "paused", "disabled"] as const;

/** Where signed messages go. */
export const webhookEndpoints = table("webhook_endpoints", {
  id: id(),
  publicId: text().notNull().unique(),
  url: text().notNull(),
  description: text().notNull().default(""),
  eventTypes: json<string[]>().notNull(),
  /** disabled: by itself, after failing for long. */
  state: oneOf([...ENDPOINT_STATES]).notNull().default("on"),
  createdBy: int(),
  createdAt: instant().notNull(),
  /** Since when nothing has been taken there; null: the last one was. */
  failingSince: instant(),
  disabledAt: instant(),
  /** One worker at a time sends to it: its messages leave in their order. */
  quietUntil: instant().notNull().default(0),
});

/** Sealed with SECRET_KEY. A former one signs beside the new one until it ends. */
export const webhookSecrets = table(
  "webhook_secrets",
  {
    id: id(),
    endpointId: int().notNull().references(() => webhookEndpoints.id),
    sealed: bytes().notNull(),
    createdAt: instant().notNull(),
    endsAt: instant(),
  },
  (t) => [index("webhook_secrets_endpoint").on(t.endpointId)],
);

/** What somebody wants to hear of: the triggers of audit_log and events ask it whether a row is worth a note. */
export const webhookWants = table(
  "webhook_wants",
  {
    /** audit: a command of audit_log; event: a kind of events. */
    source: oneOf(["audit", "event"]).notNull(),
    kind: text().notNull(),
    endpointId: int().notNull().references(() => webhookEndpoints.id),
  },
  (t) => [primaryKey({ columns: [t.source, t.kind, t.endpointId] })],
);

/** Written by triggers, in the transaction of what happened; gone once it has become messages. */
export const webhookNotes = table("webhook_notes", {
  id: id(),
  source: oneOf(["audit", "event"]).notNull(),
  sourceId: int().notNull(),
});

export const MESSAGE_STATES = ["waiting", "delivered", "given_up"] as const;

/** One message to one endpoint. The body names what happened and to what, and holds nothing about a person. */
export const webhookMessages = table(
  "webhook_messages",
  {
    id: id(),
    /** `webhook-id`: the same at every attempt. */
    publicId: text().notNull().unique(),
    endpointId: int().notNull().references(() => webhookEndpoints.id),
    /** Null: a test. With the endpoint, once: what happened is told once. */
    noteId: int(),
    type: text().notNull(),
    body: text().notNull(),
    state: oneOf([...MESSAGE_STATES]).notNull().default("waiting"),
    attempts: int().notNull().default(0),
    nextAt: instant().notNull(),
    createdAt: instant().notNull(),
    finishedAt: instant(),
  },
  (t) => [
    index("webhook_messages_due").on(t.state, t.nextAt, t.id),
    index("webhook_messages_endpoint").on(t.endpointId, t.id),
    index("webhook_messages_finished").on(t.finishedAt),
    uniqueIndex("webhook_messages_once").on(t.endpointId, t.noteId),
  ],
);

export const webhookAttempts = table(
  "webhook_attempts",
  {
    id: id(),
    messageId: int().notNull().references(() => webhookMessages.id),
    at: instant().notNull(),
    ms: int().notNull(),
    /** The status of the answer; null: there was none. */
    status: int(),
    /** Why there was none: blocked, timeout, unreachable, tls, broken. */
    failure: text(),
    /** The beginning of what was answered. */
    answer: text(),
  },
  (t) => [index("webhook_attempts_message").on(t.messageId, t.id)],
);
