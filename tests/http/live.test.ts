/** Server-sent events: who is told what, how soon, and that nothing is missed in between. */
import { afterAll, beforeAll, expect, it } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { noteChange } from "../../app/domain/journal/journal.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
let anna: { partyId: number; cookie: string };
let other: number;
let support: string;

beforeAll(async () => {
  app = await testApp();
  const by = at(Date.now());
  const passwordHash = await hashPassword("desk password for tests");
  const made = await app.db.write(async (tx) => {
    await createStaffUser(tx, by, { email: "support@live.example.com", name: "S", role: "support", locale: "en", passwordHash });
    return [await aCustomer(tx, by), await aCustomer(tx, by)] as const;
  });
  anna = { partyId: made[0].partyId, cookie: await signIn(app, made[0].email) };
  other = made[1].partyId;
  support = await signIn(app, "support@live.example.com");
});
afterAll(() => app.close());

/** Opens a stream and reads until `enough` says so, or the time is over. */
async function follow(path: string, cookie: string, during: () => Promise<void>, enough: (text: string) => boolean, headers: Record<string, string> = {}, of = app) {
  const stop = new AbortController();
  const response = await of.request(path, { cookie, headers, signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const timer = setTimeout(() => stop.abort(), 3_000);
  const started = Date.now();
  await during();
  try {
    while (!enough(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
  } catch {
    // Aborted: what has come so far is the answer.
    text += "";
  }
  clearTimeout(timer);
  stop.abort();
  return { text, ms: Date.now() - started, type: response.headers.get("Content-Type") };
}

const note = (...topics: string[]) => app.db.write((tx) => noteChange(tx, at(Date.now()), ...topics));
const nothing = async () => undefined;

it("tells staff of a change by another process within two seconds, and names only what was asked for", async () => {
  const told = await follow("/events?as=staff&topic=desk", support, () => note("desk", "case:5"), (text) => text.includes("event: change"));
  expect(told.type).toContain("text/event-stream");
  expect(told.text).toContain("data: desk\n");
  expect(told.text).not.toContain("case:5");
  expect(told.ms).toBeLessThan(2_000);
});

it("tells a customer of their own changes, never of another's", async () => {
  const told = await follow("/events?topic=me&topic=desk", anna.cookie, () => note(`party:${other}`, `party:${anna.partyId}`), (text) => text.includes("event: change"));
  expect(told.text).toContain(`data: party:${anna.partyId}\n`);
  expect(told.text).not.toContain(`party:${other}`);
});

it("tells a page that comes back what it has missed", async () => {
  await note("desk");
  const [{ id }] = (await app.db.read.raw<{ id: number }>("SELECT max(id) AS id FROM change_log")) as [{ id: number }];
  await note("case:77");
  const told = await follow("/events?as=staff&topic=case:77", support, nothing, (text) => text.includes("event: change"), { "Last-Event-ID": String(id) });
  expect(told.text).toContain("data: case:77\n");
});

it("turns away who may follow nothing", async () => {
  expect((await app.request("/events?topic=me")).status).toBe(204);
  expect((await app.request("/events?as=staff&topic=desk", { cookie: anna.cookie })).status).toBe(204);
  expect((await app.request("/events?topic=desk", { cookie: anna.cookie })).status).toBe(403);
});

/** Mutant: a server that waits for its streams is killed after ten seconds, in the middle of whatever it does. */
it("ends with the server, at once", async () => {
  const own = await testApp();
  const by = at(Date.now());
  const made = await own.db.write((tx) => aCustomer(tx, by));
  const cookie = await signIn(own, made.email);
  const started = Date.now();
  const told = await follow("/events?topic=me", cookie, () => own.close(), () => false, {}, own);
  expect(told.text).toContain("retry: 2000");
  expect(Date.now() - started).toBeLessThan(2_500);
});
