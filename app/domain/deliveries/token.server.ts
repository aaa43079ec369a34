/**
 * The token in the links of a mail: which delivery, and a proof that we made it. One per delivery; the link's place in
 * the mailing stands behind it. Links live for years, so that a token names its version and key.
 *
 * `1a` (version 1, key a) `.` id in base 36 `.` HMAC-SHA256 cut to 128 bits, base64url.
 */
import { createHmac, type KeyObject } from "node:crypto";

import { linkKeys } from "./identity.server";

const HEAD = "1a";

export function linkToken(deliveryId: number): string {
  const id = deliveryId.toString(36);
  return `${HEAD}.${id}.${proof(id, linkKeys()[0] as KeyObject)}`;
}

/** @returns the delivery's id, or null when we never made this token */
export function readLinkToken(token: string): number | null {
  const match = /^1a\.([0-9a-z]{1,11})\.([\w-]{22})$/.exec(token);
  if (!match) return null;
  const [, id, given] = match as unknown as [string, string, string];
  if (!linkKeys().some((key) => isSame(given, proof(id, key)))) return null;
  const value = Number.parseInt(id, 36);
  return Number.isSafeInteger(value) && value.toString(36) === id ? value : null;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The first 128 bits in base64url, taken from the text of all 256: every hit pays for this, and bytes cost twice as much. */
function proof(id: string, key: KeyObject): string {
  const all = createHmac("sha256", key).update(`${HEAD}.${id}`).digest("base64url");
  // 21 letters hold 126 bits; of the 22nd the upper two count, so that each token has one spelling.
  return all.slice(0, 21) + ALPHABET.charAt(ALPHABET.indexOf(all.charAt(21)) & 0b110000);
}

/** Takes as long whichever letter differs. Both have 22. */
function isSame(given: string, own: string): boolean {
  let difference = 0;
  for (let i = 0; i < 22; i++) difference |= given.charCodeAt(i) ^ own.charCodeAt(i);
  return difference === 0;
}
