/** Who gets a campaign: the forecast, the rows of the outbox and the rule of the handover say the same of everybody. */
import { describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { listForecastPeople } from "../../app/domain/campaigns/audience.server";
import { forecastAudience } from "../../app/domain/campaigns/forecast.server";
import { chooseLocale, WATERFALL } from "../../app/domain/campaigns/campaign";
import { launch, prepareLaunch } from "../../app/domain/campaigns/launching.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { consentStates, contactPoints, customerMetrics, parties } from "../../app/domain/customers/schema";
import { segmentFields } from "../../app/domain/customers/segment-fields";
import { reasonToWithhold } from "../../app/domain/deliveries/recipient";
import { hashAddress, messageIdFor } from "../../app/domain/deliveries/identity.server";
import { laneOf } from "../../app/domain/deliveries/lane";
import { deliveries, suppressions } from "../../app/domain/deliveries/schema";
import { dayForReader } from "../../app/domain/mailings/merge-tags";
import { aCampaign, aMailing, at, aTopic } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const by = at();
const LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl", "de"];

/** Every way in which the facts can meet, each three times; the second and third behind one address. */
function models() {
  const all = [];
  for (const hasAddress of [true, false])
    for (const suppressed of [null, "all", "marketing"] as const)
      for (const consent of [null, "pending", "granted", "withdrawn"] as const)
        for (const openComplaints of [0, 2])
          for (const pausedUntil of [null, by.now, by.now + 1]) all.push({ hasAddress, suppressed, consent, openComplaints, pausedUntil });
  return [...all, ...all, ...all].map((facts, i) => ({
    ...facts, id: i + 1, locale: LOCALES[i % 5]!, city: i % 3 ? `Łódź "${i}"` : null, lastOrderAt: i % 2 ? by.now - i * 86_400_000 : null,
    // On the list stands an address, not a person: those share one who are not on it.
    address: !facts.hasAddress ? null : facts.suppressed === null && i >= all.length ? (i % 2 ? "Shared@gmail.com" : "shared@Gmail.com") : `p${i}@example.com`,
  }));
}
type Model = ReturnType<typeof models>[number];

async function write(db: Database, topicId: number, people: readonly Model[]): Promise<void> {
  await db.write(async (tx) => {
    const now = by.now;
    await tx.insert(parties).values(people.map((one) => ({
      id: one.id, publicId: `p${one.id}`, kind: "person" as const, name: `Ana ${one.id}`, givenName: one.id % 5 ? "Ana" : null, number: one.id % 2 ? `${one.id}` : null, searchText: "",
      locale: one.locale, marketingPausedUntil: one.pausedUntil, source: "seed", createdAt: now, updatedAt: now,
    })));
    await tx.insert(customerMetrics).values(people.map((one) => ({ partyId: one.id, openComplaints: one.openComplaints, ordersCount: one.id, lastOrderAt: one.lastOrderAt })));
    await tx.insert(contactPoints).values(people.flatMap(({ id, address, city }) => [
      ...(address ? [{ partyId: id, kind: "email" as const, value: address, normalizedValue: address.toLowerCase(), isPrimary: true, source: "seed", createdAt: now }] : []),
      { partyId: id, kind: "email" as const, value: `other${id}@example.com`, normalizedValue: `other${id}@example.com`, isPrimary: false, source: "seed", createdAt: now },
      ...(city ? [{ partyId: id, kind: "postal" as const, value: city, normalizedValue: city, isPrimary: true, postal: { line1: "1", postcode: "1", city, country: "PL" }, source: "seed", createdAt: now }] : []),
    ]));
    await tx.insert(consentStates).values(people.flatMap(({ id, consent }) => (consent ? [{ partyId: id, topicId, channel: "email" as const, state: consent, since: now, consentId: id }] : [])));
    await tx.insert(suppressions).values(people.flatMap(({ address, suppressed }) => (address && suppressed ? [{ addressHash: hashAddress(address), scope: suppressed, reason: "manual" as const, source: "test", at: now }] : [])));
  });
}

/** What the handover would say of them one by one, and the second behind an address. */
function expected(people: readonly Model[]): Map<number, string | null> {
  const taken = new Set<string>();
  return new Map(people.map((one) => {
    const reason = one.address === null ? "no_address" : reasonToWithhold({
      mailClass: "marketing", now: by.now, expiresAt: null, stream: "running", held: false, suppressed: one.suppressed, erased: false,
      consent: one.consent === "granted", openComplaint: one.openComplaints > 0, pausedByCustomer: one.pausedUntil !== null && one.pausedUntil > by.now,
    });
    const isSecond = reason === null && taken.has(one.address!.toLowerCase());
    if (reason === null) taken.add(one.address!.toLowerCase());
    return [one.id, isSecond ? "duplicate_address" : reason];
  }));
}

describe.runIf(hasDatabase())("an audience", () => {
  // Mutants: the second behind an address counted as sent; addresses of the list compared as they were typed; any line of AGAINST_RECIPIENT left out, or its SQL made to differ from its TypeScript; the order of two lines changed in one of them.
  test("is judged alike by the forecast, by the plan and by the handover, whatever is true of somebody", async () => {
    const db = await testDatabase();
    const people = models();
    const { topicId, campaignId } = await db.write(async (tx) => {
      const topicId = await aTopic(tx, by, `"quoted" topic`);
      const { mailingId } = await aMailing(tx, by, ["en", "sr-Latn"]);
      return { topicId, ...(await aCampaign(tx, by, { topicId, mailingId })) };
    });
    await write(db, topicId, people);
    const wanted = expected(people);
    expect(new Set(wanted.values())).toEqual(new Set([null, ...WATERFALL.filter((reason) => reason !== "erased")]));
    const { plan } = await prepareLaunch(db.read, segmentFields, campaignId, by.now);
    const forecast = await forecastAudience(db.read, plan!);
    const count = (reason: string | null) => [...wanted.values()].filter((one) => one === reason).length;
    expect(forecast).toMatchObject({ matched: people.length, willSend: count(null) });
    expect(forecast.withheld).toEqual(Object.fromEntries(WATERFALL.filter(count).map((reason) => [reason, count(reason)])));
    // Counted at once, it is what they are one by one.
    const sent = await listForecastPeople(db.read, plan!, null, { afterId: 0, limit: 1000 });
    const tally = (words: readonly string[]) => Object.fromEntries(words.map((word) => [word, words.filter((one) => one === word).length]));
    expect(forecast.byLocale).toEqual(tally(sent.map((one) => one.locale)));
    expect(forecast.byLane).toEqual(tally(sent.flatMap((one) => one.lane || [])));
    const empty = sent.flatMap(({ name, customer }) => Object.entries(customer).flatMap(([key, value]) => (value ? [] : [{ key: `customer.${key}`, name }])));
    expect(forecast.empty).toEqual(Object.fromEntries(empty.map(({ key }) => [key, { count: empty.filter((one) => one.key === key).length, example: empty.find((one) => one.key === key)!.name }])));
    // The list knows the addresses that it stops, or has forgotten some of them.
    await db.write(async (tx) => {
      for (const { address, suppressed } of people) if (address && suppressed) await tx.raw("UPDATE suppressions SET address = ? WHERE address_hash = ?", [address.toUpperCase(), hashAddress(address)]);
    });
    expect(await forecastAudience(db.read, plan!)).toEqual(forecast);
    const paused = await listForecastPeople(db.read, plan!, "paused_by_customer", { afterId: 0, limit: 1000 });
    expect(paused.map((one) => one.partyId)).toEqual(people.filter((one) => wanted.get(one.id) === "paused_by_customer").map((one) => one.id));

    const app = { db, clock: () => by.now, fields: segmentFields };
    expect(await launch(app, by, campaignId)).toEqual({ ok: true });
    while (await planDue(app, 100));
    const rows = await db.read.select().from(deliveries).orderBy(deliveries.id);
    expect(new Map(rows.map((row) => [row.partyId, row.reason]))).toEqual(wanted);
    expect(rows.map((row) => row.partyId).toSorted((a, b) => a! - b!)).toEqual(people.map((one) => one.id));
    const revisions = new Set<number | null>();
    for (const row of rows) {
      const one = people[row.partyId! - 1]!;
      const locale = chooseLocale(one.locale, ["en", "sr-Latn"], "en");
      expect(row).toMatchObject({
        state: row.reason ? "withheld" : "queued", finishedAt: row.reason ? by.now : null, address: one.address ?? "", lane: laneOf(one.address ?? ""), locale, topicId, campaignId,
        addressHash: one.address ? hashAddress(one.address) : `party-${one.id}`, messageId: messageIdFor(row.publicId), recipientName: `Ana ${one.id}`,
        mergeValues: {
          customer: {
            first_name: one.id % 5 ? "Ana" : "", last_name: "", full_name: `Ana ${one.id}`, number: one.id % 2 ? `${one.id}` : "", city: one.city ?? "", orders_count: `${one.id}`,
            last_order_on: one.lastOrderAt === null ? "" : dayForReader(one.locale, "Europe/Warsaw", one.lastOrderAt),
          },
          topic: { name: `Topic "quoted" topic` },
        },
      });
      revisions.add(row.revisionId);
    }
    expect(revisions.size).toBe(2);
    expect(revisions).not.toContain(null);
  });
});
