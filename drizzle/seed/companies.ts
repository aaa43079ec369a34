/** A company that the demo buys from and sells to, with the people who work there; and one that only supplies. */
import type { Database } from "../../app/db/types";
import { createParty } from "../../app/domain/customers/customers.server";
import type { StaffActor } from "../../app/domain/journal/actor";

const DAY = 86_400_000;

export async function writeCompanies(db: Database, staff: StaffActor, now: number): Promise<void> {
  const by = { actor: staff, now: now - 200 * DAY };
  await db.write(async (tx) => {
    const add = async (party: Omit<Parameters<typeof createParty>[2], "source">) => {
      const made = await createParty(tx, by, { ...party, source: "seed" });
      if (!made.ok) throw new Error(`a company of the demo: ${made.reason}`);
      return made.partyId;
    };
    const postal = { line1: "Bulevar oslobođenja 12", line2: "", postcode: "21000", city: "Novi Sad", country: "RS" };
    const parentId = await add({ kind: "company", companyName: "Zelena kancelarija d.o.o.", number: "L-9001", email: "office@zelena.example.net", phone: "+381 21 555 0101", postal, locale: "sr-Latn", country: "RS", isCustomer: true, isSupplier: true });
    await add({ kind: "person", givenName: "Žarko", familyName: "Živanović", number: "L-9002", email: "zarko@zelena.example.net", locale: "sr-Latn", country: "RS", parentId });
    await add({ kind: "person", givenName: "Žaklina", familyName: "Žikić", number: "L-9003", email: "zaklina@zelena.example.net", locale: "sr-Latn", country: "RS", parentId });
    await add({ kind: "company", companyName: "Zakład Papierniczy Wisła sp. z o.o.", number: "L-9004", email: "handel@wisla.example.org", locale: "pl", country: "PL", isCustomer: false, isSupplier: true });
  });
}
