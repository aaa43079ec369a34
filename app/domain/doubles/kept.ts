/** What the one record says when two become one. Pure, and browser-safe: the page shows it before it is done. */
import { TIERS } from "../customers/lifecycle";

export type Profile = {
  id: number;
  kind: "person" | "company";
  name: string;
  givenName: string | null;
  familyName: string | null;
  number: string | null;
  parentId: number | null;
  country: string | null;
  birthday: string | null;
  tier: (typeof TIERS)[number];
  isCustomer: boolean;
  isSupplier: boolean;
  marketingPausedUntil: number | null;
  createdAt: number;
};

export type KeptProfile = Omit<Profile, "id" | "kind">;

/** The survivor's own words stand; what it does not know comes from the other. Of pauses the longer one, of tiers the higher. */
export function keptProfile(survivor: Profile, merged: Profile): KeptProfile {
  const isNamed = survivor.kind === "company" || Boolean(survivor.givenName || survivor.familyName);
  const { name, givenName, familyName } = isNamed ? survivor : merged.givenName || merged.familyName ? merged : survivor;
  const parentId = survivor.parentId ?? merged.parentId;
  return {
    name, givenName, familyName,
    number: survivor.number ?? merged.number,
    parentId: parentId === merged.id || parentId === survivor.id ? null : parentId,
    country: survivor.country ?? merged.country,
    birthday: survivor.birthday ?? merged.birthday,
    tier: TIERS.indexOf(survivor.tier) >= TIERS.indexOf(merged.tier) ? survivor.tier : merged.tier,
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
