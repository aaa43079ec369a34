import { expect, test } from "vitest";

import { keptProfile, type Profile } from "./kept";
import { takenOver } from "./consents";
import { nameKeyOf, sharedBy } from "./likeness";

const at = (postcode: string, country = "PL") => ({ line1: "x", postcode, city: "y", country });

test("a name and a postcode meet whatever their order, case, diacritics and dashes", () => {
  const key = nameKeyOf("Łukasz Żak", at("30-529"));
  for (const [name, postcode] of [["ZAK, Lukasz", "30529"], ["zak lukasz", "30 529"], ["Лукасз Зак", "30-529"]] as const) expect(nameKeyOf(name, at(postcode))).toBe(key);
  expect(nameKeyOf("Łukasz Żak", at("30-529", "RS"))).not.toBe(key);
  // One word is too little, and so is no postcode.
  expect(nameKeyOf("Anna", at("30-529"))).toBeNull();
  expect(nameKeyOf("Anna Żak", at(""))).toBeNull();
  expect(nameKeyOf("Anna Żak", null)).toBeNull();
});

test("signs are told by what both have", () => {
  const point = (kind: "email" | "phone" | "postal", normalizedValue: string, postal: ReturnType<typeof at> | null = null) => ({ kind, normalizedValue, postal });
  const one = { name: "Anna Żak", contacts: [point("email", "a@x.pl"), point("phone", "+48600"), point("postal", "p", at("1"))] };
  expect(sharedBy(one, { name: "Anna Zak", contacts: [point("email", "b@x.pl"), point("phone", "+48600"), point("postal", "q", at("1"))] })).toEqual(["phone", "name_postcode"]);
  expect(sharedBy(one, { name: "Anna Zak", contacts: [point("phone", "a@x.pl")] })).toEqual([]);
});

const someone: Profile = {
  id: 1, kind: "person", name: "A B", givenName: "A", familyName: "B", number: null, parentId: null, country: null, birthday: null, tier: "standard",
  isCustomer: true, isSupplier: false, marketingPausedUntil: null, createdAt: 10,
};

test("the survivor's own words stand, and what it does not know comes from the other", () => {
  const other: Profile = { ...someone, id: 2, name: "C D", givenName: "C", familyName: "D", number: "7", parentId: 1, country: "PL", birthday: "1990-01-01", tier: "gold", isSupplier: true, marketingPausedUntil: 5, createdAt: 3 };
  expect(keptProfile(someone, other)).toEqual({
    name: "A B", givenName: "A", familyName: "B", number: "7", parentId: null, country: "PL", birthday: "1990-01-01", tier: "gold", isCustomer: true, isSupplier: true,
    marketingPausedUntil: 5, createdAt: 3,
  });
  expect(keptProfile({ ...someone, name: "a@x.pl", givenName: null, familyName: null }, other)).toMatchObject({ name: "C D", givenName: "C" });
  expect(keptProfile({ ...other, marketingPausedUntil: 9 }, someone)).toMatchObject({ name: "C D", number: "7", marketingPausedUntil: 9, parentId: null });
});

test("of consent the state that allows less counts", () => {
  const state = (state: "pending" | "granted" | "withdrawn", consentId: number) => ({ topicId: 1, channel: "email" as const, state, since: 1, consentId });
  expect(takenOver([state("granted", 1)], [state("withdrawn", 2)])).toEqual([state("withdrawn", 2)]);
  expect(takenOver([state("withdrawn", 1)], [state("granted", 2)])).toEqual([]);
  expect(takenOver([state("pending", 1)], [state("granted", 2)])).toEqual([state("granted", 2)]);
  expect(takenOver([state("granted", 1)], [state("granted", 2)])).toEqual([]);
  expect(takenOver([], [state("granted", 2)])).toEqual([state("granted", 2)]);
});
