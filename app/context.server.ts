/** The only wiring: settings → the parts that do the work. Opened by server.ts, worker.ts and cli.ts. */
import { destination, pino, type DestinationStream, type Logger, type LoggerOptions } from "pino";

import { openDatabase } from "./db/open.server";
import type { Database } from "./db/types";
import type { SegmentField } from "./domain/customers/segment-field";
import { segmentFields as analyticsFields } from "./domain/analytics/segment-fields";
import { segmentFields as campaignFields } from "./domain/campaigns/segment-fields";
import { segmentFields as caseFields } from "./domain/cases/segment-fields";
import { segmentFields as customerFields } from "./domain/customers/segment-fields";
import { provideMailIdentity } from "./domain/deliveries/identity.server";
import { segmentFields as orderFields } from "./domain/orders/segment-fields";
import { segmentFields as segmentsFields } from "./domain/segments/segment-fields";
import { checkSecretKey } from "./domain/deliveries/key-mark.server";
import { SettingError, type Env } from "./env.server";
import { mailWords } from "./i18n/mail.server";
import { checkMail } from "./mail/check/check-mail.server";
import { publicKeyOf } from "./mail/dkim-key.server";
import type { Finding } from "./mail/check/finding";
import { checkReading } from "./mail/check/reading.server";
import { findStoppages } from "./domain/deliveries/transport-state.server";
import { imapMailbox } from "./mail/imap.server";
import type { AccountSession, MailAccount, Mailbox } from "./mail/mailbox";
import { writeMessage } from "./mail/message.server";
import { openTransport } from "./mail/open-transport.server";
import type { Transport } from "./mail/transport";
import { openMailAccount } from "./outgoing/mail-account.server";
import { post, type Posted } from "./outgoing/post.server";
import { listOf } from "./outgoing/reach";

export type App = {
  env: Env;
  db: Database;
  /** The way out for mail. */
  mail: Transport;
  /** Looks whether all is right with the way out for mail. */
  checkMail(): Promise<Finding[]>;
  /** Where bounces and answers arrive; null when none is set. */
  mailbox: Mailbox | null;
  /** A mail as it goes over the wire. */
  writeMail: typeof writeMessage;
  /** Puts system mails into words. */
  words: ReturnType<typeof mailWords>;
  /** Posts to an address that somebody typed in, where it may be reached. */
  callOut: (url: string, headers: Record<string, string>, body: string) => Promise<Posted>;
  /** Opens a mailbox at an address that somebody typed in, where it may be reached. */
  openAccount: (account: MailAccount) => Promise<AccountSession>;
  log: Logger;
  /** Milliseconds since the epoch; tests give their own. */
  clock: () => number;
  /** What segments can ask: each room contributes its own. */
  fields: readonly SegmentField[];
  close(): Promise<void>;
};

export function openApp(env: Env, options: { clock?: () => number; log?: Logger } = {}): App {
  const db = openDatabase(env);
  const mailbox = env.IMAP_URL ? imapMailbox(env.IMAP_URL) : null;
  const mail = openTransport(env);
  provideMailIdentity(env.SECRET_KEY, env.MAIL_FROM, env.SECRET_KEY_OLD);
  const clock = options.clock ?? Date.now;
  const letIn = listOf(env.WEBHOOK_NETWORKS);
  return {
    env,
    db,
    mail,
    checkMail: async () => {
      const [leaving, reading] = await Promise.all([checkMail(env, { now: clock(), signings: env.DKIM.map((key) => ({ ...key, publicKey: publicKeyOf(key.pem) })) }), checkReading(mailbox)]);
      return [...leaving, reading, ...(await findStoppages(db.read))];
    },
    mailbox,
    writeMail: writeMessage,
    words: mailWords(env.APP_URL),
    callOut: (url, headers, body) => post(url, headers, body, { letIn, timeout: 10_000 }),
    openAccount: (account) => openMailAccount(account, letIn),
    log: options.log ?? openLog(env),
    clock,
    fields: [...customerFields, ...orderFields, ...campaignFields, ...caseFields, ...analyticsFields, ...segmentsFields],
    async close() {
      await db.close();
    },
  };
}

/** @throws SettingError when the database belongs to another SECRET_KEY: called before anything is done with it */
export async function requireItsKey(app: App): Promise<void> {
  const verdict = await checkSecretKey(app.db, app.clock());
  if (verdict.ok) return;
  throw new SettingError(
    `These settings cannot be used:\n  SECRET_KEY: this database was begun with another key (mark ${verdict.wanted}; the one given has ${verdict.given}).\n` +
      "  With a wrong key the suppression list would match nobody, and links in mails that have left would lead nowhere.\n" +
      "  Give the key it was begun with (kept in secret.key beside an embedded database); to change keys, give the new one as SECRET_KEY and\n" +
      "  the former as SECRET_KEY_OLD; if it is lost: rapport key adopt",
  );
}

/** Structured logs without personal data: addresses, names, tokens and cookies never leave by this way. */
export function openLog(env: Pick<Env, "LOG_LEVEL">, to: DestinationStream = destination()): Logger {
  const options: LoggerOptions = {
    level: env.LOG_LEVEL,
    base: null,
    redact: {
      paths: [
        "req.headers", "headers", "cookie", "*.cookie", "authorization", "*.authorization", "password", "*.password",
        "token", "*.token", "email", "*.email", "address", "*.address", "name", "*.name", "body", "*.body",
      ],
      censor: "[withheld]",
    },
    // `words` is what a mail server said: it may name who it was asked for.
    serializers: { err: safeError, words: withoutAddresses },
  };
  return pino(options, to);
}

/**
 * Errors quote what they could not take: the parameters of a statement, text that was no JSON, the value of a header.
 * Those stay out of the log; where it happened and the code are enough to find it.
 */
function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: "not an error" };
  const code = "code" in error ? String(error.code) : undefined;
  const message = withoutAddresses(namesOnlyOurs(error, code) ? (error.message.split("\nparams:")[0] ?? "") : error.message.replace(QUOTED, "…"));
  const stack = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at ")).join("\n");
  return { type: error.name, message, stack, ...(code && { code }), ...(error.cause ? { cause: safeError(error.cause) } : {}) };
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;

/** A statement without its parameters, and what PostgreSQL says of tables and columns (class 42), quote nobody's data. */
function namesOnlyOurs(error: Error, code: string | undefined): boolean {
  return error.message.startsWith("Failed query:") || /^42/.test(code ?? "");
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, "…@…");
}
