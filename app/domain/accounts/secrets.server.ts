/** Secrets that travel (links, codes, cookies): made here, and kept only as hashes. */
import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 bit, safe in a URL. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** For secrets of full length: nothing that could be guessed needs a slow hash. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Six digits, each of the million equally likely. */
export function makeCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/**
 * A short code has too few possibilities for a plain hash: keyed with the installation's secret and bound to its own
 * token, a copy of the database alone does not give it away.
 */
export function hashCode(secretKey: string, tokenHash: string, code: string): string {
  return createHmac("sha256", secretKey).update(`code:${tokenHash}:${code}`).digest("hex");
}

export function sign(secretKey: string, text: string): string {
  return createHmac("sha256", secretKey).update(text).digest("base64url");
}

export function equalSecrets(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
