import { expect, test } from "vitest";

import { listConsentStates } from "~/domain/customers/consents.server";
import { findPreferences, withdrawAll } from "~/domain/customers/preferences.server";
import { archiveTopic, countAgreed, createTopic, findTopic, listAllTopics, listTopics, renameTopic, restoreTopic } from "~/domain/customers/topics.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aConsent, aCustomer, at, aTopic } from "../support/factories";

const by = at();

const words = (name: string) => ({ en: { name, description: "" } });

test.runIf(hasDatabase())("topics stand in the order in which they came, and a key belongs to one", async () => {
  const db = await testDatabase();
  await db.write(async (tx) => {
    for (const key of ["news", "tips", "sales"]) expect((await createTopic(tx, by, { key, translations: words(key) })).ok).toBe(true);
    expect(await createTopic(tx, by, { key: "tips", translations: {} })).toEqual({ ok: false, reason: "key_taken" });
  });
  expect((await listTopics(db.read, "en")).map((topic) => topic.name)).toEqual(["news", "tips", "sales"]);
});

test.runIf(hasDatabase())("new words replace the old in all languages, and a language without words falls back to English", async () => {
  const db = await testDatabase();
  await db.write(async (tx) => {
    await createTopic(tx, by, { key: "news", translations: { en: { name: "News", description: "a" }, pl: { name: "Nowości", description: "b" } } });
    const topic = await findTopic(tx, "news");
    await renameTopic(tx, by, topic!.id, { en: { name: "Letters", description: "" } });
  });
  expect((await findTopic(db.read, "news"))?.words).toEqual({ en: { name: "Letters", description: "" } });
  expect((await listTopics(db.read, "pl"))[0]?.name).toBe("Letters");
});

/** Mutant: without the filter in listTopics the customer is still asked about it. */
test.runIf(hasDatabase())("a topic put away is no longer asked about, keeps what people said, and counts again when taken back", async () => {
  const db = await testDatabase();
  const { partyId, topicId } = await db.write(async (tx) => {
    const topicId = await aTopic(tx, by, "news");
    const { partyId } = await aCustomer(tx, by);
    await aConsent(tx, by, partyId, topicId);
    return { partyId, topicId };
  });
  expect(await db.write((tx) => archiveTopic(tx, by, topicId))).toBe(true);
  expect(await db.write((tx) => archiveTopic(tx, by, topicId))).toBe(false);
  expect(await listTopics(db.read, "en")).toEqual([]);
  expect((await findPreferences(db.read, partyId, "en", by.now)).topics).toEqual([]);
  expect((await listAllTopics(db.read, "en"))[0]).toMatchObject({ key: "news", archivedAt: by.now });
  expect((await countAgreed(db.read)).get(topicId)).toBe(1);

  expect(await db.write((tx) => restoreTopic(tx, by, topicId))).toBe(true);
  expect((await findPreferences(db.read, partyId, "en", by.now)).topics[0]?.granted).toEqual(["email"]);
});

/** Mutant: asking only the topics in use leaves this consent standing. */
test.runIf(hasDatabase())("who takes back everything takes back a topic put away too", async () => {
  const db = await testDatabase();
  await db.write(async (tx) => {
    const topicId = await aTopic(tx, by, "news");
    const { partyId } = await aCustomer(tx, by);
    await aConsent(tx, by, partyId, topicId);
    await archiveTopic(tx, by, topicId);
    const wording = { version: "1", text: "all", source: "preference_page" as const, remoteAddress: null };
    expect(await withdrawAll(tx, by, partyId, wording)).toBe(1);
    expect((await listConsentStates(tx, partyId)).map((one) => one.state)).toEqual(["withdrawn"]);
    expect(await withdrawAll(tx, by, partyId, wording)).toBe(0);
  });
});
