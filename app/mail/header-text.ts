/** Text in header fields: folding (RFC 5322 2.2.3) and encoded words (RFC 2047). Pure; what comes in is one line. */
import type { Mailbox } from "./transport";

const PRINTABLE = /^[\x20-\x7e]*$/;
/** Of an encoded word at most 75 characters; `=?UTF-8?B?` and `?=` are 12, so 45 bytes in base 64. */
const BYTES_PER_WORD = 45;
const LINE = 76;

/** An unstructured value, such as a subject. @param used how much of the first line is taken by the field's name */
export function unstructured(text: string, used: number): string {
  // What looks like an encoded word would be read as one.
  if (!PRINTABLE.test(text) || text.includes("=?")) return encodedWords(text);
  return used + text.length <= LINE ? text : fold(text, used);
}

/** `"Anna Nowak" <anna@example.com>` */
export function mailbox({ name, address }: Mailbox): string {
  if (name === "") return `<${address}>`;
  if (!PRINTABLE.test(name) || name.includes("=?")) return `${encodedWords(name)} <${address}>`;
  const quoted = /["\\]/.test(name) ? name.replace(/["\\]/g, "\\$&") : name;
  return quoted.length + address.length > 60 ? `"${quoted}"\r\n <${address}>` : `"${quoted}" <${address}>`;
}

function encodedWords(text: string): string {
  const words: string[] = [];
  let piece = "";
  let size = 0;
  for (const sign of text) {
    const bytes = Buffer.byteLength(sign);
    if (size + bytes > BYTES_PER_WORD) {
      words.push(piece);
      piece = "";
      size = 0;
    }
    piece += sign;
    size += bytes;
  }
  words.push(piece);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}

/** Breaks before blanks; a word longer than a line stays whole. */
export function fold(text: string, used: number): string {
  let folded = "";
  let column = used;
  for (const word of text.split(/(?=[ ][^ ])/)) {
    if (column + word.length > LINE && column > used) {
      folded += "\r\n";
      column = 0;
    }
    folded += word;
    column += word.length;
  }
  return folded;
}
