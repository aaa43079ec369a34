/** Sealing: AES-256-GCM with a key made from a secret and what it is for (HKDF). Whoever changes a byte gets nothing. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const IV = 12;
const TAG = 16;

export function seal(secret: string, purpose: string, text: string): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", keyFor(secret, purpose), iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** Null: sealed with none of these secrets, for something else, or changed since. */
export function unseal(secrets: readonly string[], purpose: string, sealed: Buffer): string | null {
  if (sealed.length < IV + TAG) return null;
  for (const secret of secrets) {
    const cipher = createDecipheriv("aes-256-gcm", keyFor(secret, purpose), sealed.subarray(0, IV));
    cipher.setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([cipher.update(sealed.subarray(IV, -TAG)), cipher.final()]).toString("utf8");
    } catch (error) {
      // the tag does not fit: not by this secret
      if (!(error instanceof Error)) throw error;
    }
  }
  return null;
}

function keyFor(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "rapport", purpose, 32));
}
