/** How a party is reached: e-mail addresses, telephones, postal addresses; one of each kind is the primary one. */
import { and, asc, desc, eq, isNull, ne } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { normalizeEmail, normalizePhone } from "./contact";
import { recordFacts, saidBy } from "./facts.server";
import { contactPoints, parties, type PostalAddress } from "./schema";
import { keepTerms } from "./find.server";
import { foldForSearch } from "./search";
import { searchTerms } from "./search-terms";

export type { PostalAddress } from "./schema";
export type ContactPoint = typeof contactPoints.$inferSelect;
type ContactKind = ContactPoint["kind"];

/** The address that mail to this party goes to, as written. */
export async function findPrimaryEmail(db: Reader, partyId: number): Promise<string | null> {
  const [row] = await db
    .select({ value: contactPoints.value })
    .from(contactPoints)
    .where(and(eq(contactPoints.partyId, partyId), eq(contactPoints.kind, "email"), eq(contactPoints.isPrimary, true)))
    .limit(1);
  return row?.value ?? null;
}

/** All contact points, primary ones first. */
export async function listContactPoints(db: Reader, partyId: number): Promise<ContactPoint[]> {
  return db
    .select()
    .from(contactPoints)
    .where(eq(contactPoints.partyId, partyId))
    .orderBy(asc(contactPoints.kind), desc(contactPoints.isPrimary), asc(contactPoints.id));
}

export type NewContact =
  | { kind: "email"; value: string; verifiedAt?: number }
  | { kind: "phone"; value: string; verifiedAt?: number }
  | { kind: "postal"; postal: PostalAddress; verifiedAt?: number };

export type SetContactResult = { ok: true } | { ok: false; reason: "email_taken" | "not_a_phone" };

/** Makes this the primary e-mail, phone or postal address; the former one is kept beside it. */
export async function setPrimaryContact(
  tx: Tx,
  by: By,
  partyId: number,
  contact: NewContact,
): Promise<SetContactResult> {
  const party = await getOwner(tx, partyId);
  if (contact.kind === "email" && party.kind === "person" && (await isEmailTaken(tx, contact.value, partyId)))
    return { ok: false, reason: "email_taken" };
  if (contact.kind === "phone" && !normalizePhone(contact.value, party.country)) return { ok: false, reason: "not_a_phone" };
  const point =
    contact.kind === "email" ? emailPoint(contact.value)
    : contact.kind === "phone" ? phonePoint(contact.value, party.country)
    : postalPoint(contact.postal);
  await keepPrimary(tx, by, partyId, contact.kind, point, contact.verifiedAt);
  await refreshSearchText(tx, partyId);
  await tx.update(parties).set({ updatedAt: Math.max(by.now, party.updatedAt + 1) }).where(eq(parties.id, partyId));
  await recordAudit(tx, by, "setPrimaryContact", { type: "party", id: partyId }, { kind: contact.kind });
  await noteChange(tx, by, `party:${partyId}`);
  return { ok: true };
}

/** Notes one more address on the record. Mail and signing in go on by the primary one: nobody has proved to read this. */
export async function noteEmail(tx: Tx, by: By, partyId: number, email: string): Promise<void> {
  const party = await getOwner(tx, partyId);
  await tx.insert(contactPoints).values({ ...emailPoint(email), partyId, isPrimary: false, ...saidBy(by), createdAt: by.now }).onConflictDoNothing();
  await refreshSearchText(tx, partyId);
  await tx.update(parties).set({ updatedAt: Math.max(by.now, party.updatedAt + 1) }).where(eq(parties.id, partyId));
  await recordAudit(tx, by, "noteEmail", { type: "party", id: partyId });
  await noteChange(tx, by, `party:${partyId}`);
}

/** Forgets the telephone or the postal address that counts; the e-mail address can only be changed. */
export async function removePrimaryContact(tx: Tx, by: By, partyId: number, kind: "phone" | "postal"): Promise<void> {
  const removed = await tx
    .delete(contactPoints)
    .where(and(eq(contactPoints.partyId, partyId), eq(contactPoints.kind, kind), eq(contactPoints.isPrimary, true)))
    .returning({ value: contactPoints.value });
  if (removed.length === 0) return;
  await recordFacts(tx, by, partyId, [{ fact: kind, was: removed[0]!.value, value: null }]);
  await refreshSearchText(tx, partyId);
  await recordAudit(tx, by, "removePrimaryContact", { type: "party", id: partyId }, { kind });
  await noteChange(tx, by, `party:${partyId}`);
}

export type Point = Pick<ContactPoint, "kind" | "value" | "normalizedValue" | "postal">;

export function emailPoint(email: string): Point {
  return { kind: "email", value: email.trim(), normalizedValue: normalizeEmail(email), postal: null };
}

/** A number that cannot be brought to E.164 (an import's) is kept as written. */
export function phonePoint(phone: string, country: string | null): Point {
  return { kind: "phone", value: phone.trim(), normalizedValue: normalizePhone(phone, country) ?? foldForSearch(phone), postal: null };
}

export function postalPoint(postal: PostalAddress): Point {
  const value = [postal.line1, postal.line2, `${postal.postcode} ${postal.city}`.trim(), postal.country].filter(Boolean).join(", ");
  return { kind: "postal", value, normalizedValue: foldForSearch(value), postal };
}

/** An index of PostgreSQL holds no more than 2,704 bytes of it; a folded letter takes up to three. */
const LONGEST_SEARCH_TEXT = 850;

export function searchText(name: string, number: string | null, contacts: Point[]): string {
  return foldForSearch([name, number, ...contacts.flatMap((c) => [c.value, c.kind === "phone" ? c.normalizedValue : ""])].join(" ")).slice(
    0,
    LONGEST_SEARCH_TEXT,
  );
}

export async function refreshSearchText(tx: Tx, partyId: number): Promise<void> {
  const { name, number, isGone } = await getOwner(tx, partyId);
  const contacts = await listContactPoints(tx, partyId);
  await tx.update(parties).set({ searchText: searchText(name, number, contacts) }).where(eq(parties.id, partyId));
  await keepTerms(tx, partyId, isGone ? [] : searchTerms({ name, number, contacts }));
}

export async function keepPrimary(tx: Tx, by: By, partyId: number, kind: ContactKind, point: Point | null, verifiedAt?: number): Promise<void> {
  // Of two changes at once each would leave the other's primary one standing: mail would have two ways to go.
  await lockKey(tx, `contacts:${partyId}`);
  const ofKind = and(eq(contactPoints.partyId, partyId), eq(contactPoints.kind, kind));
  const [before] = await tx.select({ value: contactPoints.value, normalizedValue: contactPoints.normalizedValue }).from(contactPoints).where(and(ofKind, eq(contactPoints.isPrimary, true)));
  if (before?.normalizedValue !== point?.normalizedValue)
    await recordFacts(tx, by, partyId, [{ fact: kind, was: before?.value ?? null, value: point?.value ?? null }]);
  if (!point) {
    // Emptied on the form: the one that was shown goes.
    await tx.delete(contactPoints).where(and(ofKind, eq(contactPoints.isPrimary, true)));
    return;
  }
  await tx
    .update(contactPoints)
    .set({ isPrimary: false })
    .where(and(ofKind, ne(contactPoints.normalizedValue, point.normalizedValue)));
  await tx
    .insert(contactPoints)
    .values({ ...point, partyId, isPrimary: true, verifiedAt: verifiedAt ?? null, ...saidBy(by), createdAt: by.now })
    .onConflictDoUpdate({
      target: [contactPoints.partyId, contactPoints.kind, contactPoints.normalizedValue],
      set: { value: point.value, postal: point.postal, isPrimary: true, ...(verifiedAt !== undefined && { verifiedAt }) },
    });
}

/** Two people cannot have one primary address: logins and mail go by it. Companies may share their people's. */
export async function isEmailTaken(tx: Tx, email: string, except = 0): Promise<boolean> {
  await lockKey(tx, `party-email:${normalizeEmail(email)}`);
  return isEmailOfOthers(tx, email, except);
}

export async function isEmailOfOthers(db: Reader, email: string, except: number): Promise<boolean> {
  const [row] = await db
    .select({ id: parties.id })
    .from(contactPoints)
    .innerJoin(parties, eq(parties.id, contactPoints.partyId))
    .where(
      and(
        eq(contactPoints.kind, "email"),
        eq(contactPoints.normalizedValue, normalizeEmail(email)),
        eq(contactPoints.isPrimary, true),
        eq(parties.kind, "person"),
        isNull(parties.mergedIntoId),
        isNull(parties.erasedAt),
        ne(parties.id, except),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** @throws when there is no such party */
async function getOwner(db: Reader, partyId: number) {
  const [owner] = await db
    .select({
      kind: parties.kind, name: parties.name, number: parties.number, country: parties.country, updatedAt: parties.updatedAt, mergedIntoId: parties.mergedIntoId, erasedAt: parties.erasedAt,
    })
    .from(parties)
    .where(eq(parties.id, partyId));
  if (!owner) throw new Error(`no party ${partyId}`);
  return { ...owner, isGone: owner.mergedIntoId !== null || owner.erasedAt !== null };
}
