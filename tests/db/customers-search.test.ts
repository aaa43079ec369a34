import { expect, test } from "vitest";

import { countParties, findParties, listParties, listPeopleOf } from "~/domain/customers/search.server";

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
  expect(await found("%")).toEqual(["100% A_b"]);
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
  expect(await countParties(db.read, { kind: "customers", country: "PL" })).toBe(2);
  await db.write((tx) => aCustomer(tx, by, { givenName: "Eva", familyName: "Works", parentId: ids[3] }));
  expect((await listPeopleOf(db.read, ids[3]!)).map((p) => p.name)).toEqual(["Eva Works"]);
});
