/**
 * The API from outside: tokens, problems, pages, versions, limits and keys. What is said of each resource: api-resources.test.ts.
 *
 * Mutants: api-… in tests/mutants.mjs.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";

import { auditLog } from "../../app/domain/journal/schema";
import { events } from "../../app/domain/customers/schema";
import { apiAnswers, apiTokens } from "../../app/domain/integrations/schema";
import { createToken, revokeToken } from "../../app/domain/integrations/tokens.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { aClient, type Client } from "../support/api";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { fingerprint } from "../support/fingerprint";
import { signIn } from "../support/sign-in";

const NOBODY = "0190a0a0-0000-7000-8000-000000000000";
let app: TestApp;
let client: Client;

beforeAll(async () => {
  app = await testApp({ API_REQUESTS_PER_MINUTE: "100000" });
  client = await aClient(app);
});
afterAll(() => app?.close());

const ana = (email: string) => ({ kind: "person", given_name: "Ana", family_name: "Anić", email });
const count = async () => Number((await app.db.read.raw<{ n: number }>("SELECT count(*) AS n FROM parties"))[0]!.n);

test("the document is OpenAPI 3.1, and needs no token", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(client.document) as never);
  expect(result.errors ?? []).toEqual([]);
  expect([result.valid, validator.version]).toEqual([true, "3.1"]);
});

test("who shows no token that is in use gets nothing", async () => {
  const one = await app.db.write((tx) => createToken(tx, at(Date.now()), { name: "gone", scopes: ["parties:read"], expiresAt: null }));
  const late = await app.db.write((tx) => createToken(tx, at(Date.now()), { name: "late", scopes: ["parties:read"], expiresAt: Date.now() - 1 }));
  const bearer = (token: string) => client.ask("GET", "/parties", undefined, { Authorization: `Bearer ${token}` });
  expect((await bearer(one.token)).status).toBe(200);
  await app.db.write((tx) => revokeToken(tx, at(Date.now()), one.publicId));
  for (const token of [one.token, late.token, `${client.token}x`, "rapport_", "x"]) {
    const { status, headers, body } = await bearer(token);
    expect([token, status, body.code, headers.get("www-authenticate")]).toEqual([token, 401, "unauthorized", 'Bearer realm="Rapport"']);
  }
  expect((await client.ask("GET", "/parties", undefined, { Authorization: `Basic ${client.token}` })).status).toBe(401);
  expect((await client.ask("GET", `/parties?access_token=${client.token}`, undefined, { Authorization: "" })).status).toBe(401);
});

test("a cookie is nothing to the API, and a token nothing to the pages", async () => {
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "admin@example.com", name: "Admin", role: "administrator", locale: "en" }));
  const cookie = await signIn(app, "admin@example.com");
  expect((await app.request("/api/v1/parties", { cookie })).status).toBe(401);
  expect((await app.request("/api/v1/parties", { cookie, method: "POST", body: JSON.stringify(ana("c@example.com")), headers: { "Content-Type": "application/json" } })).status).toBe(401);
  for (const path of ["/staff", "/staff/settings/api", "/staff/customers.data", "/portal"]) {
    const { status, headers } = await app.request(path, { headers: { Authorization: `Bearer ${client.token}` } });
    expect([path, status, /login/.test(headers.get("location") ?? "") || status === 202]).toEqual([path, status, true]);
  }
});

test("a token does what its scopes say, and changes nothing beyond", async () => {
  const reader = await aClient(app, ["parties:read"]);
  await reader.ask("GET", "/parties?limit=1");
  const before = await fingerprint(app);
  expect((await reader.ask("POST", "/parties", ana("s@example.com"))).body.code).toBe("forbidden");
  expect((await reader.ask("PATCH", `/parties/${NOBODY}`, {})).status).toBe(403);
  expect(await fingerprint(app)).toBe(before);
  expect((await reader.ask("GET", "/parties")).status).toBe(200);
});

test("only the hash of a token is kept, and what it did is written down under its name", async () => {
  const { body } = await client.ask("POST", "/parties", ana("audit@example.com"));
  const dump = JSON.stringify(await app.db.read.select().from(apiTokens));
  expect(dump).not.toContain(client.token);
  expect(client.token).toMatch(/^rapport_[\w-]{43}$/);
  const audits = await app.db.read.select().from(auditLog);
  expect(audits.filter((row) => row.command === "createParty").at(-1)).toMatchObject({ actorKind: "token", actorName: "test" });
  expect((await app.db.read.select().from(events)).at(-1)).toMatchObject({ kind: "party_created", actorKind: "token", data: { source: "api" } });
  expect(JSON.stringify(body)).not.toMatch(/"(party_?id|search|hash)|merged/i);
});

test("what cannot be read or is not wanted is said with its place, and nothing is written", async () => {
  const before = await count();
  const post = (body: unknown, headers?: Record<string, string>) => client.ask("POST", "/parties", body, headers);
  expect((await post("{")).body.code).toBe("bad_request");
  expect((await post("a=b", { "Content-Type": "application/x-www-form-urlencoded" })).status).toBe(415);
  expect((await post("{}", { "Content-Type": "application/json; charset=utf-16" })).status).toBe(415);
  expect((await post(JSON.stringify({ ...ana("b@example.com"), given_name: "x".repeat(1_100_000) }))).status).toBe(413);
  const pointers = async (body: unknown) => {
    const { status, body: answer } = await post(body);
    return [status, answer.errors?.map((one) => `${one.pointer} ${one.code}`)];
  };
  expect(await pointers({ ...ana("no address"), colour: "red" })).toEqual([422, ["/email custom", "/colour unknown_field"]]);
  expect(await pointers({ kind: "company" })).toEqual([422, ["/company_name custom"]]);
  expect(await pointers({ ...ana("z@example.com"), phone: "12" })).toEqual([422, ["/phone bad_phone"]]);
  expect(await pointers({ ...ana("z@example.com"), given_name: "a\0b" })).toEqual([422, ["/given_name bad_character"]]);
  expect(await pointers({ ...ana("z@example.com"), company_id: NOBODY })).toEqual([422, ["/company_id unknown"]]);
  expect(await pointers('{"kind":"person","given_name":"A","__proto__":{"is_supplier":true}}')).toEqual([422, ["/__proto__ unknown_field"]]);
  expect((await pointers({ ...ana("z@example.com"), postal_address: { line1: "A", city: "B", postcode: "1", country: "PL", x: 1 } }))[1]).toEqual(["/postal_address/x unknown_field"]);
  expect(await count()).toBe(before);
});

test("paths and methods that are not there are said so", async () => {
  expect((await client.ask("GET", "/nothing")).status).toBe(404);
  expect((await client.ask("GET", "/parties/1")).status).toBe(404);
  expect((await client.ask("GET", `/parties/${NOBODY}`)).status).toBe(404);
  expect((await client.ask("PATCH", `/parties/${NOBODY}`, {})).status).toBe(404);
  const { status, headers } = await client.ask("DELETE", `/parties/${NOBODY}`);
  expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD, PATCH"]);
  expect((await client.ask("GET", "/parties?limit=0")).body.errors[0]?.parameter).toBe("limit");
  expect((await client.ask("GET", "/parties?colour=red")).body.errors[0]).toMatchObject({ parameter: "colour", code: "unknown_field" });
  expect((await client.ask("GET", "/parties?limit=1&limit=2")).status).toBe(400);
  expect((await client.ask("GET", "/parties?number=%00")).status).toBe(400);
});

test("pages lead through all, once each, and a cursor fits its own list only", async () => {
  for (let i = 0; i < 5; i++) await client.ask("POST", "/parties", { kind: "company", company_name: `Page ${i}`, number: `PG-${i}` });
  const seen: string[] = [];
  let cursor = "";
  for (let page = 0; page < 10 && (page === 0 || cursor); page++) {
    const { body } = await client.ask("GET", `/parties?kind=company&limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.data.map((one) => one.name));
    cursor = body.next ?? "";
    if (page === 0) {
      expect((await client.ask("GET", `/parties?kind=person&cursor=${cursor}`)).body.code).toBe("bad_cursor");
      const tampered = `${cursor.slice(0, 5)}${cursor[5] === "A" ? "B" : "A"}${cursor.slice(6)}`;
      expect((await client.ask("GET", `/parties?kind=company&cursor=${tampered}`)).body.code).toBe("bad_cursor");
    }
  }
  expect(seen).toEqual(["Page 0", "Page 1", "Page 2", "Page 3", "Page 4"]);
});

test("what was changed since a time is found, and nothing older", async () => {
  const { body: old } = await client.ask("POST", "/parties", ana("since@example.com"));
  const later = Date.now() + 3_600_000;
  app.setNow(later);
  await client.ask("PATCH", `/parties/${old.id}`, { given_name: "Anna" });
  app.setNow(Date.now());
  const { body } = await client.ask("GET", `/parties?updated_since=${encodeURIComponent(new Date(later - 1000).toISOString())}`);
  expect(body.data.map((one) => one.id)).toEqual([old.id]);
});

test("a change over what somebody else has changed meanwhile is refused when If-Match is given", async () => {
  const { body, headers } = await client.ask("POST", "/parties", ana("etag@example.com"));
  const path = `/parties/${body.id}`;
  const tag = headers.get("etag") ?? "";
  expect((await client.ask("GET", path, undefined, { "If-None-Match": tag })).status).toBe(304);
  expect((await client.ask("PATCH", path, { given_name: "Eva" }, { "If-Match": tag })).status).toBe(200);
  expect((await client.ask("PATCH", path, { given_name: "Iva" }, { "If-Match": tag })).status).toBe(412);
  const { body: now } = await client.ask("GET", path);
  expect([now.given_name, now.family_name, now.email]).toEqual(["Eva", "Anić", "etag@example.com"]);
  expect((await client.ask("PATCH", path, { family_name: null, number: "E-1" })).body).toMatchObject({ family_name: null, number: "E-1" });
  expect((await client.ask("PATCH", path, { email: "audit@example.com" })).body).toMatchObject({ code: "conflict", errors: [{ pointer: "/email", code: "email_taken" }] });
});

test("the same key and body is done once and answered alike; another body is refused", async () => {
  const key = { "Idempotency-Key": "order-1" };
  const before = await count();
  const first = await client.ask("POST", "/parties", ana("twice@example.com"), key);
  const again = await client.ask("POST", "/parties", ana("twice@example.com"), key);
  expect([again.status, again.text, again.headers.get("location"), again.headers.get("idempotent-replayed")]).toEqual([201, first.text, first.headers.get("location"), "true"]);
  expect(first.headers.get("location")).toBe(`/api/v1/parties/${first.body.id}`);
  expect((await client.ask("POST", "/parties", ana("other@example.com"), key)).body.code).toBe("key_reused");
  expect(await count()).toBe(before + 1);
  expect(JSON.stringify(await app.db.read.select().from(apiAnswers))).not.toContain("twice@example.com");
  // a refusal is not kept: what stood in the way may be gone
  expect((await client.ask("POST", "/parties", ana("twice@example.com"), { "Idempotency-Key": "order-2" })).status).toBe(409);
  expect((await client.ask("POST", "/parties", ana("free@example.com"), { "Idempotency-Key": "order-2" })).status).toBe(201);
});

test("racing with one key, one is carried out; the others are told so or get its answer", async () => {
  const before = await count();
  const racing = await Promise.all(Array.from({ length: 8 }, () => client.ask("POST", "/parties", ana("race@example.com"), { "Idempotency-Key": "race" })));
  expect(racing.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  expect(racing.every(({ status, body }) => status === 201 || body.code === "in_flight")).toBe(true);
  expect(await count()).toBe(before + 1);
});

test("a token that asks too often is told when it may go on", async () => {
  const small = await testApp({ API_REQUESTS_PER_MINUTE: "25", DATABASE_FILE: app.env.DATABASE_FILE });
  const quick = await aClient(small);
  const answers = [];
  for (let i = 0; i < 27; i++) answers.push(await quick.ask("GET", "/parties?limit=1"));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(25).fill(200), 429, 429]);
  expect(answers[0]?.headers.get("ratelimit")).toMatch(/^"minute";r=24;t=\d+$/);
  expect(Number(answers[26]?.headers.get("retry-after"))).toBeGreaterThan(0);
  // counted in the database: another process knows it
  expect((await client.ask("GET", "/parties?limit=1", undefined, { Authorization: `Bearer ${quick.token}` })).status).toBe(200);
  await small.close();
});

test("the examples of README do what they say", async () => {
  const [, block = ""] = /^```sh\n(curl[^]*?)^```/m.exec(readFileSync("README.md", "utf8")) ?? [];
  const commands = block.replaceAll("\\\n", " ").split("\n").filter(Boolean);
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    const env = { ...process.env, URL: app.url, TOKEN: client.token };
    const code = await new Promise((done) => execFile("bash", ["-c", `${command} -s -o /dev/null -w '%{http_code}'`], { env }, (_, said) => done(said)));
    expect([command, code]).toEqual([command, command.includes("-d ") ? "201" : "200"]);
  }
});
