/** What the one record says when two become one. Pure, and browser-safe: the page shows it before it is done. */
import type { TIERS } from "../customers/lifecycle";
import { type ChoiceKey, isNamed, type Side } from "./choices";

export type Profile = {
  id: number;
  kind: "person" | "company";
  name: string;
  givenName: string | null;
  familyName: string | null;
  number: string | null;
  parentId: number | null;
  locale: string;
  timeZone: string;
  country: string | null;
  birthday: string | null;
  tier: (typeof TIERS)[number];
  isCustomer: boolean;
  isSupplier: boolean;
  marketingPausedUntil: number | null;
  createdAt: number;
};

export type KeptProfile = Omit<Profile, "id" | "kind">;

/** By choice where both say something (choices.ts); what the survivor does not know comes from the other. Of pauses the longer one. */
export function keptProfile(survivor: Profile, merged: Profile, sideOf: (key: ChoiceKey) => Side): KeptProfile {
  const chosen = (key: ChoiceKey) => (sideOf(key) === "own" ? survivor : merged);
  const isUnnamed = survivor.kind === "person" && !isNamed(survivor) && isNamed(merged);
  const { name, givenName, familyName } = isUnnamed ? merged : chosen("name");
  const parentId = chosen("company").parentId ?? survivor.parentId ?? merged.parentId;
  return {
    name, givenName, familyName,
    number: chosen("number").number ?? survivor.number ?? merged.number,
    parentId: parentId === merged.id || parentId === survivor.id ? null : parentId,
    locale: chosen("language").locale,
    timeZone: chosen("zone").timeZone,
    country: chosen("country").country ?? survivor.country ?? merged.country,
    birthday: chosen("birthday").birthday ?? survivor.birthday ?? merged.birthday,
    tier: chosen("tier").tier,
    isCustomer: survivor.isCustomer || merged.isCustomer,
    isSupplier: survivor.isSupplier || merged.isSupplier,
    marketingPausedUntil: later(survivor.marketingPausedUntil, merged.marketingPausedUntil),
    createdAt: Math.min(survivor.createdAt, merged.createdAt),
  };
}

function later(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** Only the columns in which it differs: what is written, and what undo looks at. */
export function changesOf(survivor: Profile, kept: KeptProfile): Partial<KeptProfile> {
  return Object.fromEntries(Object.entries(kept).filter(([key, value]) => survivor[key as keyof Profile] !== value));
}
