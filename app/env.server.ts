/**
 * The only reader of `process.env`. Each setting has a default that works; a value that cannot be used refuses to
 * start, by name. Nothing else in the application asks the environment.
 */
import { createPublicKey, randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { z } from "zod";

import { isEmail } from "./domain/customers/contact.ts";
import { keyFault, type DkimKey } from "./mail/dkim-key.server.ts";
import { isNetwork } from "./outgoing/reach.ts";
import { isBounceAddress } from "./domain/deliveries/return-path.ts";

const url = z.string().regex(/^https?:\/\/[^/\s]+$/, "must be like https://crm.example.com, without a path");
const selector = z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, "must be a name like s1");
const flag = z.enum(["0", "1", "true", "false"]).transform((v) => v === "1" || v === "true");

const settings = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  /** Where people reach the application; links in system mails begin with it. */
  APP_URL: url.optional(),
  /** Where links in mailings lead (they live for years); APP_URL unless given. */
  LINK_URL: url.optional(),
  DATABASE_FILE: z.string().min(1).default("data/rapport.db"),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must begin with postgres://").optional(),
  SECRET_KEY: z.string().min(32, "must have at least 32 characters").optional(),
  /** Keys that SECRET_KEY took the place of, the newest first: links in mails that have left still lead somewhere. */
  SECRET_KEY_OLD: z
    .string()
    .default("")
    .transform((text) => text.split(",").map((key) => key.trim()).filter(Boolean))
    .refine((keys) => keys.every((key) => key.length >= 32), "must be keys of at least 32 characters each, with commas between them"),
  MAIL_URL: z
    .string()
    .regex(/^(smtps?:\/\/|outbox:)/, "must begin with smtp://, smtps:// or outbox:")
    .refine(isMailUrl, "must be like smtp://user:password@mail.example.com:587, with signs like @ / # % in the password written as %40 %2F %23 %25")
    .optional(),
  MAIL_FROM: z.string().refine(isMailbox, "must be like Lipa <shop@example.com>").default("Rapport <rapport@example.com>"),
  /** The mailbox that takes bounces; each mail's envelope sender is this address with its own token behind a `+`. */
  BOUNCE_ADDRESS: z
    .string()
    .refine(isBounceAddress, "must be like bounces@example.com: at most 27 letters, digits, dots, - or _ before the @")
    .optional(),
  /** The mailbox where bounces and answers arrive, read by the worker. */
  IMAP_URL: z
    .string()
    .regex(/^imaps?:\/\//, "must begin with imaps:// or imap://")
    .refine(isImapUrl, "must be like imaps://user:password@imap.example.com:993/INBOX, with signs like @ / # % in the password written as %40 %2F %23 %25")
    .optional(),
  /** What a provider that posts incoming mail to /hooks/inbound has to show. */
  INBOUND_KEY: z.string().min(24, "must have at least 24 characters").optional(),
  /** Signing ourselves (DKIM): the domain (that of MAIL_FROM unless given), selectors and files with private keys in PEM. */
  DKIM_DOMAIN: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, "must be a domain like example.com").optional(),
  DKIM_SELECTOR: selector.optional(),
  DKIM_KEY_FILE: z.string().min(1).optional(),
  DKIM_SELECTOR_ED25519: selector.optional(),
  DKIM_KEY_FILE_ED25519: z.string().min(1).optional(),
  SENDGRID_API_KEY: z.string().min(1).optional(),
  /** Public key of the signed event webhook, as SendGrid shows it (base64). */
  SENDGRID_WEBHOOK_KEY: z.string().refine(isPublicKey, "must be the public key that SendGrid shows, in base64").optional(),
  /** How many recipients of a mailing go in one request to SendGrid: what can be in doubt at once, should it break. */
  SENDGRID_BATCH: z.coerce.number().int().min(1).max(1000).default(1000),
  /** Where SendGrid's API answers; another address only for tests. */
  SENDGRID_URL: url.default("https://api.sendgrid.com"),
  /** How many proxies stand in front and set X-Forwarded-For. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  /** How many requests a minute each token of the API may make. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  /** Networks besides the Internet that webhooks may be sent to, with commas between; there also without TLS. */
  WEBHOOK_NETWORKS: z
    .string()
    .default("")
    .transform((text) => text.split(",").map((one) => one.trim()).filter(Boolean))
    .refine((networks) => networks.every(isNetwork), "must be networks like 10.1.0.0/16, with commas between"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  /** The demo company: seeded on an empty database unless `--empty`. */
  RAPPORT_DEMO: flag.optional(),
});

/** One relay or several, with blanks between. */
function isMailUrl(text: string): boolean {
  if (text.startsWith("outbox:")) return true;
  return text.trim().split(/\s+/).every(isRelayUrl);
}

function isRelayUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return /^smtps?:$/.test(protocol) && hostname !== "";
  } catch {
    return false;
  }
}

function isImapUrl(text: string): boolean {
  try {
    const { hostname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return hostname !== "" && username !== "" && password !== "";
  } catch {
    return false;
  }
}

/** Whether mail can leave with this as its sender: with any other every mail would be refused, one by one. */
function isMailbox(text: string): boolean {
  return isEmail(/^[^<>\r\n]*<([^<>]*)>\s*$/.exec(text)?.[1] ?? text);
}

function isPublicKey(text: string): boolean {
  try {
    return createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" }).asymmetricKeyType === "ec";
  } catch {
    return false;
  }
}

export type Env = Omit<z.infer<typeof settings>, "SECRET_KEY" | "APP_URL" | "LINK_URL"> & {
  /** The keys that mails are signed with; none when the relay signs. */
  DKIM: DkimKey[];
  SECRET_KEY: string;
  APP_URL: string;
  LINK_URL: string;
  /** The folder of everything that is kept in files: database, key, outbox. */
  DATA_DIR: string;
};

/** What a program that we start is given: our own environment, and what it is told beside it. */
export function environmentFor(told: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...told };
}

export class SettingError extends Error {
  override name = "SettingError";
}

/** Which dialect this process speaks; fixed for its life, because the schema's tables are built from it. */
export function databaseDialect(): "sqlite" | "postgres" {
  return process.env.DATABASE_URL ? "postgres" : "sqlite";
}

/** The process that started this one and whose end is ours too (set by scripts/start.mjs). */
export function parentToWatch(): number | null {
  return Number(process.env.RAPPORT_PARENT) || null;
}

/**
 * Reads and checks the settings.
 * @throws SettingError naming every setting that cannot be used
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new SettingError(`These settings cannot be used:\n${lines.join("\n")}`);
  }
  const env = parsed.data;
  const dataDir = resolve(dirname(env.DATABASE_FILE));
  const appUrl = env.APP_URL ?? `http://${env.HOST === "0.0.0.0" ? "localhost" : env.HOST}:${env.PORT}`;
  return {
    ...env,
    APP_URL: appUrl,
    LINK_URL: env.LINK_URL ?? appUrl,
    DATA_DIR: dataDir,
    DKIM: dkimKeys(env),
    SECRET_KEY: env.SECRET_KEY ?? keptSecret(dataDir, env.DATABASE_URL !== undefined),
  };
}

function dkimKeys(env: z.infer<typeof settings>): DkimKey[] {
  const domain = (env.DKIM_DOMAIN ?? env.MAIL_FROM.replace(/^.*@|>\s*$/g, "")).toLowerCase();
  const given = [["rsa", "", env.DKIM_SELECTOR, env.DKIM_KEY_FILE], ["ed25519", "_ED25519", env.DKIM_SELECTOR_ED25519, env.DKIM_KEY_FILE_ED25519]] as const;
  return given.flatMap(([kind, ending, name, file]) => {
    const refuse = (setting: string, why: string) => new SettingError(`These settings cannot be used:\n  ${setting}${ending}: ${why}`);
    if (!name && !file) return [];
    if (!name) throw refuse("DKIM_SELECTOR", `must be given together with DKIM_KEY_FILE${ending}`);
    if (!file) throw refuse("DKIM_KEY_FILE", `must be given together with DKIM_SELECTOR${ending}`);
    let pem: string;
    try {
      pem = readFileSync(file, "utf8");
    } catch (error) {
      throw refuse("DKIM_KEY_FILE", `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    const fault = keyFault(pem, kind);
    if (fault) throw refuse("DKIM_KEY_FILE", `${file} ${fault}`);
    return [{ domain, selector: name, pem }];
  });
}

/** The secret is made once and kept beside the SQLite file; several machines on PostgreSQL must be given one. */
function keptSecret(dataDir: string, shared: boolean): string {
  if (shared)
    throw new SettingError("These settings cannot be used:\n  SECRET_KEY: must be given together with DATABASE_URL");
  const file = join(dataDir, "secret.key");
  if (!existsSync(file))
    try {
      makeSecret(dataDir, file);
    } catch (error) {
      throw new SettingError(`These settings cannot be used:\n  SECRET_KEY: is not given, and cannot be kept in ${dataDir} (${(error as NodeJS.ErrnoException).code})`);
    }
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < 32) throw new SettingError(`These settings cannot be used:\n  SECRET_KEY: ${file} is damaged`);
  chmodSync(file, 0o600);
  return secret;
}

/** Written aside and then named: nobody ever reads half a key, and of two processes one names it. */
function makeSecret(dataDir: string, file: string): void {
  mkdirSync(dataDir, { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, randomBytes(32).toString("base64url"), { mode: 0o600, flush: true });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
