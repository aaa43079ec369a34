/** What can be imported, into which fields, and how a file's columns find them. Pure and browser-safe. */
import { z } from "zod";

import { isTimeZone } from "../company/company";
import { DELIMITERS, ENCODINGS } from "./encoding";
import { FIELDS, ONE_OF, type Field, type ImportType } from "./fields";
import { IMPORT_TYPES } from "./import-types";
import { asField, isOwnColumn, type OwnField } from "./own-fields";
import type { ColumnMapping, ImportOptions, ImportReport } from "./schema";
import { readDecimal, readInstant } from "./values";

export type { ColumnMapping, FieldChange, ImportOptions, ImportPreview, ImportReport } from "./schema";
export { FIELDS, KEYS, type Field, type ImportType } from "./fields";
export type { OwnField } from "./own-fields";

/** All that a file of this type can hold here: own fields belong to customers. */
export function fieldsOf(type: ImportType, own: readonly OwnField[]): readonly Field[] {
  return type === "customers" ? [...FIELDS.customers, ...own.map(asField)] : FIELDS[type];
}

export const IMPORT_TYPES_LIST: readonly ImportType[] = IMPORT_TYPES;

export const NO_REPORT: ImportReport = {
  customers: 0, orders: 0, products: 0, lines: 0, creditNotes: 0, creditLines: 0, consents: 0, created: 0, changed: 0, unchanged: 0,
};

export const REJECT_REASONS = [
  "open_quote", "too_many_cells", "too_long", "required", "no_identifier", "bad_email", "bad_date", "bad_price", "bad_quantity",
  "bad_country", "bad_tag", "bad_number", "bad_choice", "bad_consent", "bad_currency", "bad_amount", "bad_state", "bad_channel", "unknown_topic", "unknown_order", "unknown_invoice", "own_invoice",
  "order_cancelled", "order_left", "status_backwards", "delivered_before_shipped", "missing_customer", "unknown_customer", "adjustment", "several_customers", "order_split", "number_taken", "email_taken", "not_the_same",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export const optionsSchema = z.object({
  encoding: z.enum(ENCODINGS, { error: "choose" }),
  delimiter: z.enum(DELIMITERS, { error: "choose" }),
  decimalMark: z.enum([".", ","], { error: "choose" }),
  dayOrder: z.enum(["dmy", "mdy"], { error: "choose" }),
  timeZone: z.string({ error: "choose" }).refine(isTimeZone, "choose"),
  currency: z.string({ error: "choose" }).trim().toUpperCase().regex(/^[A-Z]{3}$/, "currency"),
  locale: z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"], { error: "choose" }),
  topicKey: z.string().nullable(),
  createsCustomers: z.boolean(),
  rules: z.enum(["plain", "online-retail"]),
  key: z.string().nullable().default(null),
  everybodySays: z.enum(["yes", "no"]).nullable().default(null),
  tags: z.enum(["add", "replace"]).default("add"),
}) satisfies z.ZodType<ImportOptions>;

export type Preset = { name: string; type: ImportType; mapping: ColumnMapping; options: Partial<ImportOptions> };

/** Letters and digits alone, in lower case and without diacritics: how headers are compared. */
function bare(header: string): string {
  return header.normalize("NFKD").toLowerCase().replaceAll("ł", "l").replaceAll("đ", "dj").replace(/[^\p{L}\p{N}]+/gu, "");
}

/** The header for each field that can be guessed: the field's own name first, then its aliases in their order. */
export function guessMapping(type: ImportType, headers: readonly string[], own: readonly OwnField[] = []): ColumnMapping {
  const free = new Map<string, string>();
  for (const header of headers) if (header.trim() && !free.has(bare(header))) free.set(bare(header), header);
  const mapping: ColumnMapping = {};
  for (const { key, aliases } of fieldsOf(type, own))
    for (const alias of [key, ...aliases].map(bare)) {
      const header = free.get(alias);
      if (header === undefined) continue;
      mapping[key] = header;
      free.delete(alias);
      break;
    }
  return mapping;
}

/** A preset's mapping, where the file has those headers (whatever their case); guesses fill the rest. */
export function applyPreset(preset: Preset, headers: readonly string[], ownFields: readonly OwnField[] = []): ColumnMapping {
  const byName = new Map(headers.map((header) => [bare(header), header]));
  const fields = new Set(fieldsOf(preset.type, ownFields).map(({ key }) => key));
  const own = Object.fromEntries(
    Object.entries(preset.mapping).filter(([key]) => fields.has(key)).flatMap(([key, header]) => {
      // built-in presets name what a program wrote at other times after a |
      const found = [header, ...header.split("|")].map((one) => byName.get(bare(one))).find((one) => one !== undefined);
      return found === undefined ? [] : [[key, found]];
    }),
  );
  const taken = new Set(Object.values(own));
  const guessed = guessMapping(preset.type, headers.filter((header) => !taken.has(header)), ownFields);
  return { ...Object.fromEntries(Object.entries(guessed).filter(([key]) => !(key in preset.mapping))), ...own };
}

export type MappingProblem = { field: string; reason: "required" | "unknown_column" | "no_identifier" };

/** What keeps a mapping from being run. */
export function checkMapping(type: ImportType, mapping: ColumnMapping, headers: readonly string[]): MappingProblem[] {
  const known = new Set(headers);
  const problems: MappingProblem[] = [];
  for (const [field, header] of Object.entries(mapping)) if (header && !known.has(header)) problems.push({ field, reason: "unknown_column" });
  for (const { key, isRequired } of FIELDS[type]) if (isRequired && !mapping[key]) problems.push({ field: key, reason: "required" });
  const oneOf = ONE_OF[type];
  if (oneOf.length && !oneOf.some((key) => mapping[key])) problems.push({ field: oneOf[0]!, reason: "no_identifier" });
  return problems;
}

/** Guesses from the first rows whether decimals have a point or a comma, and whether days come before months. */
export function guessOptions(type: ImportType, mapping: ColumnMapping, headers: readonly string[], rows: readonly string[][]): Pick<ImportOptions, "decimalMark" | "dayOrder"> {
  const column = (key: string) => {
    const at = mapping[key] ? headers.indexOf(mapping[key]) : -1;
    return at < 0 ? [] : rows.map((row) => (row[at] ?? "").trim()).filter(Boolean);
  };
  const own = Object.keys(mapping).filter(isOwnColumn);
  const prices = ["unitPrice", "price", "total", "amount", "shipping", "discount", "tax", ...own].flatMap(column);
  const readable = (mark: "." | ",") => prices.filter((cell) => readDecimal(cell, mark)).length;
  const days = [...DAYS, ...own].flatMap(column);
  const dated = (dayOrder: "dmy" | "mdy") => days.filter((cell) => readInstant(cell, { dayOrder, timeZone: "UTC" }) !== null).length;
  return { decimalMark: readable(",") > readable(".") ? "," : ".", dayOrder: dated("mdy") > dated("dmy") ? "mdy" : "dmy" };
}

const DAYS = ["placedAt", "consentDate", "createdAt", "birthday", "date", "issuedAt", "dueAt", "paidAt", "shippedAt", "expectedAt", "deliveredAt"];
