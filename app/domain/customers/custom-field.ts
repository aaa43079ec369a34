/** Fields that a company makes for itself: their form, and what a value of each type looks like. Pure, browser-safe. */
import { z } from "zod";

import { isDay } from "../company/calendar";
import { descriptionsShape, namesShape } from "../company/words";
import { FIELD_TYPES, type FieldType } from "./custom-field-type";

const lines = z.string().max(4000, "too_long").optional();

const choicesShape = { optionsEn: lines, optionsPl: lines, optionsSrLatn: lines, optionsSrCyrl: lines };

export const customFieldSchema = z.object({ ...namesShape, ...descriptionsShape, ...choicesShape });

export const newCustomFieldSchema = customFieldSchema
  .extend({
    key: z.string({ error: "required" }).trim().toLowerCase().min(1, "required").regex(/^[a-z][a-z0-9_]{0,30}$/, "key"),
    type: z.enum(FIELD_TYPES, "choose"),
  })
  .refine((field) => field.type !== "choice" || linesOf(field.optionsEn).length > 0, { path: ["optionsEn"], message: "required" });

export function linesOf(text: string | undefined): string[] {
  return (text ?? "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

/** What is kept of a value. */
export type FieldValue = { textValue: string | null; numberValue: number | null };

const EMPTY: FieldValue = { textValue: null, numberValue: null };
const LONGEST = 500;

/** Reads what somebody typed; empty means that nothing is known. @returns null when it is no value of this type */
export function readFieldValue(field: { type: FieldType; options: readonly { key: string }[] }, typed: string): FieldValue | null {
  const text = typed.trim();
  if (text === "") return EMPTY;
  switch (field.type) {
    case "text":
      return text.length <= LONGEST ? { ...EMPTY, textValue: text } : null;
    case "number": {
      const number = /^[+-]?[\d\s\u00a0\u202f]+([.,]\d{1,6})?$/.test(text) ? Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) : Number.NaN;
      return Number.isFinite(number) && Math.abs(number) <= 1e12 ? { ...EMPTY, numberValue: number } : null;
    }
    case "day":
      return isDay(text) ? { ...EMPTY, textValue: text } : null;
    case "choice":
      return field.options.some((option) => option.key === text) ? { ...EMPTY, textValue: text } : null;
    case "yes_no":
      return text === "yes" || text === "no" ? { ...EMPTY, textValue: text } : null;
  }
}

/** A value as it stands in the log of facts and in a form. */
export function writtenValue({ textValue, numberValue }: FieldValue): string | null {
  return textValue ?? (numberValue === null ? null : String(numberValue));
}

export const LONGEST_TAG = 40;

export const tagSchema = z.object({ name: z.string({ error: "required" }).trim().min(1, "required").max(LONGEST_TAG, `too_long:${LONGEST_TAG}`) });

export const LONGEST_NOTE = 4000;
export const noteSchema = z.object({ body: z.string({ error: "required" }).trim().min(1, "required").max(LONGEST_NOTE, `too_long:${LONGEST_NOTE}`) });
