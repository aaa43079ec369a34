/** Complaints over HTTP: before scripts, between customers, and with files that lie. */
import { request as httpRequest } from "node:http";

import sharp from "sharp";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, anOrder, aStockProduct, at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
let anna: { partyId: number; email: string; cookie: string; line: string };
let stranger: { partyId: number; email: string; cookie: string };
let support: string;
let marketer: string;

beforeAll(async () => {
  app = await testApp();
  provideMailIdentity(app.env.SECRET_KEY, app.env.MAIL_FROM);
  const now = Date.now();
  const password = await hashPassword("desk password for tests");
  const made = await app.db.write(async (tx) => {
    const one = await aCustomer(tx, at(now), { locale: "en", givenName: "Anna" });
    const other = await aCustomer(tx, at(now), { locale: "en" });
    const { sku } = await aStockProduct(tx, at(now));
    await anOrder(tx, at(now), one.partyId, { lines: [{ sku, quantity: 2 }] });
    for (const role of ["support", "marketer"] as const)
      await createStaffUser(tx, at(now), { email: `${role}@desk.example.com`, name: `Staff ${role}`, role, locale: "en", passwordHash: password });
    return { one, other };
  });
  const [line] = await app.db.read.raw<{ public_id: string }>("SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ?", [made.one.partyId]);
  anna = { ...made.one, cookie: `${await signIn(app, made.one.email)}; lang=en`, line: line!.public_id };
  stranger = { ...made.other, cookie: `${await signIn(app, made.other.email)}; lang=en` };
  support = `${await signIn(app, "support@desk.example.com")}; lang=en`;
  marketer = `${await signIn(app, "marketer@desk.example.com")}; lang=en`;
});
afterAll(() => app.close());

const page = async (path: string, cookie: string) => {
  const response = await app.request(path, { cookie });
  return { status: response.status, text: await response.text() };
};
const post = (path: string, cookie: string, form: Record<string, string>) => app.request(path, { cookie, form });
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? "";
const png = (colour: string) => sharp({ create: { width: 12, height: 12, channels: 3, background: colour } }).png().toBuffer();

function multipart(fields: Record<string, string>, files: { field: string; name: string; bytes: Uint8Array }[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const file of files) form.append(file.field, new Blob([new Uint8Array(file.bytes)]), file.name);
  return form;
}

async function tables(): Promise<string> {
  const names = ["cases", "case_lines", "interactions", "attachments", "drafts", "events", "deliveries"];
  return JSON.stringify(await Promise.all(names.map((name) => app.db.read.raw(`SELECT * FROM ${name}`))));
}

/** Files a complaint as a browser without scripts does, page by page. @returns the case's public id */
async function fileAsBrowser(): Promise<string> {
  const at = (step: string) => `/portal/help/new/${anna.line}/${step}`;
  const expectNext = async (response: Response, step: string) => {
    expect([response.status, response.headers.get("Location")]).toEqual([303, at(step)]);
  };
  await expectNext(await post(at("reason"), anna.cookie, { intent: "next", reason: "damaged", quantity: "1" }), "story");
  await expectNext(await post(at("story"), anna.cookie, { intent: "next", description: "The handle came off.", noticedOn: "" }), "photos");
  const photo = multipart({ intent: "next" }, [{ field: "photos", name: "mug.png", bytes: await png("#2a6") }]);
  await expectNext(await app.request(at("photos"), { method: "POST", cookie: anna.cookie, body: photo }), "photos");
  await expectNext(await post(at("photos"), anna.cookie, { intent: "next" }), "remedy");
  await expectNext(await post(at("remedy"), anna.cookie, { intent: "next", wantedRemedy: "refund" }), "check");
  const check = await page(at("check"), anna.cookie);
  expect(check.text).toContain("The handle came off.");
  const submissionKey = hidden(check.text, "submissionKey");
  const filed = await post(at("check"), anna.cookie, { intent: "file", submissionKey });
  const to = filed.headers.get("Location")!;
  expect(to).toMatch(/^\/portal\/help\/[0-9a-f-]{36}\?filed=1$/);
  // The same form again: the same complaint.
  expect((await post(at("check"), anna.cookie, { intent: "file", submissionKey })).headers.get("Location")).toBe(to);
  return to.slice(13, 49);
}

describe("a complaint before scripts", () => {
  it("is filed page by page, with a photo, and confirmed with its number and date", async () => {
    const id = await fileAsBrowser();
    const shown = await page(`/portal/help/${id}?filed=1`, anna.cookie);
    expect(shown.status).toBe(200);
    expect(shown.text).toMatch(/We have your complaint C-\d+/);
    expect(shown.text).toContain("at the latest");
    const [photo] = /\/portal\/help\/photos\/[0-9a-f-]{36}/.exec(shown.text)!;
    const served = await app.request(photo, { cookie: anna.cookie });
    expect(served.headers.get("Content-Type")).toBe("image/jpeg");
    expect(served.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(served.headers.get("Content-Security-Policy")).toContain("sandbox");
    expect((await app.request(photo, { cookie: stranger.cookie })).status).toBe(404);
    expect((await app.request(`/staff/desk/photos/${photo.slice(-36)}`, { cookie: support })).status).toBe(200);
  });

  it("says what is wrong at the field and keeps what was typed", async () => {
    const story = `/portal/help/new/${anna.line}/story`;
    await post(`/portal/help/new/${anna.line}/reason`, anna.cookie, { intent: "next", reason: "late", quantity: "1" });
    const refused = await post(story, anna.cookie, { intent: "next", description: "It came on Friday & I waited", noticedOn: "2099-01-01" });
    expect(refused.status).toBe(400);
    const text = await refused.text();
    expect(text).toContain("This lies in the future.");
    expect(text).toContain("It came on Friday &amp; I waited");
    expect((await page(story, anna.cookie)).text).toContain("It came on Friday &amp; I waited");
    expect((await post(`/portal/help/new/${anna.line}/reason`, anna.cookie, { intent: "next", quantity: "3", reason: "late" })).status).toBe(400);
  });

  it("keeps a draft while it is typed, and only for things of one's own", async () => {
    const key = `complaint:${anna.line}`;
    expect((await post("/portal/help/drafts", anna.cookie, { key, description: "half a sent" })).status).toBe(204);
    expect((await page(`/portal/help/new/${anna.line}/story`, anna.cookie)).text).toContain("half a sent");
    expect((await post("/portal/help/drafts", stranger.cookie, { key, description: "x" })).status).toBe(404);
    expect((await page("/portal/help", anna.cookie)).text).toContain("Go on with your complaint");
    expect((await page("/portal", anna.cookie)).text).toContain("Go on with your complaint");
  });

  it("offers a question for what is no complaint", async () => {
    const form = await page("/portal/help/ask", anna.cookie);
    const asked = await post("/portal/help/ask", anna.cookie, { subject: "Delivery", message: "When?", submissionKey: hidden(form.text, "submissionKey") });
    expect(asked.headers.get("Location")).toMatch(/filed=1/);
    expect((await post("/portal/help/ask", anna.cookie, { subject: "", message: "Still typed", submissionKey: v7() })).status).toBe(400);
    expect((await page("/portal/help/ask", anna.cookie)).text).toContain("Still typed");
  });
});

describe("between two customers", () => {
  // Mutant: without the party in findCaseOf, findComplainableLine or forCustomer one of these answers 200.
  it("every page and every post about the other's things is 404, and nothing changes", async () => {
    const id = await fileAsBrowser();
    const before = await tables();
    for (const path of [`/portal/help/${id}`, `/portal/help/${id}/reopen`, `/portal/help/new/${anna.line}/reason`, `/portal/help/new/${anna.line}`]) {
      expect([path, (await app.request(path, { cookie: stranger.cookie })).status]).toEqual([path, 404]);
      expect([path, (await app.request(`${path}.data`, { cookie: stranger.cookie })).status]).toEqual([path, 404]);
    }
    const message = { message: "mine now", submissionKey: v7() };
    expect((await post(`/portal/help/${id}`, stranger.cookie, message)).status).toBe(404);
    expect((await post(`/portal/help/${id}/reopen`, stranger.cookie, message)).status).toBe(404);
    expect((await post(`/portal/help/new/${anna.line}/reason`, stranger.cookie, { intent: "next", reason: "late" })).status).toBe(404);
    const upload = multipart({ key: `message:${id}` }, [{ field: "photo", name: "a.png", bytes: await png("#000") }]);
    expect((await app.request("/portal/help/photos", { method: "POST", cookie: stranger.cookie, body: upload })).status).toBe(404);
    expect(await tables()).toBe(before);
  });

  it("customers do not reach the desk, nor do marketers", async () => {
    expect((await app.request("/staff/desk", { cookie: anna.cookie })).status).toBe(302);
    expect((await app.request("/staff/desk", { cookie: marketer })).status).toBe(403);
    expect((await post(`/staff/desk/${v7()}/note`, marketer, { message: "x", submissionKey: v7() })).status).toBe(403);
  });
});

describe("the desk over HTTP", () => {
  it("replies, notes, decides and closes; a note never reaches any page or data of the customer", async () => {
    const id = await fileAsBrowser();
    const desk = `/staff/desk/${id}`;
    const canary = "CANARY-9c1e internal";
    const back = async (response: Promise<Response>) => expect((await response).headers.get("Location")).toBe(desk);
    await back(post(`${desk}/note`, support, { message: canary, submissionKey: v7() }));
    await back(post(`${desk}/reply`, support, { message: "Which side?", submissionKey: v7(), waitForCustomer: "on" }));
    const shown = await page(desk, support);
    expect(shown.text).toContain(canary);
    const version = hidden(shown.text, "version");
    await back(post(`${desk}/decide`, support, { decision: "accepted", grantedRemedy: "refund", message: "Money back.", submissionKey: v7(), version }));
    await back(post(`${desk}/close`, support, { version: String(Number(version) + 1) }));

    for (const path of ["/portal", "/portal/help", `/portal/help/${id}`, `/portal/help/${id}/reopen`])
      for (const suffix of ["", path === "/portal" ? "" : ".data"]) {
        const { status, text } = await page(`${path}${suffix}`, anna.cookie);
        expect([path, status]).toEqual([path, 200]);
        expect(text).not.toContain("CANARY");
      }
    expect((await page(`/portal/help/${id}`, anna.cookie)).text).toContain("Which side?");
    const mails = await app.db.read.raw("SELECT * FROM deliveries");
    expect(JSON.stringify(mails)).not.toContain("CANARY");
    expect(JSON.stringify(mails)).toContain("Money back.");
  });

  // Mutant: without the version's look in decideCase this is a redirect, and the colleague's change is written over.
  it("answers 409 to a change against an older version, shows what stands now and keeps what was typed", async () => {
    const id = await fileAsBrowser();
    const desk = `/staff/desk/${id}`;
    const version = hidden((await page(desk, support)).text, "version");
    await post(`/portal/help/${id}`, anna.cookie, { message: "The plate broke too", submissionKey: v7() });
    const late = await post(`${desk}/decide`, support, { decision: "rejected", grantedRemedy: "", message: "My long reasons", submissionKey: v7(), version });
    expect(late.status).toBe(409);
    const text = await late.text();
    expect(text).toContain("Somebody changed this case in the meantime");
    expect(text).toContain("The plate broke too");
    expect(text).toContain("My long reasons");
    expect((await post(`${desk}/close`, support, { version: hidden(text, "version") })).status).toBe(409);
  });
});

describe("files that lie", () => {
  const target = () => `complaint:${anna.line}`;
  const upload = (bytes: Uint8Array, name = "photo.jpg") =>
    app.request("/portal/help/photos", { method: "POST", cookie: anna.cookie, body: multipart({ key: target() }, [{ field: "photo", name, bytes }]) });

  it("takes a picture and refuses a drawing, a page and a file that is too big", async () => {
    expect((await upload(await png("#123"))).status).toBe(200);
    const refused = async (bytes: Uint8Array) => {
      const response = await upload(bytes);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))).toEqual([422, "file_type"]);
    expect(await refused(Buffer.from("<!doctype html><script>alert(1)</script>"))).toEqual([422, "file_type"]);
    expect(await refused(Buffer.alloc(9 * 1024 * 1024, 1))).toEqual([422, "file_too_big"]);
    expect(await refused(Buffer.alloc(25 * 1024 * 1024, 1))).toEqual([413, "file_too_big"]);
  });

  // Mutant: a limit on Content-Length alone lets the body below in.
  it("counts the bytes of a body that does not say how long it is, and hangs up", async () => {
    const before = process.memoryUsage().rss;
    const status = await new Promise<number | string>((resolve) => {
      const target = new URL("/portal/help/photos", app.url);
      const request = httpRequest(target, {
        method: "POST",
        headers: { Cookie: anna.cookie, Origin: new URL(app.env.APP_URL).origin, "Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked" },
      });
      let sent = 0;
      let answered: number | undefined;
      request.on("response", (response) => {
        answered = response.statusCode;
        response.resume();
        response.on("end", () => resolve(answered!));
      });
      request.on("error", () => resolve(answered ?? `cut after ${Math.round(sent / 2 ** 20)} MB`));
      request.write('--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n');
      const chunk = Buffer.alloc(1024 * 1024, 1);
      const more = () => {
        if (sent > 400 * 2 ** 20 || answered !== undefined || request.destroyed) return request.end();
        sent += chunk.length;
        request.write(chunk, () => setImmediate(more));
      };
      more();
    });
    // Who is still writing when the line is cut may never read the answer.
    expect(String(status)).toMatch(/^(413|cut after (2\d|3\d) MB)$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });
});
