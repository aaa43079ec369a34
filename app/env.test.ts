import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readEnv } from "./env.server";

const SECRET_KEY = "0123456789abcdef0123456789abcdef";

test.each([
  ["MAIL_FROM", "abc"],
  ["MAIL_FROM", "rapport@localhost"],
  ["MAIL_FROM", "Lipa <shop@example.com>, evil@example.com"],
  ["MAIL_URL", "smtp://"],
  ["MAIL_URL", "smtp://mail.example.com:99999"],
  ["MAIL_URL", "smtp://user:100%sure@mail.example.com"],
  ["MAIL_URL", "mail.example.com"],
  ["SENDGRID_WEBHOOK_KEY", "no key at all"],
  ["BOUNCE_ADDRESS", "bounces"],
  ["IMAP_URL", "imap.example.com"],
  ["IMAP_URL", "imaps://imap.example.com"],
  ["IMAP_URL", "imaps://user:100%sure@imap.example.com"],
  ["INBOUND_KEY", "too short"],
  ["BOUNCE_ADDRESS", "bounces+all@example.com"],
  ["BOUNCE_ADDRESS", "a.mailbox.with.a.long.name.for.bounces@example.com"],
  ["APP_URL", "https://crm.example.com/path"],
  ["PORT", "http"],
  ["TRUSTED_PROXIES", "-1"],
  ["LOG_LEVEL", "loud"],
  ["SECRET_KEY", "short"],
])("%s=%s refuses to start, by its name", (name, value) => {
  expect(() => readEnv({ SECRET_KEY, [name]: value })).toThrow(`\n  ${name}: `);
});

test.each([
  ["MAIL_FROM", "shop@example.com"],
  ["MAIL_FROM", '"Lipa, druk" <shop@example.com>'],
  ["MAIL_URL", "smtp://127.0.0.1:2525"],
  ["MAIL_URL", "smtp://[::1]:2525"],
  ["MAIL_URL", "smtps://user:p%40ss@mail.example.com?connections=10"],
  ["MAIL_URL", "outbox:"],
  ["BOUNCE_ADDRESS", "bounces@example.com"],
  ["IMAP_URL", "imaps://bounces%40example.com:p%40ss@imap.example.com:993/INBOX"],
  ["INBOUND_KEY", "0123456789abcdef01234567"],
  ["SENDGRID_WEBHOOK_KEY", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="],
] as const)("%s=%s is taken", (name, value) => {
  expect(readEnv({ SECRET_KEY, [name]: value })[name]).toBe(value);
});

test("the secret is made once, whole, and kept", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source = { DATABASE_FILE: join(folder, "rapport.db") };
  const made = readEnv(source).SECRET_KEY;
  expect(made.length).toBeGreaterThanOrEqual(43);
  expect(readEnv(source).SECRET_KEY).toBe(made);
  expect(readFileSync(join(folder, "secret.key"), "utf8")).toBe(made);
  expect(readdirSync(folder)).toEqual(["secret.key"]);
});
