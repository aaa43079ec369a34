/** The private keys that mails are signed with (DKIM), and what the DNS must say of them. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** `pem`: a private key, RSA or Ed25519. */
export type DkimKey = { domain: string; selector: string; pem: string };

/** What the DNS record of this key must say behind `p=`. */
export function publicKeyOf(pem: string): string {
  const key = createPublicKey(pem);
  const der = key.export({ format: "der", type: "spki" });
  // Of Ed25519 the 32 bytes alone (RFC 8463 4.2).
  return (key.asymmetricKeyType === "ed25519" ? der.subarray(-32) : der).toString("base64");
}

/** What is wrong with a key file's text; null when it can sign. */
export function keyFault(pem: string, kind: "rsa" | "ed25519"): string | null {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return "is no private key in PEM without a passphrase";
  }
  if (key.asymmetricKeyType !== kind) return `is a key of the kind ${key.asymmetricKeyType}, not ${kind}`;
  if (kind === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return "is an RSA key of less than 2048 bits, which receivers do not trust";
  return null;
}
