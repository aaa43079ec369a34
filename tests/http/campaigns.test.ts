import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { getCampaign } from "../../app/domain/campaigns/campaigns.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { segmentFields } from "../../app/domain/customers/segment-fields";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { getSegment } from "../../app/domain/segments/segments.server";
import { testApp, type TestApp } from "../support/app";
import { aCampaign, aConsent, aCustomer, aMailing, at, aTopic } from "../support/factories";
import { signIn } from "../support/sign-in";

let app: TestApp;
const cookies: Record<string, string> = {};
let topicId: number;
let campaign: { campaignId: number; publicId: string };

beforeAll(async () => {
  app = await testApp();
  await app.db.write(async (tx) => {
    for (const role of ["marketer", "manager", "support"] as const)
      await createStaffUser(tx, at(), { email: `${role}@example.com`, name: role, role, locale: "en" });
    topicId = await aTopic(tx, at());
    const { partyId } = await aCustomer(tx, at(), { givenName: "Zofia", familyName: "=Łęcka" });
    await aConsent(tx, at(), partyId, topicId);
    await aCustomer(tx, at(), { givenName: "Without", familyName: "Consent" });
  });
  for (const role of ["marketer", "manager", "support"]) cookies[role] = await signIn(app, `${role}@example.com`);
});
beforeEach(async () => {
  campaign = await app.db.write((tx) => aCampaign(tx, at(), { topicId }));
});
afterAll(() => app?.close());

const path = (rest = "") => `/staff/campaigns/${campaign.publicId}${rest}`;
const get = async (url: string) => (await app.request(url, { cookie: cookies.marketer! })).text();
const post = (url: string, form: Record<string, string> = {}, role = "marketer") => app.request(url, { cookie: cookies[role]!, form });
const now = () => getCampaign(app.db.read, campaign.campaignId);

async function planAll() {
  while (await planDue({ db: app.db, clock: Date.now, fields: segmentFields }));
}

describe("a campaign, before any script has loaded", () => {
  test("is built step by step: each choice is saved, and the page says who gets it and why not", async () => {
    const made = await post("/staff/campaigns/new", { name: "Mugs in June", goal: "" });
    const url = made.headers.get("Location")!;
    const empty = await get(url);
    expect(empty).toContain("Choose a segment.");
    const { segmentId } = await now();
    const segment = (await getSegment(app.db.read, segmentId!)).publicId;
    const mailing = (await app.db.write((tx) => aMailing(tx, at()))).publicId;
    expect((await post(url, { version: "1", name: "Mugs in June", goal: "", segment, mailing, topic: String(topicId) })).status).toBe(303);
    const page = await get(url);
    expect(page).toContain("2 customers are in the segment, 1 gets the mail.");
    expect(page).toContain("No consent to this topic");
    expect(page).toContain("Send 1 mail");
    const people = await get(`${url}/recipients?who=withheld:no_consent`);
    expect(people).toContain("Without Consent");
    expect(people).not.toContain("Łęcka");
  });

  test("is launched by a plain form; the second press is told so", async () => {
    const launched = await post(path("/launch"));
    expect(launched.status).toBe(303);
    expect((await now()).status).toBe("planning");
    await post(path("/launch"));
    await planAll();
    expect((await countByState(app.db.read, campaign.campaignId)).total).toBe(2);
    const report = await get(path());
    expect(report).toContain("not reported");
    expect(report).toContain("No consent to this topic");
  });

  test("is paused, goes on, and is cancelled", async () => {
    await post(path("/launch"));
    await post(path("/pause"));
    expect((await now()).status).toBe("paused");
    await post(path("/resume"));
    expect((await now()).status).toBe("planning");
    await post(path("/cancel"));
    expect((await now()).status).toBe("cancelled");
  });

  test("cannot be launched while a check is open, until it is let pass with a reason", async () => {
    const mailing = await app.db.write((tx) => aMailing(tx, at()));
    await app.request(`/staff/mailings/${mailing.publicId}`, {
      cookie: cookies.marketer!,
      form: { lang: "en", version: "1", subject: "No. {{ customer.number }}", preheader: "x", "fields.heading": "H", "fields.intro": "I", "fields.button_label": "B", "fields.button_url": "/portal" },
    });
    const { segmentId, version } = await now();
    const segment = (await getSegment(app.db.read, segmentId!)).publicId;
    await post(path(), { version: String(version), name: "C", goal: "", segment, mailing: mailing.publicId, topic: String(topicId) });
    const page = await get(path());
    expect(page).toContain("1 customer has no Customer number");
    await post(path("/launch"));
    expect((await now()).status).toBe("draft");
    const check = /name="check" value="([^"]+)"/.exec(page)![1]!;
    await post(path("/waive"), { check, why: "Only one of them" });
    expect(await get(path())).toContain("Let pass: Only one of them");
    await post(path("/launch"));
    expect((await now()).status).toBe("planning");
  });

  test("is approved by a manager, not by a marketer, and never touched by support", async () => {
    expect((await post(path("/approve"))).status).toBe(403);
    expect((await post(path("/approve"), {}, "manager")).status).toBe(303);
    expect((await now()).status).toBe("approved");
    expect((await post(path("/launch"), {}, "support")).status).toBe(403);
    expect((await now()).status).toBe("approved");
  });

  test("is scheduled in the company's time; a time that has passed is refused and kept", async () => {
    const past = await post(path("/schedule"), { at: "2020-01-01T09:00" });
    expect(past.headers.get("Location")).toContain("schedule=in_the_past&at=2020-01-01T09%3A00");
    await post(path("/schedule"), { at: "2099-06-01T09:00" });
    expect(await now()).toMatchObject({ status: "scheduled", scheduledAt: Date.parse("2099-06-01T07:00:00Z") });
    await post(path("/unschedule"));
    expect((await now()).status).toBe("draft");
  });

  test("does not go over somebody else's choices", async () => {
    const stale = await post(path(), { version: "99", name: "Mine", goal: "", segment: "", mailing: "", topic: "" });
    expect(stale.status).toBe(409);
    expect(await stale.text()).toContain("Mine");
  });

  test("gives its people as a file that no spreadsheet runs", async () => {
    await post(path("/launch"));
    await planAll();
    const file = await app.request(path("/recipients.csv?who=waiting"), { cookie: cookies.marketer! });
    expect(file.headers.get("Content-Type")).toContain("text/csv");
    const lines = (await file.text()).split("\r\n");
    expect(lines[0]).toContain("delivery,customer,name");
    expect(lines[1]).toContain("Zofia =Łęcka");
    expect(lines).toHaveLength(3);
  });
});
