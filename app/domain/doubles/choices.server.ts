/** What two records say, read for the choice between them. */
import { and, eq, max } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { listContactPoints } from "../customers/contact-points.server";
import { writtenValue } from "../customers/custom-field";
import { listCustomFields, listValuesOf } from "../customers/custom-fields.server";
import type { Party } from "../customers/customers.server";
import { customFields, customValues, factLog } from "../customers/schema";
import { type Choice, type ChoiceKey, choicesBetween, type Side, type Word } from "./choices";
import type { Before } from "./schema";

export async function readChoices(db: Reader, survivor: Party, merged: Party): Promise<Choice[]> {
  return choicesBetween(await readWord(db, survivor), await readWord(db, merged));
}

async function readWord(db: Reader, party: Party): Promise<Word> {
  const [contacts, fields, values, said] = await Promise.all([
    listContactPoints(db, party.id), listCustomFields(db), listValuesOf(db, party.id),
    db.select({ fact: factLog.fact, at: max(factLog.at) }).from(factLog).where(eq(factLog.partyId, party.id)).groupBy(factLog.fact),
  ]);
  return {
    party, contacts,
    saidAt: new Map(said.map(({ fact, at }) => [fact, Number(at)])),
    values: new Map(
      fields.flatMap(({ id, key }) => {
        const value = values.get(id);
        const written = value ? writtenValue(value) : null;
        return value && written !== null ? [[key, { value: written, at: value.at }] as const] : [];
      }),
    ),
  };
}

/** Of own fields that both filled in, the other's word where it was chosen. The survivor's own is kept for undo. */
export async function takeValues(tx: Tx, survivorId: number, mergedId: number, choices: readonly Choice[], sideOf: (key: ChoiceKey) => Side): Promise<Before["customValues"]> {
  const taken: NonNullable<Before["customValues"]> = [];
  for (const { key } of choices) {
    if (!key.startsWith("custom:") || sideOf(key) === "own") continue;
    const [field] = await tx.select({ id: customFields.id }).from(customFields).where(eq(customFields.key, key.slice("custom:".length)));
    const [was, became] = [await valueOf(tx, survivorId, field!.id), await valueOf(tx, mergedId, field!.id)];
    if (!was || !became) continue;
    await tx.update(customValues).set(became).where(ofField(survivorId, field!.id));
    taken.push({ fieldId: field!.id, was, became });
  }
  return taken;
}

/** Where nobody has said anything else since. */
export async function giveBackValues(tx: Tx, survivorId: number, taken: Before["customValues"] = []): Promise<void> {
  for (const { fieldId, was, became } of taken) {
    const now = await valueOf(tx, survivorId, fieldId);
    if (now && now.textValue === became.textValue && now.numberValue === became.numberValue) await tx.update(customValues).set(was).where(ofField(survivorId, fieldId));
  }
}

const ofField = (partyId: number, fieldId: number) => and(eq(customValues.partyId, partyId), eq(customValues.fieldId, fieldId));

async function valueOf(db: Reader, partyId: number, fieldId: number) {
  const { textValue, foldedValue, numberValue, at } = customValues;
  const [row] = await db.select({ textValue, foldedValue, numberValue, at }).from(customValues).where(ofField(partyId, fieldId));
  return row;
}
