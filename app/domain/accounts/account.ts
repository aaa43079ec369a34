/** Accounts in the browser and in the rules: forms, roles, and how a session is shown to its owner. */
import { z } from "zod";

import { companySchema } from "../company/company";
import { emailSchema, normalizeEmail } from "../customers/contact";
import type { StaffRole } from "../journal/actor";
import { givenPasswordSchema, newPasswordSchema } from "./password";

/** The two populations: their sessions, cookies, tokens and limits never mix. */
export type Audience = "staff" | "customer";

export const ROLES = ["administrator", "marketer", "support", "manager"] as const satisfies readonly StaffRole[];

const MINUTE = 60_000;
export const LOGIN_TOKEN_MS = 60 * MINUTE;
export const INVITATION_MS = 7 * 24 * 60 * MINUTE;
export const FIRST_ADMINISTRATOR_MS = 24 * 60 * MINUTE;
/** Wrong codes that one login mail bears; the link in it goes on working. */
export const CODE_ATTEMPTS = 5;

/** Where login forms may lead afterwards: a path of our own, nothing that a browser could read as another host. */
export function safeNext(next: string | null | undefined, fallback: string): string {
  if (!next || !/^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(next) || next.length > 500) return fallback;
  const url = new URL(next, "http://here.invalid");
  return url.host === "here.invalid" ? url.pathname + url.search + url.hash : fallback;
}

/** Compared and kept in its normal form; the address as typed is not needed for a login. */
const emailField = emailSchema.transform(normalizeEmail);

const backField = z.string().max(500).optional();

export const signInSchema = z.object({ email: emailField, password: givenPasswordSchema, back: backField });
export const emailOnlySchema = z.object({ email: emailField, back: backField });
export const codeSchema = z.object({
  code: z
    .string({ error: "required" })
    .transform((typed) => typed.replace(/[\s-]/g, ""))
    .pipe(z.string().regex(/^\d{6}$/, "code")),
  back: backField,
});
export const newPasswordFormSchema = z.object({ password: newPasswordSchema });
export const changePasswordSchema = z.object({ currentPassword: z.string().max(1000, "too_long").default(""), password: newPasswordSchema });

const nameField = z
  .string({ error: "required" })
  .trim()
  .min(1, "required")
  .max(120, "too_long")
  .regex(/^\P{Cc}*$/u, "invalid");

const localeField = z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"], { error: "choose" });

/** The first administrator, and what the company must say of itself before anything can be sent. */
export const setupSchema = z.object({
  token: z.string({ error: "required" }).trim().min(1, "required").max(200, "too_long"),
  name: nameField,
  email: emailField,
  password: newPasswordSchema,
  companyName: nameField,
  postalAddress: companySchema.shape.postalAddress,
});
export const inviteSchema = z.object({ name: nameField, email: emailField, role: z.enum(ROLES, { error: "choose" }), locale: localeField });
export const roleSchema = z.object({ role: z.enum(ROLES, { error: "choose" }) });
const line = (max: number) => z.string().trim().max(max, "too_long").regex(/^\P{Cc}*$/u, "invalid").default("");

/** A customer's own details. The address is given whole or not at all. */
export const ownContactSchema = z
  .object({
    givenName: line(80),
    familyName: line(80),
    phone: line(40),
    locale: localeField,
    line1: line(120),
    line2: line(120),
    postcode: line(20),
    city: line(80),
    country: z.union([z.literal(""), z.string().regex(/^[A-Z]{2}$/, "choose")]).default(""),
  })
  .superRefine((typed, check) => {
    if (!typed.line1 && !typed.line2 && !typed.postcode && !typed.city) return;
    for (const field of ["line1", "postcode", "city", "country"] as const)
      if (!typed[field]) check.addIssue({ code: "custom", path: [field], message: "required" });
  });

export const ownStaffAccountSchema = z.object({ name: nameField, locale: localeField });

/** "Firefox on Linux": enough for people to recognise their own device. Null parts are not known. */
export function describeDevice(userAgent: string | null): { browser: string | null; system: string | null } {
  if (!userAgent) return { browser: null, system: null };
  return { browser: firstMatch(BROWSERS, userAgent), system: firstMatch(SYSTEMS, userAgent) };
}

/** In this order: each names itself after the ones further down. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Headless)?(Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

function firstMatch(table: [RegExp, string][], text: string): string | null {
  return table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
