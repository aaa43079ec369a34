/**
 * What makes a password acceptable: long enough, not one of those that everybody tries first, and not made of the
 * account's own address (NIST SP 800-63B, 5.1.1.2). No rules about kinds of characters: they make worse passwords.
 */
import { z } from "zod";

export const PASSWORD_MIN = 10;
/** Argon2 takes any length; the limit only keeps a request from being made of a password. */
export const PASSWORD_MAX = 200;

const COMMON = new Set(
  `1234567890 0123456789 0987654321 1111111111 0000000000 1234512345 12345678910 123123123123 qwertyuiop qwerty12345
  qwerty123456 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3 asdfghjkl1 password12 password123 password1234 passw0rd123
  password01 passwordpassword iloveyou12 iloveyou123 letmein1234 welcome1234 welcome123 changeme123 changeme1234 administrator
  admin12345 admin123456 adminadmin football123 baseball123 superman123 princess123 sunshine123 dragon12345 monkey12345
  abcdefghij abcdefghijk abcd123456 abc1234567 aaaaaaaaaa qazwsxedcr trustno123 polska1234 polska12345 haslo12345 haslo123456
  srbija1234 srbija12345 lozinka123 lozinka1234 beograd123 zvezda1945 partizan1945 warszawa123 krakow12345 secret12345`.split(/\s+/),
);

export type PasswordFault = "password_short" | "too_long" | "password_common" | "password_like_email";

/** @returns why the password cannot be taken, or null. Spaces count; upper and lower case are told apart when used. */
export function passwordFault(password: string, email?: string): PasswordFault | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return "password_short";
  if (length > PASSWORD_MAX) return "too_long";
  const folded = password.toLowerCase();
  if (COMMON.has(folded) || new Set(folded).size < 4) return "password_common";
  const mailbox = email?.toLowerCase().split("@")[0];
  if (email && (folded === email.toLowerCase() || (mailbox && mailbox.length > 3 && folded.startsWith(mailbox) && folded.length < mailbox.length + 4)))
    return "password_like_email";
  return null;
}

/** A new password, typed once: the page can show it while it is being typed, so a second field would only annoy. */
export const newPasswordSchema = z.string({ error: "required" }).superRefine((password, check) => {
  const fault = passwordFault(password);
  if (fault) check.addIssue({ code: "custom", message: fault });
});

/** A password that somebody types to prove who they are: never judged, or the rules of today would lock out yesterday's. */
export const givenPasswordSchema = z.string({ error: "required" }).min(1, "required").max(1000, "too_long");
