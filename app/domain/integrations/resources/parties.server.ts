/** People and companies, as the API shows them. */
import { and, asc, eq, inArray, isNull } from "drizzle-orm";

import type { Reader } from "../../../db/types";
import { contactPoints, customFields, customValues, notes, parties } from "../../customers/schema";
import { readTagsOf } from "../../customers/tags.server";
import { inOrder, type Source } from "./listing.server";
import type { NoteShape, Party } from "./party";
import { time } from "./shape";

/** Whoever was erased, or put together with another record, is not there any more. */
export const PARTIES: Source = { table: "parties", subject: "party", createdAt: "created_at", where: "parties.erased_at IS NULL AND parties.merged_into_id IS NULL" };
export const NOTES: Source = { table: "notes", subject: "note" };

export async function readNotes(db: Reader, ids: readonly number[]): Promise<NoteShape[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(notes).where(inArray(notes.id, [...ids]));
  return inOrder(ids, rows).map(({ publicId, body, source, at }) => ({ id: publicId, body, source, at: time(at) }));
}

export async function readParties(db: Reader, ids: readonly number[]): Promise<Party[]> {
  if (!ids.length) return [];
  const rows = await db.select().from(parties).where(inArray(parties.id, [...ids]));
  const companies = await publicIdsOf(db, rows.flatMap((row) => row.parentId ?? []));
  const contacts = await db
    .select({ partyId: contactPoints.partyId, kind: contactPoints.kind, value: contactPoints.value, postal: contactPoints.postal })
    .from(contactPoints)
    .where(and(inArray(contactPoints.partyId, [...ids]), eq(contactPoints.isPrimary, true)))
    .orderBy(asc(contactPoints.id));
  const [tags, fields] = [await readTagsOf(db, ids), await readFieldsOf(db, ids)];
  return inOrder(ids, rows).map((party): Party => {
    const primary = (kind: "email" | "phone" | "postal") => contacts.find((one) => one.partyId === party.id && one.kind === kind);
    return {
      id: party.publicId,
      kind: party.kind,
      name: party.name,
      given_name: party.givenName,
      family_name: party.familyName,
      company_name: party.kind === "company" ? party.name : null,
      number: party.number,
      email: primary("email")?.value ?? null,
      phone: primary("phone")?.value ?? null,
      postal_address: primary("postal")?.postal ?? null,
      is_customer: party.isCustomer,
      is_supplier: party.isSupplier,
      company_id: companies.get(party.parentId ?? 0) ?? null,
      locale: party.locale,
      time_zone: party.timeZone,
      country: party.country,
      birthday: party.birthday,
      lifecycle_stage: party.lifecycleStage,
      tags: (tags.get(party.id) ?? []).map((tag) => tag.name),
      fields: fields.get(party.id) ?? {},
      created_at: time(party.createdAt),
      updated_at: time(party.updatedAt),
    };
  });
}

/** Of fields in use: numbers as numbers, yes and no as booleans. */
async function readFieldsOf(db: Reader, ids: readonly number[]): Promise<Map<number, Party["fields"]>> {
  const rows = await db
    .select({ partyId: customValues.partyId, key: customFields.key, type: customFields.type, text: customValues.textValue, number: customValues.numberValue })
    .from(customValues)
    .innerJoin(customFields, eq(customFields.id, customValues.fieldId))
    .where(and(inArray(customValues.partyId, [...ids]), isNull(customFields.archivedAt)))
    .orderBy(asc(customFields.position), asc(customFields.id));
  const byParty = new Map<number, Party["fields"]>();
  for (const { partyId, key, type, text, number } of rows) {
    const value = type === "yes_no" ? text === "yes" : (text ?? number);
    if (value !== null) byParty.set(partyId, { ...byParty.get(partyId), [key]: value });
  }
  return byParty;
}

/** Inner id → public id. */
export async function publicIdsOf(db: Reader, ids: readonly number[]): Promise<Map<number, string>> {
  if (!ids.length) return new Map();
  const rows = await db.select({ id: parties.id, publicId: parties.publicId }).from(parties).where(inArray(parties.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, publicId }) => [id, publicId]));
}
