import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  ["SECRET_KEY_OLD", `${SECRET_KEY},short`],
  ["DKIM_SELECTOR", "not a name"],
  ["DKIM_DOMAIN", "localhost"],
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

test("a key for DKIM is taken with its selector, for the domain of the sender", () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ed.pem");
  const pem = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  writeFileSync(file, pem);
  const given = { SECRET_KEY, MAIL_FROM: "Lipa <shop@Lipa.shop>", DKIM_SELECTOR_ED25519: "e1", DKIM_KEY_FILE_ED25519: file };
  expect(readEnv(given).DKIM).toEqual([{ domain: "lipa.shop", selector: "e1", pem }]);
  expect(() => readEnv({ SECRET_KEY, DKIM_SELECTOR: "s1", DKIM_KEY_FILE: file })).toThrow(`DKIM_KEY_FILE: ${file} is a key of the kind ed25519, not rsa`);
  expect(() => readEnv({ SECRET_KEY, DKIM_SELECTOR: "s1", DKIM_KEY_FILE: "package.json" })).toThrow("DKIM_KEY_FILE: package.json is no private key");
  expect(() => readEnv({ SECRET_KEY, DKIM_SELECTOR: "s1" })).toThrow("DKIM_KEY_FILE: must be given together with DKIM_SELECTOR");
  expect(() => readEnv({ SECRET_KEY, DKIM_KEY_FILE_ED25519: file })).toThrow("DKIM_SELECTOR_ED25519: must be given together");
  expect(() => readEnv({ SECRET_KEY, DKIM_SELECTOR: "s1", DKIM_KEY_FILE: join(folder, "none") })).toThrow("cannot be read (ENOENT)");
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
