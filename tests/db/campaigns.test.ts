import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { staffUsers } from "../../app/domain/accounts/schema";
import { listForecastPeople } from "../../app/domain/campaigns/audience.server";
import { forecastAudience } from "../../app/domain/campaigns/forecast.server";
import { WATERFALL } from "../../app/domain/campaigns/campaign";
import { getCampaign, saveCampaign, waiveCheck } from "../../app/domain/campaigns/campaigns.server";
import { approveCampaign, cancelCampaign, pauseCampaign, resumeCampaign, scheduleCampaign } from "../../app/domain/campaigns/course.server";
import { checksOf, launch, launchCampaign, prepareLaunch } from "../../app/domain/campaigns/launching.server";
import { UNNAMED_COMPANY } from "../../app/domain/company/company";
import { saveSetting } from "../../app/domain/company/company.server";
import { archiveTopic, restoreTopic } from "../../app/domain/customers/topics.server";
import { listFigures, type Figure } from "../../app/domain/campaigns/figures.server";
import { listLinkClicks, listRecipients, listResponses, reportOf } from "../../app/domain/campaigns/report.server";
import { finishDue, launchDue, planDue } from "../../app/domain/campaigns/planning.server";
import { recordEvent, type NewEvent } from "../../app/domain/customers/events.server";
import { contactPoints, parties } from "../../app/domain/customers/schema";
import { campaigns } from "../../app/domain/campaigns/schema";
import { addComplaintFacts } from "../../app/domain/customers/metrics.server";
import { segmentFields } from "../../app/domain/customers/segment-fields";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { deliveries, sendStreams } from "../../app/domain/deliveries/schema";
import { suppress } from "../../app/domain/deliveries/suppressions.server";
import { mailings } from "../../app/domain/mailings/schema";
import { getMailing, saveMailingContent } from "../../app/domain/mailings/mailings.server";
import { cancelOrder } from "../../app/domain/orders/progress.server";
import { trackingHits } from "../../app/domain/tracking/schema";
import { aCampaign, aConsent, aCustomer, aMailing, anOrder, at, aTopic } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const by = at();
const marketer = { actor: { kind: "staff", id: 1, role: "marketer", name: "M", locale: "en" }, now: by.now } as const;

/** Ten people, one for each way in which a mail can be held back, and a campaign to all of them. */
async function scene(db: Database) {
  return db.write(async (tx) => {
    await tx.insert(staffUsers).values({ publicId: "m", email: "m@example.com", name: "M", role: "marketer", createdAt: by.now });
    const topicId = await aTopic(tx, by);
    const people: Record<string, number> = {};
    const add = async (name: string, given: Parameters<typeof aCustomer>[2] = {}) => {
      const { partyId, email } = await aCustomer(tx, by, { givenName: name, ...given });
      people[name] = partyId;
      await aConsent(tx, by, partyId, topicId);
      return { partyId, email };
    };
    await add("English", { locale: "en" });
    await add("Polish", { locale: "pl" });
    await add("Cyrillic", { locale: "sr-Cyrl" });
    const twin = await add("Twin", { kind: "company", companyName: "Twin Ltd", email: "office@example.com" });
    await add("Second", { kind: "company", companyName: "Second Ltd", email: twin.email });
    const withdrawn = await add("Withdrawn");
    await aConsent(tx, by, withdrawn.partyId, topicId, "withdrawn");
    const complaining = await add("Complaining");
    await addComplaintFacts(tx, complaining.partyId, { filed: 1, open: 1 });
    const suppressed = await add("Suppressed");
    await suppress(tx, by, { address: suppressed.email, scope: "marketing", reason: "hard_bounce", source: "test" });
    const paused = await add("Paused");
    await tx.update(parties).set({ marketingPausedUntil: by.now + 1000 }).where(eq(parties.id, paused.partyId));
    const homeless = await add("Homeless");
    await tx.delete(contactPoints).where(eq(contactPoints.partyId, homeless.partyId));
    const { mailingId } = await aMailing(tx, by, ["en", "pl", "sr-Latn"]);
    const { campaignId } = await aCampaign(tx, by, { topicId, mailingId });
    return { topicId, campaignId, mailingId, people };
  });
}

function appOf(db: Database, now = by.now) {
  return { db, clock: () => now, fields: segmentFields };
}

async function planAll(db: Database, limit = 3): Promise<number> {
  let planned = 0;
  for (let done = 1; done > 0; ) planned += done = await planDue(appOf(db), limit);
  return planned;
}

describe.runIf(hasDatabase())("a campaign", () => {
  test("the forecast and the planned rows are one plan: they say the same of everybody", async () => {
    const db = await testDatabase();
    const { campaignId, people } = await scene(db);
    const { plan } = await prepareLaunch(db.read, segmentFields, campaignId, by.now);
    const forecast = await forecastAudience(db.read, plan!);
    expect(forecast).toMatchObject({
      matched: 10,
      willSend: 4,
      withheld: { no_address: 1, suppressed: 1, no_consent: 1, open_complaint: 1, paused_by_customer: 1, duplicate_address: 1 },
      byLocale: { en: 1, pl: 2, "sr-Latn": 1 },
    });
    // The waterfall adds up, and each step opens the very people it counts.
    expect(forecast.matched - Object.values(forecast.withheld).reduce((sum, n) => sum + n, 0)).toBe(forecast.willSend);
    const opened = await listForecastPeople(db.read, plan!, "open_complaint", { afterId: 0, limit: 10 });
    expect(opened.map((person) => person.partyId)).toEqual([people.Complaining]);

    expect(await launch(appOf(db), marketer, campaignId)).toEqual({ ok: true });
    await planAll(db);
    const counts = await countByState(db.read, campaignId);
    expect(counts.total).toBe(forecast.matched);
    expect(counts.queued).toBe(forecast.willSend);
    expect(counts.withheldReasons).toEqual(forecast.withheld);
    expect(Object.keys(forecast.withheld).every((reason) => (WATERFALL as readonly string[]).includes(reason))).toBe(true);
    expect(await getCampaign(db.read, campaignId)).toMatchObject({ status: "sending", matchedCount: 10 });
  });

  test("each reader gets the frozen revision of their language, with their own values", async () => {
    const db = await testDatabase();
    const { campaignId, people } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planAll(db);
    const row = async (partyId: number) => (await db.read.select().from(deliveries).where(eq(deliveries.partyId, partyId)))[0]!;
    const [english, cyrillic] = [await row(people.English!), await row(people.Cyrillic!)];
    expect(english.locale).toBe("en");
    expect(cyrillic.locale).toBe("sr-Latn");
    expect(cyrillic.revisionId).not.toBe(english.revisionId);
    expect(english.mergeValues).toMatchObject({ customer: { first_name: "English" }, topic: { name: "Topic offers" } });
  });

  test("planning that is repeated from the start adds nobody", async () => {
    const db = await testDatabase();
    const { campaignId } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planAll(db);
    const before = await countByState(db.read, campaignId);
    // As after a crash between the rows and the cursor, had they not been one transaction.
    const { campaigns } = await import("../../app/domain/campaigns/schema");
    await db.write((tx) => tx.update(campaigns).set({ status: "planning", planCursor: 0 }).where(eq(campaigns.id, campaignId)));
    await planAll(db, 4);
    expect(await countByState(db.read, campaignId)).toEqual(before);
  });

  test("of two people who launch at once, one wins", async () => {
    const db = await testDatabase();
    const { campaignId } = await scene(db);
    // Both have read and compiled before either writes. Mutant: without the status in the UPDATE's WHERE and the check before it, both win.
    const preparations = [1, 2].map(() => prepareLaunch(db.read, segmentFields, campaignId, by.now));
    const [a, b] = await Promise.all(preparations);
    const results = await Promise.all([a!, b!].map((p) => db.write((tx) => launchCampaign(tx, marketer, p))));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.find((result) => !result.ok)).toEqual({ ok: false, reason: "already_launched" });
  });

  // Mutants: the old `topicId === null` lets the first through; without the check "sender" the second.
  test("nothing leaves about a topic that was put away, or without the company's postal address", async () => {
    const db = await testDatabase();
    const { campaignId, topicId } = await scene(db);
    await db.write((tx) => archiveTopic(tx, by, topicId));
    expect(await launch(appOf(db), marketer, campaignId)).toMatchObject({ ok: false, reason: "checks", checks: [{ key: "topic" }] });
    const preparation = await prepareLaunch(db.read, segmentFields, campaignId, by.now);
    expect(await db.write((tx) => launchCampaign(tx, marketer, preparation))).toEqual({ ok: false, reason: "no_topic" });

    await db.write(async (tx) => {
      await restoreTopic(tx, by, topicId);
      await saveSetting(tx, by, "company", UNNAMED_COMPANY);
    });
    expect(await launch(appOf(db), marketer, campaignId)).toMatchObject({ ok: false, reason: "checks", checks: [{ key: "sender" }] });
  });

  test("a launch is refused when the words changed after they were compiled, and nothing of it stays", async () => {
    const db = await testDatabase();
    const { campaignId, mailingId } = await scene(db);
    const preparation = await prepareLaunch(db.read, segmentFields, campaignId, by.now);
    const mailing = await getMailing(db.read, mailingId);
    await db.write((tx) =>
      saveMailingContent(tx, by, { mailingId, version: mailing.version, locale: "en", content: { ...mailing.contents.en!, subject: "Other" } }),
    );
    await expect(db.write((tx) => launchCampaign(tx, marketer, preparation))).rejects.toThrow("changed_meanwhile");
    expect((await getCampaign(db.read, campaignId)).status).toBe("draft");
    expect(await db.read.select().from(sendStreams)).toEqual([]);
  });

  test("what a reader gets stays what was launched, however the mailing is changed afterwards", async () => {
    const db = await testDatabase();
    const { campaignId, mailingId } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    const mailing = await getMailing(db.read, mailingId);
    await db.write((tx) =>
      saveMailingContent(tx, by, { mailingId, version: mailing.version, locale: "en", content: { ...mailing.contents.en!, subject: "Other" } }),
    );
    await planAll(db);
    const { mailingRevisions } = await import("../../app/domain/mailings/schema");
    const revisions = await db.read.select().from(mailingRevisions).where(and(eq(mailingRevisions.mailingId, mailingId), eq(mailingRevisions.locale, "en")));
    expect(revisions.map((revision) => revision.subject)).toEqual([mailing.contents.en!.subject]);
  });

  test("pause holds, resume plans on where it stopped, cancel withholds the rest", async () => {
    const db = await testDatabase();
    const { campaignId } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planDue(appOf(db), 3);
    expect(await db.write((tx) => pauseCampaign(tx, marketer, campaignId))).toEqual({ ok: true, inFlight: 0 });
    expect(await planDue(appOf(db), 3)).toBe(0);
    expect((await db.read.select().from(sendStreams))[0]?.state).toBe("paused");
    expect(await db.write((tx) => resumeCampaign(tx, marketer, campaignId))).toEqual({ ok: true });
    await planAll(db);
    expect((await countByState(db.read, campaignId)).total).toBe(10);
    expect(await db.write((tx) => cancelCampaign(tx, marketer, campaignId))).toEqual({ ok: true, inFlight: 0 });
    expect(await countByState(db.read, campaignId)).toMatchObject({ queued: 0, withheldReasons: { cancelled: 4 } });
    expect(await db.write((tx) => resumeCampaign(tx, marketer, campaignId))).toEqual({ ok: false, reason: "wrong_status" });
  });

  /** Mutant: a chunk that keeps its rows though its cursor did not move plans a person twice when the verdict changes meanwhile. */
  test("a chunk that is overtaken by a pause leaves no rows, and resume plans each person once", async () => {
    const db = await testDatabase();
    const { campaignId, topicId, people } = await scene(db);
    await launch(appOf(db), by, campaignId);
    const paused = db.write(async (tx) => {
      await pauseCampaign(tx, marketer, campaignId);
      // On PostgreSQL the chunk below is written meanwhile, and waits for this transaction only to move its cursor.
      if (db.dialect === "postgres") await new Promise((resolve) => setTimeout(resolve, 500));
    });
    if (db.dialect === "postgres") await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await planDue(appOf(db), 100)).toBe(0);
    await paused;
    expect((await countByState(db.read, campaignId)).total).toBe(0);
    await db.write(async (tx) => {
      await aConsent(tx, by, people.English!, topicId, "withdrawn");
      await resumeCampaign(tx, marketer, campaignId);
    });
    await planAll(db);
    expect((await countByState(db.read, campaignId)).total).toBe(10);
  });

  // Mutant: plan whoever matches now (`until: null`): the one who came during the pause gets a mail of before their time.
  test("whoever becomes a customer after the launch is not planned, however long it was paused", async () => {
    const db = await testDatabase();
    const { campaignId, topicId } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planDue(appOf(db), 3);
    await db.write((tx) => pauseCampaign(tx, marketer, campaignId));
    const late = await db.write(async (tx) => {
      const { partyId } = await aCustomer(tx, { ...by, now: by.now + 60 * 86_400_000 }, { createdAt: by.now - 86_400_000 });
      await aConsent(tx, by, partyId, topicId);
      return partyId;
    });
    await db.write((tx) => resumeCampaign(tx, marketer, campaignId));
    await planAll(db);
    expect((await countByState(db.read, campaignId)).total).toBe(10);
    expect(await db.read.select().from(deliveries).where(eq(deliveries.partyId, late))).toEqual([]);
  });

  test("it is finished only when every row has come to its end", async () => {
    const db = await testDatabase();
    const { campaignId } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planAll(db);
    // Mutant: without the look for open rows, it is finished at once.
    expect(await finishDue(appOf(db))).toBe(0);
    await db.write((tx) => tx.update(deliveries).set({ state: "accepted" }).where(eq(deliveries.state, "queued")));
    expect(await finishDue(appOf(db))).toBe(1);
    expect(await getCampaign(db.read, campaignId)).toMatchObject({ status: "finished", finishedAt: by.now });
  });

  test("one that cannot be launched or planned does not hold up the others", async () => {
    const db = await testDatabase();
    const { campaignId: good, topicId, mailingId } = await scene(db);
    const bad = await db.write(async (tx) => {
      const made = await aCampaign(tx, by, { topicId, mailingId });
      const later = await aCampaign(tx, by, { topicId, mailingId });
      return { planned: made.campaignId, scheduled: later.campaignId };
    });
    await db.write(async (tx) => {
      await scheduleCampaign(tx, marketer, { campaignId: bad.scheduled, at: by.now + 1 });
      await scheduleCampaign(tx, marketer, { campaignId: good, at: by.now + 2 });
    });
    await launch(appOf(db), by, bad.planned);
    const rules = { match: "all", rules: [{ field: "gone", op: "in", value: ["x"] }] } as const;
    await db.write(async (tx) => {
      await tx.update(campaigns).set({ frozenRules: rules as never }).where(eq(campaigns.id, bad.planned));
      await tx.update(mailings).set({ templateKey: "gone" }).where(eq(mailings.id, (await getCampaign(tx, bad.scheduled)).mailingId!));
    });
    const { mailingId: whole } = await db.write((tx) => aMailing(tx, by));
    await db.write((tx) => tx.update(campaigns).set({ mailingId: whole }).where(eq(campaigns.id, good)));
    const later = appOf(db, by.now + 10);
    await expect(launchDue(later)).rejects.toThrow("gone");
    expect((await getCampaign(db.read, bad.scheduled)).status).toBe("scheduled");
    expect((await getCampaign(db.read, good)).status).toBe("planning");
    expect(await planDue(later, 100)).toBe(10);
    expect((await getCampaign(db.read, good)).status).toBe("sending");
    await expect(planDue(later, 100)).rejects.toThrow("gone");
  });

  test("a scheduled campaign starts by itself when its time has come, or says why it could not", async () => {
    const db = await testDatabase();
    const { campaignId, topicId } = await scene(db);
    expect(await db.write((tx) => scheduleCampaign(tx, marketer, { campaignId, at: by.now }))).toEqual({ ok: false, reason: "in_the_past" });
    expect(await db.write((tx) => scheduleCampaign(tx, marketer, { campaignId, at: by.now + 1000 }))).toEqual({ ok: true });
    expect(await launchDue(appOf(db))).toBe(0);
    await launchDue(appOf(db, by.now + 1000));
    expect(await getCampaign(db.read, campaignId)).toMatchObject({ status: "planning", launchedAt: by.now + 1000 });

    const broken = await db.write(async (tx) => {
      const { mailingId } = await aMailing(tx, by);
      const mailing = await getMailing(tx, mailingId);
      await saveMailingContent(tx, by, { mailingId, version: 1, locale: "en", content: { ...mailing.contents.en!, subject: "" } });
      const made = await aCampaign(tx, by, { topicId, mailingId });
      await scheduleCampaign(tx, marketer, { campaignId: made.campaignId, at: by.now + 1000 });
      return made;
    });
    await launchDue(appOf(db, by.now + 1000));
    expect(await getCampaign(db.read, broken.campaignId)).toMatchObject({ status: "draft", launchRefusal: "checks" });
  });

  test("a stale save is refused and told what stands now; an approved campaign that is changed is a draft again", async () => {
    const db = await testDatabase();
    const { campaignId } = await scene(db);
    const manager = { ...marketer, actor: { ...marketer.actor, role: "manager" } } as const;
    expect(await db.write((tx) => approveCampaign(tx, marketer, campaignId))).toEqual({ ok: false, reason: "wrong_role" });
    expect(await db.write((tx) => approveCampaign(tx, manager, campaignId))).toEqual({ ok: true });
    const { segmentId, mailingId, topicId } = await getCampaign(db.read, campaignId);
    const input = { campaignId, version: 1, name: "New name", goal: "", segmentId, mailingId, topicId };
    expect(await db.write((tx) => saveCampaign(tx, marketer, input))).toEqual({ ok: true, version: 2 });
    expect((await getCampaign(db.read, campaignId)).status).toBe("draft");
    expect(await db.write((tx) => saveCampaign(tx, marketer, input))).toMatchObject({ ok: false, reason: "changed_meanwhile", current: { version: 2 } });
  });

  test("the checks name what the real audience has no value for, and a warning can be let pass", async () => {
    const db = await testDatabase();
    const { campaignId, mailingId } = await scene(db);
    const mailing = await getMailing(db.read, mailingId);
    const content = { ...mailing.contents.en!, subject: "For {{ customer.number }}" };
    await db.write((tx) => saveMailingContent(tx, by, { mailingId, version: mailing.version, locale: "en", content }));
    const check = async () => {
      const preparation = await prepareLaunch(db.read, segmentFields, campaignId, by.now);
      const forecast = await forecastAudience(db.read, preparation.plan!);
      return checksOf(preparation, forecast).find((one) => one.key === "lint_empty_value");
    };
    expect(await check()).toMatchObject({ level: "warning", locale: "en", values: { tag: "customer.number", count: 4 } });
    await db.write(async (tx) => waiveCheck(tx, marketer, { campaignId, checkId: (await check())!.id, why: "They know it" }));
    expect(await check()).toMatchObject({ waivedBecause: "They know it" });
  });
});

describe.runIf(hasDatabase())("the report", () => {
  test("every figure is the number of the people behind it, and the states add up", async () => {
    const db = await testDatabase();
    const { campaignId, people } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planAll(db);
    const rows = await db.read.select().from(deliveries).where(eq(deliveries.campaignId, campaignId));
    const idOf = (partyId: number) => rows.find((row) => row.partyId === partyId)!.id;
    const [english, polish, cyrillic] = [idOf(people.English!), idOf(people.Polish!), idOf(people.Cyrillic!)];
    await db.write(async (tx) => {
      await tx.update(deliveries).set({ state: "accepted", acceptedAt: by.now, provider: "smtp" }).where(eq(deliveries.state, "queued"));
      await tx.update(deliveries).set({ state: "failed", reason: "refused", code: 550, words: "no such user" }).where(eq(deliveries.id, cyrillic));
      const event = (kind: "mail_opened" | "mail_clicked" | "mail_unsubscribed", partyId: number, deliveryId: number, at = by.now) =>
        recordEvent(tx, by, { partyId, kind, at, campaignId, deliveryId, data: kind === "mail_clicked" ? { url: "https://example.com/a", label: "A" } : {} } as NewEvent);
      await event("mail_opened", people.English!, english);
      await event("mail_opened", people.English!, english, by.now + 1);
      await event("mail_clicked", people.English!, english);
      await event("mail_unsubscribed", people.Polish!, polish);
      const hit = { kind: "open", at: by.now, method: "GET", userAgent: "bot", judgedBy: "t", judgedAt: by.now } as const;
      await tx.insert(trackingHits).values({ ...hit, deliveryId: polish, judgement: "robot" });
      await tx.insert(trackingHits).values({ ...hit, deliveryId: english, judgement: "robot" });
    });
    const placed = await db.write((tx) => anOrder(tx, { ...by, now: by.now + 1000 }, people.English!));
    expect(placed.ok).toBe(true);

    const report = await reportOf(db.read, campaignId);
    expect(report.figures).toMatchObject({ all: 10, sent: 3, failed: 1, withheld: 6, waiting: 0, unknown: 0, opened: 1, opened_by_robots: 1, clicked: 1, unsubscribed: 1, ordered: 1 });
    expect(report.delivered).toBeNull();
    expect(report.orders).toBe(1);
    expect(report.revenue).toEqual([{ currency: "EUR", minor: expect.any(Number) }]);
    const { all, waiting, sent, failed, unknown, withheld } = report.figures;
    expect(waiting + sent + failed + unknown + withheld).toBe(all);
    expect(Object.values(report.counts.withheldReasons).reduce((sum, n) => sum + n, 0)).toBe(withheld);

    const figures = Object.entries(report.figures) as [Figure, number][];
    const reasons = Object.entries(report.counts.withheldReasons).map(([reason, n]) => [`withheld:${reason}` as Figure, n] as [Figure, number]);
    for (const [figure, count] of [...figures, ...reasons])
      expect([figure, (await listRecipients(db.read, campaignId, figure, { limit: 100 })).length]).toEqual([figure, count]);
    expect((await listFigures(db.read, [campaignId])).get(campaignId)).toEqual({ total: 10, sent: 3, opened: 1, clicked: 1, ordered: 1, waiting: 0 });
    const [reader] = await listRecipients(db.read, campaignId, "opened", { limit: 10 });
    expect(reader).toMatchObject({ openedAt: by.now, clickedAt: by.now });
    expect(await listLinkClicks(db.read, campaignId)).toEqual([{ url: "https://example.com/a", label: "A", mails: 1 }]);
    expect((await listResponses(db.read, campaignId, by.now, by.now + 5000)).steps).toEqual([{ at: by.now, opened: 1, clicked: 1 }]);
  });

  // Mutant: without the index each mail of the list looks at every order there is, and the list of campaigns takes seconds.
  test("finds a mail's order by its index", async () => {
    const db = await testDatabase();
    if (db.read.speaks !== "sqlite") return;
    const plan = await db.read.raw<{ detail: string }>("EXPLAIN QUERY PLAN SELECT count(*) FROM deliveries d WHERE exists (SELECT 1 FROM orders o WHERE o.attributed_delivery_id = d.id AND o.status <> 'cancelled')", []);
    expect(plan.map((step) => step.detail).join("\n")).toContain("orders_delivery");
  });

  test("an order that was cancelled does not count, and one after the window is nobody's", async () => {
    const db = await testDatabase();
    const { campaignId, people } = await scene(db);
    await launch(appOf(db), marketer, campaignId);
    await planAll(db);
    const [row] = await db.read.select().from(deliveries).where(eq(deliveries.partyId, people.English!));
    await db.write(async (tx) => {
      await recordEvent(tx, by, { partyId: people.English!, kind: "mail_clicked", campaignId, deliveryId: row!.id, data: {} });
      await anOrder(tx, { ...by, now: by.now + 8 * 86_400_000 }, people.English!);
      const inTime = await anOrder(tx, { ...by, now: by.now + 86_400_000 }, people.English!);
      await cancelOrder(tx, { ...by, now: by.now + 86_400_001 }, { orderId: inTime.orderId });
    });
    expect(await reportOf(db.read, campaignId)).toMatchObject({ orders: 0, revenue: [] });
  });
});
