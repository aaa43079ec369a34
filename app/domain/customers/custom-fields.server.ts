/** Fields that a company makes for itself, and what they say of each customer. */
import { and, asc, eq, isNotNull, isNull, max } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { type FieldValue, readFieldValue, writtenValue } from "./custom-field";
import type { FieldType } from "./custom-field-type";
import { recordFacts } from "./facts.server";
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
  const ofBoth = and(eq(customValues.partyId, partyId), eq(customValues.fieldId, field.id));
  const [before] = await tx.select().from(customValues).where(ofBoth);
  const was = before ? writtenValue(before) : null;
  const written = writtenValue(value);
  if (was === written) return { ok: true };
  if (written === null) await tx.delete(customValues).where(ofBoth);
  else {
    const kept = { ...value, foldedValue: field.type === "text" ? foldForSearch(written) : null, at: by.now };
    await tx.insert(customValues).values({ partyId, fieldId: field.id, ...kept }).onConflictDoUpdate({ target: [customValues.partyId, customValues.fieldId], set: kept });
  }
  await recordFacts(tx, by, partyId, [{ fact: `custom:${key}`, was, value: written }]);
  await recordAudit(tx, by, "setCustomValue", { type: "party", id: partyId }, { field: key });
  await noteChange(tx, by, `party:${partyId}`);
  return { ok: true };
}
