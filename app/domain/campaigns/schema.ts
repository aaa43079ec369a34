import { staffUsers } from "../accounts/schema.ts";
import { topics } from "../customers/schema.ts";
import { mailingRevisions, mailings } from "../mailings/schema.ts";
import { segments } from "../segments/schema.ts";
import type { RuleGroup } from "../segments/rule.ts";
import { id, index, instant, int, json, oneOf, primaryKey, table, text } from "../../db/columns.ts";

export const CAMPAIGN_STATUSES = [
  "draft", "approved", "scheduled", "planning", "sending", "paused", "cancelled", "finished",
] as const;

export const campaigns = table(
  "campaigns",
  {
    id: id(),
    publicId: text().notNull().unique(),
    name: text().notNull(),
    goal: text().notNull().default(""),
    status: oneOf([...CAMPAIGN_STATUSES]).notNull(),
    segmentId: int().references(() => segments.id),
    mailingId: int().references(() => mailings.id),
    topicId: int().references(() => topics.id),
    channel: oneOf(["email"]).notNull().default("email"),
    /** Frozen at launch. */
    frozenRules: json<RuleGroup>(),
    /** Of the segment, at the launch. */
    segmentVersion: int(),
    /** Orders within this many days after a click count as the campaign's. */
    attributionDays: int().notNull().default(7),
    /** Planning is restartable: parties with a greater id are still to be planned. */
    planCursor: int().notNull().default(0),
    /** The newest customer at the launch: whoever came after it is not planned, however late the planning is. */
    planUntil: int(),
    matchedCount: int(),
    /** Warnings of the checks that somebody let pass, with the reason given: check key → reason. */
    waivers: json<Record<string, string>>(),
    /** Why a scheduled launch did not start: a reason of launchCampaign. */
    launchRefusal: text(),
    createdBy: int().references(() => staffUsers.id),
    launchedBy: int().references(() => staffUsers.id),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    scheduledAt: instant(),
    launchedAt: instant(),
    finishedAt: instant(),
    version: int().notNull().default(1),
  },
  (t) => [index("campaigns_status").on(t.status, t.scheduledAt), index("campaigns_updated").on(t.updatedAt, t.id)],
);

/** Which frozen revision goes out in which language. */
export const campaignRevisions = table(
  "campaign_revisions",
  {
    campaignId: int().notNull().references(() => campaigns.id),
    locale: text().notNull(),
    revisionId: int().notNull().references(() => mailingRevisions.id),
  },
  (t) => [primaryKey({ columns: [t.campaignId, t.locale] })],
);
