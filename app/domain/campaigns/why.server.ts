/** Why somebody got a mail: whom its campaign was for, and what its reader had agreed to when it was made for them. */
import { and, desc, eq, lte, ne } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { consents } from "../customers/schema";
import { listAllTopics } from "../customers/topics.server";
import { segments } from "../segments/schema";
import { campaigns } from "./schema";

export type Agreement = { at: number; source: string; legalBasis: (typeof consents.$inferSelect)["legalBasis"] };

export type WhyMail = {
  campaign: { publicId: string; name: string } | null;
  /** As it was at the launch; null for a campaign without one. */
  segment: { publicId: string; name: string; version: number | null } | null;
  topic: string;
  /** The last word before the mail was made; null when that was no agreement, or none is kept. */
  agreed: Agreement | null;
};

type Mail = { campaignId: number | null; topicId: number | null; partyId: number | null; createdAt: number };

/** Null for mails that need nobody's consent. `locale`: the language of the topic's name. */
export async function findWhyMail(db: Reader, { campaignId, topicId, partyId, createdAt }: Mail, locale: string): Promise<WhyMail | null> {
  if (campaignId === null || topicId === null || partyId === null) return null;
  const [row] = await db
    .select({ publicId: campaigns.publicId, name: campaigns.name, version: campaigns.segmentVersion, segmentId: segments.publicId, segmentName: segments.name })
    .from(campaigns)
    .leftJoin(segments, eq(segments.id, campaigns.segmentId))
    .where(eq(campaigns.id, campaignId));
  return {
    campaign: row ? { publicId: row.publicId, name: row.name } : null,
    segment: row && row.segmentId !== null && row.segmentName !== null ? { publicId: row.segmentId, name: row.segmentName, version: row.version } : null,
    topic: (await listAllTopics(db, locale)).find(({ id }) => id === topicId)?.name ?? "–",
    agreed: await findAgreement(db, { partyId, topicId, until: createdAt }),
  };
}

async function findAgreement(db: Reader, { partyId, topicId, until }: { partyId: number; topicId: number; until: number }): Promise<Agreement | null> {
  const [last] = await db
    .select({ at: consents.at, source: consents.source, legalBasis: consents.legalBasis, state: consents.state })
    .from(consents)
    // Who asks again and has not confirmed yet has what they had.
    .where(and(eq(consents.partyId, partyId), eq(consents.topicId, topicId), eq(consents.channel, "email"), ne(consents.state, "pending"), lte(consents.at, until)))
    .orderBy(desc(consents.id))
    .limit(1);
  return last?.state === "granted" ? { at: last.at, source: last.source, legalBasis: last.legalBasis } : null;
}
