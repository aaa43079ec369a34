/** Two records of one person, over HTTP: found, compared, made one, taken apart; and what old addresses and logins do meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { findPrimaryEmail } from "../../app/domain/customers/contact-points.server";
import { getParty } from "../../app/domain/customers/customers.server";
import { lookForDoubles } from "../../app/domain/doubles/finding.server";
import { testApp, type TestApp } from "../support/app";
import { aCustomer, anOrder, at } from "../support/factories";
import { shellHere } from "../support/shell-here";
import { signIn } from "../support/sign-in";

let app: TestApp;
let cookie: string;
const by = at(Date.now());

beforeAll(async () => {
  app = await testApp();
  await app.db.write((tx) => createStaffUser(tx, by, { email: "s@example.com", name: "Sonia", role: "support", password: "correct horse battery", locale: "en" } as never));
  cookie = await signIn(app, "s@example.com");
});
afterAll(() => app.close());

const get = async (path: string, as = cookie) => {
  const response = await app.request(path, { cookie: as });
  return { status: response.status, location: response.headers.get("Location"), text: (await response.text()).replace(/<!-- -->/g, "") };
};
const post = async (path: string, form: Record<string, string>) => {
  const response = await app.request(path, { cookie, form });
  return { status: response.status, location: response.headers.get("Location") };
};

async function twins(name: string) {
  const phone = `+4860010020${name.length}${name.charCodeAt(0) % 10}`;
  const [one, other] = await app.db.write(async (tx) => [
    await aCustomer(tx, by, { email: `${name}@example.com`, phone, givenName: name, familyName: "One" }),
    await aCustomer(tx, by, { email: `${name}.too@example.com`, phone, givenName: name, familyName: "Other" }),
  ]);
  while ((await lookForDoubles({ db: app.db, clock: Date.now })) > 0);
  return { one: one!, other: other! };
}

describe("possible doubles", () => {
  test("are listed, compared, merged and taken apart without scripts; addresses and logins of the merged lead to the survivor", async () => {
    const { one, other } = await twins("vera");
    const login = await signIn(app, one.email);
    const otherLogin = await signIn(app, other.email);
    const { number } = await app.db.write((tx) => anOrder(tx, by, one.partyId));
    const [here, there] = [`/staff/customers/${one.publicId}`, `/staff/customers/${other.publicId}`];
    const pair = `${here}/merge/${other.publicId}`;
    expect((await get("/staff/customers/doubles")).text).toContain(`href="${pair}"`);
    expect((await get(there)).text).toContain(`${there}/merge/${one.publicId}`);

    const page = (await get(`${pair}?keep=${other.publicId}`)).text;
    for (const words of ["vera One", "vera Other", one.email, other.email, "Afterwards", "Telephone"]) expect(page).toContain(words);
    expect(page).toMatch(/name="take\.email" [^>]*value="own"/);
    expect(await post(pair, { keep: other.publicId, "take.shoe": "own" })).toMatchObject({ status: 400 });
    expect(await post(pair, { keep: "somebody" })).toMatchObject({ status: 404 });
    expect(await post(pair, { keep: other.publicId, "take.name": "other", "take.email": "other" })).toEqual({ status: 303, location: there });
    expect(await getParty(app.db.read, other.partyId)).toMatchObject({ familyName: "One" });
    expect(await findPrimaryEmail(app.db.read, other.partyId)).toBe(one.email);
    expect(await getParty(app.db.read, one.partyId)).toMatchObject({ mergedIntoId: other.partyId });

    for (const path of ["", "/edit", "/data", "/consents", "/data?x=1"]) expect(await get(here + path)).toMatchObject({ status: 302, location: there + path });
    expect((await get(pair)).location).toBe(there);
    expect((await get("/staff/customers/doubles")).text).not.toContain(pair);
    for (const who of [login, otherLogin]) expect((await get("/portal/orders", who)).text).toContain(number);

    const after = (await get(there)).text;
    const undo = /action="(\/staff\/customers\/[\w-]+\/merges\/[\w-]+\/undo)"/.exec(after)?.[1] ?? "";
    expect(after).toContain("Made one with another record: vera One");
    expect(await post(undo, {})).toEqual({ status: 303, location: there });
    expect((await get(here)).status).toBe(200);
    expect((await get("/portal/orders", login)).text).toContain(number);
    expect((await get("/portal/orders", otherLogin)).text).not.toContain(number);
    // A second time it says why not.
    const refused = await app.request(undo, { cookie, form: {} });
    expect(Buffer.from(/rapport_flash=([\w-]+)/.exec(refused.headers.get("Set-Cookie") ?? "")?.[1] ?? "", "base64url").toString()).toContain("doubles.why.undone_already");
  });

  test("said to be two they are not shown again, until somebody takes it back", async () => {
    const { one, other } = await twins("nora");
    const [pair, apart] = ["merge", "apart"].map((verb) => `/staff/customers/${one.publicId}/${verb}/${other.publicId}`) as [string, string];
    expect(await post(apart, {})).toEqual({ status: 303, location: "/staff/customers/doubles" });
    expect((await get("/staff/customers/doubles")).text).not.toContain(pair);
    expect((await get(pair)).text).toContain("Said to be two on");
    expect(await post(apart, { again: "on" })).toEqual({ status: 303, location: pair });
    expect((await get("/staff/customers/doubles")).text).toContain(pair);
  });

  test("from the shell", async () => {
    const { one, other } = await twins("olga");
    const place = { DATABASE_FILE: app.env.DATABASE_FILE, SECRET_KEY: app.env.SECRET_KEY };
    const listed = await shellHere(place, "doubles", "list", "--json");
    expect(listed.stdout).toContain(JSON.stringify({ one: one.publicId, other: other.publicId, signs: ["phone"] }));
    const merged = JSON.parse((await shellHere(place, "doubles", "merge", one.email, other.publicId, "--take", "name=other", "email=own", "--json")).stdout);
    expect(await getParty(app.db.read, one.partyId)).toMatchObject({ familyName: "Other" });
    expect((await shellHere(place, "doubles", "merge", one.email, other.publicId, "--take", "shoe=other")).stderr).toContain("--take wants a field");
    expect(merged).toMatchObject({ survivor: one.publicId, moved: { contact_points: 1, events: 1 } });
    expect((await shellHere(place, "doubles", "merge", one.email, other.email)).stderr).toBe("same\n");
    expect(JSON.parse((await shellHere(place, "doubles", "undo", merged.merge, "--json")).stdout)).toEqual({ survivor: one.publicId, merged: other.publicId });
    expect(await shellHere(place, "doubles", "undo", merged.merge)).toMatchObject({ code: 1, stderr: "undone_already\n" });
    expect((await shellHere(place, "doubles", "apart", one.email, other.email)).code).toBe(0);
    expect((await shellHere(place, "doubles", "list", "--json")).stdout).not.toContain(other.publicId);
  });
});
