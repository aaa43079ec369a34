/** Finds very many customers at once by what others call them, by the rules by which one is found. */
import { givenIds, givenTexts } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { normalizeEmail } from "./contact";
import type { PostalAddress } from "./schema";

export type FoundIds = { byNumber: Map<string, number>; byEmail: Map<string, number> };

/** By number, and by address (whoever's primary one it is before anybody else); of merged records the one that is left. */
export async function findPartyIds(db: Reader, given: { numbers: readonly string[]; emails: readonly string[] }): Promise<FoundIds> {
  return { byNumber: await idsByNumber(db, given.numbers), byEmail: await idsByEmail(db, given.emails.map(normalizeEmail)) };
}

async function idsByNumber(db: Reader, numbers: readonly string[]): Promise<Map<string, number>> {
  if (!numbers.length) return new Map();
  const rows = await db.raw<{ number: string; id: number }>(
    `SELECT number, coalesce(merged_into_id, id) AS id FROM parties WHERE number IN ${givenTexts(db)}`,
    [JSON.stringify([...new Set(numbers)])],
  );
  const found = new Map(rows.map((row) => [row.number, row.id]));
  for (const [publicId, id] of await idsByPublicId(db, numbers.filter((number) => !found.has(number) && UUID.test(number)))) found.set(publicId, id);
  return found;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Exports write our own id for who has no number. */
async function idsByPublicId(db: Reader, publicIds: readonly string[]): Promise<Map<string, number>> {
  if (!publicIds.length) return new Map();
  const rows = await db.raw<{ public_id: string; id: number }>(
    `SELECT public_id, coalesce(merged_into_id, id) AS id FROM parties WHERE public_id IN ${givenTexts(db)}`,
    [JSON.stringify(publicIds)],
  );
  return new Map(rows.map((row) => [row.public_id, row.id]));
}

async function idsByEmail(db: Reader, emails: readonly string[]): Promise<Map<string, number>> {
  if (!emails.length) return new Map();
  const rows = await db.raw<{ address: string; id: number }>(
    `SELECT c.normalized_value AS address, p.id AS id FROM contact_points c JOIN parties p ON p.id = c.party_id
     WHERE c.kind = 'email' AND c.normalized_value IN ${givenTexts(db)} AND p.merged_into_id IS NULL AND p.erased_at IS NULL
     ORDER BY c.is_primary DESC, p.kind DESC, p.id`,
    [JSON.stringify([...new Set(emails)])],
  );
  const found = new Map<string, number>();
  for (const { address, id } of rows) if (!found.has(address)) found.set(address, id);
  return found;
}

export type KnownContact = { value: string; normalizedValue: string; isVerified: boolean; postal: PostalAddress | null };

export type KnownParty = {
  id: number;
  publicId: string;
  kind: "person" | "company";
  number: string | null;
  name: string;
  givenName: string | null;
  familyName: string | null;
  locale: string;
  timeZone: string;
  country: string | null;
  birthday: string | null;
  isCustomer: boolean;
  isSupplier: boolean;
  parentId: number | null;
  updatedAt: number;
  createdAt: number;
  /** The primary ones. */
  email: KnownContact | null;
  phone: KnownContact | null;
  postal: KnownContact | null;
};

type Row = {
  id: number; public_id: string; kind: "person" | "company"; number: string | null; name: string; given_name: string | null; family_name: string | null; locale: string;
  time_zone: string; country: string | null; birthday: string | null; is_customer: number | boolean; is_supplier: number | boolean; parent_id: number | null;
  updated_at: number; created_at: number;
};
type ContactRow = { party_id: number; kind: "email" | "phone" | "postal"; value: string; normalized_value: string; verified_at: number | null; postal: string | PostalAddress | null };

/** What stands in the records of these customers. */
export async function readParties(db: Reader, ids: readonly number[]): Promise<Map<number, KnownParty>> {
  if (!ids.length) return new Map();
  const list = JSON.stringify([...new Set(ids)]);
  const rows = await db.raw<Row>(
    `SELECT id, public_id, kind, number, name, given_name, family_name, locale, time_zone, country, birthday, is_customer, is_supplier, parent_id, updated_at, created_at
     FROM parties WHERE id IN ${givenIds(db)}`,
    [list],
  );
  const contacts = await db.raw<ContactRow>(
    `SELECT party_id, kind, value, normalized_value, verified_at, postal FROM contact_points WHERE party_id IN ${givenIds(db)} AND is_primary = true`,
    [list],
  );
  const known = new Map(rows.map((row) => [row.id, partyOf(row)]));
  for (const { party_id, kind, value, normalized_value, verified_at, postal } of contacts) {
    const party = known.get(party_id);
    if (!party) continue;
    party[kind] = { value, normalizedValue: normalized_value, isVerified: verified_at !== null, postal: typeof postal === "string" ? JSON.parse(postal) : postal };
  }
  return known;
}

function partyOf(row: Row): KnownParty {
  return {
    id: row.id, publicId: row.public_id, kind: row.kind, number: row.number, name: row.name, givenName: row.given_name, familyName: row.family_name, locale: row.locale,
    timeZone: row.time_zone, country: row.country, birthday: row.birthday, isCustomer: Boolean(row.is_customer), isSupplier: Boolean(row.is_supplier),
    parentId: row.parent_id, updatedAt: row.updated_at, createdAt: row.created_at, email: null, phone: null, postal: null,
  };
}
