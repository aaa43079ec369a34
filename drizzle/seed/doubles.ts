/** What happens at every counter: somebody who is known is written down once more. */
import type { Database } from "../../app/db/types";
import { setCustomValue } from "../../app/domain/customers/custom-fields.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { lookForDoubles } from "../../app/domain/doubles/finding.server";
import { mergeParties } from "../../app/domain/doubles/merge.server";
import type { StaffActor } from "../../app/domain/journal/actor";
import type { DemoCustomer } from "./seed.server";

const DAY = 86_400_000;

export async function writeSomeDownTwice(db: Database, customers: readonly DemoCustomer[], staff: StaffActor, now: number): Promise<void> {
  const known = customers.slice(6).filter(({ person }) => person.phone !== null);
  for (const [i, customer] of known.slice(0, 2).entries()) {
    const { person } = customer;
    await db.write(async (tx) => {
      const by = { actor: staff, now: now - (9 - i) * DAY };
      const again = await createParty(tx, by, {
        kind: "person", givenName: `${person.givenName.slice(0, 1)}.`, familyName: person.familyName, number: `L-${90_001 + i}`, phone: person.phone,
        email: person.email.replace(/@.*/, "@example.net"), locale: person.locale,
        timeZone: person.timeZone, country: person.country, source: "staff",
      });
      // What is said of the same thing twice is not always the same.
      if (again.ok) for (const [partyId, size] of [[customer.partyId, "m"], [again.partyId, "l"]] as const) await setCustomValue(tx, by, partyId, "shirt_size", size);
      // One of the two has been put right.
      if (again.ok && i === 0) await mergeParties(tx, { actor: staff, now: now - 2 * DAY }, { survivorId: customer.partyId, mergedId: again.partyId });
    });
  }
  while ((await lookForDoubles({ db, clock: () => now - DAY })) > 0);
}
