/**
 * The envelope sender of a mail (VERP, variable envelope return path): where its bounce comes back to tells which
 * delivery it is about, and proves that we made it.
 *
 * `<local>+<id in base 36>-<HMAC-SHA256 cut to 120 bits, base 32>@<host>`: letters and digits in one case only, since
 * some servers write local parts in lower case. At most 64 characters (RFC 5321 4.5.3.1.1).
 */
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";

import { returnKeys } from "./identity.server";
import { splitAddress } from "./return-path";

const MAC_BYTES = 15;

/** @param bounceAddress the mailbox that takes bounces, without our token: `bounces@example.com` */
export function returnPathFor(deliveryId: number, bounceAddress: string): string {
  const { local, host } = splitAddress(bounceAddress);
  const id = deliveryId.toString(36);
  return `${local}+${id}-${base32(proof(id, returnKeys()[0] as KeyObject))}@${host}`;
}

/** @returns the delivery's id, or null when we never made this address */
export function readReturnPath(address: string, bounceAddress: string): number | null {
  const given = splitAddress(address.trim().toLowerCase());
  const ours = splitAddress(bounceAddress.toLowerCase());
  if (given.host !== ours.host || !given.local.startsWith(`${ours.local}+`)) return null;
  const match = /^([0-9a-z]{1,11})-([a-z2-7]{24})$/.exec(given.local.slice(ours.local.length + 1));
  if (!match) return null;
  const [, id, mac] = match as unknown as [string, string, string];
  if (!returnKeys().some((key) => timingSafeEqual(Buffer.from(mac), Buffer.from(base32(proof(id, key)))))) return null;
  const value = Number.parseInt(id, 36);
  return Number.isSafeInteger(value) && value.toString(36) === id ? value : null;
}

function proof(id: string, key: KeyObject): Buffer {
  return createHmac("sha256", key).update(`1.${id}`).digest().subarray(0, MAC_BYTES);
}

/** RFC 4648 base 32 in lower case; for whole groups of 5 bytes, which need no padding. */
function base32(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 5)
    for (let group = bytes.readUIntBE(at, 5), shift = 2 ** 35; shift >= 1; shift /= 32) {
      text += "abcdefghijklmnopqrstuvwxyz234567"[Math.floor(group / shift)];
      group %= shift;
    }
  return text;
}
