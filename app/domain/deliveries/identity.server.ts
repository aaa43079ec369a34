/**
 * What every outgoing mail is made with and no caller should have to pass: the key of the address hashes and the host
 * of the Message-IDs. Given once when the process starts (context.server.ts, tests/support).
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

import { normalizeEmail } from "../customers/contact";

type Identity = {
  addressKey: KeyObject;
  addressKeyMark: string;
  /** The first makes new tokens; those of former keys are still read. */
  linkKeys: readonly KeyObject[];
  returnKeys: readonly KeyObject[];
  messageIdHost: string;
};

let identity: Identity | null = null;

/**
 * @param mailFrom the sender as in MAIL_FROM: its domain becomes the right side of each Message-ID (RFC 5322 3.6.4)
 * @param formerKeys the newest first. Hashes go on with the oldest, so that what was suppressed stays suppressed
 */
export function provideMailIdentity(secretKey: string, mailFrom: string, formerKeys: readonly string[] = []): void {
  const keys = [secretKey, ...formerKeys];
  const oldest = keys.at(-1) as string;
  identity = {
    addressKey: keyFor(oldest, "rapport address hash 1"),
    addressKeyMark: markOf(oldest),
    linkKeys: keys.map((key) => keyFor(key, "rapport mail links 1")),
    returnKeys: keys.map((key) => keyFor(key, "rapport return path 1")),
    messageIdHost: /@([a-z0-9.-]+)>?\s*$/i.exec(mailFrom)?.[1]?.toLowerCase() ?? "localhost",
  };
}

/** By which a key is told from another one; it cannot be found from this. */
export function markOf(secretKey: string): string {
  return derive(secretKey, "rapport key mark 1").toString("base64url").slice(0, 16);
}

/** The mark of the key that addresses are hashed with. */
export function addressKeyMark(): string {
  return given().addressKeyMark;
}

function derive(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", purpose, 32));
}

/** A key that is taken apart once, not at every use: a link and a return path are made for each mail. */
function keyFor(secretKey: string, purpose: string): KeyObject {
  return createSecretKey(derive(secretKey, purpose));
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

/** The key of new links first, then those whose links are still read. */
export function linkKeys(): readonly KeyObject[] {
  return given().linkKeys;
}

/** The key of new return paths first, then those of mails that may still bounce. */
export function returnKeys(): readonly KeyObject[] {
  return given().returnKeys;
}
