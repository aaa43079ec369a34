/** Columns of the fields that a company has made for itself: `custom:KEY`, read and written as their type wants it. Pure. */
import { type FieldValue, readFieldValue } from "../customers/custom-field";
import type { FieldType } from "../customers/custom-field-type";
import { foldForSearch } from "../customers/search";
import type { Field } from "./fields";
import type { ImportOptions } from "./schema";
import { readDay, readDecimal, readYesNo } from "./values";

/** `names`: in every language. */
export type OwnField = { id: number; key: string; type: FieldType; names: string[]; options: { key: string; names: string[] }[] };

/** How the cells of a file are read: as was chosen, and with the own fields as they stand when it is read. */
export type Reading = ImportOptions & { own?: readonly OwnField[] };

const PREFIX = "custom:";

export function ownColumn(key: string): string {
  return PREFIX + key;
}

export function isOwnColumn(field: string): boolean {
  return field.startsWith(PREFIX);
}

export function asField({ key, names }: OwnField): Field {
  return { key: ownColumn(key), isRequired: false, aliases: [`custom${key}`, key, ...names] };
}

type Wrong = "bad_number" | "bad_date" | "bad_choice" | "bad_consent" | "too_long";
const WRONG: Record<FieldType, Wrong> = { text: "too_long", number: "bad_number", day: "bad_date", choice: "bad_choice", yes_no: "bad_consent" };

/** What a cell says in such a field; a choice is known by its key or its name in any language. */
export function readOwnValue(field: OwnField, cell: string, options: Pick<ImportOptions, "decimalMark" | "dayOrder">): FieldValue | Wrong {
  const typed = typedAs(field, cell, options);
  return (typed === null ? null : readFieldValue(field, typed)) ?? WRONG[field.type];
}

function typedAs(field: OwnField, cell: string, { decimalMark, dayOrder }: Pick<ImportOptions, "decimalMark" | "dayOrder">): string | null {
  switch (field.type) {
    case "text":
      return cell;
    case "number": {
      const number = readDecimal(cell, decimalMark, 6);
      return number && String(number.amount / 10 ** number.scale);
    }
    case "day":
      return readDay(cell, dayOrder);
    case "choice": {
      const said = foldForSearch(cell);
      const option = field.options.find(({ key }) => key === cell) ?? field.options.find(({ names }) => names.some((name) => foldForSearch(name) === said));
      return option?.key ?? null;
    }
    case "yes_no": {
      const said = readYesNo(cell);
      return said === null ? null : said ? "yes" : "no";
    }
  }
}
