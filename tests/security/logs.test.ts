/**
 * Canaries in everything that people type or carry: none may be found in what the server and the worker write, at the
 * most talkative level, also when something goes wrong.
 *
 * Mutants: logging `request.url`, `request.headers` or `error.message` as they are in server.ts or context.server.ts.
 */
import { spawn, type ChildProcess } from "node:child_process";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { freshSqliteFile } from "../support/database";
import { aCustomer, at } from "../support/factories";
import { cookiesAfter } from "../support/sign-in";

const CANARY = "canary7f3a";
const secret = (what: string) => `${CANARY}-${what}`;
const KEY = secret("secret-key-of-32-characters-at-least");
const PASSWORD = secret("password");
const EMAIL = `${secret("mailbox")}@example.com`;

const children: ChildProcess[] = [];
let output = "";
let db: Database;
let url = "";

beforeAll(async () => {
  const file = freshSqliteFile();
  db = openSqlite(file);
  const passwordHash = await hashPassword(PASSWORD);
  await db.write(async (tx) => {
    const { partyId } = await aCustomer(tx, at(Date.now()), { email: EMAIL, givenName: secret("given"), familyName: secret("family"), phone: "+48 601 234 567" });
    await createCustomerLogin(tx, at(Date.now()), { partyId, email: EMAIL, passwordHash });
    await createStaffUser(tx, at(Date.now()), { email: `${secret("staff")}@example.com`, name: secret("colleague"), role: "administrator", locale: "en", passwordHash });
  });
  const env = { ...process.env, NODE_ENV: "production" as const, PORT: "0", DATABASE_FILE: file, SECRET_KEY: KEY, LOG_LEVEL: "trace", MAIL_URL: "", SENDGRID_API_KEY: "", APP_URL: "http://crm.example.com" };
  for (const name of ["server", "worker"]) {
    const child = spawn(process.execPath, [`build/server/${name}.js`], { env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (data: Buffer) => (output += data));
    child.stderr.on("data", (data: Buffer) => (output += data));
    children.push(child);
  }
  await until(() => {
    url = /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? "";
    return url !== "";
  });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGTERM");
  await db?.close();
});

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain; the log says:\n${output.slice(-2000)}`);
}

function send(path: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(new URL(path, url), {
    method: form ? "POST" : "GET",
    redirect: "manual",
    headers: { ...(form && { Origin: "http://crm.example.com" }), ...headers },
    ...(form && { body: new URLSearchParams(form) }),
  });
}

test("no personal data and no secret is written to the log", async () => {
  // What goes well.
  const login = await send("/login", { email: EMAIL, password: PASSWORD });
  expect(login.headers.get("location")).toBe("/portal");
  const cookie = cookiesAfter(login);
  await send("/portal/account", { intent: "contact", givenName: secret("given2"), familyName: secret("family2"), phone: secret("phone"), locale: "en", line1: secret("street") }, { Cookie: cookie });
  await send("/portal/account", { intent: "email", email: `${secret("other")}@example.com` }, { Cookie: cookie });
  await send("/login/code", { intent: "request", email: EMAIL });
  await send("/forgot", { email: EMAIL });
  // What is refused, in every place that a request has for words.
  await send("/login", { email: EMAIL, password: secret("wrong") });
  await send(`/login?back=/${secret("query")}`, undefined, { Cookie: `rapport_customer=${secret("cookie")}; x=${secret("cookie2")}`, "User-Agent": secret("agent"), Referer: `http://crm.example.com/${secret("referer")}`, Authorization: `Bearer ${secret("bearer")}`, "X-Forwarded-For": secret("address") });
  await send(`/reset/${secret("reset-token-of-some-length")}`);
  await send(`/login/link/${secret("login-token-of-some-length")}`);
  await send(`/u/${secret("unsubscribe-token-of-some-length")}`);
  await send(`/d/${secret("share-token-of-some-length")}`);
  await send(`/c/${secret("click-token-of-some-length")}/1`);
  await send("/setup", { token: secret("setup"), name: secret("n"), email: EMAIL, password: secret("new-password"), companyName: secret("company") });
  await fetch(new URL("/hooks/sendgrid", url), { method: "POST", headers: { "Content-Type": "application/json", "X-Twilio-Email-Event-Webhook-Signature": secret("signature") }, body: JSON.stringify([{ email: EMAIL, event: secret("event") }]) });
  // What breaks: a body that cannot be read, a database that refuses the row.
  await fetch(new URL("/login", url), { method: "POST", headers: { Origin: "http://crm.example.com", "Content-Type": `multipart/form-data; boundary=${secret("boundary")}` }, body: secret("body") });
  await db.write((tx) => tx.raw("CREATE TRIGGER broken BEFORE INSERT ON login_tokens BEGIN SELECT RAISE(ABORT, 'no room'); END"));
  expect((await send("/forgot", { email: EMAIL })).status).toBe(500);
  await db.write((tx) => tx.raw("DROP TRIGGER broken"));
  // What the worker does with the mails.
  await until(async () => {
    const rows = await db.read.select({ state: deliveries.state }).from(deliveries);
    return rows.length >= 3 && rows.every((row) => row.state === "accepted");
  });

  const tokens = [...cookie.matchAll(/=([\w.-]{20,})/g)].map((match) => match[1] ?? "");
  const hits = output.split("\n").filter((line) => [CANARY, "+48601234567", "601 234 567", ...tokens].some((found) => line.includes(found)));
  expect(hits).toEqual([]);
  // The log is there, and says what it should.
  expect(output).toMatch(/"path":"\/reset\/…".*"status":303/);
  expect(output).toContain('"msg":"request failed"');
});
