/** Every place that states totals of a campaign, held against a naive count over the rows as they stand in the database. */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { expect, vi } from "vitest";

import type { App } from "../../app/context.server";
import { isUnderWay, type CampaignStatus } from "../../app/domain/campaigns/campaign";
import { findCampaign } from "../../app/domain/campaigns/campaigns.server";
import { FIGURES, listFigures, type Figure } from "../../app/domain/campaigns/figures.server";
import { listTimeline } from "../../app/domain/customers/events.server";
import { countAgain } from "../../app/domain/deliveries/again.server";
import { countByState, countInFlight, listOutbox } from "../../app/domain/deliveries/deliveries.server";
import { parseCsv } from "../../app/domain/imports/csv";
import { loader as ledgerPage } from "../../app/routes/staff/campaigns/recipients";
import { loader as ledgerFile } from "../../app/routes/staff/campaigns/recipients-csv";
import { reportData } from "../../app/routes/staff/campaigns/report-data.server";
import { shellHere } from "./shell-here";

export type RawRow = {
  id: number; party_id: number; public_id: string; address: string; state: string; reason: string | null; bounce: string | null;
  campaign_id: number; delivered_at: number | null; handed_at: number | null; begun: number;
};
type RawEvent = { delivery_id: number | null; party_id: number; kind: string };

const RESPONSES = { opened: "mail_opened", clicked: "mail_clicked", replied: "mail_replied", unsubscribed: "mail_unsubscribed", complained: "mail_reported_spam" } as const;
const OF_STATES: Record<string, string[]> = {
  waiting: ["planned", "queued", "leased", "handing"], sent: ["accepted"], failed: ["failed"], unknown: ["unknown", "unconfirmed"], withheld: ["withheld"],
};

/** All that is known, row by row, and nothing of how the product counts. */
export async function naively(app: App, campaignId: number) {
  const rows = await app.db.read.raw<RawRow>(
    `SELECT d.*, (SELECT count(*) FROM handovers h WHERE h.delivery_id = d.id AND h.attempt = d.attempt AND h.intent_at IS NOT NULL) AS begun
     FROM deliveries d WHERE d.campaign_id = ? ORDER BY d.id DESC`,
    [campaignId],
  );
  const events = await app.db.read.raw<RawEvent>("SELECT delivery_id, party_id, kind FROM events WHERE campaign_id = ?", [campaignId]);
  const hits = await app.db.read.raw<{ delivery_id: number; judgement: string }>("SELECT delivery_id, judgement FROM tracking_hits WHERE judged_at IS NOT NULL", []);
  const orders = await app.db.read.raw<{ attributed_delivery_id: number }>("SELECT attributed_delivery_id FROM orders WHERE attributed_campaign_id = ? AND status <> 'cancelled'", [campaignId]);
  const stateOf = (row: RawRow) => (row.state === "leased" && Number(row.begun) > 0 ? "handing" : row.state);
  const told = (kind: string) => new Set(events.filter((event) => event.kind === kind).map((event) => event.delivery_id));
  const opened = told("mail_opened");
  const [robots, unsure] = ["robot", "unknown"].map((judgement) => new Set(hits.filter((hit) => hit.judgement === judgement && !opened.has(hit.delivery_id)).map((hit) => hit.delivery_id)));
  /** The mails behind each figure. */
  const behind: Record<string, RawRow[]> = { all: rows };
  for (const [figure, states] of Object.entries(OF_STATES)) behind[figure] = rows.filter((row) => states.includes(stateOf(row)));
  for (const [figure, kind] of Object.entries(RESPONSES)) behind[figure] = rows.filter((row) => told(kind).has(row.id));
  behind.bounced = rows.filter((row) => row.bounce !== null);
  behind.delivered = rows.filter((row) => row.delivered_at !== null);
  behind.opened_by_robots = rows.filter((row) => robots!.has(row.id));
  behind.opened_unknown = rows.filter((row) => unsure!.has(row.id) && !robots!.has(row.id));
  behind.ordered = rows.filter((row) => orders.some((order) => order.attributed_delivery_id === row.id));
  for (const row of rows) if (row.state === "withheld" || row.state === "failed") (behind[`${row.state}:${row.reason}`] ??= []).push(row);
  return { rows, events, stateOf, behind };
}
type Naive = Awaited<ReturnType<typeof naively>>;

export function countBy<Row>(rows: readonly Row[], key: (row: Row) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return counts;
}

/** Only what is not nought. */
const some = (counts: Record<string, unknown>) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
const reasonsOf = (rows: readonly RawRow[], state: string) => countBy(rows.filter((row) => row.state === state), (row) => String(row.reason));

/** @param figures whose people are gone through, page by page and in the file: all of them, or only `all`, which has each row */
export async function expectTotals(app: App, publicId: string, settings: Record<string, string | undefined>, figures: "every" | "all") {
  const campaign = (await findCampaign(app.db.read, publicId))!;
  const naive = await naively(app, campaign.id);
  const states = countBy(naive.rows, naive.stateOf);
  expect(Object.values(OF_STATES).flatMap((all) => all).reduce((sum, state) => sum + (states[state] ?? 0), 0)).toBe(naive.rows.length);
  await expectCounts(app, campaign.id, naive, states);
  await expectReport(app, campaign, naive);
  await expectLedger(app, publicId, naive, figures);
  await expectOutbox(app, campaign.id, naive, states);
  await expectShell(app, campaign, naive, states, settings);
  await expectTimelines(app, naive);
  return { status: campaign.status, states, withheld: reasonsOf(naive.rows, "withheld"), failed: reasonsOf(naive.rows, "failed") };
}

async function expectCounts(app: App, campaignId: number, { rows, behind }: Naive, states: Record<string, number>): Promise<void> {
  const counts = await countByState(app.db.read, campaignId);
  const { total, delivered, hardBounced, softBounced, withheldReasons, failedReasons, reportsDelivery: _, ...byState } = counts;
  expect(some(byState)).toEqual(states);
  expect({ total, delivered, hardBounced, softBounced, withheldReasons, failedReasons }).toEqual({
    total: rows.length, delivered: behind.delivered!.length,
    hardBounced: rows.filter((row) => row.bounce === "hard").length, softBounced: rows.filter((row) => row.bounce === "soft").length,
    withheldReasons: reasonsOf(rows, "withheld"), failedReasons: reasonsOf(rows, "failed"),
  });
  expect(await countInFlight(app.db.read, campaignId)).toBe(states.handing ?? 0);
  expect(await countAgain(app.db.read, campaignId, app.clock())).toEqual({
    failed: rows.filter((row) => row.state === "failed" && ["gave_up", "blocked", "mailbox_full"].includes(row.reason ?? "")).length,
    doubtful: behind.unknown!.filter((row) => row.handed_at === null || Number(row.handed_at) <= app.clock() - 600_000).length,
  });
  const { sent, opened, clicked, ordered, waiting } = behind as Record<string, RawRow[]>;
  expect((await listFigures(app.db.read, [campaignId])).get(campaignId)).toEqual({
    total: rows.length, sent: sent!.length, opened: opened!.length, clicked: clicked!.length, ordered: ordered!.length, waiting: waiting!.length,
  });
}

/** The campaign's page: progress and report. What takes long to count it asks for again by itself. */
async function expectReport(app: App, campaign: NonNullable<Awaited<ReturnType<typeof findCampaign>>>, { rows, behind }: Naive): Promise<void> {
  const { delivered, ...figures } = Object.fromEntries(FIGURES.map((figure) => [figure, behind[figure]!.length]));
  await vi.waitFor(async () => {
    const data = await reportData(app, campaign);
    expect(data.figures).toEqual(figures);
    expect(data.delivered).toBe(delivered || null);
    expect(data.matched).toBe(rows.length);
    expect(Object.fromEntries(data.withheld.map(({ reason, count }) => [reason, count]))).toEqual(reasonsOf(rows, "withheld"));
    expect(data.hardBounced + data.softBounced).toBe(figures.bounced);
    expect(data.orders).toBe(figures.ordered);
    expect(data.responses.steps.reduce((sum, step) => sum + step.opened, 0)).toBe(figures.opened);
    expect(data.responses.steps.reduce((sum, step) => sum + step.clicked, 0)).toBe(figures.clicked);
    expect(data.progress !== null).toBe(isUnderWay(campaign.status) || figures.waiting! > 0);
    const { all, waiting, sent, failed, unknown, withheld } = data.figures;
    expect(waiting + sent + failed + unknown + withheld).toBe(all);
  }, 5_000);
}

const asked = (app: App, publicId: string, query: string) =>
  ({ request: new Request(`http://crm.example.com/?${query}`), params: { id: publicId }, context: { app, locale: "en", timeZone: "UTC" } }) as unknown as LoaderFunctionArgs;

/** @returns every row of every page */
export async function walkLedger(app: App, publicId: string, figure: string) {
  const rows: Awaited<ReturnType<typeof ledgerPage>>["rows"][number][] = [];
  for (let after: number | null = 0, page; after !== null; after = page.older) {
    page = await ledgerPage(asked(app, publicId, `who=${figure}${after ? `&after=${after}` : ""}`));
    rows.push(...page.rows);
  }
  return rows;
}

async function expectLedger(app: App, publicId: string, { behind, rows }: Naive, which: "every" | "all"): Promise<void> {
  const { tabs } = await ledgerPage(asked(app, publicId, "who=all"));
  const counts = Object.fromEntries(tabs.map((tab) => [tab.figure, tab.count]));
  expect(counts).toEqual(Object.fromEntries(Object.entries(behind).filter(([figure, of]) => of.length > 0 || figure === "all").map(([figure, of]) => [figure, of.length])));
  const publicIds = new Map(rows.map((row) => [row.id, row.public_id]));
  for (const figure of which === "every" ? (Object.keys(counts) as Figure[]) : ["all"]) {
    const ids = behind[figure]!.map((row) => row.id);
    expect([figure, (await walkLedger(app, publicId, figure)).map((row) => row.key)]).toEqual([figure, ids]);
    const file = await ((await ledgerFile(asked(app, publicId, `who=${figure}`))) as Response).text();
    const lines = [...parseCsv(file)].slice(1);
    expect([figure, lines.map((line) => line.cells[0])]).toEqual([figure, ids.map((id) => publicIds.get(id))]);
    expect(countBy(lines, (line) => `${line.cells[5]} ${line.cells[6]}`)).toEqual(countBy(behind[figure]!, (row) => `${row.state} ${row.reason ?? ""}`));
  }
}

async function expectOutbox(app: App, campaignId: number, { rows, stateOf }: Naive, states: Record<string, number>): Promise<void> {
  for (const state of Object.keys(states)) {
    const found: number[] = [];
    for (let beforeId: number | null | undefined; beforeId !== null; ) {
      const page = await listOutbox(app.db.read, { campaignId, state: state as never, withSecurity: false, ...(beforeId && { beforeId }) });
      found.push(...page.rows.map((row) => row.id));
      beforeId = page.older;
    }
    expect([state, found]).toEqual([state, rows.filter((row) => stateOf(row) === state).map((row) => row.id)]);
  }
}

type Named = { id: number; publicId: string; name: string; status: CampaignStatus };

async function expectShell(app: App, campaign: Named, { rows }: Naive, states: Record<string, number>, settings: Record<string, string | undefined>): Promise<void> {
  const { code, stdout } = await shellHere(settings, "outbox", "show", campaign.publicId, "--json");
  const { states: said, attempts, ...rest } = JSON.parse(stdout) as Record<string, unknown> & { states: Record<string, number> };
  const handed = await app.db.read.raw("SELECT h.attempt FROM handovers h JOIN deliveries d ON d.id = h.delivery_id WHERE d.campaign_id = ?", [campaign.id]);
  expect([code, some(said), attempts]).toEqual([0, states, handed.length]);
  expect(rest).toEqual({
    id: campaign.publicId, name: campaign.name, status: campaign.status, total: rows.length, withheldReasons: reasonsOf(rows, "withheld"), failedReasons: reasonsOf(rows, "failed"),
    delivered: null, hardBounced: rows.filter((row) => row.bounce === "hard").length, softBounced: rows.filter((row) => row.bounce === "soft").length,
  });
}

/** What each customer's own record says of this campaign. */
async function expectTimelines(app: App, { rows, events, behind }: Naive): Promise<void> {
  const shown: [kind: string, id: number | null][] = [];
  for (const partyId of new Set(rows.map((row) => row.party_id)))
    for (let before: string | null | undefined; before !== null; ) {
      const page = await listTimeline(app.db.read, partyId, { limit: 3, before });
      for (const entry of page.entries) if (entry.campaignId === rows[0]!.campaign_id) shown.push([entry.kind, entry.deliveryId]);
      before = page.next;
    }
  const of = (kind: string) => shown.filter((one) => one[0] === kind).map(([, id]) => id).toSorted();
  const ids = (figure: string) => behind[figure]!.map((row) => row.id).toSorted();
  expect(of("mail_accepted")).toEqual(ids("sent"));
  expect(of("mail_bounced")).toEqual(ids("bounced"));
  for (const [figure, kind] of Object.entries(RESPONSES)) expect([...new Set(of(kind))]).toEqual(ids(figure));
  expect(of("mail_failed")).toEqual(expect.arrayContaining(ids("failed")));
  expect(shown.length).toBe(events.length);
  const metrics = await app.db.read.raw<{ n: number }>("SELECT sum(mails_accepted) AS n FROM customer_metrics", []);
  expect(Number(metrics[0]!.n)).toBe(behind.sent!.length);
}
