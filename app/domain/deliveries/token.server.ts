/**
 * The token in the links of a mail: which delivery, and a proof that we made it. One per delivery; the link's place in
 * the mailing stands behind it. Links live for years, so that a token names its version and key.
 *
 * `1a` (version 1, key a) `.` id in base 36 `.` HMAC-SHA256 cut to 128 bits, base64url.
 */
import { hash, type KeyObject } from "node:crypto";

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

/** The first 128 bits of the HMAC in base64url. */
function proof(id: string, key: KeyObject): string {
  let blocks = prepared.get(key);
  if (!blocks) prepared.set(key, (blocks = new Blocks(key.export())));
  const all = blocks.hmac(`${HEAD}.${id}`);
  // 21 letters hold 126 bits; of the 22nd the upper two count, so that each token has one spelling.
  return all.slice(0, 21) + ALPHABET.charAt(ALPHABET.indexOf(all.charAt(21)) & 0b110000);
}

/**
 * HMAC (RFC 2104) out of two hashes, its key laid out once: an object of node's for each hit costs as much again. Texts
 * are ASCII, of at most 32 letters; digests go from one hash into the other as latin1.
 */
class Blocks {
  private readonly inner = Buffer.alloc(64 + 32, 0x36);
  private readonly outer = Buffer.alloc(64 + 32, 0x5c);

  constructor(key: Buffer) {
    key.forEach((byte, i) => {
      this.inner[i] = byte ^ 0x36;
      this.outer[i] = byte ^ 0x5c;
    });
  }

  hmac(text: string): string {
    const length = this.inner.write(text, 64, "latin1");
    this.outer.write(hash("sha256", this.inner.subarray(0, 64 + length), "binary"), 64, "latin1");
    return hash("sha256", this.outer, "base64url");
  }
}

const prepared = new WeakMap<KeyObject, Blocks>();

/** Takes as long whichever letter differs. Both have 22. */
function isSame(given: string, own: string): boolean {
  let difference = 0;
  for (let i = 0; i < 22; i++) difference |= given.charCodeAt(i) ^ own.charCodeAt(i);
  return difference === 0;
}
