/** What tests begin with, made by the commands that the product itself uses. */
import type { Tx } from "../../app/db/types";
import { createTopic } from "../../app/domain/customers/consents.server";
import { createParty, type NewParty } from "../../app/domain/customers/customers.server";
import type { By } from "../../app/domain/journal/actor";

let serial = 0;

/** A system actor at this instant (noon of 1 June 2026, UTC, unless given). */
export function at(now = Date.UTC(2026, 5, 1, 12)): By {
  return { actor: { kind: "system", name: "seed" }, now };
}

/** A person with a name and an address of their own; every part can be given. */
export async function aCustomer(tx: Tx, by: By, given: Partial<NewParty> = {}): Promise<{ partyId: number; publicId: string; email: string }> {
  serial += 1;
  const email = given.email ?? `person${serial}@example.com`;
  const made = await createParty(tx, by, {
    kind: "person", givenName: "Anna", familyName: `Nowak ${serial}`, locale: "pl", country: "PL", source: "seed", ...given, email,
  });
  if (!made.ok) throw new Error(made.reason);
  return { partyId: made.partyId, publicId: made.publicId, email };
}

/** A topic of marketing with English words. @returns its id */
export async function aTopic(tx: Tx, by: By, key = "offers"): Promise<number> {
  const made = await createTopic(tx, by, { key, position: 0, translations: { en: { name: `Topic ${key}`, description: "" } } });
  if (!made.ok) throw new Error(made.reason);
  return made.topicId;
}
