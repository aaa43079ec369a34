/** Past campaigns, sent by the product's own steps with the clock put back, and how people responded. */
import { inArray } from "drizzle-orm";

import type { Database } from "../../app/db/types";
import { createCampaign } from "../../app/domain/campaigns/campaigns.server";
import { launch } from "../../app/domain/campaigns/launching.server";
import { finishDue, planDue } from "../../app/domain/campaigns/planning.server";
import { getCompany } from "../../app/domain/company/company.server";
import type { SegmentField } from "../../app/domain/customers/segment-field";
import { claimDue, type Leased } from "../../app/domain/deliveries/claim.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { tellDue } from "../../app/domain/deliveries/telling.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { findLinkedMail, unsubscribe } from "../../app/domain/deliveries/unsubscribe.server";
import type { Keys } from "../../app/domain/integrations/signing.server";
import { bySystem, type By, type StaffActor } from "../../app/domain/journal/actor";
import { findTemplate } from "../../app/domain/mailings/library.server";
import { createMailing, getRevision, listRevisionLinks } from "../../app/domain/mailings/mailings.server";
import type { RuleGroup } from "../../app/domain/segments/rule";
import { createListOfSegment } from "../../app/domain/segments/lists.server";
import { createSegment, saveSegment } from "../../app/domain/segments/segments.server";
import { takeHit } from "../../app/domain/tracking/hits.server";
import { judgeDue } from "../../app/domain/tracking/tracking.server";
import type { mailWords } from "../../app/i18n/mail.server";
import type { Random } from "./random";

const DAY = 86_400_000;
const HOUR = 3_600_000;

export const SEGMENTS = {
  everybody: { name: "Everybody", rules: { match: "all", rules: [] } },
  buyers: { name: "Ordered in the last year", rules: { match: "all", rules: [{ field: "last_order_at", op: "within_days", value: 365 }] } },
  mugs: { name: "Bought a mug", rules: { match: "all", rules: [{ field: "bought_category", op: "bought", value: "mugs" }] } },
  loyal: { name: "Loyal: five orders and more", rules: { match: "all", rules: [{ field: "orders_count", op: "gte", value: 5 }] } },
  quiet: {
    name: "Quiet for half a year",
    rules: {
      match: "all",
      rules: [{ field: "orders_count", op: "gte", value: 1 }, { match: "none", rules: [{ field: "last_order_at", op: "within_days", value: 180 }] }],
    },
  },
  readers: {
    name: "Readers in Poland and Serbia",
    rules: {
      match: "all",
      rules: [
        { field: "country", op: "in", value: ["PL", "RS"] },
        { match: "any", rules: [{ field: "last_opened_at", op: "within_days", value: 120 }, { field: "last_clicked_at", op: "within_days", value: 365 }] },
        { match: "none", rules: [{ field: "open_complaints", op: "gte", value: 1 }] },
      ],
    },
  },
} as const satisfies Record<string, { name: string; rules: RuleGroup }>;

export type SegmentKey = keyof typeof SEGMENTS;

type Plan = { daysAgo: number; name: string; goal: string; template: string; segment: SegmentKey; topic: string; appeal: number };

export const PAST_CAMPAIGNS: Plan[] = [
  { daysAgo: 338, name: "Workshop news: how a mug is fired", goal: "Keep in touch", template: "newsletter", segment: "everybody", topic: "news", appeal: 1 },
  { daysAgo: 262, name: "Mugs, 15 % less", goal: "60 orders", template: "offer", segment: "buyers", topic: "offers", appeal: 1.25 },
  { daysAgo: 189, name: "Workshop news: linen cushions", goal: "Keep in touch", template: "newsletter", segment: "everybody", topic: "news", appeal: 0.95 },
  { daysAgo: 131, name: "We have not heard from you", goal: "Win back 20 customers", template: "win-back", segment: "quiet", topic: "offers", appeal: 0.6 },
  { daysAgo: 74, name: "New: enamel mugs", goal: "40 orders of the new mug", template: "new-arrival", segment: "mugs", topic: "news", appeal: 1.3 },
  { daysAgo: 9, name: "Workshop news: presents in time", goal: "80 orders before the holidays", template: "newsletter", segment: "buyers", topic: "news", appeal: 1.15 },
];

/** What of the application the seed needs. */
export type SeedApp = { db: Database; env: Keys; fields: readonly SegmentField[]; words: Pick<ReturnType<typeof mailWords>, "notice"> };

export type Ids = { segments: Record<string, number>; topics: Record<string, number> };

/** Segments that the marketer keeps. */
export async function makeSegments(db: Database, by: By): Promise<Record<string, number>> {
  const made: Record<string, number> = {};
  await db.write(async (tx) => {
    for (const [key, segment] of Object.entries({ ...SEGMENTS, readers: READERS_AT_FIRST })) made[key] = (await createSegment(tx, by, segment)).segmentId;
  });
  return made;
}

/** What the readers' segment asked before Serbia was added. */
const READERS_AT_FIRST = {
  name: "Readers in Poland",
  rules: { match: "all", rules: [{ field: "country", op: "in", value: ["PL"] }, { field: "last_opened_at", op: "within_days", value: 120 }] },
} as const satisfies { name: string; rules: RuleGroup };

/** The marketer changes the readers' segment to what it asks now, and keeps a list of those who are loyal on that day. */
export async function changeSegments({ db, fields }: Pick<SeedApp, "db" | "fields">, by: By, ids: Ids): Promise<void> {
  await db.write((tx) => saveSegment(tx, by, { segmentId: ids.segments.readers!, version: 1, ...SEGMENTS.readers }));
  await db.write((tx) => createListOfSegment(tx, by, fields, { name: "Invited to the workshop", segmentId: ids.segments.loyal! }));
}

async function makeMailing(db: Database, by: By, name: string, templateKey: string): Promise<number> {
  const template = findTemplate(templateKey);
  if (!template) throw new Error(`no template ${templateKey}`);
  const made = await db.write((tx) => createMailing(tx, by, { name, templateKey, defaultLocale: "en", contents: template.defaults }));
  if (!made.ok) throw new Error(made.reason);
  return made.mailingId;
}

/** A campaign that is being written: everything chosen, nothing sent. */
export async function draftCampaign(db: Database, by: By, ids: Ids): Promise<void> {
  const mailingId = await makeMailing(db, by, "Cushions for long evenings", "offer");
  await makeMailing(db, by, "Birthday greeting", "birthday");
  await db.write((tx) =>
    createCampaign(tx, by, { name: "Cushions for long evenings", goal: "50 cushions in two weeks", segmentId: ids.segments.readers!, mailingId, topicId: ids.topics.offers! }),
  );
}

export type Response = { partyId: number; clickedAt: number };

/** Launches a campaign at `now`, sends it, and lets people respond in the days after. @returns who clicked */
export async function runCampaign(app: SeedApp, random: Random, marketer: StaffActor, plan: Plan, ids: Ids, now: number, end: number): Promise<Response[]> {
  const { db } = app;
  const by = { actor: marketer, now };
  const mailingId = await makeMailing(db, { ...by, now: now - 2 * DAY }, plan.name, plan.template);
  const { campaignId } = await db.write((tx) =>
    createCampaign(tx, { ...by, now: now - DAY }, { name: plan.name, goal: plan.goal, segmentId: ids.segments[plan.segment]!, mailingId, topicId: ids.topics[plan.topic]! }),
  );
  const launched = await launch(app, by, campaignId);
  if (!launched.ok) throw new Error(`${plan.name}: ${JSON.stringify(launched)}`);
  const worker = { db, fields: app.fields, clock: () => now + 2000 };
  while (await planDue(worker));
  const sent = await postAll(app, random, now + 3000);
  await finishDue({ ...worker, clock: () => now + 20 * 60_000 });
  return respond(db, random, sent.filter((row) => row.campaignId === campaignId), plan, now, end);
}

type Posted = Leased & { acceptedAt: number };

/**
 * Takes every mail that is due to the post, as the sender would: claimed, intent committed, answer written down. An
 * address in a hundred and fifty does not exist any more. @returns what was accepted
 */
export async function postAll(app: SeedApp, random: Random, now: number): Promise<Posted[]> {
  const { db } = app;
  const accepted: Posted[] = [];
  const company = await getCompany(db.read);
  const subjects = new Map<number, string>();
  for (;;) {
    const rows = (await claimDue(db, "seed", now, 500)).toSorted((a, b) => a.id - b.id);
    if (!rows.length) break;
    for (const { revisionId } of rows)
      if (revisionId !== null && !subjects.has(revisionId)) subjects.set(revisionId, (await getRevision(db.read, revisionId)).subject);
    const ids = rows.map((row) => row.id);
    const written = new Map((await db.read.select({ id: deliveries.id, at: deliveries.createdAt }).from(deliveries).where(inArray(deliveries.id, ids))).map((row) => [row.id, row.at]));
    await db.write(async (tx) => {
      const going = await commitIntents(tx, now, rows);
      for (const [i, row] of rows.entries()) {
        if (!going.has(row.id)) continue;
        // system mails of the past left when they were written, a campaign's one after the other
        const at = row.class === "marketing" ? now + i * 120 : (written.get(row.id) ?? now) + 20_000;
        const isGone = row.class === "marketing" && random.chance(0.006);
        await recordEndings(tx, at, [{
          row,
          intentAt: at,
          subject: row.notice ? app.words.notice(row.notice.locale, row.notice.template, row.notice.values, company, company.timeZone).subject : (subjects.get(row.revisionId ?? 0) ?? ""),
          transport: "outbox",
          outcome: isGone
            ? { kind: "refused", code: 550, words: "550 5.1.1 The email account that you tried to reach does not exist" }
            : { kind: "accepted", code: 250, words: "250 2.0.0 Ok: queued", providerId: null },
        }]);
        if (!isGone) accepted.push({ ...row, acceptedAt: at });
      }
    });
  }
  while (await tellDue({ db, clock: () => now }));
  return accepted;
}

const AGENTS = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Linux; Android 15; SM-A566B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
] as const;
const SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel; HeadlessChrome/120.0)";

async function respond(db: Database, random: Random, sent: Posted[], plan: Plan, now: number, end: number): Promise<Response[]> {
  const clicks: Response[] = [];
  const hits: Parameters<typeof takeHit>[1][] = [];
  const leaving: { row: Posted; at: number }[] = [];
  const positions = new Map<number, number[]>();
  for (const row of sent) {
    const accepted = row.acceptedAt ?? now;
    const hit = (kind: "open" | "click", at: number, userAgent: string, linkPosition: number | null = null) => {
      if (at < end) hits.push({ deliveryId: row.id, kind, at, method: "GET", userAgent, linkPosition, remoteAddress: null });
    };
    if (random.chance(0.05)) hit("open", accepted + 400, SCANNER);
    // everybody reads by an own habit, which the person's number gives: the same people open again
    const habit = 0.12 + 0.7 * ((Math.imul(row.partyId ?? 1, 2654435761) >>> 0) / 4294967296) ** 1.6;
    if (!random.chance(Math.min(0.95, habit * plan.appeal))) continue;
    const openedAt = accepted + Math.round(60_000 + random.gamma(0.7, 0.045) * HOUR);
    const agent = random.pick(AGENTS);
    hit("open", openedAt, agent);
    if (random.chance(0.013 / plan.appeal)) leaving.push({ row, at: openedAt + 60_000 });
    else if (random.chance(0.17 * plan.appeal)) {
      const at = openedAt + random.int(8, 240) * 1000;
      const revisionId = row.revisionId as number;
      if (!positions.has(revisionId)) positions.set(revisionId, (await listRevisionLinks(db.read, revisionId)).map((link) => link.position));
      const links = positions.get(revisionId)!;
      if (!links.length || at >= end) continue;
      hit("click", at, agent, random.chance(0.75) ? links[0]! : random.pick(links));
      if (row.partyId !== null) clicks.push({ partyId: row.partyId, clickedAt: at });
    }
  }
  for (let from = 0; from < hits.length; from += 500)
    for (const { failure } of await Promise.all(hits.slice(from, from + 500).map((one) => takeHit(db, one)))) if (failure) throw failure;
  while (await judgeDue({ db, clock: () => end }, 2000));
  await db.write(async (tx) => {
    for (const { row, at } of leaving) {
      if (at >= end) continue;
      const mail = await findLinkedMail(tx, row.id);
      if (mail) await unsubscribe(tx, bySystem("public", at), mail, { from: "topic", source: "one_click", wordingVersion: "2024-1", remoteAddress: null });
    }
  });
  return clicks.toSorted((a, b) => a.clickedAt - b.clickedAt);
}
