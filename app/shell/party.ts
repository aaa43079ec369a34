import type { App } from "../context.server";
import { findPartyByEmail, findPartyByNumber, findPartyByPublicId, survivorOf, type Party } from "../domain/customers/customers.server";
import { fail } from "./shell";

/** Whom somebody at the shell means: by the id in the address of their page, number or e-mail address. */
export async function partyOf(app: App, named: string): Promise<Party> {
  const db = app.db.read;
  const party = (await findPartyByPublicId(db, named)) ?? (await findPartyByNumber(db, named)) ?? (named.includes("@") ? await findPartyByEmail(db, named) : null);
  return party ? survivorOf(db, party) : fail(`${named}: nobody has this id, number or address`);
}
