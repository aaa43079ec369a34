import { z } from "zod";

/** E-mail addresses are compared without regard to case; the domain in its ASCII form (RFC 5891), the name in NFC. */
export function normalizeEmail(text: string): string {
  const address = text.trim().normalize("NFC").toLowerCase();
  const at = address.lastIndexOf("@");
  if (at < 1) return address;
  return `${address.slice(0, at)}@${asciiDomain(address.slice(at + 1)) ?? address.slice(at + 1)}`;
}

/** Small letters, and a last label that makes it no number: nothing in it would be written in another way. */
const PLAIN_DOMAIN = /^(?:[a-z0-9-]+\.)+[a-z]+$/;

function asciiDomain(domain: string): string | null {
  if (PLAIN_DOMAIN.test(domain) && !domain.includes("xn--")) return domain;
  if (/[\s/\\?#:@[\]%]/.test(domain)) return null;
  try {
    return new URL(`http://${domain}/`).hostname;
  } catch {
    return null;
  }
}

/** RFC 5321's atext and its dots, with every letter beyond ASCII (RFC 6531). */
const LOCAL_PART = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
/** RFC 5321's Quoted-string: rare, and nobody can reach its owner in another way. */
const QUOTED_LOCAL_PART = /^"(?:[^"\\\p{Cc}]|\\[\x20-\x7e])*"$/u;
/** Of bare hosts only the countries' own: `ana@gmail` is a slip. A last label of digits is one too. */
const DOMAIN = /^(?:([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?|[a-z]{2})$/;

/** RFC 5321, 4.1.3: a host named by its number. */
function isAddressLiteral(domain: string): boolean {
  if (!/^\[[0-9a-f:.ipv]+\]$/.test(domain)) return false;
  const host = domain.slice(1, -1);
  if (host.startsWith("ipv6:")) return z.ipv6().safeParse(host.slice(5)).success;
  return z.ipv4().safeParse(host).success;
}

const encoder = new TextEncoder();

function bytesIn(text: string): number {
  return /^[\u0000-\u007f]*$/.test(text) ? text.length : encoder.encode(text).length;
}

/** What nearly all addresses look like. It takes nothing that the whole rule refuses. */
const PLAIN_EMAIL = /^(?=.{1,64}@)(?!.*xn--)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** Whether mail can be addressed to this, as far as its writing tells. */
export function isEmail(text: string): boolean {
  if (text.length <= 254 && PLAIN_EMAIL.test(text)) return true;
  if (/\p{Cc}/u.test(text)) return false;
  const address = normalizeEmail(text);
  const at = address.lastIndexOf("@");
  if (at < 1) return false;
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  return (
    bytesIn(local) <= 64 &&
    bytesIn(address) <= 254 &&
    (LOCAL_PART.test(local) || QUOTED_LOCAL_PART.test(local)) &&
    (DOMAIN.test(domain) || isAddressLiteral(domain))
  );
}

/** The address as typed, trimmed. Compare by `normalizeEmail`. */
export const emailSchema = z.string({ error: "required" }).trim().min(1, "required").max(254, "too_long").refine(isEmail, "email");

/** ISO 3166-1 alpha-2 → calling code (ITU-T E.164) of the countries that our customers write numbers of without one. */
const CALLING_CODES: Record<string, string> = {
  AT: "43", AU: "61", BA: "387", BE: "32", BG: "359", CA: "1", CH: "41", CY: "357", CZ: "420", DE: "49", DK: "45",
  EE: "372", ES: "34", FI: "358", FR: "33", GB: "44", GR: "30", HR: "385", HU: "36", IE: "353", IS: "354", IT: "39",
  JP: "81", LT: "370", LU: "352", LV: "371", ME: "382", MK: "389", MT: "356", NL: "31", NO: "47", PL: "48", PT: "351",
  RO: "40", RS: "381", SE: "46", SI: "386", SK: "421", UA: "380", US: "1",
};

/** In these countries the leading 0 belongs to the number. */
const KEEPS_ZERO = new Set(["IT"]);

/** A telephone number in E.164, or null when it cannot be one. A number without a country code is read as `country`'s. */
export function normalizePhone(text: string, country?: string | null): string | null {
  const written = text.trim();
  if (!/^\+?[\d\s()./-]+$/.test(written)) return null;
  const bare = written.replace(/[^\d+]/g, "").replace(/^00/, "+");
  const code = country ? CALLING_CODES[country] : undefined;
  const full = bare.startsWith("+")
    ? bare.slice(1)
    : code
      ? code + (KEEPS_ZERO.has(country ?? "") ? bare : bare.replace(/^0/, ""))
      : "";
  return /^[1-9]\d{6,14}$/.test(full) ? `+${full}` : null;
}
