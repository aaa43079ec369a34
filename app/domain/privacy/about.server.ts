/** Whose rows are meant: the person, the records that were merged into theirs, and all their addresses. */
import { eq, inArray } from "drizzle-orm";

import type { Reader } from "../../db/types";
import { contactPoints, parties } from "../customers/schema";
import { customerLogins } from "../accounts/schema";
import { hashAddress } from "../deliveries/identity.server";
import type { About } from "./holdings";

export async function aboutParty(db: Reader, partyId: number, at: number): Promise<About & { addresses: string[] }> {
  const merged = await db.select({ id: parties.id }).from(parties).where(eq(parties.mergedIntoId, partyId));
  const ids = [partyId, ...merged.map((row) => row.id)];
  const points = await db.select().from(contactPoints).where(inArray(contactPoints.partyId, ids));
  const logins = await db.select({ email: customerLogins.email }).from(customerLogins).where(inArray(customerLogins.partyId, ids));
  const mails = points.filter((point) => point.kind === "email");
  const emails = [...new Set([...mails.map((point) => point.normalizedValue), ...logins.map((login) => login.email)])];
  return { ids, emails, hashes: emails.map(hashAddress), at, addresses: [...new Set([...mails.map((point) => point.value), ...emails])] };
}
