/** Mails on timelines as staff meet them: dropped on a page, read, given away as files, taken off; and from the shell. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { testApp, type TestApp } from "../support/app";
import { hasDovecot, startDovecot, type Dovecot } from "../support/dovecot";
import { aCustomer, at } from "../support/factories";
import { aLetter } from "../support/returned-mail";
import { shellHere } from "../support/shell-here";
import { signIn } from "../support/sign-in";

let app: TestApp;
let eva = "";
let jan = "";
let ana: { publicId: string };

beforeAll(async () => {
  app = await testApp({ BOUNCE_ADDRESS: "bounces@shop.example.com", WEBHOOK_NETWORKS: "127.0.0.0/8" });
  const by = at(Date.now());
  ana = await app.db.write((tx) => aCustomer(tx, by, { email: "ana@example.org" }));
  for (const [email, role] of [["eva@example.com", "marketer"], ["jan@example.com", "support"]] as const)
    await app.db.write((tx) => createStaffUser(tx, by, { email, name: email, role, locale: "en" }));
  eva = await signIn(app, "eva@example.com");
  jan = await signIn(app, "jan@example.com");
});
afterAll(() => app?.close());

const page = async (path: string, cookie = eva) => (await app.request(path, { cookie })).text();
const drop = (files: [name: string, bytes: Buffer | string][], cookie = eva) => {
  const body = new FormData();
  for (const [name, bytes] of files) body.append("mails", new Blob([bytes as BlobPart]), name);
  return app.request(`/staff/customers/${ana.publicId}/mails`, { method: "POST", body, cookie });
};
const html = '<p>So <b>blue</b></p><img src="https://evil.example/p.gif"><script>bad()</script>';
const letter = aLetter({ from: "Ana <ana@example.org>", to: "eva@example.com", subject: "Blue?", text: "In blue?\r\n\r\nOn Mon, 1 Jun 2026 at 10:00, Eva <eva@example.com> wrote:\r\n> Which?", files: [{ name: "a;b\"ń.html", type: "text/html", bytes: Buffer.from("<script>bad()</script>") }] });
const inHtml = Buffer.from(aLetter({ from: "ana@example.org", to: "eva@example.com", subject: "In HTML", text: html }).toString().replace("text/plain", "text/html"));
let mail = "";

describe("a mail dropped on a customer's page", () => {
  test("stands on the timeline, its words folded, its file to be saved", async () => {
    const answer = await drop([["one.eml", letter], ["same.eml", letter], ["two.eml", inHtml]]);
    expect(answer.status).toBe(303);
    const timeline = await page(`/staff/customers/${ana.publicId}`);
    expect(timeline).toContain("Their mail: Blue?");
    expect(timeline.match(/Their mail: Blue\?<\/a>/g)!.length).toBeLessThanOrEqual(2);
    mail = /\/staff\/mails\/([0-9a-f-]{36})"[^>]*>Their mail: Blue/.exec(timeline)![1]!;
    const shown = await page(`/staff/mails/${mail}`);
    expect(shown).toContain("With what it quotes");
    const file = /\/staff\/mails\/[0-9a-f-]{36}\/files\/[0-9a-f-]{36}/.exec(shown)![0];
    const got = await app.request(file, { cookie: eva });
    expect(got.headers.get("content-type")).toBe("application/octet-stream");
    expect(got.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''a%3Bb/);
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
    expect(got.headers.get("content-security-policy")).toContain("sandbox");
    expect((await app.request(file.replace(mail, ana.publicId), { cookie: eva })).status).toBe(404);
  });

  test("as it was written: nothing runs in it, and nothing is fetched", async () => {
    const id = /\/staff\/mails\/([0-9a-f-]{36})"[^>]*>Their mail: In HTML/.exec(await page(`/staff/customers/${ana.publicId}`))![1]!;
    const got = await app.request(`/staff/mails/${id}/as-sent`, { cookie: eva });
    expect(await got.text()).toMatch(/<p>So <b>blue<\/b><\/p>\s*$/);
    const policy = got.headers.get("content-security-policy")!;
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/img-src data:;/);
    expect(policy).toMatch(/sandbox allow-popups/);
  });

  test("what is no mail is said by name at the field, beside what was taken", async () => {
    const answer = await drop([["notes.eml", "Dear diary"], ["old.msg", Buffer.from("d0cf11e0a1b11ae100", "hex")], ["none.eml", ""], ["one.eml", letter]]);
    expect(answer.status).toBe(400);
    const text = await answer.text();
    for (const words of ["These are not all mails", "Not a mail", "save it as .eml", "Empty file", "Was there already"]) expect(text).toContain(words);
    expect((await drop([])).status).toBe(400);
    expect(await (await drop(Array.from({ length: 21 }, (_, n) => [`${n}.eml`, letter]))).text()).toContain("too many files");
  });

  test("that is not with this customer asks first, and stands nowhere before the answer", async () => {
    const answer = await drop([["other.eml", aLetter({ from: "eva@example.com", to: "stranger@example.net", subject: "Elsewhere" })]]);
    expect(answer.status).toBe(303);
    const to = answer.headers.get("location")!;
    expect(to).toMatch(new RegExp(`^/staff/mails/[0-9a-f-]{36}\\?customer=${ana.publicId}$`));
    expect(await page(`/staff/customers/${ana.publicId}`)).not.toContain("Elsewhere");
    expect(await page(to)).toContain("stranger@example.net also belongs to");
    // Of what waits, a marketer reads her own; support looks after all of it.
    expect((await app.request(to, { cookie: jan })).status).toBe(200);
    expect((await app.request(to.replace(/\?.*/, ""), { form: { customer: ana.publicId }, cookie: eva })).status).toBe(303);
    expect(await page(`/staff/customers/${ana.publicId}`)).toContain("Our mail: Elsewhere");
  });

  test("goes on one more customer's timeline, and off it again; whose address stands in it stays", async () => {
    const bob = await app.db.write((tx) => aCustomer(tx, at(Date.now()), { email: "bob@example.org", familyName: "Beside" }));
    expect(await page(`/staff/mails/${mail}`)).toContain('href="/staff/mails/' + mail + '?q="');
    expect((await app.request(`/staff/mails/${mail}`, { form: { customer: bob.publicId }, cookie: jan })).status).toBe(303);
    expect(await page(`/staff/customers/${bob.publicId}`)).toContain("Blue?");
    const shown = await page(`/staff/mails/${mail}`);
    expect(shown.match(/>Take off</g)).toHaveLength(1);
    const takeOff = (customer: string) => app.request(`/staff/mails/${mail}`, { form: { intent: "take-off", customer }, cookie: jan });
    expect((await takeOff(ana.publicId)).status).toBe(409);
    expect((await takeOff(bob.publicId)).status).toBe(303);
    expect((await takeOff(bob.publicId)).status).toBe(404);
    expect(await page(`/staff/customers/${bob.publicId}`)).not.toContain("Blue?");
    expect(await page(`/staff/customers/${ana.publicId}`)).toContain("Blue?");
  });

  test("is taken off by whom it is, and by nobody else", async () => {
    const remove = (cookie: string) => app.request(`/staff/mails/${mail}`, { form: { intent: "remove" }, cookie });
    expect(await page(`/staff/mails/${mail}`, jan)).not.toContain("Take it off the record");
    expect((await remove(jan)).status).toBe(403);
    expect((await remove(eva)).status).toBe(303);
    expect((await app.request(`/staff/mails/${mail}`, { cookie: eva })).status).toBe(404);
    expect(await (await drop([["one.eml", letter]])).text()).toContain("Was taken off the record before");
  });
});

test("a staff member's address for Bcc is made on the account page, and made anew", async () => {
  const address = async () => /bounces\+log-[a-z2-7]{16}@shop\.example\.com/.exec(await page("/staff/account"))?.[0];
  expect(await address()).toBeUndefined();
  expect((await app.request("/staff/account", { form: { intent: "log-address" }, cookie: eva })).status).toBe(303);
  const first = await address();
  expect(first).toBeDefined();
  await app.request("/staff/account", { form: { intent: "log-address" }, cookie: eva });
  expect(await address()).not.toBe(first);
});

describe.runIf(hasDovecot())("one's own mailbox", () => {
  const form = (dovecot: Dovecot, given: Record<string, string> = {}) => ({ intent: "mailbox", username: "eva@office.example.com", password: dovecot.password, host: "127.0.0.1", port: String(dovecot.port), security: "starttls", days: "30", ...given });

  test("is tried before it is kept, its password never comes back, and it is let go of", async () => {
    const dovecot = await startDovecot();
    const post = (fields: Record<string, string>) => app.request("/staff/account", { form: fields, cookie: eva });
    const wrong = await post(form(dovecot, { password: "canary-password" }));
    expect(wrong.status).toBe(400);
    const refused = await wrong.text();
    expect(refused).toContain("The server refuses this user or password");
    expect(refused).toContain("eva@office.example.com");
    expect(refused).not.toContain("canary-password");
    expect(await (await post(form(dovecot, { host: "10.0.0.1" }))).text()).toContain("not the Internet");
    expect((await post(form(dovecot, { username: "eva\r\nA1 LOGOUT" }))).status).toBe(400);
    expect(await app.db.read.raw("SELECT * FROM staff_mailboxes")).toEqual([]);
    expect((await post(form(dovecot))).status).toBe(303);
    const shown = await page("/staff/account");
    expect(shown).toContain("INBOX, Sent");
    expect(shown).not.toContain(dovecot.password);
    expect(JSON.stringify(await app.db.read.raw("SELECT * FROM staff_mailboxes"))).not.toContain(dovecot.password);
    expect((await post({ intent: "mailbox-disconnect" })).status).toBe(303);
    expect(await app.db.read.raw("SELECT * FROM staff_mailboxes")).toEqual([]);
    await dovecot.stop();
  });
});

test("rapport mail log puts files on timelines, by their addresses or as told", async () => {
  const folder = inject("scratch").folder;
  const write = (name: string, bytes: Buffer | string) => (writeFileSync(join(folder, name), bytes), join(folder, name));
  const known = write("known.eml", aLetter({ from: "eva@example.com", to: "ana@example.org", subject: "By shell" }));
  const unknown = write("unknown.eml", aLetter({ from: "who@example.net", to: "eva@example.com", subject: "Who" }));
  const { DATABASE_FILE, SECRET_KEY, MAIL_FROM } = app.env;
  const run = async (...args: string[]) => {
    const { code, stdout } = await shellHere({ DATABASE_FILE, SECRET_KEY, MAIL_FROM }, "mail", "log", ...args);
    return { out: stdout, code };
  };
  const first = await run(known, unknown, "--json");
  expect(JSON.parse(first.out)).toMatchObject([{ outcome: "kept", customers: [{ id: ana.publicId, direction: "out" }] }, { outcome: "nobody", mail: null, customers: [] }]);
  expect(first.code).toBe(1);
  expect(await run(unknown, "--party", ana.publicId)).toEqual({ out: `${unknown}: kept (1 customer)\n`, code: 0 });
});
