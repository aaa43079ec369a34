import { beforeAll, describe, expect, it } from "vitest";

import { importDue } from "../../app/domain/imports/import-worker.server";
import { findPartyByNumber } from "../../app/domain/customers/customers.server";
import { findRun } from "../../app/domain/imports/runs.server";
import { testApp, type TestApp } from "../support/app";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
let cookie: string;

beforeAll(async () => {
  app = await testApp();
  cookie = await staff("marketer");
  return () => app.close();
});
let serial = 0;
async function staff(role: "marketer" | "support"): Promise<string> {
  const email = `${role}${++serial}@example.com`;
  await app.db.write((tx) => createStaffUser(tx, at(), { email, name: role, role, locale: "en" }));
  return signIn(app, email);
}

const CSV = "number,email,first name,newsletter\n1,anna@example.com,Anna,yes\n2,not an address,=1+1,\n3,boris@example.com,Boris,no\n";

async function upload(text: string | Blob, type = "customers", name = "people.csv"): Promise<Response> {
  const form = new FormData();
  form.set("type", type);
  form.set("preset", "");
  form.set("file", typeof text === "string" ? new Blob([text], { type: "text/csv" }) : text, name);
  return app.request("/staff/imports/new", { method: "POST", body: form, cookie });
}

async function runAll(): Promise<void> {
  while (await importDue({ db: app.db, clock: Date.now, env: app.env }));
}

describe("importing on screen", () => {
  it("takes a file, shows how it will be read, imports it, and gives the refused rows back harmless", async () => {
    const answer = await upload(CSV);
    expect(answer.status).toBe(303);
    const path = answer.headers.get("Location")!;
    const page = await (await app.request(path, { cookie })).text();
    expect(page).toContain("anna@example.com");
    expect(page).toContain("Not an e-mail address");

    const mapping = { "map.number": "number", "map.email": "email", "map.givenName": "first name", "map.consent": "newsletter" };
    const options = { encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Europe/Warsaw", currency: "EUR", locale: "en" };
    const started = await app.request(path, { cookie, form: { ...mapping, ...options, intent: "start" } });
    expect(started.headers.get("Location")).toBe(path);
    await runAll();
    const run = await findRun(app.db.read, path.split("/").at(-1)!);
    expect(run).toMatchObject({ state: "finished", read: 3, accepted: 2, rejected: 1 });
    expect(await (await app.request(path, { cookie })).text()).toContain("Refused rows");

    const rejects = await app.request(`${path}/rejects.csv`, { cookie });
    expect(rejects.headers.get("Content-Disposition")).toContain("people-rejects.csv");
    expect((await rejects.text()).replace("\ufeff", "")).toBe(
      "Line,Column,Reason,number,email,first name,newsletter\r\n3,email,Not an e-mail address,2,not an address,'=1+1,\r\n",
    );
  });

  it("keeps what was chosen when something is wrong, and starts nothing", async () => {
    const path = (await upload(CSV)).headers.get("Location")!;
    const options = { encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Nowhere/Land", currency: "EUR", locale: "pl" };
    const refused = await app.request(path, { cookie, form: { "map.givenName": "first name", ...options, intent: "start" } });
    expect(refused.status).toBe(400);
    const noIdentifier = await app.request(path, { cookie, form: { "map.givenName": "first name", ...options, timeZone: "Europe/Warsaw", intent: "start" } });
    expect(noIdentifier.status).toBe(400);
    expect(await noIdentifier.text()).toContain("nobody can tell who is meant");
    expect(await findRun(app.db.read, path.split("/").at(-1)!)).toMatchObject({ state: "uploaded", read: 0 });
    const gone = await app.request(`${path}/discard`, { cookie, form: {} });
    expect(gone.headers.get("Location")).toBe("/staff/imports");
    expect((await app.request(path, { cookie })).status).toBe(404);
  });

  it.each([
    ["nothing", "", "Choose what the file holds"],
    ["an empty file", new Blob([" \n"]), "The file is empty"],
    ["a workbook", new Blob([new Uint8Array([0x50, 0x4b, 3, 4, 1, 2, 3, 0, 0, 9])]), "Save the table as CSV"],
  ])("refuses %s with words", async (_what, file, words) => {
    const answer = file === "" ? await app.request("/staff/imports/new", { method: "POST", body: new FormData(), cookie }) : await upload(file as Blob);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(words);
  });

  // it sends 210 MB: some seconds on a quiet machine, more than the usual minute on a busy one
  it("refuses a file above the limit, whatever its length claims", { timeout: 300_000 }, async () => {
    const answer = await app.request("/staff/imports/new", {
      method: "POST",
      cookie,
      headers: { "Content-Type": "multipart/form-data; boundary=x" },
      body: endless(210 * 1024 * 1024),
      duplex: "half",
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  it.each(["a=b.csv", "people; 2026.csv"])("says of a file called %s that its name cannot be read", async (name) => {
    const answer = await upload(CSV, "customers", name);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("Rename the file");
  });

  it("says on its page what would change, field by field, before anything is written", async () => {
    const path = (await upload(new Blob(["number,email,first name\n9001,preview@example.com,Prewia\n,not an address,B\n"]))).headers.get("Location")!;
    const run = async () => (await findRun(app.db.read, path.split("/").at(-1)!))!;
    const mapping = { "map.number": "number", "map.email": "email", "map.givenName": "first name" };
    const options = { encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Europe/Warsaw", currency: "EUR", locale: "en" };
    expect((await app.request(path, { cookie, form: { ...mapping, ...options, intent: "check" } })).status).toBe(303);
    expect(await run()).toMatchObject({ state: "checking" });
    await runAll();
    expect(await run()).toMatchObject({ state: "uploaded", preview: { isComplete: true, created: 1, rejected: 1, reasons: { bad_email: 1 } } });
    const page = await (await app.request(path, { cookie })).text();
    expect(page).toContain("Would be new");
    expect(page).toContain("Prewia");
    expect(await findPartyByNumber(app.db.read, "9001")).toBeNull();
  });

  it("gives what there is as a file, and keeps who took it", async () => {
    const answer = await app.request("/staff/exports", { cookie, form: { type: "customers", segment: "" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename="customers-\d{4}-\d{2}-\d{2}\.csv"$/);
    // (fetch takes the byte-order mark off)
    expect(await answer.text()).toMatch(/^\ufeff?number,email,givenName,/);
    expect(await app.db.read.raw("select details from audit_log where command = 'exportFile'")).toHaveLength(1);
    expect((await app.request("/staff/exports", { cookie, form: { type: "secrets" } })).status).toBe(404);
    expect((await app.request("/staff/exports", { cookie: await staff("support"), form: { type: "customers" } })).status).toBe(403);
  });

  it("is not for support", async () => {
    const other = await staff("support");
    expect((await app.request("/staff/imports", { cookie: other })).status).toBe(403);
  });
});

/** A multipart body without a length, of so many bytes of rows. */
function endless(bytes: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const piece = encoder.encode("1,a@example.com\n".repeat(65_536));
  let left = bytes;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode('--x\r\nContent-Disposition: form-data; name="type"\r\n\r\ncustomers\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n'));
    },
    pull(controller) {
      if (left <= 0) {
        controller.enqueue(encoder.encode("\r\n--x--\r\n"));
        return controller.close();
      }
      left -= piece.byteLength;
      controller.enqueue(piece);
    },
  });
}
