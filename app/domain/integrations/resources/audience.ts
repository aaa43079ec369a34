/** Consents, segments, campaigns, deliveries and cases in the API. Pure. */
import { z } from "zod";

import { CASE_STATUSES, CASE_TYPES, COMPLAINT_REASONS, DECISIONS, REMEDIES } from "../../cases/case";
import { ruleGroupSchema } from "../../segments/rule";
import { idSchema, pageSchema, timeSchema } from "./shape";

const CHANNEL = z.enum(["email", "sms", "phone", "letter"]);

export const consentSchema = z
  .strictObject({
    party_id: idSchema,
    topic: z.string().describe("The topic's key"),
    channel: CHANNEL,
    state: z.enum(["pending", "granted", "withdrawn"]),
    legal_basis: z.string(),
    wording_version: z.string(),
    wording: z.string().nullable().describe("The words that the person saw or heard"),
    source: z.string(),
    at: timeSchema,
  })
  .meta({ id: "Consent" });
export type ConsentShape = z.infer<typeof consentSchema>;
export const consentPage = pageSchema(consentSchema, "ConsentPage");

export const newConsentSchema = z
  .strictObject({
    party_id: idSchema,
    topic: z.string().min(1).max(60),
    channel: CHANNEL,
    state: z.enum(["granted", "withdrawn"]),
    wording_version: z.string().trim().min(1).max(60).describe("Which wording was shown"),
    wording: z.string().trim().min(1).max(2000).optional(),
    at: timeSchema.optional().describe("When it was said, where that was before now"),
  })
  .meta({ id: "NewConsent" });

export const topicSchema = z
  .strictObject({ key: z.string(), is_archived: z.boolean(), words: z.record(z.string(), z.strictObject({ name: z.string(), description: z.string() })).describe("By language") })
  .meta({ id: "Topic" });
export type TopicShape = z.infer<typeof topicSchema>;
export const topicPage = pageSchema(topicSchema, "TopicPage");

const rules = ruleGroupSchema.describe("As docs/segment-rules.md says");

export const segmentSchema = z
  .strictObject({ id: idSchema, name: z.string(), rules, is_fixed: z.boolean().describe("A list of customers that somebody chose"), version: z.int(), is_archived: z.boolean(), created_at: timeSchema, updated_at: timeSchema })
  .meta({ id: "Segment" });
export type SegmentShape = z.infer<typeof segmentSchema>;
export const segmentPageSchema = pageSchema(segmentSchema, "SegmentPage");
const segmentName = z.string().trim().min(1).max(120);
export const newSegmentSchema = z.strictObject({ name: segmentName, rules }).meta({ id: "NewSegment" });
export const segmentChangeSchema = z.strictObject({ name: segmentName.optional(), rules: rules.optional(), is_archived: z.boolean().optional() }).meta({ id: "SegmentChange" });
export const segmentCountSchema = z.strictObject({ count: z.int(), as_of: timeSchema }).meta({ id: "SegmentCount" });
export const memberPage = pageSchema(z.strictObject({ party_id: idSchema }).meta({ id: "SegmentMember" }), "SegmentMemberPage");

const someParties = z.array(idSchema).max(1000).default([]);
export const listChangeSchema = z.strictObject({ add: someParties, remove: someParties }).meta({ id: "ListChange" });
export const listChangedSchema = z.strictObject({ added: z.int(), removed: z.int() }).meta({ id: "ListChanged" });

export const campaignSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    goal: z.string(),
    status: z.enum(["draft", "approved", "scheduled", "planning", "sending", "paused", "cancelled", "finished"]),
    segment_id: idSchema.nullable(),
    mailing_id: idSchema.nullable(),
    topic: z.string().nullable(),
    matched: z.int().nullable().describe("Customers in the segment at the launch"),
    scheduled_at: timeSchema.nullable(),
    launched_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: "Campaign" });
export type CampaignShape = z.infer<typeof campaignSchema>;
export const campaignPage = pageSchema(campaignSchema, "CampaignPage");
const campaignFields = {
  goal: z.string().trim().max(500).optional(),
  segment_id: idSchema.nullable().optional(),
  mailing_id: idSchema.nullable().optional(),
  topic: z.string().max(60).nullable().optional(),
};
const campaignName = z.string().trim().min(1).max(120);
export const newCampaignSchema = z.strictObject({ name: campaignName, ...campaignFields }).meta({ id: "NewCampaign" });
export const campaignChangeSchema = z.strictObject({ name: campaignName.optional(), ...campaignFields }).meta({ id: "CampaignChange" });

export const deliverySchema = z
  .strictObject({
    id: idSchema,
    class: z.enum(["marketing", "transactional", "security"]),
    party_id: idSchema.nullable(),
    campaign_id: idSchema.nullable(),
    subject: z.string().nullable(),
    locale: z.string(),
    state: z.string().describe("planned, withheld, queued, leased, accepted, failed, unknown or unconfirmed"),
    reason: z.string().nullable().describe("Why it was withheld or failed"),
    code: z.int().nullable().describe("Of the server's answer"),
    bounce: z.enum(["hard", "soft"]).nullable(),
    created_at: timeSchema,
    accepted_at: timeSchema.nullable(),
    delivered_at: timeSchema.nullable(),
    bounced_at: timeSchema.nullable(),
  })
  .meta({ id: "Delivery" });
export type DeliveryShape = z.infer<typeof deliverySchema>;
export const deliveryPage = pageSchema(deliverySchema, "DeliveryPage");

export const caseSchema = z
  .strictObject({
    id: idSchema,
    number: z.string(),
    type: z.enum(CASE_TYPES),
    status: z.enum(CASE_STATUSES),
    party_id: idSchema,
    order_id: idSchema.nullable(),
    subject: z.string(),
    decision: z.enum(DECISIONS).nullable(),
    received_at: timeSchema,
    due_at: timeSchema.nullable().describe("The last instant at which the answer to a complaint is in time"),
    answered_at: timeSchema.nullable(),
    closed_at: timeSchema.nullable(),
    messages: z.array(z.strictObject({ direction: z.enum(["in", "out"]), channel: z.string(), body: z.string(), at: timeSchema }).meta({ id: "CaseMessage" })).describe("Between customer and staff"),
  })
  .meta({ id: "Case" });
export type CaseShape = z.infer<typeof caseSchema>;
export const casePage = pageSchema(caseSchema, "CasePage");

const message = z.string().trim().min(1).max(5000);
export const newCaseSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("question"), party_id: idSchema, subject: z.string().trim().min(1).max(200), message }),
    z.strictObject({
      type: z.literal("complaint"),
      party_id: idSchema,
      order_line_id: idSchema,
      reason: z.enum(COMPLAINT_REASONS),
      wanted_remedy: z.enum(REMEDIES),
      quantity: z.int().min(1).max(100_000).default(1),
      noticed_on: z.iso.date().optional(),
      message,
    }),
  ])
  .meta({ id: "NewCase" });
export const caseChangeSchema = z.strictObject({ status: z.enum(["open", "closed"]).describe("open: taken up, or opened again") }).meta({ id: "CaseChange" });

export const newReplySchema = z.strictObject({ message, wait_for_customer: z.boolean().default(false).describe("The case waits for what the customer answers") }).meta({ id: "NewReply" });
export const newDecisionSchema = z
  .strictObject({ decision: z.enum(DECISIONS), granted_remedy: z.enum(REMEDIES).optional().describe("Wanted unless it is rejected"), message })
  .superRefine((given, ctx) => {
    if (given.decision !== "rejected" && !given.granted_remedy) ctx.addIssue({ code: "custom", path: ["granted_remedy"], message: "what is granted" });
  })
  .meta({ id: "NewDecision" });
