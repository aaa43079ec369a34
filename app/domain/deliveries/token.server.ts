/**
 * The token in the links of a mail: which delivery, and a proof that we made it. One per delivery; the link's place in
 * the mailing stands behind it. Links live for years, so that a token names its version and key.
 *
 * `1a` (version 1, key a) `.` id in base 36 `.` HMAC-SHA256 cut to 128 bits, base64url.
 */
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";

import { linkKeys } from "./identity.server";

const HEAD = "1a";

export function linkToken(deliveryId: number): string {
  const id = deliveryId.toString(36);
  return `${HEAD}.${id}.${proof(id, linkKeys()[0] as KeyObject).toString("base64url")}`;
}

/** @returns the delivery's id, or null when we never made this token */
export function readLinkToken(token: string): number | null {
  const match = /^1a\.([0-9a-z]{1,11})\.([\w-]{22})$/.exec(token);
  if (!match) return null;
  const [, id, given] = match as unknown as [string, string, string];
  const mac = Buffer.from(given, "base64url");
  // One spelling per token: the last letter holds bits that decoding would drop.
  if (mac.toString("base64url") !== given || !linkKeys().some((key) => timingSafeEqual(mac, proof(id, key)))) return null;
  const value = Number.parseInt(id, 36);
  return Number.isSafeInteger(value) && value.toString(36) === id ? value : null;
}

function proof(id: string, key: KeyObject): Buffer {
  return createHmac("sha256", key).update(`${HEAD}.${id}`).digest().subarray(0, 16);
}
