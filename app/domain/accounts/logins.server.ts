/** Customers' logins: one per party, made when it is first needed. */
import { and, eq, isNull } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { findPrimaryEmail } from "../customers/contact-points.server";
import { findParty, findPartyByEmail, type Party } from "../customers/customers.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import type { PasswordHash } from "./passwords.server";
import { customerLogins } from "./schema";

export type CustomerLogin = typeof customerLogins.$inferSelect;

export async function findLoginByEmail(db: Reader, email: string): Promise<CustomerLogin | null> {
  const [row] = await db.select().from(customerLogins).where(eq(customerLogins.email, normalizeEmail(email)));
  return row ?? null;
}

export async function getLogin(db: Reader, loginId: number): Promise<CustomerLogin> {
  const [row] = await db.select().from(customerLogins).where(eq(customerLogins.id, loginId));
  if (!row) throw new Error(`no customer login ${loginId}`);
  return row;
}

export async function findLoginOf(db: Reader, partyId: number): Promise<CustomerLogin | null> {
  const [row] = await db.select().from(customerLogins).where(eq(customerLogins.partyId, partyId));
  return row ?? null;
}

export type CreateLoginResult = { ok: true; loginId: number } | { ok: false; reason: "email_taken" | "party_has_login" };

export async function createCustomerLogin(
  tx: Tx,
  by: By,
  input: { partyId: number; email: string; passwordHash?: PasswordHash },
): Promise<CreateLoginResult> {
  const [row] = await tx
    .insert(customerLogins)
    .values({
      partyId: input.partyId,
      email: normalizeEmail(input.email),
      passwordHash: input.passwordHash ?? null,
      createdAt: by.now,
    })
    .onConflictDoNothing()
    .returning({ id: customerLogins.id });
  if (!row) return { ok: false, reason: (await findLoginOf(tx, input.partyId)) ? "party_has_login" : "email_taken" };
  await recordAudit(tx, by, "createCustomerLogin", { type: "login", id: row.id }, { partyId: input.partyId });
  return { ok: true, loginId: row.id };
}

/** Whom login mails for an address go to. Null: nobody, or somebody who must not sign in. */
export type Mailbox = { partyId: number; address: string; name: string; locale: string };

/**
 * The customer who may sign in by proving that they read this address: that of their login, or, as long as they have
 * none, the primary address on their record. An address that was only noted down proves nothing.
 */
export async function findMailbox(db: Reader, email: string): Promise<Mailbox | null> {
  const login = await findLoginByEmail(db, email);
  if (login) return login.disabledAt === null ? mailboxOf(await findParty(db, login.partyId), login.email) : null;
  const party = await findPartyByEmail(db, email);
  if (!party || (await findLoginOf(db, party.id))) return null;
  const primary = await findPrimaryEmail(db, party.id);
  return primary && normalizeEmail(primary) === normalizeEmail(email) ? mailboxOf(party, normalizeEmail(email)) : null;
}

function mailboxOf(party: Party | null, address: string): Mailbox | null {
  if (!party || party.erasedAt !== null) return null;
  return { partyId: party.id, address, name: party.name, locale: party.locale };
}

/** The login of a party that has just proved to read its address; made now if there is none. Null: may not sign in. */
export async function loginForProvenParty(tx: Tx, by: By, partyId: number): Promise<CustomerLogin | null> {
  const login = await findLoginOf(tx, partyId);
  if (login) return login.disabledAt === null ? login : null;
  const email = await findPrimaryEmail(tx, partyId);
  if (!email) return null;
  await createCustomerLogin(tx, by, { partyId, email });
  return findLoginOf(tx, partyId);
}

export async function setCustomerPassword(tx: Tx, loginId: number, passwordHash: PasswordHash): Promise<boolean> {
  const rows = await tx
    .update(customerLogins)
    .set({ passwordHash })
    .where(and(eq(customerLogins.id, loginId), isNull(customerLogins.disabledAt)))
    .returning({ id: customerLogins.id });
  return rows.length > 0;
}
