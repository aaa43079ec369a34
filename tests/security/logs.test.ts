/**
 * Canaries in everything that people type or carry: none may be found in what the server and the worker write, at the
 * most talkative level, also when something goes wrong: when the database refuses a row, a file cannot be read, the mail
 * server answers with the address and the words it was given.
 *
 * Mutants: log-… in tests/mutants.mjs.
 */
import { spawn, type ChildProcess } from "node:child_process";

import { v7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { freshSqliteFile } from "../support/database";
import { aCustomer, anOrder, at } from "../support/factories";
import { cookiesAfter } from "../support/sign-in";
import { smtpSink, type SmtpSink } from "../support/smtp-sink";

const CANARY = "canary7f3a";
const secret = (what: string) => `${CANARY}-${what}`;
const KEY = secret("secret-key-of-32-characters-at-least");
const PASSWORD = secret("password");
const EMAIL = `${secret("mailbox")}@example.com`;

const children: ChildProcess[] = [];
let output = "";
let db: Database;
let url = "";
let line = "";
let sink: SmtpSink;

beforeAll(async () => {
  const file = freshSqliteFile();
  db = openSqlite(file);
  provideMailIdentity(KEY, "Shop <shop@example.com>");
  const passwordHash = await hashPassword(PASSWORD);
  await db.write(async (tx) => {
    const { partyId } = await aCustomer(tx, at(Date.now()), { email: EMAIL, givenName: secret("given"), familyName: secret("family"), phone: "+48 601 234 567" });
    await createCustomerLogin(tx, at(Date.now()), { partyId, email: EMAIL, passwordHash });
    await anOrder(tx, at(Date.now()), partyId);
    await createStaffUser(tx, at(Date.now()), { email: `${secret("staff")}@example.com`, name: secret("colleague"), role: "administrator", locale: "en", passwordHash });
  });
  line = (await db.read.raw<{ public_id: string }>("SELECT public_id FROM order_lines"))[0]?.public_id ?? "";
  sink = await smtpSink();
  let heard = 0;
  sink.fault = ({ stage, to }) => {
    if (stage === "connect" && heard++ === 0) return { reply: `421 <${EMAIL}> not now` };
    return stage === "rcpt" && to.includes("other") ? { reply: `550 5.1.1 <${to}> ${secret("unknown")}: no such user` } : undefined;
  };
  const env = { ...process.env, NODE_ENV: "production" as const, PORT: "0", DATABASE_FILE: file, SECRET_KEY: KEY, LOG_LEVEL: "trace", MAIL_URL: sink.url, SENDGRID_API_KEY: "", APP_URL: "http://crm.example.com" };
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
  await sink?.close();
  await db?.close();
});

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain; the log says:\n${output.slice(-2000)}`);
}

function send(path: string, form?: Record<string, string> | FormData, headers: Record<string, string> = {}) {
  return fetch(new URL(path, url), {
    method: form ? "POST" : "GET",
    redirect: "manual",
    headers: { ...(form && { Origin: "http://crm.example.com" }), ...headers },
    ...(form && { body: form instanceof FormData ? form : new URLSearchParams(form) }),
  });
}

/** A form with one file, whose name and contents are canaries too. */
function withFile(fields: Record<string, string>, field: string, contents: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set(field, new Blob([contents]), `${secret("file")}.csv`);
  return form;
}

/** Runs `during` while the database refuses every row of a table. */
async function whileBroken(table: string, during: () => Promise<unknown>): Promise<void> {
  await db.write((tx) => tx.raw(`CREATE TRIGGER broken BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'no room'); END`));
  await during();
  await db.write((tx) => tx.raw("DROP TRIGGER broken"));
}

const [KEY_OF_FORM, KEY_OF_ORDER, KEY_OF_NOTE, KEY_OF_REPLY] = Array.from({ length: 4 }, () => v7()) as [string, string, string, string];

test("no personal data and no secret is written to the log", async () => {
  // What goes well.
  const login = await send("/login", { email: EMAIL, password: PASSWORD });
  expect(login.headers.get("location")).toBe("/portal");
  const cookie = cookiesAfter(login);
  await send("/portal/account", { intent: "contact", givenName: secret("given2"), familyName: secret("family2"), phone: secret("phone"), locale: "en", line1: secret("street") }, { Cookie: cookie });
  await send("/portal/account", { intent: "email", email: `${secret("other")}@example.com` }, { Cookie: cookie });
  await send("/login/code", { intent: "request", email: EMAIL });
  await send("/forgot", { email: EMAIL });
  // Complaints, questions, photos, orders; what staff look for, write and import.
  const help = `/portal/help/new/${line}`;
  await send(`${help}/reason`, { intent: "next", reason: "damaged", quantity: "1" }, { Cookie: cookie });
  await send(`${help}/story`, { intent: "next", description: secret("complaint"), noticedOn: "" }, { Cookie: cookie });
  await send(`${help}/photos`, withFile({ intent: "next" }, "photos", secret("picture")), { Cookie: cookie });
  await send(`${help}/remedy`, { intent: "next", wantedRemedy: "refund" }, { Cookie: cookie });
  const keyOfCase = /name="submissionKey" value="([^"]+)"/.exec(await (await send(`${help}/check`, undefined, { Cookie: cookie })).text())?.[1] ?? "";
  const filed = await send(`${help}/check`, { intent: "file", submissionKey: keyOfCase }, { Cookie: cookie });
  const caseId = /help\/([0-9a-f-]{36})/.exec(filed.headers.get("location") ?? "")?.[1] ?? "";
  expect([filed.status, caseId]).toEqual([303, expect.stringMatching(/./)]);
  const sku = (await db.read.raw<{ sku: string }>("SELECT sku FROM order_lines"))[0]?.sku ?? "";
  const checkout = `/portal/orders/new?sku=${sku}`;
  const seen = /name="seen" value="([^"]+)"/.exec(await (await send(checkout, undefined, { Cookie: cookie })).text())?.[1] ?? "";
  const order = { seen, "q.0": "1", line1: secret("street2"), postcode: "30-001", city: secret("city"), country: "PL" };
  expect((await send(checkout, { ...order, submissionKey: KEY_OF_ORDER }, { Cookie: cookie })).status).toBe(303);
  const staffLogin = await send("/staff/login", { email: `${secret("staff")}@example.com`, password: PASSWORD });
  expect(staffLogin.headers.get("location")).toBe("/staff");
  const staff = cookiesAfter(staffLogin);
  await send(`/staff/search?q=${secret("search")}`, undefined, { Cookie: staff });
  await send(`/staff/customers?q=${secret("search2")}`, undefined, { Cookie: staff });
  expect((await send(`/staff/desk/${caseId}/note`, { message: secret("note"), submissionKey: KEY_OF_NOTE }, { Cookie: staff })).status).toBe(303);
  expect((await send(`/staff/desk/${caseId}/reply`, { message: secret("reply"), submissionKey: KEY_OF_REPLY }, { Cookie: staff })).status).toBe(303);
  const csv = `number,email,${secret("header")}\n1,${secret("row")}@example.com,${secret("cell")}\n`;
  expect((await send("/staff/imports/new", withFile({ type: "customers", preset: "" }, "file", csv), { Cookie: staff })).status).toBe(303);
  // What is refused, in every place that a request has for words.
  await send("/login", { email: EMAIL, password: secret("wrong") });
  await send(`/login?back=/${secret("query")}`, undefined, { Cookie: `rapport_customer=${secret("cookie")}; x=${secret("cookie2")}`, "User-Agent": secret("agent"), Referer: `http://crm.example.com/${secret("referer")}`, Authorization: `Bearer ${secret("bearer")}`, "X-Forwarded-For": secret("address") });
  await send(`/reset/${secret("reset-token-of-some-length")}`);
  await send(`/login/link/${secret("login-token-of-some-length")}`);
  await send(`/u/${secret("unsubscribe-token-of-some-length")}`);
  await send(`/d/${secret("share-token-of-some-length")}`);
  await send(`/c/${secret("click-token-of-some-length")}/1`);
  await send("/setup", { token: secret("setup"), name: secret("n"), email: EMAIL, password: secret("new-password"), companyName: secret("company"), postalAddress: secret("postal") });
  await fetch(new URL("/hooks/sendgrid", url), { method: "POST", headers: { "Content-Type": "application/json", "X-Twilio-Email-Event-Webhook-Signature": secret("signature") }, body: JSON.stringify([{ email: EMAIL, event: secret("event") }]) });
  // What breaks: a body that cannot be read, a database that refuses the row.
  await fetch(new URL("/login", url), { method: "POST", headers: { Origin: "http://crm.example.com", "Content-Type": `multipart/form-data; boundary=${secret("boundary")}` }, body: secret("body") });
  const broken: number[] = [];
  const breaks = async (answer: Promise<Response>) => void broken.push((await answer).status);
  await whileBroken("login_tokens", () => breaks(send("/forgot", { email: EMAIL })));
  await whileBroken("interactions", () => breaks(send("/portal/help/ask", { subject: secret("subject"), message: secret("complaint"), submissionKey: KEY_OF_FORM }, { Cookie: cookie })));
  await whileBroken("orders", () => breaks(send(checkout, { ...order, submissionKey: KEY_OF_FORM }, { Cookie: cookie })));
  await whileBroken("parties", () => breaks(send("/staff/customers/new", { kind: "person", givenName: secret("new-given"), familyName: secret("new-family"), email: `${secret("new")}@example.com`, locale: "en", country: "PL", isCustomer: "on" }, { Cookie: staff })));
  // A name that the parser of forms cannot take to pieces.
  const misnamed = new FormData();
  misnamed.set("email", new Blob([secret("blob")]), `${secret("quoted")}=${secret("pieces")}.csv`);
  for (const path of ["/login", "/forgot", "/setup"]) await send(path, misnamed);
  await send("/staff/customers/new", misnamed, { Cookie: staff });
  await whileBroken("import_runs", () => breaks(send("/staff/imports/new", withFile({ type: "customers", preset: "" }, "file", csv), { Cookie: staff })));
  expect(broken).toEqual([500, 500, 500, 500, 500]);
  await send("/reset/%0d%0aX-Canary:%20canary7f3a");
  await send(`/staff/segments/count`, { rules: `{"${secret("rules")}` }, { Cookie: staff });
  await send(`/events?as=staff&topic=${secret("topic")}`, undefined, { Cookie: staff });
  // What the mail server says quotes what it was given.
  await until(async () => {
    const rows = await db.read.select({ state: deliveries.state }).from(deliveries);
    return rows.length >= 6 && rows.every((row) => row.state === "accepted" || row.state === "failed");
  });
  const refusals = await db.read.raw("SELECT 1 FROM deliveries WHERE state = 'failed' AND words LIKE ?", [`%${CANARY}%`]);
  expect(refusals.length).toBeGreaterThan(0);

  const tokens = [...cookie.matchAll(/=([\w.-]{20,})/g)].map((match) => match[1] ?? "");
  const hits = output.split("\n").filter((line) => [CANARY, "+48601234567", "601 234 567", ...tokens].some((found) => line.includes(found)));
  expect(hits).toEqual([]);
  // The log is there, and says what it should.
  expect(output).toMatch(/"path":"\/reset\/…".*"status":303/);
  expect(output).toContain('"msg":"request failed"');
});
