/** Consents, segments, campaigns and deliveries. */
import { z } from "zod";

import type { Tx } from "~/db/types";
import { createCampaign, findCampaign, saveCampaign } from "~/domain/campaigns/campaigns.server";
import { listConsentStates, recordConsent } from "~/domain/customers/consents.server";
import { findTopic } from "~/domain/customers/topics.server";
import {
  campaignChangeSchema, campaignPage, campaignSchema, consentPage, consentSchema, deliveryPage, deliverySchema, listChangedSchema, listChangeSchema, memberPage, newCampaignSchema, newConsentSchema,
  newSegmentSchema, segmentChangeSchema, segmentCountSchema, segmentPageSchema, segmentSchema, topicPage,
} from "~/domain/integrations/resources/audience";
import { CAMPAIGNS, CONSENTS, DELIVERIES, MAILINGS, readCampaigns, readConsents, readDeliveries, readSegments, readTopics, SEGMENTS, TOPICS } from "~/domain/integrations/resources/audience.server";
import { PARTIES } from "~/domain/integrations/resources/parties.server";
import { idSchema, instantOf, pageQuery, pagesOnly, time } from "~/domain/integrations/resources/shape";
import type { Problem as RuleProblem } from "~/domain/segments/check";
import { checkSegment } from "~/domain/segments/references.server";
import { addToList, removeFromList } from "~/domain/segments/lists.server";
import type { RuleGroup } from "~/domain/segments/rule";
import { archiveSegment, countSegment, createSegment, findSegment, saveSegment, segmentPage } from "~/domain/segments/segments.server";
import { makeCursor, readCursor } from "~/http/api/cursor.server";
import { type Asked, type Operation, reads, writes } from "~/http/api/operation";
import { Problem } from "~/http/api/problem";
import { conflicting, refused } from "./fields.server";
import { findOne, idOf, listPage, named, ofParty, readOne, when } from "./listing.server";

/** The inner id of a topic in use. */
async function topicOf(tx: Tx, key: string | null | undefined): Promise<number | null> {
  if (key == null) return null;
  const topic = await findTopic(tx, key);
  if (!topic || topic.archivedAt !== null) throw refused("/topic", "unknown", "names no topic in use");
  return topic.id;
}

export const consentOperations: Operation[] = [
  reads({
    id: "listConsents", path: "/consents", resource: "consents", summary: "List what was said about hearing from us, in the order it was noted", answer: consentPage,
    query: z.strictObject({ ...pageQuery, party_id: idSchema.optional() }),
    run: (asked) => listPage(asked, "consents", CONSENTS, readConsents, ofParty("consents", asked.query.party_id)),
  }),
  reads({
    id: "listTopics", path: "/topics", resource: "consents", summary: "List what people can be asked about", query: z.strictObject(pagesOnly), answer: topicPage,
    run: (asked) => listPage(asked, "topics", TOPICS, readTopics),
  }),
  reads({
    id: "getConsent", path: "/parties/{id}/consents/{topic}/{channel}", resource: "consents", summary: "Get what stands: what a person last said about hearing from us of this topic by this channel",
    description: "Not found where they never said anything: then nothing may be sent to them.", answer: consentSchema,
    async run({ app, params: { id, topic, channel } }) {
      const db = app.db.read;
      const found = await findTopic(db, topic ?? "");
      const partyId = await idOf(db, PARTIES, id ?? "");
      const stands = (await listConsentStates(db, partyId)).find((one) => one.topicId === found?.id && one.channel === channel);
      if (!stands) throw new Problem("not_found");
      return (await readConsents(db, [stands.consentId]))[0]!;
    },
  }),
  writes({
    id: "createConsent", method: "POST", status: 201, path: "/consents", resource: "consents", summary: "Note what a person has said", description: "Nothing of it is ever changed: whoever changes their mind says something new.",
    body: newConsentSchema, answer: consentSchema,
    async run(tx, { by, body }) {
      const at = body.at === undefined ? by.now : instantOf(body.at);
      if (at > by.now) throw refused("/at", "in_future", "is in the future");
      const consentId = await recordConsent(tx, by, {
        partyId: await named(tx, PARTIES, body.party_id, "/party_id"), topicId: (await topicOf(tx, body.topic)) as number, channel: body.channel, state: body.state,
        wordingVersion: body.wording_version, source: "api", at, ...(body.wording !== undefined && { wording: body.wording }),
      });
      return { value: (await readConsents(tx, [consentId]))[0]! };
    },
  }),
];

async function checkedRules(tx: Tx, { app }: Pick<Asked<never, never>, "app">, rules: unknown, self?: string): Promise<RuleGroup> {
  const checked = await checkSegment(tx, app.fields, rules, self);
  if (!checked.ok) throw badRules(checked.problems);
  return checked.rules;
}

function badRules(problems: readonly RuleProblem[]): Problem {
  return new Problem("invalid", undefined, problems.map(({ path, reason, field }) => ({ pointer: `/rules${path.map((at) => `/rules/${at}`).join("")}`, code: reason, detail: field ?? "cannot be asked" })));
}

async function theSegment(tx: Parameters<typeof findSegment>[0], id: string | undefined) {
  const segment = await findSegment(tx, id ?? "");
  if (!segment) throw new Problem("not_found");
  return segment;
}

export const segmentOperations: Operation[] = [
  reads({
    id: "listSegments", path: "/segments", resource: "segments", summary: "List segments", query: z.strictObject(pageQuery), answer: segmentPageSchema,
    run: (asked) => listPage(asked, "segments", SEGMENTS, readSegments),
  }),
  reads({ id: "getSegment", path: "/segments/{id}", resource: "segments", summary: "Get a segment", answer: segmentSchema, run: ({ app, params }) => readOne(app.db.read, SEGMENTS, readSegments, params.id) }),
  reads({
    id: "countSegment", path: "/segments/{id}/count", resource: "segments", summary: "Count who is in it now", answer: segmentCountSchema,
    async run({ app, params, by }) {
      const { rules } = await theSegment(app.db.read, params.id);
      return { count: await countSegment(app.db.aside, app.fields, rules, by.now), as_of: time(by.now) };
    },
  }),
  reads({
    id: "listSegmentMembers", path: "/segments/{id}/members", resource: "segments", summary: "List who is in it now", query: z.strictObject(pagesOnly), answer: memberPage,
    async run({ app, params, by, query: { limit, cursor } }) {
      const { rules, publicId } = await theSegment(app.db.read, params.id);
      const place = `members:${publicId}`;
      const page = await segmentPage(app.db.aside, app.fields, rules, by.now, { columns: "p.id AS id, p.public_id AS public_id", afterId: readCursor(app.env, place, cursor), limit: limit + 1 });
      const rows = await app.db.aside.raw<{ id: number; public_id: string }>(page.sql, page.params);
      const shown = rows.slice(0, limit);
      return { data: shown.map((row) => ({ party_id: row.public_id })), next: rows.length > limit ? makeCursor(app.env, place, Number(shown.at(-1)!.id)) : null };
    },
  }),
  writes({
    id: "createSegment", method: "POST", status: 201, path: "/segments", resource: "segments", summary: "Make a segment", body: newSegmentSchema, answer: segmentSchema,
    async run(tx, asked) {
      const { name, rules } = asked.body;
      const { publicId } = await createSegment(tx, asked.by, { name, rules: await checkedRules(tx, asked, rules) });
      return { value: await readOne(tx, SEGMENTS, readSegments, publicId), made: publicId };
    },
  }),
  writes({
    id: "updateSegment", method: "PATCH", status: 200, path: "/segments/{id}", resource: "segments", summary: "Change a segment, or put it away", body: segmentChangeSchema, answer: segmentSchema,
    current: (tx, { params }) => findOne(tx, SEGMENTS, readSegments, params.id),
    async run(tx, asked) {
      const { by, body, params } = asked;
      const segment = await theSegment(tx, params.id);
      if (body.name !== undefined || body.rules !== undefined) {
        const rules = body.rules === undefined ? segment.rules : await checkedRules(tx, asked, body.rules, segment.publicId);
        const saved = await saveSegment(tx, by, { segmentId: segment.id, version: segment.version, name: body.name ?? segment.name, rules });
        if (!saved.ok) throw saved.reason === "bad_rules" ? badRules(saved.problems) : conflicting(saved.reason, "It is being changed by somebody else.");
      }
      if (body.is_archived !== undefined && body.is_archived !== (segment.archivedAt !== null)) {
        const put = await archiveSegment(tx, by, segment.id, body.is_archived);
        if (!put.ok) throw conflicting(put.reason, "Other segments or campaigns ask about it.", "/is_archived");
      }
      return { value: await readOne(tx, SEGMENTS, readSegments, params.id) };
    },
  }),
];

export const listOperations: Operation[] = [
  writes({
    id: "changeSegmentMembers", method: "PATCH", status: 200, path: "/segments/{id}/members", resource: "segments", summary: "Put customers on a fixed list, or take them off",
    description: "Only where `is_fixed` is true: who is in any other segment follows from its rules.", body: listChangeSchema, answer: listChangedSchema,
    async run(tx, { by, body, params }) {
      const segment = await theSegment(tx, params.id);
      const inner = async (ids: readonly string[], pointer: string) => Promise.all(ids.map((id, i) => named(tx, PARTIES, id, `/${pointer}/${i}`)));
      const added = await addToList(tx, by, segment, await inner(body.add, "add"));
      const removed = added.ok ? await removeFromList(tx, by, segment, await inner(body.remove, "remove")) : added;
      if (!added.ok || !removed.ok) throw conflicting(added.ok ? "archived" : added.reason, "Only fixed lists in use can be changed so.");
      return { value: { added: added.changed, removed: removed.changed } };
    },
  }),
];

type Draft = { segment_id?: string | null | undefined; mailing_id?: string | null | undefined; topic?: string | null | undefined };

async function ingredients(tx: Tx, body: Draft) {
  return {
    segmentId: body.segment_id == null ? null : await named(tx, SEGMENTS, body.segment_id, "/segment_id"),
    mailingId: body.mailing_id == null ? null : await named(tx, MAILINGS, body.mailing_id, "/mailing_id"),
    topicId: await topicOf(tx, body.topic),
  };
}

export const campaignOperations: Operation[] = [
  reads({
    id: "listCampaigns", path: "/campaigns", resource: "campaigns", summary: "List campaigns", query: z.strictObject(pageQuery), answer: campaignPage,
    run: (asked) => listPage(asked, "campaigns", CAMPAIGNS, readCampaigns),
  }),
  reads({ id: "getCampaign", path: "/campaigns/{id}", resource: "campaigns", summary: "Get a campaign", answer: campaignSchema, run: ({ app, params }) => readOne(app.db.read, CAMPAIGNS, readCampaigns, params.id) }),
  writes({
    id: "createCampaign", method: "POST", status: 201, path: "/campaigns", resource: "campaigns", summary: "Draft a campaign", description: "People look at it and launch it.", body: newCampaignSchema, answer: campaignSchema,
    async run(tx, { by, body }) {
      const { publicId } = await createCampaign(tx, by, { name: body.name, goal: body.goal ?? "", ...(await ingredients(tx, body)) });
      return { value: await readOne(tx, CAMPAIGNS, readCampaigns, publicId), made: publicId };
    },
  }),
  writes({
    id: "updateCampaign", method: "PATCH", status: 200, path: "/campaigns/{id}", resource: "campaigns", summary: "Change a campaign that has not been launched", body: campaignChangeSchema, answer: campaignSchema,
    current: (tx, { params }) => findOne(tx, CAMPAIGNS, readCampaigns, params.id),
    async run(tx, { by, body, params }) {
      const campaign = await findCampaign(tx, params.id ?? "");
      if (!campaign) throw new Problem("not_found");
      const now = { ...(await readOne(tx, CAMPAIGNS, readCampaigns, params.id)), ...body };
      const saved = await saveCampaign(tx, by, { campaignId: campaign.id, version: campaign.version, name: now.name, goal: now.goal, ...(await ingredients(tx, now)) });
      if (!saved.ok) throw conflicting(saved.reason, "It can be changed only before its launch.", "");
      return { value: await readOne(tx, CAMPAIGNS, readCampaigns, params.id) };
    },
  }),
];

export const deliveryOperations: Operation[] = [
  reads({
    id: "listDeliveries", path: "/deliveries", resource: "deliveries", summary: "List mails, sent and withheld", answer: deliveryPage,
    query: z.strictObject({ ...pageQuery, party_id: idSchema.optional(), campaign_id: idSchema.optional() }),
    run: async (asked) => {
      const { campaign_id: campaign } = asked.query;
      const id = campaign === undefined ? undefined : await idOf(asked.app.db.read, CAMPAIGNS, campaign);
      return listPage(asked, "deliveries", DELIVERIES, readDeliveries, [...ofParty("deliveries", asked.query.party_id), ...when(id, (one) => ({ sql: "deliveries.campaign_id = ?", params: [one] }))]);
    },
  }),
  reads({ id: "getDelivery", path: "/deliveries/{id}", resource: "deliveries", summary: "Get a mail's course", answer: deliverySchema, run: ({ app, params }) => readOne(app.db.read, DELIVERIES, readDeliveries, params.id) }),
];
