/** Quoted-printable (RFC 2045 6.7). Pure. */

const SOFT_BREAK = "=\r\n";
const LONGEST_LINE = 76;
const HEX = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`);

/**
 * Encodes a text so that it can stand anywhere from the start of a line: no line is longer than 76 characters, none
 * begins with a dot (SMTP would double it) or with "From " (mailboxes would quote it), none ends in white space.
 * @returns ASCII; `open` says whether its last line has begun and must be ended by a soft break before more follows
 */
export function encodeQuotedPrintable(text: string): { encoded: string; open: boolean } {
  const lines = text.split(/\r\n|\r|\n/);
  return { encoded: lines.map(encodeLine).join("\r\n"), open: lines.at(-1) !== "" };
}

function encodeLine(line: string): string {
  let encoded = "";
  let column = 0;
  const bytes = Buffer.from(line, "utf8");
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const isLast = i === bytes.length - 1;
    const atStart = column === 0;
    let piece: string;
    if (byte === 0x20 || byte === 0x09) piece = isLast ? (HEX[byte] as string) : String.fromCharCode(byte);
    else if (byte < 0x21 || byte > 0x7e || byte === 0x3d) piece = HEX[byte] as string;
    else if (atStart && (byte === 0x2e || (byte === 0x46 && bytes.toString("latin1", i, i + 5) === "From "))) piece = HEX[byte] as string;
    else piece = String.fromCharCode(byte);
    // The last piece of a line needs no place for the soft break behind it.
    if (column + piece.length > (isLast ? LONGEST_LINE : LONGEST_LINE - 1)) {
      encoded += SOFT_BREAK;
      column = 0;
      if (piece === ".") piece = "=2E";
      if (piece === "F") piece = "=46";
    }
    encoded += piece;
    column += piece.length;
  }
  return encoded;
}

/** Whether a short value may stand on a line of its own just as it is. */
const PLAIN = /^[!-\-/-<>-E G-~][ -<>-~]{0,70}$/;

/** A value on lines of its own, between two soft breaks. */
export function encodeValue(value: string): string {
  return value === "" || PLAIN.test(value) ? value : encodeQuotedPrintable(value).encoded;
}
