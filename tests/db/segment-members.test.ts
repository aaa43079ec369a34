import { expect, test } from "vitest";

import { segmentFields as customerFields } from "~/domain/customers/segment-fields";
import { erasePerson } from "~/domain/privacy/erasure.server";
import type { Database } from "~/db/types";
import { listTimeline } from "~/domain/customers/events.server";
import { findKeeping, keepDue, keepSegment } from "~/domain/segments/keeping.server";
import { countMembersThen, findKnownDay, listMembersThen, listSizes } from "~/domain/segments/members.server";
import { mergeParties } from "~/domain/doubles/merge.server";
import { undoMerge } from "~/domain/doubles/undo.server";
import { addToList, createList, findListed, removeFromList } from "~/domain/segments/lists.server";
import type { RuleGroup } from "~/domain/segments/rule";
import { segmentFields as segmentsFields } from "~/domain/segments/segment-fields";
import { archiveSegment, createSegment, getSegment, listSegmentPartyIds, saveSegment } from "~/domain/segments/segments.server";

import { aCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Noon of 1 June in UTC, 14:00 in Warsaw, where the unnamed company is. */
const START = at().now;
const inCountry = (...value: string[]): RuleGroup => ({ match: "all", rules: [{ field: "country", op: "in", value }] });

async function scene(rules = inCountry("PL")) {
  const db = await testDatabase();
  const people = await db.write(async (tx) => [
    await aCustomer(tx, at(), { country: "PL" }), await aCustomer(tx, at(), { country: "PL" }), await aCustomer(tx, at(), { country: "RS" }),
  ]);
  const made = await db.write((tx) => createSegment(tx, at(), { name: "Poles", rules }));
  if (!made.ok) throw new Error("not made");
  let now = START;
  const app = { db, fields: customerFields, clock: () => now };
  return { db, app, ids: people.map((one) => one.partyId), people, segmentId: made.segmentId, goTo: (instant: number) => (now = instant) };
}

const move = (db: Database, partyId: number, country: string) => db.write((tx) => tx.raw("UPDATE parties SET country = ? WHERE id = ?", [country, partyId]));
const then = async (db: Database, segmentId: number, instant: number) => (await listMembersThen(db.read, segmentId, instant, { afterId: 0, limit: 100 })).map((row) => row.id);
const told = async (db: Database, partyId: number) => (await listTimeline(db.read, partyId, { limit: 50, kinds: ["segment_entered", "segment_left"] })).entries.map((one) => [one.kind, one.at]);

// Mutants tried: events in the first round; `>` for `>=` at the end of a stay; no look at the mark (a save tells everybody's timeline).
test.runIf(hasDatabase())("who enters and leaves is kept, told on the timeline, counted by day, and found on any day since", async () => {
  const { db, app, ids, segmentId, goTo } = await scene();
  const [first, second, third] = ids as [number, number, number];
  await keepSegment(app, segmentId, 1);
  expect([await then(db, segmentId, START + 1), await told(db, first)]).toEqual([[first, second], []]);

  goTo(START + DAY);
  await move(db, first, "DE");
  await move(db, third, "PL");
  await keepSegment(app, segmentId, 2);
  expect(await then(db, segmentId, START + DAY + 1)).toEqual([second, third]);
  expect(await then(db, segmentId, START + DAY)).toEqual([first, second]);
  expect([await told(db, first), await told(db, second), await told(db, third)]).toEqual([[["segment_left", START + DAY]], [], [["segment_entered", START + DAY]]]);

  // Back again the same day: two stays, and the day counts both ways.
  goTo(START + DAY + HOUR);
  await move(db, first, "PL");
  await keepSegment(app, segmentId);
  expect(await listSizes(db.read, segmentId, START)).toEqual([
    { day: "2026-06-01", size: 2, enteredCount: 0, leftCount: 0 }, { day: "2026-06-02", size: 3, enteredCount: 2, leftCount: 1 },
  ]);
  const segment = await getSegment(db.read, segmentId);
  const asked = await Promise.all(["2026-05-31", "2026-06-01", "2026-06-02", "2026-06-03", "2026-02-30"].map((day) => findKnownDay(db.read, segment, day, START + 3 * DAY)));
  expect(asked.map((one) => (one.ok ? one.at : one.reason))).toEqual(["before", Date.UTC(2026, 5, 1, 22), Date.UTC(2026, 5, 2, 22), "after", "not_a_day"]);
  expect(await countMembersThen(db.read, segmentId, Date.UTC(2026, 5, 1, 22))).toBe(2);

  // Other rules change who is in, and tell nobody's timeline.
  await db.write((tx) => saveSegment(tx, at(START + 2 * DAY), { segmentId, version: 1, name: "Germans", rules: inCountry("DE") }));
  goTo(START + 2 * DAY);
  await keepSegment(app, segmentId);
  expect([await then(db, segmentId, START + 3 * DAY), (await told(db, second)).length]).toEqual([[], 0]);
});

// Mutant tried: without the cursor in the WHERE of writeStretch those who came are counted twice.
test.runIf(hasDatabase())("killed between any two steps it goes on where it was; two at once write once", async () => {
  const { db, app, ids, segmentId, goTo } = await scene();
  await keepSegment(app, segmentId);
  goTo(START + DAY);
  for (const id of ids) await move(db, id, id === ids[2] ? "PL" : "SK");
  const failing = { ...app, db: { ...db, write: async <T>(work: (tx: never) => Promise<T>) => db.write(async (tx) => { await work(tx as never); throw new Error("killed"); }) } as unknown as Database };
  for (let step = 0; step < 2; step++) {
    await expect(keepDue(failing)).rejects.toThrow("killed");
    expect(await keepDue(app)).toBe(1);
  }
  expect(await then(db, segmentId, START + DAY + 1)).toEqual([ids[2]]);
  goTo(START + 2 * DAY);
  for (const id of ids) await move(db, id, "PL");
  expect(await keepDue(app)).toBe(1);
  await Promise.all([keepSegment(app, segmentId, 1), keepSegment(app, segmentId, 1)]);
  expect(await then(db, segmentId, START + 3 * DAY)).toEqual(ids);
  expect(await listSizes(db.read, segmentId, START + 2 * DAY)).toEqual([{ day: "2026-06-03", size: 3, enteredCount: 2, leftCount: 0 }]);
  expect(await told(db, ids[0]!)).toHaveLength(2);
});

test.runIf(hasDatabase())("nothing is due before the pause is over; broken rules wait; the archived rests; the erased leave nothing", async () => {
  const { db, app, ids, people, segmentId, goTo } = await scene();
  while (await keepDue(app)) continue;
  goTo(START + 1000);
  expect(await keepDue(app)).toBe(0);
  await db.write((tx) => erasePerson(tx, at(), { publicId: people[0]!.publicId, reason: "asked" }));
  expect(await then(db, segmentId, START + 1)).toEqual([ids[1]]);
  await db.write((tx) => archiveSegment(tx, at(), segmentId));
  goTo(START + DAY);
  expect(await keepDue(app)).toBe(0);
  await db.write((tx) => archiveSegment(tx, at(START + DAY), segmentId, false));
  while (await keepDue(app)) continue;
  expect((await findKeeping(db.read, segmentId))?.asOf).toBe(START + DAY);
  await db.write((tx) => tx.raw("UPDATE segments SET rules = ?", [JSON.stringify({ match: "all", rules: [{ field: "gone", op: "in", value: ["x"] }] })]));
  goTo(START + 2 * DAY);
  while (await keepDue(app)) continue;
  expect(await findKeeping(db.read, segmentId)).toMatchObject({ asOf: START + DAY, roundAt: null });
});

// Mutants: nothing told, a size not noted, a merge that leaves the list behind, an undo that does not put it back.
test.runIf(hasDatabase())("a fixed list changes by hand: told, counted by day; it follows a merge and its undo, and lets go of the erased", async () => {
  const { db, ids, people } = await scene();
  const [first, second, third] = ids as [number, number, number];
  const made = await db.write((tx) => createList(tx, at(), { name: "Chosen", partyIds: [first] }));
  const list = await getSegment(db.read, made.segmentId);
  const later = at(START + DAY);
  const put = (...partyIds: number[]) => db.write((tx) => addToList(tx, later, list, partyIds));
  const take = (...partyIds: number[]) => db.write((tx) => removeFromList(tx, at(START + DAY + HOUR), list, partyIds));
  expect(await put(first, second, 9999)).toEqual({ ok: true, changed: 1 });
  expect(await take(first, third)).toEqual({ ok: true, changed: 1 });
  expect([await told(db, first), await told(db, second)]).toEqual([[["segment_left", START + DAY + HOUR]], [["segment_entered", START + DAY]]]);
  expect([await then(db, list.id, START + DAY), await then(db, list.id, START + 2 * DAY)]).toEqual([[first], [second]]);
  expect(await listSizes(db.read, list.id, START)).toEqual([
    { day: "2026-06-01", size: 1, enteredCount: 0, leftCount: 0 }, { day: "2026-06-02", size: 1, enteredCount: 1, leftCount: 1 },
  ]);
  const on = async () => listSegmentPartyIds(db.read, segmentsFields, list.rules, START, { afterId: 0, limit: 10 });
  const merge = await db.write((tx) => mergeParties(tx, at(START + 2 * DAY), { survivorId: third, mergedId: second }));
  expect(await on()).toEqual([third]);
  // Its number means the one that stayed.
  await db.write((tx) => tx.raw("UPDATE parties SET number = 'K-2' WHERE id = ?", [second]));
  expect(await findListed(db.read, ["K-2", "K-3"])).toEqual({ partyIds: [third], missing: ["K-3"] });
  await db.write((tx) => undoMerge(tx, at(START + 3 * DAY), merge.ok ? merge.merge : ""));
  expect(await on()).toEqual([second]);
  await db.write((tx) => erasePerson(tx, at(), { publicId: people[1]!.publicId, reason: "asked" }));
  expect([await on(), await then(db, list.id, START + 4 * DAY)]).toEqual([[], []]);

  await db.write((tx) => archiveSegment(tx, at(), list.id));
  expect(await db.write(async (tx) => addToList(tx, later, await getSegment(tx, list.id), [first]))).toEqual({ ok: false, reason: "archived" });
  const byRules = await db.write((tx) => createSegment(tx, at(), { name: "By rules", rules: inCountry("PL") }));
  expect(await db.write(async (tx) => removeFromList(tx, later, await getSegment(tx, byRules.segmentId), [first]))).toEqual({ ok: false, reason: "no_list" });
});
