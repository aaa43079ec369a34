/** The customer's record over HTTP, as a browser without scripts: own fields, tags, notes, contacts, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import type { StaffRole } from "../../app/domain/journal/actor";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, at } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
const cookies = {} as Record<"administrator" | "support", string>;
let page: string;
const by = at(Date.now());

beforeAll(async () => {
  app = await testApp();
  for (const role of ["administrator", "support"] as const) {
    const email = `${role}@example.com`;
    await app.db.write((tx) => createStaffUser(tx, by, { email, name: `A ${role}`, role: role as StaffRole, password: "correct horse battery", locale: "en" } as never));
    cookies[role] = await signIn(app, email);
  }
  page = `/staff/customers/${(await app.db.write((tx) => aCustomer(tx, by, { email: "vera@example.com" }))).publicId}`;
});
afterAll(() => app.close());

const get = async (path: string) => (await (await app.request(path, { cookie: cookies.support })).text()).replace(/<!-- -->/g, "");
const post = async (path: string, form: Record<string, string>, cookie = cookies.support) => {
  const response = await app.request(path, { cookie, form });
  return { status: response.status, location: response.headers.get("Location"), text: await response.text() };
};
const names = { pl: "", srLatn: "", srCyrl: "" };

describe("the record", () => {
  test("an administrator makes a field, staff fill it in: with its source and history; what is no value is refused as it was typed", async () => {
    const field = { key: "shoe_size", type: "number", en: "Shoe size", ...names };
    expect((await post("/staff/settings/fields/new", field)).status).toBe(403);
    expect(await post("/staff/settings/fields/new", field, cookies.administrator)).toMatchObject({ status: 303, location: "/staff/settings/fields" });
    expect((await post("/staff/settings/fields/new", field, cookies.administrator)).text).toContain("This is already in use.");
    expect((await post("/staff/settings/fields/new", { ...field, key: "roast", type: "choice" }, cookies.administrator)).status).toBe(400);

    const at = `${page}?tab=profile`;
    const set = (value: string) => post(at, { intent: "fact", field: "shoe_size", value });
    expect(await set("38")).toMatchObject({ status: 303, location: at });
    expect(await set("38,5")).toMatchObject({ status: 303 });
    const refused = await set("thirty-eight");
    expect(refused.status).toBe(400);
    for (const words of ["thirty-eight", "Write a number."]) expect(refused.text).toContain(words);
    const shown = await get(at);
    for (const words of ["Shoe size", "38.5", "A support, ", "1 earlier value"]) expect(shown).toContain(words);
  });

  test("a tag, a note and a call are written down and taken back", async () => {
    expect(await post(page, { intent: "tag", name: "VIP" })).toMatchObject({ status: 303, location: page });
    expect(await post(page, { intent: "tag", name: " " })).toMatchObject({ status: 400 });
    expect(await get(page)).toContain("Take off VIP");
    expect(await post(page, { intent: "untag", key: "vip" })).toMatchObject({ status: 303 });
    expect(await get(page)).not.toContain("Take off VIP");

    expect((await post(page, { intent: "note", body: "" })).text).toContain("Please fill this in.");
    await post(page, { intent: "note", body: "Prefers <b>tea</b>" });
    const profile = await get(`${page}?tab=profile`);
    expect(profile).toContain("Prefers &lt;b&gt;tea&lt;/b&gt;");
    const note = /name="note" value="([\w-]+)"/.exec(profile)?.[1] ?? "";
    await post(page, { intent: "unnote", note });
    expect(await get(page)).not.toContain("tea");

    const call = { intent: "contact", channel: "phone", direction: "in", subject: "Wants an invoice", text: "By Friday", submissionKey: "k-1" };
    expect((await post(page, { ...call, on: "2999-01-01" })).text).toContain("This lies in the future.");
    for (let i = 0; i < 2; i += 1) expect(await post(page, call)).toMatchObject({ status: 303 });
    const timeline = await get(`${page}?show=contact`);
    // In the header, and once on the timeline.
    expect(timeline.split("They got in touch: Wants an invoice").length).toBe(3);
    for (const words of ["By Friday", "by A support", "Phone"]) expect(timeline).toContain(words);
  });
});
