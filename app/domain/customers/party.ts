/** What a person fills in about a party: on the staff's form, and as the rule of the API. Browser-safe. */
import { z } from "zod";

import { emailSchema, normalizePhone } from "./contact";

/** ISO 3166-1 alpha-2, as offered in lists: Europe and where its shops sell. */
export const COUNTRIES = [
  "AL", "AD", "AE", "AR", "AT", "AU", "BA", "BE", "BG", "BH", "BR", "BY", "CA", "CH", "CL", "CN", "CY", "CZ", "DE", "DK", "EE", "EG", "ES", "FI",
  "FR", "GB", "GE", "GR", "HK", "HR", "HU", "IE", "IL", "IN", "IS", "IT", "JP", "KR", "LB", "LI", "LT", "LU", "LV", "MA", "MC", "MD", "ME",
  "MK", "MT", "MX", "NG", "NL", "NO", "NZ", "PL", "PT", "RO", "RS", "SA", "SE", "SG", "SI", "SK", "SM", "TH", "TR", "UA", "US", "XK", "ZA",
] as const;

const text = (longest: number) => z.string().trim().max(longest, `too_long:${longest}`).optional();

const shape = z.object({
  kind: z.enum(["person", "company"], "choose"),
  givenName: text(80),
  familyName: text(80),
  companyName: text(160),
  number: text(40),
  email: z.union([z.literal(""), emailSchema]).optional(),
  phone: text(40),
  line1: text(160),
  line2: text(160),
  postcode: text(16),
  city: text(80),
  country: z.string().regex(/^[A-Z]{2}$/, "choose").optional(),
  locale: z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"], "choose"),
  birthday: z.iso.date("date").optional(),
  isCustomer: z.literal("on").optional(),
  isSupplier: z.literal("on").optional(),
  /** Public id of the company that the person belongs to. */
  company: z.uuid("choose").optional(),
  /** `updatedAt` of the record that the form showed. */
  seen: z.coerce.number().int().optional(),
});

export const partyFormSchema = shape.superRefine((party, ctx) => {
  const miss = (path: string, message: string) => ctx.addIssue({ code: "custom", path: [path], message });
  if (party.kind === "company" && !party.companyName) miss("companyName", "required");
  if (party.kind === "person" && !party.givenName && !party.familyName) miss("givenName", "required");
  if (party.phone && !normalizePhone(party.phone, party.country)) miss("phone", "phone");
  if ((party.line1 || party.city || party.postcode) && !(party.line1 && party.city)) miss(party.line1 ? "city" : "line1", "required");
  if (party.line1 && !party.country) miss("country", "choose");
  if (!party.isCustomer && !party.isSupplier) miss("isCustomer", "choose");
});

export type PartyForm = z.output<typeof partyFormSchema>;

/** A consent given by telephone, on paper or at the counter, as staff write it down. */
export const consentFormSchema = z.object({
  topicId: z.coerce.number("choose").int(),
  channel: z.enum(["email", "sms", "phone", "letter"], "choose"),
  state: z.enum(["granted", "withdrawn"], "choose"),
  source: z.enum(["phone", "paper", "counter"], "choose"),
  wording: z.string({ error: "required" }).trim().min(1, "required").max(2000, "too_long:2000"),
});
