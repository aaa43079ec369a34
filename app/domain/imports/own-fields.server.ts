/** The company's own fields, as files are read and written by them. */
import type { Reader } from "../../db/types";
import { type FieldWords, listCustomFields } from "../customers/custom-fields.server";
import { isOwnColumn, type OwnField } from "./own-fields";
import type { ImportType } from "./fields";
import type { ColumnMapping } from "./schema";

const namesIn = (words: FieldWords) => [...new Set(Object.values(words).map(({ name }) => name))].filter(Boolean);

/** Those that are asked for; only customers have any. */
export async function listOwnFields(db: Reader, type: ImportType): Promise<OwnField[]> {
  if (type !== "customers") return [];
  const fields = await listCustomFields(db);
  return fields.map(({ id, key, type: of, words, options }) => ({ id, key, type: of, names: namesIn(words), options: options.map((option) => ({ key: option.key, names: namesIn(option.words) })) }));
}

/** Those that a file has columns for. */
export async function ownFieldsIn(db: Reader, mapping: ColumnMapping): Promise<OwnField[]> {
  return Object.keys(mapping).some(isOwnColumn) ? listOwnFields(db, "customers") : [];
}
