/** The record of a customer: tags, notes, own fields, who said what and when, contacts beside the system, stages. */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";

import { staffUsers } from "~/domain/accounts/schema";
import { logContact } from "~/domain/cases/contacts.server";
import { readFieldValue } from "~/domain/customers/custom-field";
import { createCustomField, findCustomField, listCustomFields, listValuesOf, renameCustomField, setCustomValue, setFieldArchived } from "~/domain/customers/custom-fields.server";
import { setPrimaryContact } from "~/domain/customers/contact-points.server";
import { changeProfile, getParty, updateParty } from "~/domain/customers/customers.server";
import { CONTACT_IN, CONTACT_OUT, EVENT_GROUPS } from "~/domain/customers/events";
import { findLastEvent, listTimeline } from "~/domain/customers/events.server";
import { listFactChanges } from "~/domain/customers/facts.server";
import { AT_RISK_AFTER, LAPSED_AFTER } from "~/domain/customers/lifecycle";
import { refreshStages, setOrderFacts } from "~/domain/customers/metrics.server";
import { listNotes, removeNote, writeNote } from "~/domain/customers/notes.server";
import { parties } from "~/domain/customers/schema";
import { segmentFields } from "~/domain/customers/segment-fields";
import { addTag, listTags, listTagsOf, removeTag } from "~/domain/customers/tags.server";
import type { By } from "~/domain/journal/actor";
import { checkSegment } from "~/domain/segments/references.server";
import { countSegment } from "~/domain/segments/segments.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, at } from "../support/factories";

const it = test.runIf(hasDatabase());
const by: By = { actor: { kind: "staff", id: 7, role: "support", name: "Sonia", locale: "en" }, now: 1_000 };
const DAY = 86_400_000;

async function somebody() {
  const db = await testDatabase();
  return { db, partyId: await db.write(async (tx) => (await aCustomer(tx, at(), { email: "a@example.com", locale: "en" })).partyId) };
}

it("a tag is one word however it is written, with who put it there", async () => {
  const { db, partyId } = await somebody();
  expect(await db.write((tx) => addTag(tx, by, partyId, " Łódź "))).toBe(true);
  expect(await db.write((tx) => addTag(tx, by, partyId, "LODZ"))).toBe(false);
  expect(await db.write((tx) => addTag(tx, by, partyId, "  "))).toBe(false);
  expect(await listTagsOf(db.read, partyId)).toEqual([{ key: "lodz", name: "Łódź", source: "staff", actorId: 7, at: 1_000 }]);
  const asked = (op: string) => countSegment(db.read, segmentFields, { match: "all", rules: [{ field: "tag", op, value: ["lodz"] }] }, by.now);
  expect([await asked("has_tag"), await asked("has_no_tag")]).toEqual([1, 0]);
  expect(await db.write((tx) => removeTag(tx, by, partyId, "lodz"))).toBe(true);
  expect(await db.write((tx) => removeTag(tx, by, partyId, "lodz"))).toBe(false);
  expect(await listTagsOf(db.read, partyId)).toEqual([]);
  expect(await listTags(db.read)).toEqual([{ key: "lodz", name: "Łódź" }]);
});

it("a note stands on the timeline; taken away, its words are nowhere", async () => {
  const { db, partyId } = await somebody();
  const { publicId } = await db.write((tx) => writeNote(tx, by, partyId, "Prefers the telephone"));
  expect(await listNotes(db.read, partyId)).toMatchObject([{ body: "Prefers the telephone", source: "staff", actorId: 7, at: 1_000 }]);
  expect((await listTimeline(db.read, partyId, { limit: 5, kinds: EVENT_GROUPS.note })).entries).toMatchObject([{ kind: "note_written", data: { text: "Prefers the telephone" } }]);
  expect(await db.write((tx) => removeNote(tx, by, partyId + 1, publicId))).toBe(false);
  expect(await db.write((tx) => removeNote(tx, by, partyId, publicId))).toBe(true);
  expect(JSON.stringify(await db.read.raw("SELECT * FROM events"))).not.toContain("telephone");
});

test("a value is read by its field's type", () => {
  const read = (type: "text" | "number" | "day" | "choice" | "yes_no", typed: string) => readFieldValue({ type, options: [{ key: "dark" }] }, typed);
  expect(read("number", " 1 234,5 ")).toEqual({ textValue: null, numberValue: 1234.5 });
  expect(read("number", "-3")?.numberValue).toBe(-3);
  expect(read("day", "2026-02-28")?.textValue).toBe("2026-02-28");
  expect(read("choice", "dark")?.textValue).toBe("dark");
  expect(read("yes_no", "no")?.textValue).toBe("no");
  for (const [type, typed] of [["number", "twelve"], ["number", "1e5"], ["number", "NaN"], ["day", "2026-02-30"], ["choice", "light"], ["yes_no", "maybe"], ["text", "x".repeat(501)]] as const)
    expect(read(type, typed), typed).toBeNull();
  for (const type of ["text", "number", "day", "choice", "yes_no"] as const) expect(read(type, "  ")).toEqual({ textValue: null, numberValue: null });
});

it("own fields keep their keys, cannot lose an option, are put away and not deleted; rules that ask for one that is gone are refused", async () => {
  const { db, partyId } = await somebody();
  const name = (en: string) => ({ en: { name: en, description: "" } });
  await db.write((tx) => createCustomField(tx, by, { key: "roast", type: "choice", words: name("Roast"), options: [name("Very dark"), name("Very dark")] }));
  expect(await db.write((tx) => createCustomField(tx, by, { key: "roast", type: "text", words: name("Again") }))).toEqual({ ok: false, reason: "key_taken" });
  const roast = (await findCustomField(db.read, "roast"))!;
  expect(roast.options.map((option) => option.key)).toEqual(["very_dark", "very_dark_2"]);
  expect(await db.write((tx) => renameCustomField(tx, by, roast, name("Roasting"), [name("Dark")]))).toEqual({ ok: false, reason: "options_missing" });
  await db.write((tx) => renameCustomField(tx, by, roast, name("Roasting"), [name("Dark"), name("Darker"), name("Light")]));
  expect((await findCustomField(db.read, "roast"))!.options.map((option) => option.key)).toEqual(["very_dark", "very_dark_2", "light"]);

  const set = (key: string, typed: string) => db.write((tx) => setCustomValue(tx, { ...by, now: by.now + 1 }, partyId, key, typed));
  expect(await set("nothing", "x")).toEqual({ ok: false, reason: "unknown_field" });
  expect(await set("roast", "blond")).toEqual({ ok: false, reason: "not_a_value" });
  for (const value of ["light", "light", "very_dark"]) expect(await set("roast", value)).toEqual({ ok: true });
  expect((await listValuesOf(db.read, partyId)).get(roast.id)).toMatchObject({ textValue: "very_dark" });
  expect((await listFactChanges(db.read, partyId)).get("custom:roast")).toEqual([
    { fact: "custom:roast", was: null, value: "light", source: "staff", actorId: 7, at: 1_001 },
    { fact: "custom:roast", was: "light", value: "very_dark", source: "staff", actorId: 7, at: 1_001 },
  ]);

  const check = async (field: string, op: string, value: unknown) => {
    const checked = await checkSegment(db.read, segmentFields, { match: "all", rules: [{ match: "any", rules: [{ field, op, value }] }] });
    return checked.ok ? "ok" : checked.problems.map(({ reason, path }) => [reason, path]);
  };
  expect(await check("custom_choice", "has_choice", ["roast:light"])).toBe("ok");
  expect(await check("custom_choice", "has_choice", ["roast:blond"])).toEqual([["custom_gone", [0, 0]]]);
  expect(await check("custom_number", "field_gte", { field: "roast", number: 1 })).toEqual([["custom_gone", [0, 0]]]);
  expect(await db.write((tx) => setFieldArchived(tx, by, roast.id, true))).toBe(true);
  expect(await check("custom_choice", "has_choice", ["roast:light"])).toEqual([["custom_archived", [0, 0]]]);
  expect(await set("roast", "light")).toEqual({ ok: false, reason: "archived_field" });
  expect([(await listCustomFields(db.read)).length, (await listCustomFields(db.read, { archived: true })).length]).toEqual([0, 1]);
  await db.write((tx) => setFieldArchived(tx, by, roast.id, false));
  expect((await listValuesOf(db.read, partyId)).size).toBe(1);
  expect(await set("roast", "")).toEqual({ ok: true });
  expect((await listValuesOf(db.read, partyId)).size).toBe(0);
});

it("what is known about somebody says who said it and what was known before", async () => {
  const { db, partyId } = await somebody();
  await db.write(async (tx) => {
    const { updatedAt, ...party } = await getParty(tx, partyId);
    await updateParty(tx, by, partyId, updatedAt, { ...party, birthday: "1990-01-01", email: "a@example.com" });
    await changeProfile(tx, { actor: { kind: "customer", partyId, loginId: 1, name: "A", locale: "pl" }, now: 2_000 }, partyId, { givenName: "Anna", familyName: "Nowak", locale: "pl" });
    await setPrimaryContact(tx, { ...by, now: 3_000 }, partyId, { kind: "email", value: "b@example.com" });
  });
  const changes = await listFactChanges(db.read, partyId);
  expect(changes.get("birthday")).toEqual([{ fact: "birthday", was: null, value: "1990-01-01", source: "staff", actorId: 7, at: 1_000 }]);
  expect(changes.get("locale")).toMatchObject([{ value: "pl", source: "portal", at: 2_000 }]);
  expect(changes.get("name")).toMatchObject([{ value: "Anna Nowak", source: "portal" }]);
  expect(changes.get("email")).toMatchObject([{ was: "a@example.com", value: "b@example.com", at: 3_000 }]);
  expect(changes.has("country")).toBe(false);
});

it("a call that staff write down is the last contact, once however often its form is sent", async () => {
  const { db, partyId } = await somebody();
  await db.write((tx) => tx.insert(staffUsers).values({ id: 7, publicId: "s", email: "s@example.com", name: "Sonia", role: "support", createdAt: 0 }));
  const call = { partyId, channel: "phone" as const, direction: "in" as const, subject: "Wants an invoice", text: "By Friday", at: 500, submissionKey: "k" };
  await db.write((tx) => logContact(tx, by, call));
  await db.write((tx) => logContact(tx, by, call));
  await db.write((tx) => logContact(tx, by, { ...call, direction: "out", channel: "visit", submissionKey: "l" }));
  expect(await findLastEvent(db.read, partyId, CONTACT_IN)).toMatchObject({ kind: "contact_in", channel: "phone", at: 500, actorId: 7, data: { subject: "Wants an invoice", text: "By Friday" } });
  expect(await findLastEvent(db.read, partyId, CONTACT_OUT)).toMatchObject({ kind: "contact_out", channel: "visit" });
  expect((await listTimeline(db.read, partyId, { limit: 9, kinds: EVENT_GROUPS.contact })).entries.length).toBe(2);
});

/** Mutant: the trigger without WHEN writes a change where there was none. */
it("every change of stage is kept, as of the instant from which it was so", async () => {
  const { db, partyId } = await somebody();
  const first = Date.UTC(2026, 0, 1);
  const facts = (ordersCount: number, lastOrderAt: number | null) => ({ ordersCount, spendMinor: 1, currency: "EUR", firstOrderAt: first, lastOrderAt }) as never;
  await db.write((tx) => setOrderFacts(tx, partyId, facts(1, first)));
  await db.write((tx) => setOrderFacts(tx, partyId, facts(1, first)));
  await db.write((tx) => setOrderFacts(tx, partyId, facts(2, first + DAY)));
  await db.write((tx) => refreshStages(tx, first + DAY + AT_RISK_AFTER, 10));
  await db.write((tx) => refreshStages(tx, first + DAY + LAPSED_AFTER + 5 * DAY, 10));
  await db.write((tx) => tx.update(parties).set({ lifecycleStage: "lapsed" }).where(eq(parties.id, partyId)));
  const { entries } = await listTimeline(db.read, partyId, { limit: 9, kinds: ["stage_changed"] });
  expect(entries.toReversed().map(({ at, data }) => [at, (data as { from: string }).from, (data as { to: string }).to])).toEqual([
    [first, "lead", "first_time"],
    [first + DAY, "first_time", "active"],
    [first + DAY + AT_RISK_AFTER, "active", "at_risk"],
    [first + DAY + LAPSED_AFTER, "at_risk", "lapsed"],
  ]);
});
