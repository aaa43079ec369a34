import { eq } from "drizzle-orm";
import { expect, test } from "vitest";

import { listContactPoints, refreshSearchText, setPrimaryContact } from "~/domain/customers/contact-points.server";
import { changeProfile, getParty } from "~/domain/customers/customers.server";
import { parties } from "~/domain/customers/schema";
import { searchedFor, searchTerms } from "~/domain/customers/search-terms";
import { countParties, findParties, listParties, listPeopleOf } from "~/domain/customers/search.server";
import { erasePerson } from "~/domain/privacy/erasure.server";

import { aCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const by = at();

async function people(...names: [string, string, object?][]) {
  const db = await testDatabase();
  const ids = await db.write(async (tx) => {
    const made: number[] = [];
    for (const [givenName, familyName, more] of names) made.push((await aCustomer(tx, by, { givenName, familyName, ...more })).partyId);
    return made;
  });
  return { db, ids };
}

test.runIf(hasDatabase())("names are found without their diacritics, in either script, by any of their words", async () => {
  const { db } = await people(
    ["Łucja", "Żółtowska", { phone: "600 100 200", number: "17850" }], ["Đorđe", "Đoković", { email: "djole@example.com" }], ["Lucia", "Zolto"], ["100%", "A_b"],
  );
  const found = async (q: string) => (await findParties(db.read, q, { limit: 10 })).map((p) => p.name);
  expect(await found("lucja")).toEqual(["Łucja Żółtowska"]);
  expect(await found("ZOLTO lu")).toEqual(["Lucia Zolto", "Łucja Żółtowska"]);
  expect(await found("Ђорђе")).toEqual(["Đorđe Đoković"]);
  expect(await found("djole@")).toEqual(["Đorđe Đoković"]);
  expect(await found("600-100-200")).toEqual(["Łucja Żółtowska"]);
  expect(await found("+48 600100")).toEqual(["Łucja Żółtowska"]);
  expect(await found("17850")).toEqual(["Łucja Żółtowska"]);
  // What was typed is text, not a pattern.
  expect(await found("%")).toEqual([]);
  expect(await found("100%")).toEqual(["100% A_b"]);
  expect(await found("a_b")).toEqual(["100% A_b"]);
  expect(await found("l_cja")).toEqual([]);
  expect(await found("  ")).toEqual([]);
});

test.runIf(hasDatabase())("each is shown with their own address", async () => {
  const { db, ids } = await people(["Ana", "A", { email: "ana@example.com" }], ["Bea", "B", { email: "bea@example.com" }], ["-", "-", { kind: "company", companyName: "C" }]);
  await db.write((tx) => aCustomer(tx, by, { givenName: "Dan", familyName: "D", email: "dan@example.com", parentId: ids[2] }));
  expect((await listParties(db.read, { q: "bea" }, { limit: 3 })).rows.map((r) => r.email)).toEqual(["bea@example.com"]);
  expect((await findParties(db.read, "bea", { limit: 3 })).map((p) => p.email)).toEqual(["bea@example.com"]);
  expect((await listPeopleOf(db.read, ids[2]!)).map((p) => p.email)).toEqual(["dan@example.com"]);
});

test.runIf(hasDatabase())("who begins so comes first", async () => {
  const { db } = await people(["Jan", "Annowski"], ["Anna", "Zet"], ["Joanna", "Bo"]);
  expect((await findParties(db.read, "ann", { limit: 2 })).map((p) => p.name)).toEqual(["Anna Zet", "Jan Annowski"]);
});

test.runIf(hasDatabase())("the list goes by folded name, page by page, there and back", async () => {
  const { db } = await people(["Ąbc", "X"], ["Łuk", "X"], ["Zed", "X"], ["Abe", "X"], ["Mia", "X"], ["Łuk", "X"], ["Lea", "X"]);
  const all = (await listParties(db.read, {}, { limit: 50 })).rows.map((r) => r.name);
  expect(all).toEqual(["Ąbc X", "Abe X", "Lea X", "Łuk X", "Łuk X", "Mia X", "Zed X"]);
  const there: string[] = [];
  const cursors: (string | null)[] = [];
  let after: string | null = null;
  do {
    const page = await listParties(db.read, {}, { after, limit: 2 });
    there.push(...page.rows.map((r) => r.name));
    cursors.push(page.newer);
    after = page.older;
  } while (after);
  expect(there).toEqual(all);
  expect(cursors[0]).toBeNull();
  const back = await listParties(db.read, {}, { before: cursors[2], limit: 2 });
  expect(back.rows.map((r) => r.name)).toEqual(["Lea X", "Łuk X"]);
  const start = await listParties(db.read, {}, { before: back.newer, limit: 2 });
  expect([start.rows.map((r) => r.name), start.newer]).toEqual([["Ąbc X", "Abe X"], null]);
});

test.runIf(hasDatabase())("filters narrow it; customers, suppliers and companies are told apart; an order's customer is let in", async () => {
  const { db, ids } = await people(
    ["Ana", "RS", { country: "RS" }], ["Bea", "PL"], ["Cor", "Supply", { isCustomer: false, isSupplier: true }],
    ["-", "-", { kind: "company", companyName: "Drukarnia", isSupplier: true }],
  );
  const names = async (filter: object) => (await listParties(db.read, filter, { limit: 9 })).rows.map((r) => r.name);
  expect(await names({ kind: "customers" })).toEqual(["Ana RS", "Bea PL", "Drukarnia"]);
  expect(await names({ kind: "suppliers" })).toEqual(["Cor Supply", "Drukarnia"]);
  expect(await names({ kind: "companies" })).toEqual(["Drukarnia"]);
  expect(await names({ country: "RS" })).toEqual(["Ana RS"]);
  expect(await names({ stage: "loyal" })).toEqual([]);
  expect(await names({ q: "R-10023", orIds: [ids[1]] })).toEqual(["Bea PL"]);
  expect(await countParties(db.read, { kind: "customers", country: "PL" })).toEqual({ count: 2, more: false });
  expect(await countParties(db.read, { kind: "customers" }, 2)).toEqual({ count: 2, more: true });
  expect(await countParties(db.read, { q: "R-10023", orIds: [ids[1]!] })).toEqual({ count: 1, more: false });
  expect(await countParties(db.read, { q: "bea", orIds: [ids[1]!] })).toEqual({ count: 1, more: false });
  await db.write((tx) => aCustomer(tx, by, { givenName: "Eva", familyName: "Works", parentId: ids[3] }));
  expect((await listPeopleOf(db.read, ids[3]!)).map((p) => p.name)).toEqual(["Eva Works"]);
});

const FIRST = ["Anna", "Łucja", "Đorđe", "Jovan", "Anna-Maria"];
const LAST = ["Nowak", "Nowacka", "Đoković", "Kowalska-Nowak", "O'Brien"];

test.runIf(hasDatabase())("every word begins one of theirs: who is found, in which order, page by page, as a plain look at all of them says", async () => {
  const everybody = FIRST.flatMap((given, i) => LAST.map((family, j) => [given, family, { number: (i + j) % 3 ? undefined : `K-${i}${j}0`, email: (i * j) % 2 ? `${"abc"[j % 3]}.${i}@firm.example` : undefined }] as [string, string, object]));
  const { db, ids } = await people(...everybody);
  const known = await Promise.all(ids.map(async (id) => ({ id, terms: searchTerms({ ...(await getParty(db.read, id)), contacts: await listContactPoints(db.read, id) }) })));
  for (const q of ["an", "no", "nowak anna", "anna nowak", "k", "k-110", "110", "firm.example", "b.", "dok đor", "maria", "obrien", "anna firm", "x", "a a.", "brien lu"]) {
    const words = searchedFor(q);
    const met = known.filter(({ terms }) => words.every((word) => terms.some(([, term]) => term.startsWith(word)))).map(({ id }) => id);
    const paged: number[] = [];
    const firsts: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await listParties(db.read, { q }, { after, limit: 3 });
      paged.push(...page.rows.map((row) => row.id));
      if (page.rows[0]) firsts.push(page.rows[0].publicId);
      if (!(after = page.older)) break;
    }
    expect(paged.toSorted((a, b) => a - b), q).toEqual(met);
    // One page back is the page before.
    if (firsts.length > 2) expect((await listParties(db.read, { q }, { before: firsts[2], limit: 3 })).rows.map((row) => row.id), q).toEqual(paged.slice(3, 6));
    expect(await countParties(db.read, { q }), q).toEqual({ count: met.length, more: false });
    const best = (await findParties(db.read, q, { limit: 4 })).length;
    expect(best, q).toBe(Math.min(4, met.length));
  }
  expect((await findParties(db.read, "nowak anna", { limit: 1 })).map((hit) => hit.name)).toEqual(["Anna Nowak"]);
  expect(await findParties(db.read, "999", { limit: 1 })).toEqual([]);
});

// Mutants: `keepTerms` left out of refreshSearchText; the terms of the merged left standing.
test.runIf(hasDatabase())("who was renamed, got another address, was merged or erased is found by what holds now", async () => {
  const { db, ids } = await people(["Ana", "Old", { email: "ana@old.example", phone: "+381 63 984 4876" }], ["Bea", "Gone"], ["Cea", "Erased"]);
  const found = async (q: string) => (await findParties(db.read, q, { limit: 5 })).map((hit) => hit.name);
  await db.write((tx) => changeProfile(tx, by, ids[0]!, { givenName: "Ana", familyName: "New", locale: "en" }));
  expect([await found("old"), await found("new"), await found("063 984"), await found("+381 63 98")]).toEqual([["Ana New"], ["Ana New"], ["Ana New"], ["Ana New"]]);
  await db.write((tx) => setPrimaryContact(tx, by, ids[0]!, { kind: "email", value: "ana@new.example" }));
  expect(await found("ana@old")).toEqual(["Ana New"]);
  await db.write(async (tx) => {
    await tx.update(parties).set({ mergedIntoId: ids[0]! }).where(eq(parties.id, ids[1]!));
    await refreshSearchText(tx, ids[1]!);
    await erasePerson(tx, by, { publicId: (await getParty(tx, ids[2]!)).publicId, reason: "asked" });
  });
  expect([await found("bea"), await found("cea")]).toEqual([[], []]);
  expect(await db.read.raw("SELECT DISTINCT party_id AS id FROM party_terms")).toEqual([{ id: ids[0] }]);
});
