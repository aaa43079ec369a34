/** Parties: people and companies, and how they are found. How they are reached: contact-points.server.ts. */
import { and, asc, desc, eq, isNull, ne } from "drizzle-orm";

import { lockKey, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { normalizeEmail } from "./contact";
import { nameOf, type NewParty } from "./create-parties.server";
import { emailPoint, isEmailTaken, keepPrimary, phonePoint, postalPoint, refreshSearchText } from "./contact-points.server";
import { recordFacts } from "./facts.server";
import { contactPoints, parties, type PostalAddress } from "./schema";

export type Party = typeof parties.$inferSelect;

export { createParty, type CreatePartyResult, type NewParty } from "./create-parties.server";

/** The newest customer there is: ids only grow. 0 when there is none. */
export async function newestPartyId(db: Reader): Promise<number> {
  const [row] = await db.raw<{ id: number | null }>("SELECT max(id) AS id FROM parties");
  return row?.id ?? 0;
}

export async function findParty(db: Reader, id: number): Promise<Party | null> {
  const [row] = await db.select().from(parties).where(eq(parties.id, id));
  return row ?? null;
}

/** @throws when there is no such party: for ids that come from our own rows. */
export async function getParty(db: Reader, id: number): Promise<Party> {
  const party = await findParty(db, id);
  if (!party) throw new Error(`no party ${id}`);
  return party;
}

export async function findPartyByPublicId(db: Reader, publicId: string): Promise<Party | null> {
  const [row] = await db.select().from(parties).where(eq(parties.publicId, publicId));
  return row ?? null;
}

export async function getPartyByPublicId(db: Reader, publicId: string): Promise<Party> {
  const party = await findPartyByPublicId(db, publicId);
  if (!party) throw new Error(`no party ${publicId}`);
  return party;
}

/** Whoever has this address: the person whose primary address it is before anybody else, then the oldest record. */
export async function findPartyByEmail(db: Reader, email: string): Promise<Party | null> {
  const [row] = await db
    .select({ party: parties })
    .from(contactPoints)
    .innerJoin(parties, eq(parties.id, contactPoints.partyId))
    .where(
      and(
        eq(contactPoints.kind, "email"),
        eq(contactPoints.normalizedValue, normalizeEmail(email)),
        isNull(parties.mergedIntoId),
        isNull(parties.erasedAt),
      ),
    )
    .orderBy(desc(contactPoints.isPrimary), desc(parties.kind), asc(parties.id))
    .limit(1);
  return row?.party ?? null;
}

/** Of a record that was merged, the one that it was merged into: its number in the company's books goes on meaning that customer. */
export async function findPartyByNumber(db: Reader, number: string): Promise<Party | null> {
  const [row] = await db.select().from(parties).where(eq(parties.number, number.trim()));
  return row ? survivorOf(db, row) : null;
}

/** Where a record has gone: itself, unless it was merged into another. */
export async function survivorOf(db: Reader, party: Party): Promise<Party> {
  return party.mergedIntoId === null ? party : getParty(db, party.mergedIntoId);
}

export type PartyChange = Pick<
  NewParty,
  | "givenName" | "familyName" | "companyName" | "number" | "locale" | "timeZone" | "country" | "birthday"
  | "isCustomer" | "isSupplier" | "parentId"
> & { email?: string | null; phone?: string | null; postal?: PostalAddress | null };

export type UpdatePartyResult =
  | { ok: true }
  | { ok: false; reason: "number_taken" | "email_taken" | "parent_is_self" }
  | { ok: false; reason: "changed_meanwhile"; theirs: Party };

/**
 * Writes a whole record, as a form gives it: absent fields are emptied. `seen` is the `updatedAt` that the writer
 * looked at; a record that was changed since is not written over.
 */
export async function updateParty(tx: Tx, by: By, partyId: number, seen: number, change: PartyChange): Promise<UpdatePartyResult> {
  const party = await getParty(tx, partyId);
  if (party.updatedAt !== seen) return { ok: false, reason: "changed_meanwhile", theirs: party };
  if (change.parentId === partyId) return { ok: false, reason: "parent_is_self" };
  const number = change.number?.trim() || null;
  if (number && (await isNumberTaken(tx, number, partyId))) return { ok: false, reason: "number_taken" };
  const email = change.email?.trim() || null;
  if (email && party.kind === "person" && (await isEmailTaken(tx, email, partyId))) return { ok: false, reason: "email_taken" };

  const country = change.country ?? null;
  const name = nameOf({ kind: party.kind, ...change }) || email || number || "—";
  const updated = await tx
    .update(parties)
    .set({
      number,
      name,
      givenName: change.givenName?.trim() || null,
      familyName: change.familyName?.trim() || null,
      locale: change.locale,
      timeZone: change.timeZone ?? party.timeZone,
      country,
      birthday: change.birthday ?? null,
      isCustomer: change.isCustomer ?? party.isCustomer,
      isSupplier: change.isSupplier ?? party.isSupplier,
      parentId: change.parentId ?? null,
      updatedAt: Math.max(by.now, seen + 1),
    })
    .where(and(eq(parties.id, partyId), eq(parties.updatedAt, seen)))
    .returning({ id: parties.id });
  if (!updated.length) return { ok: false, reason: "changed_meanwhile", theirs: await getParty(tx, partyId) };
  await recordFacts(tx, by, partyId, changedFacts(party, { name, number, locale: change.locale, country, birthday: change.birthday ?? null }));
  await keepPrimary(tx, by, partyId, "email", email ? emailPoint(email) : null);
  await keepPrimary(tx, by, partyId, "phone", change.phone?.trim() ? phonePoint(change.phone, country) : null);
  await keepPrimary(tx, by, partyId, "postal", change.postal ? postalPoint(change.postal) : null);
  await refreshSearchText(tx, partyId);
  await recordAudit(tx, by, "updateParty", { type: "party", id: partyId }, { fields: Object.keys(change) });
  await noteChange(tx, by, `party:${partyId}`);
  return { ok: true };
}

/** What of these differs from what is known. */
function changedFacts(party: Party, now: Partial<Pick<Party, "name" | "number" | "locale" | "country" | "birthday">>) {
  return Object.entries(now).map(([fact, value]) => ({ fact, was: party[fact as keyof typeof now], value }));
}

/** A person's own change of name, language and time zone (portal). */
export async function changeProfile(
  tx: Tx,
  by: By,
  partyId: number,
  profile: { givenName: string; familyName: string; locale: string; timeZone?: string; birthday?: string | null },
): Promise<void> {
  const name = `${profile.givenName.trim()} ${profile.familyName.trim()}`.trim();
  const party = await getParty(tx, partyId);
  await tx
    .update(parties)
    .set({
      ...(party.kind === "person" && name
        ? { name, givenName: profile.givenName.trim(), familyName: profile.familyName.trim() }
        : {}),
      locale: profile.locale,
      timeZone: profile.timeZone ?? party.timeZone,
      birthday: profile.birthday === undefined ? party.birthday : profile.birthday,
      updatedAt: Math.max(by.now, party.updatedAt + 1),
    })
    .where(eq(parties.id, partyId));
  const { birthday = party.birthday } = profile;
  await recordFacts(tx, by, partyId, changedFacts(party, { ...(party.kind === "person" && name && { name }), locale: profile.locale, birthday }));
  await refreshSearchText(tx, partyId);
  await recordAudit(tx, by, "changeProfile", { type: "party", id: partyId });
  await noteChange(tx, by, `party:${partyId}`);
}

/** The language somebody chose for themselves: pages and mails follow it. */
export async function changeLanguage(tx: Tx, by: By, partyId: number, locale: string): Promise<void> {
  await recordFacts(tx, by, partyId, changedFacts(await getParty(tx, partyId), { locale }));
  await tx.update(parties).set({ locale }).where(eq(parties.id, partyId));
  await recordAudit(tx, by, "changeLanguage", { type: "party", id: partyId }, { locale });
  await noteChange(tx, by, `party:${partyId}`);
}

/** Stops marketing to a customer until then (or lets it go on, with null). */
export async function pauseMarketing(tx: Tx, by: By, partyId: number, until: number | null): Promise<void> {
  if (until !== null) await lockStops(tx);
  await tx.update(parties).set({ marketingPausedUntil: until }).where(eq(parties.id, partyId));
  await recordAudit(tx, by, "pauseMarketing", { type: "party", id: partyId }, { until });
  await noteChange(tx, by, `party:${partyId}`);
}

async function isNumberTaken(tx: Tx, number: string, except = 0): Promise<boolean> {
  await lockKey(tx, `party-number:${number}`);
  const [row] = await tx.select({ id: parties.id }).from(parties).where(and(eq(parties.number, number), ne(parties.id, except)));
  return row !== undefined;
}
