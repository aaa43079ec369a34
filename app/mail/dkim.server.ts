/**
 * DKIM signatures of our own (RFC 6376), with RSA-SHA256 and Ed25519-SHA256 (RFC 8463), relaxed/relaxed. A choice: the
 * relay usually signs, and RSA costs more than all the rest of sending.
 */
import { createHash, createPrivateKey, sign, type KeyObject } from "node:crypto";

import type { DkimKey } from "./dkim-key.server";
import type { Signer } from "./message.server";

/**
 * The fields that are covered. From, To and Subject stand once more than they occur (RFC 6376 5.4.2), so that nobody can
 * put a second one in front; the List fields must be covered for one-click unsubscribing (RFC 8058 4).
 */
const COVERED = [
  "from", "from", "to", "to", "subject", "subject", "reply-to", "date", "message-id", "mime-version", "content-type",
  "list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id", "auto-submitted", "precedence",
];

/** Signs with every key that is given: receivers that do not know Ed25519 take the RSA signature. Null without keys. */
export function openSigner(keys: readonly DkimKey[], clock: () => number = Date.now): Signer | null {
  if (keys.length === 0) return null;
  const signers = keys.map(({ domain, selector, pem }) => ({ domain, selector, key: createPrivateKey(pem) }));
  return (message) => {
    const { fields, body } = split(message);
    const bodyHash = createHash("sha256").update(relaxedBody(body)).digest("base64");
    const covered = COVERED.filter((name, i) => fields.has(name) && (COVERED.indexOf(name) === i || COVERED.lastIndexOf(name) === i));
    const seconds = Math.floor(clock() / 1000);
    return signers
      .map(({ domain, selector, key }) => {
        const algorithm = key.asymmetricKeyType === "ed25519" ? "ed25519-sha256" : "rsa-sha256";
        const head =
          `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain};\r\n s=${selector}; t=${seconds};\r\n` +
          ` h=${covered.join(":\r\n  ")};\r\n bh=${bodyHash};\r\n b=`;
        const signature = signatureOf(key, signedText(covered, fields, head));
        return `${head}${signature.replace(/.{72}(?=.)/g, "$&\r\n  ")}\r\n`;
      })
      .join("");
  };
}

/** RSA signs the hash of the text; Ed25519 signs that hash as its message (RFC 8463 3). */
export function signatureOf(key: KeyObject, text: string): string {
  const bytes = Buffer.from(text, "latin1");
  return key.asymmetricKeyType === "ed25519"
    ? sign(null, createHash("sha256").update(bytes).digest(), key).toString("base64")
    : sign("sha256", bytes, key).toString("base64");
}

/**
 * The text that is signed: the covered fields, the last of a name first, then our own field without its signature and
 * without a line end (RFC 6376 3.7, 5.4.2).
 * @param fields by lower-case name, in their order
 */
export function signedText(covered: readonly string[], fields: ReadonlyMap<string, readonly string[]>, own: string): string {
  const taken = new Map<string, number>();
  let text = "";
  for (const name of covered) {
    const all = fields.get(name) ?? [];
    const used = taken.get(name) ?? 0;
    taken.set(name, used + 1);
    const field = all[all.length - 1 - used];
    if (field !== undefined) text += `${relaxedField(field)}\r\n`;
  }
  return text + relaxedField(own);
}

function split(message: Buffer): { fields: Map<string, string[]>; body: Buffer } {
  const end = message.indexOf("\r\n\r\n");
  const head = message.toString("latin1", 0, end < 0 ? message.length : end);
  const fields = new Map<string, string[]>();
  for (const field of head.split(/\r\n(?![ \t])/)) {
    const name = field.slice(0, field.indexOf(":")).trim().toLowerCase();
    const same = fields.get(name);
    if (same) same.push(field);
    else fields.set(name, [field]);
  }
  return { fields, body: end < 0 ? Buffer.alloc(0) : message.subarray(end + 4) };
}

/** RFC 6376 3.4.2 */
function relaxedField(field: string): string {
  const colon = field.indexOf(":");
  const value = field.slice(colon + 1).replace(/\r\n/g, "").replace(/[ \t]+/g, " ").trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

const SPACE = 32;
const TAB = 9;
const CR = 13;
const LF = 10;

/** RFC 6376 3.4.4: runs of blanks become one, none before a line end, no empty lines at the end. */
export function relaxedBody(body: Buffer): Buffer {
  const isPlain = !body.includes("  ") && !body.includes("\t") && !body.includes(" \r\n");
  return withoutEmptyEnd(isPlain ? body : withSingleBlanks(body));
}

function withSingleBlanks(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length);
  let end = 0;
  let blank = false;
  for (const byte of body) {
    if (byte === SPACE || byte === TAB) {
      blank = true;
      continue;
    }
    if (blank && byte !== CR) out[end++] = SPACE;
    blank = false;
    out[end++] = byte;
  }
  return out.subarray(0, end);
}

function withoutEmptyEnd(body: Buffer): Buffer {
  let end = body.length;
  while (end >= 2 && body[end - 1] === LF && body[end - 2] === CR) end -= 2;
  if (end === 0) return Buffer.alloc(0);
  return end === body.length ? Buffer.concat([body, Buffer.from("\r\n")]) : body.subarray(0, end + 2);
}
