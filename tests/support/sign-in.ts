/** A signed-in browser for HTTP tests: the session is made by the same door as a login, without its password. */
import { findLoginByEmail, loginForProvenParty } from "../../app/domain/accounts/logins.server";
import { startSession } from "../../app/domain/accounts/sessions.server";
import { findStaffByEmail } from "../../app/domain/accounts/staff.server";
import { findPartyByEmail } from "../../app/domain/customers/customers.server";
import type { By } from "../../app/domain/journal/actor";
import type { TestApp } from "./app";

/**
 * @param email of a staff user, or of a customer (who gets a login if they have none)
 * @returns the Cookie header
 */
export async function signIn(app: Pick<TestApp, "db">, email: string): Promise<string> {
  const now = Date.now();
  const staff = await findStaffByEmail(app.db.read, email);
  if (staff) {
    const id = await app.db.write((tx) => startSession(tx, "staff", { userId: staff.id, userAgent: "tests", now }));
    return `rapport_staff=${id}`;
  }
  const by: By = { actor: { kind: "system", name: "public" }, now };
  const id = await app.db.write(async (tx) => {
    const party = await findPartyByEmail(tx, email);
    const login = (await findLoginByEmail(tx, email)) ?? (party && (await loginForProvenParty(tx, by, party.id)));
    if (!login) throw new Error(`nobody has the address ${email}`);
    return startSession(tx, "customer", { userId: login.id, userAgent: "tests", now });
  });
  return `rapport_customer=${id}`;
}

/** The cookies that an answer sets, as the browser would send them back; `before` are those it had. */
export function cookiesAfter(response: Response, before = ""): string {
  const jar = new Map(before.split("; ").filter(Boolean).map((pair) => [pair.split("=")[0] ?? "", pair]));
  for (const line of response.headers.getSetCookie()) {
    const pair = line.split(";")[0] ?? "";
    const name = pair.split("=")[0] ?? "";
    if (/max-age=0\b/i.test(line)) jar.delete(name);
    else jar.set(name, pair);
  }
  return [...jar.values()].join("; ");
}
