/** By what two records look like one person. Pure. */
import type { ContactPoint } from "../customers/contact-points.server";
import type { PostalAddress } from "../customers/schema";
import { foldForSearch } from "../customers/search";

export const SIGNS = ["email", "phone", "name_postcode"] as const;
export type Sign = (typeof SIGNS)[number];

/** The words of a name in any order, and the postcode without blanks and dashes; null where either is missing. */
export function nameKeyOf(name: string, postal: Pick<PostalAddress, "postcode" | "country"> | null): string | null {
  const words = foldForSearch(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean).toSorted();
  const postcode = foldForSearch(postal?.postcode ?? "").replace(/[^\p{L}\p{N}]/gu, "");
  return words.length > 1 && postcode ? `${words.join(" ")} ${postcode} ${postal?.country ?? ""}`.slice(0, 300) : null;
}

type Known = { name: string; contacts: readonly Pick<ContactPoint, "kind" | "normalizedValue" | "postal">[] };

export function sharedBy(one: Known, other: Known): Sign[] {
  const has = (kind: "email" | "phone") =>
    one.contacts.some((a) => a.kind === kind && other.contacts.some((b) => b.kind === kind && b.normalizedValue === a.normalizedValue));
  const keys = (who: Known) => who.contacts.flatMap((point) => (point.kind === "postal" ? (nameKeyOf(who.name, point.postal) ?? []) : []));
  const theirs = new Set(keys(other));
  return SIGNS.filter((sign) => (sign === "name_postcode" ? keys(one).some((key) => theirs.has(key)) : has(sign)));
}
