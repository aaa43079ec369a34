import { z } from "zod";

/** A zone that this machine does not know would break every page that shows a time. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
}

/** Who runs this Rapport: its name stands in the portal's head and under every mail. */
export const companySchema = z.object({
  name: z.string().trim().min(1, "required").max(120, "too_long"),
  legalName: z.string().trim().max(200, "too_long").default(""),
  /** One line, as it stands under mails (required by law in most countries). */
  postalAddress: z.string().trim().min(1, "required").max(300, "too_long"),
  supportEmail: z.email("email"),
  supportPhone: z.string().trim().max(40, "too_long").default(""),
  website: z.union([z.literal(""), z.url("url")]).default(""),
  /** ISO 4217 */
  currency: z.string().regex(/^[A-Z]{3}$/, "choose"),
  /** IANA */
  timeZone: z.string().refine(isTimeZone, "choose"),
  locale: z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"]),
  /** ISO 3166-1 alpha-2: whose public holidays count. */
  country: z.string().regex(/^[A-Z]{2}$/, "choose"),
});

export type Company = z.infer<typeof companySchema>;

/** A company before anybody has said who it is: no campaign leaves without its postal address. */
export const UNNAMED_COMPANY: Company = {
  name: "Rapport",
  legalName: "",
  postalAddress: "",
  supportEmail: "",
  supportPhone: "",
  website: "",
  currency: "EUR",
  timeZone: "Europe/Warsaw",
  locale: "en",
  country: "PL",
};
