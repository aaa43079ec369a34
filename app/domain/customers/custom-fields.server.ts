/** Fields that a company makes for itself, and what they say of each customer. */
import { and, asc, eq, isNotNull, isNull, max } from "drizzle-orm";

import { givenIds, insertRows } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit, recordAudits } from "../journal/journal.server";
import { type FieldValue, readFieldValue, writtenValue } from "./custom-field";
import type { FieldType } from "./custom-field-type";
import { recordFactsOf } from "./facts.server";
import { customFields, customValues, type FieldWords } from "./schema";
import { foldForSearch } from "./search";

export type { FieldWords } from "./schema";
export type CustomField = typeof customFields.$inferSelect;
export type FieldOption = CustomField["options"][number];

/** In their order; those put away too when asked for. */
export async function listCustomFields(db: Reader, { archived = false } = {}): Promise<CustomField[]> {
  return db.select().from(customFields).where(archived ? undefined : isNull(customFields.archivedAt)).orderBy(asc(customFields.position), asc(customFields.id));
}

export async function findCustomField(db: Reader, key: string): Promise<CustomField | null> {
  const [row] = await db.select().from(customFields).where(eq(customFields.key, key));
  return row ?? null;
}

/** In this language; where it has no words of its own, in English, else by its key. */
export function nameIn({ words, key }: { words: FieldWords; key: string }, locale: string): string {
  return words[locale]?.name ?? words.en?.name ?? key;
}

/** By the field's id. */
export async function listValuesOf(db: Reader, partyId: number): Promise<Map<number, FieldValue & { at: number }>> {
  const rows = await db.select().from(customValues).where(eq(customValues.partyId, partyId));
  return new Map(rows.map(({ fieldId, textValue, numberValue, at }) => [fieldId, { textValue, numberValue, at }]));
}

// ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type NewField = { key: string; type: FieldType; words: FieldWords; options?: readonly FieldWords[] };
export type CreateFieldResult = { ok: true; fieldId: number } | { ok: false; reason: "key_taken" };

export async function createCustomField(tx: Tx, by: By, { key, type, words, options = [] }: NewField): Promise<CreateFieldResult> {
  const [last] = await tx.select({ position: max(customFields.position) }).from(customFields);
  const [row] = await tx
    .insert(customFields)
    .values({ key, type, words, options: keyed(type === "choice" ? options : [], []), position: Number(last?.position ?? -1) + 1 })
    .onConflictDoNothing({ target: customFields.key })
    .returning({ id: customFields.id });
  if (!row) return { ok: false, reason: "key_taken" };
  await recordAudit(tx, by, "createCustomField", { type: "custom_field", id: row.id }, { key });
  await noteChange(tx, by, "custom_fields");
  return { ok: true, fieldId: row.id };
}

/** New words. Options can be renamed and added, in their order; one that was given to somebody cannot vanish. */
export async function renameCustomField(tx: Tx, by: By, field: CustomField, words: FieldWords, options: readonly FieldWords[]): Promise<{ ok: true } | { ok: false; reason: "options_missing" }> {
  if (field.type === "choice" && options.length < field.options.length) return { ok: false, reason: "options_missing" };
  await tx
    .update(customFields)
    .set({ words, ...(field.type === "choice" && { options: keyed(options, field.options) }) })
    .where(eq(customFields.id, field.id));
  await recordAudit(tx, by, "renameCustomField", { type: "custom_field", id: field.id });
  await noteChange(tx, by, "custom_fields");
  return { ok: true };
}

/** Keys stay; a new option's comes from its English name. */
function keyed(options: readonly FieldWords[], before: readonly FieldOption[]): FieldOption[] {
  const taken = new Set(before.map((option) => option.key));
  return options.map((words, i) => {
    const known = before[i]?.key;
    if (known) return { key: known, words };
    const base = foldForSearch(words.en?.name ?? "").replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 30) || "option";
    let key = base;
    for (let n = 2; taken.has(key); n += 1) key = `${base}_${n}`;
    taken.add(key);
    return { key, words };
  });
}

/** It is no longer asked for; what is known stays. @returns false when it was so already */
export async function setFieldArchived(tx: Tx, by: By, fieldId: number, archived: boolean): Promise<boolean> {
  const done = await tx
    .update(customFields)
    .set({ archivedAt: archived ? by.now : null })
    .where(and(eq(customFields.id, fieldId), archived ? isNull(customFields.archivedAt) : isNotNull(customFields.archivedAt)))
    .returning({ id: customFields.id });
  if (done.length === 0) return false;
  await recordAudit(tx, by, archived ? "archiveCustomField" : "restoreCustomField", { type: "custom_field", id: fieldId });
  await noteChange(tx, by, "custom_fields");
  return true;
}

export type SetValueResult = { ok: true } | { ok: false; reason: "unknown_field" | "archived_field" | "not_a_value" };

/** Writes what somebody said of a customer; empty takes it back. */
export async function setCustomValue(tx: Tx, by: By, partyId: number, key: string, typed: string): Promise<SetValueResult> {
  const field = await findCustomField(tx, key);
  if (!field) return { ok: false, reason: "unknown_field" };
  if (field.archivedAt !== null) return { ok: false, reason: "archived_field" };
  const value = readFieldValue(field, typed);
  if (!value) return { ok: false, reason: "not_a_value" };
  const [before] = await tx.select().from(customValues).where(ofBoth(partyId, field.id));
  const was = before ? writtenValue(before) : null;
  if (was === writtenValue(value)) return { ok: true };
  await setCustomValues(tx, by, [{ partyId, field, was, value }]);
  await noteChange(tx, by, `party:${partyId}`);
  return { ok: true };
}

const ofBoth = (partyId: number, fieldId: number) => and(eq(customValues.partyId, partyId), eq(customValues.fieldId, fieldId));

/** What is told of a customer in one field. `was`: as it is written down now. */
export type ValueChange = { partyId: number; field: Pick<CustomField, "id" | "key" | "type">; was: string | null; value: FieldValue };

/** Writes what was read by `readFieldValue` and differs from what is known, of many customers. */
export async function setCustomValues(tx: Tx, by: By, changes: readonly ValueChange[]): Promise<void> {
  for (const { partyId, field, value } of changes) if (writtenValue(value) === null) await tx.delete(customValues).where(ofBoth(partyId, field.id));
  await insertRows(
    tx,
    "custom_values",
    { party_id: "int", field_id: "int", text_value: "text", folded_value: "text", number_value: "real", at: "int" },
    changes.flatMap(({ partyId, field, value }) => {
      const written = writtenValue(value);
      return written === null ? [] : [[partyId, field.id, value.textValue, field.type === "text" ? foldForSearch(written) : null, value.numberValue, by.now]];
    }),
    "ON CONFLICT (party_id, field_id) DO UPDATE SET text_value = excluded.text_value, folded_value = excluded.folded_value, number_value = excluded.number_value, at = excluded.at",
  );
  await recordFactsOf(tx, by, changes.map(({ partyId, field, was, value }) => ({ partyId, fact: `custom:${field.key}`, was, value: writtenValue(value) })));
  await recordAudits(tx, by, "setCustomValue", "party", changes.map(({ partyId, field }) => ({ id: partyId, details: { field: field.key } })));
}

/** What is known of each of these, as it is written down, by the keys of the fields. */
export async function readValuesOf(db: Reader, partyIds: readonly number[]): Promise<Map<number, Map<string, string>>> {
  const byParty = new Map<number, Map<string, string>>();
  if (!partyIds.length) return byParty;
  const rows = await db.raw<{ party_id: number; key: string; text_value: string | null; number_value: number | null }>(
    `SELECT v.party_id, f.key, v.text_value, v.number_value FROM custom_values v JOIN custom_fields f ON f.id = v.field_id WHERE v.party_id IN ${givenIds(db)}`,
    [JSON.stringify([...new Set(partyIds)])],
  );
  for (const row of rows) {
    const own = byParty.get(row.party_id) ?? new Map<string, string>();
    byParty.set(row.party_id, own.set(row.key, writtenValue({ textValue: row.text_value, numberValue: row.number_value }) ?? ""));
  }
  return byParty;
}
