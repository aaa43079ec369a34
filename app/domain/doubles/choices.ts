/** Which record's word stands where both say something else: what can be chosen, and what is suggested. Pure. */
import { z } from "zod";

import { TIERS } from "../customers/lifecycle";
import type { Profile } from "./kept";

const PROFILE_CHOICES = ["name", "company", "number", "language", "zone", "country", "birthday", "tier"] as const;
const CONTACT_CHOICES = ["email", "phone", "postal"] as const;
export type ContactChoice = (typeof CONTACT_CHOICES)[number];

/** Own fields of the company are named as in the log of facts. */
export type ChoiceKey = (typeof PROFILE_CHOICES)[number] | ContactChoice | `custom:${string}`;
const CHOICE_KEYS: readonly string[] = [...PROFILE_CHOICES, ...CONTACT_CHOICES];

/** `own`: what the survivor says; `other`: what the record says that goes into it. */
export type Side = "own" | "other";
export type Taken = Partial<Record<ChoiceKey, Side>>;
export type Choice = { key: ChoiceKey; suggested: Side };

/** What somebody chose, by what it is about; the rest is as suggested. */
export const takenSchema = z.record(
  z.string().refine((key) => CHOICE_KEYS.includes(key) || /^custom:[a-z][a-z0-9_]*$/.test(key), "choose"),
  z.enum(["own", "other"], "choose"),
);

export type Contact = { kind: ContactChoice; normalizedValue: string; isPrimary: boolean; verifiedAt: number | null; createdAt: number };

/** All that one record says. `saidAt`: when a fact was said last, where that was after the record came. */
export type Word = {
  party: Profile;
  saidAt: ReadonlyMap<string, number>;
  contacts: readonly Contact[];
  /** Of the company's own fields, by key. */
  values: ReadonlyMap<string, { value: string; at: number }>;
};

/** Where both say something and not the same. What only one of them says stands anyway. */
export function choicesBetween(own: Word, other: Word): Choice[] {
  return [
    ...PROFILE_CHOICES.filter((key) => differ(said(own.party, key), said(other.party, key)) && !isOneOfBoth(key, own, other)).map((key) => ({ key, suggested: suggestedOf(key, own, other) })),
    ...CONTACT_CHOICES.flatMap((key) => contactChoice(key, primaryOf(own, key), primaryOf(other, key))),
    ...[...own.values].flatMap(([key, { value, at }]) => {
      const theirs = other.values.get(key);
      return theirs && theirs.value !== value ? [{ key: `custom:${key}` as const, suggested: newer(at, theirs.at) }] : [];
    }),
  ];
}

/** @returns for each choice whose word stands; choices that there are none of are passed over */
export function decided(choices: readonly Choice[], taken: Taken): (key: ChoiceKey) => Side {
  const sides = new Map(choices.map(({ key, suggested }) => [key, taken[key] ?? suggested]));
  return (key) => sides.get(key) ?? "own";
}

function said(party: Profile, key: (typeof PROFILE_CHOICES)[number]): string | number | null {
  switch (key) {
    case "name":
      return party.kind === "company" || isNamed(party) ? party.name : null;
    case "company":
      return party.parentId;
    case "language":
      return party.locale;
    case "zone":
      return party.timeZone;
    default:
      return party[key];
  }
}

export const isNamed = ({ givenName, familyName }: Profile): boolean => Boolean(givenName || familyName);

const differ = (a: string | number | null, b: string | number | null) => a !== null && b !== null && a !== b;

/** Nobody belongs to the record that they become one with. */
const isOneOfBoth = (key: string, own: Word, other: Word) => key === "company" && (own.party.parentId === other.party.id || other.party.parentId === own.party.id);

const newer = (own: number, other: number): Side => (other > own ? "other" : "own");

/** The fuller name, the higher tier, of facts that change the newer one; else the survivor's own word. */
function suggestedOf(key: (typeof PROFILE_CHOICES)[number], own: Word, other: Word): Side {
  if (key === "tier") return TIERS.indexOf(other.party.tier) > TIERS.indexOf(own.party.tier) ? "other" : "own";
  const fuller = key === "name" ? fullness(other.party) - fullness(own.party) : 0;
  if (fuller !== 0) return fuller > 0 ? "other" : "own";
  const fact = ({ name: "name", language: "locale", country: "country", birthday: "birthday" } as Record<string, string>)[key];
  return fact ? newer(own.saidAt.get(fact) ?? 0, other.saidAt.get(fact) ?? 0) : "own";
}

/** An initial is no name yet. */
const fullness = ({ givenName, familyName }: Profile) => [givenName, familyName].filter((name) => name && !/^\p{L}\.?$/u.test(name)).length;

const primaryOf = ({ contacts }: Word, kind: ContactChoice) => contacts.find((point) => point.kind === kind && point.isPrimary);

/** The proven one; of telephones and addresses the newer. Of two e-mail addresses alike the survivor's own: they may sign in by it. */
function contactChoice(key: ContactChoice, own: Contact | undefined, other: Contact | undefined): Choice[] {
  if (!own || !other || own.normalizedValue === other.normalizedValue) return [];
  const proven = Number(other.verifiedAt !== null) - Number(own.verifiedAt !== null);
  if (proven !== 0) return [{ key, suggested: proven > 0 ? "other" : "own" }];
  return [{ key, suggested: key === "email" ? "own" : newer(own.createdAt, other.createdAt) }];
}
