/** What segments can ask of campaigns: who got this one, opened it, clicked in it. */
import { desc, isNotNull } from "drizzle-orm";

import { among, type CompileContext, DAY, days, fact, fragment, not, operator, type SegmentField } from "../customers/segment-field";
import { campaigns } from "./schema";

/** More would make the page heavy; the newest are what people ask about. */
const MOST_PROPOSALS = 400;

const campaign = { kind: "choice", name: "campaign", of: "loaded" } as const;

type Did = "mail_accepted" | "mail_opened" | "mail_clicked";

/** By the index on campaign, kind and customer. */
const rowsOf = (kind: Did) => `FROM events e WHERE e.campaign_id = (SELECT k.id FROM campaigns k WHERE k.public_id = ?) AND e.kind = '${kind}'`;
const did = (kind: Did) => (v: { campaign: string }, ctx: CompileContext) => among(ctx, "e.party_id", rowsOf(kind), v.campaign);
const [got, opened, clicked] = [did("mail_accepted"), did("mail_opened"), did("mail_clicked")];
const isThere = (kind: Did) => `EXISTS (SELECT 1 ${rowsOf(kind)} AND e.party_id = m.party_id)`;

const number = { kind: "number", name: "number", min: 0, max: 10_000 } as const;
const last = { kind: "number", name: "number", min: 1, max: 50 } as const;

const RECEIVED = "FROM events e WHERE e.party_id = m.party_id AND e.kind = 'mail_accepted' AND e.campaign_id IS NOT NULL";
const IN_DAYS = `(SELECT count(DISTINCT e.campaign_id) ${RECEIVED} AND e.at >= ?)`;
/** The last n campaigns that they got, the newest first. */
const LAST = `FROM (SELECT e.campaign_id ${RECEIVED} ORDER BY e.at DESC, e.id DESC LIMIT ?) r`;
const GOT_LAST = `(SELECT count(*) ${LAST})`;

/** Of the last n campaigns that they got, those in which they did something. "None of the last three": they got three. */
function lastCampaigns(key: string, kind: "mail_opened" | "mail_clicked"): SegmentField {
  const acted = `(SELECT count(*) ${LAST} WHERE EXISTS (SELECT 1 FROM events d WHERE d.campaign_id = r.campaign_id AND d.kind = '${kind}' AND d.party_id = m.party_id))`;
  return {
    key,
    group: "engagement",
    operators: [
      operator("none_of_last", [last], (v) => fragment(`(${GOT_LAST} = ? AND ${acted} = 0)`, v.number, v.number, v.number)),
      operator("some_of_last", [last], (v) => fragment(`${acted} > 0`, v.number)),
    ],
    fact: fact<{ number: number }>("text", (v) => fragment(`(cast(${acted} AS text) || ' / ' || cast(${GOT_LAST} AS text))`, v.number, v.number)),
  };
}

export const segmentFields: SegmentField[] = [
  {
    key: "campaign",
    group: "engagement",
    operators: [
      operator("got", [campaign], got),
      operator("not_got", [campaign], (v, ctx) => not(got(v, ctx))),
      operator("opened", [campaign], opened),
      operator("not_opened", [campaign], (v, ctx) => not(opened(v, ctx))),
      operator("clicked", [campaign], clicked),
      operator("not_clicked", [campaign], (v, ctx) => not(clicked(v, ctx))),
    ],
    fact: fact<{ campaign: string }>("word", (v) =>
      fragment(
        `CASE WHEN ${isThere("mail_clicked")} THEN 'clicked' WHEN ${isThere("mail_opened")} THEN 'opened' WHEN ${isThere("mail_accepted")} THEN 'got' END`,
        v.campaign, v.campaign, v.campaign,
      ),
    ),
    loadOptions: async (db) => ({
      campaign: await db
        .select({ value: campaigns.publicId, label: campaigns.name })
        .from(campaigns)
        .where(isNotNull(campaigns.launchedAt))
        .orderBy(desc(campaigns.launchedAt), desc(campaigns.id))
        .limit(MOST_PROPOSALS),
    }),
  },
  {
    key: "campaigns_in_days",
    group: "engagement",
    operators: [
      operator("count_gte", [number, days], (v, { now }) => fragment(`${IN_DAYS} >= ?`, now - v.days * DAY, v.number)),
      operator("count_lte", [number, days], (v, { now }) => fragment(`${IN_DAYS} <= ?`, now - v.days * DAY, v.number)),
      operator("count_eq", [number, days], (v, { now }) => fragment(`${IN_DAYS} = ?`, now - v.days * DAY, v.number)),
    ],
    fact: fact<{ days: number }>("number", (v, { now }) => fragment(IN_DAYS, now - v.days * DAY)),
  },
  lastCampaigns("last_campaigns_opened", "mail_opened"),
  lastCampaigns("last_campaigns_clicked", "mail_clicked"),
];
