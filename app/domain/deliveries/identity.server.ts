/**
 * What every outgoing mail is made with and no caller should have to pass: the key of the address hashes and the host
 * of the Message-IDs. Given once when the process starts (context.server.ts, tests/support).
 */
import { createHmac, hkdfSync } from "node:crypto";

import { normalizeEmail } from "../customers/contact";

type Identity = { addressKey: Buffer; linkKey: Buffer; returnKey: Buffer; messageIdHost: string };

let identity: Identity | null = null;

/** @param mailFrom the sender as in MAIL_FROM: its domain becomes the right side of each Message-ID (RFC 5322 3.6.4) */
export function provideMailIdentity(secretKey: string, mailFrom: string): void {
  identity = {
    addressKey: derive(secretKey, "rapport address hash 1"),
    linkKey: derive(secretKey, "rapport mail links 1"),
    returnKey: derive(secretKey, "rapport return path 1"),
    messageIdHost: /@([a-z0-9.-]+)>?\s*$/i.exec(mailFrom)?.[1]?.toLowerCase() ?? "localhost",
  };
}

function derive(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", purpose, 32));
}

function given(): Identity {
  if (!identity) throw new Error("The mail identity was not given: call provideMailIdentity when the process starts.");
  return identity;
}

/** HMAC-SHA256 of the normalised address, base64url: tells addresses apart without holding them. */
export function hashAddress(address: string): string {
  return createHmac("sha256", given().addressKey).update(normalizeEmail(address)).digest("base64url");
}

export function messageIdFor(publicId: string): string {
  return `${publicId}@${given().messageIdHost}`;
}

export function linkKey(): Buffer {
  return given().linkKey;
}

export function returnKey(): Buffer {
  return given().returnKey;
}
