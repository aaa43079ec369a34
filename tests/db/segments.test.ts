import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { segmentFields as campaignFields } from "~/domain/campaigns/segment-fields";
import { segmentFields as caseFields } from "~/domain/cases/segment-fields";
import { segmentFields as customerFields } from "~/domain/customers/segment-fields";
import { segmentFields as orderFields } from "~/domain/orders/segment-fields";
import { fieldInfo } from "~/domain/segments/check";
import { describeRules } from "~/domain/segments/describe";
import { rulesJsonSchema } from "~/domain/segments/json-schema";
import { explainSegment } from "~/domain/segments/explain.server";
import { checkSegment, freezeRules } from "~/domain/segments/references.server";
import { EVERYBODY, type RuleGroup } from "~/domain/segments/rule";
import { segmentFields as segmentsFields } from "~/domain/segments/segment-fields";
import {
  archiveSegment, countCustomers, countSegment, createSegment, findSegment, listSegments, loadOptions, sampleSegment, saveSegment,
} from "~/domain/segments/segments.server";

import { aCustomer, aTopic, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const by = at();
const registry = [...customerFields, ...orderFields, ...campaignFields, ...caseFields, ...segmentsFields];
const poles: RuleGroup = { match: "all", rules: [{ field: "country", op: "in", value: ["PL"] }] };

test("docs/segment-rules.schema.json is the registry's schema (segment schema prints it)", () => {
  const kept = JSON.parse(readFileSync("docs/segment-rules.schema.json", "utf8")) as object;
  expect(kept).toEqual(JSON.parse(JSON.stringify(rulesJsonSchema(fieldInfo(registry)))));
});

test.runIf(hasDatabase())("a segment is kept, listed by name, put away and brought back", async () => {
  const db = await testDatabase();
  const made = await db.write((tx) => createSegment(tx, by, { name: "poles", rules: poles }));
  const other = await db.write((tx) => createSegment(tx, by, { name: "Everybody", rules: EVERYBODY }));
  expect((await listSegments(db.read)).map((s) => s.name)).toEqual(["Everybody", "poles"]);
  expect(await findSegment(db.read, made.publicId)).toMatchObject({ name: "poles", rules: poles, version: 1 });
  await db.write((tx) => archiveSegment(tx, by, made.segmentId));
  expect((await listSegments(db.read)).map((s) => s.publicId)).toEqual([other.publicId]);
  expect((await listSegments(db.read, { archived: true })).map((s) => s.name)).toEqual(["poles"]);
  expect(await findSegment(db.read, made.publicId)).toMatchObject({ rules: poles, archivedAt: by.now });
  await db.write((tx) => archiveSegment(tx, by, made.segmentId, false));
  expect(await listSegments(db.read)).toHaveLength(2);
});

// Mutant: without the version in the WHERE the second save wins silently.
test.runIf(hasDatabase())("of two saves from one version the second is refused, with what the first wrote", async () => {
  const db = await testDatabase();
  const { segmentId } = await db.write((tx) => createSegment(tx, by, { name: "one", rules: EVERYBODY }));
  const save = (name: string, version: number) => db.write((tx) => saveSegment(tx, by, { segmentId, version, name, rules: poles }));
  expect(await save("two", 1)).toEqual({ ok: true, version: 2 });
  expect(await save("three", 1)).toMatchObject({ ok: false, reason: "changed_meanwhile", theirs: { name: "two", version: 2, rules: poles } });
  expect(await save("three", 2)).toEqual({ ok: true, version: 3 });
});

const asking = (publicId: string): RuleGroup => ({ match: "all", rules: [{ match: "any", rules: [{ field: "segment", op: "in_segment", value: publicId }] }] });

// Mutants tried: without `trail.includes` a circle is called too deep; without the users in archiveSegment the segment goes.
test.runIf(hasDatabase())("segments ask about segments: no circles, four deep, none goes that another needs", async () => {
  const db = await testDatabase();
  const make = (name: string, rules: RuleGroup) => db.write((tx) => createSegment(tx, by, { name, rules }));
  const a = await make("a", poles);
  const b = await make("b", asking(a.publicId));
  const c = await make("c", asking(b.publicId));
  const save = (one: { segmentId: number }, rules: RuleGroup) => db.write((tx) => saveSegment(tx, by, { segmentId: one.segmentId, version: 1, name: "x", rules }));
  const at = { path: [0, 0], field: "segment", op: "in_segment", input: "segment" };
  expect(await save(a, asking(c.publicId))).toEqual({ ok: false, reason: "bad_rules", problems: [{ ...at, reason: "segment_cycle" }] });
  expect(await save(a, asking(a.publicId))).toMatchObject({ reason: "bad_rules", problems: [{ reason: "segment_cycle" }] });
  const d = await make("d", asking(c.publicId));
  const problemsOf = async (rules: RuleGroup) => ((await checkSegment(db.read, registry, rules)) as { problems?: object[] }).problems;
  const [e, f] = [await make("e", EVERYBODY), await make("f", poles)];
  // d stands on c, b and a: under another it would be five deep, from above as from below.
  expect(await save(e, asking(d.publicId))).toMatchObject({ problems: [{ ...at, reason: "segment_too_deep" }] });
  expect(await save(a, asking(f.publicId))).toMatchObject({ problems: [{ path: [], reason: "used_too_deep" }] });
  expect(await problemsOf(asking("nothing"))).toEqual([{ ...at, reason: "segment_gone" }]);
  expect(await db.write((tx) => archiveSegment(tx, by, b.segmentId))).toEqual({ ok: false, reason: "used", by: [{ publicId: c.publicId, name: "c" }] });
  expect(await db.write((tx) => archiveSegment(tx, by, f.segmentId))).toEqual({ ok: true });
  expect(await problemsOf(asking(f.publicId))).toEqual([{ ...at, reason: "segment_archived" }]);
  await db.write((tx) => aCustomer(tx, by, { country: "PL" }));
  // What was frozen stays as it was, whatever becomes of the segments below.
  const frozen = await freezeRules(db.read, asking(c.publicId));
  expect(await save(a, { match: "none", rules: [poles] })).toMatchObject({ ok: true });
  expect([await countSegment(db.read, registry, frozen, by.now), await countSegment(db.read, registry, asking(c.publicId), by.now)]).toEqual([1, 0]);
  expect(await explainSegment(db.read, registry, asking(c.publicId), by.now, 1)).toMatchObject({ explained: { rules: [{ rules: [{ holds: false, fact: { value: "out" } }] }] } });
});

test.runIf(hasDatabase())("counts and samples show customers with their figures", async () => {
  const db = await testDatabase();
  await db.write(async (tx) => {
    for (let i = 0; i < 12; i += 1) await aCustomer(tx, by, { country: i % 3 ? "PL" : "RS" });
    await aCustomer(tx, by, { country: "PL", isCustomer: false, isSupplier: true });
  });
  expect(await countCustomers(db.read)).toBe(12);
  expect(await countSegment(db.read, registry, poles, by.now)).toBe(8);
  const sample = await sampleSegment(db.read, registry, poles, by.now, 3);
  expect(sample).toHaveLength(3);
  expect(sample[0]).toMatchObject({ country: "PL", lifecycleStage: "lead", ordersCount: 0, spendMinor: 0, lastOrderAt: null });
  expect(await sampleSegment(db.read, registry, poles, by.now, 3)).toEqual(sample);
});

test.runIf(hasDatabase())("what lists offer comes from the database, in the reader's language, and labels the readback", async () => {
  const db = await testDatabase();
  await db.write(async (tx) => {
    await aTopic(tx, by, "offers");
    await aCustomer(tx, by, { country: "RS" });
    await aCustomer(tx, by, { country: "PL" });
  });
  const options = await loadOptions(db.read, registry, "pl");
  expect(options.country?.values?.map((o) => o.value)).toEqual(["PL", "RS"]);
  expect(options.consent?.topic).toEqual([{ value: "offers", label: "Topic offers" }]);
  const rules: RuleGroup = { match: "any", rules: [{ field: "consent", op: "granted", value: { topic: "offers", channel: "email" } }, { field: "gone", op: "x" }] };
  expect(describeRules(rules, fieldInfo(registry), options)).toEqual({
    match: "any",
    items: [
      {
        field: "consent",
        op: "granted",
        parts: [
          { name: "topic", kind: "choice", value: "offers", labels: ["Topic offers"] },
          { name: "channel", kind: "choice", value: "email" },
        ],
      },
    ],
  });
});
