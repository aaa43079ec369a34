import fc from "fast-check";
import { eq, inArray } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import type { Database, Tx } from "../../app/db/types";
import { events } from "../../app/domain/customers/schema";
import { recordProviderEvents, type ProviderEvent } from "../../app/domain/deliveries/provider-events.server";
import { deliveries, providerEvents, suppressions } from "../../app/domain/deliveries/schema";
import { readSendGridEvents } from "../../app/domain/deliveries/sendgrid";
import { at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";
import { manyMails } from "../support/many-mails";

const NOW = at(Date.UTC(2026, 5, 2));

type Word = { type: string; second: number; payload: Record<string, unknown> };

/** Every kind of word that SendGrid says of one mail. */
const word: fc.Arbitrary<Word> = fc.record({
  type: fc.constantFrom("processed", "deferred", "delivered", "bounce", "dropped", "spamreport", "unsubscribe", "group_unsubscribe", "group_resubscribe", "open", "click"),
  second: fc.integer({ min: 1, max: 4 }),
  payload: fc.constantFrom<Record<string, unknown>>(
    {}, { status: "5.1.1", reason: "550 5.1.1 no such user" }, { status: "5.2.2", reason: "552 mailbox full" }, { reason: "Bounced Address" }, { type: "blocked", reason: "554 blocked" },
  ),
});

const story = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 8 }),
  before: fc.constantFrom("accepted" as const, "unknown" as const),
  order: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
  cut: fc.integer({ min: 1, max: 5 }),
});

describe.runIf(hasDatabase())("what SendGrid reports", () => {
  // Mutants: keep events twice (no ON CONFLICT); order by arrival instead of by instant and id; `recordEvent` for `restateEvent`.
  test("leads to the state of the set, sorted, once: in whatever order, however often and in whatever pieces it comes", async () => {
    const db = await testDatabase();
    const mails = await manyMails(db, 100);
    let used = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ words, before, order, cut }) => {
        const [sorted, shuffled] = [mails[used++ % 100]!, mails[used++ % 100]!];
        const about = (mail: { publicId: string }) => words.map((said, i): ProviderEvent => ({
          eventId: `${i}-${mail.publicId}`, type: said.type, publicId: mail.publicId, providerId: "x", at: 1_700_000_000_000 + said.second * 1000, payload: said.payload,
        }));
        const inOrder = about(sorted).toSorted((a, b) => a.at - b.at || (a.eventId < b.eventId ? -1 : 1));
        const all = about(shuffled);
        const mixed = [...order.map((n) => all[n % all.length]!), ...all];
        // One transaction for all of it: each piece sees what the ones before it wrote, and the disk is waited for once.
        await db.write(async (tx) => {
          await reset(tx, [sorted.id, shuffled.id], before);
          await recordProviderEvents(tx, NOW, "sendgrid", inOrder);
          for (let i = 0; i < mixed.length; i += cut) await recordProviderEvents(tx, NOW, "sendgrid", mixed.slice(i, i + cut));
        });
        expect(await stateOf(db, shuffled.id)).toEqual(await stateOf(db, sorted.id));
      }),
      { numRuns: 15 },
    );
  });

  test("is kept whatever servers write, and a mail that shares its provider's id with others is found by ours alone", async () => {
    const db = await testDatabase();
    const [one, other] = (await manyMails(db, 2)) as [{ id: number; publicId: string }, { id: number; publicId: string }];
    await db.write((tx) => tx.update(deliveries).set({ provider: "sendgrid", providerId: "shared" }).where(inArray(deliveries.id, [one.id, other.id])));
    const read = readSendGridEvents([
      { event: "deferred", timestamp: 1_700_000_000, sg_event_id: "a\0\ud800", sg_message_id: "shared.filter", rapport_id: one.publicId, response: "4\0 \udfff \ud83d\ude00" },
      { event: "delivered", timestamp: 1_700_000_001, sg_event_id: "b", sg_message_id: "shared.filter" },
      { event: "bounce", timestamp: 1e300, sg_event_id: "c", rapport_id: one.publicId },
      "no event", null, [],
    ]);
    expect(await db.write((tx) => recordProviderEvents(tx, NOW, "sendgrid", read))).toBe(2);
    const kept = await db.read.select().from(providerEvents).orderBy(providerEvents.eventId);
    expect(kept.map((event) => [event.eventId, event.deliveryId])).toEqual([["a\ufffd\ufffd", one.id], ["b", null]]);
    expect(kept[0]!.payload).toMatchObject({ response: "4\ufffd \ufffd 😀" });
  });
});

async function reset(tx: Tx, ids: number[], state: "accepted" | "unknown"): Promise<void> {
  const hashes = await tx.select({ hash: deliveries.addressHash }).from(deliveries).where(inArray(deliveries.id, ids));
  await tx.delete(providerEvents).where(inArray(providerEvents.deliveryId, ids));
  await tx.delete(events).where(inArray(events.deliveryId, ids));
  await tx.delete(suppressions).where(inArray(suppressions.addressHash, hashes.map(({ hash }) => hash)));
  await tx
    .update(deliveries)
    .set({ state, reason: null, acceptedAt: state === "accepted" ? NOW.now : null, finishedAt: NOW.now, deliveredAt: null, bouncedAt: null, bounce: null, provider: "sendgrid" })
    .where(inArray(deliveries.id, ids));
}

/** All that follows for one mail, without what names it. */
async function stateOf(db: Database, id: number): Promise<unknown> {
  const [row] = await db.read.select().from(deliveries).where(eq(deliveries.id, id));
  const { state, reason, acceptedAt, finishedAt, deliveredAt, bouncedAt, bounce, addressHash } = row!;
  const told = await db.read.select({ kind: events.kind, at: events.at, data: events.data }).from(events).where(eq(events.deliveryId, id)).orderBy(events.kind);
  const stops = await db.read.select({ scope: suppressions.scope, reason: suppressions.reason }).from(suppressions).where(eq(suppressions.addressHash, addressHash)).orderBy(suppressions.scope);
  const kept = await db.read.select({ type: providerEvents.type, at: providerEvents.at }).from(providerEvents).where(eq(providerEvents.deliveryId, id)).orderBy(providerEvents.at, providerEvents.type);
  return { state, reason, acceptedAt, finishedAt, deliveredAt, bouncedAt, bounce, told, stops, kept };
}
