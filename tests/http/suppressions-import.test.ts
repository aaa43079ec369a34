/** A file of addresses that shall get no mail: looked at first, then put on the list; by administrators only. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { suppressions } from "../../app/domain/deliveries/schema";
import { isSuppressed, suppress } from "../../app/domain/deliveries/suppressions.server";
import { auditLog } from "../../app/domain/journal/schema";
import { testApp, type TestApp } from "../support/app";
import { at } from "../support/factories";
import { cookiesAfter, signIn } from "../support/sign-in";

const PAGE = "/staff/settings/suppressions/import";
const LINES = "/staff/settings/suppressions/not-addresses.csv";
const FILE = "name;e-mail\nAnna;Anna@Example.com\nBo;bo@example.com\nAnna again;anna@example.com\n=1+1;=cmd@@x\nOld;old@example.com\n";

let app: TestApp;
const cookies: Record<string, string> = {};

beforeAll(async () => {
  app = await testApp();
  for (const role of ["administrator", "marketer", "manager", "support"] as const) {
    await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: `${role}@staff.example.com`, name: role, role, locale: "en" }));
    cookies[role] = await signIn(app, `${role}@staff.example.com`);
  }
  await app.db.write((tx) => suppress(tx, at(Date.now()), { address: "old@example.com", scope: "all", reason: "manual", source: "asked" }));
});
afterAll(() => app?.close());

async function post(fields: Record<string, string>, { file, role = "administrator", path = PAGE }: { file?: string; role?: string; path?: string } = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set("file", new File(file === undefined ? [] : [file], file === undefined ? "" : "list.csv", { type: "text/csv" }));
  const response = await app.request(path, { method: "POST", body, cookie: cookies[role]! });
  return { response, status: response.status, text: (await response.text()).replaceAll("<!-- -->", "").replace(/<script[\s\S]*?<\/script>/g, "").replaceAll("\r\n", "\n") };
}
const listed = () => app.db.read.select().from(suppressions);
const figure = (text: string, label: string) => new RegExp(`${label}</dt><dd[^>]*>(?:<strong>)?(\\d+)`).exec(text)?.[1];

test("is for administrators only", async () => {
  for (const role of ["marketer", "manager", "support"]) {
    expect((await app.request(PAGE, { cookie: cookies[role]! })).status).toBe(403);
    expect((await post({ intent: "import", text: "x@example.com", scope: "all", note: "asked for it" }, { role })).status).toBe(403);
    expect((await post({ text: FILE }, { role, path: LINES })).status).toBe(403);
  }
  expect((await app.request(PAGE)).status).toBe(302);
  expect(await listed()).toHaveLength(1);
});

// Mutant: import whatever the intent is (`form.get("intent") === "import" && ` dropped): the first look writes.
test("shows what a file holds before anything is on the list: new, there already, repeated, and each line that is no address", async () => {
  const { status, text } = await post({ intent: "preview", scope: "all", note: "from the old shop" }, { file: FILE });
  expect(status).toBe(200);
  expect(["New addresses", "On the list already", "Repeated in the file", "Lines without an address"].map((label) => figure(text, label))).toEqual(["2", "1", "1", "1"]);
  expect(text).toMatch(/line 5<\/span> =cmd@@x/);
  expect(text).toContain("Put 2 addresses on the list");
  expect(await listed()).toHaveLength(1);

  expect(text).toContain(`action="${LINES}"`);
  const errors = await post({ text: FILE }, { path: LINES });
  expect(errors.response.headers.get("content-disposition")).toContain("not-addresses.csv");
  expect(errors.text.replace(/^\uFEFF/, "")).toBe(`line,text\n5,'=cmd@@x\n`);
  expect(await listed()).toHaveLength(1);
});

test("puts them on the list once, says how many, with the reason and who did it", async () => {
  const { response, status } = await post({ intent: "import", text: FILE, scope: "all", note: "from the old shop" });
  expect([status, response.headers.get("location")]).toEqual([303, "/staff/settings/suppressions"]);
  const page = await (await app.request("/staff/settings/suppressions", { cookie: cookiesAfter(response, cookies.administrator) })).text();
  expect(page).toContain("2 addresses were put on the list, 1 stood there already.");
  expect(page).toContain("from the old shop");
  expect(await isSuppressed(app.db.read, "ANNA@example.com")).toBe("all");
  expect((await listed()).filter((row) => row.reason === "imported")).toMatchObject([{ scope: "all", source: "from the old shop" }, { scope: "all", source: "from the old shop" }]);
  expect((await listed()).find((row) => row.address === "old@example.com")).toMatchObject({ reason: "manual", source: "asked" });
  const [written] = (await app.db.read.select().from(auditLog)).filter((row) => row.command === "importSuppressions");
  expect(written).toMatchObject({ actorKind: "staff", details: { added: 2, there: 1, scope: "all" } });

  await post({ intent: "import", text: FILE, scope: "all", note: "from the old shop" });
  expect(await listed()).toHaveLength(3);
});

// Mutant: parse the form without its text (`form.delete("text")`): what was pasted, or the file, is lost with the first slip.
test("keeps what was typed, and what the file held, when something is missing", async () => {
  const pasted = await post({ intent: "preview", text: "kept@example.com\nsecond@example.com", scope: "all", note: "" });
  expect(pasted.status).toBe(400);
  expect(pasted.text).toMatch(/<textarea[^>]*>\s*kept@example\.com\nsecond@example\.com<\/textarea>/);
  expect(pasted.text).toMatch(/value="all"[^>]*checked|checked=""[^>]*value="all"/);
  const chosen = await post({ intent: "preview", text: "", note: "from the old shop" }, { file: FILE });
  expect(chosen.status).toBe(400);
  expect(chosen.text).toContain("Bo;bo@example.com");
  expect(chosen.text).toContain('value="from the old shop"');
  const empty = await post({ intent: "preview", text: " ", scope: "all", note: "from the old shop" });
  expect([empty.status, figure(empty.text, "New addresses")]).toEqual([400, undefined]);
  expect(empty.text).toContain('value="from the old shop"');
  expect(await listed()).toHaveLength(3);
});

test("refuses what is too big by name, and offers the shell", async () => {
  const { status, text } = await post({ intent: "preview", scope: "all", note: "from the old shop" }, { file: "x".repeat(4 * 1024 * 1024 + 1) });
  expect(status).toBe(413);
  expect(text).toContain("rapport suppressions import FILE");
});
