/** Topics: what marketing can be about, in the company's languages. */
import { and, asc, count, eq, isNotNull, isNull, max } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { consentStates, topics, topicTranslations } from "./schema";

export type Topic = { id: number; key: string; name: string; description: string };
/** locale → words */
export type TopicWords = Record<string, { name: string; description: string }>;

/** The topics in use, in their order, in this language; where it has no words of its own, in English, else in any. */
export async function listTopics(db: Reader, locale: string): Promise<Topic[]> {
  const all = await listAllTopics(db, locale);
  return all.filter((topic) => topic.archivedAt === null).map(({ id, key, name, description }) => ({ id, key, name, description }));
}

/** Those put away too. */
export async function listAllTopics(db: Reader, locale: string): Promise<(Topic & { archivedAt: number | null })[]> {
  const rows = await db
    .select({
      id: topics.id,
      key: topics.key,
      archivedAt: topics.archivedAt,
      locale: topicTranslations.locale,
      name: topicTranslations.name,
      description: topicTranslations.description,
    })
    .from(topics)
    .leftJoin(topicTranslations, eq(topicTranslations.topicId, topics.id))
    .orderBy(asc(topics.position), asc(topics.id));
  const rank = (l: string | null) => (l === locale ? 0 : l === "en" ? 1 : l === null ? 3 : 2);
  const best = new Map<number, (typeof rows)[number]>();
  for (const row of rows) {
    const held = best.get(row.id);
    if (!held || rank(row.locale) < rank(held.locale)) best.set(row.id, row);
  }
  return [...best.values()].map(({ id, key, archivedAt, name, description }) => ({ id, key, archivedAt, name: name ?? key, description: description ?? "" }));
}

/** Topic id → how many people agree to hear about it by e-mail. */
export async function countAgreed(db: Reader): Promise<Map<number, number>> {
  const rows = await db
    .select({ topicId: consentStates.topicId, people: count() })
    .from(consentStates)
    .where(and(eq(consentStates.channel, "email"), eq(consentStates.state, "granted")))
    .groupBy(consentStates.topicId);
  return new Map(rows.map((row) => [row.topicId, Number(row.people)]));
}

export type TopicInFull = { id: number; key: string; archivedAt: number | null; words: TopicWords };

export async function findTopic(db: Reader, key: string): Promise<TopicInFull | null> {
  const [topic] = await db.select().from(topics).where(eq(topics.key, key));
  if (!topic) return null;
  const rows = await db.select().from(topicTranslations).where(eq(topicTranslations.topicId, topic.id));
  return { id: topic.id, key: topic.key, archivedAt: topic.archivedAt, words: Object.fromEntries(rows.map(({ locale, name, description }) => [locale, { name, description }])) };
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type CreateTopicResult = { ok: true; topicId: number } | { ok: false; reason: "key_taken" };

/** Stands after the others unless it is given a position. */
export async function createTopic(tx: Tx, by: By, input: { key: string; position?: number; translations: TopicWords }): Promise<CreateTopicResult> {
  const [last] = await tx.select({ position: max(topics.position) }).from(topics);
  const [row] = await tx
    .insert(topics)
    .values({ key: input.key, position: input.position ?? Number(last?.position ?? -1) + 1 })
    .onConflictDoNothing({ target: topics.key })
    .returning({ id: topics.id });
  if (!row) return { ok: false, reason: "key_taken" };
  await writeWords(tx, row.id, input.translations);
  await recordAudit(tx, by, "createTopic", { type: "topic", id: row.id }, { key: input.key });
  await noteChange(tx, by, "topics");
  return { ok: true, topicId: row.id };
}

/** The new words stand from now on; what people agreed to before keeps its wording in their log. */
export async function renameTopic(tx: Tx, by: By, topicId: number, words: TopicWords): Promise<void> {
  await tx.delete(topicTranslations).where(eq(topicTranslations.topicId, topicId));
  await writeWords(tx, topicId, words);
  await recordAudit(tx, by, "renameTopic", { type: "topic", id: topicId }, { words });
  await noteChange(tx, by, "topics");
}

/**
 * Puts a topic away: customers are no longer asked about it and no campaign begins on it. What people said of it stays
 * in their log, and counts again when it is taken back. @returns false when it was put away already
 */
export async function archiveTopic(tx: Tx, by: By, topicId: number): Promise<boolean> {
  const done = await tx
    .update(topics)
    .set({ archivedAt: by.now })
    .where(and(eq(topics.id, topicId), isNull(topics.archivedAt)))
    .returning({ id: topics.id });
  if (done.length === 0) return false;
  await recordAudit(tx, by, "archiveTopic", { type: "topic", id: topicId });
  await noteChange(tx, by, "topics");
  return true;
}

/** @returns false when it was in use already */
export async function restoreTopic(tx: Tx, by: By, topicId: number): Promise<boolean> {
  const done = await tx
    .update(topics)
    .set({ archivedAt: null })
    .where(and(eq(topics.id, topicId), isNotNull(topics.archivedAt)))
    .returning({ id: topics.id });
  if (done.length === 0) return false;
  await recordAudit(tx, by, "restoreTopic", { type: "topic", id: topicId });
  await noteChange(tx, by, "topics");
  return true;
}

async function writeWords(tx: Tx, topicId: number, words: TopicWords): Promise<void> {
  const rows = Object.entries(words).map(([locale, w]) => ({ topicId, locale, ...w }));
  if (rows.length) await tx.insert(topicTranslations).values(rows);
}
