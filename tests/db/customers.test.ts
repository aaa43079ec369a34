import { describe, expect, test } from "vitest";

import { addAcceptedFacts, addComplaintFacts, addReadingFacts, findMetrics, refreshStages, setOrderFacts } from "~/domain/customers/metrics.server";
import { findConsentState, listConsents, listConsentStates, recordConsent } from "~/domain/customers/consents.server";
import { createTopic, listTopics } from "~/domain/customers/topics.server";
import { findPrimaryEmail, listContactPoints, setPrimaryContact } from "~/domain/customers/contact-points.server";
import { createParty, findParty, findPartyByEmail, findPartyByNumber, getParty, getPartyByPublicId, updateParty } from "~/domain/customers/customers.server";
import { findLastEvent, listTimeline, recordEvent } from "~/domain/customers/events.server";
import { LIFECYCLE_STAGES, lifecycleStage } from "~/domain/customers/lifecycle";
import { listAudit } from "~/domain/journal/journal.server";

import { aCustomer, aTopic, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const DAY = 86_400_000;
const by = at();

describe.runIf(hasDatabase())("parties", () => {
  test("a person is found by address in any case, by number, and by public id", async () => {
    const db = await testDatabase();
    const { partyId, publicId } = await db.write((tx) =>
      aCustomer(tx, by, { email: "Anna.Żak@Example.com", number: "17850", givenName: "Łucja", familyName: "Đorđević", phone: "600 100 200" }),
    );
    for (const party of [
      await findPartyByEmail(db.read, " anna.żak@EXAMPLE.com"), await findPartyByNumber(db.read, "17850 "), await getPartyByPublicId(db.read, publicId),
    ])
      expect(party?.id).toBe(partyId);
    expect(await findPrimaryEmail(db.read, partyId)).toBe("Anna.Żak@Example.com");
    const party = await getParty(db.read, partyId);
    expect(party).toMatchObject({ name: "Łucja Đorđević", isCustomer: true, isSupplier: false, lifecycleStage: "lead", createdAt: by.now });
    expect(party.searchText).toBe("lucja dordevic 17850 anna.zak@example.com 600 100 200 +48600100200");
    expect(await findMetrics(db.read, partyId)).toMatchObject({ ordersCount: 0, openComplaints: 0, lastOrderAt: null });
    expect((await listTimeline(db.read, partyId, { limit: 5 })).entries.map((e) => e.kind)).toEqual(["party_created"]);
    expect((await listAudit(db.read, { type: "party", id: partyId })).map((a) => a.command)).toEqual(["createParty"]);
    expect(await findPartyByEmail(db.read, "nobody@example.com")).toBeNull();
  });

  // Mutants: isEmailTaken → false, isNumberTaken → false; each made this test fail.
  test("two people cannot share a primary address or a number; a company may share its people's address", async () => {
    const db = await testDatabase();
    await db.write((tx) => aCustomer(tx, by, { email: "a@example.com", number: "7" }));
    const again = (given: object) =>
      db.write((tx) => createParty(tx, by, { kind: "person", givenName: "B", locale: "en", source: "seed", ...given }));
    expect(await again({ email: "A@example.COM" })).toEqual({ ok: false, reason: "email_taken" });
    expect(await again({ email: "b@example.com", number: "7" })).toEqual({ ok: false, reason: "number_taken" });
    expect(await again({ kind: "company", companyName: "A Ltd", email: "a@example.com" })).toMatchObject({ ok: true });
  });

  test("of two people who take one address at the same time, one gets it", async () => {
    const db = await testDatabase();
    const one = () => db.write((tx) => createParty(tx, by, { kind: "person", givenName: "X", email: "same@example.com", number: "same", locale: "en", source: "seed" }));
    const results = await Promise.all([one(), one(), one(), one()]);
    expect(results.filter((r) => r.ok)).toHaveLength(1);
  });

  test("a party without a name goes by its address, or its number", async () => {
    const db = await testDatabase();
    const named = async (given: object) => {
      const made = await db.write((tx) => createParty(tx, by, { kind: "person", locale: "en", source: "import", ...given }));
      return made.ok ? (await getParty(db.read, made.partyId)).name : made.reason;
    };
    expect(await named({ number: "12583" })).toBe("12583");
    expect(await named({ email: "x@example.com", number: "12584" })).toBe("x@example.com");
  });

  // Mutant: without the comparison with `seen` the second save wins silently.
  test("a save against a record that was changed since is refused, with theirs", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, by, { phone: "+48600100200" }));
    const seen = (await getParty(db.read, partyId)).updatedAt;
    const save = (familyName: string) =>
      db.write((tx) => updateParty(tx, by, partyId, seen, { givenName: "Anna", familyName, email: "new@example.com", locale: "en", country: "RS" }));
    expect(await save("Pierwsza")).toEqual({ ok: true });
    expect(await save("Druga")).toMatchObject({ ok: false, reason: "changed_meanwhile", theirs: { name: "Anna Pierwsza" } });
    const party = await getParty(db.read, partyId);
    expect(party).toMatchObject({ name: "Anna Pierwsza", country: "RS", locale: "en" });
    expect(party.searchText).toContain("pierwsza");
    expect(party.searchText).toContain("new@example.com");
    // The phone was left empty on the form: it goes; the former e-mail stays beside the new one.
    expect((await listContactPoints(db.read, partyId)).map((c) => [c.kind, c.isPrimary])).toEqual([["email", true], ["email", false]]);
  });

  test("a new primary address is refused when it is another person's", async () => {
    const db = await testDatabase();
    const { a, b } = await db.write(async (tx) => ({ a: await aCustomer(tx, by), b: await aCustomer(tx, by) }));
    const set = (value: string) => db.write((tx) => setPrimaryContact(tx, by, a.partyId, { kind: "email", value, verifiedAt: by.now }));
    expect(await set(b.email)).toEqual({ ok: false, reason: "email_taken" });
    expect(await set("fresh@example.com")).toEqual({ ok: true });
    expect(await findPrimaryEmail(db.read, a.partyId)).toBe("fresh@example.com");
    expect((await findPartyByEmail(db.read, "fresh@example.com"))?.id).toBe(a.partyId);
    expect(await findParty(db.read, 99_999)).toBeNull();
  });
});

describe.runIf(hasDatabase())("topics and consent", () => {
  /** Mutant: without the lock each of two changes at once leaves the other's address primary too. */
  test("of several primary addresses set at once one is left", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, by));
    await Promise.all([1, 2, 3].map((i) => db.write((tx) => setPrimaryContact(tx, by, partyId, { kind: "email", value: `new${i}@example.com` }))));
    expect((await listContactPoints(db.read, partyId)).filter((c) => c.kind === "email" && c.isPrimary)).toHaveLength(1);
  });

  test("topics come in the reader's language, else English, else any", async () => {
    const db = await testDatabase();
    await db.write(async (tx) => {
      await createTopic(tx, by, { key: "b", position: 2, translations: { "sr-Latn": { name: "Noviteti", description: "" } } });
      await createTopic(tx, by, { key: "a", position: 1, translations: { en: { name: "News", description: "E" }, pl: { name: "Nowości", description: "P" } } });
    });
    expect((await listTopics(db.read, "pl")).map((t) => t.name)).toEqual(["Nowości", "Noviteti"]);
    expect((await listTopics(db.read, "sr-Cyrl")).map((t) => [t.key, t.name, t.description])).toEqual([["a", "News", "E"], ["b", "Noviteti", ""]]);
    expect(await db.write((tx) => createTopic(tx, by, { key: "a", position: 3, translations: {} }))).toEqual({ ok: false, reason: "key_taken" });
  });

  test("every statement stays in the log, the state is the last, and the timeline tells of changes", async () => {
    const db = await testDatabase();
    const { partyId, topicId } = await db.write(async (tx) => ({ ...(await aCustomer(tx, by)), topicId: await aTopic(tx, by) }));
    const say = (state: "granted" | "withdrawn" | "pending", days: number) =>
      db.write((tx) =>
        recordConsent(tx, at(by.now + days * DAY), {
          partyId, topicId, channel: "email", state, wordingVersion: "2026-01", wording: "Send me offers", source: "form", remoteAddress: "192.0.2.1",
        }),
      );
    expect(await findConsentState(db.read, partyId, topicId, "email")).toBeNull();
    await say("pending", 1);
    await say("granted", 2);
    await say("granted", 3);
    await say("withdrawn", 4);
    expect((await listConsents(db.read, partyId)).map((c) => c.state)).toEqual(["withdrawn", "granted", "granted", "pending"]);
    expect(await listConsentStates(db.read, partyId)).toMatchObject([{ topicId, channel: "email", state: "withdrawn", since: by.now + 4 * DAY }]);
    const told = (await listTimeline(db.read, partyId, { limit: 10, kinds: ["consent_granted", "consent_withdrawn"] })).entries;
    expect(told.map((e) => [e.kind, e.at, e.channel])).toEqual([
      ["consent_withdrawn", by.now + 4 * DAY, "email"], ["consent_granted", by.now + 2 * DAY, "email"],
    ]);
    expect(told[0]?.data).toEqual({ topicId, topicKey: "offers", source: "form", wordingVersion: "2026-01" });
  });
});

describe.runIf(hasDatabase())("events", () => {
  test("the timeline pages through events of one instant without losing or repeating one", async () => {
    const db = await testDatabase();
    const { partyId, other } = await db.write(async (tx) => {
      const { partyId } = await aCustomer(tx, by);
      const { partyId: other } = await aCustomer(tx, by);
      for (let i = 0; i < 23; i += 1)
        await recordEvent(tx, by, { partyId, kind: "portal_visit", at: by.now + Math.floor(i / 5) * 1000, data: { path: `/${i}` } });
      await recordEvent(tx, by, { partyId: other, kind: "portal_visit" });
      return { partyId, other };
    });
    const seen: string[] = [];
    let before: string | null = null;
    let pages = 0;
    do {
      const page = await listTimeline(db.read, partyId, { before, limit: 4, kinds: ["portal_visit"] });
      seen.push(...page.entries.map((e) => (e.kind === "portal_visit" ? (e.data.path ?? "") : e.kind)));
      before = page.next;
      pages += 1;
    } while (before);
    expect(pages).toBe(6);
    expect(seen).toEqual(Array.from({ length: 23 }, (_, i) => `/${22 - i}`));
    expect((await listTimeline(db.read, other, { limit: 10 })).entries).toHaveLength(2);
    expect((await listTimeline(db.read, partyId, { limit: 50, before: "nonsense" })).entries).toHaveLength(24);
  });

  // Mutant: without onConflictDoNothing this throws.
  test("a fact with a key is written once", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, by));
    const tell = () => db.write((tx) => recordEvent(tx, by, { partyId, kind: "mail_opened", dedupeKey: "open:1", data: { subject: "Hello" } }));
    expect([await tell(), await tell()]).toEqual([true, false]);
    expect(await findLastEvent(db.read, partyId, ["mail_opened"])).toMatchObject({ data: { subject: "Hello" }, actorKind: "system" });
    expect(await findLastEvent(db.read, partyId, ["order_placed"])).toBeNull();
  });
});

describe.runIf(hasDatabase())("facts", () => {
  test("complaints and mails add up, and the last time never goes back", async () => {
    const db = await testDatabase();
    const { partyId } = await db.write((tx) => aCustomer(tx, by));
    await db.write(async (tx) => {
      await addComplaintFacts(tx, partyId, { filed: 1, open: 1 });
      await addComplaintFacts(tx, partyId, { filed: 1, open: 1 });
      await addComplaintFacts(tx, partyId, { open: -1 });
      await addAcceptedFacts(tx, [{ partyId, at: 2000 }]);
      await addAcceptedFacts(tx, [{ partyId, at: 1000 }]);
      const nothing = { partyId, opened: 0, openedAt: null, clicked: 0, clickedAt: null };
      await addReadingFacts(tx, [{ ...nothing, opened: 1, openedAt: 1500 }, { ...nothing, opened: 1, openedAt: 1200 }, nothing]);
      await addReadingFacts(tx, [{ ...nothing, opened: -1 }]);
    });
    expect(await findMetrics(db.read, partyId)).toMatchObject({
      complaintsCount: 2, openComplaints: 1, mailsAccepted: 2, lastMailedAt: 2000, mailsOpened: 1, lastOpenedAt: 1500, mailsClicked: 0, lastClickedAt: null,
    });
  });

  test("the stage follows orders at once, and time by the worker's step", async () => {
    const db = await testDatabase();
    const expected = new Map<number, string>();
    await db.write(async (tx) => {
      for (const [ordersCount, daysAgo] of [[0, null], [1, 10], [3, 10], [5, 10], [2, 200], [9, 400], [1, 180], [1, 365]] as const) {
        const { partyId } = await aCustomer(tx, by);
        const lastOrderAt = daysAgo === null ? null : by.now - daysAgo * DAY;
        const facts = { ordersCount, spendMinor: 100, currency: "EUR", firstOrderAt: lastOrderAt, lastOrderAt, averageOrderMinor: null, usualIntervalDays: null, dueAt: null, purchaseDays: 0, paidMinor: 0, paidRepeats: 0, repeatSpendMinor: 0, ordersChangedAt: null };
        await setOrderFacts(tx, partyId, facts);
        expected.set(partyId, lifecycleStage(facts, by.now));
      }
    });
    expect(new Set(expected.values())).toEqual(new Set(LIFECYCLE_STAGES));
    expect(await db.write((tx) => refreshStages(tx, by.now, 3))).toBe(3);
    expect(await db.write((tx) => refreshStages(tx, by.now, 100))).toBe(1);
    expect(await db.write((tx) => refreshStages(tx, by.now, 100))).toBe(0);
    for (const [partyId, stage] of expected) expect((await getParty(db.read, partyId)).lifecycleStage).toBe(stage);
  });
});
