/** A person or company in the API. Pure. */
import { z } from "zod";

import { isEmail, normalizePhone } from "../../customers/contact";
import { idSchema, pageSchema, postalSchema, timeSchema } from "./shape";

const LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl"] as const;
const country = z.string().regex(/^[A-Z]{2}$/).describe("ISO 3166-1 alpha-2");

export const partySchema = z
  .strictObject({
    id: idSchema,
    kind: z.enum(["person", "company"]),
    name: z.string().describe("As shown: given and family name, or the company's"),
    given_name: z.string().nullable(),
    family_name: z.string().nullable(),
    company_name: z.string().nullable(),
    number: z.string().nullable().describe("In the company's own books; unique"),
    email: z.string().nullable().describe("Where mail goes"),
    phone: z.string().nullable(),
    postal_address: postalSchema.nullable(),
    is_customer: z.boolean(),
    is_supplier: z.boolean(),
    company_id: idSchema.nullable().describe("The company that this person belongs to"),
    locale: z.string(),
    time_zone: z.string().describe("IANA name"),
    country: country.nullable(),
    birthday: z.iso.date().nullable(),
    lifecycle_stage: z.string(),
    tags: z.array(z.string()),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe("The company's own fields that are known, by key: text, day and choice as text"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: "Party" });
export type Party = z.infer<typeof partySchema>;
export const partyPage = pageSchema(partySchema, "PartyPage");

const name = (longest: number) => z.string().trim().max(longest).nullable();
const written = {
  given_name: name(80),
  family_name: name(80),
  company_name: name(160),
  number: name(40),
  email: z.string().trim().min(1).max(254).refine(isEmail, "is not an e-mail address").nullable().meta({ format: "idn-email" }),
  phone: z.string().trim().min(1).max(40).nullable(),
  postal_address: postalSchema.nullable(),
  is_customer: z.boolean(),
  is_supplier: z.boolean(),
  company_id: idSchema.nullable(),
  locale: z.enum(LOCALES),
  time_zone: z.string().refine(isTimeZone, "is no time zone of the IANA list"),
  country: country.nullable(),
  birthday: z.iso.date().nullable(),
  tags: z.array(z.string().trim().min(1).max(40)).max(100).describe("All that the party shall have"),
  fields: z.record(z.string().max(60), z.union([z.string().max(500), z.number(), z.boolean()]).nullable()).describe("By key; null: no longer known. Fields that are not named stay"),
};

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export const newPartySchema = z
  .strictObject({ kind: z.enum(["person", "company"]), ...z.strictObject(written).partial().shape })
  .superRefine((party, ctx) => {
    const miss = (path: string, message: string) => ctx.addIssue({ code: "custom", path: [path], message });
    if (party.kind === "company" && !party.company_name) miss("company_name", "a company needs its name");
    if (party.kind === "person" && !party.given_name && !party.family_name && !party.email) miss("given_name", "a person needs a name or an e-mail address");
    if (party.kind === "company" && party.company_id) miss("company_id", "only a person belongs to a company");
  })
  .meta({ id: "NewParty" });

export const partyChangeSchema = z.strictObject(written).partial().meta({ id: "PartyChange" });
export type PartyChange = z.output<typeof partyChangeSchema>;

/** Of the whole record: a telephone number can be read only with its country. */
export function isPhoneOf(phone: string | null | undefined, country: string | null | undefined): boolean {
  return !phone || normalizePhone(phone, country) !== null;
}

export const noteSchema = z.strictObject({ id: idSchema, body: z.string(), source: z.string(), at: timeSchema }).meta({ id: "Note" });
export type NoteShape = z.infer<typeof noteSchema>;
export const notePage = pageSchema(noteSchema, "NotePage");
export const newNoteSchema = z.strictObject({ body: z.string().trim().min(1).max(4000) }).meta({ id: "NewNote" });
