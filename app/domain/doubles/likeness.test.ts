import { expect, test } from "vitest";

import { choicesBetween, decided, type Taken, type Word } from "./choices";
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
  id: 1, kind: "person", name: "A B", givenName: "A", familyName: "B", number: null, parentId: null, country: null, birthday: null, tier: "standard", locale: "en", timeZone: "Europe/Warsaw",
  isCustomer: true, isSupplier: false, marketingPausedUntil: null, createdAt: 10,
};

const word = (party: Profile, given: Partial<Word> = {}): Word => ({ party, saidAt: new Map(), contacts: [], values: new Map(), ...given });
const kept = (own: Profile, other: Profile, taken: Taken = {}) => keptProfile(own, other, decided(choicesBetween(word(own), word(other)), taken));

test("what only one of them says stands; where both do, the fuller name, the higher tier, and what somebody chose", () => {
  const other: Profile = { ...someone, id: 2, name: "C D", givenName: "Cvita", familyName: "Dan", number: "7", parentId: 1, country: "PL", birthday: "1990-01-01", tier: "gold", isSupplier: true, marketingPausedUntil: 5, createdAt: 3 };
  expect(kept(someone, other)).toEqual({
    name: "C D", givenName: "Cvita", familyName: "Dan", locale: "en", timeZone: "Europe/Warsaw", number: "7", parentId: null, country: "PL", birthday: "1990-01-01", tier: "gold", isCustomer: true, isSupplier: true,
    marketingPausedUntil: 5, createdAt: 3,
  });
  expect(kept({ ...someone, name: "a@x.pl", givenName: null, familyName: null }, other)).toMatchObject({ name: "C D", givenName: "Cvita" });
  expect(kept({ ...other, marketingPausedUntil: 9 }, someone)).toMatchObject({ name: "C D", number: "7", marketingPausedUntil: 9, parentId: null });
  expect(kept(other, someone, { name: "other", tier: "other", birthday: "other" })).toMatchObject({ name: "A B", tier: "standard", birthday: "1990-01-01" });
});

test("suggested is what was proven, then what was said later; nobody is asked about what is the same or said once", () => {
  const point = (kind: "email" | "phone", normalizedValue: string, verifiedAt: number | null, createdAt: number) => ({ kind, normalizedValue, isPrimary: true, verifiedAt, createdAt });
  const own = word({ ...someone, birthday: "1990-01-01", parentId: 2 }, {
    contacts: [point("email", "a@x.pl", null, 1), point("phone", "+1", 5, 1)], saidAt: new Map([["birthday", 3]]),
    values: new Map([["size", { value: "M", at: 1 }], ["motto", { value: "so", at: 1 }]]),
  });
  const other = word({ ...someone, id: 2, birthday: "1991-01-01", country: "PL", parentId: 3 }, {
    contacts: [point("email", "b@x.pl", null, 9), point("phone", "+2", null, 9)], saidAt: new Map([["birthday", 4]]),
    values: new Map([["size", { value: "L", at: 2 }], ["motto", { value: "so", at: 2 }], ["shoe", { value: "44", at: 2 }]]),
  });
  const suggested = Object.fromEntries(choicesBetween(own, other).map((choice) => [choice.key, choice.suggested]));
  expect(suggested).toEqual({ birthday: "other", email: "own", phone: "own", "custom:size": "other" });
});

test("of consent the state that allows less counts", () => {
  const state = (state: "pending" | "granted" | "withdrawn", consentId: number) => ({ topicId: 1, channel: "email" as const, state, since: 1, consentId });
  expect(takenOver([state("granted", 1)], [state("withdrawn", 2)])).toEqual([state("withdrawn", 2)]);
  expect(takenOver([state("withdrawn", 1)], [state("granted", 2)])).toEqual([]);
  expect(takenOver([state("pending", 1)], [state("granted", 2)])).toEqual([state("granted", 2)]);
  expect(takenOver([state("granted", 1)], [state("granted", 2)])).toEqual([]);
  expect(takenOver([], [state("granted", 2)])).toEqual([state("granted", 2)]);
});
