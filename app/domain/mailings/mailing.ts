/** A mailing as a marketer writes it: one template of emails/, filled in for one or more languages. */
import { z } from "zod";

export const MAIL_LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl"] as const;
export type MailLocale = (typeof MAIL_LOCALES)[number];

export function isMailLocale(text: string): text is MailLocale {
  return (MAIL_LOCALES as readonly string[]).includes(text);
}

export const FIELD_TYPES = ["text", "richtext", "url", "image", "colour"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** One thing to fill in. Its label is the message `mailings.field.<key>`. */
export type TemplateField = { key: string; type: FieldType; required?: boolean };

export type TemplateContent = { subject: string; preheader: string; fields: Record<string, string> };

/** What stands beside a template: its fields, and a mailing that can be sent as it is, in each language. */
export type TemplateDeclaration = {
  key: string;
  position: number;
  fields: TemplateField[];
  defaults: Record<MailLocale, TemplateContent>;
};

const oneLine = (max: number) =>
  z
    .string()
    .max(max, "too_long")
    .transform((text) => text.replace(/[\r\n\u2028\u2029]+/g, " ").trim());

/** What is typed for one language. A draft may be unfinished: the checks before a launch say what is missing. */
export const mailingContentSchema = z.object({
  subject: oneLine(200).default(""),
  preheader: oneLine(200).default(""),
  fields: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), z.string().max(20_000, "too_long")).default({}),
});

export const newMailingSchema = z.object({
  name: z.string({ error: "required" }).trim().min(1, "required").max(120, "too_long"),
  templateKey: z.string({ error: "required" }).regex(/^[a-z0-9-]{1,60}$/, "required"),
  defaultLocale: z.enum(MAIL_LOCALES, { error: "required" }),
});

/** Why a mailing cannot be compiled, at which field. */
export type CompileProblem =
  | { kind: "merge_tag"; field: string; problem: string; found: string }
  | { kind: "bad_url"; field: string; found: string }
  | { kind: "bad_image"; field: string; found: string }
  | { kind: "bad_colour"; field: string; found: string }
  | { kind: "template"; field: null; found: string };

/** Pictures that come with the product: our own drawings, served from public/mail/. */
export const MAIL_PICTURES = ["mug", "shirt", "cushion", "notebook", "frame", "gift", "workshop", "ribbon"] as const;

/** A link may be absolute, or a path on this application (`/portal/…`). */
export function isMailUrl(text: string): boolean {
  if (/^\/(?!\/)[^\s\\]*$/.test(text)) return true;
  if (/[\s\\<>"]/.test(text) || !/^(https?:\/\/|mailto:|tel:)/i.test(text)) return false;
  try {
    const url = new URL(text);
    return url.protocol === "mailto:" || url.protocol === "tel:" || /^[^.\s]+(\.[^.\s]+)+$|^localhost$/.test(url.hostname);
  } catch {
    return false;
  }
}

/** A picture: https, or a path below /mail/ or /uploads/. */
export function isMailImage(text: string): boolean {
  if (/^\/(mail|uploads)\/[\w./-]+\.(png|jpe?g|gif|webp)$/i.test(text)) return !text.includes("..");
  return /^https?:\/\//i.test(text) && isMailUrl(text);
}

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}
